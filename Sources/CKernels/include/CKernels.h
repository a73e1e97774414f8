// The loops that need vector instructions, and the threads that run them. Called by the Tensors room only, which has
// checked every shape: these functions trust their arguments. Strides count elements. Functions that return a truth
// value return false if there was no memory or an interruption was requested; results are then incomplete.
#pragma once
#include <stdbool.h>
#include <stdint.h>

// ---- threads ------------------------------------------------------------------------------------------------------

typedef void (*ck_item)(void *context, long item);

/// Threads that work on one call, the caller included.
int ck_threads(void);
/// Sets the number of threads, clamped to 1 … 64. Threads are created when they are first needed.
void ck_set_threads(int count);
/// Calls item(context, i) for i in 0 ..< count, each once, possibly on several threads. Returns false if an
/// interruption was requested before all items had been handed out.
bool ck_parallel(long count, ck_item item, void *context);

/// Lets the C library keep up to 64 MB of freed memory for the values that come next. Tensors have a pool of their own.
void ck_keep_freed_memory(void);
/// Starts a copy of the process, with a pool of its own of so many threads. Gives the number of the copy to the
/// first process, 0 to the copy, and -1 where there can be none. The copy ends when the first does, and at Ctrl-C.
int ck_fork(int threads);

/// The flag that a signal handler sets (async-signal-safe).
bool ck_interruption_requested(void);
void ck_request_interruption(bool requested);

// ---- instruction sets ---------------------------------------------------------------------------------------------

/// The instruction set in use: sse2, avx2 or avx512; the best one, or the environment variable XAI_ISA.
const char *ck_isa(void);
/// Changes it; false if the machine has no such instruction set. Weights that were packed before are then useless.
bool ck_set_isa(const char *name);
/// Columns of a tile of results, to which packed weights are rounded up.
long ck_width(void);

// ---- matrix products ----------------------------------------------------------------------------------------------

/// What happens to each result before it is stored: + bias[column], + add[row, column], clip.
typedef struct {
  const float *bias;
  const float *add;
  long add_row;
  bool clip;
  float low, high;
} ck_epilogue;

/// c[m × n] = a[m × k] · b[k × n], then the epilogue. Rows of c are contiguous; a and b have any strides.
typedef struct {
  long m, n, k;
  const float *a;
  long a_row, a_column;
  /// Unused if `packed` is given.
  const float *b;
  long b_row, b_column;
  /// b as ck_pack_matrix made it, or null.
  const float *packed;
  float *c;
  long c_row;
  ck_epilogue epilogue;
} ck_product;

bool ck_multiply(const ck_product *p);
/// Floats that ck_pack_matrix needs for k × n.
long ck_packed_size(long k, long n);
void ck_pack_matrix(const float *b, long b_row, long b_column, long k, long n, float *packed);
/// The same in double precision; all operands row-major without gaps, no epilogue.
bool ck_multiply_double(const double *a, const double *b, double *c, long m, long k, long n);

// ---- convolution --------------------------------------------------------------------------------------------------

/// A copy of N images for a convolution: out[n, y, x, c] = in[n, y - low_h, x - low_w, c], zeros outside the image.
/// Rows and columns beyond the image are cut off if `low` is negative or `out` too small.
typedef struct {
  const float *in;
  long in_image, in_row, in_pixel, in_channel;
  long images, height, width, channels;
  float *out;
  long low_h, low_w, out_height, out_width;
} ck_padding;

bool ck_pad(const ck_padding *p);

/// A convolution of images whose channels lie together and that need no padding, for one group of channels:
/// y[n, oy, ox, o] = Σ w[r, q, i, o] · x[n, oy · stride_h + r · dilation_h, ox · stride_w + q · dilation_w, i].
typedef struct {
  const float *x;
  long x_image, x_row, x_pixel;
  /// Packed by ck_pack_filter.
  const float *w;
  float *y;
  long y_image, y_row, y_pixel;
  long images, out_height, out_width, inputs, outputs;
  long kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  /// `add` has the geometry of y.
  ck_epilogue epilogue;
  /// For ck_winograd: whether w is the filter of the convolution whose input gradient this is, packed for that one.
  bool turned;
} ck_convolution;

bool ck_convolve(const ck_convolution *c);

/// A filter w[r, q, i, o] at w + r · row + q · column + i · input + o · output.
typedef struct {
  const float *w;
  long row, column, input, output;
  long kernel_h, kernel_w, inputs, outputs;
} ck_filter;

/// Floats that ck_pack_filter needs.
long ck_filter_size(long kernel_h, long kernel_w, long inputs, long outputs);
void ck_pack_filter(const ck_filter *f, float *packed);
/// The same for a 3×3 convolution of stride 1, in fewer multiplications. Rows of x must be readable to a width and height
/// of 4 · ⌈out / 4⌉ + 2.
bool ck_winograd(const ck_convolution *c);

/// The gradient of a convolution's filter: dw[(r, q), i, o] = Σ x[n, oy · stride + r · dilation, …, i] · g[n, oy, ox, o]
/// over all pixels, for the x of ck_convolution and gradients whose outputs lie together, `g_pixel` apart.
/// dw is row-major kernel_h × kernel_w × inputs × outputs.
typedef struct {
  const float *x;
  long x_image, x_row, x_pixel;
  const float *g;
  long g_image, g_pixel;
  float *dw;
  long images, out_height, out_width, inputs, outputs;
  long kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
} ck_filter_gradient;

bool ck_convolve_filter_gradient(const ck_filter_gradient *c);

/// A depthwise convolution; w is kernel_h × kernel_w × channels, y dense with its channels together.
typedef struct {
  const float *x;
  long x_image, x_row, x_pixel;
  const float *w, *bias;
  /// Of the geometry of y, or null.
  const float *add;
  float *y;
  long images, height, width, channels, out_height, out_width;
  long kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_h, pad_w;
  bool clip;
  float low, high;
} ck_depthwise;

bool ck_convolve_depthwise(const ck_depthwise *d);
/// The adjoint: x is the gradient of the result (height × width), y receives that of the input.
bool ck_convolve_depthwise_input(const ck_depthwise *d);
/// `add` is the gradient of the result; dw is kernel_h × kernel_w × channels.
bool ck_convolve_depthwise_filter(const ck_depthwise *d, float *dw);

// ---- element-wise -------------------------------------------------------------------------------------------------

enum {
  CK_NEGATE, CK_ABS, CK_SIGN, CK_EXP, CK_LOG, CK_SQRT, CK_RECIPROCAL, CK_TANH, CK_SIGMOID, CK_ERF, CK_SOFTPLUS,
  CK_RELU, CK_SIN, CK_COS, CK_FLOOR, CK_CEIL, CK_ROUND, CK_CLIP, CK_HARD_SIGMOID, CK_HARD_SWISH, CK_LEAKY_RELU,
  CK_ELU, CK_GELU, CK_SQUARE
};
enum {
  CK_ADD, CK_SUBTRACT, CK_MULTIPLY, CK_DIVIDE, CK_POWER, CK_FLOOR_DIVIDE, CK_MAXIMUM, CK_MINIMUM, CK_EQUAL,
  CK_NOT_EQUAL, CK_LESS, CK_LESS_OR_EQUAL, CK_GREATER, CK_GREATER_OR_EQUAL,
  /// x where low < y < high, else 0.
  CK_GATE,
  /// x times the derivative of CK_GELU at y.
  CK_GELU_SLOPE
};

/// Rows × columns of operands; the columns of `out` are neighbours.
typedef struct {
  long rows, columns;
  void *out;
  long out_row;
  const void *x;
  long x_row, x_column;
  const void *y;
  long y_row, y_column;
  const void *mask;
  long mask_row, mask_column;
  /// The limits of CK_GATE.
  float low, high;
} ck_rows;

/// y[i] = op(x[i]) in one thread.
void ck_unary(int op, const float *x, float *y, long n, float a, float b);
void ck_binary(int op, const ck_rows *rows);
/// `out` holds bytes.
void ck_compare(int op, const ck_rows *rows);
/// out = mask ? x : y; `mask` holds bytes.
void ck_select(const ck_rows *rows);

// ---- reductions and softmax ---------------------------------------------------------------------------------------

/// Σ x[0 ..< n].
double ck_sum(const float *x, long n);
/// The largest or smallest of n > 0 numbers; NaN if one is.
float ck_extreme(const float *x, long n, bool largest);
/// sums[j] += Σ over rows of x[r · x_row + j].
void ck_add_rows(const float *x, long x_row, long rows, long n, double *sums);
/// sums[j] += Σ over rows of (x[r · x_row + j] - mean[j])².
void ck_add_square_rows(const float *x, long x_row, long rows, long n, const float *mean, double *sums);
/// sums[j] += Σ over rows of g[r · n + j], products[j] += Σ of g[r · n + j] · (x[r · n + j] - mean[j]).
void ck_add_slope_rows(const float *g, const float *x, long rows, long n, const float *mean, double *sums,
                       double *products);
/// out = (x - shift[j]) · scale[j] + (y - other[j]) · slope[j] for rows of n columns j without gaps; without y (null) the
/// second product is other[j].
void ck_affine_rows(const float *x, const float *y, long rows, long n, const float *shift, const float *scale,
                    const float *other, const float *slope, float *out);
/// y = (x - mean) / √(variance + epsilon) for each of the rows of n > 0, and 1 / √(variance + epsilon) of each row.
void ck_standardise_rows(const float *x, long rows, long n, float epsilon, float *y, float *inverse);
/// The gradient at the rows for the gradient g at y: (g - mean g - y · mean(g y)) · inverse.
void ck_standardise_rows_back(const float *g, const float *y, const float *inverse, long rows, long n, float *out);
/// y = (x - mean) / √(variance + epsilon) · weight + bias for each row of n > 0; each row's mean and 1 / √(variance + epsilon).
void ck_layer_rows(const float *x, long rows, long n, float epsilon, const float *weight, const float *bias, float *y,
                   float *means, float *inverse);
/// The gradient at the rows x for the gradient g at y.
void ck_layer_rows_back(const float *g, const float *x, const float *means, const float *inverse, long rows, long n,
                        const float *weight, float *out);
/// out = (g - Σ g y) · y for each row of n > 0: the gradient of a softmax y.
void ck_softmax_rows_back(const float *g, const float *y, long rows, long n, float *out);
void ck_extreme_rows(const float *x, long x_row, long rows, long n, float *best, bool largest);
/// Softmax, or its logarithm, of one row of n > 0.
void ck_softmax(const float *x, float *y, long n, bool logarithm);

/// n numbers equally distributed over [0, 1), multiples of 2⁻²⁴, from the blocks of Philox 4×32-10 with the counters
/// position, position + 1, … of a stream, four each.
void ck_uniform(uint64_t seed, uint64_t stream, uint64_t position, long n, float *out);

// ---- pooling ------------------------------------------------------------------------------------------------------

/// Channels of one window: the first maximum of `taps` pixels at x + offsets[t], and `places` of it if `where` is given.
void ck_max_pixels(const float *x, const long *offsets, const long *places, long taps, long channels, float *best,
                   int64_t *where);
/// y[c] = factor · Σ x[offsets[t] + c].
void ck_mean_pixels(const float *x, const long *offsets, long taps, long channels, float factor, float *y);
/// y[place · channels + c] += x[c] for every pixel and channel, where `places` of -1 are left out. Gives a place that does
/// not lie in 0 ..< size, which is left out too, or -1.
int64_t ck_scatter_pixels(const float *x, const int64_t *places, long pixels, long channels, long size, float *y);
/// y[c] += factor · x[c].
void ck_accumulate(const float *x, long n, float factor, float *y);
/// sums[i] += factor · x[i] in double precision.
void ck_accumulate_single(const float *x, long n, double factor, double *sums);
void ck_accumulate_double(const double *x, long n, double factor, double *sums);

// ---- Fourier transforms -------------------------------------------------------------------------------------------

/// What transforms of one length share: how it divides into passes, and tables in memory that the caller keeps.
typedef struct {
  /// Numbers of a row; of the complex transform behind it (half of them for an even number of reals); of its passes.
  long size, length, inner;
  int factors, radix[64];
  const double *roots, *turns, *chirp, *response;
} ck_fourier;

/// Doubles in the tables of a plan for rows of n > 0 complex or real numbers.
long ck_fourier_table(long n, bool real);
void ck_fourier_plan(ck_fourier *plan, long n, bool real, double *table);
/// Rows that are transformed together, and doubles of scratch memory that one slot needs.
long ck_fourier_lanes(const ck_fourier *plan);
long ck_fourier_scratch(const ck_fourier *plan);

enum {
  /// Σ x[j] exp(∓2πi j k / n).
  CK_COMPLEX,
  /// The same for real x, and k up to n / 2.
  CK_TO_HALF,
  /// The adjoint, Re Σ x[k] exp(2πi j k / n) over k up to n / 2; `inverse` must be set.
  CK_FROM_HALF
};

/// Rows of float (`single`) or double: numbers lie `step` apart, their imaginary parts `part` after their real parts.
typedef struct {
  const ck_fourier *plan;
  int kind;
  bool inverse, single;
  double scale;
  const void *x;
  void *y;
  long x_step, x_part, y_step, y_part;
  /// For each row its place in x and its place in y.
  const long *offsets;
  long count;
  /// As many pieces of scratch memory as threads may work.
  double *scratch;
  long slots;
} ck_fourier_rows;

bool ck_fourier_run(const ck_fourier_rows *rows);
