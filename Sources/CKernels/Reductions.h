// Template: sums and extremes of rows, softmax, and the f64 matrix product. Sums are formed in short single-precision
// runs whose results are added in double precision, so the error does not grow with the length.

/// Σ x[0 … n).
static double NAME(sum)(const float *x, long n) {
  enum { RUN = 16 };
  double total = 0;
  long i = 0;
  for (; i + 4 * LANES * RUN <= n; i += 4 * LANES * RUN) {
    V s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (long k = 0; k < RUN; k++) {
      const float *p = x + i + 4 * LANES * k;
      s0 += NAME(load)(p), s1 += NAME(load)(p + LANES);
      s2 += NAME(load)(p + 2 * LANES), s3 += NAME(load)(p + 3 * LANES);
    }
    float part[LANES];
    NAME(store)(part, (s0 + s1) + (s2 + s3));
    for (int k = 0; k < LANES; k++) total += part[k];
  }
  if (i + LANES <= n) {
    V s = {0};
    for (; i + LANES <= n; i += LANES) s += NAME(load)(x + i);
    float part[LANES];
    NAME(store)(part, s);
    for (int k = 0; k < LANES; k++) total += part[k];
  }
  for (; i < n; i++) total += x[i];
  return total;
}

/// Σ x[i] · y[i], in single precision over a few dozen lanes.
static float NAME(dot)(const float *x, const float *y, long n) {
  V s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  long i = 0;
  for (; i + 4 * LANES <= n; i += 4 * LANES) {
    s0 += NAME(load)(x + i) * NAME(load)(y + i);
    s1 += NAME(load)(x + i + LANES) * NAME(load)(y + i + LANES);
    s2 += NAME(load)(x + i + 2 * LANES) * NAME(load)(y + i + 2 * LANES);
    s3 += NAME(load)(x + i + 3 * LANES) * NAME(load)(y + i + 3 * LANES);
  }
  for (; i + LANES <= n; i += LANES) s0 += NAME(load)(x + i) * NAME(load)(y + i);
  float part[LANES];
  NAME(store)(part, (s0 + s1) + (s2 + s3));
  float total = 0;
  for (int k = 0; k < LANES; k++) total += part[k];
  for (; i < n; i++) total += x[i] * y[i];
  return total;
}

/// Σ (x[i] - mean)², in short single-precision runs.
static double NAME(square_sum)(const float *x, float mean, long n) {
  enum { RUN = 64 * LANES };
  double total = 0;
  for (long first = 0; first < n; first += RUN) {
    const long last = first + RUN < n ? first + RUN : n;
    V s0 = {0}, s1 = {0};
    long i = first;
    for (; i + 2 * LANES <= last; i += 2 * LANES) {
      const V a = NAME(load)(x + i) - mean, b = NAME(load)(x + i + LANES) - mean;
      s0 += a * a, s1 += b * b;
    }
    float part[LANES], rest = 0;
    NAME(store)(part, s0 + s1);
    for (; i < last; i++) rest += (x[i] - mean) * (x[i] - mean);
    for (int k = 0; k < LANES; k++) rest += part[k];
    total += rest;
  }
  return total;
}

/// Σ y[i] · (x[i] - mean), in short single-precision runs.
static double NAME(centred_sum)(const float *y, const float *x, float mean, long n) {
  enum { RUN = 64 * LANES };
  double total = 0;
  for (long first = 0; first < n; first += RUN) {
    const long last = first + RUN < n ? first + RUN : n;
    V s0 = {0}, s1 = {0};
    long i = first;
    for (; i + 2 * LANES <= last; i += 2 * LANES) {
      s0 += NAME(load)(y + i) * (NAME(load)(x + i) - mean);
      s1 += NAME(load)(y + i + LANES) * (NAME(load)(x + i + LANES) - mean);
    }
    float part[LANES], rest = 0;
    NAME(store)(part, s0 + s1);
    for (; i < last; i++) rest += y[i] * (x[i] - mean);
    for (int k = 0; k < LANES; k++) rest += part[k];
    total += rest;
  }
  return total;
}

/// Σ x[i] · y[i], in short single-precision runs.
static double NAME(product_sum)(const float *x, const float *y, long n) {
  enum { RUN = 64 * LANES };
  double total = 0;
  for (long i = 0; i < n; i += RUN) total += NAME(dot)(x + i, y + i, i + RUN < n ? RUN : n - i);
  return total;
}

/// The largest or smallest of x[0 … n), n > 0; NaN if one is.
static float NAME(extreme)(const float *x, long n, bool largest) {
  const float sign = largest ? 1 : -1;
  float best = -__builtin_inff();
  long i = 0;
  M bad = {0};
  if (n >= LANES) {
    V top = NAME(splat)(best);
    for (; i + LANES <= n; i += LANES) {
      V v = NAME(load)(x + i) * sign;
      bad |= v != v;
      top = NAME(choose)(v > top, v, top);
    }
    for (int k = 0; k < LANES; k++) {
      if (bad[k]) return __builtin_nanf("");
      if (top[k] > best) best = top[k];
    }
  }
  for (; i < n; i++) {
    if (x[i] != x[i]) return x[i];
    if (x[i] * sign > best) best = x[i] * sign;
  }
  return best * sign;
}

/// sums[j] += Σ over rows of x[r · x_row + j], j < n.
static void NAME(add_rows)(const float *x, long x_row, long rows, long n, double *sums) {
  long r = 0;
  for (; r + 4 <= rows; r += 4) {
    const float *a = x + r * x_row, *b = a + x_row, *c = b + x_row, *d = c + x_row;
    for (long j = 0; j < n; j++) sums[j] += (double)((a[j] + b[j]) + (c[j] + d[j]));
  }
  for (; r < rows; r++)
    for (long j = 0; j < n; j++) sums[j] += x[r * x_row + j];
}

/// sums[j] += Σ over rows of (x[r · x_row + j] - mean[j])².
static void NAME(add_square_rows)(const float *x, long x_row, long rows, long n, const float *mean, double *sums) {
  long r = 0;
  for (; r + 4 <= rows; r += 4) {
    const float *p = x + r * x_row, *q = p + x_row, *s = q + x_row, *t = s + x_row;
    for (long j = 0; j < n; j++) {
      const float a = p[j] - mean[j], b = q[j] - mean[j], c = s[j] - mean[j], d = t[j] - mean[j];
      sums[j] += (double)((a * a + b * b) + (c * c + d * d));
    }
  }
  for (; r < rows; r++)
    for (long j = 0; j < n; j++) {
      const float a = x[r * x_row + j] - mean[j];
      sums[j] += (double)(a * a);
    }
}

/// sums[j] += Σ over rows of g[r · n + j], products[j] += Σ of g[r · n + j] · (x[r · n + j] - mean[j]).
static void NAME(add_slope_rows)(const float *g, const float *x, long rows, long n, const float *mean, double *sums,
                                 double *products) {
  long r = 0;
  for (; r + 4 <= rows; r += 4) {
    const float *p = g + r * n, *q = x + r * n;
    for (long j = 0; j < n; j++) {
      const float a = p[j], b = p[n + j], c = p[2 * n + j], d = p[3 * n + j], m = mean[j];
      sums[j] += (double)((a + b) + (c + d));
      products[j] += (double)((a * (q[j] - m) + b * (q[n + j] - m)) + (c * (q[2 * n + j] - m) + d * (q[3 * n + j] - m)));
    }
  }
  for (; r < rows; r++)
    for (long j = 0; j < n; j++) {
      const float a = g[r * n + j];
      sums[j] += (double)a;
      products[j] += (double)(a * (x[r * n + j] - mean[j]));
    }
}

/// out[i] = (x[i] - k[0][i % n]) · k[1][i % n] + (y[i] - k[2][i % n]) · k[3][i % n] for `rows` rows of n without gaps;
/// without y the second product is k[2][i % n].
static void NAME(affine_rows)(const float *x, const float *y, long rows, long n, const float *const *k, float *out) {
  const float *restrict shift = k[0], *restrict scale = k[1], *restrict other = k[2], *restrict slope = k[3];
  for (long r = 0; r < rows; r++) {
    const float *restrict p = x + r * n;
    float *restrict z = out + r * n;
    if (y) {
      const float *restrict q = y + r * n;
      for (long j = 0; j < n; j++) z[j] = (p[j] - shift[j]) * scale[j] + (q[j] - other[j]) * slope[j];
    } else {
      for (long j = 0; j < n; j++) z[j] = (p[j] - shift[j]) * scale[j] + other[j];
    }
  }
}

/// y = (x - mean) / √(variance + epsilon) for each row of n, and 1 / √(variance + epsilon) of each.
static void NAME(standardise_rows)(const float *x, long rows, long n, float epsilon, float *y, float *inverse) {
  for (long r = 0; r < rows; r++) {
    const float *restrict p = x + r * n;
    float *restrict z = y + r * n;
    const float mean = (float)(NAME(sum)(p, n) / (double)n);
    const float scale = 1 / __builtin_sqrtf((float)(NAME(square_sum)(p, mean, n) / (double)n) + epsilon);
    inverse[r] = scale;
    for (long j = 0; j < n; j++) z[j] = (p[j] - mean) * scale;
  }
}

/// out = (g - mean g - y · mean(g y)) · inverse for each row of n.
static void NAME(standardise_rows_back)(const float *g, const float *y, const float *inverse, long rows, long n,
                                        float *out) {
  for (long r = 0; r < rows; r++) {
    const float *restrict p = g + r * n, *restrict q = y + r * n;
    float *restrict z = out + r * n;
    const float shift = (float)(NAME(sum)(p, n) / (double)n), scale = inverse[r];
    const float slope = (float)(NAME(product_sum)(p, q, n) / (double)n);
    for (long j = 0; j < n; j++) z[j] = (p[j] - shift - q[j] * slope) * scale;
  }
}

/// y = (x - mean) / √(variance + epsilon) · weight + bias for each row of n; each row's mean and 1 / √(variance + epsilon).
static void NAME(layer_rows)(const float *x, long rows, long n, float epsilon, const float *weight, const float *bias,
                             float *y, float *means, float *inverse) {
  for (long r = 0; r < rows; r++) {
    const float *restrict p = x + r * n;
    float *restrict z = y + r * n;
    const float mean = (float)(NAME(sum)(p, n) / (double)n);
    const float scale = 1 / __builtin_sqrtf((float)(NAME(square_sum)(p, mean, n) / (double)n) + epsilon);
    means[r] = mean, inverse[r] = scale;
    for (long j = 0; j < n; j++) z[j] = (p[j] - mean) * scale * weight[j] + bias[j];
  }
}

/// With h = g · weight and y = (x - mean) · inverse: out = (h - mean h - y · mean(h y)) · inverse for each row of n.
static void NAME(layer_rows_back)(const float *g, const float *x, const float *means, const float *inverse, long rows, long n,
                                  const float *weight, float *out) {
  for (long r = 0; r < rows; r++) {
    const float *restrict p = g + r * n, *restrict q = x + r * n;
    float *restrict z = out + r * n;
    const float mean = means[r], scale = inverse[r];
    for (long j = 0; j < n; j++) z[j] = p[j] * weight[j];
    const float shift = (float)(NAME(sum)(z, n) / (double)n);
    const float slope = (float)(NAME(centred_sum)(z, q, mean, n) / (double)n) * scale * scale;
    for (long j = 0; j < n; j++) z[j] = (z[j] - shift - (q[j] - mean) * slope) * scale;
  }
}

/// out = (g - Σ g y) · y for each row of n.
static void NAME(softmax_rows_back)(const float *g, const float *y, long rows, long n, float *out) {
  for (long r = 0; r < rows; r++) {
    const float *restrict p = g + r * n, *restrict q = y + r * n;
    float *restrict z = out + r * n;
    const float total = (float)NAME(product_sum)(p, q, n);
    for (long j = 0; j < n; j++) z[j] = (p[j] - total) * q[j];
  }
}

/// best[j] = the extreme of best[j] and x[r · x_row + j] over the rows; a NaN stays.
static void NAME(extreme_rows)(const float *x, long x_row, long rows, long n, float *best, bool largest) {
  for (long r = 0; r < rows; r++) {
    const float *a = x + r * x_row;
    if (largest)
      for (long j = 0; j < n; j++) best[j] = ((a[j] > best[j]) | (a[j] != a[j])) ? a[j] : best[j];
    else
      for (long j = 0; j < n; j++) best[j] = ((a[j] < best[j]) | (a[j] != a[j])) ? a[j] : best[j];
  }
}

/// y = exp(x - max x) / Σ exp(x - max x), or its logarithm, for one row of n > 0.
static void NAME(softmax)(const float *x, float *y, long n, bool logarithm) {
  const float top = NAME(extreme)(x, n, true);
  for (long i = 0; i < n; i++) y[i] = NAME(exp)(x[i] - top);
  const double sum = NAME(sum)(y, n);
  if (logarithm) {
    const double shift = __builtin_log(sum);
    for (long i = 0; i < n; i++) y[i] = (float)((double)(x[i] - top) - shift);
  } else {
    const float factor = (float)(1 / sum);
    for (long i = 0; i < n; i++) y[i] *= factor;
  }
}

/// c[m × n] = a[m × k] · b[k × n], all row-major without gaps.
static void NAME(product)(const double *a, const double *b, double *c, long m, long k, long n) {
  enum { INNER = 128, COLUMNS = 512 };
  for (long i = 0; i < m * n; i++) c[i] = 0;
  for (long j0 = 0; j0 < n; j0 += COLUMNS) {
    const long nj = n - j0 < COLUMNS ? n - j0 : COLUMNS;
    for (long k0 = 0; k0 < k; k0 += INNER) {
      const long k1 = k0 + INNER < k ? k0 + INNER : k;
      long i = 0;
      for (; i + 4 <= m; i += 4) {
        const double *p = a + i * k;
        double *restrict y0 = c + i * n + j0, *restrict y1 = y0 + n, *restrict y2 = y1 + n, *restrict y3 = y2 + n;
        for (long q = k0; q < k1; q++) {
          const double *restrict w = b + q * n + j0;
          const double x0 = p[q], x1 = p[k + q], x2 = p[2 * k + q], x3 = p[3 * k + q];
          for (long j = 0; j < nj; j++) {
            y0[j] += x0 * w[j], y1[j] += x1 * w[j];
            y2[j] += x2 * w[j], y3[j] += x3 * w[j];
          }
        }
      }
      for (; i < m; i++) {
        double *restrict y = c + i * n + j0;
        for (long q = k0; q < k1; q++) {
          const double *restrict w = b + q * n + j0;
          const double x = a[i * k + q];
          for (long j = 0; j < nj; j++) y[j] += x * w[j];
        }
      }
    }
  }
}
