/* Elementwise equations. A template: see `kernel.h`.

   The loops are plain C that compilers turn into vector instructions. The n values (units
   times windows) of a gate are contiguous, and so are the gates of a step. Gradients
   overwrite the gates. */

/* Return 2^n and write p, with exp(x) = 2^n (1 + p), so that exp(x) - 1 can be computed
   without loss of digits near 0. A NaN gives a NaN in p. */
INLINE REAL NAME(exp_parts)(REAL x, REAL *p)
{
    const REAL shifted = x * LOG2_E + ROUNDING;
    const REAL n = shifted - ROUNDING;
    const REAL r = (x - n * LOG_2_UPPER) - n * LOG_2_LOWER;
    BITS bits;
    REAL power;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + EXPONENT_BIAS) << MANTISSA_BITS;
    memcpy(&power, &bits, sizeof power);
    *p = r + r * r * SERIES(r);
    return power;
}

/* tanh(x) = (exp(2 x) - 1) / (exp(2 x) + 1). A comparison with NaN is false, so NaN
   remains NaN here and in the sigmoid. */
INLINE REAL NAME(tanh_of)(REAL x)
{
    REAL p, power, less_one;
    x = x > TANH_IS_ONE ? TANH_IS_ONE : x;
    x = x < -TANH_IS_ONE ? -TANH_IS_ONE : x;
    power = NAME(exp_parts)(2 * x, &p);
    less_one = power * p + (power - 1);
    return less_one / (less_one + 2);
}

INLINE REAL NAME(sigmoid_of)(REAL x)
{
    REAL p, power;
    x = x > EXP_LIMIT ? EXP_LIMIT : x;
    x = x < -EXP_LIMIT ? -EXP_LIMIT : x;
    power = NAME(exp_parts)(-x, &p);
    return 1 / (1 + power + power * p);
}

static void NAME(tanh_each)(ptrdiff_t n, void *values)
{
    REAL *x = values;
    for (ptrdiff_t k = 0; k < n; k++) x[k] = NAME(tanh_of)(x[k]);
}

static void NAME(sigmoid_each)(ptrdiff_t n, void *values)
{
    REAL *x = values;
    for (ptrdiff_t k = 0; k < n; k++) x[k] = NAME(sigmoid_of)(x[k]);
}

static void NAME(add)(ptrdiff_t n, REAL *RESTRICT sum, const REAL *RESTRICT x)
{
    for (ptrdiff_t k = 0; k < n; k++) sum[k] += x[k];
}

static void NAME(multiply)(ptrdiff_t n, const REAL *RESTRICT x,
                                  const REAL *RESTRICT y, REAL *RESTRICT product)
{
    for (ptrdiff_t k = 0; k < n; k++) product[k] = x[k] * y[k];
}

/* Copy values, with dropout if there is a mask. */
static void NAME(copy)(ptrdiff_t n, const REAL *values, const REAL *mask, REAL *out)
{
    if (mask)
        NAME(multiply)(n, values, mask, out);
    else
        memcpy(out, values, n * sizeof(REAL));
}

static void NAME(scale)(ptrdiff_t n, const REAL *RESTRICT factors, REAL *RESTRICT x)
{
    for (ptrdiff_t k = 0; k < n; k++) x[k] *= factors[k];
}

static void NAME(add_product)(ptrdiff_t n, const REAL *RESTRICT x,
                                     const REAL *RESTRICT y, REAL *RESTRICT sum)
{
    for (ptrdiff_t k = 0; k < n; k++) sum[k] += x[k] * y[k];
}

static void NAME(simple_step)(ptrdiff_t n, const REAL *RESTRICT a,
                                     REAL *RESTRICT h)
{
    for (ptrdiff_t k = 0; k < n; k++) h[k] = NAME(tanh_of)(a[k]);
}

static void NAME(simple_step_back)(ptrdiff_t n, REAL *RESTRICT a,
                                          const REAL *RESTRICT h,
                                          const REAL *RESTRICT d_h)
{
    for (ptrdiff_t k = 0; k < n; k++) a[k] = d_h[k] * (1 - h[k] * h[k]);
}

static void NAME(lstm_step)(ptrdiff_t n, REAL *RESTRICT a,
                                   const REAL *RESTRICT c_before, REAL *RESTRICT c,
                                   REAL *RESTRICT tanh_c, REAL *RESTRICT h)
{
    REAL *RESTRICT i = a, *RESTRICT f = a + n;
    REAL *RESTRICT o = a + 2 * n, *RESTRICT g = a + 3 * n;
    for (ptrdiff_t k = 0; k < n; k++) {
        i[k] = NAME(sigmoid_of)(i[k]);
        f[k] = NAME(sigmoid_of)(f[k]);
        o[k] = NAME(sigmoid_of)(o[k]);
        g[k] = NAME(tanh_of)(g[k]);
        c[k] = f[k] * c_before[k] + i[k] * g[k];
        tanh_c[k] = NAME(tanh_of)(c[k]);
        h[k] = o[k] * tanh_c[k];
    }
}

/* d_c is the gradient of c of the step, from later steps; it becomes that of the step
   before. */
static void NAME(lstm_step_back)(ptrdiff_t n, REAL *RESTRICT a,
                                        const REAL *RESTRICT c_before,
                                        const REAL *RESTRICT tanh_c,
                                        const REAL *RESTRICT d_h, REAL *RESTRICT d_c)
{
    REAL *RESTRICT i = a, *RESTRICT f = a + n;
    REAL *RESTRICT o = a + 2 * n, *RESTRICT g = a + 3 * n;
    for (ptrdiff_t k = 0; k < n; k++) {
        const REAL d_h_o = d_h[k] * o[k];
        const REAL d_c_all = d_c[k] + d_h_o * (1 - tanh_c[k] * tanh_c[k]);
        const REAL d_c_i = d_c_all * i[k], d_c_f = d_c_all * f[k];
        o[k] = d_h_o * tanh_c[k] * (1 - o[k]);
        i[k] = d_c_i * g[k] * (1 - i[k]);
        g[k] = d_c_i * (1 - g[k] * g[k]);
        f[k] = d_c_f * c_before[k] * (1 - f[k]);
        d_c[k] = d_c_f;
    }
}

static void NAME(gru_step)(ptrdiff_t n, REAL *RESTRICT a,
                                  const REAL *RESTRICT h_before,
                                  REAL *RESTRICT candidate, REAL *RESTRICT h)
{
    REAL *RESTRICT z = a, *RESTRICT r = a + n;
    const REAL *RESTRICT from_input = a + 2 * n, *RESTRICT from_state = a + 3 * n;
    for (ptrdiff_t k = 0; k < n; k++) {
        z[k] = NAME(sigmoid_of)(z[k]);
        r[k] = NAME(sigmoid_of)(r[k]);
        candidate[k] = NAME(tanh_of)(from_input[k] + r[k] * from_state[k]);
        h[k] = candidate[k] + z[k] * (h_before[k] - candidate[k]);
    }
}

/* d_h becomes the part of the gradient of the previous state that does not pass through a
   product. */
static void NAME(gru_step_back)(ptrdiff_t n, REAL *RESTRICT a,
                                       const REAL *RESTRICT h_before,
                                       const REAL *RESTRICT candidate,
                                       REAL *RESTRICT d_h)
{
    REAL *RESTRICT z = a, *RESTRICT r = a + n;
    REAL *RESTRICT d_n = a + 2 * n, *RESTRICT m = a + 3 * n;
    for (ptrdiff_t k = 0; k < n; k++) {
        const REAL direct = d_h[k] * z[k];
        d_n[k] = (d_h[k] - direct) * (1 - candidate[k] * candidate[k]);
        z[k] = direct * (h_before[k] - candidate[k]) * (1 - z[k]);
        const REAL d_m = d_n[k] * r[k];
        r[k] = d_m * m[k] * (1 - r[k]);
        m[k] = d_m;
        d_h[k] = direct;
    }
}

/* Return the loss of an error and write its derivative, as in `losses.py`. */
INLINE REAL NAME(loss_of)(int loss, REAL e, REAL *gradient)
{
    if (loss == SQUARED) {
        *gradient = 2 * e;
        return e * e;
    }
    if (loss == ABSOLUTE) {
        *gradient = (REAL)((e > 0) - (e < 0));
        return e < 0 ? -e : e;
    }
    *gradient = e > 1 ? 1 : e < -1 ? -1 : e;
    return *gradient * (e - *gradient / 2);
}

/* The moments are divided by 1 - beta, as in `Adam`. Weight decay comes first. */
static void NAME(adam)(ptrdiff_t n, void *weights, const void *gradient, void *moment,
                       void *second_moment, double beta_1, double beta_2, double factor,
                       double epsilon, double decay)
{
    REAL *RESTRICT theta = weights, *RESTRICT m = moment, *RESTRICT v = second_moment;
    const REAL *RESTRICT g = gradient;
    const REAL b_1 = (REAL)beta_1, b_2 = (REAL)beta_2, e = (REAL)epsilon;
    const REAL f = (REAL)factor, d = (REAL)decay;
    for (ptrdiff_t k = 0; k < n; k++) {
        m[k] = b_1 * m[k] + g[k];
        v[k] = b_2 * v[k] + g[k] * g[k];
        theta[k] = theta[k] - d * theta[k] - f * m[k] / (SQRT(v[k]) + e);
    }
}
