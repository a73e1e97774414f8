// How the machine looks at values and writes them in place. Two rules keep reference counting out
// of its loop: an accessor hands out only trivial data (numbers, pointers), never an object; and a
// write over a register that holds no reference releases nothing.

/// A place that holds a value: a register, a constant, a global, an element, a field.
typealias Slot = UnsafeMutablePointer<Value>

extension Value {
  @inline(__always) var isReference: Bool {
    switch self {
    case .none, .bool, .int, .float: false
    default: true
    }
  }
  @inline(__always) var isContainer: Bool {
    switch self {
    case .list, .record, .function, .box: true
    default: false
    }
  }
  @inline(__always) var isFunction: Bool {
    switch self {
    case .function, .native: true
    default: false
    }
  }
  @inline(__always) var whole: Int? { if case .int(let x) = self { x } else { nil } }
  @inline(__always) var fraction: Double? { if case .float(let x) = self { x } else { nil } }
  @inline(__always) var truth: Bool? { if case .bool(let x) = self { x } else { nil } }
  @inline(__always) var elements: (base: Slot, count: Int)? {
    if case .list(let x) = self { (x.base, x.storedCount) } else { nil }
  }
  @inline(__always) var fields: (shape: UnsafeRawPointer, base: Slot)? {
    if case .record(let x) = self { (UnsafeRawPointer(x.shape.toOpaque()), x.base) } else { nil }
  }
  @inline(__always) var closure: (code: CodePointer, captured: Slot)? {
    if case .function(let x) = self { (x.code, x.captured) } else { nil }
  }
  @inline(__always) var closureObject: Unmanaged<Closure>? {
    if case .function(let x) = self { .passUnretained(x) } else { nil }
  }
  @inline(__always) var nativeObject: Unmanaged<Native>? {
    if case .native(let x) = self { .passUnretained(x) } else { nil }
  }
  @inline(__always) var listObject: Unmanaged<List>? {
    if case .list(let x) = self { .passUnretained(x) } else { nil }
  }
  @inline(__always) var recordObject: Unmanaged<Record>? {
    if case .record(let x) = self { .passUnretained(x) } else { nil }
  }
  @inline(__always) var boxObject: Unmanaged<Box>? {
    if case .box(let x) = self { .passUnretained(x) } else { nil }
  }
  @inline(__always) package var objectObject: Unmanaged<Object>? {
    if case .object(let x) = self { .passUnretained(x) } else { nil }
  }
  /// The bounds of a Range.
  @inline(__always) var bounds: (lower: Int, upper: Int, isClosed: Bool)? {
    if case .object(let x) = self, let range = x as? IntegerRange {
      (range.lower, range.upper, range.isClosed)
    } else {
      nil
    }
  }
  @inline(__always) var textObject: Unmanaged<Text>? {
    if case .text(let x) = self { .passUnretained(x) } else { nil }
  }
}

extension UnsafeMutablePointer<Value> {
  @inline(never) func drop() { deinitialize(count: 1) }

  @inline(__always) func set(_ x: Int) {
    if pointee.isReference { drop() }
    initialize(to: .int(x))
  }
  @inline(__always) func set(_ x: Double) {
    if pointee.isReference { drop() }
    initialize(to: .float(x))
  }
  @inline(__always) func set(_ x: Bool) {
    if pointee.isReference { drop() }
    initialize(to: .bool(x))
  }
  @inline(__always) func clear() {
    if pointee.isReference {
      drop()
      initialize(to: .none)
    }
  }
  @inline(__always) func take(_ value: consuming Value) {
    if pointee.isReference { drop() }
    initialize(to: value)
  }
  @inline(__always) func copy(_ other: Slot) {
    if other.pointee.isReference { return copyReference(other) }
    let bits = other.move()  // bits that hold no reference may be taken and still be there
    if pointee.isReference { drop() }  // only now: the other may lie inside what is dropped
    initialize(to: bits)
  }
  @inline(never) func copyReference(_ other: Slot) { pointee = other.pointee }

  /// Takes the value out of another register.
  @inline(__always) func move(_ other: Slot) {
    if pointee.isReference { drop() }
    let isReference = other.pointee.isReference
    initialize(to: other.move())
    if isReference { other.initialize(to: .none) }
  }
}
