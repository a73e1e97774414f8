// Convolutions 3×3 of stride 1 by Winograd's transforms F(4×4, 3×3): 36 products for 16 results rather than 144. The
// transforms themselves are in Winograd.h. Weights are transformed anew in every call: that costs as much as the products
// of a few tiles, and weights take a quarter of the memory, of which deep layers read more than of their pixels.
#include <stdatomic.h>

#include "Isa.h"

static long smaller(long a, long b) { return a < b ? a : b; }
static long parts(long n, long most) { return (n + most - 1) / most; }

/// Numbers of a tile for each channel; floats between matrices, so that their rows do not fall on one another in the cache.
enum { POINTS = 36, GAP = 16 };

/// A convolution, or some of its tiles of 4×4 results.
typedef struct {
  const ck_convolution *c;
  long across, down, slivers, first, tiles;
  /// Transformed weights, matrices of [sliver, input, column of the sliver] `u_step` apart, or transformed pixels, matrices
  /// of [tile, input of a block] `v_step` apart, block after block.
  float *u, *v;
  long u_step, v_step;
  /// Inputs whose weights are transformed together, how many such blocks there are, and floats from tile to tile.
  long block, blocks, row;
  /// Items that share the transforms, and groups of tiles.
  long shares, groups;
  bool few;
  atomic_bool failed;
} Winograd;

/// The image, the row and the column of a tile.
typedef struct {
  long image, y, x;
} Place;

static Place place(const Winograd *job, long tile) {
  const long id = job->first + tile, row = id / job->across;
  return (Place){row / job->down, row % job->down * 4, id % job->across * 4};
}

static void transform_pixels(const Winograd *job, long tile, long input, long inputs, float *v, long v_step) {
  const ck_convolution *c = job->c;
  const Place p = place(job, tile);
  isa()->winograd_input(c->x + p.image * c->x_image + p.y * c->x_row + p.x * c->x_pixel + input, c->x_row, c->x_pixel, inputs,
                        v, v_step);
}

/// Taps of some inputs for one sliver of outputs, `step` apart.
typedef struct {
  const float *w;
  long step;
} Sliver;

/// Floats of the space that `weights` needs for so many inputs.
static long space_for_weights(const Winograd *job, long inputs) { return job->c->turned ? 9 * inputs * isa()->width : 0; }

/// The weights of some inputs for one sliver of outputs; the first input is a multiple of a sliver's. Turned ones are made in
/// `space`: what is an input here is an output of the packed filter, and the taps are in reverse.
static Sliver weights(const Winograd *job, long sliver, long input, long inputs, float *space) {
  const ck_convolution *c = job->c;
  const long width = isa()->width, o = sliver * width, tap = c->outputs * width;
  if (!c->turned) return (Sliver){c->w + (9 * o * c->inputs) + input * width, c->inputs * width};
  for (long i = 0; i < inputs; i += width) {
    for (long t = 0; t < 9; t++) {
      const float *from = c->w + (input + i) * 9 * c->outputs + (8 - t) * tap + o * width;
      if (t < 8)
        for (long ahead = 0; ahead < width * width; ahead += 16) __builtin_prefetch(from - tap + ahead);
      isa()->pack(from, 1, width, smaller(width, inputs - i), smaller(width, c->outputs - o), space + (t * inputs + i) * width);
    }
  }
  return (Sliver){space, inputs * width};
}

static bool is_narrow(const Winograd *job, long sliver) {
  return job->c->outputs - sliver * isa()->width <= isa()->lanes;
}

static void transform_weights(const Winograd *job, long sliver, long input, long inputs, float *space, float *u, long u_step) {
  const Sliver taps = weights(job, sliver, input, inputs, space);
  isa()->winograd_filter(taps.w, taps.step, inputs, is_narrow(job, sliver), u, u_step);
}

/// From `m_step` apart products of a tile and some outputs to results.
static void transform_back(const Winograd *job, long tile, long output, long outputs, const float *m, long m_step) {
  const ck_convolution *c = job->c;
  const ck_epilogue *e = &c->epilogue;
  const Place p = place(job, tile);
  const long at = p.image * c->y_image + p.y * c->y_row + p.x * c->y_pixel + output;
  const Store store = {e->bias ? e->bias + output : 0, e->add ? e->add + at : 0, c->y_row, e->clip, e->low, e->high};
  isa()->winograd_output(m, m_step, outputs, c->y + at, c->y_row, c->y_pixel, (int)smaller(4, c->out_height - p.y),
                         (int)smaller(4, c->out_width - p.x), &store);
}

/// m[tile, column] = (add ? m : 0) + v · u for some tiles and inputs and one sliver of outputs.
static void multiply(const float *v, long v_row, long tiles, const float *u, long inputs, int columns, float *m, long m_row,
                     bool add) {
  const Isa *kernels = isa();
  const Taps taps = {1, 0, 1, 0, inputs, 1};
  for (long t = 0; t < tiles;) {
    const long rows = tile_rows(kernels, tiles - t);
    const Store store = {.add = add ? m : 0, .add_row = m_row};
    tile_kernel(kernels, rows, columns)(&taps, v, v_row, u, kernels->width, m, m_row, columns, &store);
    t += rows, v += rows * v_row, m += rows * m_row;
  }
}

// ---- few tiles: all pixels are transformed first, then each item takes a sliver of outputs ------------------------

/// Inputs of a block, whose weights should stay in the second cache; tiles of an item; tiles whose weights are transformed in
/// registers; floats of transformed pixels.
enum { BLOCK = 64, TILES = 64, FEW = 8, PIXELS = 2 << 20 };

static void pixels_item(void *context, long item) {
  const Winograd *job = context;
  const long all = job->tiles * job->blocks;
  for (long i = item * all / job->shares; i < (item + 1) * all / job->shares; i++) {
    const long tile = i / job->blocks, block = i % job->blocks, input = block * job->block;
    transform_pixels(job, tile, input, smaller(job->block, job->c->inputs - input),
                     job->v + block * POINTS * job->v_step + tile * job->row, job->v_step);
  }
}

/// m[point, tile, column] = (block > 0 ? m : 0) + what a block of inputs gives to some tiles and one sliver of outputs. Space
/// for weights is at `space`, for those transformed at u.
static void multiply_block(const Winograd *job, long sliver, long block, long begin, long tiles, float *space, float *u,
                           long u_step, float *m, long m_step) {
  const ck_convolution *c = job->c;
  const long width = isa()->width, input = block * job->block, inputs = smaller(job->block, c->inputs - input);
  const float *v = job->v + block * POINTS * job->v_step + begin * job->row;
  if (job->few) {
    const Sliver taps = weights(job, sliver, input, inputs, space);
    isa()->winograd_few(taps.w, taps.step, inputs, is_narrow(job, sliver), v, job->v_step, tiles, m, width, m_step, block > 0);
    return;
  }
  transform_weights(job, sliver, input, inputs, space, u, u_step);
  const int columns = (int)smaller(width, c->outputs - sliver * width);
  for (long k = 0; k < POINTS; k++)
    multiply(v + k * job->v_step, job->row, tiles, u + k * u_step, inputs, columns, m + k * m_step, width, block > 0);
}

static void sliver_item(void *context, long item) {
  Winograd *job = context;
  const long width = isa()->width, group = item % job->groups, sliver = item / job->groups;
  const long begin = group * job->tiles / job->groups, tiles = (group + 1) * job->tiles / job->groups - begin;
  const long u_step = job->few ? 0 : job->block * width + GAP, m_step = tiles * width + GAP;
  float *u = scratch(3, POINTS * (u_step + m_step) + space_for_weights(job, job->block));
  if (!u) {
    atomic_store(&job->failed, true);
    return;
  }
  float *m = u + POINTS * u_step, *space = m + POINTS * m_step;
  for (long block = 0; block < job->blocks; block++)
    multiply_block(job, sliver, block, begin, tiles, space, u, u_step, m, m_step);
  const long outputs = smaller(width, job->c->outputs - sliver * width);
  for (long t = 0; t < tiles; t++) transform_back(job, begin + t, sliver * width, outputs, m + t * width, m_step);
}

static bool by_slivers(Winograd *job, long all) {
  const ck_convolution *c = job->c;
  job->few = all <= FEW && isa()->winograd_few;
  job->block = smaller(job->few ? FEW_INPUTS : BLOCK, c->inputs);
  job->blocks = parts(c->inputs, job->block);
  job->row = job->few ? FEW_INPUTS : job->block;
  const long chunks = parts(all * POINTS * job->row * job->blocks, PIXELS);
  for (long chunk = 0; chunk < chunks; chunk++) {
    job->first = chunk * all / chunks;
    job->tiles = (chunk + 1) * all / chunks - job->first;
    if (job->tiles == 0) continue;
    job->v_step = job->tiles * job->row + GAP;
    if (!(job->v = scratch(2, job->blocks * POINTS * job->v_step))) return false;
    job->shares = smaller(64, job->tiles * job->blocks);
    job->groups = parts(job->tiles, TILES);
    if (!ck_parallel(job->shares, pixels_item, job)) return false;
    if (!ck_parallel(job->slivers * job->groups, sliver_item, job)) return false;
  }
  return true;
}

// ---- many tiles: all weights are transformed first, then each item takes some tiles -------------------------------

/// Floats of transformed weights; bytes that an item's pixels and products may take of the second cache, unless they are
/// of fewer tiles than should share the weights.
enum { WEIGHTS = 3 << 20, CACHE = 700000, FEWEST = 28 };

static void weights_item(void *context, long item) {
  Winograd *job = context;
  const long inputs = job->c->inputs, all = job->slivers * job->blocks;
  float *space = scratch(3, space_for_weights(job, job->block) + 1);
  if (!space) {
    atomic_store(&job->failed, true);
    return;
  }
  for (long i = item * all / job->shares; i < (item + 1) * all / job->shares; i++) {
    const long sliver = i / job->blocks, input = i % job->blocks * job->block;
    transform_weights(job, sliver, input, smaller(job->block, inputs - input), space,
                      job->u + (sliver * inputs + input) * isa()->width, job->u_step);
  }
}

static void tiles_item(void *context, long item) {
  Winograd *job = context;
  const ck_convolution *c = job->c;
  const long width = isa()->width, begin = item * job->tiles / job->groups;
  const long tiles = (item + 1) * job->tiles / job->groups - begin;
  const long v_step = tiles * c->inputs + GAP, m_step = tiles * c->outputs + GAP;
  float *v = scratch(3, POINTS * (v_step + m_step)), *m = v + POINTS * v_step;
  if (!v) {
    atomic_store(&job->failed, true);
    return;
  }
  for (long t = 0; t < tiles; t++) transform_pixels(job, begin + t, 0, c->inputs, v + t * c->inputs, v_step);
  for (long k = 0; k < POINTS; k++)
    for (long o = 0; o < c->outputs; o += width)
      multiply(v + k * v_step, c->inputs, tiles, job->u + k * job->u_step + o * c->inputs, c->inputs,
               (int)smaller(width, c->outputs - o), m + k * m_step + o, c->outputs, false);
  for (long t = 0; t < tiles; t++) transform_back(job, begin + t, 0, c->outputs, m + t * c->outputs, m_step);
}

static bool by_tiles(Winograd *job, long all) {
  const ck_convolution *c = job->c;
  job->u_step = job->slivers * isa()->width * c->inputs + GAP;
  if (!(job->u = scratch(2, POINTS * job->u_step))) return false;
  job->block = smaller(FEW_INPUTS, c->inputs);
  job->blocks = parts(c->inputs, job->block);
  job->shares = smaller(64, job->slivers * job->blocks);
  job->tiles = all;
  long each = CACHE / (POINTS * (c->inputs + c->outputs) * 4);
  if (each < FEWEST) each = FEWEST;
  // As many groups for each thread.
  job->groups = smaller(parts(parts(all, each), ck_threads()) * ck_threads(), all);
  return ck_parallel(job->shares, weights_item, job) && ck_parallel(job->groups, tiles_item, job);
}

bool ck_winograd(const ck_convolution *c) {
  const long width = isa()->width;
  Winograd job = {.c = c, .across = parts(c->out_width, 4), .down = parts(c->out_height, 4), .slivers = parts(c->outputs, width)};
  const long all = c->images * job.across * job.down;
  const bool many = all > TILES && POINTS * job.slivers * width * c->inputs <= WEIGHTS;
  return (many ? by_tiles(&job, all) : by_slivers(&job, all)) && !atomic_load(&job.failed);
}
