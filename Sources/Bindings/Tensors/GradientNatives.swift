// Derivatives and relevance of functions of the language.
import Explanations
import Graphs
import Runtime
import Tensors

let gradientNatives: [Native] = [
  Native(
    "grad(f: Function) -> Function", in: "gradients",
    """
    The gradient of a function whose value is one number, with respect to its first argument.

    The result takes the same arguments as `f`; it can be differentiated again, to any order. The first argument may be a
    Record or a List of tensors, nested to any depth: the gradient has the same structure, and none in the places of what
    is neither a Float nor a Tensor of them. A function may give a Record: its `value` is what is differentiated. Floats
    that `.item`, `float` or `list` take out of a Tensor are followed too: they can be read like all Floats, and what is
    computed with them has its derivative. A function that would take one for a constant refuses it.

    ```xai
    grad(x => x ** 3)(2.0)   #=> 12.0
    grad(grad(x => x ** 3))(2.0)   #=> 12.0
    grad(p => p.a * p.b ** 2)({a: 2.0, b: 3.0})   #=> {a: 9.0, b: 12.0}
    grad(x => x[0].item * sum(x))(tensor([1.0, 2.0])) |> list   #=> [4.0, 1.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    .object(Derivative(of: try arguments.function(0), giving: .gradient))
  },
  Native(
    "value_and_grad(f: Function) -> Function", in: "gradients",
    """
    Like `grad`, but gives a record of the function's `value` and the `gradient`.

    Where the function gives a Record with `value`, its other fields follow, cut off from the gradient.

    ```xai
    value_and_grad(x => x * x)(3.0).value   #=> 9.0
    value_and_grad(x => ({value: x * x, half: x / 2}))(3.0)   #=> {value: 9.0, gradient: 6.0, half: 1.5}
    ```
    """
  ) { _, arguments throws(Failure) in
    .object(Derivative(of: try arguments.function(0), giving: .both))
  },
  Native(
    "vjp(f: Function, x, seed)", in: "gradients",
    """
    The vector–Jacobian product: `seed` (shaped like f(x)) times the Jacobian of `f` at `x`, a Tensor or a tree of them.

    ```xai
    vjp(x => 2 * x, tensor([1.0, 2.0]), tensor([1.0, 0.0]))[0] == 2   #=> true
    ```
    """
  ) { machine, arguments throws(Failure) in
    let (f, seed) = (try arguments.function(0), try arguments.real(2))
    let place = try DifferentiationPoint(arguments[1])
    // The walk back belongs to the same recording, so that a surrounding one records it in turn.
    return try Following.during { () throws(Failure) in
      try Recording.during(forOneGradient: true) { () throws(Failure) in
        let output = try machine.call(f, place.argument).slope(from: "f")
        return try place.shaped(
          graph { () throws(GraphError) in
            try gradient(of: output, at: place.leaves, seed: seed, consuming: true)
          })
      }
    }
  },
  Native(
    "stop_gradient(x)", in: "gradients",
    """
    `x`, a Tensor or a number, as a constant: no gradient flows through it.

    ```xai
    grad(x => x * stop_gradient(x))(3.0)   #=> 3.0
    ```
    """
  ) { _, arguments throws(Failure) in
    guard !arguments[0].isNumber else { return arguments[0].settled }
    return Value(try arguments.variable(0).detached())
  },
  Native(
    "relevance(f: Function, \(ruleSettings)) -> Function",
    in: "explaining",
    """
    Layer-wise relevance propagation (Bach et al. 2015) through the graph that `f` records.

    The result takes the input of `f` and gives the relevance of each of its features for f(x), by the rules of the named
    composite. Batch normalisation is merged into the layer before it first. Biases take their share of the relevance
    unless `bias` is false. Where branches meet, `sums` says how they share: "proportional" to their contributions, or to
    their "magnitude" (Otsuki et al. 2024), which stays bounded where branches cancel, as in residual networks.

    ```xai
    relevance(x => sum(x))(tensor([1.0, 2.0])).shape   #=> [2]
    ```
    """
  ) { _, arguments throws(Failure) in
    .object(RelevanceFunction(of: try arguments.function(0), rules: try arguments.ruleSet(1)))
  },
  Native(
    "relevance_balance(f: Function, \(ruleSettings)) -> Function",
    in: "explaining",
    """
    Where relevance is lost: what each operator received and passed on, from the output to the input.

    The result takes the input of `f` and gives a list of records `{layer, operation, received, passed}`, one for each
    operator that did not pass on all that it received; the rest stayed with biases and stabilisers. The settings are those of
    `relevance`.

    ```xai
    relevance_balance(x => sum(x + 1))(tensor([1.0, 2.0]))[-1].operation   #=> "add"
    ```
    """
  ) { _, arguments throws(Failure) in
    .object(
      RelevanceFunction(
        of: try arguments.function(0), rules: try arguments.ruleSet(1), givesBalance: true))
  },
]

/// The settings of `relevance` and `relevance_balance`.
private let ruleSettings =
  "rules: String = \"epsilon-plus\", bias: Bool = true, sums: String = \"proportional\""

extension Span<Value> {
  /// The rule set that the arguments from `first` on describe.
  fileprivate func ruleSet(_ first: Int) throws(Failure) -> RuleSet {
    let name = try string(first)
    guard var rules = RuleSet.named(name) else {
      throw .unknown("X0506", "composite", name, among: RuleSet.names)
    }
    if try !bool(first + 1) { rules.ignoresBias = true }
    let sums = try string(first + 2)
    guard let rule = SumRule.named[sums] else {
      throw .unknown("X0506", "rule for sums", sums, among: SumRule.named.keys.sorted())
    }
    if rules.sum != .gradient { rules.sum = rule }
    return rules
  }
}

extension Value {
  /// The tensor that it is or stands for: f64 for a number that is followed, which is computed in f64.
  func differentiated() throws(Failure) -> Variable? {
    if let number = followedNumber { return try number.variable() }
    return try variable()
  }

  /// The tensor that a function of the language returned.
  func variable(from function: String) throws(Failure) -> Variable {
    guard let variable = try differentiated() else {
      throw Failure(
        "X0308", "\(function) must return a number or a Tensor, it returned \(typePhrase)")
    }
    return variable
  }
}

extension Value {
  /// The same, where it is to be differentiated: tensors of whole numbers and truth values have no derivative.
  fileprivate func slope(from function: String) throws(Failure) -> Variable {
    if case .object(let object as TensorObject) = self, !object.variable.type.isFloating {
      throw Failure(
        "X0308",
        "\(function) gives a Tensor of \(object.variable.type.rawValue), which has no derivative",
        help: "only real numbers change smoothly: cast(…, \"f32\") says that a constant is meant")
    }
    return try variable(from: function)
  }
}

/// What `grad` and `value_and_grad` make: a function that differentiates another one where it is called.
final class Derivative: Object {
  enum Result { case gradient, both }
  private let function: Value
  private let result: Result

  init(of function: Value, giving result: Result) {
    self.function = function
    self.result = result
  }

  override var typeName: String { "Function" }
  override var isCallable: Bool { true }

  override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    try Following.during { () throws(Failure) in try differentiated(machine, arguments) }
  }

  private func differentiated(
    _ machine: Machine, _ arguments: [Argument]
  ) throws(Failure) -> Value {
    var arguments = arguments
    guard let first = arguments.first?.value else {
      throw Failure("X0308", "a gradient needs a first argument to differentiate for")
    }
    let place = try DifferentiationPoint(first)
    arguments[0].value = place.argument
    let (output, isNumber, slopes, rest) = try Recording.during(forOneGradient: true) {
      () throws(Failure) in
      let (found, output, rest) = try outcome(machine.call(function, arguments: arguments))
      let slopes = try graph { () throws(GraphError) in
        try gradient(of: output, at: place.leaves, consuming: true)
      }
      return (output, first.isNumber || found.followedNumber != nil, slopes, rest)
    }
    let found = try place.shaped(slopes)
    guard result == .both else { return found }
    let value = Recording.isOn ? output : output.detached()
    let others =
      try Recording.isOn
      ? rest
      : rest.map { pair throws(Failure) in
        (pair.name, try Tree.detached(pair.value))
      }
    return Value(
      fields: [("value", DifferentiationPoint.plain(value, isNumber)), ("gradient", found)]
        + others.map { ($0.name, $0.value) })
  }

  /// What is differentiated, and what the function gave besides.
  private func outcome(
    _ result: Value
  ) throws(Failure) -> (
    value: Value, Variable, rest: [(name: String, value: Value)]
  ) {
    guard case .record(let record) = result else {
      return (result, try result.slope(from: "the function"), [])
    }
    guard let value = record["value"] else {
      throw Failure(
        "X0308", "a Record that is differentiated needs a field `value`",
        notes: ["It has \(record.keys.joined(separator: ", "))."])
    }
    return (
      value, try value.slope(from: "`value` of the function"),
      record.fields.filter { $0.name != "value" }
    )
  }
}

/// What `relevance` and `relevance_balance` make: functions that hand the value of another one back to its input.
final class RelevanceFunction: Object {
  private let function: Value
  private let rules: RuleSet
  private let givesBalance: Bool

  init(of function: Value, rules: RuleSet, givesBalance: Bool = false) {
    self.function = function
    self.rules = rules
    self.givesBalance = givesBalance
  }

  override var typeName: String { "Function" }
  override var isCallable: Bool { true }

  override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    guard arguments.count == 1, let x = try arguments[0].value.variable() else {
      throw Failure("X0308", "relevance takes the input of its function, one Tensor")
    }
    let leaf = try graph { () throws(GraphError) in try Promotion.real(x) }.tracked()
    let output = try Following.during { () throws(Failure) in
      try Recording.during { () throws(Failure) in
        try Fusion.without { () throws(Failure) in
          try machine.call(function, Value(leaf)).variable(from: "the function")
        }
      }
    }
    // What is told of the layers are sums of the numbers there.
    if givesBalance { _ = try output.read() }
    let found = try graph { () throws(GraphError) in
      try relevance(of: output, at: [leaf], rules: rules)
    }
    return givesBalance ? Value(found.balances.map(Value.init)) : Value(found.values[0])
  }
}

extension Value {
  /// What an operator received and passed on.
  init(_ balance: Balance) {
    self.init(fields: [
      ("layer", Value(balance.layer)), ("operation", Value(balance.operation)),
      ("received", .float(balance.received)), ("passed", .float(balance.passed)),
    ])
  }
}
