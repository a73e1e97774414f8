// Examples of linear algebra, computed by elimination, orthogonalisation, rotations and series.
import Graphs
import Tensors

extension Dense {
  /// The product with another matrix, both of two axes.
  func times(_ other: Dense) -> Dense {
    Dense([shape[0], other.shape[1]]) { index in
      (0..<shape[1]).reduce(0) { $0 + self[[index[0], $1]] * other[[$1, index[1]]] }
    }
  }

  var transposed: Dense { Dense([shape[1], shape[0]]) { self[[$0[1], $0[0]]] } }

  static func identity(_ n: Int) -> Dense { Dense([n, n]) { $0[0] == $0[1] ? 1 : 0 } }

  /// Each of the matrices in the last two axes, changed; the results are stacked.
  func matrices(_ change: (Dense) -> Dense) -> Dense {
    let size = shape.suffix(2).reduce(1, *)
    let parts = (0..<(size == 0 ? 0 : values.count / size)).map {
      change(Dense(Array(shape.suffix(2)), Array(values[$0 * size..<($0 + 1) * size])))
    }
    return Dense(shape.dropLast(2) + (parts.first?.shape ?? []), parts.flatMap(\.values))
  }

  /// self⁻¹ · right by Gauss–Jordan elimination with pivots, and the determinant.
  func eliminated(_ right: Dense) -> (solution: Dense, determinant: Double) {
    let (n, k) = (shape[0], right.shape[1])
    var rows = (0..<n).map { i in
      (0..<n).map { self[[i, $0]] } + (0..<k).map { right[[i, $0]] }
    }
    var determinant = 1.0
    for j in 0..<n {
      let pivot = (j..<n).max { abs(rows[$0][j]) < abs(rows[$1][j]) } ?? j
      if pivot != j { determinant *= -1 }
      rows.swapAt(pivot, j)
      let divisor = rows[j][j]
      determinant *= divisor
      rows[j] = rows[j].map { $0 / divisor }
      for i in 0..<n where i != j {
        let factor = rows[i][j]
        rows[i] = Swift.zip(rows[i], rows[j]).map { $0 - factor * $1 }
      }
    }
    return (Dense([n, k]) { rows[$0[0]][n + $0[1]] }, determinant)
  }

  var inverse: Dense { eliminated(.identity(shape[0])).solution }

  /// q and r by Gram–Schmidt, twice for accuracy.
  var orthogonalised: (q: Dense, r: Dense) {
    let (m, n) = (shape[0], shape[1])
    var q = self
    var r = Dense([n, n]) { _ in 0 }
    for j in 0..<n {
      for _ in 0..<2 {
        for i in 0..<j {
          let part = (0..<m).reduce(0) { $0 + q[[$1, i]] * q[[$1, j]] }
          r.values[i * n + j] += part
          for k in 0..<m { q.values[k * n + j] -= part * q.values[k * n + i] }
        }
      }
      let norm = (0..<m).reduce(0) { $0 + q[[$1, j]] * q[[$1, j]] }.squareRoot()
      r.values[j * n + j] = norm
      for k in 0..<m { q.values[k * n + j] /= norm }
    }
    return (q, r)
  }

  /// Ascending eigenvalues and the vectors, their largest elements positive, by Jacobi's rotations.
  var symmetricEigen: (values: [Double], vectors: Dense) {
    let n = shape[0]
    var a = self
    var v = Dense.identity(n)
    for _ in 0..<30 {
      for p in 0..<n {
        for q in (p + 1)..<max(n, p + 1) where abs(a[[p, q]]) > 1e-300 {
          let theta = (a[[q, q]] - a[[p, p]]) / (2 * a[[p, q]])
          let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          var turn = Dense.identity(n)
          turn.values[p * n + p] = c
          turn.values[q * n + q] = c
          turn.values[p * n + q] = t * c
          turn.values[q * n + p] = -t * c
          a = turn.transposed.times(a).times(turn)
          v = v.times(turn)
        }
      }
    }
    let order = (0..<n).sorted { a[[$0, $0]] < a[[$1, $1]] }
    let vectors = Dense([n, n]) { v[[$0[0], order[$0[1]]]] }
    return (order.map { a[[$0, $0]] }, vectors.withPositiveColumns(vectors))
  }

  /// The columns with the signs that make the largest element of each column of `other` positive.
  func withPositiveColumns(_ other: Dense) -> Dense {
    Dense(shape) { index in
      let column = (0..<other.shape[0]).map { other[[$0, index[1]]] }
      let largest = column.max { abs($0) < abs($1) } ?? 1
      return largest < 0 ? -self[index] : self[index]
    }
  }
}

/// A symmetric matrix with eigenvalues well apart, or a positive definite one.
private func symmetric(_ n: Int, shift: Double = 0) -> Dense {
  let x = numbers([n, n], -1, 1, offset: 3)
  return Dense([n, n]) { i in
    (x[i] + x[[i[1], i[0]]]) / 2 + (i[0] == i[1] ? shift + 1.5 * Double(i[0]) : 0)
  }
}

/// A matrix far from singular.
private func regular(_ shape: [Int], offset: Int = 0) -> Dense {
  let x = numbers(shape, -1, 1, offset: offset)
  let rank = shape.count
  return Dense(shape) { x[$0] + ($0[rank - 2] == $0[rank - 1] ? 2 + Double($0[rank - 1]) : 0) }
}

private func packed(_ parts: [Double]...) -> Dense {
  let all = parts.flatMap { $0 }
  return Dense([all.count], all)
}

extension Example {
  static let systems: [Example] = {
    func solve(_ a: Dense, _ b: Dense) -> Example {
      Example(Solve(), [a, b]) { inputs in inputs[0].eliminated(inputs[1]).solution }
    }
    func triangular(_ upper: Bool) -> Example {
      Example(
        TriangularSolve(upper: upper), [regular([3, 3]), numbers([3, 2], offset: 5)]
      ) { inputs in
        let a = inputs[0]
        let triangle = Dense(a.shape) { (upper ? $0[0] <= $0[1] : $0[0] >= $0[1]) ? a[$0] : 0 }
        return triangle.eliminated(inputs[1]).solution
      }
    }
    func least(_ a: Dense, _ b: Dense) -> Example {
      Example(LeastSquares(), [a, b]) { inputs in
        let (a, b) = (inputs[0], inputs[1])
        let across = a.transposed
        return a.shape[0] >= a.shape[1]
          ? across.times(a).eliminated(across.times(b)).solution
          : across.times(a.times(across).eliminated(b).solution)
      }
    }
    return [
      solve(regular([3, 3]), numbers([3, 2], offset: 4)),
      solve(Dense([1, 1], [2]), Dense([1, 1], [3])),
      solve(Dense([0, 0], []), Dense([0, 2], [])), solve(regular([2, 2]), Dense([2, 0], [])),
      Example(Solve(), [regular([2, 1, 2, 2]), numbers([3, 2, 1], offset: 9)]) { inputs in
        let (a, b) = (inputs[0], inputs[1])
        return Dense([2, 3, 2, 1]) { i in
          let matrix = Dense([2, 2]) { a[[i[0], 0] + $0] }
          return matrix.eliminated(Dense([2, 1]) { b[[i[1]] + $0] }).solution[[i[2], 0]]
        }
      },
      triangular(true), triangular(false),
      Example(
        TriangularSolve(upper: true), [regular([2, 2]), numbers([2, 2, 1], offset: 2)]
      ) { inputs in
        let (a, b) = (inputs[0], inputs[1])
        return Dense([2, 2, 1]) { i in
          let last = b[[i[0], 1, 0]] / a[[1, 1]]
          return i[1] == 1 ? last : (b[[i[0], 0, 0]] - a[[0, 1]] * last) / a[[0, 0]]
        }
      },
      least(numbers([4, 2], -1, 1), numbers([4, 2], offset: 6)),
      least(numbers([2, 4], -1, 1), numbers([2, 1], offset: 6)),
      least(Dense([3, 1], [1, 2, -1]), numbers([3, 1])),
      Example(LeastSquares(), [Dense([0, 2], []), Dense([0, 1], [])]) { _ in Dense([2, 1], [0, 0])
      },
      Example(Determinant(), [regular([2, 3, 3])]) {
        let all = $0[0].matrices { Dense([1], [$0.eliminated(.identity(3)).determinant]) }
        return Dense([2], all.values)
      },
      // Singular, of rank 2: the cofactors have rank 1.
      Example(Determinant(), [Dense([3, 3], [2, 1, 3, 0, 1, -1, 2, 2, 2])]) { _ in Dense([], [0]) },
      Example(Determinant(), [Dense([1, 1], [-3])]) { _ in Dense([], [-3]) },
      Example(Determinant(), [Dense([0, 0], [])]) { _ in Dense([], [1]) },
      Example(LogDeterminant(), [regular([3, 3])]) {
        let value = $0[0].eliminated(.identity(3)).determinant
        return Dense([2], [value < 0 ? -1 : 1, logarithm(abs(value))])
      },
      Example(LogDeterminant(), [Dense([2, 1, 1], [-2, 3])]) { _ in
        Dense([2, 2], [-1, logarithm(2), 1, logarithm(3)])
      },
    ]
  }()

  static let factors: [Example] = [
    Example(Cholesky(), [symmetric(3, shift: 3)]) { inputs in
      let a = inputs[0]
      var l = Dense([3, 3]) { _ in 0 }
      for j in 0..<3 {
        for i in j..<3 {
          let rest = a[[i, j]] - (0..<j).reduce(0) { $0 + l[[i, $1]] * l[[j, $1]] }
          l.values[i * 3 + j] = i == j ? rest.squareRoot() : rest / l[[j, j]]
        }
      }
      return l
    },
    Example(Cholesky(), [Dense([2, 2], [4, 3, 1, 5])]) { _ in Dense([2, 2], [2, 0, 1, 2]) },
    Example(Cholesky(), [Dense([2, 1, 1], [4, 9])]) { _ in Dense([2, 1, 1], [2, 3]) },
    Example(Cholesky(), [Dense([0, 0], [])]) { $0[0] },
    Example(OrthogonalTriangular(), [numbers([4, 3], -1, 1)]) { inputs in
      let (q, r) = inputs[0].orthogonalised
      return packed(q.values, r.values)
    },
    Example(OrthogonalTriangular(), [regular([2, 2, 2])]) {
      $0[0].matrices { matrix in
        let (q, r) = matrix.orthogonalised
        return Dense([1, 8], q.values + r.values)
      }.squeezed(1)
    },
    Example(OrthogonalTriangular(), [Dense([1, 1], [-2])]) { _ in packed([-1], [2]) },
    Example(OrthogonalTriangular(), [Dense([2, 0], [])]) { _ in Dense([0], []) },
    singular([4, 2]), singular([2, 4]), singular([3, 3]), singular([2, 4], vectors: false),
    singular([3, 3], vectors: false),
    Example(SingularValues(vectors: true), [Dense([1, 1], [-2])]) { _ in packed([1], [2], [-1]) },
    Example(SingularValues(vectors: true), [Dense([0, 2], [])]) { _ in Dense([0], []) },
  ]

  private static func singular(_ shape: [Int], vectors: Bool = true) -> Example {
    Example(SingularValues(vectors: vectors), [regular(shape, offset: 7)]) { inputs in
      let a = inputs[0]
      let isTall = shape[0] >= shape[1]
      // The smaller product has the squares as its eigenvalues.
      let square = isTall ? a.transposed.times(a) : a.times(a.transposed)
      let (squares, near) = square.symmetricEigen
      let k = squares.count
      let s = squares.reversed().map { $0.squareRoot() }
      guard vectors else { return packed(s) }
      let first = Dense([k, k]) { near[[$0[0], k - 1 - $0[1]]] }
      let far = (isTall ? a : a.transposed).times(first)
      let second = Dense(far.shape) { far[$0] / s[$0[1]] }
      let (u, v) = isTall ? (second, first) : (first, second)
      return packed(u.withPositiveColumns(u).values, s, v.withPositiveColumns(u).values)
    }
  }

  static let eigenvalues: [Example] = [
    Example(SymmetricEigen(vectors: true), [symmetric(3)]) {
      let (values, vectors) = $0[0].symmetricEigen
      return packed(values, vectors.values)
    },
    Example(SymmetricEigen(vectors: false), [symmetric(4)]) { packed($0[0].symmetricEigen.values) },
    Example(SymmetricEigen(vectors: false), [Dense([2, 1, 1], [3, -1])]) { _ in
      Dense([2, 1], [3, -1])
    },
    // Only the symmetric part [[2, 2], [2, 5]] counts.
    Example(SymmetricEigen(vectors: true), [Dense([2, 2], [2, 3, 1, 5])]) { _ in
      let (a, b) = (1 / 5.0.squareRoot(), 2 / 5.0.squareRoot())
      return packed([1, 6], [b, a, -a, b])
    },
    Example(SymmetricEigen(vectors: true), [Dense([0, 0], [])]) { _ in Dense([0], []) },
    general(vectors: true), general(vectors: false),
    // The rotation by 90° times 2, beside a real value: i and -i with the vectors (1, ∓i) / √2 would tie.
    Example(GeneralEigen(vectors: false), [Dense([3, 3], [0, -2, 0, 2, 0, 0, 0, 0, 5])]) { _ in
      packed([0, 0, 5], [-2, 2, 0])
    },
    Example(GeneralEigen(vectors: true), [Dense([1, 1], [-3])]) { _ in packed([-3], [0], [1], [0])
    },
    Example(GeneralEigen(vectors: true), [Dense([0, 0], [])]) { _ in Dense([0], []) },
    exponentialOf(regular([2, 2])), exponentialOf(numbers([3, 3], -0.01, 0.01)),
    exponentialOf(numbers([3, 3], -0.1, 0.1)), exponentialOf(numbers([2, 3, 3], -0.4, 0.4)),
    exponentialOf(numbers([3, 3], -1, 1)), exponentialOf(Dense([2, 2], [0, 1, 0, 0])),
    Example(MatrixExponential(), [Dense([1, 1], [1.5])]) { $0[0].map(exponential) },
    Example(MatrixExponential(), [Dense([0, 0], [])]) { $0[0] },
  ]

  /// A matrix of the values 1 ± 2i and -1 with known vectors, of which the first pair has its largest elements first.
  private static func general(vectors: Bool) -> Example {
    // Columns: (2 , 1, 0) ± i (0, 1, 1) over √7, and (1, 2, -1) / √6: a·x = αx - βy, a·y = βx + αy for x ± iy.
    let basis = Dense([3, 3], [2, 0, 1, 1, 1, 2, 0, 1, -1])
    let inner = Dense([3, 3], [1, 2, 0, -2, 1, 0, 0, 0, -1])
    let a = basis.times(inner).times(basis.inverse)
    return Example(GeneralEigen(vectors: vectors), [a]) { _ in
      let (real, imaginary) = ([-1.0, 1, 1], [0.0, -2, 2])
      guard vectors else { return packed(real, imaginary) }
      let (r, s) = (1 / 6.0.squareRoot(), 1 / 7.0.squareRoot())
      return packed(
        real, imaginary, [r, 2 * s, 2 * s, 2 * r, s, s, -r, 0, 0], [0, 0, 0, 0, -s, s, 0, -s, s])
    }
  }

  private static func exponentialOf(_ a: Dense) -> Example {
    Example(MatrixExponential(), [a]) {
      $0[0].matrices { matrix in
        // The series of the matrix divided by 2^10, squared ten times.
        let small = matrix.map { $0 / 1024 }
        var (term, sum) = (Dense.identity(matrix.shape[0]), Dense.identity(matrix.shape[0]))
        sum.values = sum.values.map { _ in 0 }
        for k in 1..<12 {
          term = term.times(small).map { $0 / Double(k) }
          sum = sum.zip(term, +)
        }
        // e^2x - 1 = (e^x - 1)² + 2 (e^x - 1) loses no digits.
        for _ in 0..<10 { sum = sum.times(sum).zip(sum) { $0 + 2 * $1 } }
        return sum.zip(.identity(matrix.shape[0]), +)
      }
    }
  }

  static let matrixParts: [Example] = [
    Example(Diagonal(), [numbers([2, 3, 2])]) { inputs in
      Dense([2, 2]) { inputs[0][[$0[0], $0[1], $0[1]]] }
    },
    Example(Diagonal(-1), [numbers([3, 3])]) { inputs in
      Dense([2]) { inputs[0][[$0[0] + 1, $0[0]]] }
    },
    Example(Diagonal(2), [numbers([2, 2])]) { _ in Dense([0], []) },
    Example(Diagonal(Int.min), [numbers([2, 2])]) { _ in Dense([0], []) },
    Example(PlaceDiagonal(rows: 3, columns: 3, offset: 1), [numbers([2, 2])]) { inputs in
      Dense([2, 3, 3]) { $0[2] == $0[1] + 1 ? inputs[0][[$0[0], $0[1]]] : 0 }
    },
    Example(PlaceDiagonal(rows: 0, columns: 2), [Dense([0], [])]) { _ in Dense([0, 2], []) },
    Example(Triangle(upper: true), [numbers([2, 3, 2])]) { inputs in
      Dense([2, 3, 2]) { $0[2] >= $0[1] ? inputs[0][$0] : 0 }
    },
    Example(Triangle(upper: false, -1), [numbers([3, 4])]) { inputs in
      Dense([3, 4]) { $0[1] <= $0[0] - 1 ? inputs[0][$0] : 0 }
    },
    Example(Triangle(upper: true, Int.max), [numbers([2, 2])]) { $0[0].map { _ in 0 } },
    Example(Triangle(upper: false, 9), [numbers([2, 2])]) { $0[0] },
    Example(Triangle(upper: true), [Dense([0, 3], [])]) { $0[0] },
  ]
}

extension Dense {
  fileprivate func squeezed(_ axis: Int) -> Dense {
    var shape = shape
    shape.remove(at: axis)
    return Dense(shape, values)
  }
}
