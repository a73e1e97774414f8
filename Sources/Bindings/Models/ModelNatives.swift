// Natives that make, load and question models.
import Assets
import Displays
import Graphs
import Networks
import Runtime
import Tensors

let modelNatives: [Native] = [
  Native(
    "model_from(file: File, name: String, architecture = none, rename = none, labels = none, input = none, prepare = none) -> Model",
    in: "models",
    """
    The model in a file: an ONNX network, or the numbers of an `architecture` in safetensors. `load` calls it.

    `input` is the shape of one example; of a network with several inputs a Record of shapes, by name.

    ```xai
    import models
    model_from(shelf_file("efficientnet-lite0.onnx"), name: "net").input   #=> [3, 224, 224]
    ```
    """
  ) { machine, arguments throws(Failure) in
    let file = try arguments.object(0, as: FileObject.self)
    var card = ModelObject.Card(name: try arguments.string(1))
    card.fingerprint = file.fingerprint
    card.labels = Labels(arguments.isNone(4) ? [] : try strings(arguments, 4))
    if !arguments.isNone(5) { card.inputs = try ModelInput.list(arguments, 5) }
    card.prepare = arguments[6]
    guard !arguments.isNone(2) else {
      let isNamed = if case .record = arguments[5] { true } else { false }
      return try imported(file, card, isNamed: isNamed, machine)
    }
    return try declared(
      file, try arguments.function(2), arguments.isNone(3) ? Record() : arguments.record(3), card,
      machine)
  },
  Native(
    "shelf_file(name: String) -> File", in: "models",
    """
    A file that travels inside the program.

    ```xai
    type(shelf_file("mnist-cnn.safetensors"))   #=> "File"
    ```
    """
  ) { _, arguments throws(Failure) in
    let name = try arguments.string(0)
    guard let bytes = Assets.bytes(named: "Shelf/\(name)") else {
      throw .unknown("X0405", "shelf file", name, among: FileObject.shelfNames)
    }
    return .object(FileObject(path: name, bytes))
  },
  Native(
    "model_file(path: String, shelf: List) -> File", in: "models",
    "The file of a path that `load` was given; when there is none, the error names the models of the shelf too."
  ) { _, arguments throws(Failure) in
    let path = try arguments.string(0)
    return .object(try FileObject(reading: path, or: ("model", try strings(arguments, 1))))
  },
  Native(
    "tensors(path: String) -> Record", in: "files",
    "The tensors of a safetensors file, by name."
  ) { _, arguments throws(Failure) in
    let file = try FileObject(reading: try arguments.string(0))
    return Value(fields: try file.dictionary().map { ($0.name, Value($0.tensor)) })
  },
  Native(
    "class_of(model: Model, target)", in: "models",
    """
    The index of a class given as an index or a label; a tensor of indices is checked and given back.

    ```xai
    import models
    class_of(load("lenet-mnist"), "7")   #=> 7
    ```
    """
  ) { _, arguments throws(Failure) in
    try ClassName.index(arguments[1], arguments.object(0, as: ModelObject.self))
  },
  Native(
    "top(output: Tensor, count: Int = 5) -> Table", in: "models",
    """
    The classes with the largest outputs, with probabilities (the softmax) and logits.

    ```xai
    len(top(tensor([1.0, 3.0, 2.0]), 2))   #=> 2
    ```
    """
  ) { _, arguments throws(Failure) in
    let output = try arguments.object(0, as: TensorObject.self)
    return .object(try TableObject.top(output, try arguments.int(1, in: 1...1_000_000)))
  },
  Native(
    "imagenet_labels() -> List", in: "models",
    """
    The names of the thousand classes of ImageNet (ILSVRC 2012), in the usual order.

    ```xai
    len(imagenet_labels())   #=> 1000
    ```
    """
  ) { _, _ throws(Failure) in
    Value(Labels(text: Assets.text(named: "Shelf/imagenet.labels") ?? "").full.map { Value($0) })
  },
  Native(
    "shelf_digits() -> Record", in: "datasets",
    "The digits of the shelf: `images` `[5000, 1, 28, 28]` in 0...1 and `labels` `[5000]`; `mnist()` splits them."
  ) { _, _ throws(Failure) in try Digits.record() },
]

/// A List of Strings.
func strings(_ arguments: Arguments, _ index: Int) throws(Failure) -> [String] {
  var names: [String] = []
  for value in try arguments.list(index).values {
    guard let name = value.string else {
      throw .argument(index, expected: "a List of Strings", found: arguments[index])
    }
    names.append(name)
  }
  return names
}

/// A network from an ONNX file; the inputs of the card are what was said of them, by name or of the first.
private func imported(
  _ file: FileObject, _ card: ModelObject.Card, isNamed: Bool, _ machine: Machine
) throws(Failure) -> Value {
  if file.path.hasSuffix(".safetensors") {
    throw Failure(
      "X0501", "\(file.path) holds numbers without an architecture",
      help: "load(\"\(file.path)\", architecture: …) with a `model` declaration")
  }
  let stated = card.inputs
  let network = try file.network(
    for: isNamed ? nil : stated[0].example,
    examples: isNamed
      ? Dictionary(stated.map { ($0.name, $0.example ?? []) }, uniquingKeysWith: { $1 }) : [:])
  var card = card
  card.inputs = network.inputs.map { ModelInput($0) }
  for place in card.inputs.indices {
    let own = isNamed ? stated.first { $0.name == card.inputs[place].name } : stated[0]
    if isNamed || place == 0, let example = own?.example { card.inputs[place].example = example }
  }
  // One number for each of a row of examples: nothing would tell an example from a batch.
  if network.inputs.count == 1, network.inputs[0].shape.count == 1, stated[0].example == nil {
    card.inputs[0].example = nil
  }
  return .object(ModelObject(.graph(network), card, on: machine))
}

/// A declared architecture, filled with the numbers of a safetensors file.
private func declared(
  _ file: FileObject, _ architecture: Value, _ rename: Record, _ card: ModelObject.Card,
  _ machine: Machine
) throws(Failure) -> Value {
  guard case .object(let made as ModelObject) = try machine.call(architecture),
    let store = made.store
  else { throw Failure("X0501", "the architecture must be a `model` declaration") }
  let numbers = Record()
  for (name, tensor) in try file.dictionary() {
    var renamed = name
    for (old, new) in rename.fields where name.hasPrefix(old + ".") {
      renamed = (new.string ?? old) + name.dropFirst(old.count)
    }
    numbers.set(
      renamed, .object(TensorObject(tensor, from: "\(renamed) of \(card.name)")))
  }
  let filled = try store.replacing(numbers, from: file.path)
  if let missing = filled.unfilled {
    throw Failure(
      "X0504", "\(file.path) has no numbers for \(missing)",
      notes: ["it has " + numbers.keys.sorted().prefix(8).joined(separator: ", ")],
      help: "`rename:` maps the file's names to the architecture's")
  }
  return .object(ModelObject(made.body, card, on: machine, numbers: filled))
}

/// Classes by index or label.
enum ClassName {
  static func index(_ target: Value, _ model: ModelObject) throws(Failure) -> Value {
    let count = try model.classes()
    switch target {
    case .text(let text): return .int(try index(text.string, model))
    case .object(let object as TensorObject):
      // The kernel that picks checks those of which only one example is known.
      let known = object.variable.numbers?.integers ?? []
      for index in known { try check(index, count, model) }
      return target
    case .int(let index):
      try check(index, count, model)
      return target
    default:
      throw Failure(
        "X0508",
        "a target is a class index, a label, \"top\", a function or a contrast, found \(target.typePhrase)"
      )
    }
  }

  private static func index(_ label: String, _ model: ModelObject) throws(Failure) -> Int {
    let labels = model.card.labels
    guard labels.count > 0 else {
      throw Failure("X0507", "\(model.card.name) has no labels: give the index of a class")
    }
    let found = labels.indices(of: label)
    guard let index = found.first else {
      throw .unknown("X0507", "class", label, among: labels.short)
    }
    guard found.count == 1 else {
      let choices = found.map { "\"\(labels.full[$0])\"" }.joined(separator: " or ")
      throw Failure("X0507", "several classes are named \"\(label)\"", help: "write \(choices)")
    }
    return index
  }

  private static func check(_ index: Int, _ count: Int?, _ model: ModelObject) throws(Failure) {
    guard let count, index < 0 || index >= count else { return }
    throw Failure(
      "X0507", "\(model.card.name) has no class \(index)", help: "its classes are 0 to \(count - 1)"
    )
  }
}
