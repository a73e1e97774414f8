// Memory of tensors: aligned blocks in size classes that are kept between uses, with a limit.

import Glibc
import Synchronization

/// A block of memory that tensors share; it returns to the pool when the last tensor lets go of it.
package final class Storage: @unchecked Sendable {
  /// The first byte, aligned to 64. Raw memory: kernels need addresses.
  let base: UnsafeMutableRawPointer
  /// Usable bytes.
  let capacity: Int
  /// Rearranged copies that kernels made of weights in this block; they die with it. For those who hold `packing`.
  private var forms: [PackingKey: Storage] = [:]
  /// One lock for all: most blocks are no weights, and even an unused lock costs time.
  private static let packing = Mutex(())

  private init(base: UnsafeMutableRawPointer, capacity: Int) {
    self.base = base
    self.capacity = capacity
  }

  deinit { Storage.pool.release(base, capacity) }

  /// A block of at least `bytes` bytes with unspecified contents.
  ///
  /// Throws `TensorError.memory` if the limit would be passed or the system has no more.
  static func allocate(bytes: Int) throws(TensorError) -> Storage {
    let (base, capacity) = try pool.take(max(bytes, 1))
    return Storage(base: base, capacity: capacity)
  }

  /// The packed form of weights in this block, made by `pack` from `count` floats if it does not
  /// exist yet. The block's elements never change once a tensor of it is visible, so neither do its
  /// packed forms.
  func packed(
    _ key: PackingKey, count: Int, _ pack: (UnsafeMutablePointer<Float>) -> Void
  ) throws(TensorError) -> Storage {
    if let found = Self.packing.withLock({ _ in forms[key] }) { return found }
    let storage = try Storage.allocate(bytes: count * MemoryLayout<Float>.size)
    pack(storage.floats)
    Self.packing.withLock { _ in forms[key] = storage }
    return storage
  }

  static let pool = StoragePool()

  /// The most bytes that tensors may hold at once; at the start 80 % of the machine's memory.
  package static var limit: Int {
    get { pool.limit }
    set { pool.limit = newValue }
  }

  /// Bytes held by tensors now.
  package static var live: Int { pool.live }

  /// The largest number of bytes held by tensors at once since the last `resetPeak()`.
  package static var peak: Int { pool.peak }

  /// Starts a new measurement of `peak`.
  package static func resetPeak() { pool.resetPeak() }

  /// Says that so many bytes were held at once since the measurement of `peak` began.
  static func raisePeak(to bytes: Int) { pool.raisePeak(to: bytes) }

  /// Gives what is kept for the next tensors back to the system.
  package static func trim() { pool.trim() }

  /// A number of bytes for people, such as `1.5 GB` (powers of 1000).
  package static func describe(bytes: Int) -> String {
    var value = Double(bytes)
    var unit = "B"
    for next in ["kB", "MB", "GB", "TB", "PB", "EB"] where value >= 1000 {
      value /= 1000
      unit = next
    }
    if unit == "B" { return "\(bytes) B" }
    let tenths = (value * 10).rounded()
    let whole = Int(tenths) / 10
    return value < 100 && Int(tenths) % 10 != 0
      ? "\(whole).\(Int(tenths) % 10) \(unit)" : "\(Int(value.rounded())) \(unit)"
  }
}

/// Free blocks by size class. Classes are powers of two with four steps between them, so that at
/// most a fifth of a block is unused.
final class StoragePool: Sendable {
  private struct State: @unchecked Sendable {
    /// By number of size class.
    var free = [[UnsafeMutableRawPointer]](repeating: [], count: 256)
    var retained = 0
    var limit: Int
  }

  private let state: Mutex<State>
  private let held = Atomic(0)
  private let mostHeld = Atomic(0)

  init() {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let page = sysconf(Int32(_SC_PAGESIZE))
    let memory = pages > 0 && page > 0 ? pages * page : 8 << 30
    state = Mutex(State(limit: memory / 10 * 8))
  }

  var limit: Int {
    get { state.withLock { $0.limit } }
    set { state.withLock { $0.limit = newValue } }
  }
  var live: Int { held.load(ordering: .relaxed) }
  var peak: Int { mostHeld.load(ordering: .relaxed) }
  func resetPeak() { mostHeld.store(live, ordering: .relaxed) }
  func raisePeak(to bytes: Int) { mostHeld.max(bytes, ordering: .relaxed) }

  /// Counts bytes that tensors hold from now on.
  private func hold(_ bytes: Int) {
    let now = held.wrappingAdd(bytes, ordering: .relaxed).newValue
    if now > peak { mostHeld.max(now, ordering: .relaxed) }
  }

  /// The size class that holds `bytes`: 64 · {4, 5, 6, 7} / 4 · 2^k, at least 64.
  static func sizeClass(_ bytes: Int) -> Int {
    if bytes <= 256 { return (bytes + 63) & ~63 }
    let step = 1 << (Int.bitWidth - 1 - (bytes - 1).leadingZeroBitCount - 2)
    return (bytes + step - 1) & ~(step - 1)
  }

  /// The number of the size class of `capacity` bytes, below 256.
  private static func number(_ capacity: Int) -> Int {
    if capacity <= 256 { return capacity / 64 }
    let power = Int.bitWidth - 1 - capacity.leadingZeroBitCount
    return 4 * (power - 7) + (capacity >> (power - 2)) & 3
  }

  /// The size of the blocks of a size class.
  private static func capacity(_ number: Int) -> Int {
    number < 4 ? 64 * number : (4 + number & 3) << (number / 4 + 5)
  }

  func take(_ bytes: Int) throws(TensorError) -> (UnsafeMutableRawPointer, Int) {
    if bytes > Int.max / 4 { throw .memory(requested: bytes, live: live, limit: limit) }
    let capacity = Self.sizeClass(bytes)
    if capacity <= Self.small { return (try single(bytes, capacity), capacity) }
    let found: Result<UnsafeMutableRawPointer?, TensorError> = state.withLock { state in
      // Single numbers are let through: messages about the limit need some.
      guard live <= state.limit - capacity || capacity <= 4096 else {
        return .failure(.memory(requested: bytes, live: live, limit: state.limit))
      }
      hold(capacity)
      guard let block = state.free[Self.number(capacity)].popLast() else {
        if live + state.retained > state.limit { Self.drop(&state) }
        return .success(nil)
      }
      state.retained -= capacity
      return .success(block)
    }
    if let block = try found.get() { return (block, capacity) }
    return (try fresh(bytes, capacity), capacity)
  }

  /// Blocks of up to so many bytes come from the system's allocator, which keeps some for each thread and needs no lock.
  private static let small = 512

  /// A small block. In front of it stands the address by which the system's allocator knows it.
  private func single(_ bytes: Int, _ capacity: Int) throws(TensorError) -> UnsafeMutableRawPointer
  {
    guard let memory = malloc(capacity + 64) else {
      throw .memory(requested: bytes, live: live, limit: limit)
    }
    hold(capacity)
    // It is aligned to 16, so that at least as many bytes are free.
    let block = (memory + 16).alignedUp(toMultipleOf: 64)
    (block - 8).storeBytes(of: memory, as: UnsafeMutableRawPointer.self)
    return block
  }

  /// Blocks of at least so many bytes are mapped one by one. Among others of the C library's store they would leave gaps
  /// into which no other size fits, and the process would hold several times the limit.
  private static let mappedFrom = 1 << 20

  /// A block from the system, on huge pages if it is large.
  private func fresh(_ bytes: Int, _ capacity: Int) throws(TensorError) -> UnsafeMutableRawPointer {
    if let block = capacity >= Self.mappedFrom ? Self.map(capacity) : Self.carve(capacity) {
      return block
    }
    held.wrappingSubtract(capacity, ordering: .relaxed)
    throw .memory(requested: bytes, live: live, limit: limit)
  }

  private static func carve(_ capacity: Int) -> UnsafeMutableRawPointer? {
    var block: UnsafeMutableRawPointer?
    return posix_memalign(&block, 64, capacity) == 0 ? block : nil
  }

  /// Pages of its own; from 4 MB on they begin where a huge page does, and what lies before and behind goes back.
  private static func map(_ capacity: Int) -> UnsafeMutableRawPointer? {
    let huge = 2 << 20
    let spare = capacity >= 2 * huge ? huge : 0
    let protection = PROT_READ | PROT_WRITE
    guard
      let start = mmap(
        nil, capacity + spare, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != MAP_FAILED
    else { return nil }
    guard spare > 0 else { return start }
    let before = -Int(bitPattern: start) & (huge - 1)
    let block = start + before
    if before > 0 { munmap(start, before) }
    if before < spare { munmap(block + capacity, spare - before) }
    madvise(block, capacity, MADV_HUGEPAGE)
    return block
  }

  /// Gives a block of `capacity` bytes back to the system.
  private static func giveBack(_ block: UnsafeMutableRawPointer, _ capacity: Int) {
    if capacity >= mappedFrom { munmap(block, capacity) } else { free(block) }
  }

  func release(_ block: UnsafeMutableRawPointer, _ capacity: Int) {
    held.wrappingSubtract(capacity, ordering: .relaxed)
    if capacity <= Self.small {
      return free((block - 8).load(as: UnsafeMutableRawPointer.self))
    }
    state.withLock { state in
      // Retention: at most a quarter of the limit, so that memory that is no longer used goes back.
      if state.retained + capacity > state.limit / 4 {
        Self.giveBack(block, capacity)
      } else {
        state.retained += capacity
        state.free[Self.number(capacity)].append(block)
      }
    }
  }

  func trim() { state.withLock { Self.drop(&$0) } }

  private static func drop(_ state: inout State) {
    for i in state.free.indices {
      for block in state.free[i] { giveBack(block, capacity(i)) }
      state.free[i] = []
    }
    state.retained = 0
  }
}
