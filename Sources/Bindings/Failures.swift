// How the errors of the rooms below become the language's.
import Graphs
import Runtime
import Syntax
import Tensors

extension Failure {
  /// A name that is not known, with the nearest ones that are.
  static func unknown(
    _ code: String, _ kind: String, _ name: String, among known: [String]
  ) -> Failure {
    let nearest = Suggestion.nearest(to: name, among: known).prefix(3)
    let help: String? =
      if let first = nearest.first {
        "did you mean \"\(first)\"" + nearest.dropFirst().map { " or \"\($0)\"" }.joined() + "?"
      } else if known.isEmpty {
        nil
      } else {
        "there are " + known.prefix(12).joined(separator: ", ") + (known.count > 12 ? ", …" : "")
      }
    return Failure(code, "there is no \(kind) named \"\(name)\"", help: help)
  }

  private static func memory(_ message: String) -> Failure {
    Failure(
      "X0606", message,
      help:
        "compute fewer examples at once, with `import batching` as in_portions does, or raise --memory",
      kind: .size)
  }

  /// Ctrl-C.
  static var interrupted: Failure { Failure("X0603", "interrupted", kind: .interruption) }

  private static func matrix(_ problem: MatrixProblem, _ message: String) -> Failure {
    switch problem {
    case .singular:
      Failure("X0370", message, help: "lstsq and pinv take matrices of any rank")
    case .notPositiveDefinite:
      Failure(
        "X0371", message, help: "eigh takes any symmetric matrix, or add a little to the diagonal")
    case .notFinite, .noConvergence: Failure("X0372", message)
    }
  }

  /// What an operation on tensors refused.
  static func from(_ error: TensorError) -> Failure {
    if case .memory = error { return memory(error.message) }
    if case .matrix(_, _, let problem) = error { return matrix(problem, error.message) }
    if case .division = error { return Failure("X0312", error.message) }
    if case .range(_, let type, let found) = error { return range(type, found, error.message) }
    return Failure("X0204", error.message)
  }

  /// A number that does not fit into whole numbers.
  private static func range(
    _ type: ElementType, _ found: Double?, _ message: String
  ) -> Failure {
    let (held, help) =
      type == .u8
      ? ("A u8 holds 0 to 255.", "limit the numbers first: clip(x, 0, 255)")
      : (
        "An i64 holds -9223372036854775808 to 9223372036854775807.",
        found == nil
          ? "use real numbers where such results are meant: cast(x, \"f64\")"
          : "where(is_finite(x), x, 0) leaves out what is no number"
      )
    return Failure("X0311", message, notes: [held], help: help)
  }

  /// What an operator or a graph refused.
  static func from(_ error: GraphError) -> Failure {
    switch error {
    case .tensor(_, _, .memory): memory(error.message)
    case .tensor(_, _, .matrix(_, _, let problem)): matrix(problem, error.message)
    case .tensor(_, _, .division): Failure("X0312", error.message)
    case .tensor(_, _, .range(_, let type, let found)): range(type, found, error.message)
    case .unknownName(let kind, let name, let known): .unknown("X0505", kind, name, among: known)
    case .replacement(_, let inner as Failure): inner
    case .bounds:
      Failure(
        "X0390", error.message,
        help: "leave it out of the function, or give bounds of what comes before it")
    case .multipliers:
      Failure(
        "X0387", error.message,
        help: "leave it out of the function, or take the multipliers of what comes before it")
    case .split:
      Failure(
        "X0393", error.message,
        help: "split what comes after it: contextual_split(net.from(layer), net.at(layer)(x), …)")
    case .derivative: Failure("X0375", error.message)
    case .subscripts:
      Failure(
        "X0376", error.message,
        help: "subscripts name each axis by a letter: einsum(\"ij,jk->ik\", a, b)")
    case .interrupted: .interrupted
    default: Failure("X0204", error.message)
    }
  }
}

/// Runs a computation on graphs; its error becomes the language's.
func graph<Result>(_ body: () throws(GraphError) -> Result) throws(Failure) -> Result {
  let result: Result
  do throws(GraphError) {
    result = try body()
  } catch {
    throw Interruption.requested ? .interrupted : .from(error)
  }
  // A kernel that was asked to stop left its result half done.
  if Interruption.requested { throw .interrupted }
  return result
}

/// Runs a computation on tensors; its error becomes the language's.
func tensor<Result>(_ body: () throws(TensorError) -> Result) throws(Failure) -> Result {
  let result: Result
  do throws(TensorError) {
    result = try body()
  } catch {
    throw Interruption.requested ? .interrupted : .from(error)
  }
  if Interruption.requested { throw .interrupted }
  return result
}
