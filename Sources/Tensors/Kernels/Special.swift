// Functions of one to three numbers beyond those with vector loops, element by element in double precision.
import Glibc

/// A function of numbers that is applied to every element.
package enum SpecialKernel: Sendable, Hashable {
  case tan, asin, acos, atan, sinh, cosh, asinh, acosh, atanh
  case log1p, expm1, cubeRoot
  case erfc, inverseErf, inverseErfc, logGamma
  /// The n-th derivative of ψ = (log Γ)'.
  case polygamma(Int)
  case atan2, hypot, logBeta
  /// Of a and x: P(a, x), or its complement if `upper`.
  case incompleteGamma(upper: Bool)
  /// Of a and x: x^(a - 1) e^-x / Γ(a).
  case gammaDensity
  /// Of a and p: the x with that P(a, x), or complement.
  case inverseIncompleteGamma(upper: Bool)
  /// Of a, b and x: I_x(a, b), or its complement if `upper`.
  case incompleteBeta(upper: Bool)
  /// Of a, b and x: x^(a - 1) (1 - x)^(b - 1) / B(a, b).
  case betaDensity
  /// Of a, b and p: the x with that I_x(a, b), or complement.
  case inverseIncompleteBeta(upper: Bool)
  /// Of x and the degrees of freedom.
  case studentCdf(upper: Bool)
  /// Of p and the degrees of freedom.
  case studentQuantile
  /// Of x and both degrees of freedom.
  case fisherCdf(upper: Bool)
  /// Of p and both degrees of freedom.
  case fisherQuantile

  /// How many operands it takes.
  package var arity: Int {
    switch self {
    case .atan2, .hypot, .logBeta, .incompleteGamma, .gammaDensity, .inverseIncompleteGamma,
      .studentCdf, .studentQuantile:
      2
    case .incompleteBeta, .betaDensity, .inverseIncompleteBeta, .fisherCdf, .fisherQuantile: 3
    default: 1
    }
  }

  /// The function; what is beyond the arity is not looked at. NaN outside of the domain.
  package var function: @Sendable (Double, Double, Double) -> Double {
    switch self {
    case .tan: { x, _, _ in Glibc.tan(x) }
    case .asin: { x, _, _ in Glibc.asin(x) }
    case .acos: { x, _, _ in Glibc.acos(x) }
    case .atan: { x, _, _ in Glibc.atan(x) }
    case .sinh: { x, _, _ in Glibc.sinh(x) }
    case .cosh: { x, _, _ in Glibc.cosh(x) }
    case .asinh: { x, _, _ in Glibc.asinh(x) }
    case .acosh: { x, _, _ in Glibc.acosh(x) }
    case .atanh: { x, _, _ in Glibc.atanh(x) }
    case .log1p: { x, _, _ in Glibc.log1p(x) }
    case .expm1: { x, _, _ in Glibc.expm1(x) }
    case .cubeRoot: { x, _, _ in SpecialFunctions.cubeRoot(x) }
    case .erfc: { x, _, _ in Glibc.erfc(x) }
    case .inverseErf: { x, _, _ in SpecialFunctions.inverseErf(x) }
    case .inverseErfc: { x, _, _ in SpecialFunctions.inverseErfc(x) }
    case .logGamma: { x, _, _ in SpecialFunctions.logGamma(x) }
    case .polygamma(let order): { x, _, _ in SpecialFunctions.polygamma(order, x) }
    case .atan2: { y, x, _ in Glibc.atan2(y, x) }
    case .hypot: { x, y, _ in Glibc.hypot(x, y) }
    case .logBeta: { a, b, _ in SpecialFunctions.logBeta(a, b) }
    default: distribution
    }
  }

  /// The functions behind distributions, with their domains.
  private var distribution: @Sendable (Double, Double, Double) -> Double {
    switch self {
    case .incompleteGamma(let upper):
      { a, x, _ in
        guard a > 0, a <= 1e12, x >= 0 else { return .nan }
        let both = SpecialFunctions.incompleteGamma(a, x)
        return upper ? both.upper : both.lower
      }
    case .gammaDensity: { a, x, _ in SpecialFunctions.gammaDensity(a, x) }
    case .inverseIncompleteGamma(let upper):
      { a, p, _ in SpecialFunctions.inverseIncompleteGamma(a, p, upper: upper) }
    case .incompleteBeta(let upper):
      { a, b, x in
        guard a > 0, a <= 1e12, b > 0, b <= 1e12, x >= 0, x <= 1 else { return .nan }
        let both = SpecialFunctions.incompleteBeta(a, b, x)
        return upper ? both.upper : both.lower
      }
    case .betaDensity: { a, b, x in SpecialFunctions.betaDensity(a, b, x) }
    case .inverseIncompleteBeta(let upper):
      { a, b, p in SpecialFunctions.inverseIncompleteBeta(a, b, p, upper: upper) }
    case .studentCdf(let upper):
      { x, n, _ in SpecialFunctions.studentCdf(x, n, upper: upper) }
    case .studentQuantile: { p, n, _ in SpecialFunctions.studentQuantile(p, n) }
    case .fisherCdf(let upper):
      { x, m, n in SpecialFunctions.fisherCdf(x, m, n, upper: upper) }
    default: { p, m, n in SpecialFunctions.fisherQuantile(p, m, n) }
    }
  }
}

extension Kernels {
  /// `op` of the elements of its operands, which broadcast; integers become f32, and f32 meets f64 in f64.
  package static func special(
    _ op: SpecialKernel, _ operands: [Tensor]
  ) throws(TensorError) -> Tensor {
    guard let first = operands.first, operands.count == op.arity else {
      throw .value(operation: "special", reason: "\(op.arity) operands are needed")
    }
    var (shape, type) = (first.shape, first.type.real)
    for operand in operands.dropFirst() {
      shape = try Shape.broadcast(shape, operand.shape, "\(op)")
      type = max(type, operand.type.real)
    }
    var sources: [Tensor] = []
    for operand in operands { sources.append(try operand.cast(to: type)) }
    let result = try Tensor(
      uninitialised: shape, strides: Sweep.resultStrides(shape, sources), type)
    let whole =
      type == .f64
      ? map(op, sources, result, Double.self) : map(op, sources, result, Float.self)
    if !whole { throw .interrupted(operation: "\(op)") }
    return result
  }

  /// Fills `result`, on several threads; false on interruption.
  private static func map<T: BinaryFloatingPoint>(
    _ op: SpecialKernel, _ sources: [Tensor], _ result: Tensor, _: T.Type
  ) -> Bool {
    let function = op.function
    let to = result.pointer(T.self)
    let from = sources.map { UnsafePointer($0.pointer(T.self)) }
    let strides = sources.map { Shape.broadcastStrides($0.shape, $0.strides, to: result.shape) }
    let count = sources.count
    return Sweep.following(result.shape, [result.strides] + strides).blocks(grain: 1 << 9) {
      offsets, rows, columns, rowSteps, columnSteps in
      for row in 0..<rows {
        if Interruption.requested { return }
        for column in 0..<columns {
          func place(_ k: Int) -> Int { offsets[k] + row * rowSteps[k] + column * columnSteps[k] }
          func value(_ k: Int) -> Double { k < count ? Double(from[k][place(k + 1)]) : 0 }
          to[place(0)] = T(function(value(0), value(1), value(2)))
        }
      }
    }
  }
}
