// The limit on the memory of the whole program.
import Glibc
import Synchronization
import Tensors

/// What the process holds, as the system counts it: values, tensors and everything else together.
package enum Memory {
  /// Bytes that the values of scripts and what they need may take; at the start 80 % of the machine's.
  package static var limit: Int {
    get { limitStore.load(ordering: .relaxed) }
    set { limitStore.store(newValue, ordering: .relaxed) }
  }

  private static let limitStore: Atomic<Int> = {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return Atomic(pages > 0 && size > 0 ? pages * size / 10 * 8 : 8 << 30)
  }()

  /// Fewer elements or bytes than this are made without asking.
  static let worthAsking = 1 << 16

  /// What the program itself takes, which is not counted.
  private static let ownShare = 64 << 20

  /// Bytes that were made since it was last asked. An update that another thread overtakes is lost, which does no harm.
  private static let unasked = Atomic(0)

  /// The same for what is small: many small things are asked for together. What grows in place counts as `copied` too,
  /// because now and then all of it is.
  static func spend(_ bytes: Int, copied: Int = 0) throws(Failure) {
    let sum = unasked.load(ordering: .relaxed) &+ bytes
    guard sum >= 4 << 20 else { return unasked.store(sum, ordering: .relaxed) }
    unasked.store(0, ordering: .relaxed)
    try check(adding: copied)
  }

  /// An error if the program holds more than it may, or would with so many bytes more.
  static func check(adding bytes: Int = 0) throws(Failure) {
    guard let first = held, first - ownShare + bytes > limit else { return }
    // What was freed may still be held in the store of tensors, and in the C library's.
    Storage.trim()
    _ = trim(0)
    guard let held, held - ownShare + bytes > limit else { return }
    let more = bytes < 1_000_000 ? "" : ", and \(bytes / 1_000_000) MB more were needed"
    throw Failure(
      "X0606",
      "the memory limit of \(limit / 1_000_000) MB would be passed: \((held - ownShare) / 1_000_000) MB are in use\(more)",
      help: "work on less at a time, or raise --memory", kind: .limit)
  }

  /// Whether the next check throws.
  static var isUsedUp: Bool { held.map { $0 - ownShare > limit } ?? false }

  /// Bytes of memory that no file stands behind; nil where the system does not tell.
  private static var held: Int? {
    guard statistics >= 0 else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { buffer in
      let count = pread(statistics, buffer.baseAddress, buffer.count, 0)
      guard count > 0 else { return nil }
      // Sizes in pages: the whole, resident, shared, …
      var numbers: [Int] = []
      var number = 0
      for byte in buffer[..<count] {
        if byte == UInt8(ascii: " ") {
          numbers.append(number)
          number = 0
          if numbers.count == 3 { break }
        } else {
          number = number &* 10 &+ Int(byte &- UInt8(ascii: "0"))
        }
      }
      guard numbers.count == 3 else { return nil }
      return (numbers[1] - numbers[2]) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
  }

  private static let statistics = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
}

/// The C library has it, but in a header that Swift's view of it leaves out.
@_silgen_name("malloc_trim") private func trim(_ padding: Int) -> CInt
