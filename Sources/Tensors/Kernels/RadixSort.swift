// Stable sorting of numbers by the digits of keys that are in the same order.

/// A number whose order is that of an unsigned key. Every NaN has the largest key, and -0 that of 0.
protocol SortKeyed {
  /// Bits of the key that may differ from 0.
  static var keyBits: Int { get }
  var sortKey: UInt64 { get }
}

extension Double: SortKeyed {
  static var keyBits: Int { 64 }

  var sortKey: UInt64 {
    if isNaN { return .max }
    let bits = (self == 0 ? 0 : self).bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }
}

extension Float: SortKeyed {
  static var keyBits: Int { 32 }

  var sortKey: UInt64 {
    if isNaN { return UInt64(UInt32.max) }
    let bits = (self == 0 ? 0 : self).bitPattern
    return UInt64(bits >> 31 == 1 ? ~bits : bits | 1 << 31)
  }
}

extension Int: SortKeyed {
  static var keyBits: Int { 64 }
  var sortKey: UInt64 { UInt64(bitPattern: Int64(self)) ^ 1 << 63 }
}

extension UInt8: SortKeyed {
  static var keyBits: Int { 8 }
  var sortKey: UInt64 { UInt64(self) }
}

/// Room to sort the places of up to so many numbers.
struct RadixSort {
  private static let digit = 11
  private let room: Storage
  private let capacity: Int

  init(capacity: Int) throws(TensorError) {
    let (bytes, overflow) = capacity.multipliedReportingOverflow(by: 32)
    if overflow { throw .overflow(shape: [capacity]) }
    room = try Storage.allocate(bytes: bytes)
    self.capacity = capacity
  }

  /// Calls `store` with the places of `count` numbers, at most the capacity, in ascending or descending order; equals keep
  /// theirs. Returns early when an interruption is requested.
  @inline(__always)
  func places<T: SortKeyed>(
    _ count: Int, descending: Bool, _ number: (Int) -> T, _ store: (Int, Int) -> Void
  ) {
    // Two columns of keys and two of places, which the passes exchange.
    let base = room.base.assumingMemoryBound(to: UInt64.self)
    var (keys, places) = (base, base + capacity)
    var (nextKeys, nextPlaces) = (base + 2 * capacity, base + 3 * capacity)
    let mask: UInt64 = descending ? .max >> UInt64(64 - T.keyBits) : 0
    for i in 0..<count {
      keys[i] = number(i).sortKey ^ mask
      places[i] = UInt64(i)
    }
    let buckets = 1 << Self.digit
    func bucket(_ key: UInt64, _ shift: Int) -> Int {
      Int(key >> UInt64(shift) & UInt64(buckets - 1))
    }
    withUnsafeTemporaryAllocation(of: Int.self, capacity: buckets) { starts in
      guard let starts = starts.baseAddress else { return }
      for shift in stride(from: 0, to: T.keyBits, by: Self.digit) {
        if Interruption.requested { return }
        starts.initialize(repeating: 0, count: buckets)
        for i in 0..<count { starts[bucket(keys[i], shift)] += 1 }
        // All in one bucket: they are in order already.
        if count == 0 || starts[bucket(keys[0], shift)] == count { continue }
        var total = 0
        for digit in 0..<buckets { (starts[digit], total) = (total, total + starts[digit]) }
        for i in 0..<count {
          if i & 0x3_FFFF == 0, Interruption.requested { return }
          let digit = bucket(keys[i], shift)
          let place = starts[digit]
          starts[digit] += 1
          (nextKeys[place], nextPlaces[place]) = (keys[i], places[i])
        }
        (keys, nextKeys, places, nextPlaces) = (nextKeys, keys, nextPlaces, places)
      }
    }
    for i in 0..<count { store(i, Int(places[i])) }
  }
}
