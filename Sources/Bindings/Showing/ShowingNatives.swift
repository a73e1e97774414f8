// Natives about what is shown: progress and figures.
import Displays
import Runtime
import Tensors

let showingNatives: [Native] = [
  Native(
    "progress(values, label: String = \"\")", in: "showing",
    """
    The same values, for a loop; on a terminal a bar shows how far the loop is once it takes half a second.

    ```xai
    [x for x in progress([1, 2, 3], "counting")]   #=> [1, 2, 3]
    ```
    """
  ) { machine, arguments throws(Failure) in
    .object(ProgressObject(arguments[0], label: try arguments.string(1), machine))
  },
  Native(
    "heatmap(x: Tensor, title: String = \"\", unsigned: Bool = false) -> Figure", in: "showing",
    """
    A tensor `[h, w]` (axes of size 1 before it are dropped) as a map in colour.

    ```xai
    type(heatmap(ones([4, 4])))   #=> "Figure"
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.variable(0).read()
    let shape = Array(x.shape.drop { $0 == 1 })
    let (height, width) = (shape.count == 2 ? shape[0] : 1, shape.last ?? 1)
    let title = try arguments.string(1)
    guard shape.count <= 2,
      let map = Heatmap(
        values: x.floats, height: height, width: width, signed: !(try arguments.bool(2)),
        title: title.isEmpty ? nil : title)
    else { throw .argument(0, expected: "a tensor [h, w]", found: arguments[0]) }
    return .object(FigureObject(.heatmap(map)))
  },
]

/// A Figure: something to look at.
final class FigureObject: Object {
  private let figure: Display
  init(_ figure: Display) { self.figure = figure }
  override var typeName: String { "Figure" }
  override func display() -> Display { figure }
}

/// What `progress` makes: the same elements, counted as they are visited.
final class ProgressObject: Object {
  private let values: Value
  private let label: String
  private let machine: Machine

  init(_ values: Value, label: String, _ machine: Machine) {
    self.values = values
    self.label = label
    self.machine = machine
  }

  override var typeName: String { "Progress" }
  override func describe() -> String { Description.line(values) }

  override var length: Int? {
    switch values {
    case .list(let list): list.count
    case .object(let object): object.length
    default: nil
    }
  }

  override func item(_ index: Int) throws(Failure) -> Value {
    machine.output.progress(label, done: index, total: length)
    switch values {
    case .list(let list) where index < list.count: return list[index]
    case .object(let object): return try object.item(index)
    default: throw Failure("X0305", "there is no element \(index)")
    }
  }
}
