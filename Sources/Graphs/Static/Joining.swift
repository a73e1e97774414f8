// Joining convolutions with the addition and the activation that follow them.
import Tensors

extension Graph {
  /// Replaces chains Conv → Add → Relu or Clip (each optional) by one fused convolution where
  /// nothing else reads what lies between.
  mutating func joinConvolutions(_ kept: Set<Int>) {
    let shapes = inputs.map { input in input.shape.map { $0 ?? 2 } }
    let known = Knowledge(of: self, inputs: shapes)
    var readers: [Int: [Int]] = [:]
    for (index, step) in steps.enumerated() {
      for value in step.reads { readers[value, default: []].append(index) }
    }
    func onlyReader(_ value: Int) -> Int? {
      guard !kept.contains(value), let all = readers[value], all.count == 1 else { return nil }
      return all[0]
    }
    var removed: Set<Int> = []
    for index in steps.indices {
      guard let convolution = steps[index].fixed as? Convolution else { continue }
      var (last, residual) = (index, Int?.none)
      if let next = onlyReader(steps[last].output), steps[next].fixed is Add,
        !removed.contains(next),
        let other = steps[next].operands.first(where: { $0 != steps[last].output }),
        constants[other] == nil, let shape = known.shape(of: other),
        shape == known.shape(of: steps[last].output)
      {
        (last, residual) = (next, other)
      }
      var activation = Epilogue.Activation.none
      if let next = onlyReader(steps[last].output),
        let found = fusable(steps[next].fixed)
      {
        (last, activation) = (next, found)
      }
      guard last != index, let operands = fusedOperands(steps[index], residual) else { continue }
      for chained in chain(from: index, to: last, readers) { removed.insert(chained) }
      steps[last] = Step(
        name: steps[last].name,
        construction: .fixed(FusedConvolution(convolution.window, activation: activation)),
        operands: operands, parameters: [:], output: steps[last].output)
    }
    steps = steps.indices.filter { !removed.contains($0) }.map { steps[$0] }
  }

  /// The activation as an epilogue, if it can be one.
  private func fusable(_ operation: (any Operator)?) -> Epilogue.Activation? {
    switch operation {
    case is Relu: .relu
    case let clip as Clip where clip.low.isFinite && clip.high.isFinite:
      .clip(Float(clip.low), Float(clip.high))
    default: nil
    }
  }

  /// x, weight, bias (zeros if there is none) and the residual.
  private mutating func fusedOperands(_ step: Step, _ residual: Int?) -> [Int]? {
    var operands = step.operands
    if operands.count == 2 {
      guard let weight = constants[operands[1]]?.value,
        let zeros = try? Tensor.zeros([weight.shape[0]], weight.type),
        (try? addConstant("\(names[step.output]) bias", zeros)) != nil
      else { return nil }
      operands.append(names.count - 1)
    }
    return operands + (residual.map { [$0] } ?? [])
  }

  /// The steps from `first` up to, not including, `last`, each the only reader of the one before.
  private func chain(from first: Int, to last: Int, _ readers: [Int: [Int]]) -> [Int] {
    var result: [Int] = []
    var current = first
    while current != last {
      result.append(current)
      guard let next = readers[steps[current].output]?.first else { break }
      current = next
    }
    return result
  }
}
