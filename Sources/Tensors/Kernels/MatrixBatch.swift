// MatrixBatch: the matrices in the last two axes of tensors, as LAPACK takes them, one after the other.

import CLapack
import Synchronization

/// The matrices of an operation. Its operands are copied to f64, each matrix in column-major order, because LAPACK
/// computes in place.
struct MatrixBatch {
  let operation: String
  /// The axes before those of the matrices, to which all operands broadcast.
  let lead: [Int]
  /// How many matrices there are.
  let count: Int
  /// The element type of the result.
  let type: ElementType

  /// Elements of a matrix that LAPACK may take more than a hundredth of a second for.
  private static let large = 1 << 14

  init(_ operation: String, _ operands: Tensor...) throws(TensorError) {
    self.operation = operation
    var lead: [Int] = []
    var type = ElementType.f32
    for x in operands {
      guard x.rank >= 2 else {
        throw .shapes(operation: operation, shapes: [x.shape], reason: "a matrix has two axes")
      }
      // LAPACK counts in 32 bits.
      let (rows, columns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
      guard Shape.isMatrix(rows, columns) else {
        throw .shapes(
          operation: operation, shapes: [x.shape],
          reason: "a matrix of more than 2^30 elements is too large")
      }
      lead = try Shape.broadcast(lead, Array(x.shape.dropLast(2)), operation)
      type = max(type, x.type.real)
    }
    self.lead = lead
    self.type = type
    count = try Shape.count(lead)
  }

  /// Throws unless the matrices of `x` are square; gives their size.
  func square(_ x: Tensor) throws(TensorError) -> Int {
    let (rows, columns) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
    guard rows == columns else {
      throw .shapes(
        operation: operation, shapes: [x.shape],
        reason: "the matrix must be square, it has \(rows) rows and \(columns) columns")
    }
    return rows
  }

  /// A copy of the matrices of `x` in f64, each in column-major order.
  func columns(of x: Tensor) throws(TensorError) -> Tensor {
    let all = try x.cast(to: .f64).broadcast(to: lead + x.shape.suffix(2)).transposed()
    return try all.copied(strides: Shape.rowMajor(all.shape))
  }

  /// A new f64 tensor with `size` numbers for each matrix.
  func numbers(_ size: Int) throws(TensorError) -> Tensor {
    try Tensor(uninitialised: lead + [size], .f64)
  }

  /// What `columns` made, as matrices of the result's type.
  func result(_ columns: Tensor) throws(TensorError) -> Tensor {
    try columns.transposed().cast(to: type)
  }

  /// How many numbers of working memory a function of LAPACK wants: what it writes to the first address when it is asked
  /// with a size of -1. The second address stands for the matrices, which it does not look at then.
  func work(
    _ query: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Int32
  ) throws(TensorError) -> Int32 {
    var (size, none) = (0.0, 0.0)
    let status = query(&size, &none)
    guard status == 0, let wanted = Int32(exactly: max(1, size)) else {
      throw .value(operation: operation, reason: "the matrix is too large for LAPACK")
    }
    return wanted
  }

  /// Calls `body` for each matrix of `a` (made by `columns`) with its number, its address and `scratch` numbers of
  /// working memory, on several threads. The error is that of the first matrix that has one.
  ///
  /// `others` are the tensors that `body` reads and writes by address besides `a`. When an interruption is requested, a
  /// large matrix is left to a thread that goes on in them until LAPACK returns: they must then not be used.
  func each(
    _ a: Tensor, _ others: Tensor..., checked: Bool = true, scratch: Int,
    _ body:
      @escaping (Int, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) ->
      MatrixProblem?
  ) throws(TensorError) {
    guard count > 0 else { return }
    let size = a.count / count
    let kept = [a.storage] + others.map(\.storage)
    // So many at once that handing them out costs little.
    let many = max(1, 1024 / max(1, size))
    let first = Mutex<(item: Int, error: TensorError)?>(nil)
    let start = a.pointer(Double.self)
    func fail(_ item: Int, _ error: TensorError) {
      first.withLock { found in
        if item < found?.item ?? Int.max { found = (item, error) }
      }
    }
    let whole = Threads.forEach((count + many - 1) / many) { part in
      let items = part * many..<min((part + 1) * many, count)
      do throws(TensorError) {
        let memory = try Storage.allocate(bytes: scratch * MemoryLayout<Double>.size)
        let room = memory.base.assumingMemoryBound(to: Double.self)
        for item in items where !Interruption.requested {
          let matrix = start + item * size
          let problem: MatrixProblem? =
            if checked && !isFinite(matrix, size) {
              .notFinite
            } else if size >= Self.large {
              Errand.run(keeping: kept + [memory]) { body(item, matrix, room) }
            } else {
              body(item, matrix, room)
            }
          if let problem { fail(item, error(problem, item)) }
        }
      } catch {
        fail(items.lowerBound, error)
      }
    }
    if !whole || Interruption.requested { throw .interrupted(operation: operation) }
    if let found = first.withLock({ $0 }) { throw found.error }
  }

  /// LAPACK does not end, or ends the process, for some matrices with a NaN.
  private func isFinite(_ matrix: UnsafePointer<Double>, _ size: Int) -> Bool {
    // 0 · x is 0 for every finite x.
    var sum = 0.0
    for i in 0..<size { sum += 0 * matrix[i] }
    return sum == 0
  }

  private func error(_ problem: MatrixProblem, _ item: Int) -> TensorError {
    var index = lead
    var rest = item
    for axis in lead.indices.reversed() {
      index[axis] = rest % lead[axis]
      rest /= lead[axis]
    }
    return .matrix(operation: operation, item: index, problem)
  }
}

extension Shape {
  /// Whether linear algebra takes a matrix of this size: at most 2^30 elements.
  package static func isMatrix(_ rows: Int, _ columns: Int) -> Bool {
    rows <= 1 << 30 && columns <= 1 << 30 && rows * columns <= 1 << 30
  }
}

extension UnsafeMutablePointer<Double> {
  /// The same memory as whole numbers, two for each Double: LAPACK wants some besides.
  var whole: UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: Int32.self)
  }

  /// Writes the `columns` columns of `rows` elements each, which lie at `from`, as rows of `columns` elements.
  func transpose(_ from: UnsafePointer<Double>, rows: Int, columns: Int) {
    for i in 0..<rows {
      for j in 0..<columns { self[i * columns + j] = from[j * rows + i] }
    }
  }

  /// Replaces the n × n matrix by its symmetric part (a + aᵀ) / 2, halving first so that nothing overflows.
  func symmetrise(_ n: Int) {
    for i in 0..<n {
      for j in 0..<i {
        let mean = 0.5 * self[i * n + j] + 0.5 * self[j * n + i]
        (self[i * n + j], self[j * n + i]) = (mean, mean)
      }
    }
  }
}
