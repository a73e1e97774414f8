// Functions on numbers.
import Glibc

let numberNatives: [Native] = [
  .core(
    "abs(x)", in: "numbers",
    """
    The magnitude of a number: an Int of an Int, a Float of a Float.

    ```xai
    abs(-3)   #=> 3
    ```
    """
  ) { _, arguments throws(Failure) in
    guard case .int(let whole) = arguments[0] else {
      return .float(try arguments.float(0).magnitude)
    }
    guard let magnitude = Int(exactly: whole.magnitude) else {
      throw Failure("X0311", "abs: the magnitude of \(whole) is too large for an Int")
    }
    return .int(magnitude)
  },
  rounding("floor", "The greatest Int that is not above a number", "floor(-1.5)", "-2", .down),
  rounding("ceil", "The least Int that is not below a number", "ceil(1.2)", "2", .up),
  .core(
    "round(x, digits = none)", in: "numbers",
    """
    The nearest Int to a number; halves go to the even one.

    With `digits` (0 to 17) it is a Float with so many decimals.

    ```xai
    round(2.71828, 2)   #=> 2.72
    ```
    """
  ) { _, arguments throws(Failure) in
    guard !arguments.isNone(1) else {
      return try Rounding.whole(arguments, "round", .toNearestOrEven)
    }
    let digits = try arguments.int(1, in: 0...17)
    let number = try arguments.reading(0)
    guard number.isFinite else { return .float(number) }
    return .float(Double(Format.decimal(number, "f", precision: digits)) ?? number)
  },
  curve("sqrt", "The square root; nan below 0", "sqrt(9)", "3.0") { $0.squareRoot() },
  curve("exp", "e to the power of a number", "exp(0)", "1.0", Glibc.exp),
  .core(
    "log(x, base = none)", in: "numbers",
    """
    The natural logarithm, or the one to a base; -inf at 0, nan below.

    ```xai
    log(8, base: 2)   #=> 3.0
    ```
    """
  ) { _, arguments throws(Failure) in
    let number = try arguments.float(0)
    guard !arguments.isNone(1) else { return .float(Glibc.log(number)) }
    let base = try arguments.float(1)
    guard base > 0, base != 1 else {
      throw .argument(1, expected: "a number above 0 other than 1", found: arguments[1])
    }
    // Of 2 and 10 the exact functions, so that powers of them have whole logarithms.
    if base == 2 { return .float(Glibc.log2(number)) }
    if base == 10 { return .float(Glibc.log10(number)) }
    return .float(Glibc.log(number) / Glibc.log(base))
  },
  curve(
    "log10", "The logarithm to the base 10; -inf at 0, nan below", "log10(1000)", "3.0",
    Glibc.log10),
  curve("sin", "The sine of an angle in radians", "sin(0)", "0.0", Glibc.sin),
  curve("cos", "The cosine of an angle in radians", "cos(0)", "1.0", Glibc.cos),
  curve("tan", "The tangent of an angle in radians", "tan(0)", "0.0", Glibc.tan),
  curve("tanh", "The hyperbolic tangent", "tanh(0)", "0.0", Glibc.tanh),
  .core(
    "atan2(y, x)", in: "numbers",
    """
    The angle in radians, from -pi to pi, of the point at `x` and `y`, as seen from the x axis. Of Tensors, element by element.

    ```xai
    atan2(0, 1)   #=> 0.0
    ```
    """
  ) { machine, arguments throws(Failure) in
    if case .object(let second) = arguments[1],
      let own = try second.apply("atan2", machine, arguments)
    {
      return own
    }
    return .float(Glibc.atan2(try arguments.float(0), try arguments.float(1)))
  },
  .core(
    "is_nan(x)", in: "numbers",
    """
    Whether a Float is nan, the result of what has no result, such as `sqrt(-1)`.

    ```xai
    is_nan(sqrt(-1))   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in .bool(try arguments.reading(0).isNaN) },
  .core(
    "is_finite(x)", in: "numbers",
    """
    Whether a number is neither nan nor infinite.

    ```xai
    is_finite(1 / 3)   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in .bool(try arguments.reading(0).isFinite) },
  .core(
    "gcd(x: Int, y: Int) -> Int", in: "numbers",
    """
    The greatest Int that divides both of two; 0 of two zeros.

    ```xai
    gcd(12, 18)   #=> 6
    ```
    """
  ) { _, arguments throws(Failure) in
    var (x, y) = (try arguments.int(0).magnitude, try arguments.int(1).magnitude)
    while y != 0 { (x, y) = (y, x % y) }
    guard let divisor = Int(exactly: x) else {
      throw Failure("X0311", "gcd: \(x) is too large for an Int")
    }
    return .int(divisor)
  },
]

private enum Rounding {
  static func whole(
    _ arguments: Arguments, _ name: String, _ rule: FloatingPointRoundingRule
  ) throws(Failure) -> Value {
    if case .int = arguments[0] { return arguments[0] }
    let number = try arguments.reading(0)
    guard let whole = Int(exactly: number.rounded(rule)) else {
      throw Failure("X0311", "\(name): no Int can hold \(Description.number(number))")
    }
    return .int(whole)
  }
}

private func rounding(
  _ name: String, _ summary: String, _ example: String, _ result: String,
  _ rule: FloatingPointRoundingRule
) -> Native {
  .core(
    "\(name)(x)", in: "numbers",
    """
    \(summary).

    nan, infinities and numbers beyond the Ints are errors.

    ```xai
    \(example)   #=> \(result)
    ```
    """
  ) { _, arguments throws(Failure) in try Rounding.whole(arguments, name, rule) }
}

private func curve(
  _ name: String, _ summary: String, _ example: String, _ result: String,
  _ function: @escaping (Double) -> Double
) -> Native {
  .core(
    "\(name)(x)", in: "numbers",
    """
    \(summary). A Float of a number; of a Tensor, element by element.

    ```xai
    \(example)   #=> \(result)
    ```
    """
  ) { _, arguments throws(Failure) in .float(function(try arguments.float(0))) }
}
