// Rules of comparisons, and of what is chosen by them.
import Tensors

/// The rule of an operator whose result is a truth value: 1 where it holds in the whole range, 0 where nowhere.
package struct Truth: BoundRule {
  /// What is asked.
  package enum Question: Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case and, or, not, isNaN
  }
  let question: Question

  package init(_ question: Question) { self.question = question }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let y = application.operands.count > 1 ? application.operands[1] : x
    let (surely, never) = try answers(x, y)
    let shape = application.output.shape
    func number(_ mask: Variable) throws(GraphError) -> Variable {
      try mask.applying(Cast(to: .f64)).applying(BroadcastTo(shape))
    }
    let high = try -number(never) + 1
    return Bounds(try Interval(number(surely), high))
  }

  /// Where it holds for all values in the ranges, and where for none.
  private func answers(
    _ x: Interval, _ y: Interval
  ) throws(GraphError) -> (surely: Variable, never: Variable) {
    func less(_ a: Variable, _ b: Variable) throws(GraphError) -> Variable {
      try apply(Less(), [a, b])
    }
    func lessOrEqual(_ a: Variable, _ b: Variable) throws(GraphError) -> Variable {
      try apply(LessOrEqual(), [a, b])
    }
    func both(_ a: Variable, _ b: Variable) throws(GraphError) -> Variable {
      try apply(LogicalAnd(), [a, b])
    }
    func either(_ a: Variable, _ b: Variable) throws(GraphError) -> Variable {
      try apply(LogicalOr(), [a, b])
    }
    switch question {
    case .less: return (try less(x.high, y.low), try lessOrEqual(y.high, x.low))
    case .lessOrEqual: return (try lessOrEqual(x.high, y.low), try less(y.high, x.low))
    case .greater: return (try less(y.high, x.low), try lessOrEqual(x.high, y.low))
    case .greaterOrEqual: return (try lessOrEqual(y.high, x.low), try less(x.high, y.low))
    case .equal, .notEqual:
      let apart = try either(less(x.high, y.low), less(y.high, x.low))
      let same = try both(
        both(x.decided(), y.decided()), apply(Equal(), [x.low, y.low]))
      return question == .equal ? (same, apart) : (apart, same)
    case .and:
      let (a, b) = (try x.truth(), try y.truth())
      return (try both(a.surely, b.surely), try either(a.never, b.never))
    case .or:
      let (a, b) = (try x.truth(), try y.truth())
      return (try either(a.surely, b.surely), try both(a.never, b.never))
    case .not:
      let truth = try x.truth()
      return (truth.never, truth.surely)
    case .isNaN:
      // What is computed from finite numbers may still be none where a range has no limit.
      let width = try x.high - x.low
      let unknown = try either(
        width.applying(IsNaN()), apply(Equal(), [width, .number(.infinity, like: width)]))
      let known = try unknown.applying(LogicalNot())
      return (try both(known, unknown), known)
    }
  }
}

extension Interval {
  /// Where every number in the range counts as true, and where none does.
  func truth() throws(GraphError) -> (surely: Variable, never: Variable) {
    let zero = try Variable.number(0, like: low)
    return (
      try apply(
        LogicalOr(), [apply(Greater(), [low, zero]), apply(Less(), [high, zero])]),
      try apply(
        LogicalAnd(), [apply(Equal(), [low, zero]), apply(Equal(), [high, zero])])
    )
  }
}

/// The rule of a selection by truth values.
package struct Selected: BoundRule {
  package init() {}

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let (truth, x, y) = (
      try application.operands[0].truth(), application.operands[1], application.operands[2]
    )
    let mixed = try x.hull(y)
    func chosen(
      _ x: Variable, _ y: Variable, _ mixed: Variable
    ) throws(GraphError) -> Variable {
      try apply(Select(), [truth.surely, x, apply(Select(), [truth.never, y, mixed])])
    }
    return Bounds(
      try Interval(chosen(x.low, y.low, mixed.low), chosen(x.high, y.high, mixed.high)))
  }

  /// Linear where the choice is known, the range elsewhere.
  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let truth = try application.operands[0].truth()
    let range = try bounds(application).range
    let shape = application.output.shape
    let first = try truth.surely.applying(BroadcastTo(shape))
    let second = try truth.never.applying(BroadcastTo(shape))
    let known = try apply(LogicalOr(), [first, second])
    var offset = try positive.dotRows(range.low.zeroed(where: known))
    offset = try offset + negative.dotRows(range.high.zeroed(where: known))
    let all = try positive + negative
    var coefficients: [Variable?] = [nil]
    for (index, taken) in [(1, first), (2, second)] {
      let operand = application.operands[index]
      let rows = try all.zeroed(where: taken.applying(LogicalNot()))
      if operand.isPoint {
        offset = try offset + rows.dotRows(operand.low)
        coefficients.append(nil)
      } else {
        coefficients.append(try rows.summedRows(to: operand.shape))
      }
    }
    return RelaxedRows(coefficients: coefficients, offset: offset)
  }
}

/// The rule of a gate: what it lets through where it is surely open, nothing where surely closed.
package struct Gated: BoundRule {
  let low, high: Double

  package init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  /// true where it is surely open, and where surely closed, for limits as the kernel takes them.
  private func states(
    _ y: Interval, _ type: ElementType
  ) throws(GraphError) -> (open: Variable, closed: Variable) {
    let floor = try Variable.number(type == .f32 ? Double(Float(low)) : low, like: y.low)
    let ceiling = try Variable.number(type == .f32 ? Double(Float(high)) : high, like: y.low)
    return (
      try apply(
        LogicalAnd(),
        [
          apply(Greater(), [y.low, floor]), apply(Less(), [y.high, ceiling]),
        ]),
      try apply(
        LogicalOr(),
        [
          apply(LessOrEqual(), [y.high, floor]),
          apply(GreaterOrEqual(), [y.low, ceiling]),
        ])
    )
  }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let (open, closed) = try states(application.operands[1], application.output.type)
    func passed(_ end: Variable, _ part: Variable) throws(GraphError) -> Variable {
      try apply(Select(), [open, end, part.zeroed(where: closed)])
    }
    return Bounds(
      try Interval(
        passed(x.low, x.low.negativePart()), passed(x.high, x.high.positivePart())))
  }

  /// What passes an undecided gate lies between 0 and x: between the lower chord of min(x, 0) and the upper one of
  /// max(x, 0) (Shi et al. 2022).
  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let x = application.operands[0]
    let (open, closed) = try states(application.operands[1], application.output.type)
    let (isOpen, isClosed) = (open.value.bools, closed.value.bools)
    let (l, h) = (try x.low.elements(), try x.high.elements())
    let lines = l.indices.map { i -> (low: Line, high: Line) in
      let (through, nothing) = (Line(slope: 1, offset: 0), Line(slope: 0, offset: 0))
      if isOpen[i] { return (through, through) }
      if isClosed[i] { return (nothing, nothing) }
      if l[i] >= 0 { return (nothing, through) }
      if h[i] <= 0 { return (through, nothing) }
      let (up, down) = (h[i] / (h[i] - l[i]), -l[i] / (h[i] - l[i]))
      guard up.isFinite, down.isFinite else {
        return (Line(slope: 0, offset: l[i]), Line(slope: 0, offset: h[i]))
      }
      let slack = 1e-14 * (h[i] - l[i])
      return (
        Line(slope: down, offset: -down * h[i] - slack),
        Line(slope: up, offset: -up * l[i] + slack)
      )
    }
    let rows = try Planes(lines, shape: x.shape).rows(positive: positive, negative: negative)
    return RelaxedRows(coefficients: [rows.coefficients, nil], offset: rows.offset)
  }
}

/// The rule of the larger, or the smaller, of two numbers.
package struct Extreme: BoundRule {
  let isLarger: Bool

  package init(larger: Bool) { isLarger = larger }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    try Rising().bounds(application)
  }

  /// The larger of two is at least the one whose middle is larger, and equals it where the ranges do not overlap.
  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    let (x, y) = (application.operands[0], application.operands[1])
    let shape = application.output.shape
    let order: any BinaryOperator = isLarger ? GreaterOrEqual() : LessOrEqual()
    let first = try apply(any: order, [x.centre(), y.centre()])
    let known = try apply(
      LogicalOr(),
      [
        isLarger
          ? apply(GreaterOrEqual(), [x.low, y.high]) : apply(LessOrEqual(), [x.high, y.low]),
        isLarger
          ? apply(GreaterOrEqual(), [y.low, x.high]) : apply(LessOrEqual(), [y.high, x.low]),
      ]
    ).applying(BroadcastTo(shape))
    let ends = try bounds(application).range
    // On the side where the chosen one is no bound, the range has to do.
    let (sound, other) = isLarger ? (positive, negative) : (negative, positive)
    let limit = isLarger ? ends.high : ends.low
    let rows = try sound + other.zeroed(where: known.applying(LogicalNot()))
    var offset = try other.dotRows(limit.zeroed(where: known))
    var coefficients: [Variable?] = []
    for (operand, unchosen) in [(x, try first.applying(LogicalNot())), (y, first)] {
      let part = try rows.zeroed(where: unchosen)
      if operand.isPoint {
        offset = try offset + part.dotRows(operand.low)
        coefficients.append(nil)
      } else {
        coefficients.append(try part.summedRows(to: operand.shape))
      }
    }
    return RelaxedRows(coefficients: coefficients, offset: offset)
  }
}
