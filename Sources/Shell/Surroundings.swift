// What the terminal and the environment allow: colours, width.
import CEdit
import Displays
import Glibc

/// What a stream can show.
package enum Surroundings {
  /// The value of an environment variable, or nil.
  package static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// The columns of the terminal behind a stream; otherwise `COLUMNS`, or 80.
  package static func width(of stream: Stream) -> Int {
    var columns: Int32 = 0
    var rows: Int32 = 0
    if ce_terminal_size(stream.descriptor, &columns, &rows) { return max(20, Int(columns)) }
    return variable("COLUMNS").flatMap(Int.init).map { max(20, min($0, 10_000)) } ?? 80
  }

  /// The colours of a stream: none unless it is a terminal that has them.
  package static func colours(of stream: Stream) -> TerminalRenderer.Colors {
    guard stream.isTerminal else { return .none }
    var environment: [String: String] = [:]
    for name in ["NO_COLOR", "COLORTERM", "TERM"] { environment[name] = variable(name) }
    return TerminalRenderer.Colors(environment: environment)
  }
}
