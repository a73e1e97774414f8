// The tables beside a function's instructions: places for errors, forms of calls, paths of
// assignments, handlers of errors.
import Syntax

/// What the compiler collects while it compiles a function.
struct Parts {
  var name: String?
  var documentation: String?
  var source: Source
  var span: Span
  var parameters: [FunctionDetails.Parameter] = []
  var resultText: String?
  var contracts: [Contract] = []
  var places: [Place] = []
  var operands: [[Operand]] = []
  var fieldNames: [String] = []
  var shapes: [Shape] = []
  var functions: [CodePointer] = []
  var captures: [Capture] = []
  var calls: [CallForm] = []
  var paths: [Path] = []
  var handlers: [Handler] = []
  var names: [String] = []
  var subscripts: [[Bool]] = []
  var modules: [Module] = []
  var isScript = false
  var constantCount = 0
  var expectations: [Expectation] = []
}

/// Where an instruction comes from, and the row of `operands` that belongs to it (-1: none).
struct Place {
  var start: Int32
  var end: Int32
  var operands: Int32 = -1

  var span: Span { Span(Int(start), Int(end)) }
}

/// An operand of an instruction, for the labels of an error.
struct Operand {
  enum Location {
    case register(Int)
    case global(Int)
    case captured(Int)
  }

  var location: Location
  var span: Span
  /// The name, when the operand is one.
  var name: String?
  /// Where the name was declared.
  var declaration: Declaration?
}

/// The place at which a name was given its value.
struct Declaration {
  var source: Source
  var span: Span

  /// More than a name: a statement that says where the value came from.
  var isStatement: Bool {
    let text = source.substring(span)
    return !Description.isName(text)
  }

  /// `line 9: h = hidden(x)`.
  var summary: String {
    let text = source.substring(span)
    let line = text.prefix { $0 != "\n" }
    let short = line.count > 60 ? line.prefix(57) + "…" : line
    return "line \(source.position(of: span.start).line): \(short)"
  }
}

/// Where a function takes a captured value from when it is made.
enum Capture {
  /// A register of the function around it (a box if the variable changes).
  case register(Int)
  /// A captured value of the function around it.
  case captured(Int)
}

/// The labels and spreads of a call that has any.
struct CallForm {
  var labels: [String?]
  var spreads: [Bool]

  /// The argument without a label that comes to a parameter by its position, as far as the text tells.
  func position(_ parameter: Int) -> Int? {
    guard labels.indices.contains(parameter), !spreads.prefix(parameter + 1).contains(true),
      labels.prefix(parameter + 1).allSatisfy({ $0 == nil })
    else { return nil }
    return parameter
  }
}

/// The way from a variable to the place that an assignment changes: `a.b[i, j].c`.
struct Path {
  enum Root {
    case register(Int)
    case box(Int)
    case captured(Int)
    case global(Int)
  }

  enum Step {
    case field(String)
    /// Each subscript: true where a value stands in the next register, false for `..`.
    case index([Bool])
  }

  var root: Root
  var steps: [Step]
}

/// Instructions in a range are guarded: an error goes to a register and control to a target.
struct Handler {
  var range: Range<Int>
  var target: Int
  var register: Int
  /// It catches every failure, to raise it again.
  var isCleanup = false
}

/// An `expect`: what is written, and the two sides of its comparison.
struct Expectation {
  var text: String
  var sides: [(text: String, span: Span, register: Int)]
}
