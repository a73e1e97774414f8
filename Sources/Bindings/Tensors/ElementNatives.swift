// Natives that act element by element, beside those of the core (`TensorFunctions`).
import Glibc
import Graphs
import Runtime
import Tensors

let elementNatives: [Native] = [
  unary(
    "erf", "The error function 2/√π ∫₀ˣ e^(-t²) dt", "erf(0.0)", "0.0", ErrorFunction(), Glibc.erf),
  unary("sigmoid", "The logistic function 1 / (1 + e^-x)", "sigmoid(0.0)", "0.5", Sigmoid()) {
    1 / (1 + Glibc.exp(-$0))
  },
  unary("softplus", "log(1 + e^x), a smooth rectifier", "softplus(-1e9)", "0.0", Softplus()) {
    max($0, 0) + Glibc.log1p(Glibc.exp(-Swift.abs($0)))
  },
  unary("relu", "The rectifier max(x, 0); its derivative at 0 is 0", "relu(-2.0)", "0.0", Relu()) {
    max($0, 0)
  },
  unary(
    "gelu", "x Φ(x) with the normal distribution function (Hendrycks and Gimpel 2016)", "gelu(0.0)",
    "0.0", Gelu()
  ) {
    $0 * 0.5 * (1 + Glibc.erf($0 / 2.0.squareRoot()))
  },
  binary(
    "maximum", "The larger of two, element by element", "maximum(2, 3.0)", "3.0", Maximum(), max),
  binary(
    "minimum", "The smaller of two, element by element", "minimum(2, 3.0)", "2.0", Minimum(), min),
  Native(
    "clip(x, low: Float, high: Float)", in: "tensors",
    """
    `x` limited to `low`...`high`; the derivative at the limits and outside is 0. Whole numbers with whole limits stay whole.

    ```xai
    clip(1.5, 0, 1)   #=> 1.0
    clip(tensor([5, -1]), 0, 3) |> list   #=> [3, 0]
    ```
    """
  ) { _, arguments throws(Failure) in
    try clipped(arguments[0], from: arguments[1], to: arguments[2])
  },
  Native(
    "where(mask: Tensor, x, y) -> Tensor", in: "tensors",
    """
    `x` where `mask` is true and `y` elsewhere; the three broadcast.

    ```xai
    where(tensor([true, false]), 1, 2)[1] == 2   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let mask = try arguments.variable(0)
    let (x, y) = try Promotion.operands(arguments[1], arguments[2], of: "where")
    return Value(try graph { () throws(GraphError) in try Graphs.apply(Select(), [mask, x, y]) })
  },
]

/// A number or a tensor between two numbers.
private func clipped(_ value: Value, from first: Value, to last: Value) throws(Failure) -> Value {
  if case (.int(let number), .int(let low), .int(let high)) = (value, first, last), low <= high {
    return .int(min(max(number, low), high))
  }
  guard let low = first.number else { throw .argument(1, expected: "a number", found: first) }
  guard let high = last.number else { throw .argument(2, expected: "a number", found: last) }
  guard low <= high else {
    throw Failure("X0324", "clip: low is \(low), above high, which is \(high)")
  }
  // Limits beyond 2^53 would lose digits by way of a Double.
  let isLong = [first, last].contains { ($0.plainWhole?.magnitude ?? 0) > 1 << 53 }
  if first.isFollowed || last.isFollowed || value.followedNumber != nil
    || isLong && value.elementType == .i64
  {
    return try clipped(value, between: first, last)
  }
  if let number = value.plainNumber { return .float(min(max(number, low), high)) }
  guard let x = try value.variable() else {
    throw .argument(0, expected: "a number or a Tensor", found: value)
  }
  let isFraction = first.isFraction || last.isFraction
  return Value(
    try graph { () throws(GraphError) in
      try (isFraction ? Promotion.real(x) : x).applying(Clip(low, high))
    })
}

/// The same where a limit, or the number, may be one that a derivative follows.
private func clipped(
  _ value: Value, between low: Value, _ high: Value
) throws(Failure) -> Value {
  if value.isNumber, let number = value.number, let least = low.number, let most = high.number {
    let chosen = number <= least ? low : number >= most ? high : value
    return chosen.isFollowed ? chosen : .float(min(max(number, least), most))
  }
  let (x, least) = try Promotion.operands(value, low, of: "clip")
  let (raised, most) = try Promotion.operands(
    Value(graph { () throws(GraphError) in try apply(Maximum(), [x, least]) }), high, of: "clip")
  return Value(try graph { () throws(GraphError) in try apply(Minimum(), [raised, most]) })
}

extension Value {
  fileprivate var plainWhole: Int? { if case .int(let number) = self { number } else { nil } }

  /// The number of an Int or a Float (not of a tensor of one element, nor of a number that is followed).
  var plainNumber: Double? {
    switch self {
    case .int(let number): Double(number)
    case .float(let number): number
    case .object(let number as FollowedNumber): number.isFollowed ? nil : number.reading
    default: nil
    }
  }
}

/// A function of a number, or of every element of a tensor.
func unary(
  _ name: String, _ summary: String, _ example: String, _ result: String,
  _ operation: some Operator, _ scalar: @escaping (Double) -> Double
) -> Native {
  elementwise(name, summary, example, result, operation, scalar) { x throws(GraphError) in
    try x.applying(operation)
  }
}

/// The same with a shorter way to the kernel.
private func unary(
  _ name: String, _ summary: String, _ example: String, _ result: String,
  _ operation: some UnaryOperator, _ scalar: @escaping (Double) -> Double
) -> Native {
  elementwise(name, summary, example, result, operation, scalar) { x throws(GraphError) in
    try x.applying(operation)
  }
}

private func elementwise(
  _ name: String, _ summary: String, _ example: String, _ result: String,
  _ operation: some Operator, _ scalar: @escaping (Double) -> Double,
  _ apply: @escaping (Variable) throws(GraphError) -> Variable
) -> Native {
  Native(
    "\(name)(x)", in: "tensors",
    """
    \(summary), of a number or of every element of a tensor.

    ```xai
    \(example)   #=> \(result)
    ```
    """
  ) { _, arguments throws(Failure) in
    if let number = arguments[0].plainNumber { return .float(scalar(number)) }
    if let own = try FollowedNumber.applied(operation, arguments, count: 1) { return own }
    let x = try arguments.real(0)
    return Value(try graph { () throws(GraphError) in try apply(x) })
  }
}

private func binary(
  _ name: String, _ summary: String, _ example: String, _ result: String,
  _ operation: some BinaryOperator, _ scalar: @escaping (Double, Double) -> Double
) -> Native {
  Native(
    "\(name)(x, y)", in: "tensors",
    """
    \(summary); tensors broadcast.

    ```xai
    \(example)   #=> \(result)
    ```
    """
  ) { _, arguments throws(Failure) in
    if let x = arguments[0].plainNumber, let y = arguments[1].plainNumber {
      return .float(scalar(x, y))
    }
    if let own = try FollowedNumber.applied(operation, arguments, count: 2) { return own }
    let (x, y) = try Promotion.operands(arguments[0], arguments[1], of: name)
    return Value(try graph { () throws(GraphError) in try apply(operation, x, y) })
  }
}
