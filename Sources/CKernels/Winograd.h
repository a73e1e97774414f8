// Template: the transforms of Winograd's minimal filtering F(4×4, 3×3) (Lavin and Gray 2016), one vector of channels
// at a time: Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, with interpolation points 0, ±1, ±2 and ∞.

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

INLINE void NAME(input_channels)(const float *x, long x_row, long channels, float *u, long u_step, int lanes) {
  V d[36];
  UNROLL for (int i = 0; i < 6; i++) {
    UNROLL for (int j = 0; j < 6; j++) {
      const float *p = x + i * x_row + j * channels;
      d[i * 6 + j] = lanes == LANES ? NAME(load)(p) : NAME(load_part)(p, lanes);
    }
    NAME(transform_input)(d + i * 6, 1);
  }
  UNROLL for (int j = 0; j < 6; j++) {
    NAME(transform_input)(d + j, 6);
    UNROLL for (int i = 0; i < 6; i++) {
      float *p = u + (i * 6 + j) * u_step;
      if (lanes == LANES) NAME(store)(p, d[i * 6 + j]);
      else NAME(store_part)(p, d[i * 6 + j], lanes);
    }
  }
}

/// The 6×6 pixels at x, `x_row` floats from row to row, to 36 numbers per channel, `u_step` apart.
static void NAME(winograd_input)(const float *x, long x_row, long channels, float *u, long u_step) {
  long c = 0;
  for (; c + LANES <= channels; c += LANES) NAME(input_channels)(x + c, x_row, channels, u + c, u_step, LANES);
  if (c < channels) NAME(input_channels)(x + c, x_row, channels, u + c, u_step, (int)(channels - c));
}

/// Aᵀ of six values, `step` apart, to four, `out_step` apart.
INLINE void NAME(transform_output)(const V *m, const long step, V *o, const long out_step) {
  V a = m[step] + m[2 * step], b = m[step] - m[2 * step];
  V c = m[3 * step] + m[4 * step], d = m[3 * step] - m[4 * step];
  o[0] = m[0] + a + c;
  o[out_step] = b + 2.0f * d;
  o[2 * out_step] = a + 4.0f * c;
  o[3 * out_step] = b + 8.0f * d + m[5 * step];
}

INLINE void NAME(output_channels)(const float *m, long m_step, long channels, float *y, long y_row, int height,
                                  int width, const float *bias, const float *add, const Store *s, int lanes) {
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
        V v = NAME(finish)(o[i * 4 + j], b, add ? add + i * s->add_row + j * channels : 0, lanes, s);
        float *p = y + i * y_row + j * channels;
        if (lanes == LANES) NAME(store)(p, v);
        else NAME(store_part)(p, v, lanes);
      }
    }
  }
}

/// 36 products per channel to height × width ≤ 4×4 pixels at y; channels lie together.
static void NAME(winograd_output)(const float *m, long m_step, long channels, float *y, long y_row, int height,
                                  int width, const Store *s) {
  for (long c = 0; c < channels; c += LANES) {
    const float *bias = s->bias ? s->bias + c : 0, *add = s->add ? s->add + c : 0;
    if (c + LANES <= channels)
      NAME(output_channels)(m + c, m_step, channels, y + c, y_row, height, width, bias, add, s, LANES);
    else
      NAME(output_channels)(m + c, m_step, channels, y + c, y_row, height, width, bias, add, s, (int)(channels - c));
  }
}
