// Template: functions of one real number without branches, so that loops over them become vector code. Exponentials are
// computed in single precision; what would lose accuracy there (tails, cancellation) in double. None is wrong by more
// than 2e-7 of its value.

#define BITS32(x) __builtin_bit_cast(int32_t, x)
#define BITS64(x) __builtin_bit_cast(uint64_t, x)
#define FLOAT(x) __builtin_bit_cast(float, x)
#define DOUBLE(x) __builtin_bit_cast(double, x)

/// exp, after Cephes: x = n ln 2 + r by adding and subtracting 1.5 · 2²³, a polynomial in r, and 2ⁿ in two factors so
/// that subnormal results come out right.
INLINE float NAME(exp)(float x) {
  const float magic = 0x1.8p23f;
  x = x > 89.0f ? 89.0f : x;
  x = x < -104.0f ? -104.0f : x;
  const float t = x * 1.44269504f + magic, n = t - magic;
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const int32_t k = BITS32(t) - BITS32(magic), half = k >> 1;
  return p * FLOAT((half + 127) << 23) * FLOAT((k - half + 127) << 23);
}

/// exp in double precision to 5e-9 of its value, for -700 < x < 700 (beyond that, the value there).
INLINE double NAME(exp_double)(double x) {
  const double magic = 0x1.8p52;
  x = x > 700 ? 700 : x;
  x = x < -700 ? -700 : x;
  const double t = x * 0x1.71547652b82fep0 + magic, n = t - magic, r = x - n * 0x1.62e42fefa39efp-1;
  double p = 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  return p * DOUBLE((BITS64(t) + 1023) << 52);
}

INLINE float NAME(sigmoid)(float x) {
  const float e = NAME(exp)(-__builtin_fabsf(x));
  return (x < 0 ? e : 1.0f) / (1.0f + e);
}

/// tanh, after Cephes: a polynomial below 0.625, 1 - 2 / (exp(2x) + 1) above.
INLINE float NAME(tanh)(float x) {
  const float z = x * x, size = __builtin_fabsf(x);
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  const float near = p * z * x + x, far = 1.0f - 2.0f / (NAME(exp)(2.0f * size) + 1.0f);
  return size < 0.625f ? near : __builtin_copysignf(far, x);
}

/// log(1 + u) for 0 ≤ u ≤ 1, as 2 artanh(u / (2 + u)).
INLINE double NAME(log_of_one_plus)(double u) {
  const double z = u / (2 + u), s = z * z;
  double p = 1.0 / 17;
  p = p * s + 1.0 / 15;
  p = p * s + 1.0 / 13;
  p = p * s + 1.0 / 11;
  p = p * s + 1.0 / 9;
  p = p * s + 1.0 / 7;
  p = p * s + 1.0 / 5;
  p = p * s + 1.0 / 3;
  p = p * s + 1;
  return 2 * z * p;
}

/// log(1 + exp(x)).
INLINE float NAME(softplus)(float x) {
  const double v = x, size = v < 0 ? -v : v;
  return (float)((v > 0 ? v : 0) + NAME(log_of_one_plus)(NAME(exp_double)(-size)));
}

/// log, from the exponent and an artanh series of the mantissa in [√½, √2).
INLINE float NAME(log)(float x) {
  const uint64_t root = 0x3fe6a09e667f3bcdu;
  const uint64_t u = BITS64((double)x) + (0x3ff0000000000000u - root);
  const double e = DOUBLE((u >> 52) | 0x4330000000000000u) - (0x1p52 + 1023);
  const double m = DOUBLE((u & 0x000fffffffffffffu) + root), z = (m - 1) / (m + 1), s = z * z;
  double p = 1.0 / 11;
  p = p * s + 1.0 / 9;
  p = p * s + 1.0 / 7;
  p = p * s + 1.0 / 5;
  p = p * s + 1.0 / 3;
  p = p * s + 1;
  float y = (float)(e * 0x1.62e42fefa39efp-1 + 2 * z * p);
  y = x == 0 ? -__builtin_inff() : y;
  y = x < 0 ? __builtin_nanf("") : y;
  return x == __builtin_inff() || x != x ? x : y;
}

/// exp(z²) · erfc(z) for z ≥ 0 as a polynomial in t = 2 / (2 + z), fitted to 1e-9 of its value.
INLINE double NAME(scaled_erfc)(double z) {
  const double t = 2 / (2 + z);
  double p = -0.02962458085311028;
  p = p * t + 0.22226918576090507;
  p = p * t - 0.7105602521861288;
  p = p * t + 1.2249137434824977;
  p = p * t - 1.1744887285483072;
  p = p * t + 0.6064169663738466;
  p = p * t - 0.27207582689558485;
  p = p * t + 0.1583200179938659;
  p = p * t + 0.1621973345291588;
  p = p * t + 0.2485621134494242;
  p = p * t + 0.2819713477585544;
  p = p * t + 0.2820986792418131;
  return p * t;
}

INLINE float NAME(erf)(float x) {
  const double v = x, z = v < 0 ? -v : v, s = v * v;
  double p = 1.0 / 76204800;
  p = p * s - 1.0 / 6894720;
  p = p * s + 1.0 / 685440;
  p = p * s - 1.0 / 75600;
  p = p * s + 1.0 / 9360;
  p = p * s - 1.0 / 1320;
  p = p * s + 1.0 / 216;
  p = p * s - 1.0 / 42;
  p = p * s + 1.0 / 10;
  p = p * s - 1.0 / 3;
  p = p * s + 1;
  const double near = p * v * 0x1.20dd750429b6dp0, far = 1 - NAME(scaled_erfc)(z) * NAME(exp_double)(-s);
  return (float)(z < 1 ? near : v < 0 ? -far : far);
}

/// x Φ(x) with the distribution function Φ of the normal law.
INLINE float NAME(gelu)(float x) {
  const double v = x, z = (v < 0 ? -v : v) * 0x1.6a09e667f3bcdp-1;
  const double tail = 0.5 * NAME(scaled_erfc)(z) * NAME(exp_double)(-z * z);
  return (float)(v * (v < 0 ? tail : 1 - tail));
}

/// The derivative of x Φ(x): Φ(x) + x φ(x).
INLINE float NAME(gelu_slope)(float x) {
  const double v = x, z = (v < 0 ? -v : v) * 0x1.6a09e667f3bcdp-1, bell = NAME(exp_double)(-z * z);
  const double tail = 0.5 * NAME(scaled_erfc)(z) * bell;
  return (float)((v < 0 ? tail : 1 - tail) + v * bell * 0.3989422804014327);
}

/// The greatest whole number not above a / b: a quotient that was rounded up to a whole number leaves a rest of the wrong sign,
/// which the product of two floats, exact as a double, shows.
INLINE float NAME(floor_quotient)(float a, float b) {
  const float whole = __builtin_floorf(a / b);
  const double rest = (double)a - (double)whole * b;
  return whole - (((rest < 0) & (b > 0)) | ((rest > 0) & (b < 0)));
}

/// exp(x) - 1, to 1e-8 of its value.
INLINE float NAME(exp_minus_one)(float x) {
  const double v = x;
  double p = 1.0 / 362880;
  p = p * v + 1.0 / 40320;
  p = p * v + 1.0 / 5040;
  p = p * v + 1.0 / 720;
  p = p * v + 1.0 / 120;
  p = p * v + 1.0 / 24;
  p = p * v + 1.0 / 6;
  p = p * v + 0.5;
  const double near = p * v * v + v, far = NAME(exp_double)(v) - 1;
  return (float)(v > -0.5 && v < 0.5 ? near : far);
}

/// sin (shift 0) or cos (shift 1) for |x| < 1e8: x = n π/2 + r, and one of two polynomials in r.
INLINE float NAME(sine)(float x, uint64_t shift) {
  const double magic = 0x1.8p52, v = x;
  const double t = v * 0x1.45f306dc9c883p-1 + magic, n = t - magic;
  const double r = (v - n * 0x1.921fb54400000p0) - n * 0x1.0b4611a626331p-34, s = r * r;
  double odd = -1.0 / 39916800;
  odd = odd * s + 1.0 / 362880;
  odd = odd * s - 1.0 / 5040;
  odd = odd * s + 1.0 / 120;
  odd = odd * s - 1.0 / 6;
  odd = odd * s * r + r;
  double even = -1.0 / 3628800;
  even = even * s + 1.0 / 40320;
  even = even * s - 1.0 / 720;
  even = even * s + 1.0 / 24;
  even = even * s - 0.5;
  even = even * s + 1;
  const uint64_t quadrant = BITS64(t) + shift;
  const double y = quadrant & 1 ? even : odd;
  return (float)(quadrant & 2 ? -y : y);
}
