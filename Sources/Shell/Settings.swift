// What `:set` changes: how output is shown.
import Displays

/// How a session's output is shown, where it goes to a terminal.
package final class Settings {
  /// How pictures are drawn.
  enum Graphics: Equatable {
    /// As the terminal says that it can.
    case auto
    case blocks
    case inline(InlinePictures.Encoding)
  }

  enum Choice: String, CaseIterable { case auto, always, never }

  var graphics = Graphics.auto
  var colours = Choice.auto
  /// nil: as wide as the window.
  var width: Int?
  /// Significant digits in tables and tensors.
  var digits = 4
  /// The most rows of a table.
  var rows = 40
  /// The most lines that a value takes at the prompt; nil: all.
  var lines: Int? = 100
  /// Whether `:more` shows what does not fit the window with a pager.
  var pager = Choice.auto

  package init() {}

  /// How tables and tensors are written.
  var detail: Detail { Detail(digits: digits, rows: rows == 40 ? nil : rows) }
}

/// One entry of `:set`.
struct Setting {
  let name: String
  /// The words it takes.
  let values: [String]
  /// The numbers it takes.
  var numbers: ClosedRange<Int>?
  let help: String
  let get: (Settings) -> String
  /// False if the text is no value for it.
  let set: (Settings, String) -> Bool

  /// All of them, in the order in which they are listed.
  static var all: [Setting] {
    [
      Setting(
        name: "graphics", values: ["auto", "blocks", "kitty", "iterm", "sixel"],
        help: "How pictures are drawn.",
        get: {
          switch $0.graphics {
          case .auto: "auto"
          case .blocks: "blocks"
          case .inline(let encoding): encoding.rawValue
          }
        },
        set: { settings, text in
          switch text {
          case "auto": settings.graphics = .auto
          case "blocks": settings.graphics = .blocks
          default:
            guard let encoding = InlinePictures.Encoding(rawValue: text) else { return false }
            settings.graphics = .inline(encoding)
          }
          return true
        }),
      choice("colours", \.colours, "Whether output has colours."),
      number("width", \.width, 20...1000, "auto", "Columns of output."),
      number("digits", \.digits, 1...15, "Digits in tables and tensors."),
      number("rows", \.rows, 2...1_000_000, "Rows of a table; :more shows the others."),
      number("lines", \.lines, 5...1_000_000, "all", "Lines of a value; :more shows the others."),
      choice(
        "pager", \.pager, "Whether :more uses a pager."),
    ]
  }

  private static func choice(
    _ name: String, _ path: ReferenceWritableKeyPath<Settings, Settings.Choice>,
    _ help: String
  ) -> Setting {
    Setting(
      name: name, values: Settings.Choice.allCases.map(\.rawValue), help: help,
      get: { $0[keyPath: path].rawValue },
      set: { settings, text in
        guard let choice = Settings.Choice(rawValue: text) else { return false }
        settings[keyPath: path] = choice
        return true
      })
  }

  private static func number(
    _ name: String, _ path: ReferenceWritableKeyPath<Settings, Int?>,
    _ range: ClosedRange<Int>, _ word: String, _ help: String
  ) -> Setting {
    Setting(
      name: name, values: [word], numbers: range, help: help,
      get: { $0[keyPath: path].map(String.init) ?? word },
      set: { settings, text in
        if text == word {
          settings[keyPath: path] = nil
          return true
        }
        guard let number = Int(text), range.contains(number) else { return false }
        settings[keyPath: path] = number
        return true
      })
  }

  private static func number(
    _ name: String, _ path: ReferenceWritableKeyPath<Settings, Int>, _ range: ClosedRange<Int>,
    _ help: String
  ) -> Setting {
    Setting(
      name: name, values: [], numbers: range, help: help, get: { String($0[keyPath: path]) },
      set: { settings, text in
        guard let number = Int(text), range.contains(number) else { return false }
        settings[keyPath: path] = number
        return true
      })
  }

  /// What it takes, in a few words.
  var choices: String {
    (values + (numbers.map { ["\($0.lowerBound)…\($0.upperBound)"] } ?? [])).joined(separator: ", ")
  }
}
