// What runs when a block is left: `defer { … }`, and the scope of `with`.
import Syntax

/// Something to be done whenever control leaves a stretch of code.
struct Cleanup {
  enum Work {
    /// A function in a register is called.
    case call(Int)
    /// The scope in a register is left.
    case leave(Int)
    /// Nothing: the body of a `try`, whose errors are caught no more once it has been left.
    case forget
  }

  let work: Work
  let span: Span
  /// The instructions that it guards: those of its block but for the ways out of it.
  var ranges: [Range<Int>] = []
  /// Where the current range began.
  var start: Int
}

extension Compiler {
  /// `defer { … }`: the rest of its block is guarded.
  func deferred(_ block: Block, _ span: Span, _ rest: () -> Void) {
    let register = temporary()
    closure(
      Function(name: Name("defer", span), parameters: [], body: block, span: span),
      into: register)
    variables.insert(register)
    guarded(.call(register), span, rest)
  }

  /// `with scope { … }`.
  func scope(_ scope: Expression, _ body: Block, into d: Int?, _ span: Span) {
    let register = temporary()
    value(of: scope, into: register)
    emit(.enterScope, register, at: scope.span)
    variables.insert(register)
    guarded(.leave(register), scope.span) { self.blockValue(body, into: d) }
    variables.remove(register)
  }

  /// The body of a `try`: the instructions whose errors it catches.
  func attempted(_ body: () -> Void) -> [Range<Int>] {
    cleanups.append(Cleanup(work: .forget, span: Span(0, 0), start: instructions.count))
    body()
    let cleanup = cleanups.removeLast()
    return cleanup.ranges + [cleanup.start..<instructions.count]
  }

  /// Code after which, and after every way out of it, a cleanup runs.
  private func guarded(_ work: Cleanup.Work, _ span: Span, _ body: () -> Void) {
    cleanups.append(Cleanup(work: work, span: span, start: instructions.count))
    body()
    var cleanup = cleanups.removeLast()
    cleanup.ranges.append(cleanup.start..<instructions.count)
    run(cleanup)
    let end = emit(.jump, at: span)
    fail(cleanup)
    patch([end])
  }

  /// The way out of an error: the cleanup runs, and the error goes on. A second error becomes a note of the
  /// first.
  private func fail(_ cleanup: Cleanup) {
    scoped {
      let error = temporary()
      let second = temporary()
      let target = instructions.count
      run(cleanup)
      let ran = instructions.count
      emit(.raiseAgain, error, at: cleanup.span)
      parts.handlers.append(
        Handler(
          range: target..<ran, target: instructions.count, register: second, isCleanup: true))
      emit(.suppress, error, second, at: cleanup.span)
      emit(.raiseAgain, error, at: cleanup.span)
      for range in cleanup.ranges where !range.isEmpty {
        parts.handlers.append(
          Handler(range: range, target: target, register: error, isCleanup: true))
      }
    }
  }

  private func run(_ cleanup: Cleanup) {
    switch cleanup.work {
    case .forget: break
    case .leave(let register): emit(.leaveScope, register, at: cleanup.span)
    case .call(let register):
      scoped {
        let callee = temporary()
        emit(.move, callee, register, at: cleanup.span)
        emit(.call, callee, 0, at: cleanup.span)
      }
    }
  }

  /// Leaves all but the outermost `depth` cleanups: each runs, guarded by those around it.
  func exit(to depth: Int, _ span: Span, _ leave: () -> Void) {
    let left = Array(cleanups[depth...])
    for (index, cleanup) in zip(cleanups.indices[depth...], left).reversed() {
      cleanups[index].ranges.append(cleanups[index].start..<instructions.count)
      run(cleanup)
    }
    leave()
    for index in cleanups.indices[depth...] { cleanups[index].start = instructions.count }
  }
}
