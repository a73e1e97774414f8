// What identifies weights rearranged for the kernels; they are kept with the storage of the
// weights.

import CKernels

/// What makes one packed form of a storage different from another.
struct PackingKey: Hashable {
  enum Form: Hashable {
    case matrix, filter, turnedFilter, depthwise, turnedDepthwise, mergedFilter
  }

  let form: Form
  let offset: Int
  let shape: [Int]
  let strides: [Int]
  /// Whatever else the form depends on: group, phase.
  let details: [Int]
  /// Packed forms have the width of the instruction set.
  let width = ck_width()

  init(_ form: Form, _ weight: Tensor, _ details: [Int] = []) {
    (self.form, self.details) = (form, details)
    (offset, shape, strides) = (weight.offset, weight.shape, weight.strides)
  }
}

extension Storage {
  /// The block as floats. Unsafe: kernels work on addresses.
  var floats: UnsafeMutablePointer<Float> { base.assumingMemoryBound(to: Float.self) }
}
