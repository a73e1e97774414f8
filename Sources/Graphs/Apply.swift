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
  let shape = try operation.shape(of: inputs.map { Operand($0.shape) })
  let isTracked = inputs.contains { $0.isTracked }
  let isMapped = isTracked && inputs.contains { $0.isMapped } && !(operation is ShapeOf)
  let scope =
    isTracked && !isMapped && kind.isDifferentiable ? try Recording.scope(of: kind.name) : nil
  do throws(TensorError) {
    let values = inputs.map { $0.value }
    if isMapped {
      // What an evaluation keeps is that of one example: derivatives do without.
      let output = try example(of: operation, inputs, values, shape)
      let layer = Recording.layer
      let node = Node(operation, inputs: inputs, output: output, saved: nil, layer: layer)
      return Variable(output, node: node)
    }
    guard let scope else { return Variable(try operation.evaluate(values)) }
    let (output, saved) = try operation.evaluateSaving(values)
    return Variable(
      output, node: try .recorded(operation, inputs, output, saved, in: scope))
  } catch {
    throw refusal(of: kind.name, error)
  }
}

/// The same for two operands that broadcast.
package func apply<Operation: BinaryOperator>(
  _ operation: Operation, _ x: Variable, _ y: Variable
) throws(GraphError) -> Variable {
  try apply(operation, x, y) { (x, y) throws(TensorError) in
    try Kernels.binary(Operation.kernel, x, y)
  }
}

/// The same for a matrix product.
package func apply(
  _ operation: MatrixProduct, _ x: Variable, _ y: Variable
) throws(GraphError) -> Variable {
  try apply(operation, x, y) { (x, y) throws(TensorError) in try Kernels.matmul(x, y) }
}

/// The short way for an operator of two operands that is nothing but `kernel`, which finds everything that the shape rule
/// finds: the rule is asked only for its words.
@inline(__always)
private func apply(
  _ operation: some Operator, _ x: Variable, _ y: Variable,
  by kernel: (Tensor, Tensor) throws(TensorError) -> Tensor
) throws(GraphError) -> Variable {
  let isTracked = x.isTracked || y.isTracked
  if isTracked, x.isMapped || y.isMapped { return try apply(operation, [x, y]) }
  let kind = type(of: operation)
  let scope = isTracked && kind.isDifferentiable ? try Recording.scope(of: kind.name) : nil
  do throws(TensorError) {
    let output = try kernel(x.value, y.value)
    guard let scope else { return Variable(output) }
    return Variable(output, node: try .recorded(operation, [x, y], output, nil, in: scope))
  } catch {
    _ = try operation.shape(of: [Operand(x.shape), Operand(y.shape)])
    throw refusal(of: kind.name, error)
  }
}

/// The result for one of many examples; NaN where it has no factors and need not have any.
private func example(
  of operation: some Operator, _ inputs: [Variable], _ values: [Tensor], _ shape: [Int]
) throws(TensorError) -> Tensor {
  do throws(TensorError) { return try operation.evaluate(values) } catch {
    guard case .matrix = error, Recording.scope.allowsFactorless,
      operation.bounding is any MatrixRule, inputs.first?.isMapped == true
    else { throw error }
    let type = values.reduce(ElementType.f32) { max($0, $1.type.real) }
    return try .full(shape, .nan, type)
  }
}

/// What a kernel refused, with the operator and the layer that it ran in.
private func refusal(of operation: String, _ error: TensorError) -> GraphError {
  if case .interrupted = error { return .interrupted }
  return .tensor(operation: operation, layer: Recording.layer, error)
}

extension Variable {
  /// The result of a one-operand operator.
  package func applying(_ operation: some Operator) throws(GraphError) -> Variable {
    try apply(operation, [self])
  }

  /// The same for a function of every element, which takes all shapes.
  package func applying<Operation: UnaryOperator>(
    _ operation: Operation
  ) throws(GraphError) -> Variable {
    if isMapped { return try apply(operation, [self]) }
    let records = isTracked && Operation.isDifferentiable
    let scope = records ? try Recording.scope(of: Operation.name) : nil
    do throws(TensorError) {
      let output = try Kernels.unary(operation.kernel, value)
      guard let scope else { return Variable(output) }
      return Variable(output, node: try .recorded(operation, [self], output, nil, in: scope))
    } catch {
      throw refusal(of: Operation.name, error)
    }
  }
}
