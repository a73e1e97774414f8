// Natives that take matrices apart: Cholesky, QR, singular values, eigenvalues.
import Graphs
import Runtime
import Tensors

let matrixFactorNatives: [Native] = [
  Native(
    "cholesky(a: Tensor) -> Tensor", in: "matrices",
    """
    The lower triangular l with a positive diagonal and `l @ transpose(l)` equal to a `[..., n, n]`, positive definite.

    Of a matrix that is not symmetric the symmetric part (a + aᵀ) / 2 counts.

    ```xai
    list(cholesky([[4, 2], [2, 5]]))   #=> [[2.0, 0.0], [1.0, 2.0]]
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    return Value(try graph { () throws(GraphError) in try a.applying(Cholesky()) })
  },
  Native(
    "qr(a: Tensor) -> Record", in: "matrices",
    """
    `{q, r}` with `q @ r` equal to a `[..., m, n]`: q `[..., m, k]` has orthonormal columns and r `[..., k, n]` zeros below
    its diagonal, which is not negative; k is the smaller of m and n.

    ```xai
    list(qr([[3], [4]]).r)   #=> [[5.0]]
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    let (q, r) = try graph { () throws(GraphError) in try OrthogonalTriangular.parts(of: a) }
    return Value(fields: [("q", Value(q)), ("r", Value(r))])
  },
  Native(
    "svd(a: Tensor) -> Record", in: "matrices",
    """
    The singular value decomposition `{u, s, v}` of a `[..., m, n]`, reduced: a is `(u * s) @ transpose(v)`.

    s `[..., k]` is descending, k the smaller of m and n; u `[..., m, k]` and v `[..., n, k]` have orthonormal columns (v, not
    its transpose). The largest element of each column of u is positive. A gradient that depends on the vectors of equal
    singular values does not exist; one of s alone does: see `singular_values`.

    ```xai
    list(svd([[0, 3], [2, 0]]).s)   #=> [3.0, 2.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    let (u, s, v) = try graph { () throws(GraphError) in try SingularValues.parts(of: a) }
    return Value(fields: [("u", Value(u)), ("s", Value(s)), ("v", Value(v))])
  },
  Native(
    "singular_values(a: Tensor) -> Tensor", in: "matrices",
    """
    The singular values `[..., k]` of a `[..., m, n]`, descending; k is the smaller of m and n.

    ```xai
    list(singular_values([[0, 3], [2, 0]]))   #=> [3.0, 2.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    return Value(
      try graph { () throws(GraphError) in try a.applying(SingularValues(vectors: false)) })
  },
  Native(
    "eigh(a: Tensor) -> Record", in: "matrices",
    """
    `{values, vectors}` of a symmetric a `[..., n, n]`: the eigenvalues `[..., n]`, ascending, and the eigenvectors in the columns
    of `[..., n, n]`, orthonormal, each with a positive largest element.

    a is `(vectors * values) @ transpose(vectors)`. Of a matrix that is not symmetric the symmetric part (a + aᵀ) / 2 counts. A
    gradient that depends on the vectors of equal eigenvalues does not exist.

    ```xai
    list(eigh([[2, 0], [0, -1]]).values)   #=> [-1.0, 2.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    let (values, vectors) = try graph { () throws(GraphError) in try SymmetricEigen.parts(of: a) }
    return Value(fields: [("values", Value(values)), ("vectors", Value(vectors))])
  },
  Native(
    "eig(a: Tensor) -> Record", in: "matrices",
    """
    `{values, vectors}` of any a `[..., n, n]`, both as `{real, imaginary}`: the eigenvalues `[..., n]` by ascending real and then
    imaginary part, and the eigenvectors in the columns of `[..., n, n]`, of norm 1, their largest element real and positive.

    ```xai
    list(eig([[0, -2], [2, 0]]).values.imaginary)   #=> [-2.0, 2.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    let n = a.shape.last ?? 0
    let (values, vectors) = try graph { () throws(GraphError) in
      let packed = try a.applying(GeneralEigen(vectors: true))
      return (try GeneralEigen.values(packed, n), try GeneralEigen.vectors(packed, n))
    }
    return Value(fields: [("values", complex(values)), ("vectors", complex(vectors))])
  },
  Native(
    "eigenvalues(a: Tensor) -> Record", in: "matrices",
    """
    The eigenvalues of any a `[..., n, n]` as `{real, imaginary}`, by ascending real and then imaginary part. For symmetric
    matrices `eigh(a).values` is faster and more exact.

    ```xai
    list(eigenvalues([[1, 5], [0, -2]]).real)   #=> [-2.0, 1.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    return complex(
      try graph { () throws(GraphError) in
        try GeneralEigen.values(a.applying(GeneralEigen(vectors: false)), a.shape.last ?? 0)
      })
  },
]

private func complex(_ parts: (real: Variable, imaginary: Variable)) -> Value {
  Value(fields: [("real", Value(parts.real)), ("imaginary", Value(parts.imaginary))])
}
