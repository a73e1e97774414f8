// Assignment through a path: `a.b[i].c = v`. Each container on the way is copied first if something
// else holds it too, so that no other value changes.
import Syntax

enum Assignment {
  enum Step {
    case field(String)
    case index([Subscript])
  }

  static func set(_ root: Slot, _ subscripts: [Subscript], _ value: Value) throws(Failure) {
    try set(root, [.index(subscripts)], value)
  }

  /// Sets the place at the end of the steps, of which there is at least one.
  static func set(_ root: Slot, _ steps: ArraySlice<Step>, _ value: Value) throws(Failure) {
    var place = root
    var steps = steps
    while let step = steps.popFirst() {
      let isLast = steps.isEmpty
      switch step {
      case .field(let name):
        guard let next = try field(place, name, isLast ? value : nil) else { return }
        place = next
      case .index(let subscripts):
        if case .object(let object) = place.pointee {
          place.take(try replaced(object, subscripts, steps, value))
          return
        }
        guard subscripts.count == 1, case .value(let position) = subscripts[0] else {
          throw Failure("X0306", "\(place.pointee.typePhrase) takes one index")
        }
        if let key = position.string, case .record = place.pointee {
          guard let next = try field(place, key, isLast ? value : nil) else { return }
          place = next
          continue
        }
        guard let next = try element(place, position, isLast ? value : nil) else { return }
        place = next
      }
    }
  }

  /// The new value of an object after something in it has changed.
  private static func replaced(
    _ object: Object, _ subscripts: [Subscript], _ rest: ArraySlice<Step>, _ value: Value
  ) throws(Failure) -> Value {
    if rest.isEmpty { return try object.replacing(subscripts, by: value) }
    let slot = Slot.block(1)
    slot.initialize(to: try object.element(subscripts))
    defer {
      slot.deinitialize(count: 1)
      slot.freeBlock()
    }
    try set(slot, rest, value)
    return try object.replacing(subscripts, by: slot.pointee)
  }

  /// The place of a field, or nil after setting it to the value.
  private static func field(_ place: Slot, _ name: String, _ value: Value?) throws(Failure)
    -> Slot?
  {
    guard let record = Access.ownRecord(place) else {
      throw Failure.unchangeable(place.pointee, name)
    }
    if let value {
      record.set(name, value)
      return nil
    }
    guard let position = record.position(of: name) else {
      throw Failure.noField(name, of: place.pointee, among: record.keys)
    }
    return record.base + position
  }

  /// The place of an element of a list, or nil after setting it to the value.
  private static func element(_ place: Slot, _ position: Value, _ value: Value?) throws(Failure)
    -> Slot?
  {
    guard case .list(let shared) = place.pointee else {
      throw Failure("X0307", "elements of \(place.pointee.typePhrase) cannot be changed")
    }
    if case .object(let object) = position, let range = object as? IntegerRange {
      guard let value else {
        throw Failure("X0307", "what a Range of a List gives cannot be changed further")
      }
      let places = try Access.places(range, shared.count, "the List")
      let values = try Sequences.values(of: value)
      try Assignment.own(place).replace(places, with: values)
      return nil
    }
    if case .list(let indices) = position, let value {
      let places = try Access.places(indices, shared.count)
      try Assignment.set(try own(place), places, value)
      return nil
    }
    guard case .int(let index) = position else {
      throw Failure(
        "X0306",
        "an index of a List must be an Int or a Range, found "
          + Description.found(position))
    }
    let target = try Access.place(index, shared.count, "the List")
    let list = try own(place)
    guard let value else { return list.base + target }
    list.base[target] = value
    return nil
  }

  /// `xs[mask] = v`, `xs[[2, 0]] = v`: a List gives each place its own value, anything else goes to all.
  private static func set(_ list: List, _ places: [Int], _ value: Value) throws(Failure) {
    guard case .list(let values) = value else {
      for place in places { list.base[place] = value }
      return
    }
    guard values.count == places.count else {
      throw Failure(
        "X0305", "\(places.count) places of a List are given \(values.count) values")
    }
    for (place, value) in zip(places, values.values) { list.base[place] = value }
  }

  private static func own(_ place: Slot) throws(Failure) -> List {
    guard let list = Access.ownList(place) else {
      throw Failure("X0307", "elements of \(place.pointee.typePhrase) cannot be changed")
    }
    return list
  }
}
