// Natives that make layers and models.
import Graphs
import Networks
import Runtime
import Tensors

func modelMakingNatives(_ streams: RandomStreams) -> [Native] {
  [
    Native(
      "layer(kind: String, parameters: List, forward: Function, initial = none, state: List = [], training = none, parts = none) -> Layer",
      in: "models",
      """
      A layer: the names of its numbers and what it does with them, a function of (numbers, x).

      `initial` is a function of the first input that gives the first numbers as a Record. `state` names numbers that are not
      learned by gradient; `training` is what the layer does in training where that differs, a function of (numbers, x) that
      gives the output or `{output, state}` with the state's new numbers. `parts` are layers that are used inside.

      ```xai
      layer("double", [], (p, x) => 2 * x)(tensor([1.0]))[0] == 2   #=> true
      ```
      """
    ) { _, arguments throws(Failure) in
      .object(
        LayerObject(
          kind: try arguments.string(0), parameters: try strings(arguments, 1),
          state: try strings(arguments, 4), forward: try arguments.function(2),
          training: arguments[5], initial: arguments[3], parts: arguments[6]))
    },
    Native(
      "_model(name: String, parts: Record, forward: Function) -> Model", in: "models",
      "What a `model` declaration calls: names the layers among its parts and makes the model."
    ) { machine, arguments throws(Failure) in
      let card = ModelObject.Card(name: try arguments.string(0))
      let parts = Value.record(try arguments.record(1))
      return .object(
        ModelObject(
          .declared(parts: parts, forward: try arguments.function(2)), card, on: machine,
          numbers: ParameterStore(try ModelParts(parts), streams)))
    },
    Native(
      "model_of(f: Function, input, labels = none, name: String = \"function\") -> Model",
      in: "models",
      """
      Any function of a batch `[n, example]` as a model, so that it can be explained; `input` is the shape of an example.

      A function of several batches has a Record as `input`: the name of each and the shape of an example of it.

      A layer, or layers composed with `>>`, become the model's parts and get numbers.

      ```xai
      import layers
      model_of(x => 2 * x, input: [3])(ones([5, 3])).shape   #=> [5, 3]
      model_of(dense(4) >> relu >> dense(2), input: [3])(ones([5, 3])).shape   #=> [5, 2]
      let both = model_of((a, b) => concat([a, 2 * b], axis: 1), input: {a: [2], b: [1]})
      both(b: ones([1]), a: zeros([2])) |> list   #=> [0.0, 0.0, 2.0]
      ```
      """
    ) { machine, arguments throws(Failure) in
      var card = ModelObject.Card(name: try arguments.string(3))
      card.inputs = try ModelInput.list(arguments, 1)
      card.labels = Labels(arguments.isNone(2) ? [] : try strings(arguments, 2))
      let f = try arguments.function(0)
      return .object(
        ModelObject(
          .declared(parts: f, forward: f), card, on: machine,
          numbers: ParameterStore(try ModelParts(f), streams)))
    },
  ]
}
