// A whole script: its cells, compiled in order before anything runs.
import Syntax

extension Unit {
  /// Compiles all cells of a script.
  func compile(_ script: Script) -> Program {
    predeclare(script)
    var cells: [Program.Cell] = []
    for (index, cell) in script.cells.enumerated() {
      cells.append(compile(cell, number: index + 1))
    }
    return Program(
      source: source, documentation: script.documentation, cells: cells, tests: tests,
      parameters: parameters)
  }

  /// Functions may use what is declared further down: all names of the script get their globals.
  private func predeclare(_ script: Script) {
    for declared in script.declaredNames {
      if let known = scope.names[declared.name.text] {
        if !known.isDeclared { continue }
        // The names of earlier entries stay as they are until the new declaration is reached.
        continue
      }
      guard let global = session.global(declared.name, declared.kind, in: self) else { return }
      global.kind = declared.kind
      global.declaration = Declaration(source: source, span: declared.span)
    }
  }

  private func compile(_ cell: Syntax.Cell, number: Int) -> Program.Cell {
    var markdown: String?
    if case .markdown(let text) = cell.kind { markdown = text }
    let heading = CellHeading(
      number: number, title: cell.title, markdown: markdown, text: source.substring(cell.span))
    if markdown != nil || cell.statements.isEmpty {
      return Program.Cell(
        heading: heading, hidesValue: true, endsWithExpression: false, code: nil, declared: [])
    }
    declared = []
    var parts = Parts(source: source, span: cell.span)
    parts.isScript = true
    let compiler = Compiler(
      self, parent: nil, statements: cell.statements, parts: parts, isCell: true)
    let code = compiler.compileCell(cell)
    var endsWithExpression = false
    if case .expression? = cell.statements.last?.kind { endsWithExpression = true }
    return Program.Cell(
      heading: heading, hidesValue: cell.hidesValue, endsWithExpression: endsWithExpression,
      code: CellCode(code), declared: declared.compactMap { scope.names[$0] })
  }
}

extension Compiler {
  /// Imports and functions come first, so that everything in the cell can use them.
  fileprivate func compileCell(_ cell: Syntax.Cell) -> CodePointer {
    var imports: [Statement] = []
    var functions: [Statement] = []
    var rest: [Statement] = []
    for statement in cell.statements {
      switch statement.kind {
      case .imports: imports.append(statement)
      case .function: functions.append(statement)
      default: rest.append(statement)
      }
    }
    for statement in imports + functions { compile(statement) }
    let result = temporary()
    // A cell that ends with a declaration has no value.
    var endsWithExpression = false
    if case .expression? = cell.statements.last?.kind { endsWithExpression = true }
    body(rest, into: endsWithExpression ? result : nil, cell.span)
    if !endsWithExpression { emit(.loadNone, result, at: cell.span) }
    emit(.returns, result, at: cell.span)
    return finish(arity: 0)
  }
}

extension Script {
  /// The names that the top level declares, in order.
  var declaredNames: [(name: Name, kind: Global.Kind, span: Span)] {
    var names: [(name: Name, kind: Global.Kind, span: Span)] = []
    for statement in cells.flatMap(\.statements) {
      let span = statement.span
      switch statement.kind {
      case .declare(let pattern, _, let isVariable, _):
        names += pattern.names.map { ($0, isVariable ? .variable : .constant, span) }
      case .function(let function): function.name.map { names.append(($0, .function, span)) }
      case .method(let function): function.name.map { names.append(($0, .method, span)) }
      case .metric(let function): function.name.map { names.append(($0, .metric, span)) }
      case .model(let function): function.name.map { names.append(($0, .model, span)) }
      case .parameter(let name, _, _): names.append((name, .parameter, span))
      case .imports(let imports):
        for item in imports { if let alias = item.alias { names.append((alias, .module, span)) } }
      default: break
      }
    }
    return names
  }
}
