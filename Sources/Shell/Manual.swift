// The reference that `xai doc` prints: the language by chapter, natives by family, the library by module.
import Displays
import Runtime
import Syntax

/// Pages about every name that comes with the program, whether it is imported or not.
package struct Manual {
  private let session: Session

  package init(_ session: Session) { self.session = session }

  /// Every name there is a page for.
  package var names: [String] {
    Array(session.natives.keys) + modules + Handbook.names
      + modules.flatMap { session.declarations(of: $0).map(\.name) }
  }

  private var modules: [String] { session.library.names.sorted() }

  /// The page of a name, or of an error's code.
  package func page(_ name: String) -> Display? {
    if let native = session.natives[name] { return Topic(name, .native(native)).display }
    if modules.contains(name) { return modulePage(name) }
    for module in modules {
      if let topic = session.declarations(of: module).first(where: { $0.name == name }) {
        return .column([topic.display, .note("import \(module)")])
      }
    }
    return Handbook.page(name) ?? Explanations.catalog[name].map { .markdown($0.markdown) }
  }

  private func modulePage(_ name: String) -> Display {
    var parts: [Display] = [.code("import " + name, language: "xai")]
    if let source = session.library.source(name),
      let documentation = Parser.parse(source).0.documentation
    {
      parts.append(.markdown(documentation))
    }
    parts.append(table(nil, session.declarations(of: name)))
    return .column(parts)
  }

  /// All names with a sentence each.
  package var contents: Display {
    let families = Dictionary(grouping: session.natives.values, by: \.category)
    let natives = families.sorted { $0.key < $1.key }.map { family, members in
      table(family, members.sorted { $0.name < $1.name }.map { Topic($0.name, .native($0)) })
    }
    let chapters = Handbook.chapters.map { chapter in
      TableDisplay(
        title: chapter.title, columns: [.init("")],
        rows: chapter.sections.map { .init($0.names.joined(separator: " "), [.text($0.summary)]) },
        rowLimit: 1000)
    }
    return .column(
      chapters.map { .table($0) } + natives
        + modules.map { table("import \($0)", session.declarations(of: $0)) })
  }

  private func table(_ title: String?, _ topics: [Topic]) -> Display {
    .table(
      TableDisplay(
        title: title, columns: [.init("")],
        rows: topics.map { .init($0.name, [.text($0.summary)]) }, rowLimit: 1000))
  }
}
