// Recording, gradients of whole expressions, layers and their replacement.
import Graphs
import Tensors
import Testing

private func leaf(_ values: [Double]) throws -> Variable {
  Variable(try Tensor(values, [values.count])).tracked()
}

private struct Refusal: Error, Equatable {}

@Suite struct RecordingTests {
  @Test func `outside of a recording nothing is tracked`() throws {
    let x = try leaf([2])
    #expect(try !(x * x).isTracked)
    try Recording.during { () throws in #expect(try (x * x).isTracked) }
    try Recording.during { () throws in
      try Recording.paused { () throws in #expect(try !(x * x).isTracked) }
    }
  }

  @Test func `the outermost gradient is a constant, an inner one is recorded`() throws {
    let x = try leaf([3])
    try Recording.during { () throws in
      let cube = try x * x * x
      let outer = try gradient(of: cube, at: [x])[0]
      #expect(outer.value.doubles == [27])
      #expect(!outer.isTracked)
    }
    let third = try Recording.during { () throws in
      let second = try Recording.during { () throws in
        let first = try Recording.during { () throws in
          try gradient(of: x * x * x * x, at: [x])[0]
        }
        return try gradient(of: first, at: [x])[0]
      }
      return try gradient(of: second, at: [x])[0]
    }
    #expect(third.value.doubles == [72])
    #expect(!third.isTracked)
  }

  @Test func `a derivative inside a derivative sees its own variable only`() throws {
    let x = try leaf([5])
    let result = try Recording.during { () throws in
      let y = try leaf([7])
      let inner = try Recording.during { () throws in try gradient(of: x + y, at: [y])[0] }
      return try gradient(of: x * inner, at: [x])[0]
    }
    #expect(result.value.doubles == [1])
  }

  @Test func `variables the output does not depend on get zeros`() throws {
    let (x, y) = (try leaf([1, 2]), try leaf([3]))
    let gradients = try Recording.during { () throws in try gradient(of: y * y, at: [x, y]) }
    #expect(gradients.map(\.value.doubles) == [[0, 0], [6]])
  }

  @Test func `a gradient can be asked at a result inside the graph`() throws {
    let x = try leaf([2])
    let gradients = try Recording.during { () throws in
      let inner = try x * x
      return try gradient(of: inner * inner * inner, at: [inner, x])
    }
    #expect(gradients.map(\.value.doubles) == [[48], [192]])
  }

  @Test func `without a seed the output must be one number`() throws {
    let x = try leaf([1, 2])
    try Recording.during { () throws in
      let y = try x * x
      #expect {
        try gradient(of: y, at: [x])
      } throws: { error in
        if case .notScalar([2]) = error as? GraphError { true } else { false }
      }
      let seed = Variable(try Tensor([1.0, 10], [2]))
      #expect(try gradient(of: y, at: [x], seed: seed)[0].value.doubles == [2, 40])
      #expect(throws: GraphError.self) {
        try gradient(of: y, at: [x], seed: Variable(try Tensor([1.0], [1])))
      }
    }
  }

  @Test func `a chain of a million nodes can be walked and dropped`() throws {
    let x = try leaf([1])
    let result = try Recording.during { () throws in
      var y = x
      for _ in 0..<1_000_000 { y = try y.applying(Negate()) }
      return try gradient(of: y, at: [x])[0]
    }
    #expect(result.value.doubles == [1])
  }

  @Test func `a consuming walk lets go of what it has passed, unless a recording needs it`() throws
  {
    let x = try leaf([2])
    func walk() throws -> (slope: Variable, isKept: Bool) {
      weak var first: Node?
      let cube = try { () throws -> Variable in
        let square = try x * x
        first = square.node
        return try square * x
      }()
      let slope = try gradient(of: cube, at: [x], consuming: true)[0]
      return (slope, withExtendedLifetime(cube) { first != nil })
    }
    let once = try Recording.during { () throws in try walk() }
    #expect(once.slope.value.doubles == [12])
    #expect(!once.isKept)
    try Recording.during { () throws in
      let inner = try Recording.during { () throws in try walk() }
      #expect(inner.isKept)
      #expect(try gradient(of: inner.slope, at: [x])[0].value.doubles == [12])
    }
  }

  @Test func `weights that are not asked for cost nothing`() throws {
    let x = Variable(try Tensor.zeros([1, 1, 4, 4])).tracked()
    let weight = Variable(try Tensor.zeros([1, 1, 3, 3])).tracked()
    let pullback = try Recording.during { () throws in
      let output = try apply(Convolution(Window2D(kernel: (3, 3))), [x, weight])
      return try Convolution(Window2D(kernel: (3, 3))).derivative(
        Pullback(
          inputs: [x, weight], output: output, gradient: output, wanted: [true, false]))
    }
    #expect(pullback[0] != nil && pullback[1] == nil)
  }

  @Test func `layers nest, and nodes carry their path`() throws {
    let x = try leaf([2])
    try Recording.during { () throws in
      let y = try Recording.layer("block") { () throws(GraphError) in
        try Recording.layer("square") { () throws(GraphError) in try x * x }
      }
      #expect(y.node?.layer == "block.square")
      #expect(Recording.layer == "")
    }
  }

  @Test func `a layer's output can be replaced, and unused names are reported`() throws {
    let x = try leaf([2])
    func model() throws(GraphError) -> Variable {
      let inner = try Recording.layer("square") { () throws(GraphError) in try x * x }
      return try inner + 1
    }
    let (result, unused) = try Recording.replacing([
      "square": { try $0 * 10 }, "cube": { $0 },
    ]) { () throws(GraphError) in try model() }
    #expect(result.value.doubles == [41])
    #expect(unused == ["cube"])
  }

  @Test func `replacements from two scopes compose, the inner first`() throws {
    let x = try leaf([2])
    let (result, _) = try Recording.replacing(["a": { try $0 * 10 }]) { () throws in
      try Recording.replacing(["a": { try $0 + 1 }]) { () throws(GraphError) in
        try Recording.layer("a") { () throws(GraphError) in x }
      }.result
    }
    #expect(result.value.doubles == [30])
  }

  @Test func `what a replacement throws is kept`() throws {
    let x = try leaf([2])
    #expect {
      _ = try Recording.replacing(["a": { _ in throw Refusal() }]) { () throws(GraphError) in
        try Recording.layer("a") { () throws(GraphError) in x }
      }
    } throws: { error in
      guard case .replacement("a", let inner) = error as? GraphError else { return false }
      return inner is Refusal
    }
  }

  @Test func `shapes that do not fit are an error that names the operation and the shapes`() throws
  {
    #expect {
      try apply(MatrixProduct(), [try leaf([1, 2]), try leaf([1, 2, 3])])
    } throws: { error in
      guard case .shapes("matmul", [[2], [3]], let reason)? = error as? GraphError else {
        return false
      }
      return reason.contains("2 columns") && reason.contains("3 rows")
    }
    #expect(throws: GraphError.self) { try apply(Add(), [try leaf([1])]) }
  }

  @Test func `equal maxima share the gradient, relu is flat at zero`() throws {
    let x = try leaf([3, 1, 3])
    let zero = try leaf([0])
    try Recording.during { () throws in
      let most = try x.applying(Max([0], keep: false))
      #expect(try gradient(of: most, at: [x])[0].value.doubles == [0.5, 0, 0.5])
      #expect(try gradient(of: zero.applying(Relu()), at: [zero])[0].value.doubles == [0])
      let tie = try apply(Maximum(), [zero, zero.detached()])
      #expect(try gradient(of: tie, at: [zero])[0].value.doubles == [0.5])
    }
  }
}

@Suite struct LeanRecordingTests {
  static let examples = Example.all.filter { type(of: $0.operation).isDifferentiable }

  /// Gradients of an application between two steps, at the operands given by bits.
  private func gradients(
    _ example: Example, at chosen: Int, forOneGradient: Bool
  ) throws -> [[Double]] {
    let inputs = try example.tensors()
    return try Recording.during(forOneGradient: forOneGradient, forgettingFrom: 0) { () throws in
      var leaves: [Variable] = []
      let operands = try inputs.enumerated().map { index, input -> Variable in
        guard chosen & (1 << index) != 0 else { return Variable(input) }
        let leaf = Variable(input).tracked()
        leaves.append(leaf)
        return try leaf.applying(Identity())
      }
      let output = try apply(example.operation, operands).applying(Identity())
      let seed = Variable(try numbers(output.shape, -1, 1, offset: 5).tensor(output.type))
      return try gradient(of: output, at: leaves, seed: seed, consuming: true).map(\.value.doubles)
    }
  }

  @Test(arguments: examples)
  func `what a derivative does not read is not needed for it`(_ example: Example) throws {
    for chosen in 1..<(1 << example.inputs.count) {
      let real = example.types.indices.filter { chosen & (1 << $0) != 0 }
      guard real.allSatisfy({ example.types[$0].isFloating }) else { continue }
      let kept = try? gradients(example, at: chosen, forOneGradient: false)
      let lean = try? gradients(example, at: chosen, forOneGradient: true)
      #expect((kept == nil) == (lean == nil))
      for (one, other) in zip(kept ?? [], lean ?? []) {
        #expect(zip(one, other).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
      }
    }
  }

  @Test func `a chain of sums keeps none of them, and a gradient inside another keeps all`() throws
  {
    let x = Variable(try Tensor([2.0], [1])).tracked()
    let kept = try Recording.during(forOneGradient: true, forgettingFrom: 1) {
      () throws -> [Bool] in
      let sum = try (x + x) + x
      let inner = try Recording.during(forOneGradient: true, forgettingFrom: 1) { () throws in
        try sum + x
      }
      return [
        sum.node?.variable.numbers?.doubles == [6], inner.node?.variable.numbers?.doubles == [8],
      ]
    }
    #expect(kept == [false, true])
  }
}
