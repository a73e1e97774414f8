// The special functions, of numbers and of tensors: error function, gamma, beta, and what distributions stand on.
import Glibc
import Graphs
import Runtime
import Tensors

enum SpecialNatives {
  /// All of them.
  static let all: [Native] = ofOne + [polygamma, logBeta] + incomplete + inverses + distributions

  /// An operator on some of the arguments, which meet in the widest floating type among their tensors.
  static func applied(
    _ operation: some SpecialOperator, _ arguments: Arguments, count: Int? = nil
  ) throws(Failure) -> Value {
    let count = count ?? operation.kernel.arity
    var type = ElementType.f32
    for index in 0..<count { type = max(type, arguments[index].elementType?.real ?? .f32) }
    var operands: [Variable] = []
    for index in 0..<count {
      guard let operand = try arguments[index].variable(as: type) else {
        throw .argument(index, expected: "a number or a Tensor", found: arguments[index])
      }
      operands.append(try Promotion.cast(operand, type))
    }
    return Value(try graph { () throws(GraphError) in try apply(operation, operands) })
  }

  /// The function of plain numbers, or of tensors where one argument is none.
  private static func value(
    _ operation: some SpecialOperator, _ arguments: Arguments
  ) throws(Failure) -> Value {
    let count = operation.kernel.arity
    if let own = try FollowedNumber.applied(operation, arguments, count: count) { return own }
    var numbers = [0.0, 0, 0]
    for index in 0..<operation.kernel.arity {
      guard let number = arguments[index].plainNumber else {
        return try applied(operation, arguments)
      }
      numbers[index] = number
    }
    return .float(operation.kernel.function(numbers[0], numbers[1], numbers[2]))
  }

  private static let ofOne: [Native] = [
    unary(
      "erfc", "1 - erf(x), the complement of the error function, exact also where it is tiny",
      "erfc(10) < 1e-44", "true", ComplementaryErrorFunction(), Glibc.erfc),
    unary(
      "inverse_erf", "The x with erf(x) = p, for p from -1 to 1; nan elsewhere",
      "round(inverse_erf(0.5), 6)", "0.476936", InverseErrorFunction(), SpecialFunctions.inverseErf),
    unary(
      "inverse_erfc", "The x with erfc(x) = q, for q from 0 to 2; nan elsewhere",
      "round(inverse_erfc(1e-20), 6)", "6.601581", InverseComplementaryErrorFunction(),
      SpecialFunctions.inverseErfc),
    unary(
      "log_gamma",
      "The logarithm of the magnitude of the gamma function Γ(x), where Γ(n + 1) = n! (inf at 0, -1, …)",
      "round(exp(log_gamma(5)), 9)", "24.0", LogGamma(), SpecialFunctions.logGamma),
    unary(
      "digamma", "ψ(x), the derivative of log Γ(x) (nan at -1, -2, …)", "round(digamma(1), 9)",
      "-0.577215665", Polygamma(0)
    ) { SpecialFunctions.polygamma(0, $0) },
    unary(
      "trigamma", "ψ'(x), the second derivative of log Γ(x)", "round(trigamma(1), 9)",
      "1.644934067", Polygamma(1)
    ) { SpecialFunctions.polygamma(1, $0) },
  ]

  private static let polygamma = Native(
    "polygamma(order: Int, x)", in: "numbers",
    """
    The derivative of an order, from 0 to 100, of ψ(x): `digamma` is of order 0, `trigamma` of order 1. DLMF 5.15.

    ```xai
    round(polygamma(2, 1), 9)   #=> -2.404113806
    ```
    """
  ) { _, arguments throws(Failure) in
    let operation = Polygamma(try arguments.int(0, in: 0...100))
    if let own = try FollowedNumber.applied(operation, arguments, from: 1, count: 1) { return own }
    if let x = arguments[1].plainNumber { return .float(operation.kernel.function(x, 0, 0)) }
    let x = try arguments.real(1)
    return Value(try graph { () throws(GraphError) in try x.applying(operation) })
  }

  private static let logBeta = Native(
    "log_beta(a, b)", in: "numbers",
    """
    log B(a, b), where B(a, b) = Γ(a) Γ(b) / Γ(a + b), for `a` and `b` above 0; of numbers or of tensors, which broadcast.

    ```xai
    round(exp(log_beta(2, 3)), 12) == round(1 / 12, 12)   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in try value(LogBeta(), arguments) }

  private static let incomplete: [Native] = [
    Native(
      "incomplete_gamma(a, x, upper: Bool = false)", in: "numbers",
      """
      The regularised incomplete gamma function P(a, x) = γ(a, x) / Γ(a), or with `upper` Q = 1 - P.

      `a` is above 0 and up to 1e12, `x` at least 0; a relative error is about 1e-13. It is the distribution of a gamma
      variable of shape `a`: DLMF 8.2. Tensors broadcast, elements outside of the domain give nan, and the derivative is that
      in `x`: there is none in `a`.

      ```xai
      round(incomplete_gamma(1, 2), 12)   #=> 0.864664716763
      ```
      """
    ) { _, arguments throws(Failure) in
      try requireParameters(arguments, 1)
      if let x = arguments[1].plainNumber, !(x >= 0) {
        throw .argument(1, expected: "at least 0", found: arguments[1])
      }
      return try value(IncompleteGamma(upper: arguments.bool(2)), arguments)
    },
    Native(
      "incomplete_beta(a, b, x, upper: Bool = false)", in: "numbers",
      """
      The regularised incomplete beta function I_x(a, b), or with `upper` its complement 1 - I.

      `a` and `b` are above 0 and up to 1e12, `x` from 0 to 1; a relative error is about 1e-13. It is the distribution of a
      beta variable: DLMF 8.17. Tensors broadcast, elements outside of the domain give nan, and the derivative is that in
      `x`: there is none in `a` and `b`.

      ```xai
      round(incomplete_beta(2, 3, 0.5), 12)   #=> 0.6875
      ```
      """
    ) { _, arguments throws(Failure) in
      try requireParameters(arguments, 2)
      try requireShare(arguments, 2)
      return try value(IncompleteBeta(upper: arguments.bool(3)), arguments)
    },
  ]

  private static let inverses: [Native] = [
    Native(
      "inverse_incomplete_gamma(a, p, upper: Bool = false)", in: "numbers",
      """
      The x with `incomplete_gamma(a, x)` = p, or with `upper` its complement = p: a quantile of a gamma variable.

      Tensors broadcast, and the derivative is that in `p`.

      ```xai
      round(inverse_incomplete_gamma(1, 0.5), 9)   #=> 0.693147181
      ```
      """
    ) { _, arguments throws(Failure) in
      try requireParameters(arguments, 1)
      try requireShare(arguments, 1)
      return try value(InverseIncompleteGamma(upper: arguments.bool(2)), arguments)
    },
    Native(
      "inverse_incomplete_beta(a, b, p, upper: Bool = false)", in: "numbers",
      """
      The x with `incomplete_beta(a, b, x)` = p, or with `upper` its complement = p: a quantile of a beta variable.

      Tensors broadcast, and the derivative is that in `p`.

      ```xai
      round(inverse_incomplete_beta(2, 2, 0.5), 9)   #=> 0.5
      ```
      """
    ) { _, arguments throws(Failure) in
      try requireParameters(arguments, 2)
      try requireShare(arguments, 2)
      return try value(InverseIncompleteBeta(upper: arguments.bool(3)), arguments)
    },
  ]

  /// Behind the functions of the module `distributions`, which document them.
  private static let distributions: [Native] = [
    Native(
      "_student_cdf(x, degrees, upper: Bool = false)", in: "numbers",
      "Student's t distribution function, or its complement: see `student_cdf` of the module `distributions`."
    ) { _, arguments throws(Failure) in
      try value(StudentDistribution(upper: arguments.bool(2)), arguments)
    },
    Native(
      "_student_quantile(p, degrees)", in: "numbers",
      "The inverse of Student's t distribution function: see `student_quantile` of the module `distributions`."
    ) { _, arguments throws(Failure) in try value(StudentQuantile(), arguments) },
    Native(
      "_f_cdf(x, degrees1, degrees2, upper: Bool = false)", in: "numbers",
      "The F distribution function, or its complement: see `f_cdf` of the module `distributions`."
    ) { _, arguments throws(Failure) in
      try value(FisherDistribution(upper: arguments.bool(3)), arguments)
    },
    Native(
      "_f_quantile(p, degrees1, degrees2)", in: "numbers",
      "The inverse of the F distribution function: see `f_quantile` of the module `distributions`."
    ) { _, arguments throws(Failure) in try value(FisherQuantile(), arguments) },
  ]

  /// Numbers among the first `count` arguments are above 0 and not so large that a series would take long.
  private static func requireParameters(_ arguments: Arguments, _ count: Int) throws(Failure) {
    for index in 0..<count {
      if let number = arguments[index].plainNumber, !(number > 0 && number <= 1e12) {
        throw .argument(index, expected: "above 0 and at most 1e12", found: arguments[index])
      }
    }
  }

  private static func requireShare(_ arguments: Arguments, _ index: Int) throws(Failure) {
    if let number = arguments[index].plainNumber, !(number >= 0 && number <= 1) {
      throw .argument(index, expected: "from 0 to 1", found: arguments[index])
    }
  }
}
