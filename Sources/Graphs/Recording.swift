// Recording: what is recorded now, inside which layer, and which layers' outputs are replaced.
import Tensors

/// The scopes in which operators are applied. They belong to the running task or thread, so
/// computations that run side by side do not see one another's.
package enum Recording {
  /// What holds inside a scope.
  struct Scope: Sendable {
    var depth = 0
    var layer = ""
    var replacements: Replacements?
    /// Where what is recorded is walked back by one gradient and by nobody else: the size, in elements, from which it pays
    /// to forget a value that no derivative reads.
    var forgetsFrom: Int?
    /// Whether nothing that is recorded may be used: its derivative would be lost.
    var isClosed = false
    /// Whether a matrix that stands for others may be without the inverse or the factors that are asked of it.
    var allowsFactorless = false
  }

  @TaskLocal static var scope = Scope()

  /// Whether operations on tracked variables are recorded.
  package static var isOn: Bool { scope.depth > 0 }

  /// Whether what is computed is one step of a recording around it, which has to be given all that is differentiated.
  package static var isClosed: Bool { scope.isClosed }

  /// The scope in which an operator is to be recorded that is applied to what is tracked; nil if it is not to be.
  static func scope(of operation: String) throws(GraphError) -> Scope? {
    let scope = scope
    guard !scope.isClosed else {
      throw .derivative(
        operation: operation,
        reason:
          "a Tensor that is differentiated comes from outside of a function that is recorded as one step, so its "
          + "derivative would be lost: it must be in the argument of that function")
    }
    return scope.depth > 0 ? scope : nil
  }

  /// The dotted path of the running layer, empty outside of layers.
  package static var layer: String { scope.layer }

  /// Runs `body` with recording one level deeper. A gradient taken inside is itself recorded only
  /// if another recording surrounds this one. With `forOneGradient` nobody else walks what is
  /// recorded, so that only the values are kept that its derivatives read, and those of fewer than `forgettingFrom` elements.
  package static func during<Result, Failure: Error>(
    forOneGradient: Bool = false, forgettingFrom size: Int = 4096,
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var inner = scope
    inner.forgetsFrom = forOneGradient && scope.depth == 0 ? size : nil
    inner.depth += 1
    inner.isClosed = false
    return try within(inner, body)
  }

  /// Runs `body` without recording; an error where it uses something that was recorded.
  package static func closed<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var inner = scope
    inner.depth = 0
    inner.isClosed = true
    return try within(inner, body)
  }

  /// Runs `body` without recording.
  package static func paused<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var inner = scope
    inner.depth = 0
    return try within(inner, body)
  }

  /// Runs `body` one level less deep: what the outermost gradient computes is not recorded.
  package static func outside<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard scope.depth > 0 else { return try body() }
    var inner = scope
    inner.depth -= 1
    return try within(inner, body)
  }

  /// Runs `body` where a matrix that stands for others may be without the inverse or the factors that are asked of it: they are
  /// NaN then, as 0 / 0 is, for whoever follows the others through what was recorded. With false it is an error again.
  package static func factorless<Result, Failure: Error>(
    _ isAllowed: Bool, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var inner = scope
    inner.allowsFactorless = isAllowed
    return try within(inner, body)
  }

  private static func within<Value, Failure: Error>(
    _ inner: Scope, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let result = $scope.withValue(inner) { () -> Result<Value, Failure> in
      do throws(Failure) {
        return .success(try body())
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

extension Recording {
  /// A function that takes the output of a layer and gives what shall stand in its place.
  package typealias Replacement = (Variable) throws -> Variable

  /// The replacements of a scope. Unchecked because the functions are called only inside the scope
  /// that set them, on its thread.
  final class Replacements: @unchecked Sendable {
    let byLayer: [String: Replacement]
    var used: Set<String> = []

    init(_ byLayer: [String: Replacement]) { self.byLayer = byLayer }
  }

  /// Runs `body` as the layer `name`: nodes recorded in it carry the path, and its output may be
  /// replaced (see `replacing`). Layers nest: inside "block1" the layer "conv1" has the path
  /// "block1.conv1".
  package static func layer(
    _ name: String, _ body: () throws(GraphError) -> Variable
  ) throws(GraphError) -> Variable {
    let path = Recording.path(name)
    let output = try scoped(to: name, body)
    return try replaced(path, output)
  }

  /// Runs `body` with `name` appended to the layer path; what it returns is not replaced. For
  /// callers whose errors are not this room's: they call `replaced` on the output themselves.
  package static func scoped<Value, Failure: Error>(
    to name: String, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    var inner = scope
    inner.layer = path(name)
    return try within(inner, body)
  }

  /// Runs `body` as the layer with this full path, wherever it is called.
  package static func scoped<Value, Failure: Error>(
    at path: String, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    var inner = scope
    inner.layer = path
    return try within(inner, body)
  }

  /// The path of the layer `name` inside the running layer.
  package static func path(_ name: String) -> String {
    let current = scope.layer
    return current.isEmpty ? name : name.isEmpty ? current : current + "." + name
  }

  /// What stands in place of the `output` of the layer with this full path: `output` itself, or
  /// what the replacement in force makes of it.
  package static func replaced(_ path: String, _ output: Variable) throws(GraphError) -> Variable {
    guard let replacements = scope.replacements, let function = replacements.byLayer[path] else {
      return output
    }
    replacements.used.insert(path)
    // What a replacement computes is no part of the network, even if it runs the same one.
    var inner = scope
    inner.replacements = nil
    do {
      return try within(inner) { try function(output) }
    } catch let error as GraphError {
      throw error
    } catch {
      throw .replacement(layer: path, error)
    }
  }

  /// Runs `body` while the outputs of the named layers (full paths) are replaced. `unused` names
  /// the layers that did not run: the caller reports them.
  package static func replacing<Value, Failure: Error>(
    _ functions: [String: Replacement], _ body: () throws(Failure) -> Value
  ) throws(Failure) -> (result: Value, unused: [String]) {
    var inner = scope
    let all = (inner.replacements?.byLayer ?? [:]).merging(functions) { outer, new in
      { variable in try outer(new(variable)) }
    }
    let replacements = Replacements(all)
    inner.replacements = replacements
    let result = try within(inner, body)
    scope.replacements?.used.formUnion(replacements.used)
    return (result, functions.keys.filter { !replacements.used.contains($0) }.sorted())
  }
}
