// SparsePattern: where the entries of a sparse matrix stand, row by row.
import Synchronization

/// The places of the entries of a matrix, in rows and ascending within each (compressed sparse rows).
package final class SparsePattern: Sendable {
  package let rows, columns: Int
  /// The entries of row r are those from offsets[r] up to offsets[r + 1].
  package let offsets: [Int]
  /// The column of each entry.
  package let indices: [Int]
  private let mirrored = Mutex<(pattern: SparsePattern, order: [Int])?>(nil)

  /// The caller guarantees that the offsets rise to the number of entries, and that columns are in range.
  private init(rows: Int, columns: Int, offsets: [Int], indices: [Int]) {
    self.rows = rows
    self.columns = columns
    self.offsets = offsets
    self.indices = indices
  }

  /// How many entries there are.
  package var count: Int { indices.count }

  /// The row of each entry.
  package var rowIndices: [Int] {
    var result: [Int] = []
    result.reserveCapacity(count)
    for row in 0..<rows {
      result.append(contentsOf: repeatElement(row, count: offsets[row + 1] - offsets[row]))
    }
    return result
  }

  /// The pattern of entries at these rows and columns, and for each of them its number in the pattern: equal places are one
  /// entry.
  package static func at(
    rows: [Int], columns: [Int], shape: (rows: Int, columns: Int)
  ) throws(TensorError) -> (pattern: SparsePattern, numbers: [Int]) {
    guard rows.count == columns.count else {
      throw .value(
        operation: "sparse", reason: "there are \(rows.count) rows and \(columns.count) columns")
    }
    _ = try Shape.count([shape.rows, shape.columns])
    // One offset for each row, and in the transposed pattern for each column.
    let bytes = (max(shape.rows, shape.columns) + 1) * 8
    if bytes > 1 << 28, bytes > Storage.limit {
      throw .memory(requested: bytes, live: Storage.live, limit: Storage.limit)
    }
    for row in rows where row < 0 || row >= shape.rows {
      throw .index(operation: "sparse", index: row, extent: shape.rows)
    }
    for column in columns where column < 0 || column >= shape.columns {
      throw .index(operation: "sparse", index: column, extent: shape.columns)
    }
    let order = distributed(
      distributed(Array(rows.indices), by: columns, below: shape.columns), by: rows,
      below: shape.rows)
    var (offsets, indices) = ([Int](repeating: 0, count: shape.rows + 1), [Int]())
    var numbers = [Int](repeating: 0, count: rows.count)
    var last: (Int, Int)?
    for entry in order {
      let place = (rows[entry], columns[entry])
      if let last, last == place {
        numbers[entry] = indices.count - 1
        continue
      }
      last = place
      numbers[entry] = indices.count
      indices.append(place.1)
      offsets[place.0 + 1] += 1
    }
    for row in 0..<shape.rows { offsets[row + 1] += offsets[row] }
    return (
      SparsePattern(rows: shape.rows, columns: shape.columns, offsets: offsets, indices: indices),
      numbers
    )
  }

  /// `places` in the order of their keys, equals as they were.
  private static func distributed(_ places: [Int], by keys: [Int], below count: Int) -> [Int] {
    var next = [Int](repeating: 0, count: count + 1)
    for place in places { next[keys[place] + 1] += 1 }
    for key in 0..<count { next[key + 1] += next[key] }
    var result = places
    for place in places {
      result[next[keys[place]]] = place
      next[keys[place]] += 1
    }
    return result
  }

  /// The pattern of the transposed matrix, and for each of its entries the number of the same entry here.
  package var transposed: (pattern: SparsePattern, order: [Int]) {
    mirrored.withLock { stored in
      if let stored { return stored }
      var starts = [Int](repeating: 0, count: columns + 1)
      for column in indices { starts[column + 1] += 1 }
      for column in 0..<columns { starts[column + 1] += starts[column] }
      var next = starts
      var (order, places) = ([Int](repeating: 0, count: count), [Int](repeating: 0, count: count))
      for row in 0..<rows {
        for entry in offsets[row]..<offsets[row + 1] {
          let place = next[indices[entry]]
          (order[place], places[place]) = (entry, row)
          next[indices[entry]] += 1
        }
      }
      let made = (
        pattern: SparsePattern(rows: columns, columns: rows, offsets: starts, indices: places),
        order: order
      )
      stored = made
      return made
    }
  }
}
