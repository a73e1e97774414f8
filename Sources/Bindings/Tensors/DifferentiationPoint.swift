// DifferentiationPoint: the value at which a function is differentiated, a tensor or a tree of them.
import Graphs
import Runtime
import Tensors

/// The argument of a function with fresh variables in the places of its numbers.
struct DifferentiationPoint {
  private let original: Value
  /// What the function is called with.
  let argument: Value
  /// The variables, in the order of the tree.
  let leaves: [Variable]
  /// Whether it is a tree of numbers rather than one.
  var isTree: Bool { Tree.isTree(original) }
  /// Whether all that is differentiated are plain numbers.
  let isPlain: Bool

  init(_ value: Value) throws(Failure) {
    original = value
    guard Tree.isTree(value) else {
      let leaf = try Self.leaf(value)
      (argument, leaves, isPlain) = (Value(leaf), [leaf], value.isNumber)
      return
    }
    var found: [Variable] = []
    var plain = true
    argument = try Tree.map(value) { place throws(Failure) in
      guard Self.isReal(place) else { return place }
      let leaf = try Self.leaf(place)
      found.append(leaf)
      if !place.isNumber { plain = false }
      return Value(leaf)
    }
    (leaves, isPlain) = (found, plain)
  }

  /// Numbers for the leaves in the structure of the argument; none in the places that are not differentiated.
  func shaped(_ slopes: [Variable]) throws(Failure) -> Value {
    guard isTree else {
      return slopes.first.map { Self.plain($0, original.isNumber) } ?? .none
    }
    var index = 0
    return try Tree.map(original) { place in
      guard Self.isReal(place), index < slopes.count else { return .none }
      index += 1
      return Self.plain(slopes[index - 1], place.isNumber)
    }
  }

  /// A Float again, unless an outer derivative needs the graph.
  static func plain(_ variable: Variable, _ isNumber: Bool) -> Value {
    guard isNumber, !variable.isTracked, variable.rank == 0,
      let number = variable.numbers?.doubles.first
    else {
      return Value(variable)
    }
    return .float(number)
  }

  /// Whether a leaf of a tree is differentiated.
  static func isReal(_ leaf: Value) -> Bool {
    switch leaf {
    case .float: true
    case .object(let object as TensorObject): object.variable.type.isFloating
    case .object(let object): object.isFloat
    default: false
    }
  }

  /// A new leaf, or, for what an outer derivative follows, a copy that stays connected to it. A number is
  /// differentiated in f64, as the language computes with it.
  private static func leaf(_ value: Value) throws(Failure) -> Variable {
    let real = try real(value)
    guard real.isTracked, Recording.isOn else { return real.tracked() }
    return try Recording.during { () throws(Failure) in
      try graph { () throws(GraphError) in try real.applying(Identity()) }
    }
  }

  /// The real numbers that a value is or stands for.
  static func real(_ value: Value) throws(Failure) -> Variable {
    if let number = value.followedNumber { return try number.variable() }
    guard let x = try value.variable() else {
      throw Failure(
        "X0308",
        "a gradient needs a number, a Tensor, or a Record or List of them, found \(value.typePhrase)"
      )
    }
    if let number = value.plainNumber {
      return Variable(try tensor { () throws(TensorError) in try .scalar(number, .f64) })
    }
    return try graph { () throws(GraphError) in try Promotion.real(x) }
  }
}
