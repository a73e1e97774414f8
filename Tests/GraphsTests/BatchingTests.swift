// Many examples at once: the batching rule of every operator, and whole computations.
import Graphs
import Tensors
import Testing

/// Three variants of the operands of an example: other orders of the same numbers, and other sizes
/// of real ones. Where an operator does not take them in any order (a matrix that must be positive
/// definite, indices that must be sorted), only the sizes differ.
private func variants(_ example: Example) throws -> [[Tensor]] {
  let turned = try variants(example, turning: true)
  for mapped in choices(example.inputs.count) {
    for variant in turned {
      let operands = mapped.indices.map { Variable((mapped[$0] ? variant : turned[0])[$0]) }
      guard (try? apply(example.operation, operands)) != nil else {
        return try variants(example, turning: false)
      }
    }
  }
  return turned
}

private func variants(_ example: Example, turning: Bool) throws -> [[Tensor]] {
  try (0..<3).map { number in
    try zip(example.inputs, example.types).map { input, type in
      let shift = input.values.isEmpty || !turning ? 0 : number % input.values.count
      var values = Array(input.values[shift...] + input.values[..<shift])
      if type == .f64 { values = values.map { $0 * (1 + 0.125 * Double(number)) } }
      return try Dense(input.shape, values).tensor(type)
    }
  }
}

/// Every choice of at least one operand, as flags.
private func choices(_ count: Int) -> [[Bool]] {
  (1..<(1 << count)).map { bits in (0..<count).map { bits >> $0 & 1 == 1 } }
}

private func stacked(_ tensors: [Tensor]) throws -> Variable {
  Variable(try Kernels.concatenate(tensors.map { try $0.expanded(at: 0) }, axis: 0))
}

private func isClose(_ left: Tensor, _ right: Tensor) -> Bool {
  left.shape == right.shape && left.type == right.type
    && zip(left.doubles, right.doubles).allSatisfy {
      $0 == $1 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= 1e-12 * max(1, abs($1))
    }
}

/// The gradients of Σ w · op(x) at the real operands.
private func slopes(_ example: Example, _ leaves: [Variable]) throws -> [Variable] {
  try Recording.during { () throws in
    let output = try apply(example.operation, leaves)
    let weights = Variable(try numbers(output.shape, -1, 1, offset: 17).tensor())
    return try gradient(
      of: (output * weights).sum([]), at: leaves.filter { $0.type == .f64 })
  }
}

@Suite struct BatchingTests {
  @Test(arguments: Example.all.filter { !$0.inputs.isEmpty })
  func `many examples at once give what each gives, whichever operands differ`(
    _ example: Example
  ) throws {
    let variants = try variants(example)
    for mapped in choices(example.inputs.count) {
      func operands(_ number: Int) -> [Tensor] {
        mapped.indices.map { variants[mapped[$0] ? number : 0][$0] }
      }
      let wanted = try (0..<3).map {
        try apply(example.operation, operands($0).map { Variable($0) }).value
      }
      func batch(_ count: Int) throws -> Batch {
        let inputs = try mapped.indices.map { index in
          guard mapped[index] else { return Variable(variants[0][index]) }
          let all = try stacked(variants.map { $0[index] })
          return try all.applying(SliceAxis(0, from: 0, count: count))
        }
        return Batch(inputs, isMapped: mapped, size: count, type: wanted[0].type)
      }
      let together = try stacked(wanted).value
      #expect(isClose(try example.operation.batched(batch(3)).value, together))
      #expect(isClose(try example.operation.looped(batch(3)).value, together))
      #expect(
        isClose(try example.operation.batched(batch(1)).value, try stacked([wanted[0]]).value))
      #expect(try example.operation.looped(batch(0)).shape == [0] + wanted[0].shape)
    }
  }

  @Test(arguments: Example.all.filter { type(of: $0.operation).isDifferentiable && $0.isExact })
  func `gradients inside of a mapped computation are those of each example`(
    _ example: Example
  ) throws {
    let variants = try variants(example)
    for mapped in choices(example.inputs.count) {
      let wanted = try (0..<3).map { number in
        try slopes(
          example, mapped.indices.map { Variable(variants[mapped[$0] ? number : 0][$0]).tracked() })
      }
      let examples = mapped.indices.filter { mapped[$0] }.map { Variable.example(variants[0][$0]) }
      var rest = examples[...]
      let leaves = mapped.indices.map { index in
        (mapped[index] ? rest.popFirst() : nil) ?? Variable(variants[0][index])
      }
      let mapping = Mapping(from: examples, to: try slopes(example, leaves.map { $0.tracked() }))
      let values = try mapped.indices.filter { mapped[$0] }.map { index in
        try stacked(variants.map { $0[index] })
      }
      for (place, found) in try mapping.run(values, size: 3).enumerated() {
        #expect(isClose(found.value, try stacked(wanted.map { $0[place].value }).value))
      }
    }
  }

  @Test(arguments: Example.all.filter { type(of: $0.operation).isDifferentiable && $0.isExact })
  func `many seeds and many tangents at one point give what each gives`(
    _ example: Example
  ) throws {
    let leaves = try example.tensors().map { Variable($0).tracked() }
    let reals = leaves.filter { $0.type == .f64 }
    func directions(_ shape: [Int]) throws -> [Tensor] {
      try (0..<3).map { try numbers(shape, -1, 1, offset: 7 * $0).tensor() }
    }
    func pulled(_ seed: Variable) throws -> [Variable] {
      try Recording.during { () throws in
        try gradient(of: apply(example.operation, leaves), at: reals, seed: seed)
      }
    }
    func pushed(_ tangent: Variable) throws -> [Variable] {
      try Recording.during { () throws in
        try tangents(
          of: [apply(example.operation, leaves)], at: [reals[0]], along: [tangent])
      }
    }
    let output = try apply(example.operation, leaves)
    for (shape, walk) in [(output.shape, pulled), (reals[0].shape, pushed)] {
      let all = try directions(shape)
      let leaf = Variable.example(all[0])
      let found = try Mapping(from: [leaf], to: walk(leaf)).run([stacked(all)], size: 3)
      for place in found.indices {
        let wanted = try all.map { try walk(Variable($0))[place].value }
        #expect(isClose(found[place].value, try stacked(wanted).value))
      }
    }
  }

  @Test func `the planned memory is that of the results that are needed at once`() throws {
    let leaf = Variable.example(try Tensor([1.0, 2], [2]))
    var chain = leaf
    for _ in 0..<10 { chain = try chain.applying(Negate()) }
    let mapping = Mapping(from: [leaf], to: [chain])
    // The examples themselves and, besides the output, the result that another is made of.
    #expect(mapping.bytes(keepingAll: false) == 2 * 16)
    #expect(mapping.bytes(keepingAll: true) == 10 * 16)
  }

  @Test func `what depends on an example is recorded, also by operators without a derivative`()
    throws
  {
    let leaf = Variable.example(try Tensor([1.0, -2], [2]))
    let masked = try apply(
      Select(), [apply(Greater(), [leaf, .number(0, like: leaf)]), leaf, leaf.detached()])
    let shape = try leaf.applying(ShapeOf())
    #expect(masked.isMapped && !shape.isMapped)
    let values = Variable(try Tensor([1.0, -2, -3, 4], [2, 2]))
    let found = try Mapping(from: [leaf], to: [masked, shape]).run([values], size: 2)
    #expect(found[0].value.doubles == [1, -2, -3, 4])
    #expect(found[1].value.integers == [2, 2])
  }
}
