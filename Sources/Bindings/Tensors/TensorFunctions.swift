// What the core's functions (exp, sum, max, …) do with tensors.
import Glibc
import Graphs
import Runtime
import Tensors

/// The core's functions of one number, element by element, and its folds, along axes.
enum TensorFunctions {
  /// Element by element; the operand is made f32 first unless it is f32 or f64.
  private static let real: [String: any Operator] = [
    "exp": Exp(), "sqrt": SquareRoot(), "sin": Sine(), "cos": Cosine(), "tanh": Tanh(),
    "tan": Tangent(), "asin": ArcSine(), "acos": ArcCosine(), "atan": ArcTangent(),
    "sinh": HyperbolicSine(), "cosh": HyperbolicCosine(), "asinh": InverseHyperbolicSine(),
    "acosh": InverseHyperbolicCosine(), "atanh": InverseHyperbolicTangent(),
    "log1p": LogOfOnePlus(), "expm1": ExpMinusOne(), "cbrt": CubeRoot(),
  ]

  /// Element by element, in the operand's own type.
  private static let plain: [String: any Operator] = [
    "abs": Absolute(), "floor": Floor(), "ceil": Ceiling(), "round": Round(), "is_nan": IsNaN(),
    "sign": Sign(),
  ]

  /// The function `name` of a tensor with the arguments that follow it; nil if tensors have none of this name.
  static func apply(
    _ name: String, _ x: Variable, _ arguments: Arguments
  ) throws(Failure) -> Value? {
    if name == "round", arguments.count > 1, !arguments.isNone(1) {
      throw Failure("X0308", "round: a Tensor is rounded to whole numbers, without `digits`")
    }
    if let operation = plain[name] {
      return Value(try graph { () throws(GraphError) in try applied(operation, x) })
    }
    if let operation = real[name] {
      return Value(try graph { () throws(GraphError) in try applied(operation, Promotion.real(x)) })
    }
    switch name {
    case "log", "log2", "log10": return Value(try composed(name, x, arguments))
    case "sum", "mean", "product", "max", "min": return try folded(name, x, arguments)
    case "any", "all": return try held(name, x, arguments)
    case "maximum", "minimum":
      let (a, b) = try Promotion.operands(arguments[0], arguments[1], of: name)
      return Value(
        try graph { () throws(GraphError) in
          name == "maximum"
            ? try Graphs.apply(Maximum(), a, b) : try Graphs.apply(Minimum(), a, b)
        })
    case "atan2": return try SpecialNatives.applied(ArcTangent2(), arguments)
    case "hypot": return try SpecialNatives.applied(Hypotenuse(), arguments)
    case "is_finite":
      return Value(
        try graph { () throws(GraphError) in
          let size = try Promotion.real(x).applying(Absolute())
          return try Graphs.apply(Less(), size, .number(.infinity, like: size))
        })
    case "unique": return Value(try uniqueRows(x))
    case "list": return try nested(x)
    case "flatten": return Value(try flattened(x, arguments))
    case "sort":
      guard arguments.isNone(1) else {
        throw Failure("X0308", "sort: a Tensor is sorted along its last axis, without `by`")
      }
      let descending = try arguments.bool(2)
      return Value(
        try graph { () throws(GraphError) in try x.applying(SortAxis(-1, descending: descending)) })
    default: return nil
    }
  }

  /// The elements as numbers, in order; those that a derivative follows are followed further.
  static func numbers(of x: Variable) throws(Failure) -> [Value] {
    let tensor = try x.read()
    switch tensor.type {
    case .bool: return tensor.bools.map { .bool($0) }
    case .i64, .u8: return tensor.integers.map { .int($0) }
    case .f32, .f64:
      guard x.isTracked, Following.current != nil else { return tensor.doubles.map { .float($0) } }
      let flat = try graph { () throws(GraphError) in try x.reshaped([x.count]) }
      return tensor.doubles.enumerated().map {
        FollowedNumber.taken($0.element, from: flat, at: $0.offset)
      }
    }
  }

  /// Whether `name` is a function of real numbers, element by element.
  static func isCurve(_ name: String) -> Bool { real[name] != nil }

  /// The numbers as Lists within Lists, one level for each axis; a number of its own for no axis.
  private static func nested(_ tensor: Variable) throws(Failure) -> Value {
    var values = try numbers(of: tensor)
    if tensor.rank == 0 { return Value(values) }
    for axis in stride(from: tensor.rank - 1, to: 0, by: -1) {
      let size = tensor.shape[axis]
      let count = tensor.shape[..<axis].reduce(1, *)
      values = (0..<count).map { Value(Array(values[$0 * size..<($0 + 1) * size])) }
    }
    return Value(values)
  }

  private static func flattened(_ x: Variable, _ arguments: Arguments) throws(Failure) -> Variable {
    let axis = arguments.isNone(1) ? 0 : try arguments.int(1)
    guard axis >= 0, axis <= x.rank else {
      throw .argument(
        1, expected: "an axis of a tensor of \(x.rank) axes", found: arguments[1])
    }
    let count = x.shape[axis...].reduce(1, *)
    return try graph { () throws(GraphError) in
      try x.applying(Reshape(Array(x.shape[..<axis]) + [count]))
    }
  }

  /// Opens the existential: `apply` needs the operator's own type.
  private static func applied(
    _ operation: any Operator, _ x: Variable
  ) throws(GraphError) -> Variable {
    try x.applying(operation)
  }

  private static func composed(
    _ name: String, _ x: Variable, _ arguments: Arguments
  ) throws(Failure) -> Variable {
    let hasBase = arguments.count > 1 ? !arguments.isNone(1) : false
    let base = name == "log10" ? 10 : name == "log2" ? 2 : hasBase ? try arguments.float(1) : M_E
    return try graph { () throws(GraphError) in
      let x = try Promotion.real(x)
      let natural = try x.applying(Log())
      return base == M_E ? natural : try natural * (1 / Glibc.log(base))
    }
  }

  private static func folded(
    _ name: String, _ x: Variable, _ arguments: Arguments
  ) throws(Failure) -> Value {
    // To the operators an empty list means all axes; to a script none: a number is its own sum.
    let hasAxes = arguments.count > 1 ? !arguments.isNone(1) : false
    let axes = hasAxes ? try arguments.integers(1) : []
    let keep = arguments.count > 2 ? try arguments.bool(2) : false
    if hasAxes ? axes.isEmpty : x.rank == 0 { return Value(x) }
    return Value(
      try graph { () throws(GraphError) in
        switch name {
        case "sum": try x.applying(Sum(axes, keep: keep))
        case "mean": try Promotion.real(x).applying(Mean(axes, keep: keep))
        case "product": try x.applying(Product(axes, keep: keep))
        case "max": try x.applying(Max(axes, keep: keep))
        default: try x.applying(Min(axes, keep: keep))
        }
      })
  }

  /// Whether any or all numbers are not zero; nil with a function, which is asked about one element after another.
  private static func held(
    _ name: String, _ x: Variable, _ arguments: Arguments
  ) throws(Failure) -> Value? {
    let hasFunction = arguments.count > 1 ? !arguments.isNone(1) : false
    let hasAxes = arguments.count > 2 ? !arguments.isNone(2) : false
    if hasFunction, !hasAxes { return nil }
    if hasFunction {
      throw Failure("X0308", "\(name): `axis` is for the numbers of a Tensor, without `f`")
    }
    let axes = hasAxes ? try arguments.integers(2) : []
    let keep = arguments.count > 3 ? try arguments.bool(3) : false
    return Value(
      try graph { () throws(GraphError) in
        let truth = try x.applying(Cast(to: .bool))
        if hasAxes, axes.isEmpty { return truth }
        if !x.shape.contains(0) {
          return name == "any"
            ? try truth.applying(Max(axes, keep: keep)) : try truth.applying(Min(axes, keep: keep))
        }
        // Nothing has no largest number, but a sum.
        let asked = name == "any" ? truth : try truth.applying(LogicalNot())
        let found = try asked.applying(Sum(axes, keep: keep)).applying(Cast(to: .bool))
        return name == "any" ? found : try found.applying(LogicalNot())
      })
  }
}
