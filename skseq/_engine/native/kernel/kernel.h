/* The compiled kernel: the loops over the steps of a window, and what they call.

   The files `elementwise.h`, `product.h`, `steps.h` and `network.h` are templates: C has no generic
   functions, so `types.h` includes them once for float and once for double. This file
   includes `types.h` for each level of vector instructions that a processor may have. The
   highest level that the processor has is chosen when the program runs.

   The functions compute what `Cell` and its subclasses do in `base_cell.py` and
   `cells.py`, with the same buffers; the equations are explained there. */

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define RESTRICT __restrict__
#define INLINE static inline __attribute__((always_inline))
#else
#define RESTRICT __restrict
#define INLINE static __inline
#endif

typedef enum { SIMPLE, LSTM, GRU } CellKind;
typedef enum { SQUARED, ABSOLUTE, HUBER } Loss;

/* One direction of one layer: its sizes, and its buffers of float or double, which are
   contiguous in the order (step, member, group, row, window). `rows` is the number of
   rows of an operand and of columns of A. `operand`, `a` and `beside` must be readable for
   64 bytes after their end, because vectors are read whole. */
typedef struct {
    int kind, steps, members, groups, blocks, units, inputs, biases, rows, windows;
    int steps_per_product;
    int columns; /* of `beside`: rows, and some that are not used */
    void *gemm;     /* of SciPy's BLAS */
    void *operand, *a, *states;
    void *memory;   /* c of an LSTM, the candidate of a GRU */
    void *tanh_c;   /* of an LSTM */
    void *mask;     /* NULL without recurrent dropout */
    void *d_h;      /* gradient of the state of a step */
    void *d_c;      /* gradient of c of a step of an LSTM */
    void *d_masked; /* gradient of the masked state of a step, one group and member */
    void *beside;   /* transposed operands of some steps of one group and member */
} Layer;

/* A, or its gradient, with the bytes from one member to the next. */
typedef struct {
    char *values;
    ptrdiff_t member_stride;
} Matrices;

/* Gradient of the outputs of the steps from `first` on, with strides in bytes. */
typedef struct {
    const char *values;
    ptrdiff_t step_stride, member_stride;
    int first;
} OutputGradient;

/* All weights of each member, or their gradient. */
typedef Matrices Parameters;

/* `A` is where a matrix begins among the parameters of a member. */
typedef struct {
    int directions; /* 1 or 2 */
    const Layer *cells[2];
    ptrdiff_t A[2];
    const void *mask; /* NULL without dropout */
} RecurrentLayer;

typedef struct {
    int inputs, outputs;
    ptrdiff_t A;
    void *operand, *values;
} DenseLayer;

/* Buffers as in `Network` and `Dense`, and three for gradients of layers' outputs. */
typedef struct {
    int steps, members, windows, n_layers, n_dense;
    int columns; /* of `beside`: rows of the largest operand, and some not used */
    RecurrentLayer *layers;
    DenseLayer *dense;
    void *inputs;
    void *beside; /* transposed operand of a dense layer */
    void *d_values[3];
} Network;

/* What the loss is computed from: arrays of shape (members, outputs, windows). `weights`
   and `losses` have no axis of outputs. The prediction is scale * output + base; both are
   NULL if it is the output. `windows` is the number of windows in the whole batch. */
typedef struct {
    int loss, windows;
    const void *targets, *weights, *scale, *base;
    void *losses;
} Batch;

/* The functions that Python calls, for one type and level. */
typedef struct {
    void (*forward)(const Layer *, const Matrices *A, int start, int stop);
    void (*backward)(const Layer *, const Matrices *A, const OutputGradient *,
                     const Matrices *d_A, void *d_inputs, int start, int stop);
    void (*network_forward)(const Network *, const Parameters *);
    void (*network_backward)(const Network *, const Parameters *,
                             const Parameters *gradient, void *d_inputs);
    void (*network_gradient)(const Network *, const Parameters *,
                             const Parameters *gradient, const Batch *);
    void (*tanh_each)(ptrdiff_t n, void *x);
    void (*sigmoid_each)(ptrdiff_t n, void *x);
    void (*adam)(ptrdiff_t n, void *theta, const void *gradient, void *m, void *v,
                 double beta_1, double beta_2, double factor, double epsilon,
                 double decay);
} Functions;

#define PASTE(a, b, c) a##_##b##_##c
#define JOIN(a, b, c) PASTE(a, b, c)
#define NAME(name) JOIN(name, REAL, LEVEL)

/* Instructions that every processor of the platform has; products are those of BLAS. */
#define LEVEL blas
#include "types.h"
#undef LEVEL

#if defined(__x86_64__) && defined(__GNUC__)
#define HAS_LEVELS 1
#define HAS_OWN_PRODUCT 1

/* Processors since about 2013. */
#define LEVEL avx2
#define VECTOR_BYTES 32
#define MAX_VECTORS 2 /* with 6 rows: 12 of 16 registers hold sums */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#include "types.h"
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#undef LEVEL
#undef VECTOR_BYTES
#undef MAX_VECTORS

/* Servers since about 2017, and some others. */
#define LEVEL avx512
#define VECTOR_BYTES 64
#define MAX_VECTORS 4 /* with 6 rows: 24 of 32 registers hold sums */
#if defined(__clang__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")
#endif
#include "types.h"
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#undef LEVEL
#endif

/* Return the number of levels that this processor has. */
static int count_levels(void)
{
#if defined(HAS_LEVELS)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl"))
        return 2;
    return 3;
#else
    return 1;
#endif
}

static const Functions *find_functions(int level, int is_double)
{
#if defined(HAS_LEVELS)
    if (level == 2) return is_double ? &functions_double_avx512 : &functions_float_avx512;
    if (level == 1) return is_double ? &functions_double_avx2 : &functions_float_avx2;
#endif
    (void)level;
    return is_double ? &functions_double_blas : &functions_float_blas;
}
