// Template: pixels of pooled images, channels together.

/// best[c] = the first maximum over the pixels x[offsets[t] + c], where[c] its place; a NaN counts as largest.
static void NAME(max_pixels)(const float *x, const long *offsets, const long *places, long taps, long channels,
                             float *restrict best, int64_t *restrict where) {
  for (long c = 0; c < channels; c++) best[c] = x[offsets[0] + c];
  if (!where) {
    for (long t = 1; t < taps; t++) {
      const float *restrict p = x + offsets[t];
      for (long c = 0; c < channels; c++) best[c] = ((p[c] > best[c]) | (p[c] != p[c])) ? p[c] : best[c];
    }
    return;
  }
  for (long c = 0; c < channels; c++) where[c] = places[0];
  for (long t = 1; t < taps; t++) {
    const float *restrict p = x + offsets[t];
    const int64_t place = places[t];
    for (long c = 0; c < channels; c++) {
      const bool better = (p[c] > best[c]) | ((p[c] != p[c]) & (best[c] == best[c]));
      where[c] = better ? place : where[c];
      best[c] = better ? p[c] : best[c];
    }
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
