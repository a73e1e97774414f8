// Natives on matrices: systems, determinants, parts; FactorNatives.swift has factors and eigenvalues, Stdlib/linalg.xai what is
// made of them.
import Graphs
import Runtime
import Tensors

let linearAlgebraNatives: [Native] = systemNatives + matrixFactorNatives + matrixPartNatives

private let systemNatives: [Native] = [
  Native(
    "solve(a: Tensor, b: Tensor) -> Tensor", in: "matrices",
    """
    The x with `a @ x == b`: a `[..., n, n]` and b `[..., n, k]` or a vector `[n]`; leading axes broadcast.

    Computed in f64 by LU factors after scaling rows and columns. A matrix that is singular, or so nearly that no digit
    would be right, is an error; `lstsq` takes those too.

    ```xai
    list(round(solve([[2, 1], [1, 3]], [3, 5]) * 5))   #=> [4.0, 7.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    try system(arguments) { (a, b) throws(GraphError) in try Graphs.apply(Solve(), [a, b]) }
  },
  Native(
    "solve_triangular(a: Tensor, b: Tensor, upper: Bool = false) -> Tensor", in: "matrices",
    """
    The x with `a @ x == b`, reading only the lower triangle of a (the upper one if `upper`); shapes as for `solve`.

    ```xai
    list(solve_triangular([[2, 9], [1, 4]], [2, 9]))   #=> [1.0, 2.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    let operation = TriangularSolve(upper: try arguments.bool(2))
    return try system(arguments) { (a, b) throws(GraphError) in
      try Graphs.apply(operation, [a, b])
    }
  },
  Native(
    "lstsq(a: Tensor, b: Tensor, cutoff = none) -> Tensor", in: "matrices",
    """
    The x of least norm that minimises |a @ x - b|: a `[..., m, n]` of any rank, b `[..., m, k]` or a vector `[m]`.

    Singular values of a below `cutoff` times the largest count as 0: by default max(m, n) times the rounding of the element
    type. The derivative holds where the rank does not change.

    ```xai
    list(round(lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5])))   #=> [1.0, 2.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    let operation = LeastSquares(cutoff: try cutoff(arguments, 2))
    return try system(arguments) { (a, b) throws(GraphError) in
      try Graphs.apply(operation, [a, b])
    }
  },
  Native(
    "inverse(a: Tensor) -> Tensor", in: "matrices",
    """
    The inverses of the matrices `[..., n, n]`. To multiply with one, `solve(a, b)` is faster and more exact.

    ```xai
    list(inverse([[2, 0], [0, 4]]))   #=> [[0.5, 0.0], [0.0, 0.25]]
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    return Value(try graph { () throws(GraphError) in try Solve.inverse(of: a) })
  },
  Native(
    "pinv(a: Tensor, cutoff = none) -> Tensor", in: "matrices",
    """
    The pseudo-inverses `[..., n, m]` of the matrices `[..., m, n]` (Moore and Penrose), of any rank; `cutoff` as for `lstsq`.

    ```xai
    list(round(pinv([[2, 0], [0, 0]]) * 2))   #=> [[1.0, 0.0], [0.0, 0.0]]
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    let operation = LeastSquares(cutoff: try cutoff(arguments, 1))
    return Value(
      try graph { () throws(GraphError) in
        let (m, n) = (a.shape[a.shape.count - 2], a.shape[a.shape.count - 1])
        // The identity of the shorter side: the pseudo-inverse of the transpose is the transpose.
        let identity = try Variable.identity(min(m, n), like: a)
        guard m > n else { return try Graphs.apply(operation, [a, identity]) }
        return try Graphs.apply(operation, [a.matrixTransposed(), identity]).matrixTransposed()
      })
  },
  Native(
    "det(a: Tensor) -> Tensor", in: "matrices",
    """
    The determinants `[...]` of the matrices `[..., n, n]`. Of large matrices they overflow: see `logdet`.

    ```xai
    det([[2, 1], [1, 3]]).item   #=> 5.0
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    return Value(try graph { () throws(GraphError) in try a.applying(Determinant()) })
  },
  Native(
    "logdet(a: Tensor) -> Record", in: "matrices",
    """
    The determinants of `[..., n, n]` as `{sign, log}`: `sign` is 1, 0 or -1, `log` the logarithm of the magnitude.

    ```xai
    logdet([[1, 0], [0, -1]]).sign.item   #=> -1.0
    logdet([[1, 0], [0, -1]]).log.item   #=> 0.0
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    let (sign, log) = try graph { () throws(GraphError) in
      let both = try a.applying(LogDeterminant())
      return (try both.part(from: 0, []), try both.part(from: 1, []))
    }
    return Value(fields: [("sign", Value(sign)), ("log", Value(log))])
  },
  Native(
    "expm(a: Tensor) -> Tensor", in: "matrices",
    """
    The matrix exponentials of `[..., n, n]`, 1 + a + a@a / 2 + …, by scaling and squaring (Al-Mohy and Higham 2009).

    ```xai
    list(expm([[0, 1], [0, 0]]))   #=> [[1.0, 1.0], [0.0, 1.0]]
    ```
    """
  ) { _, arguments throws(Failure) in
    let a = try matrix(arguments)
    return Value(try graph { () throws(GraphError) in try a.applying(MatrixExponential()) })
  },
]

private let matrixPartNatives: [Native] = [
  Native(
    "diagonal(x: Tensor, offset: Int = 0) -> Tensor", in: "matrices",
    """
    The diagonals `[..., k]` of the matrices `[..., m, n]`, `offset` places to the right of the main one (to the left if negative).

    ```xai
    list(diagonal([[1, 2], [3, 4]]))   #=> [1, 4]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, offset) = (try arguments.variable(0), try arguments.int(1))
    return Value(try graph { () throws(GraphError) in try x.applying(Diagonal(offset)) })
  },
  Native(
    "diagonal_matrix(x: Tensor, offset: Int = 0) -> Tensor", in: "matrices",
    """
    Square matrices with the numbers of the last axis on the diagonal `offset` places to the right of the main one, zeros elsewhere.

    ```xai
    list(diagonal_matrix([1, 2]))   #=> [[1, 0], [0, 2]]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.variable(0)
    // Beyond this no such matrix could be counted, let alone held.
    let offset = try arguments.int(1, in: -(1 << 30)...(1 << 30))
    let size = (x.shape.last ?? 0) + abs(offset)
    return Value(
      try graph { () throws(GraphError) in
        try x.applying(PlaceDiagonal(rows: size, columns: size, offset: offset))
      })
  },
  triangle("tril", "above", upper: false, example: "[[1, 0], [3, 4]]"),
  triangle("triu", "below", upper: true, example: "[[1, 2], [0, 4]]"),
]

private func triangle(
  _ name: String, _ outside: String, upper: Bool, example: String
) -> Native {
  Native(
    "\(name)(x: Tensor, offset: Int = 0) -> Tensor", in: "matrices",
    """
    The matrices `[..., m, n]` with zeros \(outside) the diagonal `offset` places to the right of the main one.

    ```xai
    list(\(name)([[1, 2], [3, 4]]))   #=> \(example)
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, offset) = (try arguments.variable(0), try arguments.int(1))
    return Value(
      try graph { () throws(GraphError) in try x.applying(Triangle(upper: upper, offset)) })
  }
}

/// The first argument, of at least two axes.
func matrix(_ arguments: Arguments) throws(Failure) -> Variable {
  let a = try arguments.real(0)
  guard a.shape.count >= 2 else {
    throw .argument(0, expected: "a matrix, with two axes or more", found: arguments[0])
  }
  return a
}

/// The solution of a system whose right side may be a vector.
private func system(
  _ arguments: Arguments, _ solve: (Variable, Variable) throws(GraphError) -> Variable
) throws(Failure) -> Value {
  let (x, y) = try Promotion.operands(arguments[0], arguments[1], of: "solve")
  return Value(
    try graph { () throws(GraphError) in
      let (a, b) = (try Promotion.real(x), try Promotion.real(y))
      guard b.shape.count == 1 else { return try solve(a, b) }
      return try solve(a, b.applying(ExpandAxes([-1]))).applying(SqueezeAxes([-1]))
    })
}

/// A relative size below which singular values count as 0, or none.
private func cutoff(_ arguments: Arguments, _ index: Int) throws(Failure) -> Double? {
  if arguments.isNone(index) { return nil }
  let value = try arguments.float(index)
  guard value >= 0, value < 1 else {
    throw .argument(index, expected: "at least 0 and below 1", found: arguments[index])
  }
  return value
}
