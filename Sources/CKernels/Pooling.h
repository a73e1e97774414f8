// Template: pixels of pooled images, channels together.

/// The first maximum over the pixels x[offsets[t]] in each lane, and which pixel it is; a NaN counts as largest.
INLINE V NAME(largest)(const float *x, const long *offsets, long taps, int lanes, M *which) {
  V best = lanes == LANES ? NAME(load)(x + offsets[0]) : NAME(load_part)(x + offsets[0], lanes);
  M found = {0};
  for (long t = 1; t < taps; t++) {
    const V v = lanes == LANES ? NAME(load)(x + offsets[t]) : NAME(load_part)(x + offsets[t], lanes);
    const M better = (v > best) | ((v != v) & (best == best));
    best = NAME(choose)(better, v, best);
    found = (better & (int)t) | (~better & found);
  }
  *which = found;
  return best;
}

/// best[c] = the first maximum over the pixels x[offsets[t] + c], where[c] its place; a NaN counts as largest.
static void NAME(max_pixels)(const float *x, const long *offsets, const long *places, long taps, long channels,
                             float *restrict best, int64_t *restrict where) {
  for (long c = 0; c < channels; c += LANES) {
    const int lanes = channels - c < LANES ? (int)(channels - c) : LANES;
    M which;
    const V found = NAME(largest)(x + c, offsets, taps, lanes, &which);
    if (lanes == LANES) NAME(store)(best + c, found);
    else NAME(store_part)(best + c, found, lanes);
    if (where)
      for (int i = 0; i < lanes; i++) where[c + i] = places[which[i]];
  }
}

static void NAME(mean_pixels)(const float *x, const long *offsets, long taps, long channels, float factor,
                              float *restrict y) {
  for (long c = 0; c < channels; c++) y[c] = 0;
  for (long t = 0; t < taps; t++) {
    const float *restrict p = x + offsets[t];
    for (long c = 0; c < channels; c++) y[c] += p[c];
  }
  for (long c = 0; c < channels; c++) y[c] *= factor;
}

static void NAME(accumulate)(const float *restrict x, long n, float factor, float *restrict y) {
  for (long i = 0; i < n; i++) y[i] += factor * x[i];
}
