// Sums over products, named by subscripts.
import Graphs
import Runtime
import Tensors

let einsumNatives: [Native] = [
  Native(
    "einsum(subscripts: String, operands...) -> Tensor", in: "tensors",
    """
    The sum over products of tensors, their axes named by letters: "ij,jk->ik" is the product of two matrices.

    Letters that the result lacks are summed over. A letter that stands twice in one operand is its diagonal; `...` stands
    for any axes, which broadcast; an axis of size 1 meets any size. Without `->` the result has the axes behind `...` and
    the letters that stand once, in the order of the alphabet. Several operands are multiplied in the order that takes the
    fewest multiplications (up to 10 operands; beyond, a good one), each pair as a matrix product: see `einsum_order`.

    ```xai
    einsum("ij,jk->ik", ones([2, 3]), ones([3, 4])).shape   #=> [2, 4]
    einsum("ii", tensor([[1.0, 2.0], [3.0, 4.0]])).item   #=> 5.0
    einsum("...i,...i->...", ones([5, 2, 3]), ones([2, 3])).shape   #=> [5, 2]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (text, operands) = (try arguments.string(0), try einsumOperands(arguments))
    return Value(
      try graph { () throws(GraphError) in
        try Einsum(text, operands.map(\.shape)).applied(to: operands)
      })
  },
  Native(
    "einsum_order(subscripts: String, operands...) -> Record", in: "tensors",
    """
    How `einsum` goes about it: the `products` in order, their `multiply_adds`, and those `from_the_left`.

    ```xai
    einsum_order("ij,jk,kl->il", ones([9, 9]), ones([9, 9]), ones([9, 1])).products   #=> ["jk,kl->jl", "ij,jl->il"]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (text, shapes) = (try arguments.string(0), try einsumOperands(arguments).map(\.shape))
    return try graph { () throws(GraphError) in
      let sum = try Einsum(text, shapes)
      let plain = try Einsum(text, shapes, optimised: false)
      return Value(fields: [
        ("products", Value(sum.steps.map { Value($0) })),
        ("multiply_adds", .float(sum.order.multiplyAdds)),
        ("from_the_left", .float(plain.order.multiplyAdds)),
      ])
    }
  },
]

/// The operands after the subscripts, in one element type.
private func einsumOperands(_ arguments: Arguments) throws(Failure) -> [Variable] {
  var operands: [Variable] = []
  for value in try arguments.list(1).values {
    guard let operand = try value.variable() else {
      throw .argument(1, expected: "Tensors", found: value)
    }
    operands.append(operand)
  }
  let type = operands.map(\.type.arithmetic).max() ?? .f32
  var alike: [Variable] = []
  for operand in operands { alike.append(try Promotion.cast(operand, type)) }
  return alike
}
