// Natives that make sparse matrices and take them apart.
import Graphs
import Runtime
import Tensors

let sparseNatives: [Native] = [
  Native(
    "sparse(rows, columns, values, shape) -> SparseMatrix", in: "tensors",
    """
    A matrix of which only some entries are kept: `values`, one number or one for each, at `rows` and `columns`.

    Values at the same place are added. `a @ x` and `x @ a` are products with a vector, a matrix or a batch of matrices, which
    can be differentiated in `x` and in `values`; `a * 2`, `a + b`, `transpose(a)` and `to_dense(a)` do what they say. The
    fields `rows`, `columns` and `values` list the entries, row by row.

    ```xai
    let a = sparse([0, 1, 1], [1, 0, 2], [2.0, 3.0, 4.0], shape: [2, 3])
    a @ tensor([1.0, 10.0, 100.0]) |> list   #=> [20.0, 403.0]
    grad(v => sum(sparse([0, 1], [1, 0], v, shape: [2, 2]) @ tensor([5.0, 7.0])))(tensor([1.0, 1.0])) |> list   #=> [7.0, 5.0]
    ```
    """
  ) { _, arguments throws(Failure) in
    let (rows, columns) = (try arguments.integers(0), try arguments.integers(1))
    let sizes = try arguments.shape(3)
    guard sizes.count == 2 else {
      throw .argument(3, expected: "the numbers of rows and columns", found: arguments[3])
    }
    guard rows.count == columns.count else {
      throw Failure(
        "X0204", "sparse: there are \(rows.count) rows and \(columns.count) columns",
        help: "each entry has a row and a column")
    }
    let values = try arguments.real(2)
    let all = try graph { () throws(GraphError) in
      try values.shape == [rows.count] ? values : values.applying(BroadcastTo([rows.count]))
    }
    guard all.shape == [rows.count] else {
      throw .argument(2, expected: "one number or \(rows.count) of them", found: arguments[2])
    }
    return .object(
      try SparseObject.at(rows: rows, columns: columns, all, shape: (sizes[0], sizes[1])))
  },
  Native(
    "to_sparse(x: Tensor) -> SparseMatrix", in: "tensors",
    """
    The sparse matrix of the entries of a matrix that are not 0.

    ```xai
    to_sparse(tensor([[0.0, 2.0], [0.0, 0.0]])).count   #=> 1
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.real(0)
    guard x.rank == 2 else {
      throw .argument(0, expected: "a matrix", found: arguments[0])
    }
    let numbers = try x.read()
    let places = try tensor { () throws(TensorError) in try Kernels.nonzero(numbers) }.integers
    let rows = stride(from: 0, to: places.count, by: 2).map { places[$0] }
    let columns = stride(from: 1, to: places.count, by: 2).map { places[$0] }
    let flat = zip(rows, columns).map { $0 * x.shape[1] + $1 }
    let indices = try tensor { () throws(TensorError) in try Tensor(flat) }
    let values = try graph { () throws(GraphError) in
      try Graphs.apply(Gather(0), [x.reshaped([x.count]), Variable(indices)])
    }
    return .object(
      try SparseObject.at(rows: rows, columns: columns, values, shape: (x.shape[0], x.shape[1])))
  },
  Native(
    "to_dense(a: SparseMatrix) -> Tensor", in: "tensors",
    """
    All numbers of a sparse matrix, zeros included.

    ```xai
    to_dense(sparse([0], [1], 5.0, shape: [2, 2])) |> list   #=> [[0.0, 5.0], [0.0, 0.0]]
    ```
    """
  ) { _, arguments throws(Failure) in
    Value(try arguments.object(0, as: SparseObject.self).dense())
  },
]
