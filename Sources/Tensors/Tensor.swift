// The tensor: shape, strides and shared storage; how tensors are made.

/// An n-dimensional array. A value: no operation changes a tensor that others can see, and a view
/// never copies.
///
/// Image batches are N×C×H×W; whether their channels lie together in memory is a matter of strides
/// alone.
package struct Tensor: @unchecked Sendable {
  let storage: Storage
  /// Elements between the start of the storage and the element at index (0, …, 0).
  let offset: Int
  /// The extent of each axis; empty for a single number.
  package let shape: [Int]
  /// Elements from one index to the next, per axis.
  package let strides: [Int]
  package let type: ElementType
  /// The number of elements.
  package let count: Int

  /// A view of `storage`; the caller guarantees that every index lies inside it.
  init(
    storage: Storage, offset: Int, shape: [Int], strides: [Int], type: ElementType, count: Int
  ) {
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
    self.type = type
    self.count = count
  }

  /// A new row-major tensor with unspecified elements.
  init(uninitialised shape: [Int], _ type: ElementType) throws(TensorError) {
    try self.init(uninitialised: shape, strides: Shape.rowMajor(shape), type)
  }

  /// A new tensor with unspecified elements and the given dense strides.
  init(uninitialised shape: [Int], strides: [Int], _ type: ElementType) throws(TensorError) {
    let count = try Shape.count(shape)
    self.init(
      storage: try Storage.allocate(bytes: count * type.size), offset: 0, shape: shape,
      strides: strides, type: type, count: count)
  }

  /// A new tensor with unspecified elements, of the shape, the strides and the type of one without gaps.
  init(uninitialisedLike other: Tensor) throws(TensorError) {
    self.init(
      storage: try Storage.allocate(bytes: other.bytes), offset: 0, shape: other.shape,
      strides: other.strides, type: other.type, count: other.count)
  }

  /// A tensor of the same shape and element type that holds no numbers of its own: every element is nan, or 0 where there
  /// is none.
  package func hollow() throws(TensorError) -> Tensor {
    let single = try Tensor.full([], type.isFloating ? .nan : 0, type)
    return Tensor(
      storage: single.storage, offset: 0, shape: shape, strides: shape.map { _ in 0 }, type: type,
      count: count)
  }

  /// The number of axes.
  package var rank: Int { shape.count }

  /// Bytes of the elements (a view of few elements may keep a larger storage alive).
  package var bytes: Int { count * type.size }

  /// Whether the elements lie in row-major order without gaps.
  package var isContiguous: Bool { Shape.isRowMajor(shape, strides) }

  /// The address of the element at index (0, …, 0). Unsafe: kernels work on addresses.
  @inline(__always)
  func pointer<T>(_: T.Type) -> UnsafeMutablePointer<T> {
    storage.base.assumingMemoryBound(to: T.self) + offset
  }
}

extension Tensor {
  /// A tensor of zeros (false for bool).
  package static func zeros(
    _ shape: [Int], _ type: ElementType = .f32
  ) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialised: shape, type)
    for start in stride(from: 0, to: result.bytes, by: slice) {
      if Interruption.requested { break }
      (result.storage.base + start).initializeMemory(
        as: UInt8.self, repeating: 0, count: min(slice, result.bytes - start))
    }
    return result
  }

  /// Bytes or elements that are filled between two looks at whether the user asked to stop.
  private static let slice = 1 << 22

  /// A tensor whose every element is `value`, converted as `cast` converts.
  package static func full(
    _ shape: [Int], _ value: Double, _ type: ElementType = .f32
  ) throws(TensorError) -> Tensor {
    if value == 0 && value.sign == .plus { return try zeros(shape, type) }
    let result = try Tensor(uninitialised: shape, type)
    func fill<T>(_ value: T) {
      for start in stride(from: 0, to: result.count, by: slice) {
        if Interruption.requested { break }
        (result.pointer(T.self) + start).initialize(
          repeating: value, count: min(slice, result.count - start))
      }
    }
    switch type {
    case .f32: fill(Float(value))
    case .f64: fill(value)
    case .i64: fill(Convert.integer(value))
    case .u8: fill(Convert.byte(value))
    case .bool: fill(UInt8(value != 0 ? 1 : 0))
    }
    return result
  }

  /// A single number, shape [].
  package static func scalar(
    _ value: Double, _ type: ElementType = .f32
  ) throws(TensorError) -> Tensor {
    try full([], value, type)
  }

  /// `count` numbers: start, start + step, … as a tensor of shape [count].
  package static func arange(
    _ count: Int, from start: Double = 0, step: Double = 1, _ type: ElementType = .f32
  ) throws(TensorError) -> Tensor {
    let result = try Tensor(uninitialised: [count], type)
    func fill<T>(_ convert: (Double) -> T) {
      let out = result.pointer(T.self)
      for i in 0..<result.count { out[i] = convert(start + Double(i) * step) }
    }
    switch type {
    case .f32: fill { Float($0) }
    case .f64: fill { $0 }
    case .i64: fill(Convert.integer)
    case .u8: fill(Convert.byte)
    case .bool: fill { UInt8($0 != 0 ? 1 : 0) }
    }
    return result
  }

  private init<T>(values: [T], _ shape: [Int]?, _ type: ElementType) throws(TensorError) {
    let shape = shape ?? [values.count]
    self = try Tensor(uninitialised: shape, type)
    guard count == values.count else {
      throw .shapes(
        operation: "tensor", shapes: [shape], reason: "\(values.count) values do not fill the shape"
      )
    }
    values.withUnsafeBufferPointer { source in
      if let address = source.baseAddress {
        pointer(T.self).update(from: address, count: count)
      }
    }
  }

  /// An f32 tensor of the values in row-major order; shape [values.count] unless given.
  package init(_ values: [Float], _ shape: [Int]? = nil) throws(TensorError) {
    try self.init(values: values, shape, .f32)
  }

  /// An f64 tensor of the values in row-major order; shape [values.count] unless given.
  package init(_ values: [Double], _ shape: [Int]? = nil) throws(TensorError) {
    try self.init(values: values, shape, .f64)
  }

  /// An i64 tensor of the values in row-major order; shape [values.count] unless given.
  package init(_ values: [Int], _ shape: [Int]? = nil) throws(TensorError) {
    try self.init(values: values, shape, .i64)
  }

  /// A u8 tensor of the values in row-major order; shape [values.count] unless given.
  package init(_ values: [UInt8], _ shape: [Int]? = nil) throws(TensorError) {
    try self.init(values: values, shape, .u8)
  }

  /// A bool tensor of the values in row-major order; shape [values.count] unless given.
  package init(_ values: [Bool], _ shape: [Int]? = nil) throws(TensorError) {
    try self.init(values: values.map { UInt8($0 ? 1 : 0) }, shape, .bool)
  }
}
