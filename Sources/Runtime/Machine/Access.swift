// Elements and fields off the fast path.
import Syntax

extension Machine {
  @inline(never) func getElement(_ a: Slot, _ b: Slot, _ c: Slot) throws(Failure) {
    if let text = b.pointee.textObject {
      if let index = c.pointee.whole,
        let byte = text._withUnsafeGuaranteedRef({ $0.plainByte(at: index) })
      {
        return a.copy(Text.plain + Int(byte & 0x7f))
      }
      if let range = c.pointee.bounds,
        let part = text._withUnsafeGuaranteedRef({ $0.part(range) })
      {
        a.take(.text(part))
        return try account(for: a)
      }
    }
    let value = try Access.element(of: b.pointee, at: c.pointee)
    a.take(value)
    if c.pointee.bounds != nil { try account(for: a) }
  }

  /// `a = b[c ..< c + 1]` for a List or String that has these places; false for everything else.
  @inline(never) func slice(_ a: Slot, _ b: Slot, _ c: Slot, isClosed: Bool)
    throws(Failure) -> Bool
  {
    guard let lower = c.pointee.whole, let upper = c[1].whole else { return false }
    let bounds = (lower, upper, isClosed)
    if let text = b.pointee.textObject,
      let part = text._withUnsafeGuaranteedRef({ $0.part(bounds) })
    {
      a.take(.text(part))
      try account(for: a)
      return true
    }
    guard let list = b.pointee.elements,
      let places = IntegerRange.places(bounds, in: list.count)
    else { return false }
    a.take(.list(List(copying: list.base + places.lowerBound, places.count)))
    try account(for: a)
    return true
  }

  /// `b[…]` with several subscripts or `..`; the values stand behind `b`.
  @inline(never) func getElements(_ a: Slot, _ b: Slot, _ code: CodePointer, _ form: Int)
    throws(Failure)
  {
    let flags = code.pointee.details._withUnsafeGuaranteedRef { $0.subscripts[form] }
    var subscripts: [Subscript] = []
    var slot = b + 1
    for isValue in flags {
      subscripts.append(isValue ? .value(slot.pointee) : .rest)
      if isValue { slot += 1 }
    }
    let value = try Access.element(of: b.pointee, at: subscripts)
    while slot > b {
      slot -= 1
      slot.clear()
    }
    a.take(value)
  }

  @inline(never) func getField(_ a: Slot, _ b: Slot, _ code: CodePointer, _ index: Int)
    throws(Failure)
  {
    let site = code.pointee.sites + index
    let name = code.pointee.details._withUnsafeGuaranteedRef { $0.fieldNames[index] }
    guard case .record(let record) = b.pointee else {
      return a.take(try Access.field(name, of: b.pointee))
    }
    guard let position = record.position(of: name) else {
      throw Failure.noField(name, of: b.pointee, among: record.keys)
    }
    remember(record, position, site)
    a.copy(record.base + position)
  }

  @inline(never) func setField(_ a: Slot, _ value: Slot, _ code: CodePointer, _ index: Int)
    throws(Failure)
  {
    let site = code.pointee.sites + index
    let name = code.pointee.details._withUnsafeGuaranteedRef { $0.fieldNames[index] }
    guard let record = Access.ownRecord(a) else { throw Failure.unchangeable(a.pointee, name) }
    guard let position = record.position(of: name) else { return record.add(name, value.pointee) }
    remember(record, position, site)
    (record.base + position).copy(value)
  }

  private func remember(
    _ record: Record, _ position: Int, _ site: UnsafeMutablePointer<FieldSite>
  ) {
    // Only a shared shape lives for ever, so that its address means it.
    guard record.shape._withUnsafeGuaranteedRef({ $0.isShared }) else { return }
    site.pointee.shape = UnsafeRawPointer(record.shape.toOpaque())
    site.pointee.position = position
  }

  @inline(never) func setElement(_ a: Slot, _ subscript: Slot, _ value: Slot) throws(Failure) {
    try Assignment.set(a, [.value(`subscript`.pointee)], value.pointee)
  }

  /// Assigns to the end of a path; its subscripts and then the value stand from `a` on.
  @inline(never) func setPath(
    _ code: CodePointer, _ index: Int, _ r: Slot, _ captured: Slot, _ a: Slot
  ) throws(Failure) {
    let path = code.pointee.details._withUnsafeGuaranteedRef { $0.paths[index] }
    let root: Slot =
      switch path.root {
      case .register(let register): r + register
      case .box(let register): (r + register).boxed
      case .captured(let position): (captured + position).boxed
      case .global(let global): globals + global
      }
    if root.pointee.isAbsent { throw Failure("X0206", "this name has no value yet") }
    var slot = a
    var steps: [Assignment.Step] = []
    for step in path.steps {
      switch step {
      case .field(let name): steps.append(.field(name))
      case .index(let flags):
        var subscripts: [Subscript] = []
        for isValue in flags {
          subscripts.append(isValue ? .value(slot.pointee) : .rest)
          if isValue { slot += 1 }
        }
        steps.append(.index(subscripts))
      }
    }
    let value = slot.pointee
    while slot >= a {
      slot.clear()
      slot -= 1
    }
    try Assignment.set(root, steps[...], value)
  }

  /// `variable op= value`, in place where nothing else holds what the variable holds.
  @inline(never) func update(_ variable: Slot, by value: Slot, _ operation: UInt16)
    throws(Failure)
  {
    if variable.pointee.isAbsent { throw Failure("X0206", "this name has no value yet") }
    let operations = BinaryOperator.allCases
    try arithmetic(operations[Int(operation) % operations.count], variable, variable, value)
  }

  /// `xs = append(xs, x)` where `append` is the core's: a list that only the variable and the first
  /// argument hold is extended in place. False leaves the call to be made.
  @inline(never) func appendInPlace(
    _ a: Slot, _ code: CodePointer, _ index: Int, _ r: Slot, _ captured: Slot, global: Int
  ) -> Bool {
    guard let native = globals[global].nativeObject, let list = a[1].listObject,
      append == UnsafeRawPointer(native.toOpaque())
    else { return false }
    let path = code.pointee.details._withUnsafeGuaranteedRef { $0.paths[index] }
    let variable: Slot =
      switch path.root {
      case .register(let register): r + register
      case .box(let register): (r + register).boxed
      case .captured(let position): (captured + position).boxed
      case .global(let global): globals + global
      }
    guard variable.pointee.listObject?.toOpaque() == list.toOpaque() else { return false }
    variable.clear()
    a.clear()
    if list.isUnique {
      list._withUnsafeGuaranteedRef { $0.append(a[2]) }
      a.move(a + 1)
    } else {
      let longer = list._withUnsafeGuaranteedRef { List(copying: $0.base, $0.count, reserving: 1) }
      longer.append(a[2])
      a.take(.list(longer))
    }
    (a + 1).clear()
    (a + 2).clear()
    return true
  }
}

/// Reading elements and fields.
package enum Access {
  /// `x[subscript]`.
  package static func element(of whole: Value, at position: Value) throws(Failure) -> Value {
    switch (whole, position) {
    case (.list(let list), .int(let index)):
      return list[try place(index, list.count, "the List")]
    case (.list(let list), .object(let object)):
      if let range = object as? IntegerRange {
        let places = try places(range, list.count, "the List")
        return .list(List(copying: list.base + places.lowerBound, places.count))
      }
      if let number = object.number, let index = Int(exactly: number) {
        return list[try place(index, list.count, "the List")]
      }
    case (.list(let list), .list(let indices)): return try gather(list, indices)
    case (.text(let text), .int(let index)):
      let place = try place(index, text.count, "the String")
      return .text(text.character(at: place))
    case (.text(let text), .object(let object)):
      if let range = object as? IntegerRange {
        let places = try places(range, text.count, "the String")
        return .text(text.characters(from: places.lowerBound, to: places.upperBound))
      }
    case (.record(let record), .text(let key)):
      guard let value = record[key.string] else {
        throw Failure.noField(key.string, of: whole, among: record.keys)
      }
      return value
    case (.object(let object), _): return try object.element([.value(position)])
    default: break
    }
    throw unsuitable(whole, position)
  }

  package static func element(of whole: Value, at subscripts: [Subscript]) throws(Failure) -> Value
  {
    if case .object(let object) = whole { return try object.element(subscripts) }
    if subscripts.count == 1, case .value(let position) = subscripts[0] {
      return try element(of: whole, at: position)
    }
    if whole.isIndexable {
      throw Failure(
        "X0306", "\(whole.typePhrase) takes one index, found \(subscripts.count)",
        help: "take one element after the other: x[i][j]")
    }
    throw unsuitable(whole, .none)
  }

  private static func unsuitable(_ whole: Value, _ position: Value) -> Failure {
    switch whole {
    case .list, .text:
      Failure(
        "X0306",
        "an index of \(whole.typePhrase) must be an Int or a Range, found "
          + Description.found(position))
    case .record:
      Failure(
        "X0306",
        "a field of a Record is named by a String, found \(Description.found(position))")
    default: Failure("X0306", "\(whole.typePhrase) has no elements")
    }
  }

  static func place(_ index: Int, _ count: Int, _ whole: String) throws(Failure) -> Int {
    let place = index < 0 ? index + count : index
    guard place >= 0, place < count else {
      throw Failure.outOfRange(index, count: count, of: whole)
    }
    return place
  }

  static func places(_ range: IntegerRange, _ count: Int, _ whole: String) throws(Failure)
    -> Range<Int>
  {
    if let places = range.places(in: count) { return places }
    throw Failure(
      "X0305", "\(whole) does not reach over \(range.describe())",
      notes: ["\(whole.capitalizedFirst) has \(count) elements."])
  }

  /// The places that a List of indices, or a mask with one Bool for each element, means.
  static func places(_ indices: List, _ count: Int) throws(Failure) -> [Int] {
    var places: [Int] = []
    let isMask = indices.count > 0 && indices[0].truth != nil
    if isMask, indices.count != count {
      throw Failure("X0305", "the mask has \(indices.count) elements, the List \(count)")
    }
    for (position, index) in indices.values.enumerated() {
      switch (isMask, index) {
      case (true, .bool(let isMeant)): if isMeant { places.append(position) }
      case (false, .int(let index)): places.append(try place(index, count, "the List"))
      default: throw unsuitable(.list(indices), index)
      }
    }
    return places
  }

  /// `xs[[3, 1, 2]]`, or `xs[mask]` with one Bool for each element.
  private static func gather(_ list: List, _ indices: List) throws(Failure) -> Value {
    let result = List(capacity: indices.count)
    if indices.count > 0, case .bool = indices[0] {
      guard indices.count == list.count else {
        throw Failure(
          "X0305", "the mask has \(indices.count) elements, the List \(list.count)")
      }
      for index in 0..<list.count {
        guard case .bool(let isKept) = indices[index] else {
          throw unsuitable(.list(list), indices[index])
        }
        if isKept { result.append(list[index]) }
      }
      return .list(result)
    }
    for index in indices.values {
      guard case .int(let index) = index else { throw unsuitable(.list(list), index) }
      result.append(list[try place(index, list.count, "the List")])
    }
    return .list(result)
  }

  /// `x.name`.
  package static func field(_ name: String, of whole: Value) throws(Failure) -> Value {
    switch whole {
    case .record(let record):
      if let value = record[name] { return value }
      throw Failure.noField(name, of: whole, among: record.keys)
    case .object(let object):
      if let value = try object.field(name) { return value }
      throw Failure.noField(name, of: whole, among: object.fieldNames)
    case .function(let function):
      switch name {
      case "name": return function.name.map { Value($0) } ?? .none
      case "documentation": return function.documentation.map { Value($0) } ?? .none
      case "source": return Value(function.sourceText)
      case "parameters": return Value(function.parameterNames.map { Value($0) })
      default:
        throw Failure.noField(
          name, of: whole, among: ["name", "documentation", "source", "parameters"])
      }
    case .native(let native):
      switch name {
      case "name": return Value(native.name)
      case "documentation": return Value(native.documentation)
      case "parameters": return Value(native.parameters.map { Value($0.name) })
      default:
        throw Failure.noField(name, of: whole, among: ["name", "documentation", "parameters"])
      }
    default: throw Failure.noField(name, of: whole, among: [])
    }
  }

  /// The record in a slot, copied first if something else holds it too; nil if there is none.
  static func ownRecord(_ slot: Slot) -> Record? {
    guard let object = slot.pointee.recordObject else { return nil }
    if !object.isUnique {
      slot.take(.record(object._withUnsafeGuaranteedRef { $0.copy() }))
    }
    if case .record(let record) = slot.pointee { return record }
    return nil
  }

  /// The list in a slot, copied first if something else holds it too; nil if there is none.
  static func ownList(_ slot: Slot) -> List? {
    guard let object = slot.pointee.listObject else { return nil }
    if !object.isUnique {
      slot.take(.list(object._withUnsafeGuaranteedRef { List(copying: $0.base, $0.count) }))
    }
    if case .list(let list) = slot.pointee { return list }
    return nil
  }
}

extension Value {
  fileprivate var isRecord: Bool { if case .record = self { true } else { false } }

  fileprivate var isIndexable: Bool {
    switch self {
    case .list, .text, .record: true
    default: false
    }
  }
}

extension Failure {
  static func noField(_ name: String, of whole: Value, among names: [String]) -> Failure {
    let failure = Failure("X0313", "\(whole.typePhrase) has no field `\(name)`")
    if case .list(let list) = whole, list.count > 0, case .record(let first) = list[0],
      first.position(of: name) != nil
    {
      failure.helps.append(.init("its elements have one: `[each.\(name) for each in …]`"))
    } else if !whole.isRecord, let call = ForeignNames.call(for: name, of: "x") {
      failure.helps.append(.init("functions stand before their values: `\(call)`"))
    } else if let nearest = Suggestion.nearest(to: name, among: names).first {
      failure.helps.append(.init("did you mean `\(nearest)`?"))
    } else if !names.isEmpty {
      let shown = names.prefix(12).joined(separator: ", ")
      failure.notes.append("It has \(shown)\(names.count > 12 ? ", …" : "").")
    } else if case .none = whole {
      failure.notes.append("Something before this gave none.")
    }
    return failure
  }

  static func unchangeable(_ whole: Value, _ name: String) -> Failure {
    Failure("X0307", "the field `\(name)` of \(whole.typePhrase) cannot be changed")
  }
}
