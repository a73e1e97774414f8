// Split: a value as what comes of the relevant part of an input, of the rest, and of neither; and the rules of doing so.
import Tensors

/// A value as the sum of three parts, each shaped like it; nil where a part is nothing.
package struct Split {
  /// What comes of the relevant part.
  package internal(set) var relevant: Variable?
  /// What comes of the rest, and of both together where the rules give that to the rest.
  package internal(set) var irrelevant: Variable?
  /// What comes of neither: biases that no part has taken yet.
  package internal(set) var constant: Variable?

  /// The parts that are there.
  var parts: [Variable] { [relevant, irrelevant, constant].compactMap { $0 } }

  /// The same with every part changed.
  func map(_ change: (Variable) throws(GraphError) -> Variable) throws(GraphError) -> Split {
    var changed = self
    if let relevant { changed.relevant = try change(relevant) }
    if let irrelevant { changed.irrelevant = try change(irrelevant) }
    if let constant { changed.constant = try change(constant) }
    return changed
  }
}

/// How parts pass operators in which they meet.
package struct SplitRules: Sendable {
  /// Which part an activation f is given first, so that it gets f of itself and the other one the rest of the total.
  enum Order: Sendable { case relevantFirst, irrelevantFirst, both }

  /// The order of the parts in activations; constants always come before both.
  let order: Order
  /// Whether biases are shared as they come, in proportion to the sizes of the parts; else once, at the end.
  let sharesAtOnce: Bool
  /// Whether parts of opposite sign cancel into the larger where branches are added and where attention mixes.
  let cancels: Bool

  /// Contextual decomposition (Murdoch, Liu and Yu 2018): activations average over both orders of the parts, which are
  /// Shapley values of two players; biases stay apart, f(bias) in every activation, and of the terms of a product the
  /// relevant part gets those without anything irrelevant.
  package static let shapley = SplitRules(order: .both, sharesAtOnce: false, cancels: false)
  /// Agglomerative contextual decomposition (Singh, Murdoch and Yu 2019): relu(r) is relevant and relu(r + i) - relu(r) is
  /// not; the bias of every layer is shared by |r| : |i|.
  package static let acd = SplitRules(order: .relevantFirst, sharesAtOnce: true, cancels: false)
  /// Contextual decomposition of transformers (Hsu et al. 2024): f(r + i) - f(i) is relevant and f(i) is not; biases as
  /// before; where branches meet, opposite signs cancel.
  package static let cdt = SplitRules(order: .irrelevantFirst, sharesAtOnce: true, cancels: true)

  /// The rules by name.
  package static let named: [String: SplitRules] = ["shapley": shapley, "acd": acd, "cdt": cdt]
}

extension Split {
  /// The constants shared in proportion to the sizes of the parts, element by element; they stay where both are 0.
  func shared() throws(GraphError) -> Split {
    guard let constant, relevant != nil || irrelevant != nil else { return self }
    let zero = try Variable.zeros(like: constant)
    let (relevant, irrelevant) = (self.relevant ?? zero, self.irrelevant ?? zero)
    let size = try relevant.applying(Absolute())
    let total = try size + irrelevant.applying(Absolute())
    let isNeither = try apply(Equal(), total, zero)
    let divisor = try apply(Select(), [isNeither, Variable.number(1, like: total), total])
    let share = try apply(Select(), [isNeither, zero, constant * (size / divisor)])
    let left = try apply(Select(), [isNeither, constant, zero])
    return Split(
      relevant: try relevant + share, irrelevant: try irrelevant + (constant - share - left),
      constant: try left.isPlainZero() ? nil : left)
  }

  /// Where the parts have opposite signs, their sum in place of the larger and 0 in place of the smaller.
  func cancelled() throws(GraphError) -> Split {
    guard let relevant, let irrelevant else { return self }
    let zero = try Variable.zeros(like: relevant)
    let total = try relevant + irrelevant
    let (positive, negative) = (
      try apply(Greater(), relevant, zero), try apply(Less(), relevant, zero)
    )
    let isOpposite = try apply(
      LogicalOr(),
      apply(LogicalAnd(), positive, apply(Less(), irrelevant, zero)),
      apply(LogicalAnd(), negative, apply(Greater(), irrelevant, zero)))
    let isLarger = try apply(
      GreaterOrEqual(), relevant.applying(Absolute()), irrelevant.applying(Absolute()))
    let (first, second) = (
      try apply(Select(), [isLarger, total, zero]), try apply(Select(), [isLarger, zero, total])
    )
    return Split(
      relevant: try apply(Select(), [isOpposite, first, relevant]),
      irrelevant: try apply(Select(), [isOpposite, second, irrelevant]), constant: constant)
  }

  /// The relevant and the irrelevant part of `value`; what is left of the constants counts as irrelevant.
  func settled(_ value: Variable) throws(GraphError) -> Split {
    let shared = try shared()
    let zero = try Variable.zeros(like: value)
    let rest: Variable =
      if let irrelevant = shared.irrelevant, let constant = shared.constant {
        try irrelevant + constant
      } else {
        shared.irrelevant ?? shared.constant ?? zero
      }
    return Split(relevant: shared.relevant ?? zero, irrelevant: rest, constant: nil)
  }
}

extension Variable {
  /// Whether it is 0 everywhere and nobody follows where it came from.
  func isPlainZero() throws(GraphError) -> Bool {
    guard !isMapped, !(isTracked && Recording.isOn) else { return false }
    return try largestSize() == 0
  }

  /// The largest absolute value; 0 where there is none, NaN where one is.
  func largestSize() throws(GraphError) -> Double {
    guard value.count > 0 else { return 0 }
    let size = try applying(Absolute())
    do throws(TensorError) {
      return try Kernels.reduce(.max, size.value, axes: []).item
    } catch {
      throw .tensor(operation: "contextual split", layer: Recording.layer, error)
    }
  }
}
