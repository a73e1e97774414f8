// Second derivatives of whole networks: Hessian-vector products, gradients of gradient penalties.
import Foundation
import Graphs
import Networks
import Tensors
import Testing

@Suite struct SecondOrderTests {
  private static let cases = ReferenceCase.all("gradients").filter { $0.name == "second_order" }

  @Test func `the cases are there`() {
    #expect(SecondOrderTests.cases.count == 4)
  }

  @Test(arguments: SecondOrderTests.cases)
  func `loss, gradients, Hessian-vector products and penalty`(_ reference: ReferenceCase) throws {
    let setting = try Setting(reference)
    try reference.check("loss", try setting.loss().value.reshaped([]))
    let (inputs, parameters) = try setting.gradients()
    try reference.check("input_gradient", inputs.value)
    for (name, value) in zip(setting.names, parameters) {
      try reference.check("parameter_gradient.\(name)", value.value, factor: 2)
    }
    try reference.check(
      "input_hessian_vector", try setting.inputHessianVector().value, factor: 2)
    for (name, value) in zip(setting.names, try setting.parameterHessianVector()) {
      try reference.check("hessian_vector.\(name)", value.value, factor: 2)
    }
    let (penalty, slopes) = try setting.penalty()
    try reference.check("penalty", try penalty.value.reshaped([]))
    try reference.check("penalty_input_gradient", slopes[0].value, factor: 2)
    for (name, value) in zip(setting.names, slopes.dropFirst()) {
      try reference.check("penalty_gradient.\(name)", value.value, factor: 2)
    }
  }
}

/// A network with a loss: the mean cross-entropy of its outputs with the targets.
private struct Setting {
  let reference: ReferenceCase
  let graph: Graph
  let x: Variable
  /// The weights that the case has directions for, and the leaves that stand for them.
  let names: [String]
  let leaves: [Variable]

  init(_ reference: ReferenceCase) throws {
    self.reference = reference
    graph = try ReferenceNetwork.load(try #require(reference.model))
    x = Variable(try reference.input("x")).tracked()
    let directed = reference.inputNames.filter { $0.hasPrefix("direction.") }
    names = directed.map { String($0.dropFirst("direction.".count)) }
    let parameters = graph.parameters
    leaves = try names.map { name in
      Variable(try #require(parameters.first { $0.name == name }?.value)).tracked()
    }
  }

  func loss() throws -> Variable {
    let given = Dictionary(uniqueKeysWithValues: zip(names, leaves))
    let output = try graph.run([x], given: given)[0]
    let target = Variable(try reference.input("target").reshaped([x.shape[0], 1]))
    let chosen = try apply(TakeAlong(1), [output.applying(LogSoftmax(1)), target])
    return try -chosen.applying(Mean())
  }

  func gradients() throws -> (Variable, [Variable]) {
    try Recording.during { () throws in
      let all = try gradient(of: loss(), at: [x] + leaves)
      return (all[0], Array(all.dropFirst()))
    }
  }

  /// d/dx <d loss / dx, direction>.
  func inputHessianVector() throws -> Variable {
    let direction = Variable(try reference.input("direction"))
    return try Recording.during { () throws in
      let first = try Recording.during { () throws in try gradient(of: loss(), at: [x])[0] }
      return try gradient(of: (first * direction).sum([]), at: [x])[0]
    }
  }

  /// d/dP <d loss / dP, directions> for all parameters at once.
  func parameterHessianVector() throws -> [Variable] {
    try Recording.during { () throws in
      let first = try Recording.during { () throws in try gradient(of: loss(), at: leaves) }
      var total = try Variable.zeros(like: try (first[0]).sum([]))
      for (name, slope) in zip(names, first) {
        let direction = Variable(try reference.input("direction.\(name)"))
        total = try total + (slope * direction).sum([])
      }
      return try gradient(of: total, at: leaves)
    }
  }

  /// The mean over the batch of the Euclidean norm of d loss / dx, and its gradients at x and the
  /// weights.
  func penalty() throws -> (Variable, [Variable]) {
    try Recording.during { () throws in
      let first = try Recording.during { () throws in try gradient(of: loss(), at: [x])[0] }
      let axes = Array(1..<first.shape.count)
      let norms = try (first * first).sum(axes).applying(SquareRoot())
      let penalty = try norms.applying(Mean())
      return (penalty, try gradient(of: penalty, at: [x] + leaves))
    }
  }
}
