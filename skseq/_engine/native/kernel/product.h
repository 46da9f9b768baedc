/* Matrix products. A template: see `kernel.h`. */

/* The left matrix of a product: `row` and `column` are its strides, of which one is 1. It
   may consist of parts side by side, one for each step, each with so many columns. */
typedef struct {
    const REAL *values;
    ptrdiff_t row, column, step;
    int columns, steps;
} NAME(Left);

#if defined(HAS_OWN_PRODUCT)

/* These products take as long as those of a BLAS that knows the processor, and half as
   long as those of one that does not. They copy nothing, which pays with few windows. Sums
   are always added up in the order of the columns of A: a window has the same bits in
   every batch. */

/* Some columns of a row. Rows need not be aligned. */
typedef REAL NAME(vector)
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(REAL)), may_alias));
#define LANES ((int)(VECTOR_BYTES / sizeof(REAL)))
#define MAX_ROWS 12

/* Compute some rows and columns of C = A B, or of C += A B. The sums stay in registers,
   because the loops over rows and vectors are unrolled. Of the last vector, `width`
   columns are written; B must be readable in all. */
INLINE void NAME(tile)(const int rows, const int vectors, const int width,
                       const NAME(Left) *A, int i, const REAL *B, ptrdiff_t B_row,
                       int adds, REAL *C, ptrdiff_t C_row)
{
    NAME(vector) sum[MAX_ROWS][MAX_VECTORS];
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) sum[row][v] = (NAME(vector)){0};
    for (int step = 0; step < A->steps; step++) {
        const REAL *a = A->values + i * A->row + step * A->step;
        for (int k = 0; k < A->columns; k++, a += A->column, B += B_row) {
            NAME(vector) b[MAX_VECTORS];
#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++)
                b[v] = *(const NAME(vector) *)(B + v * LANES);
#pragma GCC unroll 12
            for (int row = 0; row < rows; row++)
#pragma GCC unroll 4
                for (int v = 0; v < vectors; v++) sum[row][v] += a[row * A->row] * b[v];
        }
    }
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++) {
        REAL *c = C + (i + row) * C_row;
        if (width < LANES) {
            for (int column = 0; column < width; column++)
                c[column] = sum[row][0][column] + (adds ? c[column] : 0);
            continue;
        }
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            NAME(vector) *at = (NAME(vector) *)(c + v * LANES);
            if (adds)
                *at += sum[row][v];
            else
                *at = sum[row][v];
        }
    }
}

/* Compute all rows of some columns, in tiles as tall as registers allow. */
INLINE void NAME(strip)(const int tall, const int vectors, const int width, int rows,
                        const NAME(Left) *A, const REAL *B, ptrdiff_t B_row, int adds,
                        REAL *C, ptrdiff_t C_row)
{
    int i = 0;
    for (; i + tall <= rows; i += tall)
        NAME(tile)(tall, vectors, width, A, i, B, B_row, adds, C, C_row);
    for (; i + 2 <= rows; i += 2)
        NAME(tile)(2, vectors, width, A, i, B, B_row, adds, C, C_row);
    for (; i < rows; i++) NAME(tile)(1, vectors, width, A, i, B, B_row, adds, C, C_row);
}

/* C = A B, or C += A B, for B and C stored by rows. */
static void NAME(product)(const Layer *l, const NAME(Left) *A, int rows, int columns,
                          const REAL *B, int B_row, int adds, REAL *C)
{
    (void)l;
    int j = 0;
    for (; j + MAX_VECTORS * LANES <= columns; j += MAX_VECTORS * LANES)
        NAME(strip)(6, MAX_VECTORS, LANES, rows, A, B + j, B_row, adds, C + j, columns);
    for (; j + 2 * LANES <= columns; j += 2 * LANES)
        NAME(strip)(MAX_VECTORS == 4 ? 12 : 6, 2, LANES, rows, A, B + j, B_row, adds, C + j, columns);
    for (; j + LANES <= columns; j += LANES)
        NAME(strip)(12, 1, LANES, rows, A, B + j, B_row, adds, C + j, columns);
    if (j < columns)
        NAME(strip)(12, 1, columns - j, rows, A, B + j, B_row, adds, C + j, columns);
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

#endif
