// Where a session's output goes.
import Displays

/// What a cell says about itself before it runs.
package struct CellHeading: Sendable {
  /// From 1, among the cells of the script.
  package var number: Int
  package var title: String
  /// The text of a `[markdown]` cell, or nil for code.
  package var markdown: String?
  /// The cell's own lines.
  package var text: String

  package init(number: Int, title: String, markdown: String?, text: String) {
    self.number = number
    self.title = title
    self.markdown = markdown
    self.text = text
  }
}

/// Receives everything that a script says, in order.
package protocol Output: AnyObject {
  /// What `print` writes, with its line ends.
  func write(_ text: String)
  /// What `show` and the last expression of a cell give.
  func show(_ display: Display)
  /// A cell begins.
  func beginCell(_ heading: CellHeading)
  /// Long work: `done` of `total` (nil: not known); done equal to total ends it.
  func progress(_ label: String, done: Int, total: Int?)
}
