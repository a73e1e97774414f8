// The names of a record's fields, shared by the records of one making.
import Synchronization

/// The keys of a record in order. Small shapes are shared and live for ever, so that a place in the
/// code can remember one by its address; a record of many or unforeseen keys has a shape of its own.
final class Shape: @unchecked Sendable {
  /// More keys than this, and the record gets a shape of its own.
  static let sharedLimit = 32
  /// More followers than this, and keys are taken for data: the records get shapes of their own.
  static let followerLimit = 64

  @exclusivity(unchecked) private(set) var keys: [String]
  @exclusivity(unchecked) private(set) var count: Int
  let isShared: Bool
  @exclusivity(unchecked) private var positions: [String: Int]?
  private var followers: [String: Shape] = [:]

  /// Guards `followers` of all shapes.
  private static let lock = Mutex(())
  static let empty = Shape([], isShared: true)

  init(_ keys: [String], isShared: Bool) {
    self.keys = keys
    count = keys.count
    self.isShared = isShared
    if keys.count > 8 { index() }
  }

  private func index() {
    positions = Dictionary(
      keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func position(of key: String) -> Int? {
    if let positions { return positions[key] }
    return keys.firstIndex(of: key)
  }

  /// The shape with one more key, shared if it can be.
  func adding(_ key: String) -> Shape {
    guard isShared, keys.count < Shape.sharedLimit else {
      return Shape(keys + [key], isShared: false)
    }
    return Shape.lock.withLock { _ in
      if let follower = followers[key] { return follower }
      guard followers.count < Shape.followerLimit else {
        return Shape(keys + [key], isShared: false)
      }
      let follower = Shape(keys + [key], isShared: true)
      followers[key] = follower
      return follower
    }
  }

  /// Adds a key to a shape that belongs to one record.
  func append(_ key: String) {
    keys.append(key)
    count += 1
    if positions != nil {
      positions?[key] = keys.count - 1
    } else if keys.count > 8 {
      index()
    }
  }

  /// The shape with these distinct keys.
  static func of(_ keys: [String]) -> Shape {
    keys.count > sharedLimit
      ? Shape(keys, isShared: false) : keys.reduce(empty) { $0.adding($1) }
  }
}
