// Functions that are recorded as one step: with a derivative of their own, or computed again on the way back.
import Graphs
import Runtime
import Tensors

let customGradientNatives: [Native] = [
  Native(
    "with_gradient(f: Function, pull: Function) -> Function", in: "gradients",
    """
    The function `f` of one tensor with another derivative: `pull(x, gradient)` gives the gradient at `x` from the one at f(x).

    All that is differentiated must be in the argument; a Tensor from outside that is, is an error unless stop_gradient holds
    it fixed. What `pull` computes can be differentiated in turn. Forward mode takes it as linear in the gradient; inside of `vmap`
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
        try machine.call(pull, x, Value(gradient))
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

      Chen et al. 2016: memory for time. What is differentiated must be in the argument, a tensor or a tree of them, as the
      parameters of a layer are in `p => f(p.w, p.x)`; a Tensor from outside that is differentiated is an error.
      Random numbers, such as those of dropout, are the same both times, but for those of a `generator`. Inside of `vmap`
      everything is kept.

      ```xai
      grad(x => checkpoint(y => y ** 3)(x))(2.0)   #=> 12.0
      grad(x => checkpoint(p => p.x ** p.power)({x: x, power: 3.0}))(2.0)   #=> 12.0
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
  /// The gradient at `x` from the one at f(x), in the structure of x.
  typealias Pull = (Machine, _ x: Value, _ gradient: Variable) throws(Failure) -> Value
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
    _ = try Self.replacing(in: x) { variable in
      inputs.append(variable)
      return variable
    }
    let isWatched = Recording.isOn && inputs.contains(where: \.isTracked)
    guard isWatched, !(isPlainForExamples && inputs.contains(where: \.isMapped)) else {
      return try machine.call(function, arguments: arguments)
    }
    let place = streams?.place
    let value = try Recording.closed { () throws(Failure) in
      let plain = [Argument(label: arguments[0].label, try Tree.detached(x))]
      return try machine.call(function, arguments: plain).variable(from: "the function")
    }
    let step = CustomStep(value: value, of: inputs) {
      [pull, streams] inputs, gradient throws(Failure) in
      var rest = inputs[...]
      let again = try Self.replacing(in: x) { rest.popFirst() ?? $0 }
      guard let streams, let place else {
        return try Self.slopes(pull(machine, again, gradient), at: again)
      }
      return try streams.within(place) { () throws(Failure) in
        try Self.slopes(pull(machine, again, gradient), at: again)
      }
    }
    return Value(try graph { () throws(GraphError) in try step.applied(to: inputs) })
  }

  /// `x` with other variables for its tensors.
  private static func replacing(
    in x: Value, _ change: (Variable) -> Variable
  ) throws(Failure) -> Value {
    try Tree.map(x) { leaf in
      guard case .object(let object as TensorObject) = leaf else { return leaf }
      return Value(change(object.variable))
    }
  }

  /// The gradient at each tensor of `x`, whose shape it must have; nil where there is none.
  private static func slopes(_ found: Value, at x: Value) throws(Failure) -> [Variable?] {
    var slopes: [Variable?] = []
    _ = try Tree.zip([x, found]) { places throws(Failure) in
      guard case .object(let object as TensorObject) = places[0] else { return places[0] }
      let slope = try places[1].isNone ? nil : places[1].variable(from: "the gradient's function")
      guard slope == nil || slope?.shape == object.variable.shape else {
        throw Failure(
          "X0308", "the gradient's function must give a value shaped like its first argument")
      }
      slopes.append(slope)
      return places[0]
    }
    return slopes
  }
}
