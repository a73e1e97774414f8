// Entry points of the element-wise loops, reductions and pooling.
#include <string.h>

#include "Isa.h"

void ck_unary(int op, const float *x, float *y, long n, float a, float b) { isa()->unary(op, x, y, n, a, b); }

/// Short rows without gaps that all meet the same row of the other operand, such as the channels of a bias: the row is
/// repeated, so that the loop is long. Handles the rows that fill whole repetitions and gives their number.
static long repeated(int op, const ck_rows *k) {
  enum { LENGTH = 1024, SHORT = 128 };
  const bool first = k->x_row == 0 && k->x_column == 1, second = k->y_row == 0 && k->y_column == 1;
  const long n = k->columns;
  if (first == second || n >= SHORT || k->out_row != n) return 0;
  if (first ? k->y_row != n || k->y_column != 1 : k->x_row != n || k->x_column != 1) return 0;
  const long copies = LENGTH / n;
  if (k->rows < 4 * copies) return 0;
  float row[LENGTH];
  for (long i = 0; i < copies; i++)
    __builtin_memcpy(row + i * n, first ? k->x : k->y, (size_t)n * sizeof(float));
  ck_rows wide = *k;
  wide.rows = k->rows / copies;
  wide.columns = wide.out_row = copies * n;
  if (first) wide.x = row, wide.y_row = copies * n;
  else wide.y = row, wide.x_row = copies * n;
  isa()->binary(op, &wide);
  return wide.rows * copies;
}

void ck_binary(int op, const ck_rows *rows) {
  const long done = rows->rows > 1 ? repeated(op, rows) : 0;
  if (done == 0) {
    isa()->binary(op, rows);
    return;
  }
  ck_rows rest = *rows;
  rest.rows -= done;
  rest.out = (float *)rows->out + done * rows->out_row;
  rest.x = (const float *)rows->x + done * rows->x_row;
  rest.y = (const float *)rows->y + done * rows->y_row;
  if (rest.rows > 0) isa()->binary(op, &rest);
}
void ck_compare(int op, const ck_rows *rows) { isa()->compare(op, rows); }
void ck_select(const ck_rows *rows) { isa()->select(rows); }

double ck_sum(const float *x, long n) { return isa()->sum(x, n); }
float ck_extreme(const float *x, long n, bool largest) { return isa()->extreme(x, n, largest); }
void ck_add_rows(const float *x, long x_row, long rows, long n, double *sums) {
  isa()->add_rows(x, x_row, rows, n, sums);
}
void ck_add_square_rows(const float *x, long x_row, long rows, long n, const float *mean, double *sums) {
  isa()->add_square_rows(x, x_row, rows, n, mean, sums);
}
void ck_add_slope_rows(const float *g, const float *x, long rows, long n, const float *mean, double *sums,
                       double *products) {
  isa()->add_slope_rows(g, x, rows, n, mean, sums, products);
}
void ck_affine_rows(const float *x, const float *y, long rows, long n, const float *shift, const float *scale,
                    const float *other, const float *slope, float *out) {
  enum { LENGTH = 1024, SHORT = 128 };
  const float *const columns[4] = {shift, scale, other, y ? slope : other};
  const long copies = n < SHORT && n > 0 ? LENGTH / n : 1, wide = rows / copies;
  if (copies == 1 || wide == 0) {
    isa()->affine_rows(x, y, rows, n, columns, out);
    return;
  }
  // Short rows: the numbers of the columns are repeated, so that the loop is long.
  float constants[4][LENGTH];
  const float *const repeated[4] = {constants[0], constants[1], constants[2], constants[3]};
  for (int k = 0; k < 4; k++)
    for (long i = 0; i < copies; i++) memcpy(constants[k] + i * n, columns[k], (size_t)n * 4);
  isa()->affine_rows(x, y, wide, copies * n, repeated, out);
  const long done = wide * copies;
  isa()->affine_rows(x + done * n, y ? y + done * n : y, rows - done, n, columns, out + done * n);
}
void ck_standardise_rows(const float *x, long rows, long n, float epsilon, float *y, float *inverse) {
  isa()->standardise_rows(x, rows, n, epsilon, y, inverse);
}
void ck_standardise_rows_back(const float *g, const float *y, const float *inverse, long rows, long n, float *out) {
  isa()->standardise_rows_back(g, y, inverse, rows, n, out);
}
void ck_layer_rows(const float *x, long rows, long n, float epsilon, const float *weight, const float *bias, float *y,
                   float *means, float *inverse) {
  isa()->layer_rows(x, rows, n, epsilon, weight, bias, y, means, inverse);
}
void ck_layer_rows_back(const float *g, const float *x, const float *means, const float *inverse, long rows, long n,
                        const float *weight, float *out) {
  isa()->layer_rows_back(g, x, means, inverse, rows, n, weight, out);
}
void ck_softmax_rows_back(const float *g, const float *y, long rows, long n, float *out) {
  isa()->softmax_rows_back(g, y, rows, n, out);
}
void ck_extreme_rows(const float *x, long x_row, long rows, long n, float *best, bool largest) {
  isa()->extreme_rows(x, x_row, rows, n, best, largest);
}
void ck_softmax(const float *x, float *y, long n, bool logarithm) { isa()->softmax(x, y, n, logarithm); }

void ck_uniform(uint64_t seed, uint64_t stream, uint64_t position, long n, float *out) {
  isa()->uniform(seed, stream, position, n, out);
}

void ck_max_pixels(const float *x, const long *offsets, const long *places, long taps, long channels, float *best,
                   int64_t *where) {
  isa()->max_pixels(x, offsets, places, taps, channels, best, where);
}
void ck_mean_pixels(const float *x, const long *offsets, long taps, long channels, float factor, float *y) {
  isa()->mean_pixels(x, offsets, taps, channels, factor, y);
}
int64_t ck_scatter_pixels(const float *x, const int64_t *places, long pixels, long channels, long size, float *y) {
  int64_t outside = -1;
  for (long i = 0; i < pixels; i++, x += channels, places += channels)
    for (long c = 0; c < channels; c++) {
      const int64_t place = places[c];
      if ((uint64_t)place < (uint64_t)size)
        y[place * channels + c] += x[c];
      else if (place != -1)
        outside = place;
    }
  return outside;
}
void ck_accumulate(const float *x, long n, float factor, float *y) { isa()->accumulate(x, n, factor, y); }
void ck_accumulate_single(const float *restrict x, long n, double factor, double *restrict sums) {
  for (long i = 0; i < n; i++) sums[i] += factor * (double)x[i];
}
void ck_accumulate_double(const double *restrict x, long n, double factor, double *restrict sums) {
  for (long i = 0; i < n; i++) sums[i] += factor * x[i];
}
