// The machine that runs compiled functions: its memory, its limits, and how natives use it.
import Glibc
import Syntax

/// A call under way: where to go on when the function it called returns.
struct FrameRecord {
  var pc: UnsafeMutablePointer<Instruction>
  var registers: Slot
  var code: CodePointer
  var captured: Slot
}

/// Runs the functions of one session, on one thread at a time.
///
/// Calls within a script do not nest the native stack; natives that call back do, and are stopped
/// before it ends.
public final class Machine {
  /// Calls and loop turns between two checkpoints.
  static let slice = 10_000
  static let registerCount = 1 << 20
  static let globalCount = 1 << 16
  /// The native stack that a native function may rely on, in bytes.
  static let stackReserve: UInt = 160 << 10

  /// Where `print`, `show` and progress go.
  package var output: any Output
  /// The session that the machine belongs to.
  package internal(set) weak var session: Session?
  /// Asked every few thousand calls and loop turns; true stops the run.
  @exclusivity(unchecked) package var isInterrupted: () -> Bool = { false }
  /// Calls and loop turns that are left, to within ten thousand.
  @exclusivity(unchecked) package var budget = Int.max
  /// The native `append` of the core, which the machine may do in place.
  var append: UnsafeRawPointer?
  /// The texts that are being put together.
  let pieces = TextBuffer()
  /// The moment, on the monotonic clock, at which the run ends.
  package var deadline: ContinuousClock.Instant? { didSet { noteLimits() } }
  /// Until then a run that was stopped may clean up.
  var grace: ContinuousClock.Instant? { didSet { noteLimits() } }
  /// Whether there is a moment to look at the clock for.
  @exclusivity(unchecked) private var isTimed = false

  // Memory of the machine: mapped, so that it costs nothing until used; plain, so that the loop
  // can look at values in place.
  let globals: Slot
  let stack: Slot
  let limit: Slot
  let frames: UnsafeMutablePointer<FrameRecord>
  /// Where a native that calls back may put its frame; set before each native call.
  @exclusivity(unchecked) var top: Slot
  @exclusivity(unchecked) var topFrame: UnsafeMutablePointer<FrameRecord>
  /// What is left of the current slice between runs.
  @exclusivity(unchecked) var spare = Machine.slice
  @exclusivity(unchecked) private var nesting = 0
  /// Functions that were replaced while they may be running.
  @exclusivity(unchecked) private var retired: [Value] = []
  private var stackEnd: UInt = 0
  private var stackThread: pthread_t?
  private let mapped: [(UnsafeMutableRawPointer, Int)]

  init?(output: any Output) {
    self.output = output
    let slack = Int(UInt16.max) + 1
    let sizes = [
      (Machine.registerCount + slack) * MemoryLayout<Value>.stride,
      (Machine.registerCount + 1) * MemoryLayout<FrameRecord>.stride,
      Machine.globalCount * MemoryLayout<Value>.stride,
    ]
    var mapped: [(UnsafeMutableRawPointer, Int)] = []
    for size in sizes {
      // Zeros are values without a reference.
      let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
      guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0),
        memory != MAP_FAILED
      else {
        for (memory, size) in mapped { munmap(memory, size) }
        return nil
      }
      mapped.append((memory, size))
    }
    self.mapped = mapped
    stack = mapped[0].0.assumingMemoryBound(to: Value.self)
    frames = mapped[1].0.assumingMemoryBound(to: FrameRecord.self)
    globals = mapped[2].0.assumingMemoryBound(to: Value.self)
    limit = stack + Machine.registerCount
    top = stack
    topFrame = frames
  }

  deinit {
    for index in 0..<Machine.globalCount where globals[index].isReference {
      (globals + index).clear()
    }
    for (memory, size) in mapped { munmap(memory, size) }
  }

  // MARK: limits

  /// Long natives call this now and then: it throws when the run was interrupted or is out of time.
  package func checkpoint() throws(Failure) {
    if isTimed {
      if let grace, ContinuousClock.now < grace { return }
      if isLate { throw Failure("X0604", "the time limit was reached", kind: .limit) }
    }
    if isInterrupted() { throw Failure("X0603", "interrupted", kind: .interruption) }
  }

  /// The same where much is being made: it throws also when the memory is used up.
  package func progress() throws(Failure) {
    try checkpoint()
    try Memory.check()
  }

  private func noteLimits() { isTimed = deadline != nil || grace != nil }

  /// Whether the next checkpoint throws.
  var mustStop: Bool { isLate || isInterrupted() }

  private var isLate: Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }

  /// An interruption behind the deadline is the deadline's: that is how kernels are stopped.
  private func explained(_ failure: Failure) -> Failure {
    guard failure.kind == .interruption, isLate else { return failure }
    let late = Failure("X0604", "the time limit was reached", kind: .limit)
    (late.trace, late.omitted) = (failure.trace, failure.omitted)
    return late
  }

  /// Called when a slice is used up: what the next one holds.
  @inline(never) func nextSlice() throws(Failure) -> Int {
    do throws(Failure) {
      try checkpoint()
      try Memory.check()
      budget -= Machine.slice
      if budget <= 0 { throw Failure("X0604", "the step limit was reached", kind: .limit) }
    } catch {
      error.isAtTarget = true
      throw error
    }
    return Machine.slice
  }

  /// Asked after whatever may have taken long or much: the result of a native or an operator.
  @inline(__always) func checkpoint(after slot: Slot) throws(Failure) {
    if case .object = slot.pointee {
      try checkpoint()
    } else if slot.pointee.isReference {
      try account(for: slot)
    }
  }

  /// Counts a text or a list that was made; one that was handed on counts again, which only asks sooner.
  @inline(never) func account(for slot: Slot) throws(Failure) {
    if let text = slot.pointee.textObject {
      try Memory.spend(text._withUnsafeGuaranteedRef { $0.size })
    } else if let list = slot.pointee.elements {
      try Memory.spend(list.count * Text.leastSize)
    }
  }

  @inline(never) func tooDeep() -> Failure {
    Failure(
      "X0601", "the recursion is too deep",
      help: "does every path through the function come to an end?")
  }

  /// A function replaced while it may be running stays alive until the machine is at rest.
  @inline(never) func retire(_ value: Value) { if nesting > 0 { retired.append(value) } }

  /// Whether the native stack has room for another native function.
  private func checkStack() throws(Failure) {
    let thread = pthread_self()
    if stackThread != thread {
      stackThread = thread
      stackEnd = NativeStack.end
    }
    if NativeStack.position < stackEnd + Machine.stackReserve { throw tooDeep() }
  }

  // MARK: calls from natives

  /// Calls any callable value.
  package func call(_ callee: Value) throws(Failure) -> Value {
    try perform(callee, try room(0), 0)
  }

  /// Calls any callable value with one argument.
  package func call(_ callee: Value, _ argument: Value) throws(Failure) -> Value {
    let base = try room(1)
    (base + 1).take(argument)
    return try perform(callee, base, 1)
  }

  /// Calls any callable value with two arguments.
  package func call(_ callee: Value, _ first: Value, _ second: Value) throws(Failure) -> Value {
    let base = try room(2)
    (base + 1).take(first)
    (base + 2).take(second)
    return try perform(callee, base, 2)
  }

  /// Calls any callable value with labels where given.
  package func call(_ callee: Value, arguments: [Argument]) throws(Failure) -> Value {
    if case .object(let object) = callee {
      try checkStack()
      return try object.call(self, arguments)
    }
    let base = try room(arguments.count)
    let values = try arrange(arguments, for: callee)
    guard base + values.count < limit else { throw tooDeep() }
    for (index, value) in values.enumerated() { (base + index + 1).take(value) }
    return try perform(callee, base, values.count, isArranged: true)
  }

  private func room(_ count: Int) throws(Failure) -> Slot {
    guard top + count < limit else { throw tooDeep() }
    return top
  }

  /// Calls with arguments that lie behind `base`.
  private func perform(
    _ callee: Value, _ base: Slot, _ count: Int, isArranged: Bool = false
  ) throws(Failure) -> Value {
    let outer = topFrame
    nesting += 1
    defer {
      top = base
      topFrame = outer
      nesting -= 1
      if nesting == 0 {
        grace = nil
        if !retired.isEmpty { retired.removeAll() }
      }
    }
    do throws(Failure) {
      try checkStack()
      spare -= 1
      if spare < 0 { spare = try nextSlice() }
      if let function = callee.closure {
        if !isArranged, function.code.pointee.arity != count {
          try fill(function.code, base, count)
        }
        try withExtendedLifetime(callee) { () throws(Failure) in
          try run(function.code, function.captured, base)
        }
      } else {
        var value = callee
        try callOther(&value, base, count, outer, isArranged: isArranged)
      }
    } catch {
      for index in 0...count { (base + index).clear() }
      throw explained(error)
    }
    defer { base.clear() }
    return base.pointee
  }
}

/// The C library has it, but its header shows it only to programs that ask for extensions.
@_silgen_name("pthread_getattr_np")
private func threadAttributes(
  _ thread: pthread_t, _ attributes: UnsafeMutablePointer<pthread_attr_t>
) -> CInt

/// The native stack of the current thread. Addresses are only compared.
enum NativeStack {
  /// Roughly where the stack stands now.
  static var position: UInt {
    var marker: UInt8 = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
  }

  /// The lowest address that the stack may reach.
  static var end: UInt {
    var attributes = pthread_attr_t()
    guard threadAttributes(pthread_self(), &attributes) == 0 else {
      return position > (256 << 10) ? position - (256 << 10) : 0
    }
    defer { pthread_attr_destroy(&attributes) }
    var base: UnsafeMutableRawPointer?
    var size = 0
    pthread_attr_getstack(&attributes, &base, &size)
    return UInt(bitPattern: base)
  }
}
