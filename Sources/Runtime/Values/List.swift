// Lists: growable rows of values in plain memory.

/// A List of the language. The machine copies it before a change while more than one value holds it.
public final class List {
  // Plain memory so that the machine can look at elements in place; owned by this object.
  @exclusivity(unchecked) final private(set) var base: Slot
  @exclusivity(unchecked) final private(set) var storedCount: Int
  @exclusivity(unchecked) final private var capacity: Int

  /// An empty list with room for a number of elements.
  package init(capacity: Int = 4) {
    self.capacity = max(capacity, 1)
    base = .block(self.capacity)
    storedCount = 0
  }

  package convenience init(_ values: [Value]) {
    self.init(capacity: values.count)
    for value in values { append(value) }
  }

  convenience init(copying source: Slot, _ count: Int, reserving room: Int = 0) {
    self.init(capacity: count + room)
    base.initialize(from: source, count: count)
    storedCount = count
  }

  /// A list of values that are taken out of registers, which hold none afterwards.
  init(taking source: Slot, _ count: Int) {
    capacity = max(count, 1)
    base = .block(capacity)
    storedCount = count
    for index in 0..<count {
      (base + index).initialize(to: (source + index).move())
      (source + index).initialize(to: .none)
    }
  }

  package var count: Int { storedCount }

  /// The element at an index from 0; the index must be within the list.
  package subscript(index: Int) -> Value {
    precondition(index >= 0 && index < storedCount)
    return base[index]
  }

  /// All elements.
  package var values: [Value] { Array(UnsafeBufferPointer(start: base, count: storedCount)) }

  /// Adds an element: only for a list that no script can see yet, or that is held once.
  @inline(__always) package func append(_ value: Value) {
    if storedCount == capacity { reserve(storedCount + 1) }
    (base + storedCount).initialize(to: value)
    storedCount &+= 1
  }

  /// Moves one value from a register to the end, if there is room.
  @inline(__always) func takes(_ source: Slot) -> Bool {
    guard storedCount < capacity else { return false }
    (base + storedCount).initialize(to: source.move())
    source.initialize(to: .none)
    storedCount &+= 1
    return true
  }

  /// Makes room for a total of `total` elements.
  @inline(never) func reserve(_ total: Int) {
    guard total > capacity else { return }
    capacity = max(total, capacity * 2)
    base = base.grownBlock(storedCount, to: capacity)
  }

  func append(taking source: Slot, _ count: Int) {
    reserve(storedCount + count)
    (base + storedCount).moveInitialize(from: source, count: count)
    source.initialize(repeating: .none, count: count)
    storedCount += count
  }

  func append(copying source: Slot, _ count: Int) {
    reserve(storedCount + count)
    (base + storedCount).initialize(from: source, count: count)
    storedCount += count
  }

  /// Replaces the elements of a range within the list.
  func replace(_ range: Range<Int>, with values: [Value]) {
    var all = self.values
    all.replaceSubrange(range, with: values)
    for index in 0..<storedCount { (base + index).clear() }
    storedCount = 0
    reserve(all.count)
    for value in all { append(value) }
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
  }
}
