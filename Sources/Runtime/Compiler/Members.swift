// What a module's importers may do with its names.
import Syntax

extension Unit {
  /// The imported module that a name belongs to, if it is not this unit's own.
  func owner(of global: Global) -> Module? {
    if scope.names[global.name] === global { return nil }
    return scope.imports.first { $0.exports[global.name] === global }
  }

  /// Whether an unknown name is one that an imported module keeps to itself, which is reported.
  func reportPrivate(_ name: Name) -> Bool {
    guard name.text.hasPrefix("_"),
      let module = scope.imports.first(where: { $0.scope.names[name.text] != nil })
    else { return false }
    reportPrivate(name, of: module)
    return true
  }

  func reportPrivate(_ name: Name, of module: Module) {
    var also: [Diagnostic.Label] = []
    if let declaration = module.scope.names[name.text]?.declaration, !declaration.source.isLibrary {
      also = [.init(declaration.source, declaration.span, "declared here")]
    }
    report(
      "X0222", "`\(name.text)` is private to the module \(module.name)", name.span, also: also,
      notes: ["Names that begin with `_` are seen only within their module."])
  }
}

extension Compiler {
  /// `m.name` of a module that was imported as `m` must be one of its names.
  func checkMember(_ base: Expression, _ name: Name) {
    guard case .name(let text) = base.kind, let global = peek(text), global.kind == .module,
      let module = global.module, module.exports[name.text] == nil
    else { return }
    if module.scope.names[name.text] != nil { return unit.reportPrivate(name, of: module) }
    var notes: [String] = []
    var helps: [Diagnostic.Help] = []
    if let nearest = Suggestion.nearest(to: name.text, among: module.exportedNames).first {
      helps = [
        .init("did you mean `\(nearest)`?", edits: [.init(unit.source, name.span, nearest)])
      ]
    } else if !module.exportedNames.isEmpty {
      notes = ["It exports \(module.exportedNames.prefix(12).joined(separator: ", "))."]
    }
    unit.report(
      "X0222", "the module \(module.name) has no name `\(name.text)`", name.span, notes: notes,
      helps: helps)
  }

  /// A variable of a module is changed only by the module: reports any other attempt.
  func reportForeign(_ name: Name, _ binding: Binding) -> Bool {
    guard case .global(let global) = binding else { return false }
    guard let module = global.kind == .module ? global.module : unit.owner(of: global) else {
      return false
    }
    let isModule = global.kind == .module
    unit.report(
      "X0221",
      isModule
        ? "what belongs to the module \(module.name) cannot change from outside"
        : "`\(name.text)` belongs to the module \(module.name) and cannot change from outside",
      name.span,
      helps: [
        .init(
          isModule
            ? "make a copy that can change: var copy = \(name.text)"
            : "declare a variable of its own: var \(name.text) = …")
      ])
    return true
  }
}
