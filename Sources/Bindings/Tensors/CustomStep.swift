// CustomStep: one application of a function of the language, recorded as a single operator.
import Graphs
import Runtime
import Tensors

/// One application of a function: its value, and how a gradient passes. Unchecked because it belongs to the run of the
/// script that made it.
struct CustomStep: Operator, @unchecked Sendable {
  /// The gradient at each input from the one at the value.
  typealias Back = ([Variable], Variable) throws(Failure) -> [Variable?]

  static let name = "function"
  static let arity = 1...Int.max
  /// What the function gave. Where that depends on one of many examples it is the last operand of the step.
  private let value: Variable
  /// Whether it depends on examples that are not among the inputs: the function has them from outside.
  private let hasOthers: Bool
  private let back: Back

  init(value: Variable, of inputs: [Variable], back: @escaping Back) {
    self.value = value
    self.back = back
    hasOthers = value.isMapped && Mapping.examples(of: value, besides: inputs)
  }

  /// The step on the inputs of the function.
  func applied(to inputs: [Variable]) throws(GraphError) -> Variable {
    try apply(self, value.isMapped ? inputs + [value] : inputs)
  }

  func shape(of operands: [Operand]) throws(GraphError) -> [Int] { value.shape }
  func evaluate(_ inputs: [Tensor]) throws(TensorError) -> Tensor {
    value.numbers ?? inputs[inputs.count - 1]
  }

  var bounding: any BoundRule {
    value.isMapped
      ? LastOperand() : NoBoundRule(because: "what the function computes was not recorded")
  }

  var multiplying: any MultiplierRule {
    value.isMapped
      ? OfLastOperand() : NoMultiplierRule(because: "what the function computes was not recorded")
  }

  var splitting: SplitBehaviour {
    .none(because: "what the function computes was not recorded")
  }

  func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let isMapped = value.isMapped
    let inputs = isMapped ? Array(pullback.inputs.dropLast()) : pullback.inputs
    do throws(Failure) {
      return try back(inputs, pullback.gradient) + (isMapped ? [nil] : [])
    } catch {
      throw .replacement(layer: Recording.layer, error)
    }
  }

  /// The values for all examples; for a gradient from outside the function's own derivative is mapped in turn.
  func batched(_ batch: Batch) throws(GraphError) -> Variable {
    let count = batch.inputs.count - (value.isMapped ? 1 : 0)
    let shared = [batch.size] + value.shape
    let all =
      value.isMapped && batch.isMapped[count]
      ? batch.inputs[count] : try value.applying(BroadcastTo(shared))
    let inputs = Array(batch.inputs.prefix(count))
    guard Recording.isOn, inputs.contains(where: \.isTracked) else { return all }
    guard !hasOthers else {
      throw .structure(
        reason:
          "a function with a derivative of its own inside of vmap cannot be differentiated from outside where it "
          + "uses examples that are not in its argument")
    }
    let (isMapped, size) = (Array(batch.isMapped.prefix(count)), batch.size)
    let step = CustomStep(value: all, of: inputs) { [back] inputs, gradient throws(Failure) in
      try Self.mapped(back, inputs, isMapped, gradient, size)
    }
    return try step.applied(to: inputs)
  }

  /// The gradients at the inputs for all examples; those at inputs that the examples share are summed.
  private static func mapped(
    _ back: Back, _ inputs: [Variable], _ isMapped: [Bool], _ gradient: Variable, _ size: Int
  ) throws(Failure) -> [Variable?] {
    guard size > 0 else { return inputs.map { _ in nil } }
    func first(_ all: Variable) throws(Failure) -> Variable {
      try tensor { () throws(TensorError) in try all.firstExample() }
    }
    let seed = try first(gradient)
    var single: [Variable] = []
    var (leaves, values) = ([seed], [gradient])
    for (input, mapped) in zip(inputs, isMapped) {
      guard mapped else {
        single.append(input)
        continue
      }
      let leaf = try first(input)
      single.append(leaf)
      leaves.append(leaf)
      values.append(input)
    }
    let slopes = try back(single, seed)
    return try graph { () throws(GraphError) in
      let mapping = Mapping(from: leaves, to: slopes.compactMap { $0 })
      var found = try mapping.run(values, size: size)[...]
      var results: [Variable?] = []
      for (slope, mapped) in zip(slopes, isMapped) {
        guard slope != nil, let all = found.popFirst() else {
          results.append(nil)
          continue
        }
        results.append(mapped ? all : try all.sum([0]))
      }
      return results
    }
  }
}
