// Every registered operator: its kernel, its shape rule and its derivatives.
import Graphs
import Tensors
import Testing

@Suite struct OperatorTests {
  @Test func `every registered operator has examples and a name of its own`() {
    let shown = Set(Example.all.map { $0.operation.name })
    let missing = Operators.all.map { $0.name }.filter { !shown.contains($0) }
    #expect(missing.isEmpty)
    #expect(Operators.byName.count == Operators.all.count)
    #expect(shown.isSubset(of: Operators.byName.keys))
  }

  @Test(arguments: Example.all)
  func `the kernel gives what the definition gives, in the shape of the shape rule`(
    _ example: Example
  ) throws {
    let result = try apply(example.operation, try example.tensors().map { Variable($0) })
    let expected = example.slow(example.inputs)
    #expect(result.shape == expected.shape)
    #expect(
      try example.operation.shape(of: example.inputs.map { Operand($0.shape) }) == expected.shape)
    for (got, wanted) in zip(result.value.doubles, expected.values) {
      #expect(abs(got - wanted) <= 1e-12 * max(1, abs(wanted)))
    }
  }

  @Test(arguments: Example.all.filter { type(of: $0.operation).isDifferentiable && $0.isExact })
  func `first and second derivatives agree with central differences`(_ example: Example) throws {
    let probe = Probe(example)
    let inputs = try example.tensors()
    let (first, second) = try probe.derivatives(inputs)
    for index in inputs.indices where inputs[index].type == .f64 {
      #expect(first[index].shape == inputs[index].shape)
      #expect(second[index].shape == inputs[index].shape)
      for place in 0..<inputs[index].count {
        let (slope, curvature) = try probe.differences(inputs, index, place)
        #expect(abs(first[index].values[place] - slope) <= 2e-6 * max(1, abs(slope)))
        #expect(abs(second[index].values[place] - curvature) <= 2e-5 * max(1, abs(curvature)))
      }
    }
  }

  @Test func `a gradient passes a change of precision`() throws {
    let x = Variable(try Tensor([0.5, 0.25], [2])).tracked()
    let gradients = try Recording.during { () throws in
      let single = try x.applying(Cast(to: .f32))
      return try gradient(of: (single * single).sum([]), at: [x])
    }
    #expect(gradients[0].type == .f64)
    #expect(gradients[0].value.doubles == [1, 0.5])
  }

  @Test(arguments: Example.all.filter { !type(of: $0.operation).isDifferentiable })
  func `nothing is recorded for an operator without a derivative`(_ example: Example) throws {
    let inputs = try example.tensors()
    try Recording.during { () throws in
      let result = try apply(example.operation, inputs.map { Variable($0).tracked() })
      #expect(!result.isTracked)
    }
  }
}

/// A scalar function made of an operator, f(x) = Σ r · op(x), and g(x) = Σ s · ∇f(x).
private struct Probe {
  let example: Example

  init(_ example: Example) { self.example = example }

  private func weights(_ shape: [Int], _ offset: Int) throws -> Variable {
    Variable(try numbers(shape, -1, 1, offset: offset).tensor())
  }

  /// f, and g if asked for, as recorded variables.
  private func value(_ leaves: [Variable]) throws -> Variable {
    let output = try apply(example.operation, leaves)
    let sum = try (output * weights(output.shape, 17)).sum([])
    return sum
  }

  private func slope(_ leaves: [Variable]) throws -> Variable {
    let reals = leaves.filter { $0.type == .f64 }
    let gradients = try gradient(of: value(leaves), at: reals)
    var total = Variable(try Tensor.scalar(0, .f64))
    for (place, each) in gradients.enumerated() {
      total = try total + (each * weights(each.shape, 23 + place)).sum([])
    }
    return total
  }

  /// ∇f and ∇g at every f64 input; what is of another type is held fixed.
  func derivatives(_ inputs: [Tensor]) throws -> ([Dense], [Dense]) {
    let leaves = inputs.map { $0.type == .f64 ? Variable($0).tracked() : Variable($0) }
    let reals = leaves.filter { $0.isLeaf }
    let first = try Recording.during { () throws in try gradient(of: value(leaves), at: reals) }
    let second = try Recording.during { () throws in
      let inner = try Recording.during { () throws in try slope(leaves) }
      return try gradient(of: inner, at: reals)
    }
    func spread(_ gradients: [Variable]) -> [Dense] {
      var rest = gradients[...]
      return leaves.map { leaf in
        (leaf.isLeaf ? rest.popFirst() : nil).map { Dense($0.value) } ?? Dense(leaf.value)
      }
    }
    return (spread(first), spread(second))
  }

  /// Central differences of f and of g along one element.
  func differences(_ inputs: [Tensor], _ index: Int, _ place: Int) throws -> (Double, Double) {
    func moved(_ by: Double) throws -> [Variable] {
      var values = inputs[index].doubles
      values[place] += by
      var all = inputs
      all[index] = try Tensor(values, inputs[index].shape)
      return all.map { Variable($0).tracked() }
    }
    let step = 1e-5
    let (above, below) = (try moved(step), try moved(-step))
    let f = try value(above).value.item - value(below).value.item
    let g = try Recording.during { () throws in
      try slope(above).value.item - slope(below).value.item
    }
    return (f / (2 * step), g / (2 * step))
  }
}
