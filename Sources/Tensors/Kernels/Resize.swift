// Resampling of images to another size, and its adjoint.

import Glibc

/// How pixels between pixels are found.
package enum ResizeMode: Sendable, Hashable {
  /// Pixel floor(i · in / out).
  case nearest
  /// Between the two nearest pixels per axis: pixel centres at half-integers, or corners on
  /// corners.
  case bilinear(alignCorners: Bool)
  /// Cubic convolution over four pixels per axis (Keys 1981) with a = -0.75, centres at
  /// half-integers.
  case bicubic
}

extension Kernels {
  /// x [N, C, H, W] at another size: [N, C, h, w], channels last. Borders are repeated. Integers
  /// become f32.
  package static func resize(
    _ x: Tensor, size: (h: Int, w: Int), mode: ResizeMode
  ) throws(TensorError) -> Tensor {
    let plan = try Resampling(x.shape, size, mode, "resize")
    let source = try x.cast(to: x.type.real)
    let result = try zerosChannelsLast([x.shape[0], x.shape[1], size.h, size.w], source.type)
    if source.type == .f64 {
      plan.visit(source, result, Double.self) { $1 += $0 * $2 }
    } else {
      plan.visit(source, result, Float.self) { $1 += $0 * $2 }
    }
    return result
  }

  /// The adjoint of `resize` from images of `inputSize`: g [N, C, h, w] spread back to [N, C, H,
  /// W].
  package static func resizeGradient(
    _ g: Tensor, inputSize: (h: Int, w: Int), mode: ResizeMode
  ) throws(TensorError) -> Tensor {
    guard g.rank == 4 else {
      throw .shapes(operation: "resizeGradient", shapes: [g.shape], reason: "four axes are needed")
    }
    let shape = [g.shape[0], g.shape[1], inputSize.h, inputSize.w]
    let plan = try Resampling(shape, (g.shape[2], g.shape[3]), mode, "resizeGradient")
    let source = try g.cast(to: g.type.real)
    let result = try zerosChannelsLast(shape, source.type)
    if source.type == .f64 {
      plan.visit(result, source, Double.self) { $0 += $1 * $2 }
    } else {
      plan.visit(result, source, Float.self) { $0 += $1 * $2 }
    }
    return result
  }
}

/// A resampling as a product of two sparse matrices, one per axis.
struct Resampling {
  /// For each output place of an axis: the input places it reads and their weights.
  typealias Taps = [[(place: Int, weight: Double)]]

  private let rows: Taps
  private let columns: Taps

  init(
    _ shape: [Int], _ size: (h: Int, w: Int), _ mode: ResizeMode, _ operation: String
  ) throws(TensorError) {
    guard shape.count == 4 else {
      throw .shapes(operation: operation, shapes: [shape], reason: "four axes are needed")
    }
    _ = try Shape.count([shape[0], shape[1], size.h, size.w])
    guard shape[2] > 0 && shape[3] > 0 || size.h == 0 || size.w == 0 else {
      throw .shapes(operation: operation, shapes: [shape], reason: "the image has no pixels")
    }
    rows = Self.taps(shape[2], size.h, mode)
    columns = Self.taps(shape[3], size.w, mode)
  }

  /// The taps of one axis, from `input` to `output` places.
  private static func taps(_ input: Int, _ output: Int, _ mode: ResizeMode) -> Taps {
    guard input > 0, output > 0 else { return [] }
    let scale = Double(input) / Double(output)
    return (0..<output).map { i in
      switch mode {
      case .nearest:
        return [(min(Int(Double(i) * scale), input - 1), 1)]
      case .bilinear(let alignCorners):
        let corner = output > 1 ? Double(i) * Double(input - 1) / Double(output - 1) : 0
        let x = alignCorners ? corner : max(0, (Double(i) + 0.5) * scale - 0.5)
        let low = min(Int(x), input - 1)
        let part = x - Double(low)
        return [(low, 1 - part), (min(low + 1, input - 1), part)]
      case .bicubic:
        let x = (Double(i) + 0.5) * scale - 0.5
        let low = Int(x.rounded(.down))
        return (-1...2).map { k in
          let distance = abs(x - Double(low + k))
          return (min(max(low + k, 0), input - 1), cubic(distance))
        }
      }
    }
  }

  /// The cubic convolution kernel with a = -0.75 at a distance from 0 to 2.
  private static func cubic(_ x: Double) -> Double {
    let a = -0.75
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0
  }

  /// Calls `body(input pixel, output pixel, weight)` for every pair that the resampling joins.
  @inline(__always)
  func visit<T: BinaryFloatingPoint>(
    _ x: Tensor, _ y: Tensor, _: T.Type, _ body: (inout T, inout T, T) -> Void
  ) {
    let (input, output) = (x.pointer(T.self), y.pointer(T.self))
    let (xs, ys) = (x.strides, y.strides)
    for n in 0..<x.shape[0] {
      for (oy, rowTaps) in rows.enumerated() {
        if Interruption.requested { return }
        for (ox, columnTaps) in columns.enumerated() {
          let to = output + n * ys[0] + oy * ys[2] + ox * ys[3]
          for row in rowTaps {
            for column in columnTaps {
              let from = input + n * xs[0] + row.place * xs[2] + column.place * xs[3]
              let weight = T(row.weight * column.weight)
              for c in 0..<x.shape[1] { body(&from[c * xs[1]], &to[c * ys[1]], weight) }
            }
          }
        }
      }
    }
  }
}
