// The elementary functions beyond the first ones in Numbers.swift.
import Glibc
import Tensors

let elementaryNatives: [Native] = [
  elementary(
    "asin", "The angle in radians, from -pi/2 to pi/2, with a sine", "asin(0)", "0.0", Glibc.asin),
  elementary(
    "acos", "The angle in radians, from 0 to pi, with a cosine", "acos(1)", "0.0", Glibc.acos),
  elementary(
    "atan", "The angle in radians, from -pi/2 to pi/2, with a tangent", "atan(0)", "0.0", Glibc.atan
  ),
  elementary("sinh", "The hyperbolic sine", "sinh(0)", "0.0", Glibc.sinh),
  elementary("cosh", "The hyperbolic cosine", "cosh(0)", "1.0", Glibc.cosh),
  elementary("asinh", "The number with a hyperbolic sine", "asinh(0)", "0.0", Glibc.asinh),
  elementary(
    "acosh", "The number from 0 with a hyperbolic cosine; nan below 1", "acosh(1)", "0.0",
    Glibc.acosh),
  elementary(
    "atanh", "The number with a hyperbolic tangent; nan outside of -1...1", "atanh(0)", "0.0",
    Glibc.atanh),
  elementary(
    "log2", "The logarithm to the base 2; -inf at 0, nan below", "log2(8)", "3.0", Glibc.log2),
  elementary(
    "log1p", "log(1 + x), exact also where x is tiny", "log1p(1e-20)", "1e-20", Glibc.log1p),
  elementary(
    "expm1", "exp(x) - 1, exact also where x is tiny", "expm1(1e-20)", "1e-20", Glibc.expm1),
  elementary(
    "cbrt", "The cube root, also of negative numbers", "cbrt(-27)", "-3.0",
    SpecialFunctions.cubeRoot),
  .core(
    "hypot(x, y)", in: "numbers",
    """
    √(x² + y²) without overflow on the way: the length of a vector. Of Tensors, element by element.

    ```xai
    hypot(3, 4)   #=> 5.0
    ```
    """
  ) { machine, arguments throws(Failure) in
    if case .object(let second) = arguments[1],
      let own = try second.apply("hypot", machine, arguments)
    {
      return own
    }
    return .float(Glibc.hypot(try arguments.float(0), try arguments.float(1)))
  },
  .core(
    "sign(x)", in: "numbers",
    """
    -1, 0 or 1 as a number is below, at or above 0: an Int of an Int, a Float of a Float; nan of nan.

    ```xai
    sign(-2.5)   #=> -1.0
    ```
    """
  ) { _, arguments throws(Failure) in
    if case .int(let whole) = arguments[0] { return .int(whole.signum()) }
    let number = try arguments.reading(0)
    return .float(number > 0 ? 1 : number < 0 ? -1 : number)
  },
]

/// A function of one number, of which Tensors have some too.
private func elementary(
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
