// Equal rows told apart, and places among sorted numbers.

extension Kernels {
  /// What `distinct` finds among rows.
  package struct Distinct {
    /// The index of the first row of each kind, the kinds in ascending order.
    package let first: Tensor
    /// How many rows are of each kind.
    package let counts: Tensor
    /// The kind of each row.
    package let inverse: Tensor
  }

  /// The different rows of a matrix [rows, width], ordered by their first numbers, then the second and so on. A NaN equals
  /// every NaN and stands after all numbers.
  package static func distinct(_ x: Tensor) throws(TensorError) -> Distinct {
    guard x.rank == 2 else {
      throw .shapes(operation: "unique", shapes: [x.shape], reason: "a matrix is needed")
    }
    let source = try x.contiguous()
    let order: [Int]
    switch source.type {
    case .f32: order = try rowOrder(source, Float.self)
    case .f64: order = try rowOrder(source, Double.self)
    case .i64: order = try rowOrder(source, Int.self)
    case .u8, .bool: order = try rowOrder(source, UInt8.self)
    }
    if Interruption.requested { throw .interrupted(operation: "unique") }
    var (first, counts, inverse) = ([Int](), [Int](), [Int](repeating: 0, count: order.count))
    for (place, row) in order.enumerated() {
      if place & 0x3_FFFF == 0, Interruption.requested {
        throw .interrupted(operation: "unique")
      }
      if place > 0, !differ(source, order[place - 1], row) {
        counts[counts.count - 1] += 1
      } else {
        first.append(row)
        counts.append(1)
      }
      inverse[row] = first.count - 1
    }
    return Distinct(
      first: try Tensor(first), counts: try Tensor(counts), inverse: try Tensor(inverse))
  }

  /// Negative, 0 or positive as row `i` of a row-major matrix comes before, with or after row `j`.
  @inline(__always)
  private static func compared<T: Comparable>(
    _ numbers: UnsafePointer<T>, _ width: Int, _ i: Int, _ j: Int
  ) -> Int {
    for k in 0..<width {
      let (a, b) = (numbers[i * width + k], numbers[j * width + k])
      if a < b { return -1 }
      if b < a { return 1 }
      // Unequal and in no order: one is NaN.
      if a != b, (a != a) != (b != b) { return a != a ? 1 : -1 }
    }
    return 0
  }

  private static func rowOrder<T: Comparable & SortKeyed>(
    _ x: Tensor, _: T.Type
  ) throws(TensorError) -> [Int] {
    let numbers = UnsafePointer(x.pointer(T.self))
    let width = x.shape[1]
    var order = Array(0..<x.shape[0])
    // For few rows the digits' buckets would cost more than comparing.
    if order.count <= 256 {
      return order.sorted {
        let difference = compared(numbers, width, $0, $1)
        return difference < 0 || (difference == 0 && $0 < $1)
      }
    }
    // By the last column first, as each sort keeps equals in order.
    let sorter = try RadixSort(capacity: order.count)
    for column in stride(from: width - 1, through: 0, by: -1) {
      if Interruption.requested { throw .interrupted(operation: "unique") }
      let before = order
      sorter.places(order.count, descending: false) {
        numbers[before[$0] * width + column]
      } _: {
        order[$0] = before[$1]
      }
    }
    return order
  }

  private static func differ(_ x: Tensor, _ i: Int, _ j: Int) -> Bool {
    let width = x.shape[1]
    return switch x.type {
    case .f32: compared(UnsafePointer(x.pointer(Float.self)), width, i, j) != 0
    case .f64: compared(UnsafePointer(x.pointer(Double.self)), width, i, j) != 0
    case .i64: compared(UnsafePointer(x.pointer(Int.self)), width, i, j) != 0
    case .u8, .bool: compared(UnsafePointer(x.pointer(UInt8.self)), width, i, j) != 0
    }
  }

  /// For each number how many of the ascending `sorted` [n] are below it, or with `right` not above it: where it would be
  /// put. A NaN goes to the end.
  package static func searchSorted(
    _ sorted: Tensor, _ x: Tensor, right: Bool
  ) throws(TensorError) -> Tensor {
    guard sorted.rank == 1 else {
      throw .shapes(
        operation: "search sorted", shapes: [sorted.shape],
        reason: "the sorted numbers need one axis")
    }
    let edges = sorted.doubles
    for place in edges.indices.dropFirst() where !(edges[place - 1] <= edges[place]) {
      throw .value(
        operation: "search sorted",
        reason: "the numbers must ascend, found \(edges[place - 1]) before \(edges[place])")
    }
    var places = [Int](repeating: 0, count: x.count)
    for (index, number) in x.doubles.enumerated() {
      if index & 0xffff == 0xffff, Interruption.requested {
        throw .interrupted(operation: "search sorted")
      }
      var (low, high) = (0, edges.count)
      while low < high {
        let middle = (low + high) / 2
        let isBelow = right ? !(edges[middle] > number) : !(edges[middle] >= number)
        if isBelow { low = middle + 1 } else { high = middle }
      }
      places[index] = low
    }
    return try Tensor(places, x.shape)
  }
}
