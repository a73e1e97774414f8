// LAPACK behind functions with fixed arguments. Matrices are f64 in column-major order and without gaps between columns
// (the leading dimension is the number of rows); every size is at least 1. Each function gives LAPACK's status: 0 is
// success and a positive number what the function says.
#pragma once
#include <stdbool.h>

// A function with `work` wants `work_size` numbers of working memory; called with a `work_size` of -1 it computes
// nothing and writes how many it wants into work[0].

/// Factorises `a` [n, n] as P·L·U in place; positive if a pivot is exactly 0. `pivots` has n elements.
int lapack_lu(int n, double *_Nonnull a, int *_Nonnull pivots);

/// Solves a·x = b for b [n, columns], in place, by the LU factors of the equilibrated matrix; positive if `a` is
/// singular to working precision: its reciprocal condition after scaling rows and columns is below 2^-53. `work` has
/// 6·n elements, `whole` 2·n.
int lapack_solve(int n, int columns, double *_Nonnull a, double *_Nonnull b, double *_Nonnull work,
                 int *_Nonnull whole);

/// Factorises the symmetric `a` [n, n], of which the lower triangle is read, as L·Lᵀ: L in its lower triangle.
/// Positive if it is not positive definite.
int lapack_cholesky(int n, double *_Nonnull a);

/// Solves a·x = b for b [n, columns], in place, reading one triangle of `a`; positive if a diagonal element is 0.
int lapack_triangular(bool upper, int n, int columns, const double *_Nonnull a, double *_Nonnull b);

/// Factorises `a` [m, n], m ≥ n, as Q·R: R in its upper triangle, reflectors below; `scales` has n elements.
int lapack_qr(int m, int n, double *_Nonnull a, double *_Nonnull scales, double *_Nonnull work, int work_size);

/// Makes the n columns of Q of what `lapack_qr` left in `a`.
int lapack_q(int m, int n, double *_Nonnull a, const double *_Nonnull scales, double *_Nonnull work,
             int work_size);

/// The singular values of `a` [m, n], descending, and with `vectors` u [m, k] and vᵀ [k, n], k = min(m, n); `a` is
/// destroyed. `whole` has 8·k elements. Positive if it did not converge.
int lapack_svd(bool vectors, int m, int n, double *_Nonnull a, double *_Nonnull s, double *_Nonnull u,
               double *_Nonnull vt, double *_Nonnull work, int work_size, int *_Nonnull whole);

/// The eigenvalues of the symmetric `a` [n, n], ascending, and with `vectors` its eigenvectors in its columns.
/// `whole` has 3 + 5·n elements. Positive if it did not converge.
int lapack_symmetric_eigen(bool vectors, int n, double *_Nonnull a, double *_Nonnull values,
                           double *_Nonnull work, int work_size, int *_Nonnull whole);

/// The eigenvalues of `a` [n, n], and with `vectors` its right eigenvectors: for a pair of conjugate values at j and
/// j + 1, the real parts in column j and the imaginary parts of the first in column j + 1. `a` is destroyed. Positive
/// if it did not converge.
int lapack_eigen(bool vectors, int n, double *_Nonnull a, double *_Nonnull real, double *_Nonnull imaginary,
                 double *_Nonnull right, double *_Nonnull work, int work_size);

/// The x of least norm that minimises |a·x - b| for a [m, n] and b [max(m, n), columns], whose first n rows become x.
/// Singular values below `cut` times the largest count as 0. `s` has min(m, n) elements; `a` is destroyed. `whole` has
/// at least 1 element, into which the query writes how many it wants. Positive if it did not converge.
int lapack_least_squares(int m, int n, int columns, double *_Nonnull a, double *_Nonnull b, double *_Nonnull s,
                         double cut, double *_Nonnull work, int work_size, int *_Nonnull whole);
