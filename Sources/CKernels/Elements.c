// Entry points of the element-wise loops, reductions and pooling.
#include "Isa.h"

void ck_unary(int op, const float *x, float *y, long n, float a, float b) { isa()->unary(op, x, y, n, a, b); }
void ck_binary(int op, const ck_rows *rows) { isa()->binary(op, rows); }
void ck_compare(int op, const ck_rows *rows) { isa()->compare(op, rows); }
void ck_select(const ck_rows *rows) { isa()->select(rows); }

double ck_sum(const float *x, long n) { return isa()->sum(x, n); }
float ck_extreme(const float *x, long n, bool largest) { return isa()->extreme(x, n, largest); }
void ck_add_rows(const float *x, long x_row, long rows, long n, double *sums) {
  isa()->add_rows(x, x_row, rows, n, sums);
}
void ck_extreme_rows(const float *x, long x_row, long rows, long n, float *best, bool largest) {
  isa()->extreme_rows(x, x_row, rows, n, best, largest);
}
void ck_softmax(const float *x, float *y, long n, bool logarithm) { isa()->softmax(x, y, n, logarithm); }

void ck_max_pixels(const float *x, const long *offsets, const long *places, long taps, long channels, float *best,
                   int64_t *where) {
  isa()->max_pixels(x, offsets, places, taps, channels, best, where);
}
void ck_mean_pixels(const float *x, const long *offsets, long taps, long channels, float factor, float *y) {
  isa()->mean_pixels(x, offsets, taps, channels, factor, y);
}
void ck_accumulate(const float *x, long n, float factor, float *y) { isa()->accumulate(x, n, factor, y); }
