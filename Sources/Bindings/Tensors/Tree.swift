// Tree: the tensors inside a value, such as all parameters of a network in a Record.
import Graphs
import Runtime
import Tensors

/// Records and Lists, nested, whose leaves are Tensors, numbers and anything else.
enum Tree {
  private static let deepest = 64

  /// `value` with every leaf replaced by what `change` gives for it; Records and Lists keep their structure.
  static func map(
    _ value: Value, depth: Int = 0, _ change: (Value) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try check(depth)
    switch value {
    case .record(let record):
      var fields: [(String, Value)] = []
      for (name, field) in record.fields {
        fields.append((name, try map(field, depth: depth + 1, change)))
      }
      return Value(fields: fields)
    case .list(let list):
      var elements: [Value] = []
      for element in list.values { elements.append(try map(element, depth: depth + 1, change)) }
      return Value(elements)
    default: return try change(value)
    }
  }

  /// The same, where a List of plain numbers counts as one leaf, a tensor.
  static func mapTensors(
    _ value: Value, _ change: (Value) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    isTree(value) ? try map(value, change) : try change(value)
  }

  /// The leaves of several trees of one structure, given to `change` place by place; the first one's
  /// structure holds.
  static func zip(
    _ trees: [Value], depth: Int = 0, path: String = "",
    _ change: ([Value]) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try check(depth)
    switch trees.first {
    case .record(let first):
      var fields: [(String, Value)] = []
      for (name, _) in first.fields {
        let place = path.isEmpty ? name : "\(path).\(name)"
        var parts: [Value] = []
        for tree in trees {
          guard case .record(let record) = tree, record.count == first.count,
            let part = record[name]
          else { throw unlike(place) }
          parts.append(part)
        }
        fields.append((name, try zip(parts, depth: depth + 1, path: place, change)))
      }
      return Value(fields: fields)
    case .list(let first):
      var elements: [Value] = []
      for index in 0..<first.count {
        let place = "\(path)[\(index)]"
        var parts: [Value] = []
        for tree in trees {
          guard case .list(let list) = tree, list.count == first.count else { throw unlike(place) }
          parts.append(list[index])
        }
        elements.append(try zip(parts, depth: depth + 1, path: place, change))
      }
      return Value(elements)
    default:
      for tree in trees {
        switch tree {
        case .record, .list: throw unlike(path)
        default: break
        }
      }
      return try change(trees)
    }
  }

  /// `value` with its tensors cut off from their history.
  static func detached(_ value: Value) throws(Failure) -> Value {
    try map(value) { leaf in
      guard case .object(let object as TensorObject) = leaf, object.variable.isTracked else {
        return leaf.settled
      }
      return .object(
        TensorObject(object.variable.detached(), from: object.source, labels: object.labels))
    }
  }

  /// Whether the value is a Record or a List with more than plain numbers in it.
  static func isTree(_ value: Value) -> Bool {
    switch value {
    case .record: true
    case .list(let list):
      list.values.contains { element in
        switch element {
        case .int, .float, .bool: false
        case .list: isTree(element)
        case .object(let object): !object.isFloat
        default: true
        }
      }
    default: false
    }
  }

  private static func check(_ depth: Int) throws(Failure) {
    guard depth < deepest else {
      throw Failure("X0308", "records and lists are nested more than \(deepest) deep")
    }
  }

  private static func unlike(_ path: String) -> Failure {
    Failure(
      "X0308",
      "the values do not have the same structure\(path.isEmpty ? "" : ": they differ at \(path)")")
  }
}

let treeNatives: [Native] = [
  Native(
    "tree_map(f: Function, trees...)", in: "gradients",
    """
    `f` applied to each leaf of a Record or List, nested to any depth; with several of one structure, to the leaves that
    stand at the same place. Leaves are all values that are neither Record nor List.

    ```xai
    tree_map((a, b) => a + b, {x: 1, y: [2, 3]}, {x: 10, y: [20, 30]})   #=> {x: 11, y: [22, 33]}
    ```
    """
  ) { machine, arguments throws(Failure) in
    let f = try arguments.function(0)
    return try Tree.zip(try arguments.list(1).values) { leaves throws(Failure) in
      try machine.call(f, arguments: leaves.map { Argument($0) })
    }
  },
  Native(
    "tree_leaves(tree) -> List", in: "gradients",
    """
    The leaves of nested Records and Lists, in order.

    ```xai
    tree_leaves({x: 1, y: [2, {z: 3}]})   #=> [1, 2, 3]
    ```
    """
  ) { _, arguments throws(Failure) in
    var leaves: [Value] = []
    _ = try Tree.map(arguments[0]) { leaf in
      leaves.append(leaf)
      return leaf
    }
    return Value(leaves)
  },
]
