// What can be gone through element by element.

extension Machine {
  /// Makes a ready for `next`: the sequence itself, and the index 0 behind it.
  @inline(never) func iterate(_ a: Slot) throws(Failure) {
    switch a.pointee {
    case .list: break
    case .object(let object) where object.length != nil: break
    case .text, .record: a.take(Value(try Sequences.values(of: a.pointee)))
    default: throw Sequences.failure(a.pointee)
    }
    (a + 1).set(0)
  }

  /// The next element of an object to `element`; false at the end.
  @inline(never) func advance(_ a: Slot, _ element: Slot) throws(Failure) -> Bool {
    guard case .object(let object) = a.pointee, let index = a[1].whole else { return false }
    guard index < object.length ?? 0 else { return false }
    element.take(try object.item(index))
    (a + 1).set(index &+ 1)
    return true
  }
}

/// Values that have elements.
package enum Sequences {
  /// The elements of a List or Range, the characters of a String, the keys of a Record, or what an
  /// object gives.
  package static func values(of value: Value) throws(Failure) -> [Value] {
    switch value {
    case .list(let list): return list.values
    case .text(let text): return try text.allCharacters()
    case .record(let record): return record.keys.map { Value($0) }
    case .object(let object):
      guard let length = object.length else { throw failure(value) }
      guard length <= Arithmetic.largest else {
        throw Failure("X0606", "\(length) elements are too many for a List")
      }
      var values: [Value] = []
      values.reserveCapacity(length)
      for index in 0..<length { values.append(try object.item(index)) }
      return values
    default: throw failure(value)
    }
  }

  /// The number of elements, or nil for a value without any.
  package static func count(of value: Value) -> Int? {
    switch value {
    case .list(let list): list.count
    case .text(let text): text.count
    case .record(let record): record.count
    case .object(let object): object.length
    default: nil
    }
  }

  static func failure(_ value: Value) -> Failure {
    let failure = Failure("X0317", "\(value.typePhrase) has no elements to go through")
    if case .int(let count) = value {
      failure.helps.append(.init("count with a range: 0..<\(count)"))
    }
    return failure
  }
}
