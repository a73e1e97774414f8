// Multipliers of functions of the language.
import Explanations
import Graphs
import Runtime
import Tensors

let multiplierNatives: [Native] = [
  Native(
    "multipliers(f: Function, reference, rule: String = \"rescale\") -> Function", in: "explaining",
    """
    The multipliers of DeepLIFT (Shrikumar, Greenside and Kundaje 2017) through the graph that `f` records.

    The result takes the input x of `f` and gives numbers m of its shape with Σ m · (x − reference) = Σ (f(x) − f(reference)):
    m · (x − reference) is what each feature contributes, and m what a feature would contribute for each unit by which it
    differs. The `reference` is a number or a Tensor that broadcasts to x. What is linear passes multipliers by its derivative;
    an activation by the quotient of the differences of its result and its operand (the rescale rule), the derivative where
    the operand differs by less than 1e-10; a product or quotient of two numbers that both differ in equal parts, as if each
    changed first and last; a maximum to the element that is the largest at whichever of the two gives more. Softmax and
    normalisations go by their steps. `multiplier_balance` lists what is not complete.

    With `rule` "reveal-cancel" what raises and what lowers the operand of an activation are handed back by themselves, each by
    the mean of what it does before and after the other (section 3.5.3), so that features that cancel are seen; sums then
    keep the two apart by the sign of each contribution (section 3.5.1), and products, maxima and normalisations take the
    whole difference as before.

    ```xai
    multipliers(x => relu(x), -1.0)(tensor([1.0]))[0]   #=> 0.5
    multipliers(x => x * x, 1.0)(tensor([1.0, 3.0]))[1]   #=> 4
    let smaller = x => x[0] - relu(x[0] - x[1])
    multipliers(smaller, 0.0)(tensor([4.0, 2.0]))[0]   #=> 0
    multipliers(smaller, 0.0, rule: "reveal-cancel")(tensor([4.0, 2.0]))[0]   #=> 0.25
    ```
    """
  ) { _, arguments throws(Failure) in
    .object(
      MultiplierFunction(
        of: try arguments.function(0), reference: arguments[1], scheme: try arguments.scheme(2)))
  },
  Native(
    "multiplier_balance(f: Function, reference, rule: String = \"rescale\") -> Function",
    in: "explaining",
    """
    Where multipliers do not explain a difference: what each operator received and passed on, from the output to the input.

    The result takes the input of `f` and gives a list of records `{layer, operation, received, passed}`, one for each
    operator that did not pass on all that it received, beyond rounding: those whose rule is complete only in the limit
    (sorting, eigenvalues and the like, by the average of the derivative along the straight line) and those that pass nothing,
    such as `stop_gradient`.

    ```xai
    multiplier_balance(x => sum(relu(x) * x), -1.0)(tensor([1.0, 2.0]))   #=> []
    multiplier_balance(x => x * stop_gradient(x), 0.0)(tensor([2.0]))[0].operation   #=> "stop gradient"
    ```
    """
  ) { _, arguments throws(Failure) in
    .object(
      MultiplierFunction(
        of: try arguments.function(0), reference: arguments[1], scheme: try arguments.scheme(2),
        givesBalance: true))
  },
]

extension Span<Value> {
  /// The rule for activations that an argument names.
  fileprivate func scheme(_ index: Int) throws(Failure) -> MultiplierScheme {
    let name = try string(index)
    guard let scheme = MultiplierScheme(rawValue: name) else {
      throw .unknown(
        "X0324", "rule for multipliers", name, among: MultiplierScheme.allCases.map(\.rawValue))
    }
    return scheme
  }
}

/// What `multipliers` and `multiplier_balance` make: functions that compare another one with itself at a reference.
final class MultiplierFunction: Object {
  private let function: Value
  private let reference: Value
  private let scheme: MultiplierScheme
  private let givesBalance: Bool

  init(
    of function: Value, reference: Value, scheme: MultiplierScheme, givesBalance: Bool = false
  ) {
    self.function = function
    self.reference = reference
    self.scheme = scheme
    self.givesBalance = givesBalance
  }

  override var typeName: String { "Function" }
  override var isCallable: Bool { true }

  override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    guard arguments.count == 1, let x = try arguments[0].value.variable(),
      let reference = try reference.variable()
    else {
      throw Failure(
        "X0308", "multipliers take the input of their function, one Tensor, and a reference like it"
      )
    }
    if x.isMapped || reference.isMapped {
      throw Failure("X0387", "multipliers cannot be followed through vmap or through bounds")
    }
    // A leaf of which nobody may read the numbers: comparisons are recorded too.
    let input = try graph { () throws(GraphError) in try Promotion.real(x) }
    let leaf = input.asExample()
    let start = try graph { () throws(GraphError) in
      try reference.detached().applying(Cast(to: input.type))
        .applying(BroadcastTo(leaf.shape))
    }
    let output = try recorded(machine, at: leaf)
    let found = try graph { () throws(GraphError) in
      try multipliers(of: output, at: [leaf], references: [start], scheme: scheme)
    }
    return givesBalance ? Value(found.balances.map { Value($0) }) : Value(found.values[0])
  }

  /// What the function gives, if it reads no number of its argument.
  private func recorded(
    _ machine: Machine, at leaf: Variable
  ) throws(Failure) -> Variable {
    do throws(Failure) {
      return try MappedReads.watched { () throws(Failure) in
        try Fusion.without { () throws(Failure) in try machine.call(function, Value(leaf)) }
      }.variable(from: "the function")
    } catch {
      guard error.code == Failure.mappedRead.code else { throw error }
      throw Failure(
        "X0388", "the function takes a plain number out of a tensor that depends on its input",
        help: "choose with where(…), maximum(…) or take(…) instead of `if`, `.item` or float(…)")
    }
  }
}
