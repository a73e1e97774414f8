// Arithmetic of i64 that knows when a result did not fit.

/// Sums, differences, products and powers of whole numbers. One that does not fit wraps and is remembered, so that a loop
/// asks once, when it is done.
struct Whole {
  private(set) var isBeyond = false

  /// Remembers that a result did not fit.
  mutating func note() { isBeyond = true }

  @inline(__always) mutating func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    isBeyond = overflow || isBeyond
    return sum
  }

  @inline(__always) mutating func difference(_ a: Int, _ b: Int) -> Int {
    let (difference, overflow) = a.subtractingReportingOverflow(b)
    isBeyond = overflow || isBeyond
    return difference
  }

  @inline(__always) mutating func product(_ a: Int, _ b: Int) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    isBeyond = overflow || isBeyond
    return product
  }

  /// The quotient rounded down; 0 for a divisor of 0, of which the caller takes care.
  mutating func quotient(_ a: Int, _ b: Int) -> Int {
    if b == 0 { return 0 }
    let (quotient, overflow) = a.dividedReportingOverflow(by: b)
    isBeyond = overflow || isBeyond
    return (quotient &* b != a) && ((a < 0) != (b < 0)) ? quotient &- 1 : quotient
  }

  /// What is left of `a` after the quotient rounded down times `b`; `a` itself for a divisor of 0.
  static func remainder(_ a: Int, _ b: Int) -> Int {
    // The quotient of the least number and -1 does not fit, but nothing is left of it.
    if b == 0 || b == -1 { return b == 0 ? a : 0 }
    let rest = a % b
    return rest != 0 && (rest < 0) != (b < 0) ? rest &+ b : rest
  }

  /// `base` to the power of `exponent`, which counts as 0 where it is negative.
  mutating func power(_ base: Int, _ exponent: Int) -> Int {
    var (result, factor, left) = (1, base, max(exponent, 0))
    while left > 0 {
      if left & 1 == 1 { result = product(result, factor) }
      left >>= 1
      if left > 0 { factor = product(factor, factor) }
    }
    return result
  }

  /// An error where some result did not fit.
  func check(_ operation: String) throws(TensorError) {
    if isBeyond { throw .range(operation: operation, type: .i64, found: nil) }
  }
}

/// A sum of whole numbers, which may leave i64 on the way: only the sum itself must fit.
struct WideSum {
  private var low = 0
  private var high = 0

  @inline(__always) func adding(_ number: Int) -> WideSum {
    var sum = self
    let (low, overflow) = low.addingReportingOverflow(number)
    sum.low = low
    if overflow { sum.high += number < 0 ? -1 : 1 }
    return sum
  }

  func value(_ whole: inout Whole) -> Int {
    if high != 0 { whole.note() }
    return low
  }
}

/// A product of whole numbers: a factor of 0 makes it 0, however large the others are.
struct WideProduct {
  private var value = 1
  private var isBeyond = false

  @inline(__always) func multiplied(by number: Int) -> WideProduct {
    var product = self
    let (value, overflow) = value.multipliedReportingOverflow(by: number)
    product.value = value
    // What has left i64 comes back by a factor of 0 alone, and stays there.
    product.isBeyond = number != 0 && (isBeyond || overflow)
    return product
  }

  func value(_ whole: inout Whole) -> Int {
    if isBeyond { whole.note() }
    return value
  }
}

extension Tensor {
  /// The elements as another type, where all of them fit: an error for a NaN, and for a number that i64 or u8 cannot hold
  /// when its fraction is cut off.
  package func cast(fitting wanted: ElementType) throws(TensorError) -> Tensor {
    let isNarrower = wanted == .u8 ? type > .u8 : wanted == .i64 && type.isFloating
    if isNarrower, let odd = try firstBeyond(wanted) {
      throw .range(operation: "cast", type: wanted, found: odd)
    }
    return try cast(to: wanted)
  }

  /// The first element that i64 or u8 cannot hold.
  private func firstBeyond(_ wanted: ElementType) throws(TensorError) -> Double? {
    let (least, most) = wanted == .u8 ? (-1.0, 256.0) : (-0x1p63, 0x1p63)
    // -1 itself cannot be held, while -2^63 can.
    func fits(_ number: Double) -> Bool {
      number < most && (wanted == .u8 ? number > least : number >= least)
    }
    let extremes = (try Kernels.reduceOrNil(.min, self), try Kernels.reduceOrNil(.max, self))
    guard let low = extremes.0, let high = extremes.1, !(fits(low) && fits(high)) else {
      return nil
    }
    return doubles.first { !fits($0) }
  }
}

extension Kernels {
  /// The least or the greatest element, a NaN if there is one; nil where there are no elements.
  fileprivate static func reduceOrNil(
    _ op: ReduceKernel, _ x: Tensor
  ) throws(TensorError) -> Double? {
    x.count == 0 ? nil : try reduce(op, x).doubles.first
  }
}
