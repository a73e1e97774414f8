// Eigenvalues and eigenvectors of general matrices, which may be complex.
import Tensors

/// Complex matrices as a pair of variables.
struct ComplexMatrix {
  let real, imaginary: Variable

  init(_ real: Variable, _ imaginary: Variable) {
    self.real = real
    self.imaginary = imaginary
  }

  static func + (x: Self, y: Self) throws(GraphError) -> Self {
    Self(try x.real + y.real, try x.imaginary + y.imaginary)
  }

  static func - (x: Self, y: Self) throws(GraphError) -> Self {
    Self(try x.real - y.real, try x.imaginary - y.imaginary)
  }

  /// Element by element.
  static func * (x: Self, y: Self) throws(GraphError) -> Self {
    Self(
      try x.real * y.real - x.imaginary * y.imaginary,
      try x.real * y.imaginary + x.imaginary * y.real)
  }

  /// The matrix product.
  func times(_ other: Self) throws(GraphError) -> Self {
    Self(
      try real.times(other.real) - imaginary.times(other.imaginary),
      try real.times(other.imaginary) + imaginary.times(other.real))
  }

  /// The conjugate transpose.
  func adjoint() throws(GraphError) -> Self {
    Self(try real.matrixTransposed(), try -imaginary.matrixTransposed())
  }

  /// self⁻¹ · right, as a real system of twice the size: [[re, -im], [im, re]].
  func solving(_ right: Self) throws(GraphError) -> Self {
    let n = real.matrixSize.rows
    let top = try apply(Concatenate(-1), [real, -imaginary])
    let bottom = try apply(Concatenate(-1), [imaginary, real])
    let system = try apply(Concatenate(-2), [top, bottom])
    let x = try apply(
      Solve(), [system, apply(Concatenate(-2), [right.real, right.imaginary])])
    return Self(
      try x.applying(SliceAxis(-2, from: 0, count: n)),
      try x.applying(SliceAxis(-2, from: n, count: n)))
  }
}

/// The eigenvalues of a [..., n, n]: n real parts and n imaginary parts in one line; with `vectors` followed by the real and
/// the imaginary parts of the eigenvectors in the columns of two [n, n].
package struct GeneralEigen: Operator {
  package static let name = "eigen"
  package let vectors: Bool

  package init(vectors: Bool) { self.vectors = vectors }

  package func shape(of operands: [Operand]) throws(GraphError) -> [Int] {
    let n = try ShapeRule.square(Self.name, operands)
    return operands[0].shape.dropLast(2) + [vectors ? 2 * n + 2 * n * n : 2 * n]
  }

  package func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    try Kernels.eigen(inputs[0], vectors: vectors)
  }

  /// The real and imaginary parts of the values [..., n].
  package static func values(
    _ packed: Variable, _ n: Int
  ) throws(GraphError) -> (real: Variable, imaginary: Variable) {
    (try packed.part(from: 0, [n]), try packed.part(from: n, [n]))
  }

  /// The real and imaginary parts of the vectors [..., n, n].
  package static func vectors(
    _ packed: Variable, _ n: Int
  ) throws(GraphError) -> (real: Variable, imaginary: Variable) {
    (try packed.part(from: 2 * n, [n, n]), try packed.part(from: 2 * n + n * n, [n, n]))
  }

  /// The real part of v⁻ᴴ (diag(λ̄) + w / e*) vᴴ with e = λ_j - λ_i and w what the vectors' gradient leaves off the
  /// diagonal (Boeddeker et al. 2017, "On the computation of complex-valued gradients", section 4.2, here for vectors whose
  /// largest element is real). Where eigenvalues are equal and the matrix has too few vectors, `Solve` says that it is
  /// singular.
  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let a = pullback.inputs[0]
    guard a.value.count > 0 else { return [try .zeros(like: a)] }
    let n = a.matrixSize.rows
    let packed = vectors ? pullback.output : try a.applying(GeneralEigen(vectors: true))
    let pair = try Self.vectors(packed, n)
    let v = ComplexMatrix(pair.real, pair.imaginary)
    let change = try Self.values(pullback.gradient, n)
    func placed(_ x: Variable) throws(GraphError) -> Variable {
      try x.applying(PlaceDiagonal(rows: n, columns: n))
    }
    var inner = ComplexMatrix(try placed(change.real), try placed(change.imaginary))
    if vectors {
      let dv = try Self.vectors(pullback.gradient, n)
      inner = try inner + turning(v, ComplexMatrix(dv.real, dv.imaginary), packed, n)
    }
    let across = try v.adjoint()
    return [try across.solving(inner.times(across)).real]
  }

  /// w / e*: with m = vᴴ v̄, w = m - vᴴ v diag(Re m) - i vᴴ p diag(Im m / r), where p marks the largest elements of the
  /// columns, which are r. The second term keeps the norms at 1, the third the largest elements real.
  private func turning(
    _ v: ComplexMatrix, _ dv: ComplexMatrix, _ packed: Variable, _ n: Int
  ) throws(GraphError) -> ComplexMatrix {
    let across = try v.adjoint()
    let m = try across.times(dv)
    let size = try v.real * v.real + v.imaginary * v.imaginary
    let marks = try Self.largest(size)
    let largest = try (marks * v.real).sum([-2])
    let (a, b) = (
      try m.real.applying(Diagonal()), try m.imaginary.applying(Diagonal()) / largest
    )
    let products = try across.times(v)
    let norms = ComplexMatrix(
      try products.real * a.asRow(), try products.imaginary * a.asRow())
    let zero = try Variable.zeros(like: marks)
    let phases = try across.times(ComplexMatrix(zero, marks * b.asRow()))
    let w = try m - norms - phases
    let values = try Self.values(packed, n)
    let identity = try Variable.identity(n, like: packed)
    let e = ComplexMatrix(
      try values.real.differences() - identity, try values.imaginary.differences() - identity)
    // w / e* = w e / |e|², and nothing on the diagonal.
    let others = try Variable.filled(1, like: identity) - identity
    let squares = try e.real * e.real + e.imaginary * e.imaginary + identity
    let product = try w * e
    let cause = try dv.real.applying(Absolute()) + dv.imaginary.applying(Absolute())
    return ComplexMatrix(
      try product.real.divided(by: squares, unlessZero: cause) * others,
      try product.imaginary.divided(by: squares, unlessZero: cause) * others)
  }

  /// 1 at the first largest element of each column, 0 elsewhere.
  private static func largest(_ size: Variable) throws(GraphError) -> Variable {
    let n = size.matrixSize.rows
    // Of elements that are equal up to rounding, the kernel takes the first too.
    let peak = try size.detached().applying(Max([-2], keep: true)) * (1 - 2e-10)
    let isLarge = try apply(GreaterOrEqual(), [size.detached(), peak])
    let first = try isLarge.applying(Cast(to: .f64)).applying(ArgMax(-2)).asRow()
    let rows = try Variable.make(Self.name) { () throws(TensorError) in
      try .arange(n, .i64).reshaped([n, 1])
    }
    return try apply(Equal(), [first, rows]).applying(Cast(to: size.value.type))
  }

  package var relevance: RelevanceBehaviour { .proportional }
}
