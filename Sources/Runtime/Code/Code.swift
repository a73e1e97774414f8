// What the compiler makes of one function, and what the machine needs to run it.
import Syntax

/// The part of a function that the machine reads in its loop, in plain memory so that the loop
/// touches no counted reference. Code lives as long as the process: a closure may outlast its cell.
struct Code {
  var instructions: UnsafeMutablePointer<Instruction>
  var constants: Slot
  var sites: UnsafeMutablePointer<FieldSite>
  /// The number of positional arguments that fill the frame exactly; -1 when there are rest arguments.
  var arity: Int
  var frameSize: Int
  var details: Unmanaged<FunctionDetails>
}

typealias CodePointer = UnsafeMutablePointer<Code>

/// Where a field was found the last time: the shape of the record and the position in it.
struct FieldSite {
  var shape: UnsafeRawPointer?
  var position = 0
}

/// What is known of a function apart from its instructions; read when something is asked or fails.
final class FunctionDetails {
  struct Parameter {
    var name: String
    var hasDefault: Bool
    var isVariadic: Bool
    /// The default as written.
    var defaultText: String?
  }

  let name: String?
  let documentation: String?
  let source: Source
  let span: Span
  let parameters: [Parameter]
  /// Parallel to the instructions.
  let places: [Place]
  let operands: [[Operand]]
  let fieldNames: [String]
  let shapes: [Shape]
  let functions: [CodePointer]
  let captures: [Capture]
  let calls: [CallForm]
  let paths: [Path]
  let handlers: [Handler]
  let names: [String]
  let expectations: [Expectation]

  init(_ parts: Parts) {
    name = parts.name
    documentation = parts.documentation
    source = parts.source
    span = parts.span
    parameters = parts.parameters
    places = parts.places
    operands = parts.operands
    fieldNames = parts.fieldNames
    shapes = parts.shapes
    functions = parts.functions
    captures = parts.captures
    calls = parts.calls
    paths = parts.paths
    handlers = parts.handlers
    names = parts.names
    expectations = parts.expectations
  }

  /// The text of the declaration.
  var sourceText: String { source.text(in: span) }

  /// Name and parameters as declared.
  var signature: String {
    let inner = parameters.map { parameter in
      parameter.name + (parameter.isVariadic ? "..." : "")
        + (parameter.defaultText.map { " = \($0)" } ?? "")
    }
    return (name ?? "function") + "(" + inner.joined(separator: ", ") + ")"
  }
}

extension Source {
  /// The text of a span; empty when the span lies outside.
  func text(in span: Span) -> String {
    let bytes = text.utf8
    let start = min(max(span.start, 0), bytes.count)
    let end = min(max(span.end, start), bytes.count)
    let first = bytes.index(bytes.startIndex, offsetBy: start)
    return String(text[first..<bytes.index(first, offsetBy: end - start)])
  }

  /// The line, from 1, of an offset.
  func line(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }
}
