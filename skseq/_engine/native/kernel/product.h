/* Matrix products. A template: see `kernel.h`. */

/* The left matrix of a product: `row` and `column` are its strides, of which one is 1. It
   may consist of parts side by side, one for each step, each with `columns` columns. */
typedef struct {
    const REAL *values;
    ptrdiff_t row, column, step;
    int columns, steps;
} NAME(Left);

#if defined(HAS_OWN_PRODUCT)

/* These products take as long as those of a BLAS that is optimized for the processor, and
   half as long as those of one that is not. They copy nothing, which saves time with few
   windows. Sums are always added up in the order of the columns of A, so the result for a
   window is bit-identical in every batch. */

typedef REAL NAME(vector)
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(REAL)), may_alias));
#define LANES ((int)(VECTOR_BYTES / sizeof(REAL)))
#define MAX_ROWS 12

/* Where the vectors of B and C begin: `row` and `vector` are the strides from one to the
   next. Of each vector of C, `width` values are written; those of B must be readable. */
typedef struct {
    const REAL *B;
    REAL *C;
    ptrdiff_t B_row, B_vector, C_row, C_vector;
    int width;
} NAME(Right);

/* Read or write a vector, or only its first `width` values. A partial vector is copied
   through memory, so that the vector itself can stay in a register. */
INLINE NAME(vector) NAME(load)(const REAL *from, int width)
{
    REAL part[LANES] = {0};
    if (width == LANES) return *(const NAME(vector) *)from;
    for (int column = 0; column < width; column++) part[column] = from[column];
    return *(const NAME(vector) *)part;
}

INLINE void NAME(store)(REAL *to, int width, NAME(vector) values)
{
    REAL part[LANES];
    if (width == LANES) {
        *(NAME(vector) *)to = values;
        return;
    }
    *(NAME(vector) *)part = values;
    for (int column = 0; column < width; column++) to[column] = part[column];
}

/* Compute some rows of some vectors of C = A B, or of C += A B. The sums stay in
   registers, because the loops over rows and vectors are unrolled. */
INLINE void NAME(tile)(const int rows, const int vectors, const NAME(Left) *A,
                       const NAME(Right) *right, int adds, int i)
{
    NAME(vector) sum[MAX_ROWS][MAX_VECTORS];
    REAL *C = right->C + i * right->C_row;
    const REAL *B = right->B;
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            const REAL *c = C + row * right->C_row + v * right->C_vector;
            sum[row][v] = adds ? NAME(load)(c, right->width) : (NAME(vector)){0};
        }
    for (int step = 0; step < A->steps; step++) {
        const REAL *a = A->values + i * A->row + step * A->step;
        for (int k = 0; k < A->columns; k++, a += A->column, B += right->B_row) {
            NAME(vector) b[MAX_VECTORS];
#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++)
                b[v] = *(const NAME(vector) *)(B + v * right->B_vector);
#pragma GCC unroll 12
            for (int row = 0; row < rows; row++)
#pragma GCC unroll 4
                for (int v = 0; v < vectors; v++) sum[row][v] += a[row * A->row] * b[v];
        }
    }
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            REAL *c = C + row * right->C_row + v * right->C_vector;
            NAME(store)(c, right->width, sum[row][v]);
        }
}

/* Compute all rows of some vectors, in tiles as tall as registers allow. */
INLINE void NAME(strip)(const int tall, const int vectors, const NAME(Left) *A, int rows,
                        const NAME(Right) *right, int adds)
{
    int i = 0;
    for (; i + tall <= rows; i += tall) NAME(tile)(tall, vectors, A, right, adds, i);
    for (; i + 2 <= rows; i += 2) NAME(tile)(2, vectors, A, right, adds, i);
    for (; i < rows; i++) NAME(tile)(1, vectors, A, right, adds, i);
}

static void NAME(product_of_vectors)(int vectors, const NAME(Left) *A, int rows,
                                     const NAME(Right) *right, int adds)
{
    if (vectors == 1) NAME(strip)(12, 1, A, rows, right, adds);
    if (vectors == 2) NAME(strip)(MAX_VECTORS == 2 ? 6 : 12, 2, A, rows, right, adds);
#if MAX_VECTORS == 4
    if (vectors == 3) NAME(strip)(8, 3, A, rows, right, adds);
    if (vectors == 4) NAME(strip)(6, 4, A, rows, right, adds);
#endif
}

/* C = A B, or C += A B, for B and C stored by rows. */
static void NAME(product)(const Layer *l, const NAME(Left) *A, int rows, int columns,
                          const REAL *B, int B_row, int adds, REAL *C)
{
    NAME(Right) right = {B, C, B_row, LANES, columns, LANES, LANES};
    int vectors = columns / LANES;
    (void)l;
    while (vectors > 0) {
        const int some = vectors < MAX_VECTORS ? vectors : MAX_VECTORS;
        NAME(product_of_vectors)(some, A, rows, &right, adds);
        vectors -= some;
        right.B += some * LANES;
        right.C += some * LANES;
    }
    right.width = columns % LANES;
    if (right.width > 0) NAME(product_of_vectors)(1, A, rows, &right, adds);
}

/* Return whether the windows of a step are one vector or a part of one. */
INLINE int NAME(is_one_vector)(const Layer *l)
{
    return l->windows <= LANES;
}

#undef LANES
#undef MAX_ROWS

#else

/* Pointers to all arguments; matrices are stored by columns. */
typedef void (*NAME(Gemm))(char *, char *, int *, int *, int *, REAL *, REAL *, int *,
                           REAL *, int *, REAL *, REAL *, int *);

/* C = A B, or C += A B, for B and C stored by rows. */
static void NAME(product)(const Layer *l, const NAME(Left) *A, int rows, int columns,
                          const REAL *B, int B_row, int adds, REAL *C)
{
    int inner = A->columns, A_row = (int)(A->column == 1 ? A->row : A->column);
    for (int step = 0; step < A->steps; step++) {
        REAL one = 1, beta = adds || step > 0 ? 1 : 0;
        /* Read by columns, a matrix stored by rows is its transpose: C^T = B^T A^T. */
        ((NAME(Gemm))l->gemm)("N", A->column == 1 ? "N" : "T", &columns, &rows, &inner,
                              &one, (REAL *)B + (ptrdiff_t)step * inner * B_row, &B_row,
                              (REAL *)A->values + step * A->step, &A_row, &beta, C,
                              &columns);
    }
}

INLINE int NAME(is_one_vector)(const Layer *l)
{
    (void)l;
    return 0;
}

#endif

/* C = A B, or C += A B, for each of some steps, whose B and C are `B_step` and `C_step`
   apart. If the windows fit into one vector, A is read only once for several steps. */
static void NAME(product_of_steps)(const Layer *l, const NAME(Left) *A, int rows,
                                   int steps, const REAL *B, ptrdiff_t B_step, int adds,
                                   REAL *C, ptrdiff_t C_step)
{
#if defined(HAS_OWN_PRODUCT)
    while (NAME(is_one_vector)(l) && steps > 0) {
        const int some = steps < MAX_VECTORS ? steps : MAX_VECTORS;
        const NAME(Right) right = {B, C, l->windows, B_step, l->windows, C_step,
                                   l->windows};
        NAME(product_of_vectors)(some, A, rows, &right, adds);
        steps -= some;
        B += some * B_step;
        C += some * C_step;
    }
#endif
    for (int step = 0; step < steps; step++)
        NAME(product)(l, A, rows, l->windows, B + step * B_step, l->windows, adds,
                      C + step * C_step);
}
