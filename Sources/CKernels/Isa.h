// What one instruction set offers: the kernels compiled for it, and the sizes their data must have.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/CKernels.h"

enum { MAX_ROWS = 14 };

/// Floats from tile to tile of the pixels of winograd_few, and the most inputs that it takes at a time.
enum { FEW_INPUTS = 32 };

/// The elements of A that a micro-kernel reads for one row of C: rows × columns runs of `run` floats, `step` apart.
/// A plain matrix has one run; a convolution one run per kernel row, or per tap if channels or taps lie apart; the
/// gradient of a filter one run of pixels per image row.
typedef struct {
  long rows, row_step, columns, column_step, run, step;
} Taps;

/// What happens to a tile of C before it is stored. Pointers are those of the tile's first column.
typedef struct {
  /// One number per column, or null.
  const float *bias;
  /// Added element by element, or null; rows `add_row` apart.
  const float *add;
  long add_row;
  /// Whether the results are clipped to low … high (a NaN stays).
  bool clip;
  float low, high;
} Store;

/// C[m × columns] = Σ_t Σ_k A[i · a_row + t + k] · W[(t, k) · w_row + j], then `store`; m is the kernel's own.
/// W must be readable for the full width of the instruction set.
typedef void (*MicroKernel)(const Taps *taps, const float *a, long a_row, const float *w, long w_row,
                            float *c, long c_row, int columns, const Store *store);

/// One plane of a depthwise convolution: rows first … last of the result, channels together. See Depthwise.h.
typedef void (*DepthwiseKernel)(const ck_depthwise *d, long image, long first, long last);

typedef struct {
  const char *name;
  /// Floats per vector; the width of a micro-kernel's tile is two vectors.
  int lanes, width;
  /// The most rows of a micro-kernel's tile.
  int rows;
  /// micro[m] has m rows, 1 … rows.
  MicroKernel micro[MAX_ROWS + 1];
  /// The same for at most `lanes` columns, of which the second vector is not computed.
  MicroKernel narrow[MAX_ROWS + 1];
  /// The first columns of C[1 × columns] = A[1 × k] · W, then `store`; returns how many, a multiple of `width`.
  long (*row)(const float *a, long k, const float *w, long w_row, float *c, long columns, const Store *store);
  /// Copies k × n (n ≤ width) of B to k rows of `width` floats, the rest zeros.
  void (*pack)(const float *b, long b_row, long b_column, long k, long n, float *out);
  /// Winograd transforms; see Winograd.h.
  void (*winograd_filter)(const float *w, long tap, long inputs, bool narrow, float *u, long u_step);
  /// Null where there are too few registers for it.
  void (*winograd_few)(const float *w, long tap, long inputs, bool narrow, const float *v, long v_step, long tiles, float *m,
                       long m_row, long m_step, bool add);
  void (*winograd_input)(const float *x, long x_row, long x_pixel, long channels, float *v, long v_step);
  void (*winograd_output)(const float *m, long m_step, long channels, float *y, long y_row, long y_pixel, int height,
                          int width, const Store *store);
  DepthwiseKernel depthwise, depthwise_input;
  void (*depthwise_weight)(const ck_depthwise *d, long first, long last, double *sums);
  /// Element-wise loops; see Elements.h.
  void (*unary)(int op, const float *x, float *y, long n, float a, float b);
  void (*binary)(int op, const ck_rows *r);
  void (*compare)(int op, const ck_rows *r);
  void (*select)(const ck_rows *r);
  /// Reductions; see Reductions.h.
  double (*sum)(const float *x, long n);
  float (*dot)(const float *x, const float *y, long n);
  float (*extreme)(const float *x, long n, bool largest);
  void (*add_rows)(const float *x, long x_row, long rows, long n, double *sums);
  void (*add_square_rows)(const float *x, long x_row, long rows, long n, const float *mean, double *sums);
  void (*add_slope_rows)(const float *g, const float *x, long rows, long n, const float *mean, double *sums, double *products);
  void (*affine_rows)(const float *x, const float *y, long rows, long n, const float *const *k, float *out);
  void (*standardise_rows)(const float *x, long rows, long n, float epsilon, float *y, float *inverse);
  void (*standardise_rows_back)(const float *g, const float *y, const float *inverse, long rows, long n, float *out);
  void (*layer_rows)(const float *x, long rows, long n, float epsilon, const float *weight, const float *bias, float *y,
                     float *means, float *inverse);
  void (*layer_rows_back)(const float *g, const float *x, const float *means, const float *inverse, long rows, long n,
                          const float *weight, float *out);
  void (*softmax_rows_back)(const float *g, const float *y, long rows, long n, float *out);
  void (*extreme_rows)(const float *x, long x_row, long rows, long n, float *best, bool largest);
  void (*softmax)(const float *x, float *y, long n, bool logarithm);
  /// Pooling; see Pooling.h.
  void (*max_pixels)(const float *x, const long *offsets, const long *places, long taps, long channels, float *best,
                     int64_t *where);
  void (*mean_pixels)(const float *x, const long *offsets, long taps, long channels, float factor, float *y);
  void (*accumulate)(const float *x, long n, float factor, float *y);
  void (*product)(const double *a, const double *b, double *c, long m, long k, long n);
  /// Random numbers; see Random.h.
  void (*uniform)(uint64_t seed, uint64_t stream, uint64_t position, long n, float *out);
} Isa;

extern const Isa isa_sse2, isa_avx2, isa_avx512;

/// The instruction set in use.
const Isa *isa(void);

/// The micro-kernel for a tile.
static inline MicroKernel tile_kernel(const Isa *kernels, long rows, long columns) {
  return columns <= kernels->lanes ? kernels->narrow[rows] : kernels->micro[rows];
}

/// The number of rows of the next tile: full ones, but the last two share what is left.
static inline long tile_rows(const Isa *kernels, long left) {
  return left <= kernels->rows ? left : left < 2 * kernels->rows ? (left + 1) / 2 : kernels->rows;
}

/// Memory of the calling thread for at least `count` floats, aligned to 64, kept until the next call with the same
/// slot; null if there is none.
float *scratch(int slot, long count);
