// Template: depthwise convolution of images whose channels lie together, one vector of channels at a time. Taps outside
// the image are left out, so no padded copy is needed.

/// The taps of a kernel of `kernel` that meet an axis of `extent` when the window starts at `start`: first … end - 1.
INLINE void NAME(taps_inside)(long start, long kernel, long dilation, long extent, long *first, long *end) {
  *first = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
  long last = start >= extent ? 0 : (extent - start + dilation - 1) / dilation;
  *end = last < kernel ? last : kernel;
}

/// `count` neighbouring result pixels of one vector of channels; all kernel columns lie inside the image.
/// `kh`, `kw`, `stride` and `count` are constants in the specialised callers, which then keep the weights in registers.
INLINE void NAME(depthwise_pixels)(const ck_depthwise *d, const float *x, const float *w, float *y, const float *add,
                                   V bias, const Store *s, const long kh, const long kw, const long stride,
                                   const long dilation_w, const int count, int lanes) {
  V sum[8];
  UNROLL for (int i = 0; i < count; i++) sum[i] = (V){0};
  for (long r = 0; r < kh; r++) {
    for (long q = 0; q < kw; q++) {
      const float *tap = w + (r * d->kernel_w + q) * d->channels;
      V k = lanes == LANES ? NAME(load)(tap) : NAME(load_part)(tap, lanes);
      UNROLL for (int i = 0; i < count; i++) {
        const float *p = x + r * d->dilation_h * d->x_row + (q * dilation_w + i * stride) * d->x_pixel;
        sum[i] += k * (lanes == LANES ? NAME(load)(p) : NAME(load_part)(p, lanes));
      }
    }
  }
  UNROLL for (int i = 0; i < count; i++) {
    V v = NAME(finish)(sum[i], bias, add ? add + i * d->channels : 0, lanes, s);
    if (lanes == LANES) NAME(store)(y + i * d->channels, v);
    else NAME(store_part)(y + i * d->channels, v, lanes);
  }
}

/// One row of results; `x`, `w` and `y` point at the first of its `rows` rows of taps that lie inside the image, and at the
/// results. `kw` is a constant in the specialised callers, and `rows` in most of their calls.
INLINE void NAME(depthwise_row)(const ck_depthwise *d, const float *x, const float *w, float *y, const float *add, V bias,
                                const Store *s, const long rows, const long kw, const long stride, const long dilation,
                                int lanes) {
  const long reach = (kw - 1) * dilation;
#define PIXELS(count, from, taps)                                                                                        \
  NAME(depthwise_pixels)(d, x + (ix + (from) * dilation) * d->x_pixel, w + (from) * d->channels, y + ox * d->channels,   \
                         add ? add + ox * d->channels : 0, bias, s, rows, taps, stride, dilation, count, lanes)
  for (long ox = 0; ox < d->out_width;) {
    const long ix = ox * stride - d->pad_w, left = d->out_width - ox;
    if (LANES == 16 && ix >= 0 && ix + 7 * stride + reach < d->width && left >= 8) {
      PIXELS(8, 0, kw);
      ox += 8;
    } else if (ix >= 0 && ix + 3 * stride + reach < d->width && left >= 4) {
      PIXELS(4, 0, kw);
      ox += 4;
    } else if (ix >= 0 && ix + stride + reach < d->width && left >= 2) {
      PIXELS(2, 0, kw);
      ox += 2;
    } else if (ix >= 0 && ix + reach < d->width) {
      PIXELS(1, 0, kw);
      ox += 1;
    } else {
      long q0, q1;
      NAME(taps_inside)(ix, kw, dilation, d->width, &q0, &q1);
      if (q1 - q0 == kw - 1) PIXELS(1, q0, kw - 1);
      else PIXELS(1, q0, q1 > q0 ? q1 - q0 : 0);
      ox += 1;
    }
  }
#undef PIXELS
}

/// `count` results of one row, stride 1, from input column ix on, of which the first pixel is at x: each pixel of the image
/// is read once for each kernel row, and added to all sums that it belongs to, in the order of depthwise_pixels.
INLINE void NAME(depthwise_strip)(const ck_depthwise *d, const float *x, const float *w, float *y, const float *add,
                                  V bias, const Store *s, const long rows, const int kw, const int count, const long ix) {
  V sum[8], k[5];
  UNROLL for (int i = 0; i < count; i++) sum[i] = (V){0};
  for (long r = 0; r < rows; r++, x += d->x_row, w += kw * d->channels) {
    UNROLL for (int q = 0; q < kw; q++) k[q] = NAME(load)(w + q * d->channels);
    UNROLL for (int c = 0; c < count + kw - 1; c++) {
      if (ix + c < 0 || ix + c >= d->width) continue;
      const V pixel = NAME(load)(x + c * d->x_pixel);
      UNROLL for (int i = 0; i < count; i++)
        if (c >= i && c < i + kw) sum[i] += k[c - i] * pixel;
    }
  }
  UNROLL for (int i = 0; i < count; i++)
    NAME(store)(y + i * d->channels, NAME(finish)(sum[i], bias, add ? add + i * d->channels : 0, LANES, s));
}

/// Widths below which most results are near an edge, and rows are computed in strips of 7 or 8.
enum { STRIP = 7, NARROW_IMAGE = 16 };

/// One row of results in strips; the last one may compute some results again.
#define STRIPS(kw, count)                                                                                               \
  static void NAME(depthwise_strips##kw##_##count)(const ck_depthwise *d, const float *x, const float *w, float *y,     \
                                                   const float *add, V bias, const Store *s, long rows) {               \
    for (long place = 0; place < d->out_width; place += count) {                                                        \
      const long ox = place + count <= d->out_width ? place : d->out_width - count, ix = ox - d->pad_w;                 \
      const float *from = x + ix * d->x_pixel, *more = add ? add + ox * d->channels : 0;                                \
      if (rows == kw) NAME(depthwise_strip)(d, from, w, y + ox * d->channels, more, bias, s, kw, kw, count, ix);        \
      else NAME(depthwise_strip)(d, from, w, y + ox * d->channels, more, bias, s, rows, kw, count, ix);                 \
    }                                                                                                                   \
  }
STRIPS(3, 7)
STRIPS(3, 8)
STRIPS(5, 7)
STRIPS(5, 8)

/// Rows first … last - 1 of one result image, for channels c … c + lanes - 1.
INLINE void NAME(depthwise_rows)(const ck_depthwise *d, long image, long first, long last, long c, int lanes,
                                 const long kh, const long kw, const long stride, const long dilation) {
  const float *input = d->x + image * d->x_image + c;
  const Store s = {0, 0, 0, d->clip, d->low, d->high};
  V bias = !d->bias ? (V){0} : lanes == LANES ? NAME(load)(d->bias + c) : NAME(load_part)(d->bias + c, lanes);
  for (long oy = first; oy < last; oy++) {
    const long iy = oy * d->stride_h - d->pad_h;
    long r0, r1;
    NAME(taps_inside)(iy, kh, d->dilation_h, d->height, &r0, &r1);
    const long place = (image * d->out_height + oy) * d->out_width * d->channels + c;
    float *y = d->y + place;
    const float *add = d->add ? d->add + place : 0;
    const float *x = input + (iy + r0 * d->dilation_h) * d->x_row, *w = d->w + r0 * d->kernel_w * d->channels + c;
    const long rows = r1 > r0 ? r1 - r0 : 0;
    const bool small = (kw == 3 || kw == 5) && stride == 1 && dilation == 1 && d->dilation_h == 1;
    if (small && lanes == LANES && d->out_width >= STRIP && d->out_width <= NARROW_IMAGE) {
      const bool eights = (d->out_width + 7) / 8 * 8 < (d->out_width + 6) / 7 * 7;
      if (kw == 3) (eights ? NAME(depthwise_strips3_8) : NAME(depthwise_strips3_7))(d, x, w, y, add, bias, &s, rows);
      else (eights ? NAME(depthwise_strips5_8) : NAME(depthwise_strips5_7))(d, x, w, y, add, bias, &s, rows);
    } else if (rows == kh) NAME(depthwise_row)(d, x, w, y, add, bias, &s, kh, kw, stride, dilation, lanes);
    else NAME(depthwise_row)(d, x, w, y, add, bias, &s, rows, kw, stride, dilation, lanes);
  }
}

#define DEPTHWISE(name, kh, kw, stride, dilation)                                                         \
  static void NAME(name)(const ck_depthwise *d, long image, long first, long last) {                      \
    long c = 0;                                                                                            \
    for (; c + LANES <= d->channels; c += LANES)                                                           \
      NAME(depthwise_rows)(d, image, first, last, c, LANES, kh, kw, stride, dilation);                     \
    if (c < d->channels)                                                                                   \
      NAME(depthwise_rows)(d, image, first, last, c, (int)(d->channels - c), kh, kw, stride, dilation);    \
  }
DEPTHWISE(depthwise3s1, 3, 3, 1, 1)
DEPTHWISE(depthwise3s2, 3, 3, 2, 1)
DEPTHWISE(depthwise5s1, 5, 5, 1, 1)
DEPTHWISE(depthwise5s2, 5, 5, 2, 1)
DEPTHWISE(depthwise_any, d->kernel_h, d->kernel_w, d->stride_w, d->dilation_w)

/// y[oy, ox] = Σ w[r, q] · x[oy · stride - pad + r · dilation, …], per channel, for rows first … last - 1.
static void NAME(depthwise)(const ck_depthwise *d, long image, long first, long last) {
  const bool plain = d->dilation_h == 1 && d->dilation_w == 1 && d->kernel_h == d->kernel_w;
  if (plain && d->kernel_w == 3 && d->stride_w == 1) NAME(depthwise3s1)(d, image, first, last);
  else if (plain && d->kernel_w == 3 && d->stride_w == 2) NAME(depthwise3s2)(d, image, first, last);
  else if (plain && d->kernel_w == 5 && d->stride_w == 1) NAME(depthwise5s1)(d, image, first, last);
  else if (plain && d->kernel_w == 5 && d->stride_w == 2) NAME(depthwise5s2)(d, image, first, last);
  else NAME(depthwise_any)(d, image, first, last);
}

/// y[c] = Σ x[from[t] + c] · w[weight[t] + c], or that added to y if `more`.
static void NAME(gather_taps)(const float *x, const float *w, const long *from, const long *weight, int count,
                              long channels, float *y, bool more) {
  for (long c = 0; c < channels; c += LANES) {
    const int lanes = channels - c < LANES ? (int)(channels - c) : LANES;
    V sum = {0};
    if (lanes == LANES) {
      if (more) sum = NAME(load)(y + c);
      for (int t = 0; t < count; t++) sum += NAME(load)(x + from[t] + c) * NAME(load)(w + weight[t] + c);
      NAME(store)(y + c, sum);
    } else {
      if (more) sum = NAME(load_part)(y + c, lanes);
      for (int t = 0; t < count; t++)
        sum += NAME(load_part)(x + from[t] + c, lanes) * NAME(load_part)(w + weight[t] + c, lanes);
      NAME(store_part)(y + c, sum, lanes);
    }
  }
}

enum { MOST_TAPS = 64 };  // taps that are listed at once

/// One row of the adjoint for kernels of any size and dilation.
static void NAME(depthwise_input_row)(const ck_depthwise *d, const float *x, long iy, float *y) {
  long from[MOST_TAPS], weight[MOST_TAPS];
  for (long ix = 0; ix < d->out_width; ix++, y += d->channels) {
    int count = 0;
    bool started = false;
    for (long r = 0; r < d->kernel_h; r++) {
      const long ty = iy + d->pad_h - r * d->dilation_h, oy = ty / d->stride_h;
      if (ty < 0 || ty % d->stride_h || oy >= d->height) continue;
      for (long q = 0; q < d->kernel_w; q++) {
        const long tx = ix + d->pad_w - q * d->dilation_w, ox = tx / d->stride_w;
        if (tx < 0 || tx % d->stride_w || ox >= d->width) continue;
        if (count == MOST_TAPS) {
          NAME(gather_taps)(x, d->w, from, weight, count, d->channels, y, started);
          started = true, count = 0;
        }
        from[count] = oy * d->x_row + ox * d->x_pixel;
        weight[count++] = (r * d->kernel_w + q) * d->channels;
      }
    }
    NAME(gather_taps)(x, d->w, from, weight, count, d->channels, y, started);
  }
}

/// The same for kernels of at most 8 × 8 without gaps: the rows are found once, the columns by counting.
static void NAME(depthwise_input_small)(const ck_depthwise *d, const float *x, long iy, float *y) {
  long from[MOST_TAPS], weight[MOST_TAPS], row_from[8], row_weight[8];
  int rows = 0;
  for (long r = 0; r < d->kernel_h; r++) {
    const long ty = iy + d->pad_h - r * d->dilation_h, oy = ty / d->stride_h;
    if (ty < 0 || ty % d->stride_h || oy >= d->height) continue;
    row_from[rows] = oy * d->x_row;
    row_weight[rows++] = r * d->kernel_w * d->channels;
  }
  long phase = d->pad_w % d->stride_w, place = d->pad_w / d->stride_w;
  for (long ix = 0; ix < d->out_width; ix++, y += d->channels) {
    int count = 0;
    for (int r = 0; r < rows; r++) {
      long ox = place;
      for (long q = phase; q < d->kernel_w; q += d->stride_w, ox--) {
        if (ox < 0 || ox >= d->width) continue;
        from[count] = row_from[r] + ox * d->x_pixel;
        weight[count++] = row_weight[r] + q * d->channels;
      }
    }
    NAME(gather_taps)(x, d->w, from, weight, count, d->channels, y, false);
    if (++phase == d->stride_w) phase = 0, place++;
  }
}

/// The adjoint for rows first … last - 1 of the image: x holds the gradient of the result, y receives that of the
/// input: y[iy, ix] = Σ w[r, q] · x[(iy + pad - r · dilation) / stride, …] over the taps that divide.
static void NAME(depthwise_input)(const ck_depthwise *d, long image, long first, long last) {
  const bool small = d->kernel_h <= 8 && d->kernel_w <= 8 && d->dilation_w == 1 && d->pad_w >= 0;
  for (long iy = first; iy < last; iy++) {
    const float *x = d->x + image * d->x_image;
    float *y = d->y + (image * d->out_height + iy) * d->out_width * d->channels;
    if (small) NAME(depthwise_input_small)(d, x, iy, y);
    else NAME(depthwise_input_row)(d, x, iy, y);
  }
}

/// sums[q] += Σ over one row of results of x · g, for the `kw` taps of one row of the kernel, of which tap q meets the
/// pixels low[q] … high[q] - 1; x and g point at the first channel of the row. Each tap adds its pixels in order: first those that some taps miss, then those that all meet,
/// which share the load of g and keep `kw` sums under way, then the rest.
static inline __attribute__((always_inline)) void NAME(depthwise_weight_row)(const ck_depthwise *d, const float *x,
                                                                             const float *g, int lanes, const int kw,
                                                                             const long *low, const long *high,
                                                                             V *sums) {
  const long step = d->stride_w * d->x_pixel;
  const long begin = low[0], end = high[kw - 1] > begin ? high[kw - 1] : begin;
#define PIXEL(from, to, ox)                                                                                  \
  (lanes == LANES ? NAME(load)((from) + (to)) * NAME(load)(g + (ox) * d->channels)                           \
                  : NAME(load_part)((from) + (to), lanes) * NAME(load_part)(g + (ox) * d->channels, lanes))
  for (int q = 0; q < kw; q++) {
    const float *from = x + (q * d->dilation_w - d->pad_w) * d->x_pixel;
    for (long ox = low[q]; ox < begin && ox < high[q]; ox++) sums[q] += PIXEL(from, ox * step, ox);
  }
  const float *first = x - d->pad_w * d->x_pixel;
  const long apart = d->dilation_w * d->x_pixel;
  for (long ox = begin; ox < end; ox++) {
    const float *from = first + ox * step;
    const V slope = lanes == LANES ? NAME(load)(g + ox * d->channels) : NAME(load_part)(g + ox * d->channels, lanes);
#pragma clang loop unroll(full)
    for (int q = 0; q < kw; q++)
      sums[q] += (lanes == LANES ? NAME(load)(from + q * apart) : NAME(load_part)(from + q * apart, lanes)) * slope;
  }
  for (int q = 0; q < kw; q++) {
    const float *from = x + (q * d->dilation_w - d->pad_w) * d->x_pixel;
    for (long ox = end > low[q] ? end : low[q]; ox < high[q]; ox++) sums[q] += PIXEL(from, ox * step, ox);
  }
#undef PIXEL
}

/// The taps q0 … q0 + kw - 1 of row r of the kernel, for the channels from c.
static inline __attribute__((always_inline)) void NAME(depthwise_weight_taps)(const ck_depthwise *d, long c, int lanes,
                                                                              long r, long q0, const int kw,
                                                                              double *sums) {
  ck_depthwise moved = *d;
  moved.pad_w = d->pad_w - q0 * d->dilation_w;
  long low[8], high[8];
  for (int q = 0; q < kw; q++) {
    const long shift = moved.pad_w - q * d->dilation_w;  // the tap reads pixel ox · stride - shift
    low[q] = shift <= 0 ? 0 : (shift + d->stride_w - 1) / d->stride_w;
    high[q] = d->width - 1 + shift < 0 ? 0 : (d->width - 1 + shift) / d->stride_w + 1;
    if (high[q] > d->out_width) high[q] = d->out_width;
  }
  for (long image = 0; image < d->images; image++) {
    for (long oy = 0; oy < d->out_height; oy++) {
      const long iy = oy * d->stride_h - d->pad_h + r * d->dilation_h;
      if (iy < 0 || iy >= d->height) continue;
      V row[8] = {{0}};
      NAME(depthwise_weight_row)(&moved, d->x + image * d->x_image + iy * d->x_row + c,
                                 d->add + (image * d->out_height + oy) * d->out_width * d->channels + c, lanes, kw,
                                 low, high, row);
      for (int q = 0; q < kw; q++) {
        float part[LANES];
        NAME(store)(part, row[q]);
        double *total = sums + (r * d->kernel_w + q0 + q) * d->channels + c;
        for (int i = 0; i < lanes; i++) total[i] += part[i];
      }
    }
  }
}

/// The gradient of the weight for channels first … last - 1: sums[(r, q) · channels + c] += Σ x · g, where `add` holds
/// the gradient g of the result. Each row is summed in single, the rows in double precision.
static void NAME(depthwise_weight)(const ck_depthwise *d, long first, long last, double *sums) {
  for (long c = first; c < last; c += LANES) {
    const bool whole = last - c >= LANES;
    const int rest = whole ? LANES : (int)(last - c);
    for (long r = 0; r < d->kernel_h; r++) {
      if (d->kernel_w == 3 && whole) NAME(depthwise_weight_taps)(d, c, LANES, r, 0, 3, sums);
      else if (d->kernel_w == 5 && whole) NAME(depthwise_weight_taps)(d, c, LANES, r, 0, 5, sums);
      else
        for (long q = 0; q < d->kernel_w; q++) NAME(depthwise_weight_taps)(d, c, rest, r, q, 1, sums);
    }
  }
}
