// Rules of operators that read or add at places, which may depend on the box in turn, and of the places of extremes.
import Tensors

/// The rule of `Gather` and `TakeAlong`: where a place is not known, any element along the axis may be read.
package struct ReadAtPlaces: BoundRule {
  let axis: Int

  package init(axis: Int) { self.axis = axis }

  package func isLinear(in open: [Bool]) -> Bool { !open[1] }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let (x, places) = (application.operands[0], application.operands[1])
    let known = try places.wholePlaces()
    func read(_ end: Variable) throws(GraphError) -> Variable {
      try application.applied(to: [end, known.places])
    }
    let range = try Interval(read(x.low), read(x.high))
    guard let unknown = known.unknown else { return Bounds(range) }
    let shape = application.output.shape
    let axis = try ShapeRule.axis(application.operation.name, axis, of: x.shape)
    // The places' axes stand where the axis was; the others broadcast against them.
    let extra = shape.count - x.shape.count
    let (before, after) = (x.shape[..<axis], x.shape[(axis + 1)...])
    let ones = [Int](repeating: 1, count: extra + 1)
    let spread = Array(before) + ones + Array(after)
    let isGather = application.operation is Gather
    let mask =
      isGather
      ? try unknown.reshaped(places.shape + after.map { _ in 1 }) : unknown
    func either(
      _ reduced: Variable, _ read: Variable
    ) throws(GraphError) -> Variable {
      try apply(Select(), [mask, reduced.reshaped(spread), read])
    }
    return Bounds(
      try Interval(
        either(x.low.applying(Min([axis], keep: true)), range.low),
        either(x.high.applying(Max([axis], keep: true)), range.high)))
  }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    guard application.operands[1].isPoint else { return nil }
    return try application.linearRows(positive + negative, [true, false])
  }
}

/// The rule of `ScatterAdd` and `PutAlongAdd`: what is added at an unknown place may be added anywhere along the axis.
package struct AddAtPlaces: BoundRule {
  let axis: Int

  package init(axis: Int) { self.axis = axis }

  package func isLinear(in open: [Bool]) -> Bool { !open[1] }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let (x, places) = (application.operands[0], application.operands[1])
    let known = try places.wholePlaces()
    func added(_ end: Variable) throws(GraphError) -> Variable {
      try application.applied(to: [end, known.places])
    }
    let rank = application.output.rank
    let axis = axis < 0 ? axis + rank : axis
    let terms = Swift.max(1, places.low.value.count)
    func error(_ sums: Variable) throws(GraphError) -> Variable {
      try sums * application.gamma(terms) + application.smallest
    }
    guard let unknown = known.unknown else {
      let range = try Interval(added(x.low), added(x.high))
      return Bounds(range, error: try error(added(x.magnitude())))
    }
    let isScatter = application.operation is ScatterAdd
    let mask =
      isScatter
      ? try unknown.reshaped(places.shape + x.shape[(axis + places.shape.count)...].map { _ in 1 })
      : unknown
    let axes = isScatter ? Array(axis..<(axis + places.shape.count)) : [axis]
    let kept = application.output.shape.indices.map {
      $0 == axis ? 1 : application.output.shape[$0]
    }
    let sure = try mask.applying(LogicalNot())
    func total(_ part: Variable) throws(GraphError) -> Variable {
      try part.zeroed(where: sure).sum(axes).reshaped(kept)
    }
    let range = try Interval(
      added(x.low.zeroed(where: mask)) + total(x.low.negativePart()),
      added(x.high.zeroed(where: mask)) + total(x.high.positivePart()))
    let size = try x.magnitude()
    return Bounds(range, error: try error(added(size.zeroed(where: mask)) + total(size)))
  }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    guard application.operands[1].isPoint else { return nil }
    return try application.linearRows(positive + negative, [true, false])
  }
}

extension Interval {
  /// Ranges of whole numbers as places: where a range holds several, 0, and true in `unknown`, which is nil if none does.
  fileprivate func wholePlaces() throws(GraphError) -> (places: Variable, unknown: Variable?) {
    if isPoint { return (try low.applying(Cast(to: .i64)), nil) }
    let unknown = try decided().applying(LogicalNot())
    guard unknown.value.bools.contains(true) else {
      return (try low.applying(Cast(to: .i64)), nil)
    }
    return (try low.zeroed(where: unknown).applying(Cast(to: .i64)), unknown)
  }
}

/// The rule of the place of an extreme along an axis: from the first to the last element that may be the one.
package struct ExtremePlace: BoundRule {
  let axis: Int
  let isLargest: Bool
  let keep: Bool

  package init(axis: Int, largest: Bool, keep: Bool) {
    self.axis = axis
    isLargest = largest
    self.keep = keep
  }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    if x.isPoint { return Bounds(try Interval(point: application.applied(to: [x.low]))) }
    let axis = try ShapeRule.axis(application.operation.name, axis, of: x.shape)
    let possible =
      isLargest
      ? try apply(GreaterOrEqual(), [x.high, x.low.applying(Max([axis], keep: true))])
      : try apply(LessOrEqual(), [x.low, x.high.applying(Min([axis], keep: true))])
    let size = x.shape[axis]
    let column = x.shape.indices.map { $0 == axis ? size : 1 }
    let numbers = try Variable.reals((0..<size).map { Double($0) }, column)
    let first = try apply(Select(), [possible, numbers, .number(Double(size), like: numbers)])
    let last = try apply(Select(), [possible, numbers, .number(-1, like: numbers)])
    return Bounds(
      try Interval(
        first.applying(Min([axis], keep: keep)), last.applying(Max([axis], keep: keep))))
  }
}

/// The rule of the order of elements along an axis: of each place, the elements that may stand there.
package struct SortedPlaces: BoundRule {
  let axis: Int
  let descending: Bool

  package init(axis: Int, descending: Bool) {
    self.axis = axis
    self.descending = descending
  }

  /// Decided where the sorted ranges do not overlap their neighbours; elsewhere any place is possible.
  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    let places = try application.applied(to: [x.low])
    let exact = try Interval(point: places)
    if x.isPoint { return Bounds(exact) }
    let axis = try ShapeRule.axis(application.operation.name, axis, of: x.shape)
    let size = x.shape[axis]
    guard size > 1 else { return Bounds(exact) }
    let sorted = try Interval(
      apply(TakeAlong(axis), [x.low, places]), apply(TakeAlong(axis), [x.high, places]))
    func part(_ end: Variable, _ from: Int) throws(GraphError) -> Variable {
      try end.applying(SliceAxis(axis, from: from, count: size - 1))
    }
    // Sorted by lower ends, a gap to the next one parts all before it from all after it only if no earlier range reaches
    // over it: so a line is decided as a whole, or not at all.
    let apart =
      descending
      ? try apply(Greater(), [part(sorted.low, 0), part(sorted.high, 1)])
      : try apply(Less(), [part(sorted.high, 0), part(sorted.low, 1)])
    let whole = try apart.applying(Cast(to: .f64)).applying(Min([axis], keep: true))
      .applying(Cast(to: .bool)).applying(BroadcastTo(x.shape))
    return Bounds(
      try Interval(
        exact.low.zeroed(where: whole.applying(LogicalNot())),
        apply(
          Select(), [whole, exact.high, .number(Double(size - 1), like: exact.high)])))
  }
}

/// The rule of the same numbers in another element type.
package struct Casting: BoundRule {
  let type: ElementType

  package init(to type: ElementType) { self.type = type }

  package func isLinear(in open: [Bool]) -> Bool { type.isFloating }

  package func bounds(_ application: BoundedApplication) throws(GraphError) -> Bounds {
    let x = application.operands[0]
    switch type {
    case .f64: return Bounds(x)
    case .f32: return try application.relative(x, 1)
    case .i64, .u8:
      let whole = try Interval(
        x.low.applying(Cast(to: type)).applying(Cast(to: .f64)),
        x.high.applying(Cast(to: type)).applying(Cast(to: .f64)))
      return Bounds(whole)
    case .bool:
      let truth = try x.truth()
      return Bounds(
        try Interval(
          truth.surely.applying(Cast(to: .f64)),
          -truth.never.applying(Cast(to: .f64)) + 1))
    }
  }

  package func relaxed(
    _ application: BoundedApplication, positive: Variable, negative: Variable
  ) throws(GraphError) -> RelaxedRows? {
    type.isFloating
      ? RelaxedRows(coefficients: [try positive + negative], offset: nil) : nil
  }
}
