// New values: lists, records, texts, ranges, functions.
import Syntax

extension Machine {
  @inline(never) func makeBox(_ a: Slot, keeping: Bool) {
    a.take(.box(Box(keeping ? a.pointee : .absent)))
  }

  @inline(never) func makeList(_ a: Slot, _ first: Slot, _ count: Int) {
    a.take(.list(List(taking: first, count)))
  }

  /// Appends to the list that is being made in `a`.
  @inline(never) func appendMany(_ a: Slot, _ first: Slot, _ count: Int) {
    guard let list = Access.ownList(a) else { return }
    list.append(taking: first, count)
  }

  @inline(never) func appendSpread(_ a: Slot, _ sequence: Slot) throws(Failure) {
    guard let list = Access.ownList(a) else { return }
    if let other = sequence.pointee.elements {
      try Elements.check(list.count + other.count, "elements", for: "a List")
      list.append(copying: other.base, other.count)
    } else {
      for value in try Sequences.values(of: sequence.pointee) { list.append(value) }
    }
    sequence.clear()
  }

  @inline(never) func makeRecord(_ a: Slot, _ code: CodePointer, _ shape: Int, _ first: Slot) {
    a.take(.record(Record(code.pointee.shapes[shape], taking: first)))
  }

  @inline(never) func recordSet(_ a: Slot, _ value: Slot, _ code: CodePointer, _ name: Int) {
    guard let record = Access.ownRecord(a) else { return }
    record.set(code.pointee.details._withUnsafeGuaranteedRef { $0.names[name] }, value.pointee)
    value.clear()
  }

  @inline(never) func recordSpread(_ a: Slot, _ source: Slot) throws(Failure) {
    guard case .record(let other) = source.pointee else {
      throw Failure(
        "X0308", "a record can be spread into a record, found \(Description.found(source.pointee))")
    }
    guard let record = Access.ownRecord(a) else { return }
    for (name, value) in other.fields { record.set(name, value) }
    source.clear()
  }

  @inline(never) func makeText(_ a: Slot, _ first: Slot, _ count: Int) throws(Failure) {
    let text = try text { pieces in
      for index in 0..<count {
        pieces.append(first[index])
        (first + index).clear()
      }
    }
    a.take(.text(text))
  }

  @inline(never) func format(_ a: Slot, _ value: Slot, _ code: CodePointer, _ name: Int)
    throws(Failure)
  {
    let text = code.pointee.details._withUnsafeGuaranteedRef { $0.names[name] }
    a.take(Value(try Format.text(value.pointee, text)))
  }

  @inline(never) func makeRange(_ a: Slot, _ from: Slot, _ to: Slot, closed: Bool)
    throws(Failure)
  {
    guard let lower = from.pointee.whole, let upper = to.pointee.whole else {
      throw rangeFailure(from, to)
    }
    if closed, upper == .max { throw Arithmetic.overflow(.add) }
    a.take(.object(IntegerRange(lower, upper, isClosed: closed)))
  }

  @inline(never) func rangeFailure(_ from: Slot, _ to: Slot) -> Failure {
    let wrong = from.pointee.whole == nil ? from.pointee : to.pointee
    let failure = Failure(
      "X0308", "the bounds of a range must be Ints, found \(Description.found(wrong))")
    if wrong.number != nil {
      failure.helps.append(.init("make it whole: int(x), or use // for the division"))
    }
    return failure
  }

  @inline(never) func compose(_ a: Slot, _ left: Slot, _ right: Slot) throws(Failure) {
    a.take(try Composition.of(left.pointee, right.pointee))
  }

  @inline(never) func makeClosure(
    _ a: Slot, _ code: CodePointer, _ index: Int, _ r: Slot, _ captured: Slot
  ) {
    let function = code.pointee.details._withUnsafeGuaranteedRef { $0.functions[index] }
    let captures = function.pointee.details._withUnsafeGuaranteedRef { $0.captures }
    let memory = Slot.block(captures.count)
    for (position, capture) in captures.enumerated() {
      let source: Slot =
        switch capture {
        case .register(let register): r + register
        case .captured(let index): captured + index
        }
      (memory + position).initialize(to: source.pointee)
    }
    a.take(.function(Closure(code: function, captured: memory, count: captures.count)))
  }

  /// A method (kind 0) or metric from the function in `a` and the list of its inputs' names and the
  /// record of its settings behind it.
  @inline(never) func makeDeclared(_ a: Slot, _ code: CodePointer, _ kind: Int) {
    guard case .function(let function) = a.pointee, case .record(let record) = a[1] else {
      return
    }
    let settings = record.fields.map { (name: $0.name, value: $0.value.isAbsent ? nil : $0.value) }
    let names = function.parameterNames.dropLast(settings.count)
    (a + 1).clear()
    a.take(
      .object(
        Declared(
          kind == 0 ? .method : .metric, inputs: Array(names), settings: settings,
          function: function)))
  }
}
