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
#include "Random.h"

#if ROWS == 14
#define TILES(kind)                                                                                             \
  {0, NAME(kind##1), NAME(kind##2), NAME(kind##3), NAME(kind##4), NAME(kind##5), NAME(kind##6), NAME(kind##7), \
   NAME(kind##8), NAME(kind##9), NAME(kind##10), NAME(kind##11), NAME(kind##12), NAME(kind##13), NAME(kind##14)}
#elif ROWS == 6
#define TILES(kind) {0, NAME(kind##1), NAME(kind##2), NAME(kind##3), NAME(kind##4), NAME(kind##5), NAME(kind##6)}
#else
#define TILES(kind) {0, NAME(kind##1), NAME(kind##2), NAME(kind##3), NAME(kind##4)}
#endif

const Isa NAME(isa) = {
    .name = ISA,
    .lanes = LANES,
    .width = WIDTH,
    .rows = ROWS,
    .micro = TILES(micro),
    .narrow = TILES(narrow),
    .row = NAME(row),
    .pack = NAME(pack),
    .winograd_filter = NAME(winograd_filter),
#if LANES == 16
    .winograd_few = NAME(winograd_few),
#endif
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
    .add_square_rows = NAME(add_square_rows),
    .add_slope_rows = NAME(add_slope_rows),
    .affine_rows = NAME(affine_rows),
    .standardise_rows = NAME(standardise_rows),
    .standardise_rows_back = NAME(standardise_rows_back),
    .layer_rows = NAME(layer_rows),
    .layer_rows_back = NAME(layer_rows_back),
    .softmax_rows_back = NAME(softmax_rows_back),
    .extreme_rows = NAME(extreme_rows),
    .softmax = NAME(softmax),
    .max_pixels = NAME(max_pixels),
    .mean_pixels = NAME(mean_pixels),
    .accumulate = NAME(accumulate),
    .product = NAME(product),
    .uniform = NAME(uniform),
};
