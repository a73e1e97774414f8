// Every operator's bounds: that there is a rule, and that results and derivatives stay inside.
import Graphs
import Tensors
import Testing

@Suite struct OperatorBoundsTests {
  @Test func `every operator has a rule for bounds or says why not`() {
    let missing = Example.all.filter { ($0.operation.bounding as? NoBoundRule)?.reason == nil }
      .filter { $0.operation.bounding is NoBoundRule }.map(\.operation.name)
    #expect(
      Set(missing).isEmpty,
      "give it a `bounding`: a rule of Sources/Graphs/Bounds, or NoBoundRule(because: …)")
  }

  /// Examples with something to bound.
  static let examples = Example.all.filter { example in
    !(example.operation.bounding is NoBoundRule)
      && zip(example.types, example.inputs).contains { $0.0.isFloating && !$0.1.values.isEmpty }
  }

  @Test(arguments: examples)
  func `results and derivatives at points of a box stay within their bounds`(
    _ example: Example
  ) throws {
    for single in [false, true] where !single || example.types.allSatisfy({ $0 != .f32 }) {
      let probe = BoundsProbe(example, single: single)
      for radius in [0.0, 0.03, 0.6] {
        for method in BoundMethod.allCases {
          let ranges = try probe.bounds(radius, method)
          for draw in 0..<24 {
            let results = try probe.results(at: probe.point(radius, draw))
            let escaped = zip(ranges, results).contains { range, result in
              zip(result.value.doubles, zip(range.lows, range.highs)).contains { value, ends in
                value < ends.0 || value > ends.1
              }
            }
            #expect(!escaped, "\(method) radius \(radius) \(single ? "f32" : "f64") draw \(draw)")
          }
        }
      }
    }
  }
}

/// One example with its operands in a box.
private struct BoundsProbe {
  let example: Example
  private let types: [ElementType]

  init(_ example: Example, single: Bool) {
    self.example = example
    types = example.types.map { $0 == .f64 && single ? .f32 : $0 }
  }

  /// The operands, each number moved by up to `radius`: to an end in every other draw.
  func point(_ radius: Double, _ draw: Int) throws -> [Variable] {
    try zip(example.inputs, types).enumerated().map { place, pair in
      let (values, type) = pair
      guard type.isFloating else { return Variable(try values.tensor(type)) }
      var moved = values
      let shifts = numbers(values.shape, -1, 1, offset: 101 * draw + 13 * place)
      for (index, shift) in shifts.values.enumerated() {
        let part = draw % 2 == 0 ? shift : shift < 0 ? -1 : 1
        let (low, high) = ends(values.values[index], radius, type)
        moved.values[index] = Swift.min(
          Swift.max(values.values[index] + part * radius, low), high)
      }
      let tensor = try moved.tensor(type)
      // Rounding to f32 may leave the box.
      let box = try box(radius)[place]
      let low = try Kernels.binary(.maximum, tensor, box.low.value.cast(to: type))
      return Variable(try Kernels.binary(.minimum, low, box.high.value.cast(to: type))).tracked()
    }
  }

  private func ends(_ value: Double, _ radius: Double, _ type: ElementType) -> (Double, Double) {
    type == .f32
      ? (Double(Float(value - radius)), Double(Float(value + radius)))
      : (value - radius, value + radius)
  }

  private func box(_ radius: Double) throws -> [Interval] {
    try zip(example.inputs, types).map { values, type in
      let low = values.map { ends($0, radius, type).0 }
      let high = values.map { ends($0, radius, type).1 }
      return try Interval(Variable(try low.tensor(.f64)), Variable(try high.tensor(.f64)))
    }
  }

  /// The operator's result, and the gradient of its weighted sum at each operand of real numbers.
  func results(at operands: [Variable]) throws -> [Variable] {
    try Recording.during { () throws in
      let output = try apply(example.operation, operands)
      // Special functions have no derivative in operands that are given as f32.
      let isFixed = { example.operation is any SpecialOperator && $0 == ElementType.f32 }
      let leaves = zip(operands, example.types).filter { $0.type.isFloating && !isFixed($1) }
        .map(\.0)
      guard type(of: example.operation).isDifferentiable, output.type.isFloating else {
        return [output]
      }
      let weights = Variable(try numbers(output.shape, -1, 1, offset: 17).tensor(output.type))
      return [output] + (try gradient(of: (output * weights).sum([]), at: leaves))
    }
  }

  func bounds(_ radius: Double, _ method: BoundMethod) throws -> [Interval] {
    let operands = try zip(example.inputs, types).map { values, type in
      let tensor = try values.tensor(type)
      return type.isFloating ? Variable.example(tensor) : Variable(tensor)
    }
    let outputs = try results(at: operands)
    let ranges = zip(operands, try box(radius)).filter { $0.0.type.isFloating }
    return try BoundsAnalysis(ranges.map { ($0, $1) }, method: method).bounds(of: outputs)
  }
}
