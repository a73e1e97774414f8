/// The tree as text in nested parentheses, for tests and `xai check --tree`.

/// Prints each node as `(kind part …)`. What fits in 96 columns stands on one line; otherwise each part has
/// a line of its own, two spaces further in.
package enum TreePrinter {
  package static func print(_ script: Script) -> String {
    var lines: [String] = []
    if let text = script.documentation { lines.append(Form("documentation", .text(text)).layout()) }
    for cell in script.cells {
      var parts: [Form] = cell.title.isEmpty ? [] : [.text(cell.title)]
      switch cell.kind {
      case .markdown(let text): lines.append(Form("markdown", parts + [.text(text)]).layout())
      case .code:
        parts += cell.statements.map(\.form)
        if cell.hidesValue { parts.append(.word("hidden")) }
        lines.append(Form("cell", parts).layout())
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  package static func print(_ expression: Expression) -> String { expression.form.layout() }

  package static func print(_ statement: Statement) -> String { statement.form.layout() }
}

/// A node ready to be laid out.
indirect enum Form {
  case word(String)
  case list([Form])

  init(_ head: String, _ parts: Form...) { self.init(head, parts) }

  init(_ head: String, _ parts: [Form]) { self = .list([.word(head)] + parts) }

  /// A string in quotation marks with its special characters escaped.
  static func text(_ text: String) -> Form {
    var escaped = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": escaped += "\\n"
      case "\t": escaped += "\\t"
      case "\"", "\\": escaped += "\\" + String(scalar)
      case _ where scalar.value < 0x20:
        escaped += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return .word(escaped + "\"")
  }

  private var flat: String {
    switch self {
    case .word(let text): text
    case .list(let parts): "(" + parts.map(\.flat).joined(separator: " ") + ")"
    }
  }

  func layout(indent: Int = 0) -> String {
    let flat = flat
    guard case .list(let parts) = self, flat.utf8.count + indent > 96, let head = parts.first else {
      return flat
    }
    let margin = "\n" + String(repeating: " ", count: indent + 2)
    let rest = parts.dropFirst().map { margin + $0.layout(indent: indent + 2) }
    return "(" + head.flat + rest.joined() + ")"
  }
}

extension Expression {
  var form: Form {
    switch kind {
    case .none: .word("none")
    case .bool(let value): .word(value ? "true" : "false")
    case .int(let value): .word("\(value)")
    case .float(let value): .word("\(value)")
    case .name(let name): .word(name)
    case .string(let parts): stringForm(parts)
    case .list(let elements):
      Form("list", elements.map { $0.isSpread ? Form("spread", $0.value.form) : $0.value.form })
    case .record(let fields):
      Form(
        "record",
        fields.map { field in
          field.key.map { Form("field", .text($0.text), field.value.form) }
            ?? Form("spread", field.value.form)
        })
    case .range(let low, let high, let closed): Form(closed ? "..." : "..<", low.form, high.form)
    case .unary(let sign, let operand): Form(sign.rawValue, operand.form)
    case .binary(let sign, _, let left, let right): Form(sign.rawValue, left.form, right.form)
    case .comparison(let first, let links):
      Form(
        "compare", [first.form] + links.flatMap { [.word($0.comparison.rawValue), $0.right.form] })
    case .and(let left, let right): Form("and", left.form, right.form)
    case .or(let left, let right): Form("or", left.form, right.form)
    case .coalesce(let left, let right): Form("??", left.form, right.form)
    case .pipe(let left, let right): Form("|>", left.form, right.form)
    case .compose(let left, let right): Form(">>", left.form, right.form)
    case .call(let function, let arguments): Form("call", [function.form] + arguments.map(\.form))
    case .index(let base, let subscripts): Form("index", [base.form] + subscripts.map(\.form))
    case .field(let base, let name): Form(".", base.form, .word(name.text))
    case .lambda(let function): function.form("lambda")
    case .block(let block): Form("block", block.statements.map(\.form))
    case .conditional(let condition, let block, let other):
      Form("if", [condition.form, block.form] + (other.map { [$0.form] } ?? []))
    case .match(let value, let arms): Form("match", [value.form] + arms.map(\.form))
    case .comprehension(let value, let clauses):
      Form("comprehension", [value.form] + clauses.map(\.form))
    case .attempt(let body, let error, let handler):
      Form("try", body.form, .word(error.text), handler.form)
    case .scoped(let scope, let body):
      Form("with", [scope.form] + body.statements.map(\.form))
    case .trace(let trace): trace.form
    case .sweep(let sweep): sweep.form
    case .invalid: .word("invalid")
    }
  }

  private func stringForm(_ parts: [StringPart]) -> Form {
    if parts.isEmpty { return .text("") }
    if parts.count == 1, case .text(let text) = parts[0] { return .text(text) }
    return Form(
      "string",
      parts.map { part in
        switch part {
        case .text(let text): .text(text)
        case .value(let value, nil): Form("value", value.form)
        case .value(let value, let format?): Form("value", value.form, .text(format))
        }
      })
  }
}
