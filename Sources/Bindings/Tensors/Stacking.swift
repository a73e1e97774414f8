// Stacking: a tensor of nested lists among whose elements are some that a derivative follows.
import Graphs
import Runtime
import Tensors

/// Nested lists that are put together by operators instead of being read, so that derivatives pass into their elements.
struct Stacking {
  private static let deepest = 32
  private let value: Value
  private let type: ElementType

  /// Nil where nothing in the lists is followed: their numbers can be read.
  init?(_ value: Value) {
    guard Self.holdsFollowed(value, 0) else { return nil }
    self.value = value
    type = Self.type(of: value, 0)
  }

  private static func holdsFollowed(_ value: Value, _ depth: Int) -> Bool {
    switch value {
    case .list(let list):
      depth < deepest
        && (0..<list.count).contains { holdsFollowed(list[$0], depth + 1) }
    case .object(let object as TensorObject): object.isFollowed || object.variable.isMapped
    default: value.isFollowed
    }
  }

  /// The widest type among the elements, where a Float is f32, as everywhere else.
  static func type(of value: Value, _ depth: Int = 0) -> ElementType {
    switch value {
    case .list(let list):
      guard depth < deepest else { return .bool }
      return (0..<list.count).reduce(.bool) { max($0, type(of: list[$1], depth + 1)) }
    case .int: return .i64
    case .float: return .f32
    default: return value.followedNumber != nil ? .f32 : value.elementType ?? .bool
    }
  }

  /// The tensor, of the narrowest type that holds all numbers unless one is given.
  func tensor(_ wanted: ElementType?) throws(Failure) -> Variable {
    try stacked(value, wanted ?? type, 0)
  }

  private func stacked(
    _ value: Value, _ type: ElementType, _ depth: Int
  ) throws(Failure) -> Variable {
    guard depth < Self.deepest else { throw Failure("X0204", "a tensor has at most 32 axes") }
    guard case .list(let list) = value, Self.holdsFollowed(value, depth) else {
      guard let leaf = try value.variable(as: type) else {
        throw Failure("X0308", "a tensor holds numbers, found \(value.typePhrase)")
      }
      return try Promotion.cast(leaf, type)
    }
    var rows: [Variable] = []
    for element in list.values {
      let row = try stacked(element, type, depth + 1)
      guard rows.first.map({ $0.shape.dropFirst() == row.shape[...] }) ?? true else {
        throw Failure("X0204", "the rows of a tensor must have the same length")
      }
      rows.append(try graph { () throws(GraphError) in try row.reshaped([1] + row.shape) })
    }
    return try graph { () throws(GraphError) in try Graphs.apply(Concatenate(0), rows) }
  }
}
