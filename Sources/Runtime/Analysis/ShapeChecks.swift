// Shapes that are known before anything runs, and operations on them that cannot fit.
import Syntax

/// The shapes of expressions that have been worked out.
struct ShapeMemory {
  var known: [Span: [Int]] = [:]
}

extension NameReader {
  /// Works the shape of an expression out from those of its parts, which were read before, and reports
  /// what can never fit.
  mutating func checkShape(_ expression: Expression) {
    let shape: [Int]?
    switch expression.kind {
    case .call(let callee, let arguments): shape = called(callee, arguments, expression.span)
    case .pipe(let left, let right):
      let first = Expression.Argument(left)
      if case .call(let callee, let arguments) = right.kind {
        shape = called(callee, [first] + arguments, expression.span)
      } else {
        shape = called(right, [first], expression.span)
      }
    case .binary(let operation, let sign, let left, let right):
      shape = combined(operation, sign, left, right)
    case .unary(.negate, let operand): shape = self.shape(operand)
    case .block(let block):
      guard block.statements.count == 1, case .expression(let value)? = block.statements.first?.kind
      else { return }
      shape = self.shape(value)
    default: return
    }
    if let shape { shapes.known[expression.span] = shape }
  }

  /// After a `let`: its name has the shape of its value.
  mutating func keepShape(_ statement: Statement) {
    guard case .declare(let pattern, let value, isVariable: false, _) = statement.kind,
      case .name(let name) = pattern.kind, let index = lookUp(name)
    else { return }
    remember(index, shape(value))
  }

  private func shape(_ expression: Expression) -> [Int]? {
    if case .name(let name) = expression.kind { return lookUp(name).flatMap { declared[$0].shape } }
    return shapes.known[expression.span]
  }

  // MARK: functions

  private mutating func called(
    _ callee: Expression, _ arguments: [Expression.Argument], _ span: Span
  ) -> [Int]? {
    guard case .name(let name) = callee.kind, isNative(name),
      !arguments.contains(where: \.isSpread), let first = arguments.first,
      first.label == nil
    else { return nil }
    let others = arguments.dropFirst()
    switch name {
    case "zeros", "ones", "normal", "uniform":
      return others.allSatisfy { $0.label?.text == "type" } ? sizes(first.value) : nil
    case "full": return sizes(first.value)
    case "tensor": return literalShape(first.value)
    case "zeros_like", "relu", "abs", "exp", "log", "tanh", "sigmoid":
      return others.isEmpty ? shape(first.value) : nil
    case "transpose":
      guard others.isEmpty, var axes = shape(first.value), axes.count >= 2 else { return nil }
      axes.swapAt(axes.count - 1, axes.count - 2)
      return axes
    case "reshape":
      guard others.count == 1, let second = others.first, let from = shape(first.value),
        let to = sizes(second.value)
      else { return nil }
      return reshaped(from, to, first.value, span)
    default: return nil
    }
  }

  /// The name means a native here: nothing hides it.
  private func isNative(_ name: String) -> Bool {
    lookUp(name) == nil && session.core[name] != nil && !isDeclaredAnywhere(name)
  }

  /// `[2, 3]` of plain numbers, or one number.
  private func sizes(_ expression: Expression) -> [Int]? {
    switch expression.kind {
    case .int(let size): return [size]
    case .unary(.negate, let inner):
      guard case .int(let size) = inner.kind, size < Int.max else { return nil }
      return [-size]
    case .list(let elements):
      var sizes: [Int] = []
      for element in elements {
        guard !element.isSpread, case .list = element.value.kind else {
          guard !element.isSpread, let size = self.sizes(element.value)?.first else { return nil }
          sizes.append(size)
          continue
        }
        return nil
      }
      return sizes
    default: return nil
    }
  }

  /// The shape of nested lists of numbers of the same length.
  private func literalShape(_ expression: Expression) -> [Int]? {
    switch expression.kind {
    case .int, .float: return []
    case .unary(.negate, let operand): return literalShape(operand) == [] ? [] : nil
    case .list(let elements):
      guard let first = elements.first, let inner = literalShape(first.value) else { return nil }
      let isEven = elements.allSatisfy { !$0.isSpread && literalShape($0.value) == inner }
      return isEven ? [elements.count] + inner : nil
    default: return nil
    }
  }

  private mutating func reshaped(
    _ from: [Int], _ to: [Int], _ operand: Expression, _ span: Span
  ) -> [Int]? {
    guard let count = ShapeMemory.count(from), let given = ShapeMemory.count(to.filter { $0 >= 0 })
    else { return nil }
    let open = to.filter { $0 == -1 }.count
    if open == 1, given > 0, count % given == 0 { return to.map { $0 == -1 ? count / given : $0 } }
    if open == 0, !to.contains(where: { $0 < 0 }), given == count { return to }
    if open > 1 || to.contains(where: { $0 < -1 }) { return nil }
    refuse("\(text(from)) cannot be reshaped to \(text(to))", span, [operand])
    return nil
  }

  // MARK: operators

  private mutating func combined(
    _ operation: BinaryOperator, _ sign: Span, _ left: Expression, _ right: Expression
  ) -> [Int]? {
    let (first, second) = (shape(left) ?? number(left), shape(right) ?? number(right))
    guard let first, let second else { return nil }
    if operation == .matrixProduct { return product(first, second, sign, left, right) }
    if let shape = broadcast(first, second) { return shape }
    refuse(
      "the shapes \(text(first)) and \(text(second)) do not fit for \(operation.rawValue)", sign,
      [left, right])
    return nil
  }

  private mutating func product(
    _ first: [Int], _ second: [Int], _ sign: Span, _ left: Expression, _ right: Expression
  ) -> [Int]? {
    guard let columns = first.last, !second.isEmpty else { return nil }
    let rows = second.count == 1 ? second[0] : second[second.count - 2]
    guard columns == rows else {
      refuse(
        "matmul of \(text(first)) and \(text(second)): the first has \(columns) columns and the "
          + "second \(rows) rows", sign, [left, right])
      return nil
    }
    guard first.count >= 2, second.count >= 2,
      let lead = broadcast(Array(first.dropLast(2)), Array(second.dropLast(2)))
    else { return nil }
    return lead + [first[first.count - 2], second[second.count - 1]]
  }

  /// A plain number goes with every shape.
  private func number(_ expression: Expression) -> [Int]? {
    switch expression.kind {
    case .int, .float: []
    default: nil
    }
  }

  /// The shape of two together; nil if they do not fit.
  private func broadcast(_ first: [Int], _ second: [Int]) -> [Int]? {
    let rank = max(first.count, second.count)
    func size(_ shape: [Int], _ axis: Int) -> Int {
      let index = axis - (rank - shape.count)
      return index < 0 ? 1 : shape[index]
    }
    var result: [Int] = []
    for axis in 0..<rank {
      let (a, b) = (size(first, axis), size(second, axis))
      guard a == b || a == 1 || b == 1 else { return nil }
      result.append(a == 1 ? b : a)
    }
    return result
  }

  // MARK: reports

  private func text(_ shape: [Int]) -> String {
    "[" + shape.map(String.init).joined(separator: ", ") + "]"
  }

  /// Reports an error that is certain, with the origins of the operands.
  private mutating func refuse(_ message: String, _ span: Span, _ operands: [Expression]) {
    if attempts > 0 { return }
    let labels = operands.compactMap { operand -> Diagnostic.Label? in
      guard let shape = shape(operand) else { return nil }
      let written = script.source.substring(operand.span)
      guard case .name(let name) = operand.kind, let index = lookUp(name) else {
        return label(operand.span, "this is \(text(shape))")
      }
      let line = script.source.position(of: declared[index].name.span.start).line
      return label(operand.span, "\(written) is \(text(shape))   (line \(line))")
    }
    diagnostics.append(Diagnostic("X0204", message, at: label(span), also: labels))
  }
}

extension ShapeMemory {
  /// How many elements a shape has; nil beyond all memory.
  static func count(_ shape: [Int]) -> Int? {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    return count
  }
}
