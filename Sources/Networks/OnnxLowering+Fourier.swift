/// The discrete Fourier transform; complex numbers are pairs along the last axis, as ours are.

import Graphs
import Tensors

extension OnnxLowering {
  /// Σ x[j] exp(∓2πi j k / n) along an axis, of real numbers (a last axis of size 1) or complex ones; the inverse divides by n.
  /// `onesided` leaves out the frequencies above n / 2, which follow from the others where the signal is real.
  static let fourier: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (inverse, onesided) = try node.attribute { a throws(GraphError) in
      (try a.integer("inverse", 0) != 0, try a.integer("onesided", 0) != 0)
    }
    guard var x = node.input(0), let rank = importer.known[x]?.shape?.count, rank > 1,
      let parts = importer.known[x]?.fixedSize(-1), parts == 1 || parts == 2,
      !onesided || parts == (inverse ? 2 : 1)
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected: onesided
          ? "real numbers (a last axis of size 1), or complex ones (2) for the inverse"
          : "a last axis of size 1 or 2")
    }
    let (place, size) = try transformedAxis(importer, node, x, rank)
    let isHalf = onesided && inverse
    let length = try transformedLength(importer, node) ?? (isHalf ? 2 * (size - 1) : size)
    let taken = isHalf ? length / 2 + 1 : length
    if taken < size {
      x = try importer.step(SliceAxis(place, from: 0, count: taken), [x], "shortened", of: node)
    } else if taken > size {
      x = try importer.padded(x, rank, place, by: taken - size, "lengthened", of: node)
    }
    let output = node.outputs[0]
    if isHalf {
      x = try importer.doubled(x, rank, place, length, of: node)
      x = try importer.step(
        RealFourierAdjoint(place, size: length, scale: 1 / Double(length)), [x], "real", of: node)
      return try importer.emit(ExpandAxes([rank - 1]), [x], node, output: output)
    }
    if onesided {
      let real = try importer.step(SqueezeAxes([rank - 1]), [x], "real", of: node)
      return try importer.emit(RealFourierTransform(place), [real], node, output: output)
    }
    if parts == 1 { x = try importer.padded(x, rank, rank - 1, by: 1, "complex", of: node) }
    try importer.emit(
      FourierTransform(place, inverse: inverse, scale: inverse ? 1 / Double(length) : 1), [x], node,
      output: output)
  }

  /// The axis, which since version 20 an input names, counted from the start, and its size.
  private static func transformedAxis(
    _ importer: OnnxImporter, _ node: OnnxNode, _ x: String, _ rank: Int
  ) throws(NetworkError) -> (place: Int, size: Int) {
    var axis = try node.attribute { a throws(GraphError) in
      try a.integer("axis", node.opset < 20 ? 1 : -2)
    }
    if let name = node.input(2) {
      guard let given = importer.known[name]?.constant?.integers.first else {
        throw node.refused("axis", found: importer.described([name]), expected: "a constant")
      }
      axis = given
    }
    let place = axis < 0 ? axis &+ rank : axis
    guard (0..<rank - 1).contains(place), let size = importer.known[x]?.fixedSize(place), size > 0
    else {
      throw node.refused(
        "axis", found: "\(axis) of \(importer.described([x]))", expected: "an axis of known size")
    }
    return (place, size)
  }

  /// The number of values that are transformed, where the node states it.
  private static func transformedLength(
    _ importer: OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> Int? {
    guard let name = node.input(1) else { return nil }
    guard let length = importer.known[name]?.constant?.integers.first,
      (1..<WindowAxis.limit).contains(length)
    else {
      throw node.refused(
        "dft_length", found: importer.described([name]), expected: "a positive constant")
    }
    return length
  }
}

extension OnnxImporter {
  /// With zeros behind the elements of one axis.
  fileprivate mutating func padded(
    _ x: String, _ rank: Int, _ axis: Int, by count: Int, _ name: String, of node: OnnxNode
  ) throws(NetworkError) -> String {
    var high = [Int](repeating: 0, count: rank)
    high[axis] = count
    return try step(
      Pad(low: [Int](repeating: 0, count: rank), high: high), [x], name, of: node)
  }

  /// Every frequency but 0 and that of half the length stands for two.
  fileprivate mutating func doubled(
    _ x: String, _ rank: Int, _ axis: Int, _ length: Int, of node: OnnxNode
  ) throws(NetworkError) -> String {
    let weights = "\(node.value).weights"
    do throws(TensorError) {
      let numbers = (0...length / 2).map { $0 == 0 || 2 * $0 == length ? 1.0 : 2 }
      let shape = [numbers.count] + [Int](repeating: 1, count: rank - axis - 1)
      define(weights, try Tensor(numbers, shape).cast(to: known[x]?.type ?? .f32))
    } catch {
      throw .tensor(name: weights, error)
    }
    return try step(Multiply(), [x, weights], "doubled", of: node)
  }
}
