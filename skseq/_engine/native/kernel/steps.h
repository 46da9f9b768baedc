/* The loops over the steps. A template: see `kernel.h`. */

INLINE ptrdiff_t NAME(values_per_state)(const Layer *l)
{
    return (ptrdiff_t)l->units * l->windows;
}

INLINE int NAME(rows_per_group)(const Layer *l)
{
    return l->blocks / l->groups * l->units;
}

/* The part of A, or of its gradient, of one group of a member. */
INLINE REAL *NAME(matrix)(const Layer *l, const Matrices *A, int member, int group)
{
    const ptrdiff_t row = (ptrdiff_t)group * NAME(rows_per_group)(l);
    return (REAL *)(A->values + member * A->member_stride) + row * l->rows;
}

/* The products of one group of a member at step t. */
INLINE REAL *NAME(products)(const Layer *l, int t, int member, int group)
{
    const ptrdiff_t row = ((ptrdiff_t)t * l->members + member) * l->blocks * l->units;
    return (REAL *)l->a + (row + group * NAME(rows_per_group)(l)) * l->windows;
}

INLINE REAL *NAME(operand)(const Layer *l, int t, int member, int group)
{
    const ptrdiff_t at = ((ptrdiff_t)t * l->members + member) * l->groups + group;
    return (REAL *)l->operand + at * l->rows * l->windows;
}

/* The part of `values` of a member at step t: one value for each unit and window. */
INLINE REAL *NAME(at_step)(const Layer *l, void *values, int t, int member)
{
    const ptrdiff_t at = (ptrdiff_t)t * l->members + member;
    return values ? (REAL *)values + at * NAME(values_per_state)(l) : NULL;
}

INLINE REAL *NAME(mask_of)(const Layer *l, int member, int group)
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
                     (ptrdiff_t)(l->inputs + l->biases) * l->windows;
        NAME(copy)(n, state, NAME(mask_of)(l, member, group), copy);
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

/* Number of values from one step to the next, of operands and of products. */
INLINE ptrdiff_t NAME(operand_stride)(const Layer *l)
{
    return (ptrdiff_t)l->members * l->groups * l->rows * l->windows;
}

INLINE ptrdiff_t NAME(product_stride)(const Layer *l)
{
    return l->members * l->blocks * NAME(values_per_state)(l);
}

/* Compute the products of step t with all columns of A from `first` on. */
static void NAME(compute_products)(const Layer *l, const Matrices *A, int t, int member,
                                   int first)
{
    for (int group = 0; group < l->groups; group++) {
        const NAME(Left) left = {NAME(matrix)(l, A, member, group) + first, l->rows, 1, 0,
                                 l->rows - first, 1};
        NAME(product)(l, &left, NAME(rows_per_group)(l), l->windows,
                      NAME(operand)(l, t, member, group) + (ptrdiff_t)first * l->windows,
                      l->windows, first > 0, NAME(products)(l, t, member, group));
    }
}

/* Compute the products of some steps with the inputs and biases. */
static void NAME(compute_input_products)(const Layer *l, const Matrices *A, int start,
                                         int stop, int member)
{
    for (int group = 0; group < l->groups; group++) {
        const NAME(Left) left = {NAME(matrix)(l, A, member, group), l->rows, 1, 0,
                                 l->inputs + l->biases, 1};
        NAME(product_of_steps)(l, &left, NAME(rows_per_group)(l), stop - start,
                               NAME(operand)(l, start, member, group),
                               NAME(operand_stride)(l), 0,
                               NAME(products)(l, start, member, group),
                               NAME(product_stride)(l));
    }
}

/* Process the steps from start to stop, for one member after the other, so that what a
   step wrote is in the cache when the next one reads it. */
static void NAME(forward)(const Layer *l, const Matrices *A, int start, int stop)
{
    const int is_one_vector = NAME(is_one_vector)(l);
    const int first = is_one_vector ? l->inputs + l->biases : 0;
    for (int member = 0; member < l->members; member++) {
        if (is_one_vector) NAME(compute_input_products)(l, A, start, stop, member);
        for (int t = start; t < stop; t++) {
            if (t > 0) NAME(copy_state)(l, t, member);
            /* The state before step 0 is zero. */
            if (t > 0 || !is_one_vector) NAME(compute_products)(l, A, t, member, first);
            NAME(step)(l, t, member);
        }
    }
}

/* Overwrite the gates of step t with the gradient of the products, and d_h with the part
   of the gradient of the previous state that does not pass through a product. */
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
        const NAME(Left) left = {
            NAME(matrix)(l, A, member, group) + l->inputs + l->biases, 1, l->rows, 0,
            NAME(rows_per_group)(l), 1};
        NAME(product)(l, &left, l->units, l->windows, NAME(products)(l, t, member, group),
                      l->windows, !mask, out);
        if (mask) NAME(add_product)(NAME(values_per_state)(l), out, mask, d_h);
    }
}

/* Write the gradient of the inputs of the steps from start to stop. */
static void NAME(input_gradient)(const Layer *l, const Matrices *A, REAL *d_inputs,
                                 int start, int stop, int member)
{
    const ptrdiff_t n = (ptrdiff_t)l->inputs * l->windows;
    for (int group = 0; group < l->groups; group++) {
        const NAME(Left) left = {NAME(matrix)(l, A, member, group), 1, l->rows, 0,
                                 NAME(rows_per_group)(l), 1};
        NAME(product_of_steps)(l, &left, l->inputs, stop - start,
                               NAME(products)(l, start, member, group),
                               NAME(product_stride)(l), group > 0,
                               d_inputs + ((ptrdiff_t)start * l->members + member) * n,
                               l->members * n);
    }
}

/* Write the transpose of an operand, with `columns` values from one row to the next. */
static void NAME(transpose)(int rows, int windows, const REAL *operand, int columns,
                            REAL *out)
{
    for (ptrdiff_t window = 0; window < windows; window++)
        for (ptrdiff_t row = 0; row < rows; row++)
            out[window * columns + row] = operand[row * windows + window];
}

/* Add the gradient of A from step t and some steps after it, in one product: with few
   windows, reading and writing d_A would take most of the time of a product of one step. */
static void NAME(add_matrix_gradient)(const Layer *l, const Matrices *d_A, int t,
                                      int member)
{
    const int rest = l->steps - t;
    const int steps = rest < l->steps_per_product ? rest : l->steps_per_product;
    for (int group = 0; group < l->groups; group++) {
        const REAL *d_a = NAME(products)(l, t, member, group);
        const NAME(Left) left = {d_a, l->windows, 1, NAME(product_stride)(l), l->windows,
                                 steps};
        for (int step = 0; step < steps; step++)
            NAME(transpose)(l->rows, l->windows,
                            NAME(operand)(l, t + step, member, group), l->columns,
                            (REAL *)l->beside +
                                (ptrdiff_t)step * l->windows * l->columns);
        NAME(product)(l, &left, NAME(rows_per_group)(l), l->rows, l->beside, l->columns,
                      steps < rest, NAME(matrix)(l, d_A, member, group));
    }
}

/* Set the gradient to zero for the blocks of a GRU's A that are always zero. */
static void NAME(clear_constant_zeros)(const Layer *l, const Matrices *d_A, int member)
{
    const int first = l->inputs + 1; /* column of the second bias */
    REAL *row = NAME(matrix)(l, d_A, member, 0) + (ptrdiff_t)2 * l->units * l->rows;
    for (int i = 0; i < l->units; i++, row += l->rows)
        memset(row + first, 0, (l->rows - first) * sizeof(REAL));
    for (int i = 0; i < l->units; i++, row += l->rows)
        memset(row, 0, first * sizeof(REAL));
}

/* Reset what the backward pass carries from step to step. */
static void NAME(begin_backward)(const Layer *l, int member)
{
    const size_t size = NAME(values_per_state)(l) * sizeof(REAL);
    memset(NAME(at_step)(l, l->d_h, 0, member), 0, size);
    if (l->d_c) memset(NAME(at_step)(l, l->d_c, 0, member), 0, size);
}

/* Go back over the steps from stop - 1 to start; d_inputs may be NULL. */
static void NAME(backward)(const Layer *l, const Matrices *A,
                           const OutputGradient *d_outputs, const Matrices *d_A,
                           void *d_inputs, int start, int stop)
{
    for (int member = 0; member < l->members; member++) {
        if (stop == l->steps) NAME(begin_backward)(l, member);
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
            /* With many windows, now: the gradient of the products is still in the cache. */
            if (d_inputs && !NAME(is_one_vector)(l))
                NAME(input_gradient)(l, A, d_inputs, t, t + 1, member);
        }
        if (d_inputs && NAME(is_one_vector)(l))
            NAME(input_gradient)(l, A, d_inputs, start, stop, member);
        if (start == 0 && l->kind == GRU) NAME(clear_constant_zeros)(l, d_A, member);
    }
}
