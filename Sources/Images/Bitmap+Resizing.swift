/// Resizing by two passes of weighted sums, widened when the picture shrinks so that nothing
/// aliases.

/// How samples between samples are found.
package enum Interpolation: String, Sendable {
  /// The nearest sample; a shrunken picture skips samples.
  case nearest
  /// A triangle of radius 1.
  case bilinear
  /// Keys' cubic with a = -1/2, radius 2. R. Keys, "Cubic convolution interpolation for digital
  /// image processing", 1981, equation 15.
  case bicubic

  fileprivate var radius: Double {
    switch self {
    case .nearest: 0.5
    case .bilinear: 1
    case .bicubic: 2
    }
  }

  fileprivate func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .nearest: return x <= 0.5 ? 1 : 0
    case .bilinear: return max(0, 1 - x)
    case .bicubic:
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
    }
  }
}

/// The samples of a source line that one sample of the result is made of.
private struct Contribution {
  let first: Int
  /// Fixed point with `Contribution.bits` fractional bits; their sum is 1.
  let weights: [Int64]

  static let bits: Int64 = 22

  /// For each of `count` results, the weights of the filter centred on it, over a source of
  /// `length` samples. When shrinking, the filter is stretched by the scale.
  static func table(from length: Int, to count: Int, _ kind: Interpolation) -> [Contribution] {
    let scale = Double(length) / Double(count)
    if kind == .nearest {
      return (0..<count).map { index in
        let source = min(length - 1, Int((Double(index) + 0.5) * scale))
        return Contribution(first: source, weights: [1 << bits])
      }
    }
    let stretch = max(1, scale)
    let support = kind.radius * stretch
    return (0..<count).map { index in
      let centre = (Double(index) + 0.5) * scale
      let first = max(0, Int(centre - support + 0.5))
      let last = max(first + 1, min(length, Int(centre + support + 0.5)))
      let raw = (first..<last).map { kind.weight((Double($0) - centre + 0.5) / stretch) }
      let sum = raw.reduce(0, +)
      let unit = Double(1 << bits)
      return Contribution(
        first: first,
        weights: raw.map { Int64(($0 / sum * unit).rounded(.toNearestOrAwayFromZero)) })
    }
  }
}

extension Bitmap {
  /// The picture at another size, filtered in two passes that each round to 8 bits: rows first,
  /// except where columns shrink and rows grow. Opacity is multiplied in during the passes, so that
  /// transparent colours do not bleed.
  package func resized(width: Int, height: Int, _ kind: Interpolation) throws(ImageError) -> Bitmap
  {
    _ = try Self.sampleCount(width, height, channels)
    _ = try Self.sampleCount(width, self.height, channels)
    let blending = channels == 4 && kind != .nearest
    var result = blending ? premultiplied() : self
    if width > self.width && height < self.height {
      result = result.rowsFiltered(to: height, kind).columnsFiltered(to: width, kind)
    } else {
      if width != self.width { result = result.columnsFiltered(to: width, kind) }
      if height != self.height { result = result.rowsFiltered(to: height, kind) }
    }
    return blending ? result.unmultiplied() : result
  }

  /// Each row filtered to `count` columns.
  private func columnsFiltered(to count: Int, _ kind: Interpolation) -> Bitmap {
    let table = Contribution.table(from: width, to: count, kind)
    var samples: [UInt8] = []
    samples.reserveCapacity(count * height * channels)
    for row in 0..<height {
      for contribution in table {
        let start = (row * width + contribution.first) * channels
        for channel in 0..<channels {
          samples.append(filtered(from: start + channel, step: channels, contribution.weights))
        }
      }
    }
    return Bitmap(count, height, channels, checked: samples)
  }

  /// Each column filtered to `count` rows.
  private func rowsFiltered(to count: Int, _ kind: Interpolation) -> Bitmap {
    let table = Contribution.table(from: height, to: count, kind)
    let stride = width * channels
    var samples: [UInt8] = []
    samples.reserveCapacity(count * stride)
    for contribution in table {
      let start = contribution.first * stride
      for position in 0..<stride {
        samples.append(filtered(from: start + position, step: stride, contribution.weights))
      }
    }
    return Bitmap(width, count, channels, checked: samples)
  }

  /// The weighted sum of samples `step` apart, rounded and kept in 0…255.
  private func filtered(from start: Int, step: Int, _ weights: [Int64]) -> UInt8 {
    var sum: Int64 = 1 << (Contribution.bits - 1)
    var position = start
    for weight in weights {
      sum += Int64(pixels[position]) * weight
      position += step
    }
    return UInt8(max(0, min(255, sum >> Contribution.bits)))
  }

  /// RGBA with each colour multiplied by its opacity / 255, rounded.
  private func premultiplied() -> Bitmap {
    var samples = pixels
    for start in stride(from: 0, to: samples.count, by: 4) {
      let opacity = UInt32(samples[start + 3])
      for channel in start..<start + 3 {
        samples[channel] = UInt8((UInt32(samples[channel]) * opacity + 127) / 255)
      }
    }
    return Bitmap(width, height, 4, checked: samples)
  }

  /// The inverse of `premultiplied`, where opacity is not 0.
  private func unmultiplied() -> Bitmap {
    var samples = pixels
    for start in stride(from: 0, to: samples.count, by: 4) {
      let opacity = UInt32(samples[start + 3])
      if opacity == 0 || opacity == 255 { continue }
      for channel in start..<start + 3 {
        samples[channel] = UInt8(min(255, UInt32(samples[channel]) * 255 / opacity))
      }
    }
    return Bitmap(width, height, 4, checked: samples)
  }
}
