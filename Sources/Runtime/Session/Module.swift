// Modules: files whose names other files use.
import Syntax

/// A module of the library or a file. It is compiled when something imports it, and runs once.
package final class Module {
  package enum State { case loading, waiting, running, done, broken }

  /// The name that the import gives: `methods`, or the path.
  package let name: String
  package let source: Source
  package internal(set) var state = State.loading
  package internal(set) var documentation: String?
  let scope = Scope()
  var program: Program?

  init(name: String, source: Source) {
    self.name = name
    self.source = source
  }

  /// The names that importers see: all but those that begin with `_`.
  package var exports: [String: Global] { scope.names.filter { !$0.key.hasPrefix("_") } }

  /// The names that importers see, in order.
  package var exportedNames: [String] { exports.keys.sorted() }
}

/// Where the modules that travel with the program come from.
package struct Library {
  /// The names of all modules.
  package var names: [String]
  /// The source of a module, named `<stdlib>/NAME.xai`.
  package var source: (String) -> Source?

  package init(names: [String] = [], source: @escaping (String) -> Source? = { _ in nil }) {
    self.names = names
    self.source = source
  }
}

extension Machine {
  /// Runs a module if it has not run yet.
  func runModule(_ code: CodePointer, _ index: Int) throws(Failure) {
    let module = code.pointee.details._withUnsafeGuaranteedRef { $0.modules[index] }
    guard module.state == .waiting, let program = module.program else { return }
    module.state = .running
    let restore = session?.isolation?(module.name)
    defer { restore?() }
    do throws(Failure) {
      for cell in program.cells {
        guard let code = cell.code else { continue }
        try withExtendedLifetime(code) { () throws(Failure) in
          _ = try call(.function(Closure(code.pointer)))
        }
      }
      module.state = .done
    } catch {
      module.state = .waiting
      throw error
    }
  }

  /// The exported names of a module as a Record, for `import name as n`.
  func moduleRecord(_ a: Slot, _ code: CodePointer, _ index: Int) throws(Failure) {
    let module = code.pointee.details._withUnsafeGuaranteedRef { $0.modules[index] }
    let record = Record()
    for (name, global) in module.exports.sorted(by: { $0.key < $1.key })
    where !globals[global.index].isAbsent {
      record.set(name, globals[global.index])
    }
    a.take(.record(record))
  }

  /// Replaces the default of a `param` in `a` by what was given for it.
  func overrideParameter(_ a: Slot, _ code: CodePointer, _ name: Int) throws(Failure) {
    let name = code.pointee.details._withUnsafeGuaranteedRef { $0.names[name] }
    guard let given = session?.overrides[name] else { return }
    guard let value = Overrides.value(given, like: a.pointee) else {
      throw Failure(
        "X0316", "the parameter `\(name)` must be \(a.pointee.typePhrase), found `\(given)`",
        notes: ["Its default is \(Description.line(a.pointee, limit: 60))."])
    }
    a.take(value)
  }
}

extension Closure {
  /// A function that captures nothing.
  convenience init(_ code: CodePointer) {
    self.init(code: code, captured: .block(1), count: 0)
  }
}

/// Values of parameters as they are written on a command line.
enum Overrides {
  /// The value that a text means, if it has the type of the default.
  static func value(_ text: String, like standard: Value) -> Value? {
    switch standard {
    case .text: return Value(text)
    case .int: return Int(text.filter { $0 != "_" }).map { .int($0) }
    case .float: return Double(text.filter { $0 != "_" }).map { .float($0) }
    case .bool: return text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
    case .none: return literal(text) ?? Value(text)
    default:
      guard let value = literal(text), value.typeName == standard.typeName else { return nil }
      return value
    }
  }

  /// A literal: a number, string, truth value, none, or a list or record of such.
  static func literal(_ text: String) -> Value? {
    let (script, problems) = Parser.parse(Source(name: "parameter", text: text))
    guard problems.isEmpty, script.cells.count == 1, script.cells[0].statements.count == 1,
      case .expression(let expression) = script.cells[0].statements[0].kind
    else { return nil }
    return value(of: expression)
  }

  private static func value(of expression: Expression) -> Value? {
    switch expression.kind {
    case .none: return Value.none
    case .bool(let truth): return .bool(truth)
    case .int(let whole): return .int(whole)
    case .float(let fraction): return .float(fraction)
    case .unary(.negate, let inner):
      switch value(of: inner) {
      case .int(let whole)?: return .int(-whole)
      case .float(let fraction)?: return .float(-fraction)
      default: return nil
      }
    case .string(let parts):
      var text = ""
      for part in parts {
        guard case .text(let piece) = part else { return nil }
        text += piece
      }
      return Value(text)
    case .range(let low, let high, let closed):
      guard case .int(let from)? = value(of: low), case .int(let to)? = value(of: high) else {
        return nil
      }
      return .object(IntegerRange(from, to, isClosed: closed))
    case .list(let elements):
      var values: [Value] = []
      for element in elements {
        guard !element.isSpread, let value = value(of: element.value) else { return nil }
        values.append(value)
      }
      return Value(values)
    case .record(let fields):
      var values: [(String, Value)] = []
      for field in fields {
        guard let key = field.key, let value = value(of: field.value) else { return nil }
        values.append((key.text, value))
      }
      return Value(fields: values)
    default: return nil
    }
  }
}
