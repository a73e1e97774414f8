// Discrete Fourier transforms of many rows: passes of radix 2, 3, 4 and 5 (Stockham's order, in which no digits have to
// be reversed), and for lengths with other factors a convolution (Bluestein 1970). All in double precision.
#include <math.h>
#include <stddef.h>

#include "include/CKernels.h"

enum { MOST_LANES = 8, LANE_ELEMENTS = 1 << 15 };

// ---- plans --------------------------------------------------------------------------------------------------------

/// exp(-2πi j / n) for 0 <= j < n: in integers the angle is brought below an eighth of a turn, so that it keeps its digits.
static void root(long j, long n, double *re, double *im) {
  const long octant = 8 * j / n, rest = 8 * j - octant * n, turns = (octant + 1) / 2 % 4;
  const double angle = (double)(octant % 2 ? rest - n : rest) * (0.78539816339744830962 / (double)n);
  const double c = cos(angle), s = sin(angle);
  const double x[4] = {c, -s, -c, s}, y[4] = {s, c, -s, -c};
  *re = x[turns];
  *im = -y[turns];
}

static bool is_smooth(long n) {
  for (int factor = 2; factor <= 5; factor++)
    while (n % factor == 0) n /= factor;
  return n == 1;
}

/// The length of the passes: n itself, or of a convolution that holds 2n - 1.
static long inner_length(long n) {
  if (is_smooth(n)) return n;
  long inner = 2 * n - 1;
  while (!is_smooth(inner)) inner++;
  return inner;
}

static long transformed(long n, bool real) { return real && n % 2 == 0 ? n / 2 : n; }

long ck_fourier_table(long n, bool real) {
  const long length = transformed(n, real), inner = inner_length(length);
  return 2 * inner + (inner == length ? 0 : 2 * length + 4 * inner) + (length == n ? 0 : 2 * (length + 1));
}

long ck_fourier_lanes(const ck_fourier *plan) {
  const long lanes = LANE_ELEMENTS / plan->inner;
  return lanes < 1 ? 1 : lanes > MOST_LANES ? MOST_LANES : lanes;
}

long ck_fourier_scratch(const ck_fourier *plan) { return 4 * plan->inner * ck_fourier_lanes(plan); }

/// Two arrays, of real and of imaginary parts.
typedef struct {
  double *re, *im;
} pair;

static pair exchanged(pair x) { return (pair){x.im, x.re}; }

static pair passes(const ck_fourier *plan, pair x, pair y, long lanes);

void ck_fourier_plan(ck_fourier *plan, long n, bool real, double *table) {
  plan->size = n;
  plan->length = transformed(n, real);
  plan->inner = inner_length(plan->length);
  plan->factors = 0;
  static const int radices[] = {5, 3, 4, 2};
  long rest = plan->inner;
  for (int i = 0; i < 4; i++)
    for (; rest % radices[i] == 0; rest /= radices[i]) plan->radix[plan->factors++] = radices[i];
  const long inner = plan->inner, length = plan->length;
  plan->roots = table;
  for (long j = 0; j < inner; j++) root(j, inner, table + j, table + inner + j);
  table += 2 * inner;
  plan->turns = plan->chirp = plan->response = NULL;
  if (length != n) {
    for (long j = 0; j <= length; j++) root(j, n, table + j, table + length + 1 + j);
    plan->turns = table;
    table += 2 * (length + 1);
  }
  if (inner == length) return;
  // The chirp exp(-πi j² / length), and the transform of its conjugate, wrapped around, over the length.
  double *chirp = table;
  pair x = {table + 2 * length, table + 2 * length + inner};
  pair y = {x.re + 2 * inner, x.re + 3 * inner};
  for (long j = 0; j < inner; j++) x.re[j] = x.im[j] = 0;
  for (long j = 0, square = 0; j < length; j++) {
    root(square, 2 * length, chirp + j, chirp + length + j);
    const long place = j ? inner - j : 0;
    x.re[j] = x.re[place] = chirp[j] / (double)inner;
    x.im[j] = x.im[place] = -chirp[length + j] / (double)inner;
    square = (square + 2 * j + 1) % (2 * length);
  }
  plan->chirp = chirp;
  plan->response = passes(plan, x, y, 1).re;
}

// ---- passes -------------------------------------------------------------------------------------------------------

/// One pass over a transform of `n` numbers that lie `s` apart, where n = radix · m: x[p + m k] for k < radix becomes
/// y[radix p + k], turned by exp(-2πi p k / n). The loop over the s numbers between is what vector instructions run.
typedef struct {
  const double *restrict xr, *restrict xi;
  double *restrict yr, *restrict yi;
  const double *roots_re, *roots_im;
  /// Steps in the table of roots for one step of exp(-2πi / n).
  long m, s, step;
} pass;

#define LOAD(k) const double r##k = xr[q + (k) * far], i##k = xi[q + (k) * far]
#define TURN(k) const double c##k = t->roots_re[(k) * p * t->step], d##k = t->roots_im[(k) * p * t->step]
#define STORE(k, re, im)                 \
  do {                                   \
    const double u = (re), v = (im);     \
    yr[q + (k) * s] = u * c##k - v * d##k; \
    yi[q + (k) * s] = u * d##k + v * c##k; \
  } while (0)
#define STORE_FIRST(re, im) (yr[q] = (re), yi[q] = (im))
#define EACH(radix)                                                                \
  const long s = t->s, far = t->m * s;                                             \
  for (long p = 0; p < t->m; p++) {                                                \
    const double *restrict xr = t->xr + p * s, *restrict xi = t->xi + p * s;       \
    double *restrict yr = t->yr + (radix) * p * s, *restrict yi = t->yi + (radix) * p * s;

static void radix_2(const pass *t) {
  EACH(2)
    TURN(1);
    for (long q = 0; q < s; q++) {
      LOAD(0); LOAD(1);
      STORE_FIRST(r0 + r1, i0 + i1);
      STORE(1, r0 - r1, i0 - i1);
    }
  }
}

static void radix_3(const pass *t) {
  const double half_root = 0.86602540378443864676;
  EACH(3)
    TURN(1); TURN(2);
    for (long q = 0; q < s; q++) {
      LOAD(0); LOAD(1); LOAD(2);
      const double ar = r1 + r2, ai = i1 + i2, br = r0 - 0.5 * ar, bi = i0 - 0.5 * ai;
      const double er = half_root * (i1 - i2), ei = half_root * (r2 - r1);
      STORE_FIRST(r0 + ar, i0 + ai);
      STORE(1, br + er, bi + ei);
      STORE(2, br - er, bi - ei);
    }
  }
}

static void radix_4(const pass *t) {
  EACH(4)
    TURN(1); TURN(2); TURN(3);
    for (long q = 0; q < s; q++) {
      LOAD(0); LOAD(1); LOAD(2); LOAD(3);
      const double ar = r0 + r2, ai = i0 + i2, br = r0 - r2, bi = i0 - i2;
      const double er = r1 + r3, ei = i1 + i3, fr = i1 - i3, fi = r3 - r1;
      STORE_FIRST(ar + er, ai + ei);
      STORE(1, br + fr, bi + fi);
      STORE(2, ar - er, ai - ei);
      STORE(3, br - fr, bi - fi);
    }
  }
}

static void radix_5(const pass *t) {
  const double c_one = 0.30901699437494742410, c_two = -0.80901699437494742410;
  const double s_one = 0.95105651629515357212, s_two = 0.58778525229247312917;
  EACH(5)
    TURN(1); TURN(2); TURN(3); TURN(4);
    for (long q = 0; q < s; q++) {
      LOAD(0); LOAD(1); LOAD(2); LOAD(3); LOAD(4);
      const double ar = r1 + r4, ai = i1 + i4, br = r2 + r3, bi = i2 + i3;
      const double er = r1 - r4, ei = i1 - i4, fr = r2 - r3, fi = i2 - i3;
      const double gr = r0 + c_one * ar + c_two * br, gi = i0 + c_one * ai + c_two * bi;
      const double hr = r0 + c_two * ar + c_one * br, hi = i0 + c_two * ai + c_one * bi;
      const double ur = s_one * er + s_two * fr, ui = s_one * ei + s_two * fi;
      const double vr = s_two * er - s_one * fr, vi = s_two * ei - s_one * fi;
      STORE_FIRST(r0 + ar + br, i0 + ai + bi);
      STORE(1, gr + ui, gi - ur);
      STORE(2, hr + vi, hi - vr);
      STORE(3, hr - vi, hi + vr);
      STORE(4, gr - ui, gi + ur);
    }
  }
}

/// The transform of `inner` numbers for each of the lanes, x[j · lanes + lane]; gives whichever of x and y holds it.
static pair passes(const ck_fourier *plan, pair x, pair y, long lanes) {
  long n = plan->inner, s = lanes;
  for (int i = 0; i < plan->factors; i++) {
    if (ck_interruption_requested()) break;
    const int radix = plan->radix[i];
    const pass t = {x.re, x.im, y.re, y.im, plan->roots, plan->roots + plan->inner, n / radix, s, plan->inner / n};
    (radix == 2 ? radix_2 : radix == 3 ? radix_3 : radix == 4 ? radix_4 : radix_5)(&t);
    n /= radix;
    s *= radix;
    const pair other = x;
    x = y;
    y = other;
  }
  return x;
}

/// x[j] *= f[j] for j < n, of which f's imaginary parts follow its real parts `apart` further on.
static void multiply(pair x, const double *f, long apart, long n, long lanes) {
  for (long j = 0; j < n; j++)
    for (long i = j * lanes; i < (j + 1) * lanes; i++) {
      const double re = x.re[i], im = x.im[i];
      x.re[i] = re * f[j] - im * f[apart + j];
      x.im[i] = re * f[apart + j] + im * f[j];
    }
}

/// The transform of `length` numbers in x.
static pair transform(const ck_fourier *plan, pair x, pair y, long lanes) {
  if (!plan->chirp) return passes(plan, x, y, lanes);
  const long n = plan->length, inner = plan->inner;
  multiply(x, plan->chirp, n, n, lanes);
  for (long i = n * lanes; i < inner * lanes; i++) x.re[i] = x.im[i] = 0;
  pair z = passes(plan, x, y, lanes);
  multiply(z, plan->response, inner, inner, lanes);
  const pair free = z.re == x.re ? y : x;
  z = exchanged(passes(plan, exchanged(z), exchanged(free), lanes));
  multiply(z, plan->chirp, n, n, lanes);
  return z;
}

// ---- rows ---------------------------------------------------------------------------------------------------------

static inline double get(const ck_fourier_rows *rows, long place) {
  return rows->single ? (double)((const float *)rows->x)[place] : ((const double *)rows->x)[place];
}

static inline void put(const ck_fourier_rows *rows, long place, double value) {
  value *= rows->scale;
  if (rows->single) ((float *)rows->y)[place] = (float)value;
  else ((double *)rows->y)[place] = value;
}

static void load_real(const ck_fourier_rows *rows, const long *offsets, pair x, long lanes) {
  const long n = rows->plan->length, even = rows->plan->turns != NULL;
  for (long j = 0; j < n; j++)
    for (long lane = 0; lane < lanes; lane++) {
      const long place = offsets[2 * lane] + (even ? 2 * j : j) * rows->x_step;
      x.re[j * lanes + lane] = get(rows, place);
      x.im[j * lanes + lane] = even ? get(rows, place + rows->x_step) : 0;
    }
}

/// The half spectrum of real numbers. Where their number is even, those at even places were taken for real parts and those
/// at odd places for imaginary ones: the transforms E and O of the two are taken apart, and X = E + exp(-2πi k / n) O.
static void store_half(const ck_fourier_rows *rows, const long *offsets, pair z, long lanes) {
  const long n = rows->plan->length, count = rows->plan->size / 2 + 1;
  const double *turns = rows->plan->turns;
  for (long k = 0; k < count; k++)
    for (long lane = 0; lane < lanes; lane++) {
      const long a = k % n * lanes + lane, b = (n - k) % n * lanes + lane;
      double re = z.re[a], im = z.im[a];
      if (turns) {
        const double er = 0.5 * (re + z.re[b]), ei = 0.5 * (im - z.im[b]);
        const double or = 0.5 * (im + z.im[b]), oi = 0.5 * (z.re[b] - re);
        re = er + turns[k] * or - turns[n + 1 + k] * oi;
        im = ei + turns[k] * oi + turns[n + 1 + k] * or;
      }
      const long place = offsets[2 * lane + 1] + k * rows->y_step;
      put(rows, place, re);
      put(rows, place + rows->y_part, im);
    }
}

/// What the inverse transform takes to the real parts of Σ G[k] exp(2πi j k / n) over the half spectrum G: where n is even,
/// E + i O as in store_half for the spectrum of the real result, else G followed by zeros.
static void load_half(const ck_fourier_rows *rows, const long *offsets, pair x, long lanes) {
  const long n = rows->plan->length, count = rows->plan->size / 2 + 1;
  const double *turns = rows->plan->turns;
  for (long k = 0; k < n; k++)
    for (long lane = 0; lane < lanes; lane++) {
      const long i = k * lanes + lane, place = offsets[2 * lane];
      x.re[i] = x.im[i] = 0;
      if (!turns && k >= count) continue;
      double ar = get(rows, place + k * rows->x_step), ai = get(rows, place + k * rows->x_step + rows->x_part);
      if (turns) {
        const long other = place + (n - k) * rows->x_step;
        double br = get(rows, other), bi = -get(rows, other + rows->x_part);
        if (k == 0) ai = bi = 0;
        else ar *= 0.5, ai *= 0.5, br *= 0.5, bi *= 0.5;
        const double dr = ar - br, di = ai - bi;
        const double or = dr * turns[k] + di * turns[n + 1 + k], oi = di * turns[k] - dr * turns[n + 1 + k];
        ar += br - oi;
        ai += bi + or;
      }
      x.re[i] = ar;
      x.im[i] = ai;
    }
}

static void store_real(const ck_fourier_rows *rows, const long *offsets, pair z, long lanes) {
  const long n = rows->plan->length, even = rows->plan->turns != NULL;
  for (long j = 0; j < n; j++)
    for (long lane = 0; lane < lanes; lane++) {
      const long place = offsets[2 * lane + 1] + (even ? 2 * j : j) * rows->y_step;
      put(rows, place, z.re[j * lanes + lane]);
      if (even) put(rows, place + rows->y_step, z.im[j * lanes + lane]);
    }
}

static void load_complex(const ck_fourier_rows *rows, const long *offsets, pair x, long lanes) {
  for (long j = 0; j < rows->plan->length; j++)
    for (long lane = 0; lane < lanes; lane++) {
      const long place = offsets[2 * lane] + j * rows->x_step;
      x.re[j * lanes + lane] = get(rows, place);
      x.im[j * lanes + lane] = get(rows, place + rows->x_part);
    }
}

static void store_complex(const ck_fourier_rows *rows, const long *offsets, pair z, long lanes) {
  for (long j = 0; j < rows->plan->length; j++)
    for (long lane = 0; lane < lanes; lane++) {
      const long place = offsets[2 * lane + 1] + j * rows->y_step;
      put(rows, place, z.re[j * lanes + lane]);
      put(rows, place + rows->y_part, z.im[j * lanes + lane]);
    }
}

static void run_slot(void *context, long slot) {
  const ck_fourier_rows *rows = context;
  const long most = ck_fourier_lanes(rows->plan), size = rows->plan->inner * most;
  double *scratch = rows->scratch + slot * 4 * size;
  const pair x = {scratch, scratch + size}, y = {scratch + 2 * size, scratch + 3 * size};
  for (long first = slot * most; first < rows->count; first += rows->slots * most) {
    if (ck_interruption_requested()) return;
    const long lanes = rows->count - first < most ? rows->count - first : most;
    const long *offsets = rows->offsets + 2 * first;
    (rows->kind == CK_COMPLEX ? load_complex : rows->kind == CK_TO_HALF ? load_real : load_half)(rows, offsets, x, lanes);
    // The inverse transform is the transform with real and imaginary parts exchanged before and after.
    const pair z = rows->inverse ? exchanged(transform(rows->plan, exchanged(x), exchanged(y), lanes))
                                 : transform(rows->plan, x, y, lanes);
    (rows->kind == CK_COMPLEX ? store_complex : rows->kind == CK_TO_HALF ? store_half : store_real)(rows, offsets, z, lanes);
  }
}

bool ck_fourier_run(const ck_fourier_rows *rows) { return ck_parallel(rows->slots, run_slot, (void *)rows); }
