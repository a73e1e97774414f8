// What the modules of the library declare, read from their text: nothing needs to run for it.
import Runtime
import Syntax

extension Session {
  /// The modules of the library that declare a name.
  func modules(offering name: String) -> [String] {
    library.names.sorted().filter { module in
      declarations(of: module).contains { $0.name == name }
    }
  }

  /// What a module of the library declares for others, in order.
  package func declarations(of module: String) -> [Topic] {
    guard let source = library.source(module) else { return [] }
    return Parser.parse(source).0.declarations.filter { !$0.name.hasPrefix("_") }
  }
}

extension Script {
  /// The functions, methods, metrics, models and constants of the top level.
  package var declarations: [Topic] {
    cells.flatMap(\.statements).compactMap { statement in
      switch statement.kind {
      case .function(let function): topic(function, "fn")
      case .method(let function): topic(function, "method")
      case .metric(let function): topic(function, "metric")
      case .model(let function): topic(function, "model")
      case .declare(let pattern, _, _, let documentation):
        if case .name(let name) = pattern.kind {
          Topic(
            name: name, kind: "value", signature: firstLine(of: statement.span),
            documentation: documentation ?? "", source: text(of: statement.span))
        } else {
          nil
        }
      default: nil
      }
    }
  }

  private func topic(_ function: Function, _ kind: String) -> Topic? {
    guard let name = function.name else { return nil }
    // The declaration up to its body.
    let head: Substring = text(of: Span(function.span.start, function.body.span.start)).trimmed
    return Topic(
      name: name.text, kind: kind == "fn" ? "function" : kind,
      signature: String(head.hasSuffix("{") ? Substring(head.dropLast()).trimmed : head),
      documentation: function.documentation ?? "", source: text(of: function.span))
  }

  private func text(of span: Span) -> String {
    let bytes = source.text.utf8
    guard span.start >= 0, span.start <= span.end, span.end <= bytes.count else { return "" }
    let start = bytes.index(bytes.startIndex, offsetBy: span.start)
    return String(
      decoding: bytes[start..<bytes.index(start, offsetBy: span.end - span.start)], as: UTF8.self)
  }

  private func firstLine(of span: Span) -> String { String(text(of: span).prefix { $0 != "\n" }) }
}
