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
    arguments: RuleTests.cases.filter {
      $0.inputNames.contains("weight") && $0.name != "conv_transpose"
    })
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
    default:
      let window = Window2D(kernel: (1, 3), padLow: (0, 1))
      let output = try apply(
        Convolution(window),
        [x.applying(ExpandAxes([2])), weight.applying(ExpandAxes([2])), bias])
      return try output.applying(SqueezeAxes([2]))
    }
  }
}
