// Variable and Node: a value together with how it was computed.
import Synchronization
import Tensors

/// A tensor in a computation; `node` says how it was computed if that was recorded.
///
/// Unchecked because `node` changes once more after `init`: when a chain of nodes is released.
package final class Variable: @unchecked Sendable {
  /// The number or numbers: for operators, their derivatives and bounds. Whoever decides by them,
  /// shows them or hands them on asks `numbers`, and is told where there are none to be looked at.
  @usableFromInline let value: Tensor
  /// The operation that produced the value; nil for a constant and for a leaf.
  @exclusivity(unchecked) package fileprivate(set) var node: Node?
  /// Whether this is a leaf that gradients may be asked at (see `tracked()`).
  package let isLeaf: Bool
  @usableFromInline let isExample: Bool

  /// A constant: nothing is recorded for it.
  package init(_ value: Tensor) {
    self.value = value
    node = nil
    (isLeaf, isExample) = (false, false)
  }

  init(_ value: Tensor, node: Node) {
    self.value = value
    self.node = node
    (isLeaf, isExample) = (false, false)
  }

  private init(leaf value: Tensor, isExample: Bool) {
    self.value = value
    node = nil
    (isLeaf, self.isExample) = (true, isExample)
  }

  /// A leaf that stands for one of many examples: everything that depends on it is recorded, also
  /// where no recording is on and through operators that have no derivative (see `Mapping`).
  package static func example(_ value: Tensor) -> Variable {
    Variable(leaf: value, isExample: true)
  }

  /// A leaf with the same value that stands for one of many.
  package func asExample() -> Variable { .example(value) }

  /// A leaf that stands for each of the examples `[n, …]` and has the numbers of the first; zeros
  /// where there is none.
  package func firstExample() throws(TensorError) -> Variable {
    let shape = Array(value.shape.dropFirst())
    guard value.shape.first != 0 else { return .example(try .zeros(shape, value.type)) }
    return .example(try value.sliced(axis: 0, from: 0, count: 1).reshaped(shape))
  }

  /// A new leaf with the same value: operations on it are recorded while recording is on.
  package func tracked() -> Variable {
    isMapped ? step(Identity()) : Variable(leaf: value, isExample: false)
  }

  /// A constant with the same value, without history.
  package func detached() -> Variable { isMapped ? step(StopGradient()) : Variable(value) }

  /// The same value after an operator that only marks a place.
  private func step(_ operation: some Operator) -> Variable {
    let layer = Recording.layer
    return Variable(
      value, node: Node(operation, inputs: [self], output: value, saved: nil, layer: layer))
  }

  /// Whether the value is that of one of many examples, which nobody may decide by.
  @inlinable package var isMapped: Bool { isExample || node?.isMapped ?? false }

  /// Whether an operation on it has to be recorded.
  package var isTracked: Bool { isLeaf || node != nil }

  /// The number or numbers; nil where they are those of one of many examples, or of one point of a
  /// box, by which nobody may decide.
  @inlinable package var numbers: Tensor? { isMapped ? nil : value }

  /// The sizes of the value.
  @inlinable package var shape: [Int] { value.shape }
  /// The number of axes.
  @inlinable package var rank: Int { value.rank }
  /// The number of elements.
  @inlinable package var count: Int { value.count }
  /// What the elements are.
  @inlinable package var type: ElementType { value.type }

  /// What identifies it in a graph: variables that stand for the output of one node are the same.
  package var identity: ObjectIdentifier {
    node.map { ObjectIdentifier($0) } ?? ObjectIdentifier(self)
  }
}

/// One recorded operation.
///
/// Unchecked because `inputs` changes once after `init`: when a chain of nodes is released.
package final class Node: @unchecked Sendable {
  /// What was applied.
  package let `operator`: any Operator
  /// What it was applied to.
  @exclusivity(unchecked) package private(set) var inputs: [Variable]
  /// The value it gave.
  let output: Tensor
  /// What its evaluation kept for the derivative (the positions of the maxima, …); nothing
  /// where the operand stands for one of many examples.
  package let saved: Tensor?
  /// Dotted path of the layer that was running ("block1.conv1"); empty outside of layers.
  package let layer: String
  /// Whether an operand stands for one of many examples.
  @usableFromInline let isMapped: Bool
  /// Nodes are numbered as they are recorded: a node's inputs have smaller numbers.
  package let number: Int

  private static let count = Atomic<Int>(0)

  init(
    _ operation: any Operator, inputs: [Variable], output: Tensor, saved: Tensor?, layer: String
  ) {
    self.operator = operation
    self.inputs = inputs
    self.output = output
    self.saved = saved
    self.layer = layer
    isMapped = inputs.contains { $0.isMapped }
    number = Node.count.wrappingAdd(1, ordering: .relaxed).newValue
  }

  /// The sizes of the value it gave.
  package var shape: [Int] { output.shape }

  /// Forgets what it was computed from: nobody walks through this node again.
  func release() { inputs = [] }

  /// The output as a variable that continues this graph.
  package var variable: Variable { Variable(output, node: self) }

  /// Releases what only this node keeps alive in a loop: the compiler's release would recurse, and
  /// a recorded loop of a million steps would exhaust the stack.
  deinit {
    guard inputs.contains(where: { $0.node != nil }) else { return }
    var pending = inputs
    inputs = []
    while var variable = pending.popLast() {
      guard isKnownUniquelyReferenced(&variable), var node = variable.node else { continue }
      variable.node = nil
      if isKnownUniquelyReferenced(&node) {
        pending.append(contentsOf: node.inputs)
        node.inputs = []
      }
    }
  }
}
