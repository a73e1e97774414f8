// One script, module or entry of the prompt while it is compiled: its names and its diagnostics.
import Syntax

/// What all functions of one source share while they are compiled.
final class Unit {
  let source: Source
  let scope: Scope
  unowned let session: Session
  private(set) var diagnostics: [Diagnostic] = []
  var tests: [TestCase] = []
  var parameters: [ScriptParameter] = []
  /// The sizes that annotations at the top level have named.
  var sizes: Set<String> = []
  /// A module that it imports has errors, which have been reported.
  var hasBrokenImport = false
  /// The names that the current cell has declared.
  var declared: Set<String> = []
  private var reported: Set<String> = []

  init(_ source: Source, _ scope: Scope, _ session: Session) {
    self.source = source
    self.scope = scope
    self.session = session
  }

  /// Reports an error, once for a place.
  func report(
    _ code: String, _ message: String, _ span: Span, _ label: String = "",
    also: [Diagnostic.Label] = [], notes: [String] = [], helps: [Diagnostic.Help] = []
  ) {
    guard reported.insert("\(code) \(span.start) \(span.end) \(message)").inserted else { return }
    diagnostics.append(
      Diagnostic(
        code, message, at: .init(source, span, label), also: also, notes: notes, helps: helps))
  }

  func add(_ others: [Diagnostic]) { diagnostics += others }

  /// The meaning of a name at the top level, for code there or (`isInner`) in a function, which runs
  /// later and may use what is declared further down.
  func global(_ name: Name, isInner: Bool) -> Global? {
    let own = scope.names[name.text]
    if let own, own.isDeclared || isInner { return own }
    let found = scope.imports.compactMap { module in
      module.exports[name.text].map { (module, $0) }
    }
    if let (first, global) = found.first {
      if let (second, _) = found.first(where: { $0.1 !== global }) {
        report(
          "X0205", "`\(name.text)` is exported by both \(first.name) and \(second.name)", name.span,
          helps: [
            .init("import one of them under a name of its own: import \(first.name) as m")
          ])
      }
      return global
    }
    if let native = session.core[name.text] { return native }
    if let own {
      report(
        "X0206", "`\(name.text)` is used before its declaration", name.span,
        also: own.declaration.map { [.init($0.source, $0.span, "declared here")] } ?? [])
      return own
    }
    return nil
  }

  /// All names that can be seen at the top level.
  var visibleNames: [String] {
    scope.names.values.filter(\.isDeclared).map(\.name)
      + scope.imports.flatMap { $0.exports.keys } + session.core.keys
  }

  /// Reports a name that nothing declares; `isTarget` if it is to be given a value.
  func reportUnknown(_ name: Name, locals: [String], isTarget: Bool = false) {
    guard reported.insert("unknown \(name.text)").inserted else { return }
    // A module that could not be read may have had the name; its own errors are reported.
    if hasBrokenImport || reportPrivate(name) { return }
    var helps: [Diagnostic.Help] = []
    let modules = session.modules(exporting: name.text)
    if let module = modules.first {
      helps.append(
        .init(
          "import \(module)",
          edits: [.init(source, Span(0, 0), "import \(module)\n")]))
    } else if let own = ForeignNames.functions[name.text], session.core[own] != nil {
      helps.append(
        .init("here it is called `\(own)`", edits: [.init(source, name.span, own)]))
    } else if let advice = ForeignNames.advice(for: name.text) {
      helps.append(.init(advice))
    } else if let nearest = Suggestion.nearest(to: name.text, among: locals + visibleNames).first {
      helps.append(
        .init("did you mean `\(nearest)`?", edits: [.init(source, name.span, nearest)]))
    }
    if isTarget {
      let start = Span(name.span.start, name.span.start)
      helps.append(
        .init(
          "to declare it, write `var \(name.text) = …`", edits: [.init(source, start, "var ")]))
    }
    report("X0201", "`\(name.text)` is not known here", name.span, helps: helps)
  }
}
