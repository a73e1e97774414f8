// What is fuzzed: functions that take any bytes and must end, within limits, with a result or an error.
import Bindings
import Displays
import Images
import Networks
import Runtime
import Syntax

/// One kind of input that comes from outside.
enum FuzzTarget: String, CaseIterable {
  /// Lexer, parser, the drawing of diagnostics.
  case syntax
  /// Whether an entry at the prompt is finished.
  case completeness
  /// The one style: the same tree, and nothing to change a second time.
  case format
  /// Compiler, machine and natives, under limits.
  case evaluator
  /// Files of networks, of numbers, of pictures.
  case onnx, safetensors, image

  /// What is wrong with the answer to the bytes, or nil. A crash is the finding that needs no words.
  func complaint(about bytes: [UInt8]) -> String? {
    switch self {
    case .syntax: Self.syntax(String(decoding: bytes, as: UTF8.self))
    case .completeness: Self.completeness(String(decoding: bytes, as: UTF8.self))
    case .format: Self.formatting(String(decoding: bytes, as: UTF8.self))
    case .evaluator: Self.evaluation(String(decoding: bytes, as: UTF8.self))
    case .onnx: Self.reading { _ = try Onnx.graph(bytes) }
    case .safetensors: Self.reading { _ = try Safetensors.read(bytes) }
    case .image: Self.reading { _ = try Bitmap.decode(bytes) }
    }
  }

  private static func syntax(_ text: String) -> String? {
    let source = Source(name: "fuzz.xai", text: text)
    let (script, diagnostics) = Parser.parse(source)
    _ = TreePrinter.print(script)
    if diagnostics.count > Parser.errorLimit { return "\(diagnostics.count) errors at once" }
    return problem(with: diagnostics, text)
  }

  private static func completeness(_ text: String) -> String? {
    let whole = Completeness.of(text)
    _ = Completeness.of(String(text.prefix(text.count / 2)))
    return whole == Completeness.of(text) ? nil : "two answers for one text"
  }

  private static func formatting(_ text: String) -> String? {
    let source = Source(name: "fuzz.xai", text: text)
    do throws(Formatting.Refusal) {
      let formatted = Source(name: "fuzz.xai", text: try Formatting.format(source))
      let (tree, problems) = Parser.parse(formatted)
      if problems.contains(where: { $0.severity == .error }) {
        return "what was formatted has errors"
      }
      if TreePrinter.print(tree) != TreePrinter.print(Parser.parse(source).0) {
        return "what was formatted means something else"
      }
      if try Formatting.format(formatted) != formatted.text { return "formatted twice differs" }
    } catch {
      if error.diagnostics.isEmpty { return "refused without a reason" }
    }
    return nil
  }

  /// Spans within the text, and a drawing for whatever there is to draw.
  private static func problem(with diagnostics: [Diagnostic], _ text: String) -> String? {
    let size = text.utf8.count
    for diagnostic in diagnostics {
      // Edits are of the text that the primary label is in.
      var spans = diagnostic.secondary.filter { $0.source.name == "fuzz.xai" }.map(\.span)
      if let primary = diagnostic.primary, primary.source.name == "fuzz.xai" {
        spans += [primary.span] + diagnostic.helps.flatMap(\.edits).map(\.span)
      }
      for span in spans where !(0 <= span.start && span.start <= span.end && span.end <= size) {
        return "\(diagnostic.code) points outside of the text: \(span) of \(size)"
      }
      if Renderer().render(diagnostic).isEmpty { return "\(diagnostic.code) draws nothing" }
    }
    return nil
  }

  // MARK: evaluation

  /// Nothing that reads or writes files.
  private static let natives: [Native] = {
    let kinds: Set = [
      "tensors", "gradients", "networks", "random", "explaining", "numbers", "lists", "records",
      "text", "values", "tables", "json", "matrices",
    ]
    return Workspace.nativesForDocumentation.filter {
      kinds.contains($0.category) && !$0.signature.contains("path")
    }
  }()

  private final class Nowhere: Output {
    var written = 0
    func write(_ text: String) { written += text.utf8.count }
    func show(_ display: Display) { write(PlainRenderer(width: 100).render(display)) }
    func beginCell(_ heading: CellHeading) {}
    func progress(_ label: String, done: Int, total: Int?) {}
  }

  private static func evaluation(_ text: String) -> String? {
    guard
      let session = Session(
        natives: natives, library: Workspace.library, output: Nowhere())
    else { return "there is no memory for a session" }
    session.modulePaths = []
    session.machine.budget = 100_000
    session.machine.deadline = .now + .seconds(2)
    let began = ContinuousClock.now
    let (program, problems) = session.compile(Source(name: "fuzz.xai", text: text))
    var complaint = problem(with: problems, text)
    if let program {
      do throws(Failure) { try session.run(program) } catch {
        complaint = complaint ?? problem(with: error.diagnostics, text)
        if error.diagnostics.isEmpty { complaint = complaint ?? "an error without a diagnostic" }
      }
    }
    let time = ContinuousClock.now - began
    return complaint ?? (time > .seconds(20) ? "it took \(time)" : nil)
  }

  /// Reading ends with a value or with an error of the room.
  private static func reading(_ body: () throws -> Void) -> String? {
    do { try body() } catch { _ = "\(error)" }
    return nil
  }
}
