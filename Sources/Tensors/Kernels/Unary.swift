// Element-wise functions of one tensor.

import CKernels
import Glibc

/// A function applied to every element.
package enum UnaryKernel: Sendable, Hashable {
  case negate, abs, sign
  case exp, log, sqrt, reciprocal, sin, cos
  case tanh, sigmoid, erf, softplus, relu
  case floor, ceil
  /// To the nearest integer, halves to even.
  case round
  /// min(max(x, low), high); a NaN stays.
  case clip(Double, Double)
  /// clip(alpha · x + beta, 0, 1).
  case hardSigmoid(Double, Double)
  /// x · clip(x / 6 + 1/2, 0, 1).
  case hardSwish
  /// x where x > 0, else slope · x.
  case leakyRelu(Double)
  /// x where x > 0, else alpha · (exp(x) - 1).
  case elu(Double)
  /// x · Φ(x), Φ the distribution function of the normal law (Hendrycks and Gimpel 2016).
  case gelu
  /// 1 where the element is 0, else 0: logical negation; the result is bool.
  case not
  /// Whether the element is not a number; the result is bool.
  case isNaN

  /// The name in messages.
  var name: String {
    switch self {
    case .clip: "clip"
    case .hardSigmoid: "hardSigmoid"
    case .leakyRelu: "leakyRelu"
    case .elu: "elu"
    default: String(describing: self)
    }
  }

  /// The number and parameters under which the vector loops know the function.
  var code: (Int32, Float, Float) {
    func plain(_ code: Int) -> (Int32, Float, Float) { (Int32(code), 0, 0) }
    return switch self {
    case .negate: plain(CK_NEGATE)
    case .abs: plain(CK_ABS)
    case .sign: plain(CK_SIGN)
    case .exp: plain(CK_EXP)
    case .log: plain(CK_LOG)
    case .sqrt: plain(CK_SQRT)
    case .reciprocal: plain(CK_RECIPROCAL)
    case .sin: plain(CK_SIN)
    case .cos: plain(CK_COS)
    case .tanh: plain(CK_TANH)
    case .sigmoid: plain(CK_SIGMOID)
    case .erf: plain(CK_ERF)
    case .softplus: plain(CK_SOFTPLUS)
    case .relu: plain(CK_RELU)
    case .floor: plain(CK_FLOOR)
    case .ceil: plain(CK_CEIL)
    case .round: plain(CK_ROUND)
    case .hardSwish: plain(CK_HARD_SWISH)
    case .gelu: plain(CK_GELU)
    case .clip(let low, let high): (Int32(CK_CLIP), Float(low), Float(high))
    case .hardSigmoid(let alpha, let beta): (Int32(CK_HARD_SIGMOID), Float(alpha), Float(beta))
    case .leakyRelu(let slope): (Int32(CK_LEAKY_RELU), Float(slope), 0)
    case .elu(let alpha): (Int32(CK_ELU), Float(alpha), 0)
    case .not, .isNaN: plain(-1)
    }
  }

  /// Whether integers stay integers: everything else is computed in real numbers.
  var keepsIntegers: Bool {
    switch self {
    case .negate, .abs, .sign, .relu, .floor, .ceil, .round: true
    case .clip(let low, let high): low == low.rounded() && high == high.rounded()
    default: false
    }
  }
}

/// The numerical kernels: each checks shapes first, never writes to an operand, and throws
/// `TensorError`.
package enum Kernels {
  /// `op` of every element. Shape and layout are those of `x`; integers become f32 unless `op`
  /// keeps them.
  package static func unary(_ op: UnaryKernel, _ x: Tensor) throws(TensorError) -> Tensor {
    switch op {
    case .not: return try compare(.equal, x, try Tensor.full([], 0, x.type))
    case .isNaN:
      return x.type.isFloating
        ? try compare(.notEqual, x, x) : try Tensor.full(x.shape, 0, .bool)
    default: break
    }
    if x.type == .f32, Shape.isDense(x.shape, x.strides) {
      let result = try Tensor(uninitialisedLike: x)
      try singleUnary(op, x, result)
      return result
    }
    let type = op.keepsIntegers ? x.type.arithmetic : x.type.real
    var source = try x.cast(to: type)
    if type == .f32 && !Shape.isDense(source.shape, source.strides) {
      source = try source.contiguous()
    }
    let result = try Tensor(
      uninitialised: x.shape, strides: Sweep.resultStrides(x.shape, source, source), type)
    switch type {
    case .i64: try integerUnary(op, source, result)
    case .f64: map(source, result, UnaryFunctions.double(op))
    default: try singleUnary(op, source, result)
    }
    return result
  }

  /// The vector loops: source and result are f32 and lie alike in memory without gaps.
  private static func singleUnary(
    _ op: UnaryKernel, _ source: Tensor, _ result: Tensor
  ) throws(TensorError) {
    let (code, a, b) = op.code
    let (from, to) = (source.pointer(Float.self), result.pointer(Float.self))
    let grain = 1 << 14
    guard source.count > grain else {
      ck_unary(code, from, to, source.count, a, b)
      return
    }
    let whole = Threads.forEach((source.count + grain - 1) / grain) { part in
      let start = part * grain
      ck_unary(code, from + start, to + start, min(grain, source.count - start), a, b)
    }
    if !whole { throw .interrupted(operation: op.name) }
  }

  private static func integerUnary(
    _ op: UnaryKernel, _ x: Tensor, _ result: Tensor
  ) throws(TensorError) {
    var least = Whole()
    switch op {
    case .negate: map(x, result) { (x: Int) in least.difference(0, x) }
    case .abs: map(x, result) { (x: Int) in x < 0 ? least.difference(0, x) : x }
    case .sign: map(x, result) { (x: Int) in x.signum() }
    case .relu: map(x, result) { (x: Int) in max(x, 0) }
    case .clip(let low, let high):
      let (low, high) = (whole(low), whole(high))
      map(x, result) { (x: Int) in x < low ? low : x > high ? high : x }
    default: map(x, result) { (x: Int) in x }
    }
    try least.check(op.name)
  }

  /// A limit without a fraction; what lies beyond all Ints is the last of them.
  private static func whole(_ limit: Double) -> Int {
    Int(exactly: limit) ?? (limit < 0 ? .min : .max)
  }

  /// result[i] = function(x[i]) for tensors of one shape.
  @inline(__always)
  static func map<A, B>(_ x: Tensor, _ result: Tensor, _ function: (A) -> B) {
    let (to, from) = (result.pointer(B.self), x.pointer(A.self))
    Sweep.following(x.shape, [result.strides, x.strides]).rows { offsets, count, steps in
      for i in 0..<count {
        to[offsets[0] + i * steps[0]] = function(from[offsets[1] + i * steps[1]])
      }
    }
  }
}

/// The functions of double precision behind `UnaryKernel`.
enum UnaryFunctions {
  static func double(_ op: UnaryKernel) -> (Double) -> Double {
    switch op {
    case .negate: { -$0 }
    case .abs: { Swift.abs($0) }
    case .sign: { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .exp: { Glibc.exp($0) }
    case .log: { Glibc.log($0) }
    case .sqrt: { $0.squareRoot() }
    case .reciprocal: { 1 / $0 }
    case .sin: { Glibc.sin($0) }
    case .cos: { Glibc.cos($0) }
    case .tanh: { Glibc.tanh($0) }
    case .sigmoid: { 1 / (1 + Glibc.exp(-$0)) }
    case .erf: { Glibc.erf($0) }
    case .softplus: { $0 > 0 ? $0 + log1p(Glibc.exp(-$0)) : log1p(Glibc.exp($0)) }
    case .relu: { $0 < 0 ? 0 : $0 }
    case .floor: { $0.rounded(.down) }
    case .ceil: { $0.rounded(.up) }
    case .round: { $0.rounded(.toNearestOrEven) }
    case .clip(let low, let high): { $0 < low ? low : $0 > high ? high : $0 }
    case .hardSigmoid(let alpha, let beta):
      { x in
        let y = alpha * x + beta
        return y < 0 ? 0 : y > 1 ? 1 : y
      }
    case .hardSwish:
      { x in
        let y = x / 6 + 0.5
        return x * (y < 0 ? 0 : y > 1 ? 1 : y)
      }
    case .leakyRelu(let slope): { $0 > 0 ? $0 : slope * $0 }
    case .elu(let alpha): { $0 > 0 ? $0 : alpha * expm1($0) }
    case .gelu: { $0 * 0.5 * erfc(-$0 * 0.5.squareRoot()) }
    case .not: { $0 == 0 ? 1 : 0 }
    case .isNaN: { $0.isNaN ? 1 : 0 }
    }
  }
}
