// Splits of small networks, worked out by hand.
import Graphs
import Tensors
import Testing

@Suite struct SplitTests {
  private func tensor(_ shape: [Int], _ values: [Double]) throws -> Variable {
    Variable(try Tensor(values, shape))
  }

  /// The parts of what a function gives for numbers, of which those with 1 in the mask are relevant.
  private func parts(
    _ values: [Double], _ shape: [Int], mask: [Double], _ rules: SplitRules,
    _ function: (Variable) throws -> Variable
  ) throws -> (relevant: [Double], irrelevant: [Double], value: [Double], steps: [SplitStep]) {
    let x = try tensor(shape, values).tracked()
    let output = try Recording.during { () throws in try function(x) }
    let found = try splits(
      of: [output], at: [x], relevant: [x * tensor(shape, mask)], rules: rules)
    return (
      found.splits[0].relevant?.value.doubles ?? [],
      found.splits[0].irrelevant?.value.doubles ?? [], output.value.doubles, found.steps
    )
  }

  private func isNear(_ found: [Double], _ expected: [Double]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  /// h = (x₁ - x₂ + 1, 2 x₁ + x₂ - 1) = (0, 3) at x = (1, 2), y = relu(h₁) + 2 relu(h₂) + 1 = 7, of which x₁ is relevant.
  ///
  /// Before the rectifier the parts and the bias of the units are (1, -2, 1) and (2, 2, -1). By "acd" the biases go 1 : 2 and
  /// 1 : 1, which gives (4/3, -4/3) and (3/2, 3/2), rectified the same and summed 13/3 + 5/3, with the last bias 13 : 5. By
  /// "cdt" neither part of the first unit adds to the other: 3 + 3 and half of the bias each. By "shapley" the rectified units are
  /// (1/2, -3/2, 1) and (3/2, 3/2, 0), their sum (7/2, 3/2, 2) and the bias shared 7 : 3.
  @Test(arguments: [
    ("acd", 91.0 / 18, 35.0 / 18), ("cdt", 3.5, 3.5), ("shapley", 4.9, 2.1),
  ])
  func `two layers by hand`(_ name: String, _ relevant: Double, _ irrelevant: Double) throws {
    let rules = try #require(SplitRules.named[name])
    let found = try parts([1, 2], [1, 2], mask: [1, 0], rules) { x in
      let hidden = try apply(Linear(), [x, tensor([2, 2], [1, -1, 2, 1]), tensor([2], [1, -1])])
      return try apply(
        Linear(), [hidden.applying(Relu()), tensor([1, 2], [1, 2]), tensor([1], [1])])
    }
    #expect(found.value == [7])
    #expect(isNear(found.relevant, [relevant]))
    #expect(isNear(found.irrelevant, [irrelevant]))
    #expect(found.steps.map(\.operation) == ["linear", "relu", "linear"])
  }

  /// (p - mean p) / √(var x + ε) · gain for both parts p, and the shift shared in proportion to their sizes.
  @Test func `layer normalisation by hand`() throws {
    let (x, mask, gain, shift, epsilon) = (
      [1.0, -2, 4, 0.5], [1.0, 0, 0, 1], [2.0, 1, -1, 0.5], [0.5, -1, 0.25, 3], 1e-5
    )
    let mean = x.reduce(0, +) / 4
    let deviation = (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4 + epsilon).squareRoot()
    func scaled(_ part: [Double]) -> [Double] {
      let own = part.reduce(0, +) / 4
      return zip(part, gain).map { ($0 - own) / deviation * $1 }
    }
    let relevant = scaled(zip(x, mask).map { $0 * $1 })
    let irrelevant = scaled(zip(x, mask).map { $0 * (1 - $1) })
    let share = zip(relevant, irrelevant).map { abs($0) / (abs($0) + abs($1)) }
    let found = try parts(x, [1, 4], mask: mask, .acd) { x in
      let normal = try x.applying(Standardise([-1], epsilon: epsilon))
      return try normal * tensor([4], gain) + tensor([4], shift)
    }
    #expect(isNear(found.relevant, zip(relevant, zip(shift, share)).map { $0 + $1.0 * $1.1 }))
    #expect(
      isNear(found.irrelevant, zip(irrelevant, zip(shift, share)).map { $0 + $1.0 * (1 - $1.1) }))
  }

  /// Of ((2, 0) + (0, 3)) ⊙ ((2, 0) + (0, 3)) and of its sum squared.
  @Test func `terms of a product that contain the rest belong to the rest`() throws {
    for rules in [SplitRules.shapley, .acd] {
      let squares = try parts([2, 3], [2], mask: [1, 0], rules) { try $0 * $0 }
      #expect(squares.relevant == [4, 0] && squares.irrelevant == [0, 9])
      let square = try parts([2, 3], [2], mask: [1, 0], rules) {
        let sum = try $0.sum([])
        return try sum * sum
      }
      #expect(square.relevant == [4] && square.irrelevant == [21])
    }
  }

  @Test func `maxima give the parts of the winner`() throws {
    let found = try parts([1, 5, 7, 2], [1, 1, 4], mask: [1, 1, 0, 0], .shapley) {
      try $0.applying(
        MaxPool(Window([WindowAxis(2, stride: 2)])))
    }
    #expect(found.relevant == [5, 0] && found.irrelevant == [0, 7])
  }

  /// softmax(x A xᵀ) (x B): the weights are those of the total, and what makes them is not followed.
  @Test func `attention weights are taken whole`() throws {
    let (values, mask) = ([1.0, -1, 0.5, 2, 1.5, 0], [1.0, 1, 0, 0, 0, 0])
    let mixed = try tensor([2, 2], [1, 2, -1, 0.5])
    func weights(_ x: Variable) throws -> Variable {
      try apply(MatrixProduct(), x, x.matrixTransposed()).applying(Softmax(-1))
    }
    for rules in SplitRules.named.values {
      let found = try parts(values, [3, 2], mask: mask, rules) { x in
        try apply(MatrixProduct(), weights(x), apply(MatrixProduct(), x, mixed))
      }
      let (x, part) = (try tensor([3, 2], values), try tensor([3, 2], mask))
      let expected = try apply(
        MatrixProduct(), weights(x), apply(MatrixProduct(), x * part, mixed))
      #expect(isNear(found.relevant, expected.value.doubles))
      #expect(found.steps.map(\.operation) == ["matmul", "matmul"])
      for (place, value) in found.value.enumerated() {
        #expect(abs(found.relevant[place] + found.irrelevant[place] - value) < 1e-12)
      }
    }
  }

  @Test func `probabilities have parts where they are the result`() throws {
    let found = try parts([1, 2, -1], [3], mask: [1, 0, 1], .shapley) {
      try $0.applying(Softmax(-1))
    }
    for (value, (r, i)) in zip(found.value, zip(found.relevant, found.irrelevant)) {
      #expect(abs(r + i - value) < 1e-12)
    }
    #expect(found.relevant.contains { abs($0) > 0.01 })
  }

  /// The relevant part of one half is the irrelevant part of the other, as long as there are no products.
  @Test func `shapley favours no part`() throws {
    let weight = try numbers([6, 4], -1, 1).tensor()
    func run(_ mask: [Double]) throws -> (relevant: [Double], irrelevant: [Double]) {
      let found = try parts([1, -2, 0.5, 3], [1, 4], mask: mask, .shapley) { x in
        try apply(Linear(), [x, Variable(weight), tensor([6], [1, -1, 0.5, 0, 2, -2])])
          .applying(Gelu())
      }
      return (found.relevant, found.irrelevant)
    }
    let (one, other) = (try run([1, 0, 1, 0]), try run([0, 1, 0, 1]))
    #expect(isNear(one.relevant, other.irrelevant))
    #expect(isNear(one.irrelevant, other.relevant))
  }

  /// Σ (x + (1, 3)) at x = (2, 0), all relevant: nothing arrives at the second place, whose 3 is taken by the sum.
  @Test func `where neither part arrives the bias waits`() throws {
    for rules in SplitRules.named.values {
      let found = try parts([2, 0], [2], mask: [1, 0], rules) { x in
        try (x + tensor([2], [1, 3])).sum([])
      }
      #expect(isNear(found.relevant, [6]))
      #expect(isNear(found.irrelevant, [0]))
    }
  }

  @Test func `what does not depend on the input is the rest's`() throws {
    let x = try tensor([2], [1, 2]).tracked()
    let other = try tensor([2], [5, 6])
    let found = try splits(of: [other, x], at: [x], relevant: [x], rules: .shapley).splits
    #expect(found[0].relevant?.value.doubles == [0, 0])
    #expect(found[0].irrelevant?.value.doubles == [5, 6])
    #expect(found[1].relevant?.value.doubles == [1, 2])
  }

  /// d/dw of the relevant part w r: CDEP (Rieger et al. 2020) needs it.
  @Test func `parts are differentiated where recording is on`() throws {
    let (w, x) = (try tensor([2], [3, 4]).tracked(), try tensor([2], [1, 2]).tracked())
    let slope = try Recording.during { () throws in
      let output = try Recording.during { () throws in try (w * x).sum([]) }
      let found = try splits(
        of: [output], at: [x], relevant: [tensor([2], [1, 0])], rules: .shapley)
      return try gradient(of: #require(found.splits[0].relevant), at: [w])[0]
    }
    #expect(slope.value.doubles == [1, 0])
  }

  @Test func `a part of another shape is an error`() throws {
    let x = try tensor([2], [1, 2]).tracked()
    #expect(throws: GraphError.self) {
      try splits(of: [x], at: [x], relevant: [tensor([1], [1])], rules: .acd)
    }
  }
}
