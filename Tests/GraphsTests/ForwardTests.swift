// Forward mode: the tangent rule of every operator, and walks along whole graphs.
import Graphs
import Tensors
import Testing

@Suite struct ForwardTests {
  @Test(arguments: Example.all.filter { type(of: $0.operation).isDifferentiable && $0.isExact })
  func `tangents agree with differences, to second order, and with the derivative reversed`(
    _ example: Example
  ) throws {
    let inputs = try example.tensors()
    let reals = inputs.indices.filter { inputs[$0].type == .f64 }
    for moving in [reals] + (reals.count > 1 ? reals.map { [$0] } : []) {
      let probe = try Moving(example, inputs, moving)
      let first = try probe.tangent(inputs)
      let difference = try probe.difference { try probe.output($0).value }
      #expect(first.shape == difference.shape)
      expect(first.values, near: difference.values, within: 2e-6)
      expect(first.values, near: try probe.reversed(inputs).values, within: 1e-10)
      let second = try probe.difference { try probe.tangent($0).tensor() }
      expect(try probe.tangentOfTangent(inputs).values, near: second.values, within: 2e-5)
      // Reverse over forward: the slope of Σ tangent along the directions is the sum of the second tangents.
      let (total, size) = second.values.reduce((0, 1)) { ($0.0 + $1, $0.1 + abs($1)) }
      #expect(abs(try probe.slopeOfTangent(inputs) - total) <= 2e-5 * size)
    }
  }

  @Test func `a tangent goes through what several outputs share`() throws {
    let x = Variable(try Tensor([2.0, 3.0], [2])).tracked()
    let direction = Variable(try Tensor([1.0, 10.0], [2]))
    try Recording.during { () throws in
      let square = try x * x
      let constant = Variable(try Tensor([5.0], [1]))
      let found = try tangents(
        of: [square, try square.sum([]), x, constant], at: [x], along: [direction])
      #expect(found.map(\.value.doubles) == [[4, 60], [64], [1, 10], [0]])
      #expect(found.allSatisfy { !$0.isTracked })
    }
  }

  @Test func `a tangent at a result inside the graph does not see what led to it`() throws {
    let x = Variable(try Tensor([2.0], [1])).tracked()
    try Recording.during { () throws in
      let inner = try x * x
      let output = try inner * x
      let one = Variable(try Tensor([1.0], [1]))
      #expect(try tangents(of: [output], at: [inner], along: [one])[0].value.doubles == [2])
      let both = try tangents(of: [output], at: [inner, x], along: [one, one])
      #expect(both[0].value.doubles == [6])
    }
  }

  @Test func `a tangent of another shape is refused`() throws {
    let x = Variable(try Tensor([2.0, 3.0], [2])).tracked()
    #expect(throws: GraphError.self) {
      try Recording.during { () throws in
        try tangents(of: [x], at: [x], along: [Variable(try Tensor([1.0], [1]))])
      }
    }
  }

  @Test func `a chain of a million nodes can be walked forwards`() throws {
    let x = Variable(try Tensor([1.0], [1])).tracked()
    let result = try Recording.during { () throws in
      var y = x
      for _ in 0..<1_000_000 { y = try y.applying(Negate()) }
      return try tangents(of: [y], at: [x], along: [x.detached()])[0]
    }
    #expect(result.value.doubles == [1])
  }
}

/// Expects numbers that differ by at most `gap` times the largest of them, or times 1.
private func expect(_ found: [Double], near wanted: [Double], within gap: Double) {
  let size = wanted.reduce(1) { max($0, abs($1)) }
  #expect(found.count == wanted.count)
  for (got, wanted) in zip(found, wanted) { #expect(abs(got - wanted) <= gap * size) }
}

/// An operator some of whose operands move along fixed directions.
private struct Moving {
  let example: Example
  let inputs: [Tensor]
  let moving: [Int]
  let directions: [Variable]

  init(_ example: Example, _ inputs: [Tensor], _ moving: [Int]) throws {
    (self.example, self.inputs, self.moving) = (example, inputs, moving)
    directions = try moving.map {
      Variable(try numbers(inputs[$0].shape, -1, 1, offset: 31 + $0).tensor())
    }
  }

  func output(_ inputs: [Tensor]) throws -> Variable {
    try apply(example.operation, inputs.map { Variable($0) })
  }

  private func leaves(_ inputs: [Tensor]) -> [Variable] {
    inputs.map { Variable($0).tracked() }
  }

  /// The tangent, recorded if another recording surrounds this.
  private func tangent(at leaves: [Variable]) throws -> Variable {
    try Recording.during { () throws in
      let output = try apply(example.operation, leaves)
      return try tangents(of: [output], at: moving.map { leaves[$0] }, along: directions)[0]
    }
  }

  func tangent(_ inputs: [Tensor]) throws -> Dense {
    Dense(try tangent(at: leaves(inputs)).value)
  }

  func reversed(_ inputs: [Tensor]) throws -> Dense {
    let leaves = leaves(inputs)
    return try Recording.during { () throws in
      let output = try apply(example.operation, leaves)
      var all = [Variable?](repeating: nil, count: leaves.count)
      for (index, direction) in zip(moving, directions) { all[index] = direction }
      let found = try example.operation.tangentByReversing(
        Pushforward(inputs: leaves, output: output, tangents: all, saved: output.node?.saved))
      return Dense((try found ?? .zeros(like: output)).value)
    }
  }

  func tangentOfTangent(_ inputs: [Tensor]) throws -> Dense {
    let leaves = leaves(inputs)
    return try Recording.during { () throws in
      let inner = try tangent(at: leaves)
      return Dense(
        try tangents(of: [inner], at: moving.map { leaves[$0] }, along: directions)[0].value)
    }
  }

  func slopeOfTangent(_ inputs: [Tensor]) throws -> Double {
    let leaves = leaves(inputs)
    return try Recording.during { () throws in
      let slopes = try gradient(of: tangent(at: leaves).sum([]), at: moving.map { leaves[$0] })
      return try zip(slopes, directions).reduce(0) { total, pair in
        total + (try pair.0 * pair.1).value.doubles.reduce(0, +)
      }
    }
  }

  /// The central difference of a function of the inputs along the directions.
  func difference(_ function: ([Tensor]) throws -> Tensor) throws -> Dense {
    let step = 1e-5
    func moved(_ by: Double) throws -> Dense {
      var all = inputs
      for (index, direction) in zip(moving, directions) {
        let values = zip(inputs[index].doubles, direction.value.doubles).map { $0 + by * $1 }
        all[index] = try Tensor(values, inputs[index].shape)
      }
      return Dense(try function(all))
    }
    let (above, below) = (try moved(step), try moved(-step))
    return above.zip(below) { ($0 - $1) / (2 * step) }
  }
}
