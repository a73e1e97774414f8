// Checks of annotations, and what is said when one does not hold.
import Syntax

extension Machine {
  /// The value in `a` must be what a contract asks; an Int becomes a Float where one is asked for.
  @inline(never) func check(_ a: Slot, _ code: CodePointer, _ index: Int, _ r: Slot)
    throws(Failure)
  {
    let contract = code.pointee.details._withUnsafeGuaranteedRef { $0.contracts[index] }
    if contract.accepts(a, r, index) { return }
    throw failure(contract, index, a.pointee, code, r)
  }

  /// Whether the value has the type itself, or the shape: for the arms of a match.
  @inline(never) func matches(_ a: Slot, _ code: CodePointer, _ index: Int, _ r: Slot) -> Bool {
    let contract = code.pointee.details._withUnsafeGuaranteedRef { $0.contracts[index] }
    if contract.isOptional, a.pointee.isNone { return true }
    switch contract.form {
    case .any: return true
    case .int: return a.pointee.whole != nil
    case .float: return a.pointee.isFloat
    case .function: return a.pointee.typeName == "Function"
    case .type, .shape: return contract.accepts(a, r, index)
    }
  }

  private func failure(
    _ contract: Contract, _ index: Int, _ value: Value, _ code: CodePointer, _ r: Slot
  ) -> Failure {
    let details = code.pointee.details._withUnsafeGuaranteedRef { $0 }
    let failure =
      if case .shape(let axes) = contract.form {
        contract.failure(value, axes, details.contracts, index, r)
      } else {
        contract.failure(value)
      }
    if case .parameter(let position, let name) = contract.subject {
      failure.parameter = (position, name, value, details.source, contract.span)
    } else {
      failure.secondary.append(.init(details.source, contract.span, "declared here"))
    }
    return failure
  }
}

extension Contract {
  fileprivate func accepts(_ a: Slot, _ r: Slot, _ index: Int) -> Bool {
    if isOptional, a.pointee.isNone { return true }
    if case .shape(let axes) = form {
      guard let sizes = a.pointee.sizes else { return false }
      return Contract.fit(axes, sizes, r, index)
    }
    guard hasType(a.pointee) else { return false }
    if case .float = form, let whole = a.pointee.whole { a.set(Double(whole)) }
    return true
  }

  private func hasType(_ value: Value) -> Bool {
    switch form {
    case .any, .shape: true
    case .int: value.whole != nil
    case .float: value.isFloat || value.whole != nil
    case .function: value.isCallable
    case .type(let name): value.typeName == name
    }
  }

  /// What is wrong with the type of a value that is yet to be handed over.
  func complaint(about value: Value) -> Failure? {
    hasType(value) || isOptional && value.isNone ? nil : failure(value)
  }

  /// Whether sizes are those that the axes ask for; names without a size get theirs.
  private static func fit(_ axes: [Axis], _ sizes: [Int], _ r: Slot, _ index: Int) -> Bool {
    guard let places = places(axes, sizes.count) else { return false }
    for (axis, place) in zip(axes, places) {
      guard let place else { continue }
      let size = sizes[place]
      switch axis {
      case .any, .rest: break
      case .size(let wanted): if size != wanted { return false }
      case .given(_, let register): if value(r + register) != size { return false }
      case .shared(_, let register):
        if let wanted = r[register].whole {
          if size != wanted { return false }
        } else {
          (r + register).set(size)
          (r + register + 1).set(index)
        }
      }
    }
    return true
  }

  private static func value(_ slot: Slot) -> Int? { slot.pointee.whole }

  /// Which axis of a value each axis of the shape speaks of (nil for `..`); nil when there are too many or
  /// too few.
  private static func places(_ axes: [Axis], _ rank: Int) -> [Int?]? {
    let rest = axes.firstIndex { if case .rest = $0 { true } else { false } }
    guard let rest else { return axes.count == rank ? (0..<rank).map { $0 } : nil }
    guard rank >= axes.count - 1 else { return nil }
    return axes.indices.map {
      $0 < rest ? $0 : $0 == rest ? nil : $0 + rank - axes.count
    }
  }

  /// `steps: expected Int, found the String "ten"`.
  fileprivate func failure(_ value: Value) -> Failure {
    let failure = Failure(
      "X0340", "\(subject.text): expected \(text), found \(Description.found(value))")
    switch (form, value) {
    case (_, .none):
      failure.notes.append("Only with a `?` after it does a type allow none.")
    case (.int, .float(let number)) where Int(exactly: number) != nil:
      failure.helps.append(
        .init(
          "write it without a fraction: \(Description.number(number.rounded()).replacing(".0", with: ""))"
        ))
    case (.int, .float): failure.helps.append(.init("make it whole: int(x)"))
    case (.type("String"), _): failure.helps.append(.init("string(x) gives the text of any value"))
    case (.type("Tensor"), .list), (.type("Tensor"), .int), (.type("Tensor"), .float):
      failure.helps.append(.init("tensor(x) makes a Tensor of numbers"))
    default: break
    }
    return failure
  }

  /// `k: expected [h=8, m, d=64], found [8, 12, 32]: d is 64 from q`.
  fileprivate func failure(
    _ found: Value, _ axes: [Axis], _ contracts: [Contract], _ index: Int, _ r: Slot
  ) -> Failure {
    func binding(_ axis: Axis) -> (name: String, size: Int?, origin: String?, isOwn: Bool)? {
      switch axis {
      case .given(let name, let register):
        return (name, Contract.value(r + register), nil, false)
      case .shared(let name, let register):
        guard let size = r[register].whole, let origin = r[register + 1].whole else {
          return (name, nil, nil, false)
        }
        let text = contracts.indices.contains(origin) ? contracts[origin].subject.text : nil
        return (name, size, text, origin == index)
      default: return nil
      }
    }
    let expected = axes.map { axis in
      switch axis {
      case .size(let size): return String(size)
      case .any: return "_"
      case .rest: return ".."
      case .given, .shared:
        guard let binding = binding(axis) else { return "_" }
        let size = binding.isOwn ? nil : binding.size
        return binding.name + (size.map { "=\($0)" } ?? "")
      }
    }
    var message = "\(subject.text): expected [\(expected.joined(separator: ", "))], found "
    guard let sizes = found.sizes else {
      return Failure(
        "X0341", message + Description.found(found),
        notes: ["A shape is asked of a Tensor or a number."])
    }
    message += "[" + sizes.map(String.init).joined(separator: ", ") + "]"
    guard let places = Contract.places(axes, sizes.count) else {
      return Failure("X0341", message)
    }
    var reasons: [String] = []
    for (axis, place) in zip(axes, places) {
      guard let place, let binding = binding(axis), binding.size != sizes[place] else { continue }
      guard let size = binding.size else {
        if case .given = axis { reasons.append("\(binding.name) is not an Int") }
        continue
      }
      let origin =
        binding.isOwn ? " at an axis before" : binding.origin.map { " from \($0)" } ?? ""
      reasons.append("\(binding.name) is \(size)\(origin)")
    }
    if !reasons.isEmpty { message += ": " + reasons.joined(separator: ", ") }
    return Failure("X0341", message)
  }
}

extension Value {
  /// Whether it is a Float, or an object that is one.
  var isFloat: Bool {
    switch self {
    case .float: true
    case .object(let object): object.isFloat
    default: false
    }
  }

  /// The sizes of its axes: none for a number; nil for what has no shape.
  var sizes: [Int]? {
    switch self {
    case .int, .float, .bool: []
    case .object(let object): object.sizes
    default: nil
    }
  }
}
