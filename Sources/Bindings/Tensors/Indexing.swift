// x[…]: numbers, ranges, lists, masks, new axes and `..`, read and replaced.
import Graphs
import Runtime
import Syntax
import Tensors

enum Indexing {
  /// The tensor after `x[subscripts] = value`. Positions are found by indexing a tensor of positions, so every
  /// form that can be read can be replaced; of values for one place the last stays.
  static func replacing(
    _ x: Variable, _ subscripts: [Runtime.Subscript], by value: Variable
  ) throws(Failure) -> Variable {
    if !x.isTracked, !value.isTracked, let old = x.numbers, let given = value.numbers,
      let new = try written(old, subscripts, given)
    {
      return Variable(new)
    }
    let count = x.count
    let positions = try tensor { () throws(TensorError) in
      try Tensor.arange(count, .i64).reshaped(x.shape)
    }
    let chosen = try element(Variable(positions), subscripts)
    var sources = Array(0..<count)
    for (offset, place) in try chosen.read().integers.enumerated() {
      sources[place] = count + offset
    }
    let indices = try tensor { () throws(TensorError) in try Tensor(sources, [count]) }
    return try graph { () throws(GraphError) in
      let spread = try value.applying(BroadcastTo(chosen.shape)).reshaped([chosen.count])
      let joined = try Graphs.apply(Concatenate(0), [try x.reshaped([count]), spread])
      return try Graphs.apply(Gather(0), [joined, Variable(indices)]).reshaped(x.shape)
    }
  }

  /// The same for numbers that nothing follows, where all subscripts are Ints and ranges: they are a view of a copy. Nil
  /// where they are not, or the value does not fit.
  private static func written(
    _ x: Tensor, _ subscripts: [Runtime.Subscript], _ value: Tensor
  ) throws(Failure) -> Tensor? {
    let used = subscripts.count { if case .rest = $0 { false } else { true } }
    let isPlain = subscripts.allSatisfy { item in
      switch item {
      case .rest, .value(.int): true
      case .value(.object(let object)): object is IntegerRange
      default: false
      }
    }
    guard isPlain, used <= x.rank, subscripts.count - used <= 1 else { return nil }
    let result = try tensor { () throws(TensorError) in try x.duplicate() }
    var part = result
    var axis = 0
    for item in subscripts {
      switch item {
      case .rest: axis += x.rank - used
      case .value(.int(let index)):
        let place = try position(index, part.shape[axis], axis)
        part = try tensor { () throws(TensorError) in try part.selected(axis: axis, index: place) }
      case .value(.object(let range as IntegerRange)):
        guard let places = range.places(in: part.shape[axis]) else { return nil }
        part = try tensor { () throws(TensorError) in
          try part.sliced(axis: axis, from: places.lowerBound, count: places.count)
        }
        axis += 1
      default: return nil
      }
    }
    guard let spread = try? value.broadcast(to: part.shape) else { return nil }
    part.overwrite(with: spread)
    return result
  }

  static func element(
    _ x: Variable, _ subscripts: [Runtime.Subscript]
  ) throws(Failure) -> Variable {
    var result = x
    var axis = 0
    let used = subscripts.reduce(0) { $0 + width(of: $1) }
    let rests = subscripts.count { if case .rest = $0 { true } else { false } }
    guard rests <= 1 else { throw Failure("X0306", "`..` stands at most once among the indices") }
    guard used <= x.rank else {
      throw Failure("X0305", "\(used) indices for a tensor of shape \(Shape.describe(x.shape))")
    }
    for item in subscripts {
      switch item {
      case .rest: axis += x.rank - used
      case .value(let value): (result, axis) = try apply(value, to: result, axis)
      }
    }
    return result
  }

  /// How many axes of the tensor a subscript takes up.
  private static func width(of item: Runtime.Subscript) -> Int {
    switch item {
    case .rest, .value(.none): 0
    case .value(.object(let mask as TensorObject)) where mask.variable.type == .bool:
      max(1, mask.variable.rank)
    default: 1
    }
  }

  /// Applies one subscript at `axis`; returns the result and the axis after it.
  private static func apply(
    _ value: Value, to x: Variable, _ axis: Int
  ) throws(Failure) -> (Variable, Int) {
    switch value {
    case .none:
      return (try graph { () throws(GraphError) in try x.applying(ExpandAxes([axis])) }, axis + 1)
    case .int(let index):
      let place = try position(index, x.shape[axis], axis)
      return (
        try graph { () throws(GraphError) in
          try x.applying(SliceAxis(axis, from: place, count: 1, step: 1)).applying(
            SqueezeAxes([axis]))
        }, axis
      )
    case .object(let range as IntegerRange):
      guard let places = range.places(in: x.shape[axis]) else {
        throw Failure(
          "X0305",
          "the range \(range.describe()) is outside of axis \(axis), which has \(x.shape[axis]) elements"
        )
      }
      return (
        try graph { () throws(GraphError) in
          try x.applying(SliceAxis(axis, from: places.lowerBound, count: places.count))
        }, axis + 1
      )
    case .object(let indices as TensorObject) where indices.variable.type == .bool:
      return try masked(x, axis, indices.variable.read())
    case .object(let indices as TensorObject)
    where indices.variable.rank == 0 && indices.variable.type == .i64
      && !indices.variable.isMapped:
      return try apply(.int(indices.variable.read().integers.first ?? 0), to: x, axis)
    case .object(let indices as TensorObject):
      return (try gathered(x, axis, indices.variable), axis + indices.variable.rank)
    case .list:
      let tensor = try Nested(value).tensor(nil, empty: .i64)
      if tensor.type == .bool { return try masked(x, axis, tensor) }
      return (try gathered(x, axis, Variable(tensor)), axis + tensor.rank)
    default:
      throw Failure(
        "X0308",
        "a tensor is indexed by Ints, ranges, lists, masks and none, found \(value.typePhrase)")
    }
  }

  /// `index` counted from the end if negative, within `size`.
  private static func position(_ index: Int, _ size: Int, _ axis: Int) throws(Failure) -> Int {
    let place = index < 0 ? index + size : index
    guard place >= 0, place < size else {
      throw Failure(
        "X0305", "index \(index) is outside of axis \(axis), which has \(size) elements")
    }
    return place
  }

  private static func gathered(
    _ x: Variable, _ axis: Int, _ indices: Variable
  ) throws(Failure) -> Variable {
    let size = x.shape[axis]
    guard !indices.type.isFloating else {
      throw Failure(
        "X0308", "indices are whole numbers, found a Tensor of \(indices.type.rawValue)")
    }
    // The kernel checks those that are not known yet.
    guard let numbers = indices.numbers else {
      return try graph { () throws(GraphError) in
        try Graphs.apply(Gather(axis), [x, try indices.applying(Cast(to: .i64))])
      }
    }
    var places: [Int] = []
    places.reserveCapacity(indices.count)
    for index in numbers.integers { places.append(try position(index, size, axis)) }
    let checked = try tensor { () throws(TensorError) in try Tensor(places, indices.shape) }
    return try graph { () throws(GraphError) in
      try Graphs.apply(Gather(axis), [x, Variable(checked)])
    }
  }

  /// The elements where `mask` is true: the axes that it covers become one.
  private static func masked(
    _ x: Variable, _ axis: Int, _ mask: Tensor
  ) throws(Failure) -> (Variable, Int) {
    let end = axis + mask.rank
    guard end <= x.rank, Array(x.shape[axis..<end]) == mask.shape else {
      throw Failure(
        "X0204",
        "a mask of shape \(Shape.describe(mask.shape)) does not fit a tensor of shape \(Shape.describe(x.shape))"
      )
    }
    let places = mask.bools.enumerated().filter(\.element).map(\.offset)
    let indices = try tensor { () throws(TensorError) in try Tensor(places, [places.count]) }
    let flat = Array(x.shape[..<axis]) + [mask.count] + Array(x.shape[end...])
    let result = try graph { () throws(GraphError) in
      try Graphs.apply(Gather(axis), [try x.reshaped(flat), Variable(indices)])
    }
    return (result, axis + 1)
  }
}
