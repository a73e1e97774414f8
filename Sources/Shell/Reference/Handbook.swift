// The handbook: what is written about the language itself, found by the names of its constructs.
import Assets
import Displays
import Syntax

/// The chapters about the language, in order.
package enum Handbook {
  /// A file of the handbook.
  package struct Chapter: Sendable {
    /// `statements`
    package var name: String
    package var title: String
    /// Markdown between the title and the first section.
    package var introduction: String
    package var sections: [Section]
  }

  /// A construct, or a family of them.
  package struct Section: Sendable {
    /// The names by which it is found: `for`, `while`.
    package var names: [String]
    /// A few words that say what it is.
    package var title: String
    /// Markdown, with the productions of the grammar.
    package var text: String

    /// The first sentence of the text.
    package var summary: String { title.prefix(1).uppercased() + title.dropFirst() + "." }
  }

  package static let chapters: [Chapter] = Assets.names.compactMap { file in
    guard file.hasPrefix(folder), file.hasSuffix(".md"), let text = Assets.text(named: file) else {
      return nil
    }
    // `1-script.md`: the number gives the order.
    let name = file.dropFirst(folder.count).dropLast(3)
    return chapter(String(name.drop { $0 != "-" }.dropFirst()), text)
  }

  private static let folder = "Reference/"

  /// The section about a name.
  package static func section(_ name: String) -> Section? {
    chapters.lazy.flatMap(\.sections).first { $0.names.contains(name) }
  }

  /// Every name there is a section or a chapter for.
  package static var names: [String] {
    chapters.map(\.name) + chapters.flatMap { $0.sections.flatMap(\.names) }
  }

  /// What is shown for the name of a section or of a chapter.
  package static func page(_ name: String) -> Display? {
    if let section = section(name) {
      return .markdown("## \(section.heading)\n\n\(section.text)")
    }
    return chapters.first { $0.name == name }.map { chapter in
      .column([.markdown("# \(chapter.title)\n\n\(chapter.introduction)"), chapter.table])
    }
  }

  // MARK: Reading

  private static func chapter(_ name: String, _ text: String) -> Chapter {
    var chapter = Chapter(name: name, title: name, introduction: "", sections: [])
    var isInFence = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") { isInFence.toggle() }
      if !isInFence, line.hasPrefix("# ") {
        chapter.title = String(line.dropFirst(2))
      } else if !isInFence, line.hasPrefix("## ") {
        chapter.sections.append(section(heading: line.dropFirst(3)))
      } else {
        let last = chapter.sections.indices.last
        let text = line.hasPrefix(mark) ? productions(line.dropFirst(mark.count)) : String(line)
        if let last {
          chapter.sections[last].text += text + "\n"
        } else {
          chapter.introduction += text + "\n"
        }
      }
    }
    return chapter
  }

  /// A line that begins so names productions of the grammar, which take its place.
  private static let mark = "grammar: "

  /// `for, while: loops`
  private static func section(heading: Substring) -> Section {
    guard let colon = heading.firstRange(of: ": ") else {
      return Section(names: [String(heading)], title: String(heading), text: "")
    }
    let names = heading[..<colon.lowerBound].split(separator: ", ").map(String.init)
    return Section(names: names, title: String(heading[colon.upperBound...]), text: "")
  }

  private static func productions(_ names: Substring) -> String {
    let texts = names.split(separator: ", ").map { Grammar.production(String($0)) ?? "" }
    return "```ebnf\n\(texts.joined(separator: "\n"))\n```"
  }
}

extension Handbook.Section {
  /// `for, while: loops`
  package var heading: String {
    names.map { "`\($0)`" }.joined(separator: ", ") + ": " + title
  }
}

extension Handbook.Chapter {
  /// The sections with what they are about.
  var table: Display {
    .table(
      TableDisplay(
        title: nil, columns: [.init("")],
        rows: sections.map { .init($0.names.joined(separator: " "), [.text($0.summary)]) },
        rowLimit: 1000))
  }
}

/// The productions of the language's grammar.
package enum Grammar {
  /// The text of the whole grammar, in extended Backus–Naur form.
  package static let text = Assets.text(named: "Reference/Grammar.ebnf") ?? ""

  /// The production of a name, as it is written.
  package static func production(_ name: String) -> String? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(where: { $0.hasPrefix(name + " = ") }) else { return nil }
    guard let last = lines[first...].firstIndex(where: { $0.hasSuffix(" ;") }) else { return nil }
    return lines[first...last].joined(separator: "\n")
  }
}
