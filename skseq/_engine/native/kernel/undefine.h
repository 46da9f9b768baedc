/* Removes what `types.h` defines for one type, before it defines the next. */
#undef REAL
#undef BITS
#undef SQRT
#undef MANTISSA_BITS
#undef EXPONENT_BIAS
#undef ROUNDING
#undef LOG2_E
#undef LOG_2_UPPER
#undef LOG_2_LOWER
#undef TANH_IS_ONE
#undef EXP_LIMIT
#undef SERIES
