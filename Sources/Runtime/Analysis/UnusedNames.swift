// What a script declares or imports and nothing uses.
import Syntax

extension NameReader {
  /// Names that nothing uses, once everything has been read.
  var unused: [Diagnostic] {
    let isModule = script.cells.flatMap(\.statements).allSatisfy(\.isDeclaration)
    // A pattern of which one name is used may bind the others.
    let needed = Set(declared.filter { $0.isBound && isNeeded($0) }.map(\.statement))
    var found = declared.compactMap { name -> Diagnostic? in
      if isNeeded(name) || isExempt(name, isModule) { return nil }
      return name.isBound && needed.contains(name.statement) ? nil : unused(name)
    }
    if !isModule { found += unusedImports }
    return found
  }

  private func isNeeded(_ name: Declared) -> Bool {
    let text = name.name.text
    return name.isUsed || awaited.contains(text) || name.cell != nil && mentioned.contains(text)
  }

  private func isExempt(_ name: Declared, _ isModule: Bool) -> Bool {
    switch name.role {
    case .incidental, .registered: true
    default:
      name.cell != nil && isModule
        ? !name.name.text.hasPrefix("_") : name.name.text.hasPrefix("_")
    }
  }

  private func unused(_ name: Declared) -> Diagnostic {
    let text = name.name.text
    let start = Span(name.name.span.start, name.name.span.start)
    let isPrivate = text.hasPrefix("_")
    return .warning(
      "X0240", "`\(text)` is never used", at: label(name.name.span),
      helps: isPrivate
        ? [.init("take it out")]
        : [
          .init(
            "take it out, or begin its name with `_` to keep it",
            edits: [.init(script.source, start, "_")])
        ])
  }

  private var unusedImports: [Diagnostic] {
    // Methods and metrics of imported modules are also used by being listed.
    if !used.isDisjoint(with: ["methods", "metrics"]) { return [] }
    return imports.compactMap { item, module in
      guard let module, used.isDisjoint(with: module.exportedNames) else { return nil }
      return .warning(
        "X0240", "nothing of `\(item.path)` is used", at: label(item.span),
        helps: [.init("take the import out", edits: [removal(of: item.span)])])
    }
  }

  /// Takes a module out of its import, with the comma beside it, or the whole import.
  private func removal(of item: Span) -> Diagnostic.Edit {
    let lists = script.cells.flatMap(\.statements).compactMap { statement -> [Span]? in
      guard case .imports(let imports) = statement.kind, statement.span.start < item.start,
        item.end <= statement.span.end
      else { return nil }
      return [statement.span] + imports.map(\.span)
    }
    guard let list = lists.first, list.count > 2, let index = list.lastIndex(of: item) else {
      let whole = lists.first?.first ?? item
      let line = script.source.span(ofLine: script.source.line(of: whole.end) + 1)
      return .init(script.source, Span(whole.start, max(whole.end, line.start)), "")
    }
    let span =
      index == 1 ? Span(item.start, list[2].start) : Span(list[index - 1].end, item.end)
    return .init(script.source, span, "")
  }
}

extension NameReader.Declared {
  /// By a `let` or `var`.
  fileprivate var isBound: Bool { role == .constant || role == .variable }
}

extension Statement {
  /// It only declares something that other files can import.
  fileprivate var isDeclaration: Bool {
    switch kind {
    case .declare, .function, .method, .metric, .model, .imports, .test: true
    default: false
    }
  }
}
