/* Included once for each type by `_steps.h`. */

/* Pointers to all arguments; matrices are stored by columns. */
typedef void (*NAME(Gemm))(char *, char *, int *, int *, int *, REAL *, REAL *, int *,
                           REAL *, int *, REAL *, REAL *, int *);

/* C = beta C + A B for matrices stored by rows, of which A or B may be transposed. The
   stride of a matrix is the number of values from one row to the next. */
static inline void NAME(product)(const Layer *l, int rows, int inner, int columns,
                                 int A_is_transposed, REAL *A, int A_stride,
                                 int B_is_transposed, REAL *B, int B_stride, REAL beta,
                                 REAL *C, int C_stride)
{
    REAL one = 1;
    /* Read by columns, a matrix stored by rows is its transpose: C^T = B^T A^T. */
    ((NAME(Gemm))l->gemm)(B_is_transposed ? "T" : "N", A_is_transposed ? "T" : "N",
                          &columns, &rows, &inner, &one, B, &B_stride, A, &A_stride,
                          &beta, C, &C_stride);
}

static inline ptrdiff_t NAME(values_per_state)(const Layer *l)
{
    return (ptrdiff_t)l->units * l->windows;
}

static inline int NAME(rows_per_group)(const Layer *l)
{
    return l->blocks / l->groups * l->units;
}

/* The part of A, or of its gradient, of one group of a member. */
static inline REAL *NAME(matrix)(const Layer *l, const Matrices *A, int member, int group)
{
    const ptrdiff_t row = (ptrdiff_t)group * NAME(rows_per_group)(l);
    return (REAL *)(A->values + member * A->member_stride) + row * l->rows;
}

/* The products of one group of a member at step t. */
static inline REAL *NAME(products)(const Layer *l, int t, int member, int group)
{
    const ptrdiff_t row = ((ptrdiff_t)t * l->members + member) * l->blocks * l->units;
    return (REAL *)l->a + (row + group * NAME(rows_per_group)(l)) * l->windows;
}

static inline REAL *NAME(operand)(const Layer *l, int t, int member, int group)
{
    const ptrdiff_t at = ((ptrdiff_t)t * l->members + member) * l->groups + group;
    return (REAL *)l->operand + at * l->rows * l->windows;
}

/* What `values` holds for a member at step t, of one value for each unit and window. */
static inline REAL *NAME(at_step)(const Layer *l, void *values, int t, int member)
{
    const ptrdiff_t at = (ptrdiff_t)t * l->members + member;
    return values ? (REAL *)values + at * NAME(values_per_state)(l) : NULL;
}

static inline REAL *NAME(mask_of)(const Layer *l, int member, int group)
{
    const ptrdiff_t at = (ptrdiff_t)member * l->groups + group;
    return l->mask ? (REAL *)l->mask + at * NAME(values_per_state)(l) : NULL;
}

/* Copy the state before step t into the operands, with dropout. */
static void NAME(copy_state)(const Layer *l, int t, int member)
{
    const ptrdiff_t n = NAME(values_per_state)(l);
    const REAL *state = NAME(at_step)(l, l->states, t, member);
    for (int group = 0; group < l->groups; group++) {
        REAL *copy = NAME(operand)(l, t, member, group) +
                     (ptrdiff_t)l->inputs * l->windows;
        const REAL *mask = NAME(mask_of)(l, member, group);
        if (mask)
            NAME(multiply)(n, state, mask, copy);
        else
            memcpy(copy, state, n * sizeof(REAL));
    }
}

/* Turn the products of step t into gates, and write the state after it. */
static void NAME(step)(const Layer *l, int t, int member)
{
    const ptrdiff_t n = NAME(values_per_state)(l);
    REAL *a = NAME(products)(l, t, member, 0);
    REAL *after = NAME(at_step)(l, l->states, t + 1, member);
    if (l->kind == LSTM)
        NAME(lstm_step)(n, a, NAME(at_step)(l, l->memory, t, member),
                        NAME(at_step)(l, l->memory, t + 1, member),
                        NAME(at_step)(l, l->tanh_c, t, member), after);
    else if (l->kind == GRU)
        NAME(gru_step)(n, a, NAME(at_step)(l, l->states, t, member),
                       NAME(at_step)(l, l->memory, t, member), after);
    else
        NAME(simple_step)(n, a, after);
}

/* Process the steps from start to stop, for one member after the other, so that what a
   step wrote is in the cache when the next one reads it. */
static void NAME(forward)(const Layer *l, const Matrices *A, int start, int stop)
{
    for (int member = 0; member < l->members; member++)
        for (int t = start; t < stop; t++) {
            if (t > 0) NAME(copy_state)(l, t, member);
            for (int group = 0; group < l->groups; group++)
                NAME(product)(l, NAME(rows_per_group)(l), l->rows, l->windows, 0,
                              NAME(matrix)(l, A, member, group), l->rows, 0,
                              NAME(operand)(l, t, member, group), l->windows, 0,
                              NAME(products)(l, t, member, group), l->windows);
            NAME(step)(l, t, member);
        }
}

/* Overwrite the gates of step t with the gradient in the products, and d_h with the part
   of the gradient in the state before that does not pass through a product. */
static void NAME(step_back)(const Layer *l, int t, int member)
{
    const ptrdiff_t n = NAME(values_per_state)(l);
    REAL *a = NAME(products)(l, t, member, 0);
    REAL *d_h = NAME(at_step)(l, l->d_h, 0, member);
    const REAL *memory = NAME(at_step)(l, l->memory, t, member);
    if (l->kind == GRU) {
        NAME(gru_step_back)(n, a, NAME(at_step)(l, l->states, t, member), memory, d_h);
        return;
    }
    if (l->kind == LSTM)
        NAME(lstm_step_back)(n, a, memory, NAME(at_step)(l, l->tanh_c, t, member), d_h,
                             NAME(at_step)(l, l->d_c, 0, member));
    else
        NAME(simple_step_back)(n, a, NAME(at_step)(l, l->states, t + 1, member), d_h);
    memset(d_h, 0, n * sizeof(REAL));
}

/* Add to d_h what passes through the products of step t. */
static void NAME(add_state_gradient)(const Layer *l, const Matrices *A, int t, int member)
{
    REAL *d_h = NAME(at_step)(l, l->d_h, 0, member);
    for (int group = 0; group < l->groups; group++) {
        const REAL *mask = NAME(mask_of)(l, member, group);
        REAL *out = mask ? (REAL *)l->d_masked : d_h;
        NAME(product)(l, l->units, NAME(rows_per_group)(l), l->windows, 1,
                      NAME(matrix)(l, A, member, group) + l->inputs, l->rows, 0,
                      NAME(products)(l, t, member, group), l->windows, mask ? 0 : 1, out,
                      l->windows);
        if (mask) NAME(add_product)(NAME(values_per_state)(l), out, mask, d_h);
    }
}

/* Write the gradient in the inputs of step t. */
static void NAME(input_gradient)(const Layer *l, const Matrices *A, REAL *d_inputs,
                                 int t, int member)
{
    const ptrdiff_t at = (ptrdiff_t)t * l->members + member;
    for (int group = 0; group < l->groups; group++)
        NAME(product)(l, l->inputs, NAME(rows_per_group)(l), l->windows, 1,
                      NAME(matrix)(l, A, member, group), l->rows, 0,
                      NAME(products)(l, t, member, group), l->windows, group > 0,
                      d_inputs + at * l->inputs * l->windows, l->windows);
}

/* Copy rows of one step so that the same rows of other steps can stand beside them. */
static void NAME(put_beside)(int n_rows, int windows, const REAL *rows, REAL *beside,
                             int stride)
{
    for (ptrdiff_t row = 0; row < n_rows; row++)
        memcpy(beside + row * stride, rows + row * windows, windows * sizeof(REAL));
}

/* Add the gradient in A of step t and some steps after it, in one product: with few
   windows, the product of one step is inefficient. */
static void NAME(add_matrix_gradient)(const Layer *l, const Matrices *d_A, int t,
                                      int member)
{
    const int rows = NAME(rows_per_group)(l), rest = l->steps - t;
    const int steps = rest < l->steps_per_product ? rest : l->steps_per_product;
    const int columns = steps * l->windows, is_first = steps == rest;
    for (int group = 0; group < l->groups; group++) {
        REAL *d_a = NAME(products)(l, t, member, group);
        REAL *operand = NAME(operand)(l, t, member, group);
        if (steps > 1) {
            d_a = l->beside;
            operand = d_a + (ptrdiff_t)rows * columns;
            for (int step = 0; step < steps; step++) {
                NAME(put_beside)(rows, l->windows,
                                 NAME(products)(l, t + step, member, group),
                                 d_a + step * l->windows, columns);
                NAME(put_beside)(l->rows, l->windows,
                                 NAME(operand)(l, t + step, member, group),
                                 operand + step * l->windows, columns);
            }
        }
        NAME(product)(l, rows, columns, l->rows, 0, d_a, columns, 1, operand, columns,
                      is_first ? 0 : 1, NAME(matrix)(l, d_A, member, group), l->rows);
    }
}

/* Go back over the steps from stop - 1 to start; d_inputs may be NULL. */
static void NAME(backward)(const Layer *l, const Matrices *A,
                           const OutputGradient *d_outputs, const Matrices *d_A,
                           void *d_inputs, int start, int stop)
{
    for (int member = 0; member < l->members; member++)
        for (int t = stop - 1; t >= start; t--) {
            if (t >= d_outputs->first)
                NAME(add)(NAME(values_per_state)(l),
                          NAME(at_step)(l, l->d_h, 0, member),
                          (const REAL *)(d_outputs->values +
                                         (t - d_outputs->first) * d_outputs->step_stride +
                                         member * d_outputs->member_stride));
            NAME(step_back)(l, t, member);
            /* The gradient is complete for step t and those after it. */
            if (t % l->steps_per_product == 0)
                NAME(add_matrix_gradient)(l, d_A, t, member);
            if (t > 0) NAME(add_state_gradient)(l, A, t, member);
            if (d_inputs) NAME(input_gradient)(l, A, d_inputs, t, member);
        }
}
