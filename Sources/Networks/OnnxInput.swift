/// The inputs of an ONNX network: their sizes, and which of them count the examples.

import Tensors

/// An input as a file describes it, with the sizes that the caller states.
struct OnnxInput {
  let name: String
  let type: ElementType?
  /// nil for a size that is left open; no list where the file does not say how many axes there are.
  private(set) var sizes: [Int?]?
  /// The names that the file gives to open sizes, "" where it gives none.
  private let symbols: [String]
  /// Whether the first axis counts the examples; otherwise all examples share the input.
  private(set) var countsExamples = true

  init(_ message: Onnx_ValueInfoProto) throws(NetworkError) {
    name = message.name
    guard case .tensorType(let tensor) = message.type.value else {
      throw .unsupported(
        format: OnnxFile.format, reason: "its input \"\(message.name)\" is not a tensor")
    }
    type =
      Onnx_TensorProto.DataType(rawValue: Int(tensor.elemType))
      .flatMap(StoredType.init)?.elementType
    guard tensor.hasShape else {
      (sizes, symbols) = (nil, [])
      return
    }
    var sizes: [Int?] = []
    for dimension in tensor.shape.dim {
      guard case .dimValue(let size) = dimension.value, size > 0 else {
        sizes.append(nil)
        continue
      }
      guard size < 1 << 40 else {
        throw .absurdSize(what: "the input \"\(message.name)\"", found: "\(size)")
      }
      sizes.append(Int(size))
    }
    self.sizes = sizes
    symbols = tensor.shape.dim.map { dimension in
      if case .dimParam(let symbol) = dimension.value { symbol } else { "" }
    }
  }

  /// The shape for a batch of this size; nil if more than the number of examples is open.
  func shape(forBatch count: Int) -> [Int]? {
    guard let sizes else { return nil }
    let open = sizes.indices.filter { sizes[$0] == nil }
    guard open.isEmpty || open == [0] && countsExamples else { return nil }
    return sizes.map { $0 ?? count }
  }

  /// The inputs of a file.
  ///
  /// - example: the shape of one example of the first; `examples`: of others, by name. What they say
  ///   of a size that the file names holds wherever that name stands.
  static func all(
    _ messages: [Onnx_ValueInfoProto], example: [Int]?, examples: [String: [Int]]
  ) throws(NetworkError) -> [OnnxInput] {
    var inputs: [OnnxInput] = []
    for message in messages { inputs.append(try OnnxInput(message)) }
    if inputs.count > 1 { findBatch(&inputs) }
    let names = inputs.map(\.name)
    for name in examples.keys.sorted() where !names.contains(name) {
      throw .unknownInput(name: name, known: names)
    }
    var bound: [String: Int] = [:]
    for place in inputs.indices {
      if let stated = examples[inputs[place].name] ?? (place == 0 ? example : nil) {
        inputs[place].state(stated, &bound)
      }
    }
    for place in inputs.indices { inputs[place].fill(from: bound) }
    return inputs
  }

  /// The examples are counted by open first axes of one name, or, where none is open, by first axes
  /// of one size before other axes.
  private static func findBatch(_ inputs: inout [OnnxInput]) {
    let open = inputs.first { $0.sizes?.first == .some(nil) }
    let size = inputs.compactMap { $0.sizes.flatMap { $0.count > 1 ? $0[0] : nil } }.first
    for place in inputs.indices {
      guard let sizes = inputs[place].sizes, let first = sizes.first else { continue }
      if let open {
        let (name, batch) = (inputs[place].symbols[0], open.symbols[0])
        inputs[place].countsExamples =
          first == nil && (name == batch || name.isEmpty || batch.isEmpty)
      } else {
        inputs[place].countsExamples = sizes.count > 1 && first == size
      }
    }
  }

  /// Takes the open sizes from the shape of one example.
  private mutating func state(_ example: [Int], _ bound: inout [String: Int]) {
    let skipped = countsExamples ? 1 : 0
    guard var sizes, sizes.count == example.count + skipped else { return }
    for (axis, size) in example.enumerated() where sizes[axis + skipped] == nil {
      sizes[axis + skipped] = size
      let symbol = symbols[axis + skipped]
      if !symbol.isEmpty { bound[symbol] = size }
    }
    self.sizes = sizes
  }

  /// Takes open sizes from what their names stand for.
  private mutating func fill(from bound: [String: Int]) {
    guard var sizes else { return }
    for axis in sizes.indices where sizes[axis] == nil && !(axis == 0 && countsExamples) {
      sizes[axis] = bound[symbols[axis]]
    }
    self.sizes = sizes
  }
}
