// Following the names of a script: which are used, hidden, declared again, changed elsewhere.
import Syntax

/// Reads a script from top to bottom with the names that are known at each place.
struct NameReader {
  /// A name that the script declares.
  struct Declared {
    var name: Name
    var role: TreePart.Role
    /// Nil within a block or function.
    var cell: Int?
    var isUsed = false
    /// The declaration, which may bind several names.
    var statement: Span
    /// The shape of the tensor that it names, where that is certain.
    var shape: [Int]?
  }

  let script: Script
  let session: Session
  var diagnostics: [Diagnostic] = []
  private(set) var declared: [Declared] = []
  /// The names of each open scope, by their indices among the declared.
  private var scopes: [[String: Int]] = [[:]]
  /// Names of the top level that functions mention, whichever of its declarations they will find.
  private(set) var mentioned: Set<String> = []
  /// Names that are mentioned before they are declared, if they are declared at all.
  private(set) var awaited: Set<String> = []
  private var cell = 0
  private var functionDepth = 0
  private var statement = Span(0, 0)
  /// Inside of `try`, where an error may be wanted.
  var attempts = 0
  private(set) var imports: [(item: Import, module: Module?)] = []
  private var changedElsewhere: Set<Int> = []
  var shapes = ShapeMemory()

  init(_ script: Script, _ session: Session) {
    self.script = script
    self.session = session
  }

  mutating func read() {
    for (index, cell) in script.cells.enumerated() {
      self.cell = index
      read(cell.statements, endsInValue: true)
    }
  }

  func label(_ span: Span, _ text: String = "") -> Diagnostic.Label {
    .init(script.source, span, text)
  }

  // MARK: walking

  private mutating func read(_ parts: [TreePart]) { for part in parts { read(part) } }

  private mutating func read(_ part: TreePart) {
    switch part {
    case .value(let expression): read(expression)
    case .binding(let name, let role): bind(name, role)
    case .change(let target): change(target)
    case .imported(let item): read(item)
    case .scope(let parts):
      scopes.append([:])
      read(parts)
      scopes.removeLast()
    case .function(let parts):
      functionDepth += 1
      read(.scope(parts))
      functionDepth -= 1
    case .statements(let statements, let endsInValue):
      read(statements, endsInValue: endsInValue)
    }
  }

  private mutating func read(_ statements: [Statement], endsInValue: Bool) {
    checkStatements(statements, endsInValue: endsInValue)
    for statement in statements {
      let outer = self.statement
      self.statement = statement.span
      read(statement.parts)
      keepShape(statement)
      self.statement = outer
    }
  }

  private mutating func read(_ expression: Expression) {
    if case .name(let text) = expression.kind { return use(text) }
    if case .attempt = expression.kind {
      attempts += 1
      read(expression.parts)
      attempts -= 1
    } else {
      read(expression.parts)
    }
    checkShape(expression)
  }

  private mutating func read(_ item: Import) {
    let unit = Unit(script.source, Scope(), session)
    let module = session.module(for: item, in: unit)
    if let alias = item.alias { bind(alias, .module) } else { imports.append((item, module)) }
  }

  // MARK: names

  /// The top level declares the name somewhere, or an imported module exports it.
  func isDeclaredAnywhere(_ name: String) -> Bool {
    script.declaredNames.contains { $0.name.text == name }
      || imports.contains { $0.module?.exports[name] != nil }
  }

  mutating func remember(_ index: Int, _ shape: [Int]?) { declared[index].shape = shape }

  /// What a name means here, among the declared.
  func lookUp(_ name: String) -> Int? {
    for scope in scopes.reversed() { if let index = scope[name] { return index } }
    return nil
  }

  private mutating func use(_ name: String) {
    used.insert(name)
    guard let index = lookUp(name) else {
      awaited.insert(name)
      return
    }
    declared[index].isUsed = true
    if functionDepth > 0, declared[index].cell != nil { mentioned.insert(name) }
  }

  /// Every name that the script mentions, for imports.
  private(set) var used: Set<String> = []

  private mutating func bind(_ name: Name, _ role: TreePart.Role) {
    if name.text == "_" { return }
    let isTop = scopes.count == 1
    // A name that is there by mistake is not also reported as unused.
    let hides = !isTop && (role == .constant || role == .variable) && checkHiding(name)
    if isTop { checkCells(name) }
    scopes[scopes.count - 1][name.text] = declared.count
    declared.append(
      Declared(
        name: name, role: role, cell: isTop ? cell : nil, isUsed: hides, statement: statement))
  }

  /// Reports a name that hides a variable.
  private mutating func checkHiding(_ name: Name) -> Bool {
    guard let outer = scopes.dropLast().reversed().compactMap({ $0[name.text] }).first,
      declared[outer].role == .variable
    else { return false }
    let text = script.source.substring(statement)
    var helps: [Diagnostic.Help] = []
    for word in ["let ", "var "] where text.hasPrefix(word + name.text) {
      helps = [
        .init(
          "to change it, leave `\(word.dropLast())` out",
          edits: [.init(script.source, Span(statement.start, statement.start + 4), "")])
      ]
    }
    diagnostics.append(
      .warning(
        "X0241", "this `\(name.text)` hides a variable of the same name, which stays as it is",
        at: label(name.span), also: [label(declared[outer].name.span, "the variable")],
        helps: helps))
    return true
  }

  private mutating func checkCells(_ name: Name) {
    guard let earlier = scopes[0][name.text], let other = declared[earlier].cell, other != cell
    else { return }
    diagnostics.append(
      .warning(
        "X0242", "`\(name.text)` is declared in two cells", at: label(name.span),
        also: [label(declared[earlier].name.span, "first here")],
        notes: ["What it means then depends on the order in which the cells run."],
        helps: [.init("give one of them another name")]))
  }

  private mutating func change(_ target: Expression) {
    switch target.kind {
    case .name(let text):
      guard let index = lookUp(text) else { return }
      checkChange(index, target.span)
    case .index(let base, let subscripts):
      change(base)
      read(subscripts.flatMap(\.parts))
    case .field(let base, _): change(base)
    case .list(let elements): for element in elements { change(element.value) }
    default: read(target)
    }
  }

  private mutating func checkChange(_ index: Int, _ span: Span) {
    let variable = declared[index]
    guard functionDepth == 0, let home = variable.cell, home != cell,
      changedElsewhere.insert(index).inserted
    else { return }
    diagnostics.append(
      .warning(
        "X0243", "`\(variable.name.text)` is a variable of another cell", at: label(span),
        also: [label(variable.name.span, "declared here")],
        notes: ["Running this cell a second time would change it a second time."],
        helps: [.init("declare a new name here, or change it in its own cell")]))
  }
}
