// What Swift code offers to scripts: one entry per function.
import Synchronization

/// A function written in Swift. Its signature, from which labels, counts, defaults and
/// documentation come, reads like a declaration:
/// `clip(x: Tensor, low: Float = 0.0, high: Float = 1.0) -> Tensor`; `values...` takes the rest.
public final class Native: @unchecked Sendable {
  /// Arguments stand in the order of the parameters: defaults filled in, a variadic one as a List.
  package typealias Body = (Machine, Arguments) throws(Failure) -> Value

  /// The signature as written.
  package let signature: String
  /// How it is written, where it stands behind syntax instead of being called.
  package let form: String?
  /// The family that documentation lists it under: "tensors".
  package let category: String
  /// Markdown: a first sentence, then shapes, and an example in a fenced block.
  package let documentation: String
  final let body: Body
  /// The name before the first parenthesis.
  package let name: String
  /// The count of arguments that fills the parameters without any work; -1: not known yet, or never.
  @exclusivity(unchecked) final private(set) var arity = -1
  private let parsed = Mutex<Signature?>(nil)

  package init(
    _ signature: String, in category: String, written form: String? = nil, _ documentation: String,
    body: @escaping Body
  ) {
    self.signature = signature
    self.form = form
    self.category = category
    self.documentation = documentation
    self.body = body
    name = String(signature.prefix { $0 != "(" })
  }

  /// Calls the function with the values in some registers, which stay as they are while it runs.
  func run(_ machine: Machine, _ base: Slot, _ count: Int) -> Result<Value, Failure> {
    do throws(Failure) {
      return .success(try body(machine, UnsafeBufferPointer(start: base, count: count).span))
    } catch {
      return .failure(error)
    }
  }

  /// The parameters, parsed when first asked for.
  package var parameters: [Signature.Parameter] { taken.parameters }

  /// What is wrong with the signature as written, or nil.
  package var problem: String? { taken.problem }

  private var taken: Signature {
    parsed.withLock { stored in
      if let stored { return stored }
      let form = Signature(parsing: signature)
      stored = form
      if !form.parameters.contains(where: \.isVariadic) { arity = form.parameters.count }
      return form
    }
  }
}
