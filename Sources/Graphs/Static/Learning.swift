// What a static graph can learn: its weights by name, and the same graph with others.
import Tensors

extension Graph {
  /// How a constant follows from others: evaluated when the graph was made, and again when they
  /// change.
  package struct Derivation: Sendable {
    let operation: any Operator
    let operands: [Int]
    let output: Int
  }

  /// What may be learned, by name, in the order of the file; without running means and variances.
  package var weights: [(name: String, value: Variable)] {
    let statistics = statisticNumbers
    return learned.filter { !statistics.contains($0) }.compactMap { named($0) }
  }

  /// The running means and variances of batch normalisations, by name.
  package var statistics: [(name: String, value: Variable)] {
    let statistics = statisticNumbers
    return learned.filter { statistics.contains($0) }.compactMap { named($0) }
  }

  private func named(_ number: Int) -> (name: String, value: Variable)? {
    constants[number].map { (names[number], $0) }
  }

  /// The last two operands of every batch normalisation.
  private var statisticNumbers: Set<Int> {
    steps.reduce(into: []) { found, step in
      if step.fixed is BatchNormalisation { found.formUnion(step.operands.dropFirst(3)) }
    }
  }

  /// Whether a weight is one that gradients may be asked at.
  var isTracked: Bool { constants.values.contains { $0.isTracked } }

  /// The graph with other numbers for some of its `weights` and `statistics`, and for all that
  /// follows from them. Recorded, where they are to be differentiated.
  ///
  /// Throws for a name that is none of them, and where a shape is another.
  package func replacing(_ numbers: [(name: String, value: Variable)]) throws(GraphError) -> Graph {
    var graph = self
    var changed: Set<Int> = []
    let places = Dictionary(
      learned.map { (names[$0], $0) }, uniquingKeysWith: { first, _ in first })
    for (name, value) in numbers {
      guard let number = places[name], let before = constants[number] else {
        throw .unknownName(kind: "parameter", name: name, known: learned.map { names[$0] })
      }
      guard value.shape == before.shape else {
        throw .shapes(
          operation: "parameter", shapes: [before.shape, value.shape],
          reason: "\"\(name)\" has the first of these shapes")
      }
      graph.constants[number] = value
      changed.insert(number)
    }
    for derivation in derivations where !changed.isDisjoint(with: derivation.operands) {
      let operands = derivation.operands.compactMap { graph.constants[$0] }
      graph.constants[derivation.output] = try apply(derivation.operation, operands)
      changed.insert(derivation.output)
    }
    return graph
  }

  /// Lets a constant be one that may be learned: weights, tables, running statistics.
  package mutating func markLearned(_ name: String) throws(GraphError) {
    learned.append(try number(of: name, kind: "constant"))
  }

  /// Says that a constant was computed from others, which are constants of the graph too.
  /// Derivations are added in an order in which they can be computed.
  package mutating func addDerivation(
    _ operation: any Operator, _ operands: [String], output: String
  ) throws(GraphError) {
    var numbers: [Int] = []
    for operand in operands { numbers.append(try number(of: operand, kind: "constant")) }
    derivations.append(
      Derivation(
        operation: operation, operands: numbers,
        output: try number(of: output, kind: "constant")))
  }
}
