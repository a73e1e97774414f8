// Template: vectors of LANES floats, their loads and stores. NAME(x) gives each instruction set its own names.

#define WIDTH (2 * LANES)
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef float NAME(Vector) __attribute__((vector_size(4 * LANES)));
typedef float NAME(Unaligned) __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int NAME(Mask) __attribute__((vector_size(4 * LANES)));
#define V NAME(Vector)
#define M NAME(Mask)

INLINE V NAME(load)(const float *p) { return (V) * (const NAME(Unaligned) *)p; }
INLINE void NAME(store)(float *p, V v) { *(NAME(Unaligned) *)p = (NAME(Unaligned))v; }
INLINE V NAME(splat)(float x) { return x - (V){0}; }

// The first n lanes, 0 < n ≤ LANES; the others are zeros or stay as they were in memory.
#if LANES == 16
INLINE V NAME(load_part)(const float *p, int n) {
  return (V)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}
INLINE void NAME(store_part)(float *p, V v, int n) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
}
#elif LANES == 8
static const int NAME(ones)[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
INLINE V NAME(load_part)(const float *p, int n) {
  return (V)_mm256_maskload_ps(p, _mm256_loadu_si256((const __m256i *)(NAME(ones) + 8 - n)));
}
INLINE void NAME(store_part)(float *p, V v, int n) {
  _mm256_maskstore_ps(p, _mm256_loadu_si256((const __m256i *)(NAME(ones) + 8 - n)), (__m256)v);
}
#else
INLINE V NAME(load_part)(const float *p, int n) {
  float part[LANES] = {0};
  for (int i = 0; i < n; i++) part[i] = p[i];
  return NAME(load)(part);
}
INLINE void NAME(store_part)(float *p, V v, int n) {
  float part[LANES];
  NAME(store)(part, v);
  for (int i = 0; i < n; i++) p[i] = part[i];
}
#endif

INLINE V NAME(choose)(M mask, V yes, V no) { return (V)((mask & (M)yes) | (~mask & (M)no)); }

/// min(max(v, low), high); a NaN stays.
INLINE V NAME(clip)(V v, V low, V high) {
  v = NAME(choose)(v < low, low, v);
  return NAME(choose)(v > high, high, v);
}
