// Natives that tell equal elements apart, count, and look places up among sorted numbers.
import Graphs
import Runtime
import Tensors

let countingNatives: [Native] = [
  Native(
    "top_k(x: Tensor, count: Int, axis: Int = -1, smallest: Bool = false) -> Record", in: "tensors",
    """
    The `count` largest (or smallest) values along an axis, best first: `values`, which can be differentiated, and their
    `indices`. Of equals the first; nan counts as larger than every number.

    ```xai
    top_k(tensor([1, 4, 2, 3]), 2).indices |> list   #=> [1, 3]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.variable(0)
    let axis = try axis(of: x, arguments, 2)
    let count = try arguments.int(1)
    guard count >= 0, count <= x.shape[axis] else {
      throw .argument(
        1, expected: "from 0 to \(x.shape[axis]), the size of the axis", found: .int(count))
    }
    let smallest = try arguments.bool(3)
    return try graph { () throws(GraphError) in
      let indices = try x.applying(ArgSort(axis, descending: !smallest))
        .applying(SliceAxis(axis, from: 0, count: count))
      let values = try Graphs.apply(TakeAlong(axis), [x, indices])
      return Value(fields: [("values", Value(values)), ("indices", Value(indices))])
    }
  },
  Native(
    "unique_counts(x: Tensor, axis = none) -> Record", in: "tensors",
    """
    The different numbers of a tensor in ascending order: `values`, how often each stands (`counts`), the index of each where it
    `first` stands, and for each element which it is (`inverse`), so that values[inverse] is x again.

    With `axis` the different slices along it, ordered by their first numbers, then the second and so on. A nan equals every
    nan and stands last. (`unique` keeps the order in which they come.)

    ```xai
    let found = unique_counts(tensor([3, 1, 3]))
    [list(found.values), list(found.counts), list(found.inverse)]   #=> [[1, 3], [1, 2], [1, 0, 1]]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.variable(0)
    let isFlat = arguments.isNone(1)
    let flat = try graph { () throws(GraphError) in try x.applying(Reshape([x.count])) }
    let place = isFlat ? 0 : try axis(of: x, arguments, 1)
    let source = isFlat ? flat : x
    let found = try distinctSlices(source.read(), place)
    let values = try graph { () throws(GraphError) in
      try Graphs.apply(Gather(place), [source, Variable(found.first)])
    }
    let inverse = try tensor { () throws(TensorError) in
      isFlat ? try found.inverse.reshaped(x.shape) : found.inverse
    }
    return Value(fields: [
      ("values", Value(values)), ("counts", Value(found.counts)), ("first", Value(found.first)),
      ("inverse", Value(inverse)),
    ])
  },
  Native(
    "search_sorted(sorted: Tensor, values, right: Bool = false)", in: "tensors",
    """
    How many of the ascending numbers `sorted` are below each value, or with `right` not above it: where it would be put.

    An Int of a number, else a Tensor of the shape of `values`; a nan goes to the end.

    ```xai
    search_sorted(tensor([1.0, 2.0, 4.0]), 2.0)   #=> 1
    search_sorted(tensor([1.0, 2.0, 4.0]), tensor([2.0, 9.0]), right: true) |> list   #=> [2, 3]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (sorted, values) = (try arguments.variable(0), try arguments.variable(1))
    let right = try arguments.bool(2)
    let (edges, numbers) = (try sorted.read(), try values.read())
    let places = try tensor { () throws(TensorError) in
      try Kernels.searchSorted(edges, numbers, right: right)
    }
    return !arguments[1].isNumber ? Value(places) : .int(places.integers.first ?? 0)
  },
  Native(
    "bincount(indices: Tensor, weights = none, least: Int = 0) -> Tensor", in: "tensors",
    """
    How often each of 0, 1, 2, … stands among `indices`, or the sum of the `weights` there, which can be differentiated.

    The result has `least` elements or as many as the largest index needs.

    ```xai
    bincount(tensor([0, 2, 2])) |> list   #=> [1, 0, 2]
    bincount(tensor([0, 2, 2]), weights: tensor([1.0, 0.5, 0.25]), least: 4) |> list   #=> [1.0, 0.0, 0.75, 0.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    let indices = try arguments.variable(0)
    guard !indices.type.isFloating, indices.type != .bool else {
      throw .argument(0, expected: "whole numbers", found: arguments[0])
    }
    let places = try indices.read().integers
    let least = try arguments.int(2, in: 0...Int.max)
    guard (places.min() ?? 0) >= 0 else {
      throw .argument(0, expected: "indices from 0", found: .int(places.min() ?? 0))
    }
    let (most, isTooMany) = (places.max() ?? -1).addingReportingOverflow(1)
    let size = isTooMany ? Int.max : max(least, most)
    let weights = try arguments.optionalVariable(1)
    return Value(
      try graph { () throws(GraphError) in
        let flat = try indices.applying(Cast(to: .i64)).reshaped([places.count])
        let parts = try weights.map { weights throws(GraphError) in
          try weights.applying(BroadcastTo(indices.shape)).reshaped([places.count])
        }
        let ones = try Variable.make("bincount") { () throws(TensorError) in
          try .full([places.count], 1, .i64)
        }
        return try Graphs.apply(ScatterAdd(0, size: size), [parts ?? ones, flat])
      })
  },
]

/// The different slices of a tensor along an axis.
private func distinctSlices(_ x: Tensor, _ axis: Int) throws(Failure) -> Kernels.Distinct {
  try tensor { () throws(TensorError) in
    let order = [axis] + x.shape.indices.filter { $0 != axis }
    let rest = order.dropFirst().reduce(1) { $0 * x.shape[$1] }
    return try Kernels.distinct(x.permuted(order).reshaped([x.shape[axis], rest]))
  }
}

/// The different rows of `x` (numbers, where it has one axis), each where it first stood.
func uniqueRows(_ x: Variable) throws(Failure) -> Variable {
  guard x.rank > 0 else { return x }
  let first = try distinctSlices(x.read(), 0).first.integers.sorted()
  let indices = try tensor { () throws(TensorError) in try Tensor(first) }
  return try graph { () throws(GraphError) in
    try Graphs.apply(Gather(0), [x, Variable(indices)])
  }
}
