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

  /// Gives the memory of a block back.
  @inline(__always) func freeBlock() { free(self) }
}
