/// Named tensors in the order of their file: the weights of a network.

import Tensors

package struct StateDictionary: Sendable {
  /// In the order in which they were added.
  package private(set) var names: [String] = []
  private var tensors: [String: Tensor] = [:]
  /// Free text about the whole (safetensors' `__metadata__`).
  package var metadata: [String: String] = [:]

  package init() {}

  package var count: Int { names.count }

  /// The tensor of a name; setting one of a new name adds it at the end, nil takes it out.
  package subscript(name: String) -> Tensor? {
    get { tensors[name] }
    set {
      if newValue == nil {
        names.removeAll { $0 == name }
      } else if tensors[name] == nil {
        names.append(name)
      }
      tensors[name] = newValue
    }
  }

  /// The tensor of a name, of `shape` where that is given; throws `NetworkError.state` with what is
  /// there.
  package func tensor(
    _ name: String, shape: [Int]? = nil
  ) throws(NetworkError) -> Tensor {
    guard let tensor = tensors[name] else {
      throw .state(
        name: name, reason: "there is none of this name among \(names.joined(separator: ", "))")
    }
    if let shape, tensor.shape != shape {
      throw .state(
        name: name,
        reason: "expected \(Shape.describe(shape)), found \(Shape.describe(tensor.shape))")
    }
    return tensor
  }
}
