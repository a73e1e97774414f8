// Convolutions: who computes which tile. The tiles themselves are those of the micro-kernel in Matrix.h.
#include <string.h>

#include "Isa.h"

static long smaller(long a, long b) { return a < b ? a : b; }
static long round_up(long n, long step) { return (n + step - 1) / step * step; }

// ---- padded copies ------------------------------------------------------------------------------------------------

/// Copies columns first … last - 1 of an image row of any strides to pixels of `channels` neighbours.
static void copy_pixels(const ck_padding *p, const float *in, long first, long last, float *out) {
  if (p->in_channel == 1 && p->in_pixel == p->channels) {
    memcpy(out, in + first * p->in_pixel, (size_t)((last - first) * p->channels) * 4);
  } else if (p->in_channel == 1) {
    for (long x = first; x < last; x++, out += p->channels) memcpy(out, in + x * p->in_pixel, (size_t)p->channels * 4);
  } else {
    // In blocks of pixels, so that the lines being written stay in the cache while the channels go by.
    enum { BLOCK = 16 };
    for (long x0 = first; x0 < last; x0 += BLOCK, out += BLOCK * p->channels) {
      const long n = smaller(BLOCK, last - x0);
      for (long c = 0; c < p->channels; c++)
        for (long x = 0; x < n; x++) out[x * p->channels + c] = in[c * p->in_channel + (x0 + x) * p->in_pixel];
    }
  }
}

static void pad_row(const ck_padding *p, long image, long y) {
  float *out = p->out + (image * p->out_height + y) * p->out_width * p->channels;
  const long from = y - p->low_h;
  const long first = p->low_w < 0 ? -p->low_w : 0, last = smaller(p->width, p->out_width - p->low_w);
  if (from < 0 || from >= p->height || last <= first) {
    memset(out, 0, (size_t)(p->out_width * p->channels) * 4);
    return;
  }
  const long left = first + p->low_w, right = p->out_width - last - p->low_w;
  memset(out, 0, (size_t)(left * p->channels) * 4);
  copy_pixels(p, p->in + image * p->in_image + from * p->in_row, first, last, out + left * p->channels);
  memset(out + (p->out_width - right) * p->channels, 0, (size_t)(right * p->channels) * 4);
}

enum { PAD_ROWS = 16 };

static void pad_item(void *context, long item) {
  const ck_padding *p = context;
  const long all = p->images * p->out_height;
  for (long i = item * PAD_ROWS; i < smaller((item + 1) * PAD_ROWS, all); i++)
    pad_row(p, i / p->out_height, i % p->out_height);
}

bool ck_pad(const ck_padding *p) {
  const long rows = p->images * p->out_height;
  return ck_parallel((rows + PAD_ROWS - 1) / PAD_ROWS, pad_item, (void *)p);
}

// ---- direct -------------------------------------------------------------------------------------------------------

long ck_filter_size(long kernel_h, long kernel_w, long inputs, long outputs) {
  return round_up(outputs, isa()->width) * kernel_h * kernel_w * inputs;
}

void ck_pack_filter(const ck_filter *f, float *packed) {
  const long width = isa()->width, depth = f->kernel_h * f->kernel_w * f->inputs;
  for (long o = 0; o < f->outputs; o += width) {
    float *out = packed + o * depth;
    for (long t = 0; t < f->kernel_h * f->kernel_w; t++) {
      const float *tap = f->w + t / f->kernel_w * f->row + t % f->kernel_w * f->column + o * f->output;
      isa()->pack(tap, f->input, f->output, f->inputs, smaller(width, f->outputs - o), out + t * f->inputs * width);
    }
  }
}

typedef struct {
  const ck_convolution *c;
  Taps taps;
  long rows_per_item, row_items, slivers;
} Direct;

/// Some rows of results of one image, for one sliver of outputs.
static void direct_item(void *context, long item) {
  const Direct *d = context;
  const ck_convolution *c = d->c;
  const Isa *kernels = isa();
  const long rows = item % d->row_items, sliver = item / d->row_items % d->slivers;
  const long image = item / d->row_items / d->slivers, o = sliver * kernels->width;
  const float *w = c->w + o * c->kernel_h * c->kernel_w * c->inputs;
  const int columns = (int)smaller(kernels->width, c->outputs - o);
  const ck_epilogue *e = &c->epilogue;
  Store store = {e->bias ? e->bias + o : 0, 0, c->y_pixel, e->clip, e->low, e->high};
  for (long y = rows * d->rows_per_item; y < smaller((rows + 1) * d->rows_per_item, c->out_height); y++) {
    for (long x = 0; x < c->out_width;) {
      const long m = tile_rows(kernels, c->out_width - x), place = image * c->y_image + y * c->y_row + x * c->y_pixel + o;
      const float *from = c->x + image * c->x_image + y * c->stride_h * c->x_row + x * c->stride_w * c->x_pixel;
      store.add = e->add ? e->add + place : 0;
      tile_kernel(kernels, m, columns)(&d->taps, from, c->stride_w * c->x_pixel, w, kernels->width, c->y + place, c->y_pixel, columns,
                        &store);
      x += m;
    }
  }
}

bool ck_convolve(const ck_convolution *c) {
  const long width = isa()->width, slivers = (c->outputs + width - 1) / width;
  const bool rows_are_runs = c->dilation_w == 1 && c->x_pixel == c->inputs;
  const Taps taps = {c->kernel_h, c->dilation_h * c->x_row, rows_are_runs ? 1 : c->kernel_w,
                     c->dilation_w * c->x_pixel, rows_are_runs ? c->kernel_w * c->inputs : c->inputs, 1};
  const double work = 2.0 * width * c->kernel_h * c->kernel_w * c->inputs * c->out_width;
  const long per_item = smaller((long)(4e6 / work) + 1, c->out_height);
  Direct d = {c, taps, per_item, (c->out_height + per_item - 1) / per_item, slivers};
  return ck_parallel(c->images * slivers * d.row_items, direct_item, &d);
}

// ---- the gradient of the filter -----------------------------------------------------------------------------------

typedef struct {
  const ck_filter_gradient *c;
  /// Rows of one kernel row's matrix: kernel columns and inputs that lie together, and how many such groups there are.
  long depth, groups;
  /// Rows of a tile, tiles of a group, all tiles, those of an item; images of a part; image rows that stay in the cache.
  long tile, tiles, all, tiles_per_item, images_per_part, strip;
  /// One filter for each part of the images.
  float *parts;
} FilterGradient;

/// One tile of one kernel row, all outputs, for the image rows y … y + height: the inner axis is that of the pixels.
static void filter_tile(const FilterGradient *f, long t, long image, long y, long height, float *dw, bool adds) {
  const ck_filter_gradient *c = f->c;
  const Isa *kernels = isa();
  const long i = t % f->tiles * f->tile, group = t / f->tiles % f->groups, r = t / f->tiles / f->groups;
  const long m = smaller(f->tile, f->depth - i), step = c->stride_h * c->x_row;
  const Taps taps = {height, step, 1, 0, c->out_width, c->stride_w * c->x_pixel};
  const float *x = c->x + image * c->x_image + y * step + r * c->dilation_h * c->x_row + group * c->dilation_w * c->x_pixel + i;
  const float *g = c->g + image * c->g_image + y * c->out_width * c->g_pixel;
  dw += ((r * f->groups + group) * f->depth + i) * c->outputs;
  for (long o = 0; o < c->outputs; o += kernels->width) {
    const Store store = {.add = adds ? dw + o : 0, .add_row = c->outputs};
    const int columns = (int)smaller(kernels->width, c->outputs - o);
    tile_kernel(kernels, m, columns)(&taps, x, 1, g + o, c->g_pixel, dw + o, c->outputs, columns, &store);
  }
}

/// Some tiles for one part of the images.
static void filter_item(void *context, long item) {
  const FilterGradient *f = context;
  const ck_filter_gradient *c = f->c;
  const long items = (f->all + f->tiles_per_item - 1) / f->tiles_per_item, part = item / items;
  const long begin = item % items * f->tiles_per_item, end = smaller(begin + f->tiles_per_item, f->all);
  const long first = part * f->images_per_part, last = smaller(first + f->images_per_part, c->images);
  float *dw = f->parts + part * c->kernel_h * f->groups * f->depth * c->outputs;
  for (long image = first; image < last; image++)
    for (long y = 0; y < c->out_height; y += f->strip)
      for (long t = begin; t < end; t++)
        filter_tile(f, t, image, y, smaller(f->strip, c->out_height - y), dw, image > first || y > 0);
}

/// Items that there should be at least, so that all threads have work, and bytes that a strip of the images or the
/// tiles of an item may take of the second cache; pixels that a tile should meet while it is in registers.
enum { FILTER_ITEMS = 16, FILTER_CACHE = 300000, FILTER_PIXELS = 256 };

bool ck_convolve_filter_gradient(const ck_filter_gradient *gradient) {
  ck_filter_gradient merged = *gradient;
  const ck_filter_gradient *c = &merged;
  if (c->images < 1) return true;
  // Where image follows image without a gap or a halo, all are one long image.
  const long rows = c->out_height * c->stride_h * c->x_row;
  if (c->kernel_h == 1 && c->x_image == rows && c->g_image == c->out_height * c->out_width * c->g_pixel)
    merged.out_height *= c->images, merged.images = 1;
  // Neighbouring kernel columns meet neighbouring pixels, whose inputs then follow one another.
  const bool columns_are_runs = c->dilation_w == 1 && c->x_pixel == c->inputs;
  FilterGradient f = {.c = c, .depth = c->inputs, .groups = c->kernel_w, .parts = c->dw};
  if (columns_are_runs) f.depth = c->inputs * c->kernel_w, f.groups = 1;
  f.tiles = (f.depth + isa()->rows - 1) / isa()->rows;
  f.tile = (f.depth + f.tiles - 1) / f.tiles;
  f.tiles = (f.depth + f.tile - 1) / f.tile;
  f.all = f.tiles * f.groups * c->kernel_h;
  f.strip = FILTER_CACHE / (4 * (c->stride_h * c->x_row + c->out_width * c->g_pixel)) + 1;
  if (f.strip * c->out_width < FILTER_PIXELS) f.strip = FILTER_PIXELS / c->out_width + 1;
  f.strip = smaller(f.strip, c->out_height);
  f.tiles_per_item = smaller(FILTER_CACHE / (4 * f.tile * c->outputs) + 1, f.all);
  const long size = c->kernel_h * f.groups * f.depth * c->outputs, blocks = (f.all + f.tiles_per_item - 1) / f.tiles_per_item;
  long parts = smaller((FILTER_ITEMS + blocks - 1) / blocks, c->images);
  f.images_per_part = (c->images + parts - 1) / parts;
  parts = (c->images + f.images_per_part - 1) / f.images_per_part;
  const long wanted = (FILTER_ITEMS + parts - 1) / parts;
  if (blocks < wanted) f.tiles_per_item = (f.all + wanted - 1) / wanted;
  if (parts > 1 && !(f.parts = scratch(2, parts * size))) return false;
  if (!ck_parallel((f.all + f.tiles_per_item - 1) / f.tiles_per_item * parts, filter_item, &f)) return false;
  if (parts == 1) return true;
  memcpy(c->dw, f.parts, (size_t)size * 4);
  for (long part = 1; part < parts; part++) isa()->accumulate(f.parts + part * size, size, 1, c->dw);
  return true;
}

// ---- depthwise ----------------------------------------------------------------------------------------------------

typedef struct {
  const ck_depthwise *d;
  DepthwiseKernel kernel;
  long rows_per_item, row_items;
} Depthwise;

static void depthwise_item(void *context, long item) {
  const Depthwise *j = context;
  const long first = item % j->row_items * j->rows_per_item;
  j->kernel(j->d, item / j->row_items, first, smaller(first + j->rows_per_item, j->d->out_height));
}

static bool run_depthwise(const ck_depthwise *d, DepthwiseKernel kernel) {
  const double work = 2.0 * d->out_width * d->channels * d->kernel_h * d->kernel_w;
  const long rows = smaller((long)(4e5 / work) + 1, d->out_height);
  Depthwise j = {d, kernel, rows, (d->out_height + rows - 1) / rows};
  return ck_parallel(d->images * j.row_items, depthwise_item, &j);
}

bool ck_convolve_depthwise(const ck_depthwise *d) { return run_depthwise(d, isa()->depthwise); }

bool ck_convolve_depthwise_input(const ck_depthwise *d) { return run_depthwise(d, isa()->depthwise_input); }

typedef struct {
  const ck_depthwise *d;
  double *sums;
} DepthwiseFilter;

enum { CHANNELS_PER_ITEM = 32 };

static void depthwise_filter_item(void *context, long item) {
  const DepthwiseFilter *j = context;
  const long first = item * CHANNELS_PER_ITEM;
  isa()->depthwise_weight(j->d, first, smaller(first + CHANNELS_PER_ITEM, j->d->channels), j->sums);
}

bool ck_convolve_depthwise_filter(const ck_depthwise *d, float *dw) {
  const long count = d->kernel_h * d->kernel_w * d->channels;
  double *sums = (double *)scratch(2, 2 * count);
  if (!sums) return false;
  memset(sums, 0, (size_t)count * 8);
  DepthwiseFilter j = {d, sums};
  if (!ck_parallel((d->channels + CHANNELS_PER_ITEM - 1) / CHANNELS_PER_ITEM, depthwise_filter_item, &j)) return false;
  for (long i = 0; i < count; i++) dw[i] = (float)sums[i];
  return true;
}
