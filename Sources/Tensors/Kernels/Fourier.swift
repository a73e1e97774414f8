// Discrete Fourier transforms along an axis.

import CKernels

extension Kernels {
  /// Σ x[j] exp(∓2πi j k / n) · scale along an axis, minus sign unless `inverse`. The last axis of `x` holds the
  /// real and the imaginary part of each number.
  package static func fourier(
    _ x: Tensor, axis: Int, inverse: Bool, scale: Double
  ) throws(TensorError) -> Tensor {
    guard x.shape.last == 2 else {
      throw .shapes(operation: "fft", shapes: [x.shape], reason: "the last axis must hold pairs")
    }
    let outer = Array(x.shape.dropLast())
    let axis = try Shape.axis(axis, of: outer, "fft")
    return try transformed(
      x, to: x.shape, axis, size: x.shape[axis], CK_COMPLEX, inverse: inverse, scale, "fft")
  }

  /// The transform of real numbers along an axis, up to the frequency n / 2; a last axis of pairs is new.
  package static func realFourier(
    _ x: Tensor, axis: Int, scale: Double
  ) throws(TensorError) -> Tensor {
    let axis = try Shape.axis(axis, of: x.shape, "real fft")
    var shape = x.shape
    shape[axis] = shape[axis] / 2 + 1
    return try transformed(
      x, to: shape + [2], axis, size: x.shape[axis], CK_TO_HALF, inverse: false, scale, "real fft")
  }

  /// The adjoint of `realFourier` for `size` numbers: Re Σ x[k] exp(2πi j k / size) · scale.
  package static func realFourierAdjoint(
    _ x: Tensor, axis: Int, size: Int, scale: Double
  ) throws(TensorError) -> Tensor {
    var shape = Array(x.shape.dropLast())
    let axis = try Shape.axis(axis, of: shape, "real fft adjoint")
    guard x.shape.last == 2, size > 0, shape[axis] == size / 2 + 1 else {
      throw .shapes(
        operation: "real fft adjoint", shapes: [x.shape],
        reason: "\(size) numbers have \(max(size, 0) / 2 + 1) frequencies, as pairs")
    }
    shape[axis] = size
    return try transformed(
      x, to: shape, axis, size: size, CK_FROM_HALF, inverse: true, scale, "real fft adjoint")
  }

  /// Runs one kind of transform along `axis` for all rows, whose places in operand and result are listed.
  private static func transformed(
    _ x: Tensor, to shape: [Int], _ axis: Int, size: Int, _ kind: Int, inverse: Bool,
    _ scale: Double, _ operation: String
  ) throws(TensorError) -> Tensor {
    guard size > 0 else {
      throw .shapes(
        operation: operation, shapes: [x.shape], reason: "an axis without numbers has no transform")
    }
    let source = try x.cast(to: x.type.real)
    let result = try Tensor(uninitialised: shape, source.type)
    guard result.count > 0 else { return result }
    let (readsPairs, writesPairs) = (kind != CK_TO_HALF, kind != CK_FROM_HALF)
    let offsets = rowOffsets(
      source, pairs: readsPairs, result, pairs: writesPairs, axis: axis)
    var plan = ck_fourier()
    let isReal = kind != CK_COMPLEX
    let table = try Storage.allocate(bytes: ck_fourier_table(size, isReal) * 8)
    ck_fourier_plan(&plan, size, isReal, table.base.assumingMemoryBound(to: Double.self))
    let count = offsets.count / 2
    let lanes = ck_fourier_lanes(&plan)
    let slots = min(Threads.count, (count + lanes - 1) / lanes)
    let scratch = try Storage.allocate(bytes: ck_fourier_scratch(&plan) * slots * 8)
    var rows = ck_fourier_rows()
    (rows.kind, rows.inverse, rows.single) = (Int32(kind), inverse, source.type == .f32)
    (rows.scale, rows.count, rows.slots) = (scale, count, slots)
    rows.scratch = scratch.base.assumingMemoryBound(to: Double.self)
    (rows.x_step, rows.x_part) = (
      source.strides[axis], readsPairs ? source.strides[source.rank - 1] : 0
    )
    (rows.y_step, rows.y_part) = (
      result.strides[axis], writesPairs ? result.strides[result.rank - 1] : 0
    )
    rows.x = UnsafeRawPointer(source.storage.base + source.offset * source.type.size)
    rows.y = result.storage.base
    let isWhole = withUnsafePointer(to: &plan) { plan in
      offsets.withUnsafeBufferPointer { offsets in
        (rows.plan, rows.offsets) = (plan, offsets.baseAddress)
        return withExtendedLifetime((source, table, scratch)) {
          !Interruption.requested && ck_fourier_run(&rows)
        }
      }
    }
    if !isWhole { throw .interrupted(operation: operation) }
    return result
  }

  /// The place of the first number of each row in `x` and in `y`, in turn.
  private static func rowOffsets(
    _ x: Tensor, pairs xPairs: Bool, _ y: Tensor, pairs yPairs: Bool, axis: Int
  ) -> [Int] {
    var others = Array(xPairs ? x.shape.dropLast() : x.shape[...])
    others[axis] = 1
    let strides = [
      Array(xPairs ? x.strides.dropLast() : x.strides[...]),
      Array(yPairs ? y.strides.dropLast() : y.strides[...]),
    ]
    var offsets: [Int] = []
    offsets.reserveCapacity(2 * others.reduce(1, &*))
    Sweep.rowMajor(others, strides).rows { starts, count, steps in
      for i in 0..<count {
        offsets.append(starts[0] + i * steps[0])
        offsets.append(starts[1] + i * steps[1])
      }
    }
    return offsets
  }
}
