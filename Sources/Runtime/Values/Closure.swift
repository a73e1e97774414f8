// Functions of a script: code and the values that it mentions from around it.

/// A function made by a script.
public final class Closure {
  final let code: CodePointer
  // The values captured when the function was made; a variable that changes is captured as a box.
  @exclusivity(unchecked) final private(set) var captured: Slot
  @exclusivity(unchecked) final private var capturedCount: Int

  init(code: CodePointer, captured: Slot, count: Int) {
    self.code = code
    self.captured = captured
    capturedCount = count
  }

  /// What is known of the function apart from its instructions.
  var details: FunctionDetails { code.pointee.details._withUnsafeGuaranteedRef { $0 } }

  /// The name of the function, or nil for one without.
  package var name: String? { details.name }
  /// The `##` text at its declaration.
  package var documentation: String? { details.documentation }
  /// The text of its declaration.
  package var sourceText: String { details.sourceText }
  /// Its name and parameters as declared: `f(x, steps = 64, rest...)`.
  package var signature: String { details.signature }
  /// The names of its parameters, in order.
  package var parameterNames: [String] { details.parameters.map(\.name) }

  /// Gives its memory away, to be discarded by the caller.
  func surrender() -> (base: Slot, count: Int) {
    let block = (captured, capturedCount)
    captured = .block(0)
    capturedCount = 0
    return block
  }

  deinit { Discard.block(captured, capturedCount) }
}
