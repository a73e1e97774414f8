// Functions that are recorded as one step: with a derivative of their own, or computed again on the way back.
import Graphs
import Runtime
import Tensors

let customGradientNatives: [Native] = [
  Native(
    "with_gradient(f: Function, pull: Function) -> Function", in: "gradients",
    """
    The function `f` of one tensor with another derivative: `pull(x, gradient)` gives the gradient at `x` from the one at f(x).

    What `pull` computes can be differentiated in turn. Forward mode takes it as linear in the gradient; inside of `vmap`
    it is called for each example.

    ```xai
    let straight = with_gradient(x => round(x), (x, gradient) => gradient)
    grad(x => straight(x) * 3)(0.4)   #=> 3.0
    ```
    """
  ) { _, arguments throws(Failure) in
    let pull = try arguments.function(1)
    return .object(
      OneStep(of: try arguments.function(0)) { machine, x, gradient throws(Failure) in
        try machine.call(pull, x, gradient)
      })
  }
]

/// Natives that draw the random numbers of `streams` once more.
func checkpointNatives(_ streams: RandomStreams) -> [Native] {
  [
    Native(
      "checkpoint(f: Function) -> Function", in: "gradients",
      """
      The function `f`, of which nothing is kept for the gradient: it is computed once more on the way back.

      Chen et al. 2016: memory for time. What is differentiated must be in the first argument, a tensor or a tree of them.
      Random numbers, such as those of dropout, are the same both times, but for those of a `generator`. Inside of `vmap`
      everything is kept.

      ```xai
      grad(x => checkpoint(y => y ** 3)(x))(2.0)   #=> 12.0
      ```
      """
    ) { _, arguments throws(Failure) in
      let f = try arguments.function(0)
      return .object(
        OneStep(of: f, isPlainForExamples: true, drawingFrom: streams) {
          machine, x, seed throws(Failure) in
          let place = try DifferentiationPoint(x)
          return try Recording.during { () throws(Failure) in
            let output = try machine.call(f, place.argument).variable(from: "f")
            guard let seed = try seed.variable() else { return .none }
            return try place.shaped(
              graph { () throws(GraphError) in
                try gradient(of: output, at: place.leaves, seed: seed)
              })
          }
        })
    }
  ]
}

/// A function that is recorded as a single operator.
private final class OneStep: Object {
  typealias Pull = (Machine, _ x: Value, _ gradient: Value) throws(Failure) -> Value
  private let function: Value
  private let pull: Pull
  /// Whether the function is simply called on one of many examples: its derivative is no other one.
  private let isPlainForExamples: Bool
  /// Where the function's random numbers come from, if `pull` is to draw the same ones.
  private let streams: RandomStreams?

  init(
    of function: Value, isPlainForExamples: Bool = false, drawingFrom streams: RandomStreams? = nil,
    pull: @escaping Pull
  ) {
    self.function = function
    self.isPlainForExamples = isPlainForExamples
    self.streams = streams
    self.pull = pull
  }

  override var typeName: String { "Function" }
  override var isCallable: Bool { true }

  override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    guard arguments.count == 1, let given = arguments.first?.value else {
      throw Failure("X0209", "this function takes one argument")
    }
    let x = try Tree.map(given) { leaf throws(Failure) in
      guard let number = leaf.followedNumber, number.isFollowed else { return leaf }
      return Value(try number.variable())
    }
    var inputs: [Variable] = []
    _ = try Tree.map(x) { leaf throws(Failure) in
      if case .object(let object as TensorObject) = leaf { inputs.append(object.variable) }
      return leaf
    }
    let isWatched = Recording.isOn && inputs.contains(where: \.isTracked)
    let isMapped = inputs.contains(where: \.isMapped)
    guard isWatched, !(isPlainForExamples && isMapped) else {
      return try machine.call(function, x)
    }
    let generator = streams?.generator
    let value = try Recording.paused { () throws(Failure) in
      try machine.call(function, Tree.detached(x)).variable(from: "the function")
    }
    let step = CustomStep(value: value, of: inputs) {
      [pull, streams] inputs, gradient throws(Failure) in
      var index = 0
      let again = try Tree.map(x) { leaf in
        guard case .object(_ as TensorObject) = leaf else { return leaf }
        index += 1
        return Value(inputs[index - 1])
      }
      guard let streams, let generator else {
        return try Self.slopes(pull(machine, again, Value(gradient)), inputs)
      }
      let found = try streams.within(generator) { () throws(Failure) in
        try pull(machine, again, Value(gradient))
      }
      return try Self.slopes(found, inputs)
    }
    return Value(try graph { () throws(GraphError) in try step.applied(to: inputs) })
  }

  /// The gradient at each input, whose shape it must have; nil where there is none.
  private static func slopes(
    _ found: Value, _ inputs: [Variable]
  ) throws(Failure) -> [Variable?] {
    var slopes: [Variable?] = []
    _ = try Tree.map(found) { leaf throws(Failure) in
      slopes.append(try leaf.isNone ? nil : leaf.variable(from: "the gradient's function"))
      return leaf
    }
    guard slopes.count == inputs.count,
      zip(slopes, inputs).allSatisfy({ $0.map(\.shape) ?? $1.shape == $1.shape })
    else {
      throw Failure(
        "X0308", "the gradient's function must give a value shaped like its first argument")
    }
    return slopes
  }
}
