// Examples of operators that move, take apart and put together.
import Graphs
import Tensors

extension Example {
  static let rearrangements: [Example] = [
    Example(Reshape([3, -1]), [numbers([2, 3])]) { Dense([3, 2], $0[0].values) },
    Example(Reshape([0, -1], zeroCopies: true), [numbers([2, 3, 2])]) {
      Dense([2, 6], $0[0].values)
    },
    Example(Reshape([0, 4]), [numbers([0, 2])]) { Dense([0, 4], $0[0].values) },
    Example(Flatten(), [numbers([2, 3, 1, 2])]) { Dense([2, 6], $0[0].values) },
    Example(Transpose([2, 0, 1]), [numbers([2, 3, 4])]) { inputs in
      Dense([4, 2, 3]) { inputs[0][[$0[1], $0[2], $0[0]]] }
    },
    Example(Transpose(), [numbers([2, 0])]) { _ in Dense([0, 2], []) },
    Example(BroadcastTo([2, 3, 2]), [numbers([3, 1])]) { inputs in
      Dense([2, 3, 2]) { inputs[0][$0] }
    },
    Example(SumTo([3, 1]), [numbers([2, 3, 2])]) {
      let sums = $0[0].reduce([0, 2], keep: false) { $0.reduce(0, +) }
      return Dense([3, 1], sums.values)
    },
    Example(ExpandAxes([0, -1]), [numbers([2])]) { Dense([1, 2, 1], $0[0].values) },
    Example(SqueezeAxes([1]), [numbers([2, 1, 1])]) { Dense([2, 1], $0[0].values) },
    Example(SqueezeAxes(), [numbers([1, 2, 1])]) { Dense([2], $0[0].values) },
    Example(Identity(), [numbers([2, 2])]) { $0[0] },
  ]

  static let parts: [Example] = [
    Example(SliceAxis(1, from: 1, count: 2), [numbers([2, 4])]) { inputs in
      Dense([2, 2]) { inputs[0][[$0[0], $0[1] + 1]] }
    },
    Example(SliceAxis(-1, from: 4, count: 3, step: -2), [numbers([2, 5])]) { inputs in
      Dense([2, 3]) { inputs[0][[$0[0], 4 - 2 * $0[1]]] }
    },
    Example(SliceAxis(0, from: 0, count: 0), [numbers([2, 2])]) { _ in Dense([0, 2], []) },
    Example(
      SliceRanges([
        AxisRange(0, start: -1, end: -5, step: -1), AxisRange(2, start: 1, end: 99, step: 2),
      ]), [numbers([3, 2, 5])]
    ) { inputs in
      Dense([3, 2, 2]) { inputs[0][[2 - $0[0], $0[1], 1 + 2 * $0[2]]] }
    },
    Example(Concatenate(1), [numbers([2, 1]), numbers([2, 3], offset: 3), numbers([2, 0])]) {
      inputs in
      Dense([2, 4]) { $0[1] == 0 ? inputs[0][[$0[0], 0]] : inputs[1][[$0[0], $0[1] - 1]] }
    },
    Example(Pad(low: [0, 2], high: [1, -1], value: 7), [numbers([2, 3])]) { inputs in
      Dense([3, 4]) { $0[0] < 2 && $0[1] >= 2 ? inputs[0][[$0[0], $0[1] - 2]] : 7 }
    },
  ]

  static let indexing: [Example] = [
    Example(
      Gather(1), [numbers([2, 3]), Dense([2, 2], [2, 0, -1, 2])], types: [.f64, .i64]
    ) { inputs in
      Dense([2, 2, 2]) { index in
        let place = Int(inputs[1][[index[1], index[2]]])
        return inputs[0][[index[0], place < 0 ? place + 3 : place]]
      }
    },
    Example(
      ScatterAdd(0, size: 3), [numbers([4, 2]), Dense([4], [2, 0, 2, 1])], types: [.f64, .i64]
    ) { inputs in
      Dense([3, 2]) { index in
        (0..<4).filter { Int(inputs[1][[$0]]) == index[0] }
          .reduce(0) { $0 + inputs[0][[$1, index[1]]] }
      }
    },
    Example(
      TakeAlong(1), [numbers([2, 3]), Dense([2, 2], [2, 2, 0, 1])], types: [.f64, .i64]
    ) { inputs in
      Dense([2, 2]) { inputs[0][[$0[0], Int(inputs[1][$0])]] }
    },
    Example(
      PutAlongAdd(1, size: 3), [numbers([2, 2]), Dense([2, 2], [2, 2, 0, 1])],
      types: [.f64, .i64]
    ) { inputs in
      Dense([2, 3]) { index in
        (0..<2).filter { Int(inputs[1][[index[0], $0]]) == index[1] }
          .reduce(0) { $0 + inputs[0][[index[0], $1]] }
      }
    },
    Example(
      Select(), [Dense([2, 1], [1, 0]), numbers([2, 3]), numbers([3], offset: 5)],
      types: [.bool, .f64, .f64]
    ) { inputs in
      Dense([2, 3]) { inputs[0][$0] != 0 ? inputs[1][$0] : inputs[2][$0] }
    },
    Example(SortAxis(1), [numbers([2, 4])]) { $0[0].lines(1) { $0.sorted() } },
    Example(SortAxis(0, descending: true), [numbers([3, 2])]) {
      $0[0].lines(0) { $0.sorted(by: >) }
    },
    Example(ArgSort(0), [numbers([4])]) {
      $0[0].lines(0) { line in
        line.indices.sorted { line[$0] < line[$1] }.map { Double($0) }
      }
    },
  ]

  static let products: [Example] = {
    func product(_ left: [Int], _ right: [Int]) -> Example {
      Example(MatrixProduct(), [numbers(left), numbers(right, offset: 11)]) { inputs in
        let a = left.count == 1 ? Dense([1] + left, inputs[0].values) : inputs[0]
        let b = right.count == 1 ? Dense(right + [1], inputs[1].values) : inputs[1]
        let (ranks, inner) = ((a.shape.count, b.shape.count), a.shape[a.shape.count - 1])
        let rank = Swift.max(ranks.0, ranks.1)
        let lead = (0..<(rank - 2)).map { axis in
          let x = axis - (rank - ranks.0)
          let y = axis - (rank - ranks.1)
          return Swift.max(x < 0 ? 1 : a.shape[x], y < 0 ? 1 : b.shape[y])
        }
        let rows = a.shape[a.shape.count - 2]
        let columns = b.shape[b.shape.count - 1]
        let full = Dense(lead + [rows, columns]) { index in
          let (batch, row, column) = (index.dropLast(2), index[rank - 2], index[rank - 1])
          return (0..<inner).reduce(0) { $0 + a[batch + [row, $1]] * b[batch + [$1, column]] }
        }
        let shape =
          lead + (left.count == 1 ? [] : [rows]) + (right.count == 1 ? [] : [columns])
        return Dense(shape, full.values)
      }
    }
    return [
      product([2, 3], [3, 2]), product([3], [3]), product([3], [3, 2]), product([2, 3], [3]),
      product([2, 1, 2, 3], [3, 3, 2]), product([2, 2, 3], [3]), product([0, 3], [3, 2]),
      product([2, 0], [0, 2]),
      Example(Linear(), [numbers([2, 3]), numbers([4, 3], offset: 2), numbers([4], offset: 5)]) {
        inputs in
        Dense([2, 4]) { index in
          (0..<3).reduce(inputs[2][[index[1]]]) {
            $0 + inputs[0][[index[0], $1]] * inputs[1][[index[1], $1]]
          }
        }
      },
      Example(Linear(), [numbers([2, 1, 3]), numbers([2, 3], offset: 2)]) { inputs in
        Dense([2, 1, 2]) { index in
          (0..<3).reduce(0) {
            $0 + inputs[0][[index[0], 0, $1]] * inputs[1][[index[2], $1]]
          }
        }
      },
    ]
  }()

  static let constants: [Example] =
    [
      Example(Fill([2, 0], 3, .f64), []) { _ in Dense([2, 0], []) },
      Example(Fill([2], 3, .f64), []) { _ in Dense([2], [3, 3]) },
      Example(NumberRange(1, 4, step: 2, .i64), []) { _ in Dense([2], [1, 3]) },
      Example(ShapeOf(), [numbers([2, 0, 3])]) { _ in Dense([3], [2, 0, 3]) },
      Example(ShapeOf(from: -1), [numbers([2, 3])]) { _ in Dense([1], [3]) },
      Example(Cast(to: .f64), [numbers([2])]) { $0[0] },
      Example(Cast(to: .f32), [Dense([2], [0.5, -1.25])]) { $0[0] },
      Example(Cast(to: .i64), [Dense([2], [1.5, -1.5])]) { $0[0].map { $0.rounded(.towardZero) } },
      Example(StopGradient(), [numbers([2])]) { $0[0] },
    ]
    + ((try? Tensor([1.0, 2.0], [2])).map { value in
      [Example(Constant(value), []) { _ in Dense([2], [1, 2]) }]
    } ?? [])
}
