/* Both passes of a whole network. A template: see `kernel.h`.

   They do what `Network` does in `network.py`. A backward direction reads the steps in
   reverse order: its step t is the one at time steps - 1 - t. */

INLINE int NAME(reversed)(const Network *n, int t, int direction)
{
    return direction ? n->steps - 1 - t : t;
}

INLINE Matrices NAME(matrices_at)(const Parameters *p, ptrdiff_t at)
{
    return (Matrices){(char *)((REAL *)p->values + at), p->member_stride};
}

INLINE REAL *NAME(dense_matrix)(const DenseLayer *dense, const Parameters *p, int member)
{
    return (REAL *)(p->values + member * p->member_stride) + dense->A;
}

/* Copy the outputs of a layer for a member at some time, with its dropout. A sequence has
   a mask at each time; the last outputs of the top layer have only one. */
static void NAME(copy_outputs)(const Network *n, const RecurrentLayer *layer, int member,
                               int time, REAL *out)
{
    const int is_top = layer == n->layers + n->n_layers - 1;
    const ptrdiff_t size = NAME(values_per_state)(layer->cells[0]);
    const ptrdiff_t at = (is_top ? 0 : (ptrdiff_t)time * n->members) + member;
    for (int place = 0; place < layer->directions; place++, out += size) {
        const Layer *cell = layer->cells[place];
        const int t = is_top ? n->steps - 1 : NAME(reversed)(n, time, place);
        NAME(copy)(size, NAME(at_step)(cell, cell->states, t + 1, member),
                   layer->mask ? (const REAL *)layer->mask +
                                     (at * layer->directions + place) * size
                               : NULL,
                   out);
    }
}

/* Write the inputs of one direction of a layer into its operands. */
static void NAME(load_inputs)(const Network *n, int number, int place)
{
    const Layer *cell = n->layers[number].cells[place];
    const ptrdiff_t size = (ptrdiff_t)cell->inputs * n->windows;
    for (int time = 0; time < n->steps; time++)
        for (int member = 0; member < n->members; member++) {
            const int t = NAME(reversed)(n, time, place);
            const ptrdiff_t at = (ptrdiff_t)time * n->members + member;
            REAL *first = NAME(operand)(cell, t, member, 0);
            if (number == 0)
                memcpy(first, (REAL *)n->inputs + at * size, size * sizeof(REAL));
            else
                NAME(copy_outputs)(n, n->layers + number - 1, member, time, first);
            for (int group = 1; group < cell->groups; group++)
                memcpy(NAME(operand)(cell, t, member, group), first, size * sizeof(REAL));
        }
}

INLINE REAL *NAME(dense_operand)(const Network *n, const DenseLayer *dense, int member)
{
    return (REAL *)dense->operand + (ptrdiff_t)member * (dense->inputs + 1) * n->windows;
}

static void NAME(dense_forward)(const Network *n, const Parameters *p, int number)
{
    const DenseLayer *dense = n->dense + number;
    const ptrdiff_t size = (ptrdiff_t)dense->outputs * n->windows;
    for (int member = 0; member < n->members; member++) {
        const NAME(Left) left = {NAME(dense_matrix)(dense, p, member), dense->inputs + 1,
                                 1, 0, dense->inputs + 1, 1};
        REAL *y = (REAL *)dense->values + member * size;
        NAME(product)(n->layers->cells[0], &left, dense->outputs, n->windows,
                      NAME(dense_operand)(n, dense, member), n->windows, 0, y);
        if (number == n->n_dense - 1) continue;
        /* NaN remains NaN. */
        for (ptrdiff_t k = 0; k < size; k++) y[k] = y[k] < 0 ? 0 : y[k];
        memcpy(NAME(dense_operand)(n, dense + 1, member), y, size * sizeof(REAL));
    }
}

static void NAME(network_forward)(const Network *n, const Parameters *p)
{
    for (int number = 0; number < n->n_layers; number++)
        for (int place = 0; place < n->layers[number].directions; place++) {
            const RecurrentLayer *layer = n->layers + number;
            const Matrices A = NAME(matrices_at)(p, layer->A[place]);
            NAME(load_inputs)(n, number, place);
            NAME(forward)(layer->cells[place], &A, 0, n->steps);
        }
    for (int member = 0; member < n->members; member++)
        NAME(copy_outputs)(n, n->layers + n->n_layers - 1, member, 0,
                           NAME(dense_operand)(n, n->dense, member));
    for (int number = 0; number < n->n_dense; number++) NAME(dense_forward)(n, p, number);
}

/* Turn the gradient of the outputs of a dense layer into that of its inputs. */
static void NAME(dense_backward)(const Network *n, const Parameters *p,
                                 const Parameters *gradient, int number, REAL *d_outputs,
                                 REAL *d_inputs)
{
    const DenseLayer *dense = n->dense + number;
    const int rows = dense->inputs + 1;
    const ptrdiff_t size = (ptrdiff_t)dense->outputs * n->windows;
    for (int member = 0; member < n->members; member++) {
        REAL *d_a = d_outputs + member * size;
        const REAL *y = (const REAL *)dense->values + member * size;
        const NAME(Left) left = {d_a, n->windows, 1, 0, n->windows, 1};
        const NAME(Left) W_T = {NAME(dense_matrix)(dense, p, member), 1, rows, 0,
                                dense->outputs, 1};
        if (number < n->n_dense - 1)
            for (ptrdiff_t k = 0; k < size; k++) d_a[k] *= y[k] > 0;
        NAME(transpose)(rows, n->windows, NAME(dense_operand)(n, dense, member),
                        n->columns, n->beside);
        NAME(product)(n->layers->cells[0], &left, dense->outputs, rows, n->beside,
                      n->columns, 0, NAME(dense_matrix)(dense, gradient, member));
        NAME(product)(n->layers->cells[0], &W_T, dense->inputs, n->windows, d_a,
                      n->windows, 0,
                      d_inputs + (ptrdiff_t)member * dense->inputs * n->windows);
    }
}

/* The backward pass of one layer; it writes the gradient of the inputs unless NULL. The
   gradient of its outputs is given for all steps or, for the top layer, for the last. */
static void NAME(layer_backward)(const Network *n, const Parameters *p,
                                 const Parameters *gradient, int number,
                                 const REAL *d_outputs, REAL *d_inputs)
{
    const RecurrentLayer *layer = n->layers + number;
    const ptrdiff_t size = NAME(values_per_state)(layer->cells[0]);
    const ptrdiff_t member_size = layer->directions * size;
    const int is_top = number == n->n_layers - 1;
    for (int place = 0; place < layer->directions; place++) {
        const Layer *cell = layer->cells[place];
        const ptrdiff_t inputs = (ptrdiff_t)n->members * cell->inputs * n->windows;
        const ptrdiff_t stride = (place ? -1 : 1) * n->members * member_size;
        const REAL *first = d_outputs + place * size;
        REAL *out = place ? n->d_values[2] : d_inputs;
        if (place && !is_top) first -= (n->steps - 1) * stride;
        const OutputGradient of_outputs = {(const char *)first, stride * sizeof(REAL),
                                           member_size * sizeof(REAL),
                                           is_top ? n->steps - 1 : 0};
        const Matrices A = NAME(matrices_at)(p, layer->A[place]);
        const Matrices d_A = NAME(matrices_at)(gradient, layer->A[place]);
        NAME(backward)(cell, &A, &of_outputs, &d_A, d_inputs ? out : NULL, 0, n->steps);
        for (int t = 0; d_inputs && place && t < n->steps; t++)
            NAME(add)(inputs, d_inputs + (n->steps - 1 - t) * inputs, out + t * inputs);
    }
}

/* The gradient of the outputs is in the first buffer of `d_values`, which is overwritten
   like the others. That of the inputs is written to `d_inputs`, unless it is NULL. */
static void NAME(network_backward)(const Network *n, const Parameters *p,
                                   const Parameters *gradient, void *d_inputs)
{
    REAL *d_values = n->d_values[0], *next = n->d_values[1], *before;
    for (int number = n->n_dense - 1; number >= 0; number--) {
        NAME(dense_backward)(n, p, gradient, number, d_values, next);
        before = d_values, d_values = next, next = before;
    }
    for (int number = n->n_layers - 1; number >= 0; number--) {
        const RecurrentLayer *layer = n->layers + number;
        const ptrdiff_t size = layer->directions * n->members *
                               NAME(values_per_state)(layer->cells[0]);
        const int steps = number == n->n_layers - 1 ? 1 : n->steps;
        if (layer->mask) NAME(scale)(steps * size, layer->mask, d_values);
        NAME(layer_backward)(n, p, gradient, number, d_values,
                             number > 0 ? next : d_inputs);
        before = d_values, d_values = next, next = before;
    }
}

/* Write the loss of each member, and the gradient of the outputs of `network_forward`. */
static void NAME(batch_loss)(const Network *n, const Batch *batch)
{
    const DenseLayer *last = n->dense + n->n_dense - 1;
    const REAL *targets = batch->targets, *weights = batch->weights;
    const REAL *scales = batch->scale, *bases = batch->base, *y = last->values;
    REAL *losses = batch->losses, *d_y = n->d_values[0];
    for (int member = 0; member < n->members; member++) {
        double sum = 0;
        for (ptrdiff_t k = 0; k < (ptrdiff_t)last->outputs * n->windows; k++) {
            const ptrdiff_t at = (ptrdiff_t)member * last->outputs * n->windows + k;
            const REAL weight = weights[member * n->windows + k % n->windows];
            const REAL factor = weight / batch->windows / last->outputs;
            const REAL scale = scales ? scales[at] : 1, base = bases ? bases[at] : 0;
            REAL d_error;
            sum += NAME(loss_of)(batch->loss, scale * y[at] + base - targets[at],
                                 &d_error) * factor;
            d_y[at] = d_error * factor * scale;
        }
        losses[member] = (REAL)sum;
    }
}

static void NAME(network_gradient)(const Network *n, const Parameters *p,
                                   const Parameters *gradient, const Batch *batch)
{
    NAME(network_forward)(n, p);
    NAME(batch_loss)(n, batch);
    NAME(network_backward)(n, p, gradient, NULL);
}

static const Functions NAME(functions) = {
    NAME(forward),          NAME(backward),  NAME(network_forward), NAME(network_backward),
    NAME(network_gradient), NAME(tanh_each), NAME(sigmoid_each),    NAME(adam)};
