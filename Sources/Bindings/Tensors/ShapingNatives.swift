// Natives that change the shape of tensors, join them and take them apart.
import Graphs
import Runtime
import Tensors

let shapingNatives: [Native] = [
  Native(
    "rank(x: Tensor) -> Int", in: "tensors",
    """
    The number of axes.

    ```xai
    rank(zeros([2, 3]))   #=> 2
    ```
    """
  ) { _, arguments throws(Failure) in .int(try arguments.variable(0).rank) },
  Native(
    "reshape(x: Tensor, shape) -> Tensor", in: "tensors",
    """
    The same numbers in another shape; one size may be -1 and is worked out.

    ```xai
    reshape(zeros([2, 3]), [3, -1]).shape   #=> [3, 2]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, sizes) = (try arguments.variable(0), try arguments.integers(1))
    return Value(try graph { () throws(GraphError) in try x.applying(Reshape(sizes)) })
  },
  Native(
    "transpose(x: Tensor, first: Int = -2, second: Int = -1) -> Tensor", in: "tensors",
    """
    Two axes exchanged: by default the last two, the transpose of a matrix, which may be a SparseMatrix.

    ```xai
    transpose(zeros([2, 3])).shape   #=> [3, 2]
    ```
    """
  ) { _, arguments throws(Failure) in
    if case .object(let matrix as SparseObject) = arguments[0] {
      return .object(try matrix.transposed())
    }
    let x = try arguments.variable(0)
    var order = Array(0..<x.rank)
    let first = try axis(arguments.int(1), x), second = try axis(arguments.int(2), x)
    order.swapAt(first, second)
    return Value(try graph { () throws(GraphError) in try x.applying(Transpose(order)) })
  },
  Native(
    "permute(x: Tensor, order) -> Tensor", in: "tensors",
    """
    The axes in another order.

    ```xai
    permute(zeros([2, 3, 4]), [2, 0, 1]).shape   #=> [4, 2, 3]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, order) = (try arguments.variable(0), try arguments.integers(1))
    return Value(try graph { () throws(GraphError) in try x.applying(Transpose(order)) })
  },
  Native(
    "broadcast(x: Tensor, shape) -> Tensor", in: "tensors",
    """
    `x` repeated along axes of size 1 and new leading axes, without copying.

    ```xai
    broadcast(zeros([3]), [2, 3]).shape   #=> [2, 3]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, sizes) = (try arguments.variable(0), try arguments.shape(1))
    return Value(try graph { () throws(GraphError) in try x.applying(BroadcastTo(sizes)) })
  },
  Native(
    "concat(tensors: List, axis: Int = 0) -> Tensor", in: "tensors",
    """
    Tensors one after another along an axis that they have.

    ```xai
    concat([zeros([2, 3]), zeros([1, 3])]).shape   #=> [3, 3]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (parts, axis) = (try parts(arguments), try arguments.int(1))
    return Value(
      try graph { () throws(GraphError) in try Graphs.apply(Concatenate(axis), parts) })
  },
  Native(
    "stack(tensors: List, axis: Int = 0) -> Tensor", in: "tensors",
    """
    Tensors of one shape side by side along a new axis.

    ```xai
    stack([zeros([3]), ones([3])]).shape   #=> [2, 3]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (parts, axis) = (try parts(arguments), try arguments.int(1))
    return Value(
      try graph { () throws(GraphError) in
        var expanded: [Variable] = []
        for part in parts { expanded.append(try part.applying(ExpandAxes([axis]))) }
        return try Graphs.apply(Concatenate(axis), expanded)
      })
  },
  Native(
    "pick(x: Tensor, indices, from_end: Bool = true) -> Tensor", in: "tensors",
    """
    One value of the last axis for each place of the others: `x[..., index]`.

    `indices` is an Int or a tensor that broadcasts against the leading axes. Negative ones count from the end, unless
    `from_end` is false: then they are an error.

    ```xai
    pick(tensor([[1, 2], [3, 4]]), tensor([0, 1]))[1] == 4   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    try pick(arguments.variable(0), arguments.variable(1), fromEnd: arguments.bool(2))
  },
  Native(
    "take_along(x: Tensor, indices: Tensor, axis: Int = -1) -> Tensor", in: "tensors",
    """
    The elements at `indices` along an axis: `indices` has the shape of `x` in every other axis, or broadcasts to it.

    ```xai
    take_along(tensor([[1, 2], [3, 4]]), tensor([[1], [0]]))[1, 0] == 3   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let (x, indices) = (try arguments.variable(0), try arguments.variable(1))
    let place = try axis(arguments.int(2), x)
    guard !indices.type.isFloating else {
      throw .argument(1, expected: "whole numbers", found: arguments[1])
    }
    var shape = x.shape
    shape[place] = indices.shape.count == shape.count ? indices.shape[place] : 1
    return Value(
      try graph { () throws(GraphError) in
        let whole = try indices.applying(Cast(to: .i64)).applying(BroadcastTo(shape))
        return try Graphs.apply(TakeAlong(place), [x, whole])
      })
  },
]

private func axis(_ number: Int, _ x: Variable) throws(Failure) -> Int {
  let place = number < 0 ? number + x.rank : number
  guard place >= 0, place < x.rank else {
    throw Failure("X0305", "there is no axis \(number) in a tensor of \(x.rank) axes")
  }
  return place
}

private func parts(_ arguments: Arguments) throws(Failure) -> [Variable] {
  var parts: [Variable] = []
  for value in try arguments.list(0).values {
    guard let part = try value.variable() else {
      throw .argument(0, expected: "a List of Tensors", found: value)
    }
    parts.append(part)
  }
  guard let widest = parts.map(\.type).max() else {
    throw Failure("X0204", "there is nothing to join: the list of tensors is empty")
  }
  var alike: [Variable] = []
  for part in parts { alike.append(try Promotion.cast(part, widest)) }
  return alike
}

/// The values of the last axis of `x` `[..., n]` at `indices`, which broadcast against the leading axes and count from the
/// end if they are negative and may.
private func pick(
  _ x: Variable, _ indices: Variable, fromEnd: Bool
) throws(Failure) -> Value {
  guard let size = x.shape.last else {
    throw Failure("X0204", "pick needs a tensor with an axis to pick from, found a single number")
  }
  guard !indices.type.isFloating else {
    throw .argument(1, expected: "whole numbers", found: Value(indices))
  }
  // The kernel checks those of which only one example is known.
  let known = indices.numbers?.integers ?? []
  for index in known where index < (fromEnd ? -size : 0) || index >= size {
    throw Failure("X0305", "index \(index) is outside of the last axis, which has \(size) elements")
  }
  let lead = Array(x.shape.dropLast())
  return Value(
    try graph { () throws(GraphError) in
      var places = try indices.applying(Cast(to: .i64))
      if fromEnd {
        let negative = try Graphs.apply(Less(), [places, .number(0, like: places)])
        places = try Graphs.apply(Select(), [negative, places + Double(size), places])
      }
      let spread = try places.applying(BroadcastTo(lead)).applying(ExpandAxes([lead.count]))
      return try Graphs.apply(TakeAlong(lead.count), [x, spread]).applying(
        SqueezeAxes([lead.count]))
    })
}
