// Values and gradients that PyTorch computes in double precision, with the tolerances recorded
// beside them.

import Foundation
import Tensors
import Testing

/// One case: an operation with its parameters, inputs and expected results.
private struct ReferenceCase {
  let name: String
  let parameters: [String: Any]
  let tolerance: [String: [String: Double]]
  let tensors: [String: Tensor]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/reference/kernels")

  static func all() throws -> [ReferenceCase] {
    let data = try Data(contentsOf: folder.appending(path: "manifest.json"))
    let manifest = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try #require(manifest["cases"] as? [[String: Any]]).map { entry in
      let name = try #require(entry["name"] as? String)
      return ReferenceCase(
        name: name, parameters: entry["parameters"] as? [String: Any] ?? [:],
        tolerance: entry["tolerance"] as? [String: [String: Double]] ?? [:],
        tensors: try read(folder.appending(path: name + ".safetensors")))
    }
  }

  /// The tensors of a safetensors file: eight bytes of length, a JSON header, the data.
  private static func read(_ file: URL) throws -> [String: Tensor] {
    let bytes = [UInt8](try Data(contentsOf: file))
    let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let object = try JSONSerialization.jsonObject(with: Data(bytes[8..<(8 + length)]))
    var tensors: [String: Tensor] = [:]
    for (name, value) in try #require(object as? [String: Any]) where name != "__metadata__" {
      let entry = try #require(value as? [String: Any])
      let shape = try #require(entry["shape"] as? [Int])
      let place = try #require(entry["data_offsets"] as? [Int])
      let data = Array(bytes[(8 + length + place[0])..<(8 + length + place[1])])
      func numbers<T>(_: T.Type) -> [T] {
        data.withUnsafeBytes { raw in
          (0..<raw.count / MemoryLayout<T>.size).map {
            raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)
          }
        }
      }
      switch entry["dtype"] as? String {
      case "F32": tensors[name] = try Tensor(numbers(Float.self), shape)
      case "F64": tensors[name] = try Tensor(numbers(Double.self), shape)
      case "I64": tensors[name] = try Tensor(numbers(Int.self), shape)
      default: tensors[name] = try Tensor(numbers(UInt8.self), shape)
      }
    }
    return tensors
  }

  func input(_ name: String) throws -> Tensor { try #require(tensors["input." + name]) }

  /// Compares with `expected.NAME` by its own tolerance.
  func expect(_ name: String, _ found: Tensor) throws {
    let expected = try #require(tensors["expected." + name])
    #expect(found.shape == expected.shape, "\(self.name) \(name)")
    let limits = tolerance["expected." + name] ?? [:]
    let (relative, absolute) = (limits["rtol"] ?? 0, limits["atol"] ?? 0)
    for (a, b) in zip(found.doubles, expected.doubles) {
      let isClose = a == b || a.isNaN && b.isNaN || abs(a - b) <= absolute + relative * abs(b)
      if !isClose {
        Issue.record("\(self.name) \(name): \(a), expected \(b)")
        return
      }
    }
  }

  /// A parameter that is a number or a pair.
  func pair(_ name: String, _ otherwise: (Int, Int)) -> (Int, Int) {
    if let number = parameters[name] as? Int { return (number, number) }
    if let list = parameters[name] as? [Int], list.count == 2 { return (list[0], list[1]) }
    return otherwise
  }

  func window(kernel: (Int, Int), strides: (Int, Int)) -> Window2D {
    let dilation = pair("dilation", (1, 1))
    var (low, high) = (pair("padding", (0, 0)), pair("padding", (0, 0)))
    if parameters["padding"] as? String == "same" {
      // The size stays; an odd number of rows or columns puts one more at the end.
      let total = (dilation.0 * (kernel.0 - 1), dilation.1 * (kernel.1 - 1))
      low = (total.0 / 2, total.1 / 2)
      high = (total.0 - low.0, total.1 - low.1)
    }
    return Window2D(
      kernel: kernel, strides: pair("stride", strides), dilation: dilation, padLow: low,
      padHigh: high, groups: parameters["groups"] as? Int ?? 1)
  }
}

@Suite struct ReferenceTests {
  @Test func `convolutions and their gradients agree with PyTorch`() throws {
    for example in try ReferenceCase.all() where example.name.hasPrefix("conv2d") {
      let (x, w) = (try example.input("x"), try example.input("w"))
      let bias = example.tensors["input.b"]
      let window = example.window(kernel: (w.shape[2], w.shape[3]), strides: (1, 1))
      try example.expect("output", try Kernels.convolve(x, w, bias: bias, window))
      let g = try example.input("upstream.output")
      try example.expect(
        "gradient.x",
        try Kernels.convolveInputGradient(g, w, window, inputSize: (x.shape[2], x.shape[3])))
      try example.expect(
        "gradient.w", try Kernels.convolveWeightGradient(x, g, window, kernel: window.kernel))
    }
  }

  @Test func `pooling and its gradients agree with PyTorch`() throws {
    for example in try ReferenceCase.all() where example.name.contains("pool2d") {
      let x = try example.input("x")
      let kernel = example.pair("kernel_size", (2, 2))
      let window = example.window(kernel: kernel, strides: kernel)
      let size = (x.shape[2], x.shape[3])
      if example.name.hasPrefix("max") {
        let (values, indices) = try Kernels.maxPool(x, window)
        try example.expect("output", values)
        if example.tensors["expected.index"] != nil { try example.expect("index", indices) }
        if let g = example.tensors["input.upstream.output"] {
          try example.expect("gradient.x", try Kernels.maxPoolGradient(g, indices, inputSize: size))
        }
      } else {
        let counts = example.parameters["count_include_pad"] as? Bool ?? true
        try example.expect("output", try Kernels.averagePool(x, window, countPadding: counts))
        let g = try example.input("upstream.output")
        try example.expect(
          "gradient.x",
          try Kernels.averagePoolGradient(g, window, countPadding: counts, inputSize: size))
      }
    }
  }

  @Test func `resampling and its gradients agree with PyTorch`() throws {
    for example in try ReferenceCase.all() where example.name.hasPrefix("interpolate") {
      let x = try example.input("x")
      let corners = example.parameters["align_corners"] as? Bool ?? false
      let mode: ResizeMode =
        switch example.parameters["mode"] as? String {
        case "nearest": .nearest
        case "bicubic": .bicubic
        default: .bilinear(alignCorners: corners)
        }
      let size = example.pair("size", (1, 1))
      try example.expect("output", try Kernels.resize(x, sizes: [size.0, size.1], mode: mode))
      let g = try example.input("upstream.output")
      try example.expect(
        "gradient.x",
        try Kernels.resizeGradient(g, inputSizes: Array(x.shape[2...]), mode: mode))
    }
  }

  @Test func `element-wise functions agree with PyTorch`() throws {
    let functions: [String: UnaryKernel] = [
      "relu": .relu, "relu6": .clip(0, 6), "leaky_relu": .leakyRelu(0.1), "elu": .elu(1.3),
      "gelu": .gelu, "softplus": .softplus, "hardswish": .hardSwish,
      "hardsigmoid": .hardSigmoid(1.0 / 6, 0.5), "sigmoid": .sigmoid, "tanh": .tanh, "abs": .abs,
      "sign": .sign, "sin": .sin, "cos": .cos, "erf": .erf,
    ]
    for example in try ReferenceCase.all() where example.name.hasPrefix("activation__") {
      guard let function = functions[String(example.name.dropFirst(12))] else { continue }
      try example.expect("output", try Kernels.unary(function, try example.input("x")))
    }
  }

  @Test func `softmax and reductions agree with PyTorch`() throws {
    for example in try ReferenceCase.all() {
      guard let x = example.tensors["input.x"] else { continue }
      let axis = example.name.hasSuffix("__axis") ? 1 : x.rank - 1
      switch example.name.split(separator: "__").first {
      case "softmax": try example.expect("output", try Kernels.softmax(x, axis: axis))
      case "log_softmax": try example.expect("output", try Kernels.logSoftmax(x, axis: axis))
      default: break
      }
      switch example.name {
      case "reduce__sum": try example.expect("output", try Kernels.reduce(.sum, x, axes: [1]))
      case "reduce__mean": try example.expect("output", try Kernels.reduce(.mean, x, axes: [0, 2]))
      case "reduce__amax": try example.expect("output", try Kernels.reduce(.max, x, axes: [1, 2]))
      case "reduce__cumsum": try example.expect("output", try Kernels.cumulativeSum(x, axis: 1))
      default: break
      }
    }
  }

  @Test func `products agree with PyTorch`() throws {
    for example in try ReferenceCase.all() {
      if example.name.hasPrefix("matmul") {
        try example.expect("output", try Kernels.matmul(example.input("a"), example.input("b")))
      }
      if example.name.hasPrefix("philox") {
        let (counters, keys) = (try example.input("counter"), try example.input("key"))
        var blocks: [Int] = []
        for row in 0..<counters.shape[0] {
          func words(_ tensor: Tensor) throws -> [UInt32] {
            try tensor.selected(axis: 0, index: row).integers.map { UInt32(truncatingIfNeeded: $0) }
          }
          blocks += RandomTests.block(try words(counters), try words(keys)).map(Int.init)
        }
        try example.expect("block", try Tensor(blocks, counters.shape))
      }
    }
  }

  @Test func `rounding and what is not finite agree with PyTorch`() throws {
    for example in try ReferenceCase.all() where ["rounding", "nonfinite"].contains(example.name) {
      let x = try example.input("x")
      let two = try Tensor.scalar(2)
      if example.name == "rounding" {
        try example.expect("round", try Kernels.unary(.round, x))
        try example.expect("floor", try Kernels.unary(.floor, x))
        try example.expect("ceil", try Kernels.unary(.ceil, x))
        try example.expect("remainder", try Kernels.binary(.remainder, x, two))
        try example.expect("floor_divide", try Kernels.binary(.floorDivide, x, two))
        try example.expect(
          "remainder_negative", try Kernels.binary(.remainder, x, try Tensor.scalar(-2)))
      } else {
        try example.expect("isnan", try Kernels.unary(.isNaN, x))
        try example.expect("relu", try Kernels.unary(.relu, x))
        try example.expect(
          "max_propagates_nan", try Kernels.reduce(.max, x, axes: [0]).reshaped([1]))
      }
    }
  }
}
