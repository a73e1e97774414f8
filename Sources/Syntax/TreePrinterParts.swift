/// How the parts of expressions, statements and patterns are printed.

extension Block {
  var form: Form { Form("block", statements.map(\.form)) }
}

extension Expression.Argument {
  var form: Form {
    if let label { return Form("label", .word(label.text), value.form) }
    return isSpread ? Form("spread", value.form) : value.form
  }
}

extension Expression.Subscript {
  var form: Form {
    switch self {
    case .value(let value): value.form
    case .rest: .word("..")
    }
  }
}

extension Expression.Arm {
  var form: Form {
    Form("=>", [pattern.form] + (condition.map { [Form("when", $0.form)] } ?? []) + [value.form])
  }
}

extension Expression.Clause {
  var form: Form {
    switch self {
    case .each(let pattern, let sequence): Form("for", pattern.form, sequence.form)
    case .condition(let condition): Form("where", condition.form)
    }
  }
}

extension Pattern {
  var form: Form {
    let form = kindForm
    return annotation.map { Form(":", form, $0.form) } ?? form
  }

  private var kindForm: Form {
    switch kind {
    case .name(let name): .word(name)
    case .any: .word("_")
    case .value(let value): Form("value", value.form)
    case .range(let value): Form("value", value.form)
    case .either(let patterns): Form("|", patterns.map(\.form))
    case .list(let patterns, let rest):
      Form("list", patterns.map(\.form) + (rest.map { [Form("rest", $0.form)] } ?? []))
    case .record(let fields):
      Form("record", fields.map { Form("field", .text($0.key.text), $0.pattern.form) })
    }
  }
}

extension Parameter {
  var form: Form {
    let name = annotation.map { Form(":", .word(self.name.text), $0.form) } ?? .word(self.name.text)
    if isVariadic { return Form("rest", name) }
    return standard.map { Form("default", name, $0.form) } ?? name
  }
}

extension Function {
  func form(_ head: String) -> Form {
    var parts: [Form] = name.map { [.word($0.text)] } ?? []
    parts.append(.list(parameters.map(\.form)))
    if !settings.isEmpty { parts.append(Form("settings", settings.map(\.form))) }
    if let result { parts.append(Form("->", result.form)) }
    parts += documentationForm(documentation)
    return Form(head, parts + body.statements.map(\.form))
  }
}

extension Import {
  var form: Form {
    let module: Form = isFile ? .text(path) : .word(path)
    return alias.map { Form("as", module, .word($0.text)) } ?? module
  }
}

extension Statement {
  var form: Form {
    switch kind {
    case .expression(let value): value.form
    case .declare(let pattern, let value, let isVariable, let documentation):
      Form(
        isVariable ? "var" : "let",
        [pattern.form, value.form] + documentationForm(documentation))
    case .assign(let target, let sign, let value):
      Form((sign?.rawValue ?? "") + "=", target.form, value.form)
    case .function(let function): function.form("fn")
    case .method(let function): function.form("method")
    case .metric(let function): function.form("metric")
    case .model(let function): function.form("model")
    case .parameter(let name, let value, let documentation):
      Form("param", [.word(name.text), value.form] + documentationForm(documentation))
    case .imports(let imports): Form("import", imports.map(\.form))
    case .test(let name, let block): Form("test", [.text(name)] + block.statements.map(\.form))
    case .expect(let condition): Form("expect", condition.form)
    case .show(let values): Form("show", values.map(\.form))
    case .raise(let value): Form("raise", value.form)
    case .forEach(let pattern, let sequence, let body):
      Form("for", [pattern.form, sequence.form] + body.statements.map(\.form))
    case .whileLoop(let condition, let body):
      Form("while", [condition.form] + body.statements.map(\.form))
    case .returns(let value): Form("return", value.map { [$0.form] } ?? [])
    case .defers(let block): Form("defer", block.statements.map(\.form))
    case .leave: .word("break")
    case .next: .word("continue")
    case .invalid: .word("invalid")
    }
  }
}

private func documentationForm(_ text: String?) -> [Form] {
  text.map { [Form("documentation", .text($0))] } ?? []
}
