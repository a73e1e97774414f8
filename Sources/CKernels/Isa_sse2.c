// The kernels for the baseline: SSE2 on x86-64, and vectors of four floats anywhere else.
#include "Isa.h"

#define LANES 4
#define ROWS 4
#define NAME(x) x##_sse2
#define ISA "sse2"
#include "Template.h"
