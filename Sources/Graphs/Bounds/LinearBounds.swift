// Linear bounds: a linear function of the leaves below each element of a result, found by walking back.
import Tensors

extension BoundsAnalysis {
  /// The range of a step's result from linear functions of the leaves below and above each of its elements; nil where some
  /// slope is infinite.
  func linearRange(of entry: Entry) throws(GraphError) -> Interval? {
    let shape = entry.node.output.shape
    let count = entry.node.output.count
    let widest = order.reduce(count) { max($0, $1.node.output.count) }
    let perPass = max(1, min(count, (1 << 20) / max(1, 2 * widest)))
    var (low, high): ([Double], [Double]) = ([], [])
    for start in stride(from: 0, to: count, by: perPass) {
      let some = min(perPass, count - start)
      // Rows of the identity: as they are for lower bounds, negated for upper ones.
      var rows = [Double](repeating: 0, count: 2 * some * count)
      for row in 0..<some {
        rows[row * count + start + row] = 1
        rows[(some + row) * count + start + row] = -1
      }
      guard let found = try lowerBounds(of: .reals(rows, [2 * some] + shape), at: entry) else {
        return nil
      }
      low.append(contentsOf: found.prefix(some))
      high.append(contentsOf: found.suffix(some).map { -$0 })
    }
    return try Interval(low, high, shape: shape)
  }

  /// A lower bound of each row · what the step's kernel gives.
  private func lowerBounds(
    of rows: Variable, at entry: Entry
  ) throws(GraphError) -> [Double]? {
    var walk = Walk(rows.shape[0])
    let start = try index(of: entry)
    walk.rows[ObjectIdentifier(entry.node)] = rows
    for entry in order[...start].reversed() {
      guard let rows = walk.rows.removeValue(forKey: ObjectIdentifier(entry.node)) else { continue }
      if Interruption.requested { throw .interrupted }
      guard try walk.pass(rows, through: entry, of: self) else { return nil }
    }
    for (identity, range) in leaves {
      if let rows = walk.rows[identity] { try walk.settle(rows, in: range) }
    }
    return try walk.result()
  }

  /// Where the step stands in the order; steps come in the order of their numbers.
  private func index(of entry: Entry) throws(GraphError) -> Int {
    var (low, high) = (0, order.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if order[middle].node.number < entry.node.number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// What a walk back has collected.
private struct Walk {
  /// Rows at variables that are still to be replaced by functions of their operands.
  var rows: [ObjectIdentifier: Variable] = [:]
  private let count: Int
  private var offset: Variable?
  /// The sum of the absolute values of what was added to the offset.
  private var size: Variable?

  init(_ count: Int) { self.count = count }

  private mutating func add(_ term: Variable) throws(GraphError) {
    let absolute = try term.applying(Absolute())
    offset = if let offset { try offset + term } else { term }
    size = if let size { try size + absolute } else { absolute }
  }

  /// Replaces rows · range by its lower end.
  mutating func settle(_ rows: Variable, in range: Interval) throws(GraphError) {
    try add(rows.positivePart().dotRows(range.low))
    try add(rows.negativePart().dotRows(range.high))
    try forgive(rows, range)
  }

  /// Subtracts what the rounding of sums of rows times numbers in the range may come to, in f64: n products and the same
  /// again for how the rows came about.
  private mutating func forgive(_ rows: Variable, _ range: Interval) throws(GraphError) {
    let units = Double(2 * rows.value.count / max(1, count) + 128) * 0x1p-52
    try add(rows.applying(Absolute()).dotRows(range.magnitude()) * -units)
  }

  /// Replaces rows at a step by rows at its operands; false if some are not finite.
  mutating func pass(
    _ rows: Variable, through entry: BoundsAnalysis.Entry, of analysis: BoundsAnalysis
  ) throws(GraphError) -> Bool {
    let (positive, negative) = (try rows.positivePart(), try rows.negativePart())
    let rule = entry.node.operator.bounding
    let relaxed: RelaxedRows?
    do throws(GraphError) {
      relaxed = try rule.relaxed(entry.application, positive: positive, negative: negative)
    } catch {
      throw error.located(at: entry.node)
    }
    guard let relaxed else {
      try settle(rows, in: analysis.range(of: entry.node.variable))
      return true
    }
    try forgive(rows, entry.bounds.range)
    if let error = try entry.bounds.error {
      try add(-(rows.applying(Absolute()).dotRows(error)))
    }
    if let offset = relaxed.offset { try add(offset) }
    for (index, coefficients) in relaxed.coefficients.enumerated() {
      guard let coefficients else { continue }
      guard try coefficients.isFinite() else { return false }
      let (input, range) = (entry.node.inputs[index], entry.application.operands[index])
      if range.isPoint {
        try settle(coefficients, in: range)
        continue
      }
      try forgive(coefficients, range)
      let key = input.identity
      self.rows[key] = if let sum = self.rows[key] { try sum + coefficients } else { coefficients }
    }
    return true
  }

  /// The offsets, less their own rounding; minus infinity for what is not a number.
  func result() throws(GraphError) -> [Double] {
    guard let offset, let size else { return [Double](repeating: 0, count: count) }
    return try (offset - size * 0x1p-44).elements().map { $0.isNaN ? -.infinity : $0 }
  }
}
