// Annotations: which checks they become, and where the sizes that they name are kept.
import Syntax

extension Compiler {
  /// Defaults for omitted arguments, and the checks of the parameters' annotations, in order. A shape that
  /// names a parameter further on is checked when that has its value.
  func enter(_ parameters: [Parameter]) {
    var postponed: [Int] = []
    for (index, parameter) in parameters.enumerated() {
      if let standard = parameter.standard {
        let given = emit(.jumpIfGiven, index + 1, at: standard.span)
        value(of: standard, into: index + 1)
        patch([given])
      }
      guard let annotation = parameter.annotation else { continue }
      let later = Set(parameters[(index + 1)...].map(\.name.text))
      if annotation.names.contains(where: later.contains) {
        postponed.append(index)
      } else {
        checkParameter(index, parameter)
      }
    }
    for index in postponed { checkParameter(index, parameters[index]) }
  }

  private func checkParameter(_ index: Int, _ parameter: Parameter) {
    guard let annotation = parameter.annotation else { return }
    let contract = contract(annotation, .parameter(index, parameter.name.text))
    emit(.check, index + 1, 0, contract, at: annotation.span)
  }

  /// The contract of the result; the sizes that only it names are none of the body's business.
  func prepareResult(_ function: Function) {
    guard let annotation = function.result else { return }
    resultContract = contract(
      annotation, .result(function.name?.text), bindsNames: false)
  }

  /// Returns what a register holds, after it has been checked.
  func leave(with register: Int, at span: Span) {
    if let resultContract { emit(.check, register, 0, resultContract, at: span) }
    if cleanups.isEmpty {
      emit(.returns, register, at: span)
    } else {
      exit(to: 0, span) { self.emit(.returns, register, at: span) }
    }
  }

  /// Checks a declared value; at the top level the sizes that the annotation names become constants.
  func check(_ contract: Int, _ register: Int, _ span: Span) {
    emit(.check, register, 0, contract, at: span)
    for size in newSizes {
      setGlobal(size.name, .constant, size.register, size.name.span, documentation: nil)
      unit.scope.names[size.name.text]?.isSize = true
      unit.sizes.insert(size.name.text)
    }
    newSizes = []
  }

  /// Declares a name of a pattern only if its annotation holds: jumps for an arm, an error elsewhere.
  func fits(_ contract: Int, _ register: Int, isArm: Bool, _ span: Span) -> [Int] {
    if isArm { return [emit(.matchContract, register, contract, at: span)] }
    emit(.check, register, 0, contract, at: span)
    return []
  }

  /// Makes the contract of an annotation, and gives its place in the function's table.
  func contract(
    _ annotation: Annotation, _ subject: Contract.Subject, bindsNames: Bool = true
  ) -> Int {
    let form: Contract.Form
    switch annotation.kind {
    case .type(let name): form = type(name, annotation)
    case .shape(let axes):
      var own: [String: Contract.Axis] = [:]
      form = .shape(axes.map { axis($0, &own, bindsNames: bindsNames) })
    }
    parts.contracts.append(
      Contract(
        subject, form, isOptional: annotation.isOptional, annotation.span,
        text: unit.source.substring(annotation.span)))
    return parts.contracts.count - 1
  }

  private func type(_ name: String, _ annotation: Annotation) -> Contract.Form {
    switch name {
    case TypeNames.any: return .any
    case "Int": return .int
    case "Float": return .float
    case "Function": return .function
    default: break
    }
    if !TypeNames.all.contains(name) { reportUnknownType(name, annotation.span) }
    return .type(name)
  }

  private func reportUnknownType(_ name: String, _ span: Span) {
    let place = Span(span.start, span.start + name.utf8.count)
    let other = Compiler.foreignTypes[name.lowercased()]
    let nearest = other ?? Suggestion.nearest(to: name, among: TypeNames.all).first
    var helps: [Diagnostic.Help] = []
    if let nearest {
      helps.append(
        .init("did you mean `\(nearest)`?", edits: [.init(unit.source, place, nearest)]))
    }
    if name.first?.isLowercase == true, other == nil {
      helps.append(.init("a default follows `=`; after `:` stands a type or a shape"))
    }
    unit.report(
      "X0220", "there is no type `\(name)`", place,
      notes: nearest == nil ? ["The types are \(TypeNames.all.joined(separator: ", "))."] : [],
      helps: helps)
  }

  /// What other languages call the types.
  private static let foreignTypes = [
    "integer": "Int", "double": "Float", "number": "Float", "real": "Float", "boolean": "Bool",
    "str": "String", "text": "String", "array": "List", "dict": "Record", "dictionary": "Record",
    "map": "Record", "object": "Record", "ndarray": "Tensor", "callable": "Function",
    "module": "Model", "network": "Model", "dataframe": "Table",
  ]

  private func axis(
    _ axis: Annotation.Axis, _ own: inout [String: Contract.Axis], bindsNames: Bool
  ) -> Contract.Axis {
    switch axis.kind {
    case .size(let size): return .size(size)
    case .any: return .any
    case .rest: return .rest
    case .name(let text):
      if let known = own[text] ?? known(Name(text, axis.span)) { return known }
      let size = temporary()
      let origin = temporary()
      emit(.loadNone, size, at: axis.span)
      variables.formUnion([size, origin])
      own[text] = .shared(text, size)
      if isTopLevel {
        newSizes.append((Name(text, axis.span), size))
      } else if bindsNames {
        declare(
          Name(text, axis.span), size, isVariable: false, isBoxed: false, axis.span, isSize: true)
      }
      return .shared(text, size)
    }
  }

  /// A name of this function, or at the top level of the script, that has a value already.
  private func known(_ name: Name) -> Contract.Axis? {
    if let local = blocks.reversed().lazy.compactMap({ $0[name.text] }).first {
      if local.isSize { return .shared(name.text, local.register) }
      return .given(name.text, operand(Expression(.name(name.text), name.span)))
    }
    // A size of an earlier entry is named anew.
    guard isTopLevel, let global = unit.scope.names[name.text], global.isDeclared,
      !global.isSize || unit.sizes.contains(name.text)
    else { return nil }
    return .given(name.text, operand(Expression(.name(name.text), name.span)))
  }
}

extension Annotation {
  /// The names of its sizes.
  fileprivate var names: [String] {
    guard case .shape(let axes) = kind else { return [] }
    return axes.compactMap { if case .name(let name) = $0.kind { name } else { nil } }
  }
}
