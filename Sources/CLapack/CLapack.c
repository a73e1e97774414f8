// The symbols of LAPACK as a Fortran compiler names them: everything by address, and the length of each character
// argument, unseen in Fortran, at the end.
#include "CLapack.h"
#include <float.h>
#include <pthread.h>
#include <stddef.h>

typedef const int *whole;
typedef double *real;

void dgetrf_(whole m, whole n, real a, whole lda, int *pivots, int *info);
void dgetrs_(const char *transposed, whole n, whole columns, const double *a, whole lda, const int *pivots,
             real b, whole ldb, int *info, size_t);
void dgecon_(const char *norm, whole n, const double *a, whole lda, const double *a_norm, real reciprocal,
             real work, int *iwork, int *info, size_t);
double dlange_(const char *norm, whole m, whole n, const double *a, whole lda, real work, size_t);
void dgeequb_(whole m, whole n, const double *a, whole lda, real rows, real columns, real row_ratio,
              real column_ratio, real largest, int *info);
void dpotrf_(const char *triangle, whole n, real a, whole lda, int *info, size_t);
void dtrtrs_(const char *triangle, const char *transposed, const char *unit, whole n, whole columns,
             const double *a, whole lda, real b, whole ldb, int *info, size_t, size_t, size_t);
void dgeqrf_(whole m, whole n, real a, whole lda, real tau, real work, whole lwork, int *info);
void dorgqr_(whole m, whole n, whole k, real a, whole lda, const double *tau, real work, whole lwork, int *info);
void dgesdd_(const char *job, whole m, whole n, real a, whole lda, real s, real u, whole ldu, real vt, whole ldvt,
             real work, whole lwork, int *iwork, int *info, size_t);
void dsyevd_(const char *job, const char *triangle, whole n, real a, whole lda, real w, real work, whole lwork,
             int *iwork, whole liwork, int *info, size_t, size_t);
void dgeev_(const char *left_job, const char *right_job, whole n, real a, whole lda, real wr, real wi, real vl,
            whole ldvl, real vr, whole ldvr, real work, whole lwork, int *info, size_t, size_t);
void dgelsd_(whole m, whole n, whole columns, real a, whole lda, real b, whole ldb, real s, const double *cut,
             int *rank, real work, whole lwork, int *iwork, int *info);

/// Where OpenBLAS serves as LAPACK, its own threads are switched off: the batch is divided among the threads of the
/// program, and the numbers do not depend on how many there are.
extern void openblas_set_num_threads(int) __attribute__((weak));

static void start_once(void) {
  if (openblas_set_num_threads) openblas_set_num_threads(1);
}

static void start(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start_once);
}

int lapack_lu(int n, double *a, int *pivots) {
  int info = 0;
  start();
  dgetrf_(&n, &n, a, &n, pivots, &info);
  return info;
}

int lapack_solve(int n, int columns, double *a, double *b, double *work, int *whole) {
  double *rows = work + 4 * (ptrdiff_t)n, *scales = work + 5 * (ptrdiff_t)n, row_ratio, column_ratio, largest;
  int info = 0;
  start();
  // The factors are powers of 2: scaling rounds nothing.
  dgeequb_(&n, &n, a, &n, rows, scales, &row_ratio, &column_ratio, &largest, &info);
  if (info != 0) return info;
  for (ptrdiff_t j = 0; j < n; j++)
    for (ptrdiff_t i = 0; i < n; i++) a[i + j * n] *= rows[i] * scales[j];
  for (ptrdiff_t j = 0; j < columns; j++)
    for (ptrdiff_t i = 0; i < n; i++) b[i + j * n] *= rows[i];
  double norm = dlange_("1", &n, &n, a, &n, work, 1), reciprocal = 0;
  dgetrf_(&n, &n, a, &n, whole, &info);
  if (info != 0) return info;
  dgecon_("1", &n, a, &n, &norm, &reciprocal, work, whole + n, &info, 1);
  if (info != 0 || !(reciprocal >= DBL_EPSILON / 2)) return n + 1;
  dgetrs_("N", &n, &columns, a, &n, whole, b, &n, &info, 1);
  for (ptrdiff_t j = 0; j < columns; j++)
    for (ptrdiff_t i = 0; i < n; i++) b[i + j * n] *= scales[i];
  return info;
}

int lapack_cholesky(int n, double *a) {
  int info = 0;
  start();
  dpotrf_("L", &n, a, &n, &info, 1);
  return info;
}

int lapack_triangular(bool upper, int n, int columns, const double *a, double *b) {
  int info = 0;
  start();
  dtrtrs_(upper ? "U" : "L", "N", "N", &n, &columns, a, &n, b, &n, &info, 1, 1, 1);
  return info;
}

int lapack_qr(int m, int n, double *a, double *scales, double *work, int work_size) {
  int info = 0;
  start();
  dgeqrf_(&m, &n, a, &m, scales, work, &work_size, &info);
  return info;
}

int lapack_q(int m, int n, double *a, const double *scales, double *work, int work_size) {
  int info = 0;
  start();
  dorgqr_(&m, &n, &n, a, &m, scales, work, &work_size, &info);
  return info;
}

int lapack_svd(bool vectors, int m, int n, double *a, double *s, double *u, double *vt, double *work, int work_size,
               int *whole) {
  int info = 0, k = m < n ? m : n;
  start();
  dgesdd_(vectors ? "S" : "N", &m, &n, a, &m, s, u, &m, vt, &k, work, &work_size, whole, &info, 1);
  return info;
}

int lapack_symmetric_eigen(bool vectors, int n, double *a, double *values, double *work, int work_size, int *whole) {
  int info = 0, size = 3 + 5 * n;
  start();
  dsyevd_(vectors ? "V" : "N", "L", &n, a, &n, values, work, &work_size, whole, &size, &info, 1, 1);
  return info;
}

int lapack_eigen(bool vectors, int n, double *a, double *real, double *imaginary, double *right, double *work,
                 int work_size) {
  int info = 0;
  start();
  dgeev_("N", vectors ? "V" : "N", &n, a, &n, real, imaginary, right, &n, right, &n, work, &work_size, &info, 1, 1);
  return info;
}

int lapack_least_squares(int m, int n, int columns, double *a, double *b, double *s, double cut, double *work,
                         int work_size, int *whole) {
  int info = 0, rank = 0, rows = m > n ? m : n;
  start();
  dgelsd_(&m, &n, &columns, a, &m, b, &rows, s, &cut, &rank, work, &work_size, whole, &info);
  return info;
}
