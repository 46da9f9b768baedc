/* The loops over the steps of a window, for float and for double.

   They compute what `Cell.forward` and `Cell.backward` do in `base_cell.py`, with the
   same buffers. */

#include "_elementwise.h"

typedef enum { SIMPLE, LSTM, GRU } CellKind;

/* One direction of one layer: its sizes, and its buffers of float or double, which are
   contiguous in the order (step, member, group, row, window). rows is the number of rows
   of an operand and of columns of A. */
typedef struct {
    int kind, steps, members, groups, blocks, units, inputs, rows, windows;
    int steps_per_product;
    void *gemm;    /* of SciPy's BLAS */
    void *operand, *a, *states;
    void *memory;  /* c of an LSTM, the candidate of a GRU */
    void *tanh_c;  /* of an LSTM */
    void *mask;    /* NULL without recurrent dropout */
    void *d_h;     /* gradient in the state; one step */
    void *d_c;     /* gradient in c of an LSTM; one step */
    void *d_masked; /* gradient in the masked state of one group and member; one step */
    void *beside;  /* operands and a of several steps of one group and member */
} Layer;

/* A, or its gradient, with the stride from one member to the next in bytes. */
typedef struct {
    char *values;
    ptrdiff_t member_stride;
} Matrices;

/* Gradient in the outputs of the steps from `first` on, with strides in bytes. */
typedef struct {
    const char *values;
    ptrdiff_t step_stride, member_stride;
    int first;
} OutputGradient;

#define REAL float
#define NAME(name) name##_float
#include "_steps_template.h"
#undef REAL
#undef NAME

#define REAL double
#define NAME(name) name##_double
#include "_steps_template.h"
