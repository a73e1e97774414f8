// Statements, and blocks as values.
import Syntax

extension Compiler {
  /// Compiles a block whose value is that of its last expression; without `d` the value is dropped.
  func blockValue(_ block: Block, into d: Int?) {
    self.block { body(block.statements, into: d, block.span) }
  }

  /// The statements of a block that is already open.
  func body(_ statements: [Statement], into d: Int?, _ span: Span) {
    hoist(statements)
    sequence(statements[...], into: d, span)
  }

  private func sequence(_ statements: ArraySlice<Statement>, into d: Int?, _ span: Span) {
    for (index, statement) in zip(statements.indices, statements) {
      if case .defers(let block) = statement.kind {
        return deferred(block, statement.span) {
          self.sequence(statements[(index + 1)...], into: d, span)
        }
      }
      if index == statements.endIndex - 1, let d {
        return last(statement, into: d)
      }
      compile(statement)
    }
    if let d { emit(.loadNone, d, at: span) }
  }

  private func last(_ statement: Statement, into d: Int) {
    if case .expression(let expression) = statement.kind { return value(of: expression, into: d) }
    compile(statement)
    emit(.loadNone, d, at: statement.span)
  }

  /// Functions of a block may mention one another: those that are mentioned get their boxes first.
  private func hoist(_ statements: [Statement]) {
    guard !isTopLevel else { return }
    for statement in statements {
      guard let name = statement.functionName, mentioned.contains(name.text) else { continue }
      let register = temporary()
      emit(.newBox, register, 0, at: statement.span)
      declare(name, register, isVariable: false, isBoxed: true, statement.span)
    }
  }

  func compile(_ statement: Statement) {
    let span = statement.span
    switch statement.kind {
    case .expression(let expression): effect(of: expression)
    case .declare(let pattern, let value, let isVariable, let documentation):
      declare(pattern, value, isVariable: isVariable, documentation, statement)
    case .assign(let target, let operation, let value): assign(target, operation, value, span)
    case .function(let function): declareFunction(function, statement)
    case .method(let function): declareMethod(function, kind: 0, statement)
    case .metric(let function): declareMethod(function, kind: 1, statement)
    case .model(let function): declareModel(function, statement)
    case .parameter(let name, let standard, let documentation):
      declareParameter(name, standard, documentation, span)
    case .imports(let imports): for item in imports { compile(item) }
    case .test(let name, let block): test(name, block, span)
    case .expect(let condition): expect(condition, span)
    case .show(let values):
      for value in values {
        scoped {
          let register = operand(value)
          emit(.show, register, at: value.span)
        }
      }
    case .raise(let value):
      scoped {
        let register = operand(value)
        emit(.raise, register, at: span)
      }
    case .forEach(let pattern, let sequence, let block): forEach(pattern, sequence, block, span)
    case .whileLoop(let condition, let block): whileLoop(condition, block, span)
    case .returns(let value): returns(value, span)
    case .leave: leave(span) { loops[loops.count - 1].breaks.append($0) }
    case .next: leave(span) { loops[loops.count - 1].nexts.append($0) }
    case .defers, .invalid: break
    }
  }

  /// Compiles an expression for what it does.
  func effect(of expression: Expression) {
    scoped {
      switch expression.kind {
      case .conditional(let condition, let then, let other):
        conditional(condition, then, other, into: nil, expression.span)
      case .match(let subject, let arms): match(subject, arms, into: nil, expression.span)
      case .block(let block): blockValue(block, into: nil)
      case .attempt(let body, let error, let handler):
        attempt(body, error, handler, into: nil, expression.span)
      case .scoped(let scope, let body): self.scope(scope, body, into: nil, expression.span)
      default: value(of: expression, into: temporary())
      }
    }
  }

  private func returns(_ value: Expression?, _ span: Span) {
    scoped {
      if let value {
        let register = temporary()
        self.value(of: value, into: register)
        leave(with: register, at: value.span)
      } else {
        let register = temporary()
        emit(.loadNone, register, at: span)
        leave(with: register, at: span)
      }
    }
  }

  /// The parser has seen the loop around it.
  private func leave(_ span: Span, _ add: (Int) -> Void) {
    if loops.isEmpty { return }
    let depth = loopCleanups.last ?? 0
    if cleanups.count <= depth { return add(emit(.jump, at: span)) }
    exit(to: depth, span) { add(self.emit(.jump, at: span)) }
  }

  /// A failing comparison shows both of its sides.
  private func expect(_ condition: Expression, _ span: Span) {
    scoped {
      var sides: [(text: String, span: Span, register: Int)] = []
      let result: Int
      if case .comparison(let first, let links) = condition.kind, links.count == 1 {
        var registers: [Int] = []
        for side in [first, links[0].right] {
          let register = temporary()
          value(of: side, into: register)
          registers.append(register)
          sides.append((unit.source.substring(side.span), side.span, register))
        }
        result = temporary()
        compareRegisters(links[0], registers[0], registers[1], first, into: result)
      } else {
        result = temporary()
        value(of: condition, into: result)
      }
      let end = emit(.jumpIf, result, at: condition.span)
      parts.expectations.append(
        Expectation(text: unit.source.substring(condition.span), sides: sides))
      emit(.expectationFailed, 0, 0, parts.expectations.count - 1, at: condition.span)
      patch([end])
    }
  }

  /// `test "name" { … }`: collected, to be run on demand.
  private func test(_ name: String, _ block: Block, _ span: Span) {
    let function = Function(
      name: Name("test \"\(name)\"", span), parameters: [], body: block, span: span)
    let (code, _) = code(for: function)
    unit.tests.append(TestCase(name: name, source: unit.source, span: span, code: code))
  }

  private func compile(_ item: Import) {
    guard let module = unit.session.module(for: item, in: unit) else { return }
    parts.modules.append(module)
    emit(.importModule, 0, 0, parts.modules.count - 1, at: item.span)
    if let alias = item.alias {
      scoped {
        let register = temporary()
        emit(.moduleRecord, register, 0, parts.modules.count - 1, at: item.span)
        setGlobal(alias, .module, register, item.span, documentation: module.documentation)
        unit.scope.names[alias.text]?.module = module
      }
    } else if !unit.scope.imports.contains(where: { $0 === module }) {
      unit.scope.imports.append(module)
    }
  }
}

extension Statement {
  /// The name of the function that the statement declares, if it does.
  var functionName: Name? {
    switch kind {
    case .function(let function), .method(let function), .metric(let function),
      .model(let function):
      return function.name
    case .declare(let pattern, let value, isVariable: false, _):
      guard case .name(let name) = pattern.kind, case .lambda = value.kind else { return nil }
      return Name(name, pattern.span)
    default: return nil
    }
  }
}
