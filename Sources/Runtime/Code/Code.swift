// What the compiler makes of one function, and what the machine needs to run it.
import Syntax

/// The part of a function that the machine reads in its loop, in plain memory so that the loop
/// touches no counted reference. The code of functions lives as long as the process: a closure may outlast
/// everything; that of a cell lives as long as its program.
struct Code {
  var instructions: UnsafeMutablePointer<Instruction>
  var constants: Slot
  var sites: UnsafeMutablePointer<FieldSite>
  /// The shapes of the records that the function makes; its details hold them.
  var shapes: UnsafeMutablePointer<Unmanaged<Shape>>
  /// The number of positional arguments that fill the frame exactly; -1 when there are rest arguments.
  var arity: Int
  var frameSize: Int
  var details: Unmanaged<FunctionDetails>
}

typealias CodePointer = UnsafeMutablePointer<Code>

/// The code of a cell, freed with its program; if the cell makes functions, which may outlast it, it stays.
final class CellCode {
  let pointer: CodePointer

  init(_ pointer: CodePointer) { self.pointer = pointer }

  deinit {
    let code = pointer.pointee
    let (makesFunctions, constants) = code.details._withUnsafeGuaranteedRef {
      (!$0.functions.isEmpty, $0.constantCount)
    }
    if makesFunctions { return }
    code.constants.deinitialize(count: constants)
    code.constants.deallocate()
    code.instructions.deallocate()
    code.sites.deallocate()
    code.shapes.deallocate()
    code.details.release()
    pointer.deallocate()
  }
}

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
    /// The annotation as written.
    var annotationText: String?

    init(_ parameter: Syntax.Parameter, _ source: Source?) {
      name = parameter.name.text
      hasDefault = parameter.standard != nil
      isVariadic = parameter.isVariadic
      defaultText = parameter.standard.flatMap { source?.substring($0.span) }
      annotationText = parameter.annotation.flatMap { source?.substring($0.span) }
    }

    /// `name: Type`.
    var head: String {
      name + (isVariadic ? "..." : "") + (annotationText.map { ": \($0)" } ?? "")
    }
  }

  let name: String?
  let documentation: String?
  let source: Source
  let span: Span
  let parameters: [Parameter]
  /// The annotation of the result as written.
  let resultText: String?
  let contracts: [Contract]
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
  let subscripts: [[Bool]]
  let modules: [Module]
  /// The function is a cell of a script.
  let isScript: Bool
  let constantCount: Int
  let expectations: [Expectation]

  init(_ parts: Parts) {
    name = parts.name
    documentation = parts.documentation
    source = parts.source
    span = parts.span
    parameters = parts.parameters
    resultText = parts.resultText
    contracts = parts.contracts
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
    subscripts = parts.subscripts
    modules = parts.modules
    isScript = parts.isScript
    constantCount = parts.constantCount
    expectations = parts.expectations
  }

  /// The text of the declaration.
  var sourceText: String { source.substring(span) }

  /// Name, parameters and result as declared.
  var signature: String { FunctionDetails.signature(name, parameters, result: resultText) }

  static func signature(
    _ name: String?, _ parameters: [Parameter], result: String? = nil
  ) -> String {
    let inner = parameters.map { $0.head + ($0.defaultText.map { " = \($0)" } ?? "") }
    return (name ?? "function") + "(" + inner.joined(separator: ", ") + ")"
      + (result.map { " -> \($0)" } ?? "")
  }
}
