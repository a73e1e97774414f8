// Natives that make tensors.
import Graphs
import Runtime
import Tensors

let makingNatives: [Native] = [
  Native(
    "tensor(values, type = none) -> Tensor", in: "tensors",
    """
    A tensor of a number or of nested lists of numbers; `type` is "f32", "f64", "i64", "u8" or "bool".

    Without a type whole numbers give i64, fractions f32 and truth values bool.

    ```xai
    tensor([[1, 2], [3, 4]]).shape   #=> [2, 2]
    ```
    """
  ) { _, arguments throws(Failure) in
    if arguments.isNone(1) { return Value(try arguments.variable(0)) }
    // Numbers become the type at once: by way of f32 they would lose digits.
    let type = try arguments.elementType(1)
    guard let made = try arguments[0].variable(as: type) else {
      throw .argument(0, expected: "numbers", found: arguments[0])
    }
    return Value(try Promotion.cast(made, type))
  },
  filled("zeros", 0), filled("ones", 1),
  Native(
    "full(shape, value: Float, type = \"f32\") -> Tensor", in: "tensors",
    """
    A tensor of the given shape with the same value everywhere.

    ```xai
    full([2], 0.5)[1] == 0.5   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let (shape, type) = (try arguments.shape(0), try arguments.elementType(2))
    guard arguments[1].isFollowed, arguments[1].number != nil,
      let value = try arguments[1].variable(as: type)
    else { return try made(shape, arguments.float(1), type) }
    let cast = try Promotion.cast(value, type)
    return Value(
      try graph { () throws(GraphError) in
        try cast.reshaped([]).applying(BroadcastTo(shape))
      })
  },
  Native(
    "zeros_like(x: Tensor) -> Tensor", in: "tensors",
    """
    Zeros with the shape and element type of `x`.

    ```xai
    zeros_like(ones([2, 3])).shape   #=> [2, 3]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.variable(0)
    return try made(x.shape, 0, x.type)
  },
  Native(
    "linspace(from: Float, to: Float, count: Int) -> Tensor", in: "tensors",
    """
    `count` numbers from `from` to `to`, both included, equally far apart.

    ```xai
    linspace(0, 1, 3)[1] == 0.5   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let count = try arguments.int(2)
    guard count >= 0, count < 1 << 32 else {
      throw .argument(2, expected: "a count from 0", found: arguments[2])
    }
    if let spread = try followedSpread(arguments[0], arguments[1], count) { return spread }
    let (low, high) = (try arguments.float(0), try arguments.float(1))
    let step = count > 1 ? (high - low) / Double(count - 1) : 0
    return Value(
      try tensor { () throws(TensorError) in
        try Tensor((0..<count).map { Float(low + step * Double($0)) }, [count])
      })
  },
  Native(
    "cast(x: Tensor, type: String) -> Tensor", in: "tensors",
    """
    `x` with another element type: "f32", "f64", "i64" (fractions are cut), "u8" or "bool" (true where not 0).

    A number that whole numbers of the type cannot hold, or nan, is an error: "u8" has those from 0 to 255.

    ```xai
    cast(tensor([1.7]), "i64")[0] == 1   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    Value(try Promotion.cast(arguments.variable(0), arguments.elementType(1)))
  },
]

/// The numbers of `linspace` between ends of which a derivative is taken; nil if none is.
private func followedSpread(
  _ low: Value, _ high: Value, _ count: Int
) throws(Failure) -> Value? {
  guard low.isFollowed || high.isFollowed, low.number != nil, high.number != nil,
    let from = try low.variable(as: .f64),
    let to = try high.variable(as: .f64)
  else { return nil }
  let (first, last) = (try Promotion.cast(from, .f64), try Promotion.cast(to, .f64))
  let shares = try tensor { () throws(TensorError) in
    try Tensor((0..<count).map { count > 1 ? Double($0) / Double(count - 1) : 0 }, [count])
  }
  return Value(
    try graph { () throws(GraphError) in
      let start = try first.reshaped([])
      let length = try last.reshaped([]) - start
      return try (start + length * Variable(shares)).applying(Cast(to: .f32))
    })
}

private func filled(_ name: String, _ value: Double) -> Native {
  Native(
    "\(name)(shape, type = \"f32\") -> Tensor", in: "tensors",
    """
    A tensor of \(name) of the given shape: an Int or a List of Ints.

    ```xai
    \(name)([2, 3]).count   #=> 6
    ```
    """
  ) { _, arguments throws(Failure) in
    try made(arguments.shape(0), value, arguments.elementType(1))
  }
}

private func made(
  _ shape: [Int], _ value: Double, _ type: ElementType
) throws(Failure) -> Value {
  Value(
    try tensor { () throws(TensorError) in
      _ = try Tensor.scalar(value, .f64).cast(fitting: type)
      return try Tensor.full(shape, value, type)
    })
}
