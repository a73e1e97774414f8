// The networks and functions whose bounds are tested. Every argument's first axis counts independent points.
import Graphs
import Tensors

/// Fixed numbers of the size of weights.
private func weights(_ shape: [Int], _ offset: Int = 0, _ size: Double? = nil) throws -> Variable {
  let fan = Double(shape.count > 1 ? shape[1...].reduce(1, *) : 1).squareRoot()
  let bound = size ?? 1.5 / fan
  return Variable(try numbers(shape, -bound, bound, offset: 57 + offset).tensor(.f32))
}

private func act(_ x: Variable, _ operation: some Operator) throws -> Variable {
  try x.applying(operation)
}

private func linear(_ x: Variable, _ inputs: Int, _ outputs: Int, _ offset: Int) throws -> Variable
{
  try apply(
    Linear(), [x, weights([outputs, inputs], offset), weights([outputs], offset + 5, 0.3)])
}

/// x [b, i] times weights [b, i, o] that belong to the same point.
private func product(_ x: Variable, _ weight: Variable) throws -> Variable {
  let row = try x.reshaped([x.shape[0], 1, x.shape[1]])
  return try apply(MatrixProduct(), [row, weight]).reshaped([x.shape[0], weight.shape[2]])
}

private func convolution(
  _ x: Variable, _ outputs: Int, _ offset: Int, padding: Int = 0
) throws -> Variable {
  let window = Window2D(kernel: (3, 3), padLow: (padding, padding))
  return try apply(
    Convolution(window),
    [x, weights([outputs, x.shape[1], 3, 3], offset), weights([outputs], offset + 3, 0.3)])
}

private func flat(_ x: Variable) throws -> Variable { try x.applying(Flatten()) }

private func normalised(_ x: Variable) throws -> Variable {
  try x.applying(Standardise([-1])) * weights([x.shape[x.shape.count - 1]], 1, 1.2)
}

/// A transformer block: attention of two heads and a gated feed-forward part, both residual.
private func transformerBlock(_ x: Variable) throws -> Variable {
  let (batch, length, width) = (x.shape[0], x.shape[1], x.shape[2])
  let normal = try normalised(x)
  func heads(_ offset: Int) throws -> Variable {
    try linear(normal, width, width, offset).reshaped([batch, length, 2, width / 2])
      .applying(Transpose([0, 2, 1, 3]))
  }
  let scores = try apply(
    MatrixProduct(), [heads(10), heads(20).applying(Transpose([0, 1, 3, 2]))])
  let attention = try (scores * (1 / Double(width / 2).squareRoot())).applying(Softmax(-1))
  let mixed = try apply(MatrixProduct(), [attention, heads(30)])
    .applying(Transpose([0, 2, 1, 3])).reshaped([batch, length, width])
  let middle = try x + linear(mixed, width, width, 40)
  return try middle
    + linear(act(linear(normalised(middle), width, width, 50), Gelu()), width, width, 60)
}

/// Two steps of an LSTM cell of two units on numbers [b, 2, 3].
private func recurrent(_ x: Variable) throws -> Variable {
  var (state, cell): (Variable?, Variable?)
  for step in 0..<2 {
    let input = try x.applying(SliceAxis(1, from: step, count: 1)).reshaped([x.shape[0], 3])
    var gates = try linear(input, 3, 8, 2)
    if let state { gates = try gates + linear(state, 2, 8, 4) }
    func part(_ index: Int) throws -> Variable {
      try gates.applying(SliceAxis(1, from: 2 * index, count: 2))
    }
    var next = try act(part(0), Sigmoid()) * act(part(1), Tanh())
    if let cell { next = try next + act(part(2), Sigmoid()) * cell }
    cell = next
    state = try act(part(3), Sigmoid()) * act(next, Tanh())
  }
  guard let state else { return x }
  return state
}

/// The networks: inputs in a box, or parameters, or both.
func boundedFunctions() throws -> [BoxedFunction] {
  try denseFunctions() + imageFunctions() + sequenceFunctions() + scalarFunctions()
    + systemFunctions() + factorFunctions() + distributionFunctions()
}

private func denseFunctions() throws -> [BoxedFunction] {
  [
    try BoxedFunction("dense with relu", [[6]], radius: 0.08) {
      try linear(act(linear(act(linear($0[0], 6, 10, 0), Relu()), 10, 8, 20), Relu()), 8, 3, 40)
    },
    try BoxedFunction("dense with tanh", [[5]], radius: 0.1) {
      try linear(act(linear($0[0], 5, 8, 0), Tanh()), 8, 2, 20)
    },
    try BoxedFunction("parameters of dense with sigmoid", [[4], [4, 6], [6, 2]], radius: 0.02) {
      try product(act(product($0[0], $0[1]), Sigmoid()), $0[2])
    },
    try BoxedFunction("parameters of dense with relu", [[4], [4, 6], [6], [6, 2]], radius: 0.03) {
      try product(act(product($0[0], $0[1]) + $0[2], Relu()), $0[3])
    },
    try BoxedFunction("softplus, elu and leaky relu", [[4]], radius: 0.1) {
      let first = try act(linear($0[0], 4, 6, 0), Softplus())
      let second = try act(linear(first, 6, 6, 10), Elu(alpha: 0.7))
      return try linear(act(second - 0.5, LeakyRelu(slope: 0.1)), 6, 2, 20)
    },
    try BoxedFunction("classifier with softmax", [[5]], radius: 0.1) {
      try act(linear(act(linear($0[0], 5, 8, 0), Relu()), 8, 4, 20), Softmax(-1))
    },
    try BoxedFunction("loss of a classifier", [[5]], radius: 0.1) {
      try act(linear(act(linear($0[0], 5, 8, 3), Tanh()), 8, 4, 20), LogSoftmax(-1))
    },
    try BoxedFunction("layer normalisation", [[6]], radius: 0.05) {
      try linear(act(normalised(linear($0[0], 6, 8, 0)), Gelu()), 8, 3, 20)
    },
    try BoxedFunction("product gates", [[4], [4, 6]], radius: 0.04) {
      let gate = try act(product($0[0], $0[1]), Sigmoid())
      return try linear(gate * linear($0[0], 4, 6, 9), 6, 2, 20)
    },
  ]
}

private func imageFunctions() throws -> [BoxedFunction] {
  [
    try BoxedFunction("convolution and max pool", [[1, 8, 8]], radius: 0.03) {
      let first = try act(convolution($0[0], 3, 0), Relu())
      let pooled = try act(first, MaxPool(Window2D(kernel: (2, 2), strides: (2, 2))))
      return try linear(flat(pooled), 27, 3, 20)
    },
    try BoxedFunction("kernels of a convolution", [[1, 5, 5], [2, 1, 3, 3]], radius: 0.02) {
      let (x, weight) = ($0[0], $0[1])
      let batch = x.shape[0]
      let window = Window2D(kernel: (3, 3), groups: batch)
      let grouped = try apply(
        Convolution(window),
        [x.reshaped([1, batch, 5, 5]), weight.reshaped([2 * batch, 1, 3, 3])])
      let features = try grouped.reshaped([batch, 2, 3, 3])
      let pooled = try features.applying(
        AveragePool(Window2D(kernel: (2, 2), strides: (1, 1))))
      return try linear(flat(act(pooled, LeakyRelu(slope: 0.2))), 8, 2, 20)
    },
    try BoxedFunction("residual block", [[2, 5, 5]], radius: 0.02) {
      let x = $0[0]
      let scaled = try apply(
        BatchNormalisation(),
        [
          convolution(x, 2, 0, padding: 1), weights([2], 1, 1), weights([2], 2, 1),
          weights([2], 3, 1), weights([2], 4, 1) * weights([2], 4, 1) + 0.5,
        ])
      let block = try convolution(act(scaled, Relu()), 2, 30, padding: 1)
      return try linear(act(x + block, GlobalAveragePool()).reshaped([x.shape[0], 2]), 2, 2, 40)
    },
    try BoxedFunction("fused convolution", [[2, 5, 5]], radius: 0.02) {
      let window = Window2D(kernel: (3, 3), padLow: (1, 1))
      let fused = try apply(
        FusedConvolution(window, activation: .clip(0, 1)),
        [$0[0], weights([2, 2, 3, 3], 0), weights([2], 3, 0.3), $0[0]])
      return try linear(flat(fused), 50, 2, 20)
    },
  ]
}

private func sequenceFunctions() throws -> [BoxedFunction] {
  [
    try BoxedFunction("transformer block", [[3, 4]], radius: 0.01) {
      try flat(transformerBlock($0[0]))
    },
    try BoxedFunction("recurrent cell", [[2, 3]], radius: 0.1) { try recurrent($0[0]) },
  ]
}

private func scalarFunctions() throws -> [BoxedFunction] {
  [
    try BoxedFunction("waves, powers and quotients", [[6]], radius: 0.1, type: .f64) {
      let x = $0[0]
      let waves = try act(x * 3, Sine()) * act(x, Cosine())
      let root = try act(act(x, Exp()) + x * x + 0.5, SquareRoot())
      let power = try apply(Power(), [x, .number(3, like: x)])
      return try waves / root + act(root, Log()) - power * act(x + 3, Reciprocal())
    },
    try BoxedFunction("choices", [[6]], radius: 0.2) {
      let x = $0[0]
      let other = try act(x, Transpose([1, 0])).applying(Transpose([1, 0])) * -0.5
      let larger = try apply(Maximum(), [x, other])
      let sorted = try larger.applying(SortAxis(1)) * weights([6], 0, 1)
      let most = try x.applying(Max([1], keep: true))
      let chosen = try apply(
        Select(), [apply(Greater(), [x, other]), sorted, act(x, HardSwish())])
      return try chosen + most * act(x, Absolute()) + act(x, HardSigmoid())
    },
    try BoxedFunction("gradient of a gradient's norm", [[4]], radius: 0.05) { inputs in
      let x = inputs[0]
      return try Recording.during { () throws in
        let inner = try linear(act(linear(x, 4, 6, 0), Tanh()), 6, 1, 20)
        let slope = try gradient(of: inner.sum([]), at: [x])[0]
        return try (slope * slope).sum([1], keep: true)
      }
    },
  ]
}
