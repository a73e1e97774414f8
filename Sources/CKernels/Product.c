// Matrix products: blocks for the caches around the micro-kernel, and who packs what.
#include <string.h>

#include "Isa.h"

enum {
  INNER = 384,        // k per block: one sliver of B of this depth stays in L1 or close to it
  PANEL_ROWS = 12,    // tiles of rows per block of A, which stays in L2
  COLUMNS = 2048,     // n per block: B's block stays in L3
  SMALL = 64 * 64 * 64,
};

static long round_up(long n, long step) { return (n + step - 1) / step * step; }
static long smaller(long a, long b) { return a < b ? a : b; }

long ck_packed_size(long k, long n) { return round_up(n, isa()->width) * k; }

typedef struct {
  const float *b;
  long b_row, b_column, k, n;
  float *packed;
  long sliver;  // floats from one sliver to the next
} Packing;

static void pack_sliver(void *context, long i) {
  const Packing *p = context;
  const long width = isa()->width, j = i * width;
  isa()->pack(p->b + j * p->b_column, p->b_row, p->b_column, p->k, smaller(width, p->n - j), p->packed + i * p->sliver);
}

/// Packs k × n of B in slivers of `width` columns, each k × width without gaps.
static void pack_slivers(Packing p) {
  const long slivers = (p.n + isa()->width - 1) / isa()->width;
  if (p.k * p.n < 1 << 15)
    for (long i = 0; i < slivers; i++) pack_sliver(&p, i);
  else
    ck_parallel(slivers, pack_sliver, &p);
}

void ck_pack_matrix(const float *b, long b_row, long b_column, long k, long n, float *packed) {
  pack_slivers((Packing){b, b_row, b_column, k, n, packed, k * isa()->width});
}

/// One block k0 … k0 + k of the inner axis and n0 … n0 + n of the columns.
typedef struct {
  const ck_product *p;
  long k0, k, n0, n;
  /// Slivers of B from column n0 and row k0 on; or null if B is read in place, with its last sliver at `last`.
  const float *packed;
  long sliver;
  const float *last;
  long row_items, rows_per_item, column_items, slivers_per_item;
  bool failed;
} Block;

/// The rows of A that one item works on, copied if they would fall on one another in the cache or do not lie in runs.
static const float *block_of_a(const Block *b, long m0, long m1, long *a_row) {
  const ck_product *p = b->p;
  const float *a = p->a + m0 * p->a_row + b->k0 * p->a_column;
  *a_row = p->a_row;
  const bool aliases = p->a_row % 256 == 0 && p->m > 1;
  if (p->a_column == 1 && !aliases && b->n <= 8 * isa()->width) return a;
  if (p->a_column == 1 && m1 - m0 == 1) return a;
  const long row = INNER + 16;
  float *copy = scratch(0, row * (m1 - m0));
  if (!copy) return p->a_column == 1 ? a : 0;
  *a_row = row;
  if (p->a_column == 1) {
    for (long i = m0; i < m1; i++, a += p->a_row) memcpy(copy + (i - m0) * row, a, (size_t)b->k * 4);
  } else {
    for (long k = 0; k < b->k; k++)
      for (long i = 0; i < m1 - m0; i++) copy[i * row + k] = a[i * p->a_row + k * p->a_column];
  }
  return copy;
}

/// What happens to the results from row m and column j on. Between blocks of k the partial sums wait in C; the residual
/// joins the first block, bias and clip the last.
static Store store_at(const Block *b, long m, long j) {
  const ck_product *p = b->p;
  const ck_epilogue *e = &p->epilogue;
  Store store = {.add = p->c + m * p->c_row + j, .add_row = p->c_row};
  if (b->k0 == 0) store.add = e->add ? e->add + m * e->add_row + j : 0, store.add_row = e->add_row;
  if (b->k0 + b->k == p->k) {
    store.bias = e->bias ? e->bias + j : 0;
    store.clip = e->clip, store.low = e->low, store.high = e->high;
  }
  return store;
}

/// Rows m0 … m1 and slivers s0 … s1 of a block.
static void multiply_tiles(const Block *b, const float *a, long a_row, long m0, long m1, long s0, long s1) {
  const ck_product *p = b->p;
  const Isa *kernels = isa();
  const Taps taps = {1, 0, 1, 0, b->k, 1};
  if (!b->packed && m1 - m0 == 1) {
    const long j = b->n0 + s0 * kernels->width, columns = smaller((s1 - s0) * kernels->width, b->n0 + b->n - j);
    const Store store = store_at(b, m0, j);
    const float *w = p->b + b->k0 * p->b_row + j;
    s0 += kernels->row(a, b->k, w, p->b_row, p->c + m0 * p->c_row + j, columns, &store) / kernels->width;
  }
  for (long s = s0; s < s1; s++) {
    const long j = b->n0 + s * kernels->width;
    const int columns = (int)smaller(kernels->width, p->n - j);
    const float *w = b->packed ? b->packed + s * b->sliver : p->b + b->k0 * p->b_row + j;
    long w_row = b->packed ? kernels->width : p->b_row;
    if (!b->packed && columns < kernels->width) w = b->last, w_row = kernels->width;
    for (long m = m0; m < m1;) {
      const long rows = smaller(kernels->rows, m1 - m);
      const Store store = store_at(b, m, j);
      float *c = p->c + m * p->c_row + j;
      tile_kernel(kernels, rows, columns)(&taps, a + (m - m0) * a_row, a_row, w, w_row, c, p->c_row, columns, &store);
      m += rows;
    }
  }
}

static void multiply_item(void *context, long item) {
  Block *b = context;
  const long tall = PANEL_ROWS * isa()->rows, slivers = (b->n + isa()->width - 1) / isa()->width;
  const long m0 = item % b->row_items * b->rows_per_item, m1 = smaller(m0 + b->rows_per_item, b->p->m);
  const long s0 = item / b->row_items * b->slivers_per_item, s1 = smaller(s0 + b->slivers_per_item, slivers);
  for (long m = m0; m < m1; m += tall) {
    const long end = smaller(m + tall, m1);
    long a_row;
    const float *a = block_of_a(b, m, end, &a_row);
    if (a) multiply_tiles(b, a, a_row, m, end, s0, s1);
    else b->failed = true;
  }
}

/// Divides a block among the threads: by rows if there are enough, else by columns.
static void divide(Block *b, int threads) {
  const long rows = isa()->rows, tiles = (b->p->m + rows - 1) / rows;
  const long slivers = (b->n + isa()->width - 1) / isa()->width;
  long by_rows = 1, by_columns = 1;
  if (threads > 1) {
    if (tiles >= 2 * threads) by_rows = tiles >= 8 * threads ? 4 * threads : threads;
    // One row is divided no further than needed: its kernel takes many columns at once, and what a thread reads again and
    // again stays in its cache.
    else by_columns = smaller(slivers, b->p->m == 1 ? threads : 4 * threads);
  }
  b->rows_per_item = round_up((b->p->m + by_rows - 1) / by_rows, rows);
  b->row_items = (b->p->m + b->rows_per_item - 1) / b->rows_per_item;
  b->slivers_per_item = (slivers + by_columns - 1) / by_columns;
  b->column_items = (slivers + b->slivers_per_item - 1) / b->slivers_per_item;
}

/// The results of an empty inner axis: the epilogue of zeros.
static void store_epilogue(const ck_product *p) {
  for (long i = 0; i < p->m; i++) {
    for (long j = 0; j < p->n; j++) {
      const ck_epilogue *e = &p->epilogue;
      float v = (e->bias ? e->bias[j] : 0) + (e->add ? e->add[i * e->add_row + j] : 0);
      if (e->clip) v = v < e->low ? e->low : v > e->high ? e->high : v;
      p->c[i * p->c_row + j] = v;
    }
  }
}

/// Products with a vector whose numbers meet rows of the other operand: one inner product per result.
typedef struct {
  const ck_product *p;
  const float *rows, *vector;
  long step, count, c_step;
} Dots;

enum { DOTS_PER_ITEM = 64 };

static void dot_item(void *context, long item) {
  const Dots *d = context;
  const ck_epilogue *e = &d->p->epilogue;
  const bool row = d->p->m == 1;  // else the results form a column
  for (long i = item * DOTS_PER_ITEM; i < smaller((item + 1) * DOTS_PER_ITEM, d->count); i++) {
    float v = isa()->dot(d->rows + i * d->step, d->vector, d->p->k);
    if (e->bias) v += e->bias[row ? i : 0];
    if (e->add) v += e->add[row ? i : i * e->add_row];
    if (e->clip) v = v < e->low ? e->low : v > e->high ? e->high : v;
    d->p->c[i * d->c_step] = v;
  }
}

static bool multiply_vector(const ck_product *p) {
  Dots d = p->m == 1 ? (Dots){p, p->b, p->a, p->b_column, p->n, 1} : (Dots){p, p->a, p->b, p->a_row, p->m, p->c_row};
  const long items = (d.count + DOTS_PER_ITEM - 1) / DOTS_PER_ITEM;
  if (d.count * p->k >= SMALL) return ck_parallel(items, dot_item, &d);
  for (long i = 0; i < items; i++) dot_item(&d, i);
  return true;
}

bool ck_multiply(const ck_product *p) {
  if (!p->m || !p->n) return true;
  if (!p->k) return store_epilogue(p), true;
  const bool runs = !p->packed && p->a_column == 1 && p->b_row == 1;
  if (runs && (p->n == 1 || (p->m == 1 && p->b_column != 1))) return multiply_vector(p);
  const long width = isa()->width;
  const int threads = p->m * p->n * p->k < SMALL ? 1 : ck_threads();
  // With few rows each number of B is used a few times only, and copying it would cost as much as the product.
  const bool in_place = !p->packed && p->b_column == 1 && p->m <= 2 * isa()->rows;
  for (long n0 = 0; n0 < p->n; n0 += COLUMNS) {
    const long n = smaller(COLUMNS, p->n - n0), slivers = (n + width - 1) / width;
    for (long k0 = 0; k0 < p->k; k0 += INNER) {
      const long k = smaller(INNER, p->k - k0);
      Block b = {.p = p, .k0 = k0, .k = k, .n0 = n0, .n = n};
      const float *from = p->b + k0 * p->b_row + n0 * p->b_column;
      if (p->packed) {
        b.packed = p->packed + n0 / width * width * p->k + k0 * width;
        b.sliver = p->k * width;
      } else if (!in_place) {
        float *space = scratch(1, slivers * width * INNER);
        if (!space) return false;
        pack_slivers((Packing){from, p->b_row, p->b_column, k, n, space, k * width});
        b.packed = space, b.sliver = k * width;
      } else if (n % width) {
        float *space = scratch(1, width * INNER);
        if (!space) return false;
        isa()->pack(from + n / width * width, p->b_row, 1, k, n % width, space);
        b.last = space;
      }
      divide(&b, threads);
      const long items = b.row_items * b.column_items;
      if (items == 1) multiply_item(&b, 0);
      else if (!ck_parallel(items, multiply_item, &b)) return false;
      if (b.failed) return false;
    }
  }
  return true;
}

bool ck_multiply_double(const double *a, const double *b, double *c, long m, long k, long n) {
  isa()->product(a, b, c, m, k, n);
  return !ck_interruption_requested();
}
