// How containers end: in a loop, so that a list a million levels deep does not overflow the stack.

enum Discard {
  typealias Block = (base: Slot, count: Int)

  /// Ends the values of a block and frees it, with all containers that only they hold.
  @inline(__always) static func block(_ base: Slot, _ count: Int) {
    var slot = base
    let end = base + count
    while slot < end {
      if slot.pointee.isReference {
        if slot.pointee.isContainer { return nested(base, count, slot) }
        slot.drop()
      }
      slot += 1
    }
    base.freeBlock()
  }

  /// The same from the first container on.
  @inline(never) private static func nested(_ base: Slot, _ count: Int, _ first: Slot) {
    var done = base
    while done < first {
      done.initialize(to: .none)
      done += 1
    }
    var waiting: [Block] = []
    empty(base, count, &waiting)
    while let block = waiting.popLast() { empty(block.base, block.count, &waiting) }
  }

  /// Ends what a variable holds.
  static func value(_ value: inout Value) {
    guard value.isContainer else { return }
    let base = Slot.block(1)
    base.initialize(to: value)
    value = .none
    block(base, 1)
  }

  @inline(__always)
  private static func empty(_ base: Slot, _ count: Int, _ waiting: inout [Block]) {
    var slot = base
    let end = base + count
    while slot < end {
      if slot.pointee.isReference {
        if slot.pointee.isContainer { surrender(slot, &waiting) }
        slot.drop()
      }
      slot += 1
    }
    base.freeBlock()
  }

  /// Takes the contents out of a container that nothing else holds.
  @inline(never) private static func surrender(_ slot: Slot, _ waiting: inout [Block]) {
    if let list = slot.pointee.listObject {
      if list.isUnique { waiting.append(list._withUnsafeGuaranteedRef { $0.surrender() }) }
    } else if let record = slot.pointee.recordObject {
      if record.isUnique { waiting.append(record._withUnsafeGuaranteedRef { $0.surrender() }) }
    } else if let closure = slot.pointee.closureObject {
      if closure.isUnique { waiting.append(closure._withUnsafeGuaranteedRef { $0.surrender() }) }
    } else if let box = slot.pointee.boxObject, box.isUnique {
      let inner = Slot.block(1)
      box._withUnsafeGuaranteedRef {
        inner.initialize(to: $0.value)
        $0.value = .none
      }
      waiting.append((inner, 1))
    }
  }
}

extension Unmanaged {
  /// Whether one reference holds the object. The bits of an unmanaged reference are those of a strong one.
  @inline(__always) var isUnique: Bool {
    var copy = self
    return withUnsafeMutablePointer(to: &copy) {
      $0.withMemoryRebound(to: Instance.self, capacity: 1) {
        isKnownUniquelyReferenced(&$0.pointee)
      }
    }
  }
}
