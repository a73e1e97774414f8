// Records: ordered fields with names.

/// A Record of the language: fields in the order in which they were added, no name twice.
/// The machine copies it before a change while more than one value holds it.
public final class Record {
  // A shared shape lives for ever; an own one is retained by this record.
  @exclusivity(unchecked) final private(set) var shape: Unmanaged<Shape>
  // Plain memory so that the machine can look at fields in place; owned by this object.
  @exclusivity(unchecked) final private(set) var base: Slot
  @exclusivity(unchecked) final private(set) var storedCount: Int
  @exclusivity(unchecked) final private var capacity: Int

  init(shape: Shape, copying source: Slot, _ count: Int) {
    self.shape = shape.isShared ? .passUnretained(shape) : .passRetained(shape)
    storedCount = count
    capacity = max(count, 1)
    base = .block(capacity)
    base.initialize(from: source, count: count)
  }

  /// A record of values that are taken out of registers, which hold none afterwards.
  init(_ shape: Unmanaged<Shape>, taking source: Slot) {
    let (count, isShared) = shape._withUnsafeGuaranteedRef { ($0.count, $0.isShared) }
    self.shape =
      isShared
      ? shape : .passRetained(Shape(shape._withUnsafeGuaranteedRef { $0.keys }, isShared: false))
    storedCount = count
    capacity = max(count, 1)
    base = .block(capacity)
    base.moveInitialize(from: source, count: count)
    source.initialize(repeating: .none, count: count)
  }

  /// An empty record.
  package init() {
    shape = .passUnretained(Shape.empty)
    storedCount = 0
    capacity = 4
    base = .block(capacity)
  }

  /// A record with the given fields; a later field replaces an earlier one of its name.
  package convenience init(_ fields: [(String, Value)]) {
    self.init()
    for (name, value) in fields { set(name, value) }
  }

  /// Another record with the same fields.
  package func copy() -> Record {
    let mine = shape._withUnsafeGuaranteedRef { $0 }
    return Record(
      shape: mine.isShared ? mine : Shape(mine.keys, isShared: false), copying: base, storedCount)
  }

  package var count: Int { storedCount }

  /// The names of the fields, in order.
  package var keys: [String] { shape._withUnsafeGuaranteedRef { $0.keys } }

  /// The names and values of the fields, in order.
  package var fields: [(name: String, value: Value)] {
    keys.enumerated().map { ($1, base[$0]) }
  }

  /// The field of a name, or nil.
  package subscript(name: String) -> Value? {
    guard let position = position(of: name) else { return nil }
    return base[position]
  }

  @inline(never) func position(of name: String) -> Int? {
    shape._withUnsafeGuaranteedRef { $0.position(of: name) }
  }

  /// Sets or adds a field: only for a record that no script can see yet, or that is held once.
  package func set(_ name: String, _ value: Value) {
    if let position = position(of: name) { base[position] = value } else { add(name, value) }
  }

  @inline(never) func add(_ name: String, _ value: Value) {
    if storedCount == capacity {
      capacity = capacity * 2 + 2
      let larger = Slot.block(capacity)
      larger.moveInitialize(from: base, count: storedCount)
      base.freeBlock()
      base = larger
    }
    (base + storedCount).initialize(to: value)
    storedCount += 1
    let old = shape._withUnsafeGuaranteedRef { $0 }
    guard old.isShared else { return old.append(name) }
    let new = old.adding(name)
    shape = new.isShared ? .passUnretained(new) : .passRetained(new)
  }

  /// Gives its memory away, to be discarded by the caller.
  func surrender() -> (base: Slot, count: Int) {
    defer {
      storedCount = 0
      capacity = 0
    }
    return (base, storedCount)
  }

  deinit {
    if capacity > 0 { Discard.block(base, storedCount) }
    if !shape._withUnsafeGuaranteedRef({ $0.isShared }) { shape.release() }
  }
}
