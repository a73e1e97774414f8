// Plain memory for rows of values: what lists, records and closures hold.
import Glibc

extension UnsafeMutablePointer<Value> {
  /// Memory for a number of values, not initialised. From the C library itself: Swift's own allocation
  /// asks it for an alignment of 16, which takes a slower way to the same memory.
  @inline(__always) static func block(_ count: Int) -> Slot {
    if let memory = malloc(count * MemoryLayout<Value>.stride) {
      return memory.bindMemory(to: Value.self, capacity: count)
    }
    return .allocate(capacity: count)  // gives up as every allocation of Swift does
  }

  /// The block with room for more values: they move as bytes, and the pages of a large block without being copied.
  func grownBlock(_ used: Int, to count: Int) -> Slot {
    if let memory = realloc(self, count * MemoryLayout<Value>.stride) {
      return memory.bindMemory(to: Value.self, capacity: count)
    }
    let larger = Slot.block(count)
    larger.moveInitialize(from: self, count: used)
    freeBlock()
    return larger
  }

  /// Gives the memory of a block back.
  @inline(__always) func freeBlock() { free(self) }
}
