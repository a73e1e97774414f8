// A table as it is shown: typed columns, rows with optional headers, footnotes.

/// A table of named columns, from which each renderer takes what its width has room for.
public struct TableDisplay: Sendable, Equatable {
  /// The line above the table.
  package var title: String?
  /// The columns, from the left; row headers stand before the first.
  package var columns: [Column]
  /// The rows, from the top; a row with fewer cells than columns is filled with empty ones.
  package var rows: [Row]
  /// Lines beneath the table.
  package var footnotes: [String]
  /// The most rows that are shown; of a longer table the head and the tail are.
  package var rowLimit: Int
  /// Significant digits of the largest number of a column.
  package var digits = 4

  /// Describes a table; `rowLimit` below 2 counts as 2.
  package init(
    title: String? = nil, columns: [Column], rows: [Row], footnotes: [String] = [],
    rowLimit: Int = 40
  ) {
    self.title = title
    self.columns = columns
    self.rows = rows
    self.footnotes = footnotes
    self.rowLimit = max(2, rowLimit)
  }

  /// A column: its name and how its cells are written.
  package struct Column: Sendable, Equatable {
    /// The name at the head of the column.
    package var name: String
    /// How the cells are written.
    package var kind: Kind
    /// Where cells stand; without one, text leads and numbers align on the decimal point.
    package var alignment: Alignment?
    /// Which value of the column is marked as the best, if any.
    package var best: Best?

    /// Describes a column.
    package init(
      _ name: String, kind: Kind = .text, alignment: Alignment? = nil, best: Best? = nil
    ) {
      self.name = name
      self.kind = kind
      self.alignment = alignment
      self.best = best
    }
  }

  /// How the cells of a column are written.
  package enum Kind: Sendable, Equatable {
    /// As they are; numbers with four significant digits.
    case text
    /// With a fixed number of decimals, or with four significant digits.
    case number(decimals: Int?)
    /// `value ± standard error`, both with the decimals that the error warrants.
    case uncertain
    /// A bar from zero and the number; `limit` is the value of a full bar (else the largest one).
    case bar(limit: Double?)
  }

  /// Where a cell stands in its column.
  package enum Alignment: Sendable, Equatable { case leading, centre, trailing }

  /// The direction in which a value is good.
  package enum Best: Sendable, Equatable { case lowest, highest }

  /// A row: its header and a cell for each column.
  package struct Row: Sendable, Equatable {
    /// The name of the row.
    package var header: String?
    /// The cells, in the order of the columns.
    package var cells: [Cell]

    /// Describes a row.
    package init(_ header: String? = nil, _ cells: [Cell]) {
      self.header = header
      self.cells = cells
    }
  }

  /// What stands in a cell.
  package enum Cell: Sendable, Equatable {
    case empty
    case text(String)
    case integer(Int)
    case number(Double)
    /// A value and its standard error.
    case uncertain(Double, error: Double)

    /// The value by which cells are compared, if it is a number that is not NaN.
    package var value: Double? {
      switch self {
      case .empty, .text: nil
      case .integer(let number): Double(number)
      case .number(let number), .uncertain(let number, _): number.isNaN ? nil : number
      }
    }
  }
}
