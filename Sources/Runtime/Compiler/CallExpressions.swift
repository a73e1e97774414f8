// Calls and pipes.
import Syntax

extension Compiler {
  /// `x |> f(a)` is `f(x, a)`; `x |> f` is `f(x)`.
  func pipe(_ left: Expression, _ right: Expression, into d: Int, _ span: Span) {
    let first = Expression.Argument(left)
    if case .call(let callee, let arguments) = right.kind {
      call(callee, [first] + arguments, into: d, right.span)
    } else {
      call(right, [first], into: d, right.span)
    }
  }

  /// The callee's register takes the result; the arguments stand behind it.
  func call(
    _ callee: Expression, _ arguments: [Expression.Argument], into d: Int, _ span: Span
  ) {
    let base = isFresh(d) ? d : temporary()
    let hasForm = arguments.contains { $0.label != nil || $0.isSpread }
    if case .name(let text) = callee.kind {
      let binding = resolve(Name(text, callee.span))
      if case .global(let global) = binding { check(global, arguments, callee.span, span) }
      if !hasForm {
        switch binding {
        case .global(let global):
          let operands = self.arguments(arguments)
          emit(
            .callGlobal, base, arguments.count, global.index, at: span, operands: operands)
          return finish(base, d, span)
        case .local(let local) where !local.isBoxed:
          // Nothing can change the variable while its value is being called.
          let operands = self.arguments(arguments)
          emit(.callLocal, base, arguments.count, local.register, at: span, operands: operands)
          return finish(base, d, span)
        default: break
        }
      }
    }
    value(of: callee, into: base)
    variables.insert(base)
    let operands = self.arguments(arguments)
    variables.remove(base)
    if hasForm {
      parts.calls.append(
        CallForm(
          labels: arguments.map { $0.label?.text }, spreads: arguments.map(\.isSpread)))
      emit(
        .callForm, base, arguments.count, parts.calls.count - 1, at: span, operands: operands)
    } else {
      emit(.call, base, arguments.count, at: span, operands: operands)
    }
    finish(base, d, span)
  }

  private func finish(_ base: Int, _ d: Int, _ span: Span) {
    if base != d { emit(.take, d, base, at: span) }
  }

  private func arguments(_ arguments: [Expression.Argument]) -> [Operand] {
    var operands: [Operand] = []
    for argument in arguments {
      let register = temporary()
      value(of: argument.value, into: register)
      operands.append(
        label(argument.value, register)
          ?? Operand(location: .register(register), span: argument.value.span))
    }
    return operands
  }

  /// Labels and counts of a call whose function is known, before anything runs.
  private func check(
    _ global: Global, _ arguments: [Expression.Argument], _ callee: Span, _ span: Span
  ) {
    guard !arguments.contains(where: \.isSpread) else { return }
    let arrangement: Arrangement
    if global.kind == .native, let native = unit.session.machine.native(at: global.index) {
      arrangement = Arrangement(native)
    } else if let parameters = global.parameters {
      arrangement = Arrangement(global.name, parameters, unit.source(of: global))
    } else {
      return
    }
    do throws(Failure) {
      _ = try arrangement.place(arguments.map { Argument(label: $0.label?.text, .none) })
    } catch {
      let label = arguments.first { $0.label != nil && $0.label?.text == error.label }?.label
      unit.report(
        error.code, error.message, label?.span ?? span, notes: error.notes, helps: error.helps)
    }
  }
}

extension Arrangement {
  /// That of a function which is declared but not yet made.
  init(_ name: String, _ parameters: [Parameter], _ source: Source?) {
    self.init(name, parameters.map { FunctionDetails.Parameter($0, source) })
  }
}

extension Unit {
  func source(of global: Global) -> Source? { global.declaration?.source }
}
