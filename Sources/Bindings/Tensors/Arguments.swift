// What natives on tensors ask of their arguments.
import Graphs
import Runtime
import Tensors

extension Swift.Span<Value> {
  /// The argument as a tensor: a Tensor, a number, or a nested list of numbers.
  func variable(_ index: Int) throws(Failure) -> Variable {
    guard let variable = try self[index].variable() else {
      throw .argument(index, expected: "a Tensor", found: self[index])
    }
    return variable
  }

  /// The argument as a tensor of a floating type.
  func real(_ index: Int) throws(Failure) -> Variable {
    let variable = try variable(index)
    return try graph { () throws(GraphError) in try Promotion.real(variable) }
  }

  /// The argument as an optional tensor.
  func optionalVariable(_ index: Int) throws(Failure) -> Variable? {
    isNone(index) ? nil : try variable(index)
  }

  /// The argument as whole numbers: an Int or a list of them.
  func integers(_ index: Int) throws(Failure) -> [Int] {
    if case .int(let number) = self[index] { return [number] }
    if case .object(let object as TensorObject) = self[index], !object.variable.type.isFloating {
      return try object.variable.read().integers
    }
    guard case .list(let list) = self[index] else {
      throw .argument(index, expected: "an Int or a List of Ints", found: self[index])
    }
    var result: [Int] = []
    for place in 0..<list.count {
      guard case .int(let number) = list[place] else {
        throw .argument(index, expected: "a List of Ints", found: self[index])
      }
      result.append(number)
    }
    return result
  }

  /// The argument as the sizes of a tensor: not negative.
  func shape(_ index: Int) throws(Failure) -> [Int] {
    let sizes = try integers(index)
    guard sizes.allSatisfy({ $0 >= 0 }) else {
      throw .argument(index, expected: "sizes that are not negative", found: self[index])
    }
    return sizes
  }

  /// The argument as axes: none for all of them, an Int, or a list.
  func axes(_ index: Int, rank: Int) throws(Failure) -> [Int] {
    isNone(index) ? Array(0..<rank) : try integers(index)
  }

  /// The argument as an element type.
  func elementType(_ index: Int) throws(Failure) -> ElementType {
    let name = try string(index)
    guard let type = ElementType(rawValue: name) else {
      throw .unknown("X0324", "element type", name, among: ElementType.allCases.map(\.rawValue))
    }
    return type
  }
}
