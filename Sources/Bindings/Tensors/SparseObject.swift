// SparseObject: a sparse matrix as a value of the language.
import Displays
import Graphs
import Runtime
import Syntax
import Tensors

/// A SparseMatrix: the places of its entries, and their values as a variable of the graph.
final class SparseObject: Object {
  let pattern: SparsePattern
  /// One number for each entry of the pattern.
  let values: Variable

  init(_ pattern: SparsePattern, _ values: Variable) {
    self.pattern = pattern
    self.values = values
  }

  /// The matrix with `values` [entries] at these places; those of equal places are added.
  static func at(
    rows: [Int], columns: [Int], _ values: Variable, shape: (rows: Int, columns: Int)
  ) throws(Failure) -> SparseObject {
    let (pattern, numbers) = try tensor { () throws(TensorError) in
      try SparsePattern.at(rows: rows, columns: columns, shape: shape)
    }
    let places = try tensor { () throws(TensorError) in try Tensor(numbers) }
    return SparseObject(
      pattern,
      try graph { () throws(GraphError) in
        try Graphs.apply(
          ScatterAdd(0, size: pattern.count), [Promotion.real(values), Variable(places)])
      })
  }

  override var typeName: String { "SparseMatrix" }
  override var sizes: [Int]? { [pattern.rows, pattern.columns] }

  override func describe() -> String {
    "SparseMatrix \(values.type.rawValue) [\(pattern.rows), \(pattern.columns)] with \(pattern.count) entries"
  }

  /// What it is, and its first entries.
  override func display() -> Display {
    let most = 10
    guard let numbers = values.numbers?.doubles else { return .text(describe()) }
    let rows = zip(pattern.rowIndices, pattern.indices).enumerated().prefix(most).map { place, at in
      TableDisplay.Row(nil, [.integer(at.0), .integer(at.1), .number(numbers[place])])
    }
    if rows.isEmpty { return .text(describe()) }
    let columns = ["row", "column", "value"].map {
      TableDisplay.Column($0, kind: .number(decimals: nil), best: nil)
    }
    let rest = pattern.count - rows.count
    return .table(
      TableDisplay(
        title: describe(), columns: columns, rows: rows,
        footnotes: rest > 0 ? ["and \(rest) more entries"] : []))
  }

  override var fieldNotes: [String: String] {
    [
      "shape": "the numbers of rows and columns", "count": "how many entries there are",
      "rows": "the row of each entry", "columns": "the column of each entry",
      "values": "the number at each entry", "type": "the type of the numbers: f32, f64",
    ]
  }

  override var fieldNames: [String] { ["shape", "count", "rows", "columns", "values", "type"] }

  override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "shape": Value([.int(pattern.rows), .int(pattern.columns)])
    case "count": .int(pattern.count)
    case "rows": Value(try tensor { () throws(TensorError) in try Tensor(pattern.rowIndices) })
    case "columns": Value(try tensor { () throws(TensorError) in try Tensor(pattern.indices) })
    case "values": Value(values)
    case "type": Value(values.type.rawValue)
    default: nil
    }
  }

  override func equals(_ other: Object) throws(Failure) -> Bool {
    guard let other = other as? SparseObject else { return false }
    let (mine, theirs) = (try values.read().doubles, try other.values.read().doubles)
    return pattern.rows == other.pattern.rows && pattern.columns == other.pattern.columns
      && pattern.offsets == other.pattern.offsets && pattern.indices == other.pattern.indices
      && mine == theirs
  }

  override func unary(_ operation: Syntax.UnaryOperator) throws(Failure) -> Value {
    guard operation == .negate else { return try super.unary(operation) }
    let negated = try graph { () throws(GraphError) in try values.applying(Negate()) }
    return .object(SparseObject(pattern, negated))
  }

  override func binary(
    _ operation: Syntax.BinaryOperator, _ left: Value, _ right: Value
  ) throws(Failure) -> Value {
    switch (operation, left, right) {
    case (.matrixProduct, .object(let a as SparseObject), .object(let x as TensorObject)):
      return Value(try a.product(x.variable))
    case (.matrixProduct, .object(let x as TensorObject), .object(let a as SparseObject)):
      return Value(try a.product(from: x.variable))
    case (.multiply, .object(let a as SparseObject), let factor),
      (.multiply, let factor, .object(let a as SparseObject)),
      (.divide, .object(let a as SparseObject), let factor):
      guard factor.number != nil else { break }
      let (x, y) = try Promotion.operands(Value(a.values), factor, of: operation.rawValue)
      let scaled = try graph { () throws(GraphError) in
        operation == .multiply ? try x * y.reshaped([]) : try x / y.reshaped([])
      }
      return .object(SparseObject(a.pattern, scaled))
    case (.add, .object(let a as SparseObject), .object(let b as SparseObject)):
      return .object(try a.sum(with: b))
    case (.subtract, .object(let a as SparseObject), .object(let b as SparseObject)):
      let negated = try graph { () throws(GraphError) in try b.values.applying(Negate()) }
      return .object(try a.sum(with: SparseObject(b.pattern, negated)))
    default: break
    }
    return try super.binary(operation, left, right)
  }

  /// A · x for a vector, a matrix or a batch of matrices x.
  private func product(_ x: Variable) throws(Failure) -> Variable {
    try graph { () throws(GraphError) in
      let x = try Promotion.real(x)
      guard x.rank == 1 else { return try Graphs.apply(SparseProduct(pattern), [values, x]) }
      return try Graphs.apply(SparseProduct(pattern), [values, x.applying(ExpandAxes([1]))])
        .applying(SqueezeAxes([1]))
    }
  }

  /// x · A, which is (Aᵀ · xᵀ)ᵀ.
  private func product(from x: Variable) throws(Failure) -> Variable {
    let mirrored = try transposed()
    guard x.rank > 1 else { return try mirrored.product(x) }
    return try graph { () throws(GraphError) in
      var order = Array(x.shape.indices)
      order.swapAt(order.count - 2, order.count - 1)
      let turned = try Promotion.real(x).applying(Transpose(order))
      return try Graphs.apply(SparseProduct(mirrored.pattern), [mirrored.values, turned])
        .applying(Transpose(order))
    }
  }

  /// Rows and columns exchanged.
  func transposed() throws(Failure) -> SparseObject {
    let (mirrored, order) = pattern.transposed
    let places = try tensor { () throws(TensorError) in try Tensor(order) }
    return SparseObject(
      mirrored,
      try graph { () throws(GraphError) in
        try Graphs.apply(Gather(0), [values, Variable(places)])
      })
  }

  private func sum(with other: SparseObject) throws(Failure) -> SparseObject {
    guard pattern.rows == other.pattern.rows, pattern.columns == other.pattern.columns else {
      throw Failure("X0204", "\(describe()) and \(other.describe()) have different shapes")
    }
    let (x, y) = try Promotion.operands(Value(values), Value(other.values), of: "+")
    let both = try graph { () throws(GraphError) in try Graphs.apply(Concatenate(0), [x, y]) }
    return try .at(
      rows: pattern.rowIndices + other.pattern.rowIndices,
      columns: pattern.indices + other.pattern.indices, both,
      shape: (pattern.rows, pattern.columns))
  }

  /// All numbers, zeros included.
  func dense() throws(Failure) -> Variable {
    let count = try tensor { () throws(TensorError) in
      try Shape.count([pattern.rows, pattern.columns])
    }
    let places = zip(pattern.rowIndices, pattern.indices).map { $0 * pattern.columns + $1 }
    let indices = try tensor { () throws(TensorError) in try Tensor(places) }
    return try graph { () throws(GraphError) in
      try Graphs.apply(ScatterAdd(0, size: count), [values, Variable(indices)])
        .applying(Reshape([pattern.rows, pattern.columns]))
    }
  }
}
