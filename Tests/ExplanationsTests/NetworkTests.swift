// Gradients and relevance of whole networks, as PyTorch, Captum and Zennit compute them.
import Explanations
import Foundation
import Graphs
import Networks
import Tensors
import Testing

/// The networks of the reference set.
enum ReferenceNetwork {
  static func load(_ name: String) throws -> Graph {
    let file = ReferenceCase.folder.appendingPathComponent("models/\(name).onnx")
    return try Onnx.graph([UInt8](Data(contentsOf: file)))
  }

  /// The output's element at each row's target, summed; inside a recording.
  static func targetSum(_ output: Variable, _ target: Tensor) throws -> Variable {
    let column = Variable(try target.reshaped([target.count, 1]))
    return try apply(TakeAlong(1), [output, column]).sum([])
  }

  /// `value` at each row's target and 0 elsewhere, shaped like the output.
  static func seed(_ value: Tensor, _ target: Tensor, classes: Int) throws -> Variable {
    let column = try target.reshaped([target.count, 1])
    return Variable(
      try Kernels.putAlongAdd(
        into: [target.count, classes], axis: 1, column, value.reshaped([target.count, 1])))
  }
}

@Suite struct GradientTests {
  private static let cases = ReferenceCase.all("gradients")

  private static func cases(_ name: String) -> [ReferenceCase] {
    cases.filter { $0.name.hasPrefix(name) }
  }

  private static func inputGradient(
    _ graph: Graph, _ x: Tensor, _ target: Tensor
  ) throws -> Tensor {
    let leaf = Variable(x).tracked()
    return try Recording.during { () throws in
      let output = try graph.run([leaf])[0]
      let sum = try ReferenceNetwork.targetSum(output, target)
      return try gradient(of: sum, at: [leaf])[0].value
    }
  }

  @Test func `the cases are there`() {
    #expect(GradientTests.cases.count == 34)
  }

  @Test(arguments: cases("saliency"), [false, true])
  func `saliency, also of the fused network`(_ reference: ReferenceCase, _ fused: Bool) throws {
    let network = try ReferenceNetwork.load(try #require(reference.model))
    let graph = fused ? try network.fused() : network
    let got = try GradientTests.inputGradient(
      graph, try reference.input("x"), try reference.input("target"))
    try reference.check("signed", got)
    try reference.check("absolute", try Kernels.unary(.abs, got))
  }

  @Test(arguments: cases("input_x_gradient"))
  func `input times gradient`(_ reference: ReferenceCase) throws {
    let network = try ReferenceNetwork.load(try #require(reference.model))
    let x = try reference.input("x")
    let got = try GradientTests.inputGradient(network, x, try reference.input("target"))
    try reference.check("attributions", try Kernels.binary(.multiply, x, got))
  }

  @Test(arguments: cases("integrated_gradients"))
  func `integrated gradients by Gauss-Legendre quadrature`(_ reference: ReferenceCase) throws {
    let graph = try ReferenceNetwork.load(try #require(reference.model)).fused()
    let (x, target) = (try reference.input("x"), try reference.input("target"))
    let baseline =
      reference.inputNames.contains("baseline")
      ? try reference.input("baseline") : try Tensor.zeros(x.shape)
    let difference = try Kernels.binary(.subtract, x, baseline)
    let steps = try #require(reference.settings["steps"].flatMap { Int($0) })
    let (nodes, weights) = Quadrature.gaussLegendre(steps)
    var mean = try Tensor.zeros(x.shape)
    for (node, weight) in zip(nodes, weights) {
      let moved = try Kernels.binary(.multiply, difference, .scalar(node))
      let point = try Kernels.binary(.add, baseline, moved)
      let slope = try GradientTests.inputGradient(graph, point, target)
      let weighted = try Kernels.binary(.multiply, slope, .scalar(weight))
      mean = try Kernels.binary(.add, mean, weighted)
    }
    try reference.check("attributions", try Kernels.binary(.multiply, difference, mean))
  }

  @Test(arguments: cases("jacobian"))
  func `a Jacobian, row by row`(_ reference: ReferenceCase) throws {
    let graph = try ReferenceNetwork.load(try #require(reference.model))
    let x = Variable(try reference.input("x")).tracked()
    let expected = try reference.expected("jacobian")
    try Recording.during { () throws in
      let output = try graph.run([x])[0]
      var rows: [Tensor] = []
      for column in 0..<output.shape[1] {
        let target = try Tensor([Int](repeating: column, count: x.shape[0]), [x.shape[0]])
        let sum = try ReferenceNetwork.targetSum(output, target)
        rows.append(try gradient(of: sum, at: [x])[0].value.expanded(at: 1))
      }
      try reference.check(
        "jacobian", try Kernels.concatenate(rows, axis: 1).reshaped(expected.shape))
    }
  }
}

@Suite struct PropagationTests {
  private static let cases = ReferenceCase.all("propagation").filter { $0.model != nil }

  @Test func `the cases are there`() {
    #expect(PropagationTests.cases.count == 76)
  }

  /// In single precision the quotients of the epsilon rule are ill-conditioned where outputs nearly
  /// vanish.
  @Test(arguments: PropagationTests.cases, [ElementType.f32, .f64])
  func `relevance of a whole network`(_ reference: ReferenceCase, _ type: ElementType) throws {
    let graph = try ReferenceNetwork.load(try #require(reference.model))
    let rules = try #require(PropagationTests.rules(named: reference.name))
    let x = Variable(try reference.input("x").cast(to: type)).tracked()
    let start = Variable(try reference.expected("start").cast(to: type))
    var weights: [String: Variable] = [:]
    for (name, value) in graph.parameters {
      weights[name] = Variable(try PropagationTests.asMergedByZennit(name, value.cast(to: type)))
    }
    try Recording.during { () throws in
      let output = try graph.run([x], given: weights)[0]
      let result = try relevance(of: output, seed: start, at: [x], rules: rules)
      try reference.check("relevance", result.values[0].value, factor: type == .f64 ? 1 : 20)
      let lost = result.balances.reduce(0) { $0 + $1.absorbed }
      #expect(abs(result.start - lost - result.total) <= 1e-3 * max(1, abs(result.start)))
    }
  }

  /// Zennit 0.5.1 merges batch normalisation and leaves one behind that still divides by √(1 +
  /// epsilon): the reference values are of that network, in which scale and shift are smaller by
  /// this factor.
  private static func asMergedByZennit(_ name: String, _ value: Tensor) throws -> Tensor {
    guard name.contains("bn"), name.hasSuffix(".weight") || name.hasSuffix(".bias") else {
      return value
    }
    return try Kernels.binary(.divide, value, .scalar((1 + 1e-5).squareRoot(), value.type))
  }

  /// The rule set of a case.
  static func rules(named name: String) -> RuleSet? {
    switch name {
    case "rule_epsilon_0.25": RuleSet(name, every: .epsilon(0.25))
    case "rule_epsilon_1e-6": RuleSet.named("epsilon")
    case "rule_gamma_0.25": RuleSet.named("gamma")
    case "rule_alpha1_beta0": RuleSet(name, every: .alphaBeta(alpha: 1, beta: 0))
    case "rule_alpha2_beta1": RuleSet(name, every: .alphaBeta(alpha: 2, beta: 1))
    case "rule_zplus": RuleSet.named("zplus")
    case "rule_flat": RuleSet.named("flat")
    case "rule_wsquare": RuleSet.named("wsquare")
    case "rule_zbox_first_epsilon":
      RuleSet(name, every: .epsilon(1e-6), first: .zBox(low: -0.5, high: 1.5))
    case "deconvnet": RuleSet.named("deconvolution")
    case "epsilon_gamma_box": RuleSet.named("epsilon-gamma-box", low: -0.5, high: 1.5)
    default: RuleSet.named(name.replacingOccurrences(of: "_", with: "-"))
    }
  }
}
