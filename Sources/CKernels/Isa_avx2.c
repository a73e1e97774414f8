// The kernels for avx2.
#if defined(__x86_64__)
#include <immintrin.h>

#include "Isa.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define ROWS 6
#define NAME(x) x##_avx2
#define ISA "avx2"
#include "Template.h"
#pragma clang attribute pop
#endif
