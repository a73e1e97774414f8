// Propagation rules on single layers with inputs, weights and biases of both signs.
import Explanations
import Foundation
import Graphs
import Tensors
import Testing

@Suite struct RuleTests {
  private static let cases = ReferenceCase.all("propagation").filter { $0.model == nil }

  @Test func `the cases of single layers are there`() {
    #expect(RuleTests.cases.count == 7)
  }

  @Test(
    arguments: RuleTests.cases.filter { $0.inputNames.contains("weight") })
  func `each rule on one layer gives what Zennit gives`(_ reference: ReferenceCase) throws {
    let layer = try Layer(reference)
    for name in reference.expectedNames {
      let rule = try #require(RuleTests.rule(named: name))
      let withoutBias = name.hasSuffix("_no_bias")
      let got = try layer.relevance(rule, withoutBias: withoutBias)
      try reference.check(name, got)
    }
  }

  private static func rule(named name: String) -> Rule? {
    switch name.replacingOccurrences(of: "_no_bias", with: "") {
    case "epsilon_0.1": .epsilon(0.1)
    case "epsilon_1e-6": .epsilon(1e-6)
    case "epsilon": .epsilon(0.1)
    case "gamma_0.25", "gamma": .gamma(0.25)
    case "gamma_2": .gamma(2)
    case "alpha_2_beta_1": .alphaBeta(alpha: 2, beta: 1)
    case "alpha_1_beta_0": .alphaBeta(alpha: 1, beta: 0)
    case "zplus": .zPlus
    case "wsquare": .wSquare
    case "flat": .flat
    case "zbox": .zBox(low: -3, high: 3)
    default: nil
    }
  }
}

/// The layer of a case, as recorded graph.
private struct Layer {
  let reference: ReferenceCase

  init(_ reference: ReferenceCase) throws { self.reference = reference }

  /// The relevance of the layer's input.
  func relevance(_ rule: Rule, withoutBias: Bool) throws -> Tensor {
    let x = Variable(try reference.input("x")).tracked()
    let weight = Variable(try reference.input("weight"))
    let bias = Variable(try reference.input("bias"))
    let seed = Variable(try reference.input("relevance_out"))
    return try Recording.during { () throws in
      let output = try forward(x, weight, bias)
      return try Explanations.relevance(
        of: output, seed: seed, at: [x],
        rules: RuleSet("single", every: rule, ignoresBias: withoutBias)
      ).values[0].value
    }
  }

  private func forward(
    _ x: Variable, _ weight: Variable, _ bias: Variable
  ) throws -> Variable {
    switch reference.name {
    case "linear": return try apply(Linear(), [x, weight, bias])
    case "conv":
      let window = Window2D(kernel: (3, 3), strides: (2, 2), padLow: (1, 1))
      return try apply(Convolution(window), [x, weight, bias])
    case "conv_grouped_dilated":
      let window = Window2D(kernel: (3, 3), dilation: (2, 2), padLow: (2, 2), groups: 2)
      return try apply(Convolution(window), [x, weight, bias])
    case "conv_transpose":
      let axis = WindowAxis(3, stride: 2, padLow: 1)
      return try Window([axis, axis]).transposed([x, weight, bias], extra: [1, 1])
    default:
      let window = Window([WindowAxis(3, padLow: 1)])
      return try apply(Convolution(window), [x, weight, bias])
    }
  }
}

/// A linear operator with windows and the shapes of its input and weight.
private struct WindowedMap: Sendable {
  let operation: any Operator
  let x, weight, bias: [Int]

  static let all: [WindowedMap] = [
    WindowedMap(
      operation: Convolution(Window([WindowAxis(3, stride: 2, padLow: 1)], groups: 2)),
      x: [1, 4, 5], weight: [2, 2, 3], bias: [2]),
    WindowedMap(
      operation: Convolution(
        Window([WindowAxis(2, padLow: 1), WindowAxis(2, dilation: 2), WindowAxis(1)])),
      x: [1, 2, 2, 3, 2], weight: [3, 2, 2, 2, 1], bias: [3]),
    WindowedMap(
      operation: ConvolutionInputGradient(
        Window([WindowAxis(3, stride: 2, padLow: 1), WindowAxis(2)]), sizes: [4, 4]),
      x: [1, 2, 2, 3], weight: [2, 3, 3, 2], bias: [3]),
  ]

  func numbers(_ shape: [Int], _ phase: Double) throws -> Variable {
    let count = shape.reduce(1, *)
    let values = (0..<count).map { i in
      let fraction = (Double(i) + phase) * 0.618_033_988_749_895
      return 2 * (fraction - fraction.rounded(.down)) - 1
    }
    return Variable(try Tensor(values, shape))
  }

  /// The matrix [outputs, inputs] and the outputs' bias.
  func matrix(_ weight: Variable, _ bias: Variable) throws -> (Variable, Variable, [Int]) {
    let count = x.reduce(1, *)
    let zero = try apply(
      operation, [Variable(try Tensor.zeros(x, .f64)), weight, bias] as [Variable])
    var columns: [Variable] = []
    for place in 0..<count {
      var unit = [Double](repeating: 0, count: count)
      unit[place] = 1
      let column = try apply(operation, [Variable(try Tensor(unit, x)), weight])
      columns.append(try column.reshaped([column.count, 1]))
    }
    return (
      try apply(Concatenate(1), columns), try zero.reshaped([zero.count]), zero.shape
    )
  }
}

@Suite struct WindowedRuleTests {
  @Test(arguments: [
    Rule.epsilon(0.01), .zPlus, .alphaBeta(alpha: 2, beta: 1), .gamma(0.25), .wSquare,
    .zBox(low: -1, high: 1), .gradient,
  ])
  func `an operator with windows distributes as the dense layer of its matrix does`(
    _ rule: Rule
  ) throws {
    for map in WindowedMap.all {
      let weight = try map.numbers(map.weight, 3)
      let bias = try map.numbers(map.bias, 5)
      let (matrix, offset, shape) = try map.matrix(weight, bias)
      let x = try map.numbers(map.x, 1).tracked()
      let row = Variable(try x.value.reshaped([1, x.count])).tracked()
      let seed = try map.numbers(shape, 7)
      let rules = RuleSet("single", every: rule)
      let found = try Recording.during { () throws in
        let output = try apply(map.operation, [x, weight, bias])
        return try Explanations.relevance(of: output, seed: seed, at: [x], rules: rules).values[0]
      }
      let expected = try Recording.during { () throws in
        let output = try apply(Linear(), [row, matrix, offset])
        let flat = try seed.reshaped(output.shape)
        return try Explanations.relevance(of: output, seed: flat, at: [row], rules: rules).values[0]
      }
      #expect(found.shape == map.x)
      for (got, wanted) in zip(found.value.doubles, expected.value.doubles) {
        #expect(abs(got - wanted) <= 1e-9 * max(1, abs(wanted)))
      }
    }
  }
}
