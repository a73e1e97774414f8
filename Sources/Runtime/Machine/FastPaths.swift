// The operations that the machine's loop does in place.
import Syntax

extension Machine {
  @inline(__always) func less(_ b: Slot, _ c: Slot) throws(Failure) -> Bool {
    if let x = b.pointee.whole, let y = c.pointee.whole { return x < y }
    if let x = b.pointee.fraction, let y = c.pointee.fraction { return x < y }
    return try holds(.less, b, c)
  }

  @inline(__always) func lessOrEqual(_ b: Slot, _ c: Slot) throws(Failure) -> Bool {
    if let x = b.pointee.whole, let y = c.pointee.whole { return x <= y }
    if let x = b.pointee.fraction, let y = c.pointee.fraction { return x <= y }
    return try holds(.lessOrEqual, b, c)
  }

  @inline(__always) func equal(_ b: Slot, _ c: Slot) throws(Failure) -> Bool {
    if let x = b.pointee.whole, let y = c.pointee.whole { return x == y }
    return try same(.equal, b, c)
  }

  @inline(__always) func notEqual(_ b: Slot, _ c: Slot) throws(Failure) -> Bool {
    if let x = b.pointee.whole, let y = c.pointee.whole { return x != y }
    return try same(.notEqual, b, c)
  }

  @inline(__always) func isTrue(_ slot: Slot) throws(Failure) -> Bool {
    if let truth = slot.pointee.truth { return truth }
    return try condition(slot)
  }

  @inline(__always) private func calculate(
    _ operation: BinaryOperator, _ a: Slot, _ b: Slot, _ c: Slot,
    _ whole: (Int, Int) -> (Int, Bool), _ fraction: (Double, Double) -> Double
  ) throws(Failure) {
    if let x = b.pointee.whole, let y = c.pointee.whole {
      let (z, overflow) = whole(x, y)
      if !overflow { return a.set(z) }
    } else if let x = b.pointee.fraction, let y = c.pointee.fraction {
      return a.set(fraction(x, y))
    }
    try arithmetic(operation, a, b, c)
  }

  @inline(__always) func add(_ a: Slot, _ b: Slot, _ c: Slot) throws(Failure) {
    try calculate(.add, a, b, c, { $0.addingReportingOverflow($1) }, +)
  }

  @inline(__always) func subtract(_ a: Slot, _ b: Slot, _ c: Slot) throws(Failure) {
    try calculate(.subtract, a, b, c, { $0.subtractingReportingOverflow($1) }, -)
  }

  @inline(__always) func multiply(_ a: Slot, _ b: Slot, _ c: Slot) throws(Failure) {
    try calculate(.multiply, a, b, c, { $0.multipliedReportingOverflow(by: $1) }, *)
  }

  @inline(__always) func divide(_ a: Slot, _ b: Slot, _ c: Slot) throws(Failure) {
    if let x = b.pointee.fraction, let y = c.pointee.fraction { return a.set(x / y) }
    try arithmetic(.divide, a, b, c)
  }

  @inline(__always) func floorDivide(_ a: Slot, _ b: Slot, _ c: Slot) throws(Failure) {
    if let x = b.pointee.whole, let y = c.pointee.whole, x >= 0, y > 0 { return a.set(x / y) }
    try arithmetic(.floorDivide, a, b, c)
  }

  @inline(__always) func remainder(_ a: Slot, _ b: Slot, _ c: Slot) throws(Failure) {
    if let x = b.pointee.whole, let y = c.pointee.whole, x >= 0, y > 0 { return a.set(x % y) }
    try arithmetic(.remainder, a, b, c)
  }

  /// `a = slot` for a variable that may have no value yet.
  @inline(__always) func read(_ a: Slot, _ slot: Slot) throws(Failure) {
    if slot.pointee.isReference { return try readReference(a, slot) }
    a.copy(slot)
  }

  @inline(never) private func readReference(_ a: Slot, _ slot: Slot) throws(Failure) {
    if slot.pointee.isAbsent {
      throw Failure(
        "X0206", "this name has no value yet",
        notes: ["Its declaration comes later, and has not run."])
    }
    a.pointee = slot.pointee
  }
}

extension Box {
  @inline(__always) func withSlot<E: Error>(_ body: (Slot) throws(E) -> Void) throws(E) {
    try withUnsafeMutablePointer(to: &value, body)
  }
}

extension Unmanaged<Box> {
  /// The place of the box's value; valid while something holds the box.
  @inline(__always) var slot: Slot {
    _withUnsafeGuaranteedRef { box in withUnsafeMutablePointer(to: &box.value) { $0 } }
  }
}

extension UnsafeMutablePointer<Value> {
  /// The place of the value of the box in this register. The compiler puts boxes where it reads
  /// them; should that ever fail, the register itself is used.
  @inline(__always) var boxed: Slot { pointee.boxObject?.slot ?? self }
}
