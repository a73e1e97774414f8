// Memory of tensors: aligned blocks in size classes that are kept between uses, with a limit.

import Glibc
import Synchronization

/// A block of memory that tensors share; it returns to the pool when the last tensor lets go of it.
package final class Storage: @unchecked Sendable {
  /// The first byte, aligned to 64. Raw memory: kernels need addresses.
  let base: UnsafeMutableRawPointer
  /// Usable bytes.
  let capacity: Int
  /// Rearranged copies that kernels made of weights in this block; they die with it.
  private let forms = Mutex<[PackingKey: Storage]>([:])

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
    if let found = forms.withLock({ $0[key] }) { return found }
    let storage = try Storage.allocate(bytes: count * MemoryLayout<Float>.size)
    pack(storage.floats)
    forms.withLock { $0[key] = storage }
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
    var live = 0
    var peak = 0
    var limit: Int
  }

  private let state: Mutex<State>

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
  var live: Int { state.withLock { $0.live } }
  var peak: Int { state.withLock { $0.peak } }
  func resetPeak() { state.withLock { $0.peak = $0.live } }

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

  func take(_ bytes: Int) throws(TensorError) -> (UnsafeMutableRawPointer, Int) {
    if bytes > Int.max / 4 { throw .memory(requested: bytes, live: live, limit: limit) }
    let capacity = Self.sizeClass(bytes)
    let found: Result<UnsafeMutableRawPointer?, TensorError> = state.withLock { state in
      // Single numbers are let through: messages about the limit need some.
      guard state.live <= state.limit - capacity || capacity <= 4096 else {
        return .failure(.memory(requested: bytes, live: state.live, limit: state.limit))
      }
      state.live += capacity
      state.peak = max(state.peak, state.live)
      guard let block = state.free[Self.number(capacity)].popLast() else {
        if state.live + state.retained > state.limit { Self.drop(&state) }
        return .success(nil)
      }
      state.retained -= capacity
      return .success(block)
    }
    if let block = try found.get() { return (block, capacity) }
    return (try fresh(bytes, capacity), capacity)
  }

  /// A block from the system, on huge pages if it is large.
  private func fresh(_ bytes: Int, _ capacity: Int) throws(TensorError) -> UnsafeMutableRawPointer {
    let large = capacity >= 4 << 20
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, large ? 2 << 20 : 64, capacity) == 0, let block else {
      let error = state.withLock { state in
        state.live -= capacity
        return TensorError.memory(requested: bytes, live: state.live, limit: state.limit)
      }
      throw error
    }
    if large { madvise(block, capacity, MADV_HUGEPAGE) }
    return block
  }

  func release(_ block: UnsafeMutableRawPointer, _ capacity: Int) {
    state.withLock { state in
      state.live -= capacity
      // Retention: at most a quarter of the limit, so that memory that is no longer used goes back.
      if state.retained + capacity > state.limit / 4 {
        free(block)
      } else {
        state.retained += capacity
        state.free[Self.number(capacity)].append(block)
      }
    }
  }

  private static func drop(_ state: inout State) {
    for i in state.free.indices {
      for block in state.free[i] { free(block) }
      state.free[i] = []
    }
    state.retained = 0
  }
}
