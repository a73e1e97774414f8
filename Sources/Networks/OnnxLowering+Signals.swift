/// Windows and spectra of signals, and sequences turned round.

import Glibc
import Graphs
import Tensors

extension OnnxLowering {
  /// Σ coefficient[k] cos(2πkn / N) for n in 0..<size, with N the size or, for a symmetric window, one less.
  static func window(_ coefficients: [Double]) -> Lower {
    { importer, node throws(NetworkError) in
      try importer.requireSingleOutput(node)
      let (periodic, code) = try node.attribute { a throws(GraphError) in
        (try a.integer("periodic", 1) != 0, try a.integer("output_datatype", 1))
      }
      let size = try number(0, "size", importer, node)
      guard size > 0, size < 0x1p24 else {
        throw node.refused("size", found: "\(size)", expected: "a positive number")
      }
      let type = Onnx_TensorProto.DataType(rawValue: code).flatMap(StoredType.init)?.elementType
      let length = Double(periodic ? Int(size) : max(1, Int(size) - 1))
      let numbers = (0..<Int(size)).map { place in
        coefficients.enumerated().reduce(0.0) { sum, term in
          sum + term.element * cos(2 * .pi * Double(term.offset * place) / length)
        }
      }
      do throws(TensorError) {
        importer.define(
          node.outputs[0], try Tensor(numbers, [numbers.count]).cast(to: type ?? .f32))
      } catch {
        throw .tensor(name: node.outputs[0], error)
      }
    }
  }

  /// Triangles of equal width on the mel scale, as weights of the frequencies of a spectrum.
  static let melWeights: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    var numbers: [Double] = []
    for (place, name) in [
      "num_mel_bins", "dft_length", "sample_rate", "lower_edge_hertz", "upper_edge_hertz",
    ].enumerated() { numbers.append(try number(place, name, importer, node)) }
    let code = try node.attribute { a throws(GraphError) in try a.integer("output_datatype", 1) }
    guard numbers[0] >= 1, numbers[0] < 65536, numbers[1] >= 1, numbers[1] < 0x1p24,
      numbers[2] > 0, numbers[3] >= 0, numbers[4] >= numbers[3], numbers[4] <= 1e9
    else {
      throw node.refused("inputs", found: "\(numbers)", expected: "positive numbers in order")
    }
    let (count, places) = (Int(numbers[0]), Int(numbers[1]) / 2 + 1)
    guard count <= (1 << 24) / places else {
      throw .absurdSize(
        what: "the result of node \"\(node.label)\"", found: "[\(places), \(count)]")
    }
    let weights = try melTriangles(numbers, count, places, node)
    let type = Onnx_TensorProto.DataType(rawValue: code).flatMap(StoredType.init)?.elementType
    do throws(TensorError) {
      importer.define(
        node.outputs[0], try Tensor(weights, [places, count]).cast(to: type ?? .f32))
    } catch {
      throw .tensor(name: node.outputs[0], error)
    }
  }

  /// The weights, one row a frequency; corners of the triangles are rounded down to frequencies.
  private static func melTriangles(
    _ numbers: [Double], _ count: Int, _ places: Int, _ node: OnnxNode
  ) throws(NetworkError) -> [Double] {
    func mel(_ hertz: Double) -> Double { 2595 * log10(1 + hertz / 700) }
    let (low, high) = (mel(numbers[3]), mel(numbers[4]))
    let found = (0..<count + 2).map { place -> Int? in
      let hertz =
        700 * (pow(10, (low + Double(place) * (high - low) / Double(count + 2)) / 2595) - 1)
      let place = ((numbers[1] + 1) * hertz / numbers[2]).rounded(.down)
      return place >= 0 && place < Double(places) ? Int(place) : nil
    }
    let corners = found.compactMap { $0 }
    guard corners.count == found.count else {
      throw node.refused(
        "upper_edge_hertz", found: "\(numbers[4])", expected: "a frequency of the spectrum")
    }
    var weights = [Double](repeating: 0, count: count * places)
    for column in 0..<count {
      let (start, peak, end) = (corners[column], corners[column + 1], corners[column + 2])
      if start == peak { weights[peak * count + column] = 1 }
      for place in start..<peak + 1 where peak > start {
        weights[place * count + column] = Double(place - start) / Double(peak - start)
      }
      for place in peak..<end {
        weights[place * count + column] = Double(end - place) / Double(end - peak)
      }
    }
    return weights
  }

  /// The spectra of windows of a signal `[batch, length, 1 or 2]`, one for every `frame_step` elements.
  static let spectrogram: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let onesided = try node.attribute { a throws(GraphError) in try a.integer("onesided", 1) != 0 }
    guard let signal = node.input(0), let shape = importer.known[signal]?.shape,
      let length = importer.known[signal]?.fixedSize(1), shape.count == 2 || shape.count == 3,
      case let parts = shape.count == 3 ? shape[2] : 1, parts == 1 || parts == 2 && !onesided
    else {
      throw node.refused(
        "signal", found: importer.described(node.inputs),
        expected: "real signals of known length, or complex ones if not onesided")
    }
    let step = Int(try number(1, "frame_step", importer, node))
    let stated = node.input(2).flatMap { importer.known[$0]?.shape?.first }
    let size = try node.input(3) == nil ? stated : Int(number(3, "frame_length", importer, node))
    guard step > 0, let size, size > 0, size <= length, stated == nil || stated == size,
      (length - size) / step < OnnxImporter.largestFolded / size
    else {
      throw node.refused(
        "frame_length", found: "\(size ?? 0) every \(step) of \(length)",
        expected: "a window that fits into the signal")
    }
    let places = try importer.constant("places", of: node) { () throws(TensorError) in
      let starts = stride(from: 0, through: length - size, by: step)
      let all = starts.flatMap { start in start..<start + size }
      return try Tensor(all, [all.count / size, size])
    }
    var x = signal
    if shape.count == 3, parts == 1 {
      x = try importer.step(SqueezeAxes([2]), [x], "real", of: node)
    }
    x = try importer.step(Gather(1), [x, places], "frames", of: node)
    if var window = node.input(2) {
      if parts == 2 { window = try importer.step(ExpandAxes([1]), [window], "window", of: node) }
      x = try importer.step(Multiply(), [x, window], "windowed", of: node)
    }
    if onesided {
      return try importer.emit(RealFourierTransform(2), [x], node, output: node.outputs[0])
    }
    if parts == 1 {
      let column = try importer.step(ExpandAxes([3]), [x], "column", of: node)
      x = try importer.step(
        Pad(low: [0, 0, 0, 0], high: [0, 0, 0, 1]), [column], "complex", of: node)
    }
    try importer.emit(
      FourierTransform(2, inverse: false, scale: 1), [x], node, output: node.outputs[0])
  }

  /// The first elements of each sequence, as many as its length, from the last to the first.
  static let reverseSequence: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let (batch, time) = try node.attribute { a throws(GraphError) in
      (try a.integer("batch_axis", 1), try a.integer("time_axis", 0))
    }
    guard let x = node.input(0), let lengths = node.input(1),
      let shape = importer.known[x]?.shape, shape.count >= 2, Set([batch, time]) == [0, 1],
      let count = importer.known[x]?.fixedSize(time),
      (2..<shape.count).allSatisfy({ importer.known[x]?.fixedSize($0) != nil })
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected: "times and examples as the first two axes, of known sizes but the examples")
    }
    let times = try importer.counted(count, time, of: 2, "times", node)
    let ends =
      time == 0
      ? lengths : try importer.step(ExpandAxes([1]), [lengths], "lengths", of: node)
    let inside = try importer.step(Less(), [times, ends], "inside", of: node)
    let one = try importer.number(1, "one", like: times, of: node)
    let last = try importer.step(Subtract(), [ends, one], "last", of: node)
    let turned = try importer.step(Subtract(), [last, times], "turned", of: node)
    var places = try importer.step(Select(), [inside, turned, times], "places", of: node)
    if shape.count > 2 {
      let zeros = try importer.constant("zeros", of: node) { () throws(TensorError) in
        try Tensor.zeros(Array(shape[2...]), .i64)
      }
      let column = try importer.step(
        ExpandAxes(Array(2..<shape.count)), [places], "column", of: node)
      places = try importer.step(Add(), [column, zeros], "all places", of: node)
    }
    try importer.emit(TakeAlong(time), [x, places], node, output: node.outputs[0])
  }

  /// The number that an input gives as a constant.
  private static func number(
    _ position: Int, _ name: String, _ importer: OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> Double {
    guard let value = node.input(position).flatMap({ importer.known[$0]?.constant }),
      let number = value.doubles.first, number.isFinite, abs(number) < 1e15
    else {
      throw node.refused(
        name, found: importer.described(node.inputs), expected: "a constant number")
    }
    return number
  }
}
