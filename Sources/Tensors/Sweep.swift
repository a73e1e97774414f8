// The order in which a kernel visits the elements of its operands: axes sorted and merged, rows
// handed out.

/// Nested loops over operands of one shape. Axes that can be walked as one are merged, so a sweep
/// over tensors that lie alike in memory has a single axis. Offsets and strides count elements.
struct Sweep {
  /// Extents, outermost first; never empty.
  private(set) var extents: [Int]
  /// Strides[operand][axis].
  private(set) var strides: [[Int]]
  /// The offset of the first element, per operand.
  private var starts: [Int]

  /// The number of elements.
  var count: Int { extents.reduce(1, &*) }

  /// A sweep in row-major order of `shape`, for kernels that depend on the order.
  static func rowMajor(_ shape: [Int], _ strides: [[Int]]) -> Sweep {
    Sweep(shape, strides, order: Array(shape.indices))
  }

  /// A sweep in the memory order of the first operand (the result), whose innermost stride is then
  /// 1 if it is dense.
  static func following(_ shape: [Int], _ strides: [[Int]]) -> Sweep {
    let lead = strides[0]
    let order = shape.indices.sorted { lead[$0] != lead[$1] ? lead[$0] > lead[$1] : $0 < $1 }
    return Sweep(shape, strides, order: order)
  }

  private init(_ shape: [Int], _ operands: [[Int]], order: [Int]) {
    var extents: [Int] = []
    var strides = [[Int]](repeating: [], count: operands.count)
    for axis in order where shape[axis] != 1 {
      if let last = extents.last,
        operands.indices.allSatisfy({
          strides[$0][extents.count - 1] == operands[$0][axis] &* shape[axis]
        })
      {
        extents[extents.count - 1] = last &* shape[axis]
        for k in operands.indices { strides[k][extents.count - 1] = operands[k][axis] }
      } else {
        extents.append(shape[axis])
        for k in operands.indices { strides[k].append(operands[k][axis]) }
      }
    }
    if extents.isEmpty {
      extents = [1]
      strides = [[Int]](repeating: [1], count: operands.count)
    }
    self.extents = extents
    self.strides = strides
    starts = [Int](repeating: 0, count: operands.count)
  }

  /// Elements between two looks at whether the user asked to stop.
  static let slice = 1 << 18

  /// Calls `body(offsets, count, steps)` for each innermost row, long ones in pieces: per operand the
  /// offset of its first element and the stride along the row. An element stands for the work of
  /// `weight`. When an interruption is requested, what is left is not visited: the result is then
  /// to be thrown away.
  @inline(__always)
  func rows(weight: Int = 1, _ body: (UnsafePointer<Int>, Int, UnsafePointer<Int>) -> Void) {
    if extents.contains(0) { return }
    let slice = max(1, Sweep.slice / max(1, weight))
    var left = slice
    let operands = strides.count
    let inner = extents.count - 1
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * operands + extents.count) { scratch in
      // The buffer holds offsets, steps and the index of each outer axis; its size is never 0.
      guard let offsets = scratch.baseAddress else { return }
      scratch.initialize(repeating: 0)
      let steps = offsets + operands
      let index = steps + operands
      for k in 0..<operands {
        offsets[k] = starts[k]
        steps[k] = strides[k][inner]
      }
      while true {
        var place = 0
        while true {
          let count = min(extents[inner] - place, slice)
          body(offsets, count, steps)
          left -= count
          if left <= 0 {
            if Interruption.requested { return }
            left = slice
          }
          place += count
          if place == extents[inner] { break }
          for k in 0..<operands { offsets[k] += count * steps[k] }
        }
        if place > slice {
          let passed = (place - 1) / slice * slice
          for k in 0..<operands { offsets[k] -= passed * steps[k] }
        }
        var axis = inner - 1
        while axis >= 0 {
          index[axis] += 1
          for k in 0..<operands { offsets[k] += strides[k][axis] }
          if index[axis] < extents[axis] { break }
          for k in 0..<operands { offsets[k] -= strides[k][axis] * extents[axis] }
          index[axis] = 0
          axis -= 1
        }
        if axis < 0 { return }
      }
    }
  }

  /// Calls `body(offsets, rows, columns, row steps, column steps)` for blocks of two axes that
  /// together cover the sweep; several at once on different threads if there are more than `grain`
  /// elements. Returns false on interruption.
  func blocks(
    grain: Int = 1 << 15,
    _ body: (UnsafePointer<Int>, Int, Int, UnsafePointer<Int>, UnsafePointer<Int>) -> Void
  ) -> Bool {
    let total = count
    guard total > grain else {
      serialBlocks(body)
      return !Interruption.requested
    }
    let axis = extents.indices.max { extents[$0] < extents[$1] } ?? 0
    let parts = min(extents[axis], (total + grain - 1) / grain)
    let step = (extents[axis] + parts - 1) / parts
    return Threads.forEach((extents[axis] + step - 1) / step) { part in
      let first = part * step
      let last = min(first + step, extents[axis])
      restricted(axis, first..<last).serialBlocks(body)
    }
  }

  /// The part of the sweep whose index along one axis lies in a range.
  private func restricted(_ axis: Int, _ range: Range<Int>) -> Sweep {
    var part = self
    part.extents[axis] = range.count
    part.starts = strides.indices.map { starts[$0] + range.lowerBound * strides[$0][axis] }
    return part
  }

  private func serialBlocks(
    _ body: (UnsafePointer<Int>, Int, Int, UnsafePointer<Int>, UnsafePointer<Int>) -> Void
  ) {
    if extents.contains(0) { return }
    let operands = strides.count
    let rank = extents.count
    let outer = max(0, rank - 2)
    let rows = rank > 1 ? extents[rank - 2] : 1
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * operands + rank) { scratch in
      guard let offsets = scratch.baseAddress else { return }
      scratch.initialize(repeating: 0)
      let rowSteps = offsets + operands
      let columnSteps = rowSteps + operands
      let index = columnSteps + operands
      for k in 0..<operands {
        offsets[k] = starts[k]
        rowSteps[k] = rank > 1 ? strides[k][rank - 2] : 0
        columnSteps[k] = strides[k][rank - 1]
      }
      while true {
        body(offsets, rows, extents[rank - 1], rowSteps, columnSteps)
        var axis = outer - 1
        while axis >= 0 {
          index[axis] += 1
          for k in 0..<operands { offsets[k] += strides[k][axis] }
          if index[axis] < extents[axis] { break }
          for k in 0..<operands { offsets[k] -= strides[k][axis] * extents[axis] }
          index[axis] = 0
          axis -= 1
        }
        if axis < 0 { return }
      }
    }
  }

  /// The strides of a new result of `shape`: the layout of the first operand that has the full
  /// shape and no gaps, so that a chain of operations keeps the layout it was given; otherwise
  /// row-major.
  static func resultStrides(_ shape: [Int], _ operands: [Tensor]) -> [Int] {
    for operand in operands where operand.fills(shape) { return operand.strides }
    return Shape.rowMajor(shape)
  }

  /// The same for two operands.
  static func resultStrides(_ shape: [Int], _ first: Tensor, _ second: Tensor) -> [Int] {
    if first.fills(shape) { return first.strides }
    return second.fills(shape) ? second.strides : Shape.rowMajor(shape)
  }
}

extension Tensor {
  /// Whether the tensor has the shape and lies in memory without gaps or repetition.
  fileprivate func fills(_ shape: [Int]) -> Bool {
    self.shape == shape && Shape.isDense(shape, strides)
  }
}
