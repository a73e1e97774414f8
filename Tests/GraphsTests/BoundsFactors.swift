// Functions of matrices and of distributions whose bounds are tested, as BoundsNetworks.swift has networks.
import Graphs
import Tensors

/// x times `scale`, plus numbers on the diagonals of the matrices.
private func matrices(
  _ x: Variable, _ scale: Double, diagonal: [Double]
) throws -> Variable {
  let (rows, columns) = (x.shape[1], x.shape[2])
  let shift = Dense([rows, columns]) { $0[0] == $0[1] ? diagonal[$0[0]] : 0 }
  return try x * scale + Variable(shift.tensor(x.type))
}

private func symmetric(_ x: Variable, diagonal: [Double]) throws -> Variable {
  try matrices(x + x.matrixTransposed(), 0.25, diagonal: diagonal)
}

private func flat(_ x: Variable) throws -> Variable { try x.applying(Flatten()) }

/// The points side by side along the second axis.
private func beside(_ parts: Variable...) throws -> Variable { try apply(Concatenate(1), parts) }

/// Linear systems, least squares, determinants.
func systemFunctions() throws -> [BoxedFunction] {
  [
    try BoxedFunction("solution of a system", [[3, 3], [3, 2]], radius: 0.02) {
      try flat(apply(Solve(), [matrices($0[0], 0.6, diagonal: [2, -2, 3]), $0[1]]))
    },
    try BoxedFunction("system with a fixed matrix", [[3, 2]], radius: 0.3, type: .f64) { x in
      let a = Dense([3, 3], [2, 1, 0.5, -1, 3, 1, 0, 0.5, -2])
      return try flat(apply(Solve(), [Variable(a.tensor(.f64)), x[0]]))
    },
    try BoxedFunction("inverse", [[4, 4]], radius: 0.02, type: .f64) {
      try flat(Solve.inverse(of: matrices($0[0], 0.5, diagonal: [2, 3, -2, 2.5])))
    },
    try BoxedFunction("triangular system", [[3, 3], [3, 1]], radius: 0.03) {
      let a = try matrices($0[0], 0.5, diagonal: [2, 1.5, 3])
      let lower = try apply(TriangularSolve(upper: false), [a, $0[1]])
      return try flat(lower + apply(TriangularSolve(upper: true), [a, $0[1]]))
    },
    try BoxedFunction("least squares of a tall matrix", [[4, 2], [4, 1]], radius: 0.01) {
      try flat(apply(LeastSquares(), [matrices($0[0], 0.5, diagonal: [2, 2, 0, 0]), $0[1]]))
    },
    try BoxedFunction("least squares of a wide matrix", [[2, 4], [2, 1]], radius: 0.01) {
      try flat(apply(LeastSquares(), [matrices($0[0], 0.5, diagonal: [2, 2]), $0[1]]))
    },
    try BoxedFunction("determinants", [[4, 4]], radius: 0.02) {
      let a = try matrices($0[0], 0.5, diagonal: [2, 3, -2, 2.5])
      let logarithm = try a.applying(LogDeterminant()).applying(SliceAxis(1, from: 1, count: 1))
      return try beside(a.applying(Determinant()).reshaped([a.shape[0], 1]), logarithm)
    },
    // Of every channel of a batch of 5; each point is a channel.
    try BoxedFunction("batch normalisation in training", [[5]], radius: 0.05) {
      let across = try $0[0].matrixTransposed()
      let one = try Variable.make("weight") { () throws(TensorError) in
        try .full([across.shape[1]], 1.5, across.type)
      }
      let normal = try apply(NormaliseBatch(), [across, one, one])
      return try normal.matrixTransposed().applying(Tanh())
    },
  ]
}

/// Factors, eigenvalues and singular values.
func factorFunctions() throws -> [BoxedFunction] {
  [
    try BoxedFunction("cholesky factor", [[3, 3]], radius: 0.03) {
      try flat(symmetric($0[0], diagonal: [2, 3, 2.5]).applying(Cholesky()))
    },
    try BoxedFunction("qr factors", [[4, 3]], radius: 0.01) {
      try matrices($0[0], 0.5, diagonal: [2, 2, 3, 0]).applying(OrthogonalTriangular())
    },
    try BoxedFunction("eigenvalues", [[3, 3]], radius: 0.05) {
      try symmetric($0[0], diagonal: [1, 3, 5]).applying(SymmetricEigen(vectors: false))
    },
    try BoxedFunction("eigenvectors", [[3, 3]], radius: 0.02, type: .f64) {
      let (values, vectors) = try SymmetricEigen.parts(of: symmetric($0[0], diagonal: [1, 3, 5]))
      return try beside(values, flat(vectors))
    },
    try BoxedFunction("singular values", [[3, 4]], radius: 0.05) {
      try matrices($0[0], 0.3, diagonal: [1, 2, 4]).applying(SingularValues(vectors: false))
    },
    try BoxedFunction("singular vectors", [[3, 2]], radius: 0.01) {
      let (u, s, v) = try SingularValues.parts(of: matrices($0[0], 0.3, diagonal: [2, 4, 0]))
      return try beside(flat(u), s, flat(v))
    },
    try BoxedFunction("matrix exponential", [[3, 3]], radius: 0.03) {
      try flat(matrices($0[0], 1, diagonal: [-1, 0.5, -2]).applying(MatrixExponential()))
    },
  ]
}

/// The gamma function, distributions and their parameters.
func distributionFunctions() throws -> [BoxedFunction] {
  [
    try BoxedFunction("log gamma and its derivatives", [[3]], radius: 0.1, type: .f64) {
      let x = try $0[0] + 2.2
      let first = try x.applying(LogGamma()) + x.applying(Polygamma(0)) * 0.5
      return try first + x.applying(Polygamma(1)) - x.applying(Polygamma(2)) * 0.1
    },
    try BoxedFunction("log gamma left of 0", [[3]], radius: 0.3) {
      let x = try $0[0] * 0.25 - 1.5
      return try x.applying(LogGamma()) + x.applying(Polygamma(0)) - x.applying(Polygamma(1))
    },
    try BoxedFunction("gamma distribution", [[2], [2]], radius: 0.05) {
      let (x, a) = (try $0[0] + 1.6, try $0[1] + 2.5)
      let fixed = a.detached()
      let shares =
        try apply(IncompleteGamma(), [fixed, x])
        - apply(IncompleteGamma(upper: true), [fixed, x]) * 0.5
      return try shares + apply(GammaDensity(), [a, x])
    },
    try BoxedFunction("gamma quantiles", [[1], [1]], radius: 0.05, type: .f64) {
      let (p, a) = (try $0[0] * 0.3 + 0.5, try ($0[1] + 2.5).detached())
      let lower = try apply(InverseIncompleteGamma(), [a, p])
      return try lower - apply(InverseIncompleteGamma(upper: true), [a, p])
    },
    try BoxedFunction("beta distribution", [[2], [2]], radius: 0.05) {
      let (x, a, b) = (try $0[0] * 0.3 + 0.5, try $0[1] + 2.5, try $0[1] * 0.5 + 1.8)
      let share = try apply(IncompleteBeta(), [a.detached(), b.detached(), x])
      return try share + apply(BetaDensity(), [a, b, x]) * 0.5 - apply(LogBeta(), [a, b])
    },
    try BoxedFunction("beta quantiles", [[1], [1]], radius: 0.05, type: .f64) {
      let (p, a) = (try $0[0] * 0.3 + 0.5, try ($0[1] + 2.5).detached())
      return try apply(InverseIncompleteBeta(), [a, a * 0.7, p])
    },
    try BoxedFunction("student's distribution", [[2], [2]], radius: 0.05) {
      let (x, degrees) = (try $0[0] * 2, try ($0[1] * 2 + 5).detached())
      return try apply(StudentDistribution(), [x, degrees])
        - apply(StudentDistribution(upper: true), [x * x, degrees])
    },
    try BoxedFunction("quantiles of student and fisher", [[1], [1]], radius: 0.03) {
      let (p, degrees) = (try $0[0] * 0.3 + 0.5, try ($0[1] * 2 + 5).detached())
      let (m, n) = (try Variable.number(4, like: p), try Variable.number(7, like: p))
      return try apply(StudentQuantile(), [p, degrees]) + apply(FisherQuantile(), [p, m, n])
    },
    try BoxedFunction("fisher's distribution", [[2]], radius: 0.1) {
      let x = try $0[0] + 1.5
      return try apply(FisherDistribution(), [x, .number(4, like: x), .number(7, like: x)])
        * x.applying(InverseHyperbolicSine())
    },
  ]
}
