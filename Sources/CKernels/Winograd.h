// Template: the transforms of Winograd's minimal filtering F(4×4, 3×3) (Lavin and Gray 2016), one vector of channels
// at a time: Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, with interpolation points 0, ±1, ±2 and ∞. Products are
// divided by what belongs to their points, 4, -6, -6, 24, 24 and 1, when results are made of them: there are fewer results
// than weights, and sums of products than roundings of either.

/// G of three values, `step` apart, to six, `out_step` apart.
INLINE void NAME(transform_filter)(const V *g, const long step, V *u, const long out_step) {
  V g0 = g[0], g1 = g[step], g2 = g[2 * step];
  V even = g0 + g2, even2 = g0 + 4.0f * g2;
  u[0] = g0;
  u[out_step] = even + g1;
  u[2 * out_step] = even - g1;
  u[3 * out_step] = even2 + 2.0f * g1;
  u[4 * out_step] = even2 - 2.0f * g1;
  u[5 * out_step] = g2;
}

/// `inputs` rows of a sliver of each of nine taps, `tap` floats apart, to 36 such slivers, `u_step` apart; only the first
/// vector of each if the sliver is narrow.
static void NAME(winograd_filter)(const float *w, long tap, long inputs, bool narrow, float *u, long u_step) {
  const long step = narrow ? WIDTH : LANES;
  for (long i = 0; i < inputs * WIDTH; i += step) {
    V g[9], half[18], row[6];
    UNROLL for (int t = 0; t < 9; t++) g[t] = NAME(load)(w + t * tap + i);
    UNROLL for (int b = 0; b < 3; b++) NAME(transform_filter)(g + b, 3, half + b, 3);
    UNROLL for (int a = 0; a < 6; a++) {
      NAME(transform_filter)(half + 3 * a, 1, row, 1);
      UNROLL for (int b = 0; b < 6; b++) NAME(store)(u + (a * 6 + b) * u_step + i, row[b]);
    }
  }
}

#if LANES == 16
/// Row a of G times a column of three taps, `row` apart.
INLINE V NAME(filter_row)(const int a, const float *g, long row) {
  if (a == 0) return NAME(load)(g);
  if (a == 5) return NAME(load)(g + 2 * row);
  V g1 = NAME(load)(g + row), even = NAME(load)(g) + (a > 2 ? 4.0f : 1.0f) * NAME(load)(g + 2 * row);
  return a == 1 ? even + g1 : a == 2 ? even - g1 : a == 3 ? even + 2.0f * g1 : even - 2.0f * g1;
}

/// Row a of the points for one vector of outputs and n ≤ 4 tiles: what is said at winograd_few. Every index into `sum` is
/// one after unrolling, and all of it is in registers, of which there must be 32.
INLINE void NAME(few_row)(const int n, const int a, const float *w, long tap, long inputs, const float *v, long v_step, float *m,
                          long m_row, long m_step, bool add) {
  V sum[6][4];
  UNROLL for (int b = 0; b < 6; b++) {
    UNROLL for (int t = 0; t < n; t++) sum[b][t] = (V){0};
  }
  for (long i = 0; i < inputs; i++, w += WIDTH) {
    V half[3], u[6];
    UNROLL for (int c = 0; c < 3; c++) half[c] = NAME(filter_row)(a, w + c * tap, 3 * tap);
    NAME(transform_filter)(half, 1, u, 1);
    UNROLL for (int b = 0; b < 6; b++) {
      UNROLL for (int t = 0; t < n; t++) sum[b][t] += NAME(splat)(v[(a * 6 + b) * v_step + t * FEW_INPUTS + i]) * u[b];
    }
  }
  UNROLL for (int b = 0; b < 6; b++) {
    UNROLL for (int t = 0; t < n; t++) {
      float *to = m + (a * 6 + b) * m_step + t * m_row;
      NAME(store)(to, add ? NAME(load)(to) + sum[b][t] : sum[b][t]);
    }
  }
}

INLINE void NAME(few)(const int n, const float *w, long tap, long inputs, const float *v, long v_step, float *m, long m_row,
                      long m_step, bool add) {
  UNROLL for (int a = 0; a < 6; a++) NAME(few_row)(n, a, w, tap, inputs, v, v_step, m, m_row, m_step, add);
}

/// m[point, tile, column] = (add ? m : 0) + Σ v[point, tile, input] · u[point, input, column] for one sliver of outputs
/// whose weights u are those of winograd_filter, which are not stored: that costs more than the products of few tiles.
static void NAME(winograd_few)(const float *w, long tap, long inputs, bool narrow, const float *v, long v_step, long tiles,
                               float *m, long m_row, long m_step, bool add) {
  for (long j = 0; j < (narrow ? LANES : WIDTH); j += LANES) {
    for (long t = 0; t < tiles; t += 4) {
      const float *from = v + t * FEW_INPUTS, *g = w + j;
      float *to = m + t * m_row + j;
      switch (tiles - t) {
        case 1: NAME(few)(1, g, tap, inputs, from, v_step, to, m_row, m_step, add); break;
        case 2: NAME(few)(2, g, tap, inputs, from, v_step, to, m_row, m_step, add); break;
        case 3: NAME(few)(3, g, tap, inputs, from, v_step, to, m_row, m_step, add); break;
        default: NAME(few)(4, g, tap, inputs, from, v_step, to, m_row, m_step, add);
      }
    }
  }
}
#endif

/// Bᵀ of six values, `step` apart, in place.
INLINE void NAME(transform_input)(V *d, const long step) {
  V d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
  V even = d4 - 4.0f * d2, odd = d3 - 4.0f * d1, even2 = d4 - d2, odd2 = 2.0f * (d3 - d1);
  d[0] = 4.0f * d0 - 5.0f * d2 + d4;
  d[step] = even + odd;
  d[2 * step] = even - odd;
  d[3 * step] = even2 + odd2;
  d[4 * step] = even2 - odd2;
  d[5 * step] = 4.0f * d1 - 5.0f * d3 + d5;
}

INLINE void NAME(input_channels)(const float *x, long x_row, long x_pixel, float *v, long v_step, int lanes) {
  V d[36];
  UNROLL for (int i = 0; i < 6; i++) {
    UNROLL for (int j = 0; j < 6; j++) {
      const float *p = x + i * x_row + j * x_pixel;
      d[i * 6 + j] = lanes == LANES ? NAME(load)(p) : NAME(load_part)(p, lanes);
    }
    NAME(transform_input)(d + i * 6, 1);
  }
  UNROLL for (int j = 0; j < 6; j++) {
    NAME(transform_input)(d + j, 6);
    UNROLL for (int i = 0; i < 6; i++) {
      float *p = v + (i * 6 + j) * v_step;
      if (lanes == LANES) NAME(store)(p, d[i * 6 + j]);
      else NAME(store_part)(p, d[i * 6 + j], lanes);
    }
  }
}

/// The 6×6 pixels at x to 36 numbers per channel, `v_step` apart.
static void NAME(winograd_input)(const float *x, long x_row, long x_pixel, long channels, float *v, long v_step) {
  long c = 0;
  for (; c + LANES <= channels; c += LANES) NAME(input_channels)(x + c, x_row, x_pixel, v + c, v_step, LANES);
  if (c < channels) NAME(input_channels)(x + c, x_row, x_pixel, v + c, v_step, (int)(channels - c));
}

/// Aᵀ of six values over the divisors of their points, `step` apart, to four, `out_step` apart.
INLINE void NAME(transform_output)(const V *m, const long step, V *o, const long out_step) {
  V a = m[step] + m[2 * step], b = m[step] - m[2 * step];
  V c = m[3 * step] + m[4 * step], d = m[3 * step] - m[4 * step];
  o[0] = (6.0f * m[0] + (c - 4.0f * a)) * (1 / 24.0f);
  o[out_step] = (d - 2.0f * b) * (1 / 12.0f);
  o[2 * out_step] = (c - a) * (1 / 6.0f);
  o[3 * out_step] = (2.0f * d - b) * (1 / 6.0f) + m[5 * step];
}

INLINE void NAME(output_channels)(const float *m, long m_step, float *y, long y_row, long y_pixel, int height, int width,
                                  const float *bias, const float *add, const Store *s, int lanes) {
  V d[36], t[24], o[16];
  UNROLL for (int i = 0; i < 36; i++) {
    d[i] = lanes == LANES ? NAME(load)(m + i * m_step) : NAME(load_part)(m + i * m_step, lanes);
  }
  UNROLL for (int i = 0; i < 6; i++) NAME(transform_output)(d + i * 6, 1, t + i * 4, 1);
  UNROLL for (int j = 0; j < 4; j++) NAME(transform_output)(t + j, 4, o + j, 4);
  V b = !bias ? (V){0} : lanes == LANES ? NAME(load)(bias) : NAME(load_part)(bias, lanes);
  UNROLL for (int i = 0; i < 4; i++) {
    UNROLL for (int j = 0; j < 4; j++) {
      if (i < height && j < width) {
        V v = NAME(finish)(o[i * 4 + j], b, add ? add + i * s->add_row + j * y_pixel : 0, lanes, s);
        float *p = y + i * y_row + j * y_pixel;
        if (lanes == LANES) NAME(store)(p, v);
        else NAME(store_part)(p, v, lanes);
      }
    }
  }
}

/// 36 products per channel, `m_step` apart, to height × width ≤ 4×4 pixels at y; those of `add` lie like those of y.
static void NAME(winograd_output)(const float *m, long m_step, long channels, float *y, long y_row, long y_pixel, int height,
                                  int width, const Store *s) {
  for (long c = 0; c < channels; c += LANES) {
    const float *bias = s->bias ? s->bias + c : 0, *add = s->add ? s->add + c : 0;
    if (c + LANES <= channels)
      NAME(output_channels)(m + c, m_step, y + c, y_row, y_pixel, height, width, bias, add, s, LANES);
    else
      NAME(output_channels)(m + c, m_step, y + c, y_row, y_pixel, height, width, bias, add, s, (int)(channels - c));
  }
}
