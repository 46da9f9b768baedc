/* Includes the templates for float and for double. */

/* 2^n is the integer n + bias, shifted to the exponent. Adding ROUNDING to a number moves
   its nearest integer to the lowest bits. */
#define REAL float
#define BITS uint32_t
#define SQRT sqrtf
#define MANTISSA_BITS 23
#define EXPONENT_BIAS 127
#define ROUNDING 12582912.0f /* 1.5 * 2^23 */
#define LOG2_E 1.44269504088896341f
/* The upper part of log(2) has few bits, so that its product with n is exact. */
#define LOG_2_UPPER 0.693145751953125f
#define LOG_2_LOWER 1.42860682030941723e-6f
#define TANH_IS_ONE 10.0f /* tanh rounds to 1 from 9.02 on */
#define EXP_LIMIT 87.0f   /* exp(-87) is a normal number, exp(-88) is not */
/* The Taylor series of (exp(r) - 1 - r) / r^2. For |r| <= log(2) / 2, the terms left out
   are below 2e-8 of exp(r) - 1, a third of the rounding of float. */
#define SERIES(r) \
    (1.0f / 2 + r * (1.0f / 6 + r * (1.0f / 24 + r * (1.0f / 120 + \
    r * (1.0f / 720 + r * (1.0f / 5040))))))
#include "elementwise.h"
#include "product.h"
#include "steps.h"
#include "network.h"

#include "undefine.h"

#define REAL double
#define BITS uint64_t
#define SQRT sqrt
#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
#define ROUNDING 6755399441055744.0 /* 1.5 * 2^52 */
#define LOG2_E 1.4426950408889634074
#define LOG_2_UPPER 0.693147180369123816490
#define LOG_2_LOWER 1.90821492927058770002e-10
#define TANH_IS_ONE 20.0 /* tanh rounds to 1 from 19.07 on */
#define EXP_LIMIT 708.0
/* As above, but for the term in r^13: those left out are below 2e-17. */
#define SERIES(r) \
    (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + \
    r * (1.0 / 5040 + r * (1.0 / 40320 + r * (1.0 / 362880 + r * (1.0 / 3628800 + \
    r * (1.0 / 39916800 + r * (1.0 / 479001600 + r * (1.0 / 6227020800.0))))))))))))
#include "elementwise.h"
#include "product.h"
#include "steps.h"
#include "network.h"

#include "undefine.h"
