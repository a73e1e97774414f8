// What is fused into the store of a matrix product or convolution.

import CKernels

/// What happens to each element of a product or convolution before it is stored.
package struct Epilogue: Sendable {
  /// The function applied last.
  package enum Activation: Sendable, Hashable {
    case none
    /// max(x, 0).
    case relu
    /// min(max(x, low), high).
    case clip(Float, Float)
  }

  package var activation: Activation
  /// A tensor of the result's shape that is added before the activation.
  package var residual: Tensor?

  package init(activation: Activation = .none, residual: Tensor? = nil) {
    self.activation = activation
    self.residual = residual
  }

  /// Neither a residual nor an activation.
  package static let none = Epilogue()

  /// The epilogue as separate kernels.
  func applied(to x: Tensor, bias: Tensor?, _ operation: String) throws(TensorError) -> Tensor {
    var x = x
    if let bias { x = try Kernels.binary(.add, x, bias) }
    if let residual {
      guard residual.shape == x.shape else {
        throw .shapes(
          operation: operation, shapes: [x.shape, residual.shape],
          reason: "the residual differs from the result in shape")
      }
      x = try Kernels.binary(.add, x, try residual.cast(to: x.type))
    }
    switch activation {
    case .none: return x
    case .relu: return try Kernels.unary(.relu, x)
    case .clip(let low, let high): return try Kernels.unary(.clip(Double(low), Double(high)), x)
    }
  }
}

/// An epilogue whose residual lies in memory as the result will.
struct FusedEpilogue {
  let residual: Tensor?
  let activation: Epilogue.Activation

  /// The form that the kernels take; the residual's rows are as far apart as the result's. The
  /// pointers are valid while this epilogue and `bias` (contiguous f32) live.
  func values(bias: Tensor?, rowStep: Int) -> ck_epilogue {
    var values = ck_epilogue()
    values.bias = bias.map { UnsafePointer($0.pointer(Float.self)) }
    values.add = residual.map { UnsafePointer($0.pointer(Float.self)) }
    values.add_row = rowStep
    switch activation {
    case .none: break
    case .relu: (values.clip, values.low, values.high) = (true, 0, .infinity)
    case .clip(let low, let high): (values.clip, values.low, values.high) = (true, low, high)
    }
    return values
  }
}

extension Epilogue {
  /// The epilogue with its residual checked, and laid out with the dense strides of a result of
  /// `shape`.
  func fused(
    shape: [Int], strides: [Int], _ operation: String
  ) throws(TensorError) -> FusedEpilogue {
    guard let residual else { return FusedEpilogue(residual: nil, activation: activation) }
    guard residual.shape == shape else {
      throw .shapes(
        operation: operation, shapes: [shape, residual.shape],
        reason: "the residual differs from the result in shape")
    }
    var ready = try residual.cast(to: .f32)
    let alike = shape.indices.allSatisfy { shape[$0] == 1 || ready.strides[$0] == strides[$0] }
    if !alike { ready = try ready.copied(strides: strides) }
    return FusedEpilogue(residual: ready, activation: activation)
  }
}
