// Template: the micro-kernel of all matrix products and convolutions, and the packing of its right operand.

/// One vector of results on its way to memory.
INLINE V NAME(finish)(V v, V bias, const float *add, int lanes, const Store *s) {
  v += bias;
  if (add) v += lanes == LANES ? NAME(load)(add) : NAME(load_part)(add, lanes);
  return s->clip ? NAME(clip)(v, NAME(splat)(s->low), NAME(splat)(s->high)) : v;
}

/// Rows of accumulators, all in registers: `m` and `wide` are constants wherever this is inlined, and every index into
/// c0 and c1 is one after unrolling. A tile that is not wide has one vector per row: for columns that fit in one.
INLINE void NAME(tile)(const int m, const bool wide, const Taps *t, const float *a, long a_row, const float *w, long w_row, float *c,
                       long c_row, int columns, const Store *s) {
  V c0[MAX_ROWS], c1[MAX_ROWS];
  UNROLL for (int i = 0; i < m; i++) c0[i] = c1[i] = (V){0};
  // Row i of A is reached from one of three pointers by 0 to 4 row steps, so that addresses need few registers.
  const long row = a_row * 4, row3 = 3 * row, step = t->step * 4;
  for (long r = 0; r < t->rows; r++) {
    for (long q = 0; q < t->columns; q++) {
      const char *p0 = (const char *)(a + r * t->row_step + q * t->column_step);
      const char *p5 = p0 + 5 * row, *p10 = p5 + 5 * row;
      for (long n = t->run; n > 0; n--) {
        V b0 = NAME(load)(w), b1 = wide ? NAME(load)(w + LANES) : (V){0};
        UNROLL for (int i = 0; i < m; i++) {
          const char *p = i < 5 ? p0 : i < 10 ? p5 : p10;
          const int k = i % 5;
          V x = NAME(splat)(*(const float *)(k == 0   ? p
                                             : k == 1 ? p + row
                                             : k == 2 ? p + 2 * row
                                             : k == 3 ? p + row3
                                                      : p + 4 * row));
          c0[i] += x * b0;
          if (wide) c1[i] += x * b1;
        }
        w += w_row;
        p0 += step, p5 += step, p10 += step;
      }
    }
  }
  const float *add = s->add;
  if (wide && columns == WIDTH) {
    V bias0 = s->bias ? NAME(load)(s->bias) : (V){0}, bias1 = s->bias ? NAME(load)(s->bias + LANES) : (V){0};
    UNROLL for (int i = 0; i < m; i++) {
      NAME(store)(c, NAME(finish)(c0[i], bias0, add, LANES, s));
      NAME(store)(c + LANES, NAME(finish)(c1[i], bias1, add ? add + LANES : 0, LANES, s));
      c += c_row;
      if (add) add += s->add_row;
    }
  } else {
    const int n0 = columns < LANES ? columns : LANES, n1 = wide ? columns - n0 : 0;
    V bias0 = s->bias ? NAME(load_part)(s->bias, n0) : (V){0};
    V bias1 = s->bias && n1 ? NAME(load_part)(s->bias + LANES, n1) : (V){0};
    UNROLL for (int i = 0; i < m; i++) {
      NAME(store_part)(c, n0 == LANES ? NAME(finish)(c0[i], bias0, add, LANES, s)
                                      : NAME(finish)(c0[i], bias0, add, n0, s), n0);
      if (n1) NAME(store_part)(c + LANES, NAME(finish)(c1[i], bias1, add ? add + LANES : 0, n1, s), n1);
      c += c_row;
      if (add) add += s->add_row;
    }
  }
}

enum { NAME(STRIPE) = LANES == 16 ? 16 : 8, NAME(AHEAD) = 8 };

/// `vectors` neighbouring vectors of one row of C, all in registers. Each sum waits for its last addition, so that a tile's
/// two would leave the adders idle; and each row of B lies on another page, so that it is asked for ahead.
INLINE void NAME(stripe)(const int vectors, const float *a, long k, const float *w, long w_row, float *c, long j, const Store *s) {
  V sums[NAME(STRIPE)];
  UNROLL for (int i = 0; i < vectors; i++) sums[i] = (V){0};
  w += j;
  for (long n = 0; n < k; n++, w += w_row) {
    V x = NAME(splat)(a[n]);
    UNROLL for (int i = 0; i < vectors; i++) {
      if (i * LANES % 16 == 0) __builtin_prefetch(w + NAME(AHEAD) * w_row + i * LANES);
      sums[i] += x * NAME(load)(w + i * LANES);
    }
  }
  UNROLL for (int i = 0; i < vectors; i++) {
    const long place = j + i * LANES;
    V bias = s->bias ? NAME(load)(s->bias + place) : (V){0};
    NAME(store)(c + place, NAME(finish)(sums[i], bias, s->add ? s->add + place : 0, LANES, s));
  }
}

/// The first columns of one row of C, to the last bit as tiles would give them: as many as fill stripes, which are a
/// multiple of a tile's width. Returns their number.
static long NAME(row)(const float *a, long k, const float *w, long w_row, float *c, long columns, const Store *s) {
  enum { WHOLE = NAME(STRIPE) * LANES, HALF = WHOLE / 2, QUARTER = WHOLE / 4 };
  long j = 0;
  for (; columns - j >= WHOLE; j += WHOLE) NAME(stripe)(NAME(STRIPE), a, k, w, w_row, c, j, s);
  for (; columns - j >= HALF; j += HALF) NAME(stripe)(NAME(STRIPE) / 2, a, k, w, w_row, c, j, s);
  for (; columns - j >= QUARTER; j += QUARTER) NAME(stripe)(NAME(STRIPE) / 4, a, k, w, w_row, c, j, s);
  return j;
}

#define MICRO(m)                                                                                                   \
  static void NAME(micro##m)(const Taps *t, const float *a, long a_row, const float *w, long w_row, float *c,     \
                             long c_row, int columns, const Store *s) {                                            \
    NAME(tile)(m, true, t, a, a_row, w, w_row, c, c_row, columns, s);                                              \
  }                                                                                                                \
  static void NAME(narrow##m)(const Taps *t, const float *a, long a_row, const float *w, long w_row, float *c,    \
                              long c_row, int columns, const Store *s) {                                           \
    NAME(tile)(m, false, t, a, a_row, w, w_row, c, c_row, columns, s);                                             \
  }
MICRO(1)
MICRO(2)
MICRO(3)
MICRO(4)
#if ROWS > 4
MICRO(5)
MICRO(6)
#endif
#if ROWS > 6
MICRO(7)
MICRO(8)
MICRO(9)
MICRO(10)
MICRO(11)
MICRO(12)
MICRO(13)
MICRO(14)
#endif

typedef float NAME(Four) __attribute__((vector_size(16)));
typedef float NAME(UnalignedFour) __attribute__((vector_size(16), aligned(4)));

/// Four floats of each of four columns of B (b_row = 1), turned into four rows of the packed sliver.
INLINE void NAME(turn)(const float *b, long b_column, float *out) {
  typedef NAME(UnalignedFour) U;
  NAME(Four) a = *(const U *)b, c = *(const U *)(b + b_column), d = *(const U *)(b + 2 * b_column),
             e = *(const U *)(b + 3 * b_column);
  NAME(Four) ac = __builtin_shufflevector(a, c, 0, 4, 1, 5), de = __builtin_shufflevector(d, e, 0, 4, 1, 5);
  NAME(Four) ac2 = __builtin_shufflevector(a, c, 2, 6, 3, 7), de2 = __builtin_shufflevector(d, e, 2, 6, 3, 7);
  *(U *)out = (U)__builtin_shufflevector(ac, de, 0, 1, 4, 5);
  *(U *)(out + WIDTH) = (U)__builtin_shufflevector(ac, de, 2, 3, 6, 7);
  *(U *)(out + 2 * WIDTH) = (U)__builtin_shufflevector(ac2, de2, 0, 1, 4, 5);
  *(U *)(out + 3 * WIDTH) = (U)__builtin_shufflevector(ac2, de2, 2, 3, 6, 7);
}

static void NAME(pack)(const float *b, long b_row, long b_column, long k, long n, float *out) {
  if (b_column == 1 && n == WIDTH) {
    for (long i = 0; i < k; i++, b += b_row, out += WIDTH) {
      NAME(store)(out, NAME(load)(b));
      NAME(store)(out + LANES, NAME(load)(b + LANES));
    }
    return;
  }
  const long turned_k = b_row == 1 ? k & ~3L : 0, turned_n = b_row == 1 ? n & ~3L : 0;
  for (long i = 0; i < turned_k; i += 4)
    for (long j = 0; j < turned_n; j += 4) NAME(turn)(b + i + j * b_column, b_column, out + i * WIDTH + j);
  for (long i = 0; i < k; i++) {
    for (long j = i < turned_k ? turned_n : 0; j < n; j++) out[i * WIDTH + j] = b[i * b_row + j * b_column];
    for (long j = n; j < WIDTH; j++) out[i * WIDTH + j] = 0;
  }
}
