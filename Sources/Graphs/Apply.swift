// apply: the one way in which an operator meets its operands.
import Tensors

/// Applies `operation` to `inputs`: checks the shapes, runs the kernel, and records a node if
/// recording is on and an operand is tracked, or an operand stands for one of many examples.
package func apply(
  _ operation: some Operator, _ inputs: [Variable]
) throws(GraphError) -> Variable {
  let kind = type(of: operation)
  guard kind.arity.contains(inputs.count) else {
    throw .operands(operation: kind.name, expected: kind.arity, found: inputs.count)
  }
  _ = try operation.shape(of: inputs.map { Operand($0.shape) })
  let scope = Recording.scope
  let isTracked = inputs.contains { $0.isTracked }
  let isMapped = isTracked && inputs.contains { $0.isMapped }
  let records =
    isMapped ? !(operation is ShapeOf) : isTracked && scope.depth > 0 && kind.isDifferentiable
  if isTracked, scope.isClosed, !records, kind.isDifferentiable {
    throw .derivative(
      operation: kind.name,
      reason:
        "a Tensor that is differentiated comes from outside of a function that is recorded as one step, so its "
        + "derivative would be lost: it must be in the argument of that function")
  }
  do throws(TensorError) {
    let values = inputs.map(\.value)
    if records, isMapped {
      // What an evaluation keeps is that of one example: derivatives do without.
      let output = try operation.evaluate(values)
      let node = Node(operation, inputs: inputs, output: output, saved: nil, layer: scope.layer)
      return Variable(output, node: node)
    }
    guard records else { return Variable(try operation.evaluate(values)) }
    let (output, saved) = try operation.evaluateSaving(values)
    let node: Node
    if let size = scope.forgetsFrom, values.contains(where: { $0.count >= size }) {
      node = try .lean(operation, inputs, output, saved, layer: scope.layer, from: size)
    } else {
      node = Node(operation, inputs: inputs, output: output, saved: saved, layer: scope.layer)
    }
    return Variable(output, node: node)
  } catch {
    if case .interrupted = error { throw .interrupted }
    throw .tensor(operation: kind.name, layer: scope.layer, error)
  }
}

/// The same for two operands that broadcast. Where they have one shape and nothing is to be recorded, which
/// leaves nothing to check, the way to the kernel is short.
package func apply<Operation: BinaryOperator>(
  _ operation: Operation, _ x: Variable, _ y: Variable
) throws(GraphError) -> Variable {
  guard !x.isTracked, !y.isTracked, x.value.shape == y.value.shape else {
    return try apply(operation, [x, y])
  }
  do throws(TensorError) {
    return Variable(try Kernels.binary(Operation.kernel, x.value, y.value))
  } catch {
    if case .interrupted = error { throw .interrupted }
    throw .tensor(operation: Operation.name, layer: Recording.layer, error)
  }
}

/// The same for a matrix product.
package func apply(
  _ operation: MatrixProduct, _ x: Variable, _ y: Variable
) throws(GraphError) -> Variable {
  guard !x.isTracked, !y.isTracked, x.value.rank == 2, y.value.rank == 2,
    x.value.shape[1] == y.value.shape[0]
  else { return try apply(operation, [x, y]) }
  do throws(TensorError) {
    return Variable(try Kernels.matmul(x.value, y.value))
  } catch {
    if case .interrupted = error { throw .interrupted }
    throw .tensor(operation: MatrixProduct.name, layer: Recording.layer, error)
  }
}

extension Variable {
  /// The result of a one-operand operator.
  package func applying(_ operation: some Operator) throws(GraphError) -> Variable {
    try apply(operation, [self])
  }
}
