# What the module `_compiled` uses of the C code; see `kernel/kernel.h`.

cdef extern from "kernel/kernel.h" nogil:
    ctypedef struct Layer:
        int kind, steps, members, groups, blocks, units, inputs, biases, rows, windows
        int steps_per_product, columns
        void *gemm
        void *operand
        void *a
        void *states
        void *memory
        void *tanh_c
        void *mask
        void *d_h
        void *d_c
        void *d_masked
        void *beside

    ctypedef struct Matrices:
        char *values
        Py_ssize_t member_stride

    ctypedef struct OutputGradient:
        const char *values
        Py_ssize_t step_stride, member_stride
        int first

    ctypedef Matrices Parameters

    ctypedef struct RecurrentLayer:
        int directions
        const Layer *cells[2]
        Py_ssize_t A[2]
        const void *mask

    ctypedef struct DenseLayer:
        int inputs, outputs
        Py_ssize_t A
        void *operand
        void *values

    ctypedef struct Network:
        int steps, members, windows, n_layers, n_dense, columns
        RecurrentLayer *layers
        DenseLayer *dense
        void *inputs
        void *beside
        void *d_values[3]

    ctypedef struct Batch:
        int loss, windows
        const void *targets
        const void *weights
        const void *scale
        const void *base
        void *losses

    ctypedef struct Functions:
        void (*forward)(const Layer *, const Matrices *A, int start, int stop) noexcept nogil
        void (*backward)(
            const Layer *, const Matrices *A, const OutputGradient *,
            const Matrices *d_A, void *d_inputs, int start, int stop) noexcept nogil
        void (*network_forward)(const Network *, const Parameters *) noexcept nogil
        void (*network_backward)(
            const Network *, const Parameters *, const Parameters *,
            void *d_inputs) noexcept nogil
        void (*network_gradient)(
            const Network *, const Parameters *, const Parameters *,
            const Batch *) noexcept nogil
        void (*tanh_each)(Py_ssize_t n, void *x) noexcept nogil
        void (*sigmoid_each)(Py_ssize_t n, void *x) noexcept nogil
        void (*adam)(
            Py_ssize_t n, void *theta, const void *gradient, void *m, void *v,
            double beta_1, double beta_2, double factor, double epsilon,
            double decay) noexcept nogil

    int count_levels() noexcept
    const Functions *find_functions(int level, bint is_double) noexcept
