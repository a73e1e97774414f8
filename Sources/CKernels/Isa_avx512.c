// The kernels for avx512.
#if defined(__x86_64__)
#include <immintrin.h>

#include "Isa.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"))), apply_to = function)
#define LANES 16
#define ROWS 14
#define NAME(x) x##_avx512
#define ISA "avx512"
#include "Template.h"
#pragma clang attribute pop
#endif
