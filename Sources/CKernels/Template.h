// Everything that is compiled once per instruction set. Needs LANES, ROWS, NAME(x) and ISA (a string).
#include "Vectors.h"
// The order matters: later templates use earlier ones.
#include "Matrix.h"
#include "Winograd.h"
#include "Depthwise.h"
#include "Scalars.h"
#include "Reductions.h"
#include "Elements.h"
#include "Pooling.h"

#if ROWS == 14
#define MICROS                                                                                                   \
  {                                                                                                              \
    0, NAME(micro1), NAME(micro2), NAME(micro3), NAME(micro4), NAME(micro5), NAME(micro6), NAME(micro7),         \
        NAME(micro8), NAME(micro9), NAME(micro10), NAME(micro11), NAME(micro12), NAME(micro13), NAME(micro14)    \
  }
#elif ROWS == 6
#define MICROS {0, NAME(micro1), NAME(micro2), NAME(micro3), NAME(micro4), NAME(micro5), NAME(micro6)}
#else
#define MICROS {0, NAME(micro1), NAME(micro2), NAME(micro3), NAME(micro4)}
#endif

const Isa NAME(isa) = {
    .name = ISA,
    .lanes = LANES,
    .width = WIDTH,
    .rows = ROWS,
    .micro = MICROS,
    .pack = NAME(pack),
    .winograd_input = NAME(winograd_input),
    .winograd_output = NAME(winograd_output),
    .depthwise = NAME(depthwise),
    .depthwise_input = NAME(depthwise_input),
    .depthwise_weight = NAME(depthwise_weight),
    .unary = NAME(unary),
    .binary = NAME(binary),
    .compare = NAME(compare),
    .select = NAME(select),
    .sum = NAME(sum),
    .dot = NAME(dot),
    .extreme = NAME(extreme),
    .add_rows = NAME(add_rows),
    .extreme_rows = NAME(extreme_rows),
    .softmax = NAME(softmax),
    .max_pixels = NAME(max_pixels),
    .mean_pixels = NAME(mean_pixels),
    .accumulate = NAME(accumulate),
    .product = NAME(product),
};
