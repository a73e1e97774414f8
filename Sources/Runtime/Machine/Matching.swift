// How values meet patterns.

extension Machine {
  /// Whether a value is a row of `count` elements, or of at least as many.
  @inline(never) func fitsList(_ slot: Slot, _ count: Int, orMore: Bool) -> Bool {
    let found: Int
    switch slot.pointee {
    case .list(let list): found = list.count
    case .object(let object):
      guard let length = object.length else { return false }
      found = length
    default: return false
    }
    return orMore ? found >= count : found == count
  }

  /// Whether a value is a whole number of a range.
  @inline(never) func fitsRange(_ slot: Slot, _ range: Slot) -> Bool {
    guard case .object(let object) = range.pointee, let range = object as? IntegerRange else {
      return false
    }
    switch slot.pointee {
    case .int(let whole): return range.numbers.contains(whole)
    case .float(let number): return Int(exactly: number).map(range.numbers.contains) ?? false
    case .object(let object):
      return object.number.flatMap(Int.init(exactly:)).map(range.numbers.contains) ?? false
    default: return false
    }
  }

  @inline(never) func fitsRecord(_ slot: Slot, _ code: CodePointer, _ name: Int) throws(Failure)
    -> Bool
  {
    let name = code.pointee.details._withUnsafeGuaranteedRef { $0.names[name] }
    switch slot.pointee {
    case .record(let record): return record.position(of: name) != nil
    case .object(let object): return object.fieldNames.contains(name)
    default: return false
    }
  }

  @inline(never) func tail(_ a: Slot, _ b: Slot, from start: Int) throws(Failure) {
    a.take(Value(Array(try Sequences.values(of: b.pointee).dropFirst(start))))
  }

  @inline(never) func noMatch(_ slot: Slot, isArm: Bool) -> Failure {
    if isArm {
      return Failure(
        "X0315", "no arm of this match fits \(Description.found(slot.pointee))",
        help: "add an arm for everything else: _ => …")
    }
    var notes: [String] = []
    if case .record(let record) = slot.pointee, record.count > 0 {
      notes.append("It has \(record.keys.prefix(12).joined(separator: ", ")).")
    } else if let count = Sequences.count(of: slot.pointee) {
      notes.append("It has \(count) element\(count == 1 ? "" : "s").")
    }
    return Failure(
      "X0314", "the pattern does not fit \(Description.found(slot.pointee))", notes: notes)
  }

  @inline(never) func raised(_ slot: Slot) -> Failure {
    if case .object(let object) = slot.pointee, let caught = object as? Caught {
      caught.failure.isRaisedAgain = true
      return caught.failure
    }
    return Failure(raising: slot.pointee)
  }

  @inline(never) func expectationFailed(_ code: CodePointer, _ index: Int, _ r: Slot) -> Failure {
    let details = code.pointee.details._withUnsafeGuaranteedRef { $0 }
    let expectation = details.expectations[index]
    let failure = Failure("X0310", "expected \(expectation.text)")
    for side in expectation.sides {
      let value = Description.brief(r[side.register])
      if value == side.text { continue }
      failure.secondary.append(.init(details.source, side.span, "this is \(value)"))
    }
    return failure
  }
}
