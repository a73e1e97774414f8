// Template: element-wise loops over one or two operands. The operation is chosen once per call, so each loop is plain
// enough to become vector code.

#define UNARY(expression)                                \
  for (long i = 0; i < n; i++) {                         \
    const float v = x[i];                                \
    y[i] = (expression);                                 \
  }                                                      \
  break;

/// The sine or cosine of numbers too large for the quick reduction.
static void NAME(large_sines)(const float *x, float *y, long n, bool cosine) {
  for (long i = 0; i < n; i++)
    if (!(__builtin_fabsf(x[i]) < 1e8f)) y[i] = (float)(cosine ? __builtin_cos(x[i]) : __builtin_sin(x[i]));
}

/// y[i] = op(x[i]); a and b are the parameters of the operations that have some.
static void NAME(unary)(int op, const float *restrict x, float *restrict y, long n, float a, float b) {
  switch (op) {
    case CK_NEGATE: UNARY(-v)
    case CK_ABS: UNARY(__builtin_fabsf(v))
    case CK_SIGN: UNARY(v > 0 ? 1.0f : v < 0 ? -1.0f : v)
    case CK_EXP: UNARY(NAME(exp)(v))
    case CK_LOG: UNARY(NAME(log)(v))
    case CK_SQRT: UNARY(__builtin_sqrtf(v))
    case CK_RECIPROCAL: UNARY(1.0f / v)
    case CK_TANH: UNARY(NAME(tanh)(v))
    case CK_SIGMOID: UNARY(NAME(sigmoid)(v))
    case CK_ERF: UNARY(NAME(erf)(v))
    case CK_SOFTPLUS: UNARY(NAME(softplus)(v))
    case CK_RELU: UNARY(v < 0 ? 0.0f : v)
    case CK_SIN:
      for (long i = 0; i < n; i++) y[i] = NAME(sine)(x[i], 0);
      NAME(large_sines)(x, y, n, false);
      break;
    case CK_COS:
      for (long i = 0; i < n; i++) y[i] = NAME(sine)(x[i], 1);
      NAME(large_sines)(x, y, n, true);
      break;
    case CK_FLOOR: UNARY(__builtin_floorf(v))
    case CK_CEIL: UNARY(__builtin_ceilf(v))
    case CK_ROUND: UNARY(__builtin_rintf(v))
    case CK_CLIP: UNARY(v < a ? a : v > b ? b : v)
    case CK_HARD_SIGMOID:
      for (long i = 0; i < n; i++) {
        const float v = a * x[i] + b;
        y[i] = v < 0 ? 0 : v > 1 ? 1 : v;
      }
      break;
    case CK_HARD_SWISH:
      for (long i = 0; i < n; i++) {
        const float v = x[i] * (1.0f / 6) + 0.5f;
        y[i] = x[i] * (v < 0 ? 0 : v > 1 ? 1 : v);
      }
      break;
    case CK_LEAKY_RELU: UNARY(v > 0 ? v : a * v)
    case CK_ELU: UNARY(v > 0 ? v : a * NAME(exp_minus_one)(v))
    case CK_GELU: UNARY(NAME(gelu)(v))
    case CK_SQUARE: UNARY(v * v)
    default: break;
  }
}

// Rows of two operands: both contiguous, one constant, or any strides.
#define EACH_ROW(type, expression)                                                                     \
  for (long r = 0; r < k->rows; r++) {                                                                 \
    const float *restrict x = (const float *)k->x + r * k->x_row;                                      \
    const float *restrict y = (const float *)k->y + r * k->y_row;                                      \
    type *restrict z = (type *)k->out + r * k->out_row;                                                \
    const long n = k->columns, xs = k->x_column, ys = k->y_column;                                     \
    if (xs == 1 && ys == 1)                                                                            \
      for (long i = 0; i < n; i++) { const float a = x[i], b = y[i]; z[i] = (expression); }            \
    else if (xs == 1 && ys == 0) {                                                                     \
      const float b = *y;                                                                              \
      for (long i = 0; i < n; i++) { const float a = x[i]; z[i] = (expression); }                      \
    } else if (xs == 0 && ys == 1) {                                                                   \
      const float a = *x;                                                                              \
      for (long i = 0; i < n; i++) { const float b = y[i]; z[i] = (expression); }                      \
    } else                                                                                             \
      for (long i = 0; i < n; i++) { const float a = x[i * xs], b = y[i * ys]; z[i] = (expression); }  \
  }                                                                                                    \
  break;

/// out[r, i] = op(x[r, i], y[r, i]); columns of `out` are neighbours.
static void NAME(binary)(int op, const ck_rows *k) {
  switch (op) {
    case CK_ADD: EACH_ROW(float, a + b)
    case CK_SUBTRACT: EACH_ROW(float, a - b)
    case CK_MULTIPLY: EACH_ROW(float, a * b)
    case CK_DIVIDE: EACH_ROW(float, a / b)
    case CK_POWER:
      // Squares, and the 1 that their derivative leaves, are most of the powers there are.
      if (k->y_row == 0 && k->y_column == 0 && *(const float *)k->y == 2) { EACH_ROW(float, ((void)b, a * a)) }
      if (k->y_row == 0 && k->y_column == 0 && *(const float *)k->y == 1) { EACH_ROW(float, ((void)b, a)) }
      EACH_ROW(float, __builtin_powf(a, b))
    case CK_FLOOR_DIVIDE: EACH_ROW(float, NAME(floor_quotient)(a, b))
    case CK_MAXIMUM: EACH_ROW(float, ((a > b) | (a != a)) ? a : b)
    case CK_MINIMUM: EACH_ROW(float, ((a < b) | (a != a)) ? a : b)
    case CK_GELU_SLOPE: EACH_ROW(float, a * NAME(gelu_slope)(b))
    case CK_GATE: {
      const float low = k->low, high = k->high;
      EACH_ROW(float, ((b > low) & (b < high)) ? a : 0)
    }
    default: break;
  }
}

/// out[r, i] = 1 where the comparison holds, else 0, as bytes.
static void NAME(compare)(int op, const ck_rows *k) {
  switch (op) {
    case CK_EQUAL: EACH_ROW(uint8_t, a == b)
    case CK_NOT_EQUAL: EACH_ROW(uint8_t, a != b)
    case CK_LESS: EACH_ROW(uint8_t, a < b)
    case CK_LESS_OR_EQUAL: EACH_ROW(uint8_t, a <= b)
    case CK_GREATER: EACH_ROW(uint8_t, a > b)
    case CK_GREATER_OR_EQUAL: EACH_ROW(uint8_t, a >= b)
    default: break;
  }
}

/// out[r, i] = mask[r, i] ? x[r, i] : y[r, i].
static void NAME(select)(const ck_rows *k) {
  for (long r = 0; r < k->rows; r++) {
    const float *restrict x = (const float *)k->x + r * k->x_row;
    const float *restrict y = (const float *)k->y + r * k->y_row;
    const uint8_t *restrict m = (const uint8_t *)k->mask + r * k->mask_row;
    float *restrict z = (float *)k->out + r * k->out_row;
    const long n = k->columns, xs = k->x_column, ys = k->y_column, ms = k->mask_column;
    if (xs == 1 && ys == 1 && ms == 1)
      for (long i = 0; i < n; i++) z[i] = m[i] ? x[i] : y[i];
    else if (xs == 1 && ys == 0 && ms == 1)
      for (long i = 0; i < n; i++) z[i] = m[i] ? x[i] : *y;
    else
      for (long i = 0; i < n; i++) z[i] = m[i * ms] ? x[i * xs] : y[i * ys];
  }
}
