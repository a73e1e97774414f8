// What happens when an instruction fails: places and values are noted, frames are left, and a
// handler of the script is looked for.
import Syntax

extension Machine {
  typealias State = (record: FrameRecord, frame: UnsafeMutablePointer<FrameRecord>)

  /// Leaves frames until one has a handler for the error; nil when none has.
  @inline(never) func unwind(
    _ failure: Failure, _ failed: FrameRecord, _ innermost: UnsafeMutablePointer<FrameRecord>,
    _ bottom: UnsafeMutablePointer<FrameRecord>
  ) -> State? {
    var record = failed
    var frame = innermost
    if failure.trace.isEmpty { Labels.add(to: failure, record, globals) }
    while true {
      let details = record.code.pointee.details._withUnsafeGuaranteedRef { $0 }
      let after = record.pc - record.code.pointee.instructions - 1
      let isNew = frame == innermost && !failure.isPutOff
      let index = isNew ? place(failure, record, after) : after
      if failure.isPutOff {
        failure.isPutOff = false
      } else {
        note(failure, record, details, index)
      }
      if let handler = details.handlers.first(where: {
        $0.range.contains(index) && (failure.isCatchable || $0.isCleanup)
      }) {
        if !handler.isCleanup {
          noteRest(failure, frame, bottom)
        } else if !failure.isCatchable {
          // A cleanup after a limit or Ctrl-C ends with this slice and second.
          spare = Machine.slice
          if grace == nil { grace = .now + .seconds(1) }
        }
        (record.registers + handler.register).take(.object(Caught(failure)))
        record.pc = record.code.pointee.instructions + handler.target
        return (record, frame)
      }
      for register in 0..<record.code.pointee.frameSize { (record.registers + register).clear() }
      if frame == bottom {
        failure.parameter = nil
        return nil
      }
      frame -= 1
      record = frame.pointee
      if failure.parameter != nil { Labels.point(failure, record) }
    }
  }

  /// A limit that is reached in a jump is noticed at its target.
  private func place(_ failure: Failure, _ record: FrameRecord, _ index: Int) -> Int {
    if !failure.isAtTarget { return index }
    failure.isAtTarget = false
    guard index >= 0 else { return 0 }
    switch record.code.pointee.instructions[index].operation {
    case .call, .callLocal, .callGlobal, .callForm: return index
    default: return index + 1
    }
  }

  /// The frames below the one that catches the error, for what asks the error about them.
  private func noteRest(
    _ failure: Failure, _ innermost: UnsafeMutablePointer<FrameRecord>,
    _ bottom: UnsafeMutablePointer<FrameRecord>
  ) {
    var frame = innermost
    while frame != bottom {
      frame -= 1
      let record = frame.pointee
      let details = record.code.pointee.details._withUnsafeGuaranteedRef { $0 }
      note(failure, record, details, record.pc - record.code.pointee.instructions - 1)
    }
  }

  private func note(
    _ failure: Failure, _ record: FrameRecord, _ details: FunctionDetails, _ index: Int
  ) {
    guard !failure.isRaisedAgain, details.places.indices.contains(index) else { return }
    // A deep recursion is noted at both ends; what lies between is only counted.
    if failure.trace.count >= 64 {
      failure.trace.removeLast()
      failure.omitted += 1
    }
    var arguments: [String] = []
    if failure.trace.count >= 16, !details.parameters.isEmpty {
      arguments = ["…"]
    } else {
      for (position, parameter) in details.parameters.enumerated() {
        let value = record.registers[position + 1]
        if case .box(let box) = value {
          if value.isAbsent { continue }
          arguments.append("\(parameter.name): \(Description.brief(box.value))")
        } else {
          arguments.append("\(parameter.name): \(Description.brief(value))")
        }
      }
    }
    failure.trace.append(
      Failure.Frame(
        function: details.name, isScript: details.isScript,
        arguments: arguments.joined(separator: ", "), source: details.source,
        span: details.places[index].span))
  }
}

/// Labels that tell what the operands of a failed instruction are.
private enum Labels {
  static func add(to failure: Failure, _ record: FrameRecord, _ globals: Slot) {
    // Values are no reason for an interruption, and may take long to describe.
    guard failure.kind != .interruption else { return }
    let details = record.code.pointee.details._withUnsafeGuaranteedRef { $0 }
    let index = record.pc - record.code.pointee.instructions - 1
    guard details.places.indices.contains(index) else { return }
    let place = details.places[index]
    restoreOrder(failure, details.source.substring(place.span))
    // The arguments of a call with labels stand in an order of their own.
    if record.code.pointee.instructions[index].operation == .callForm { return }
    guard place.operands >= 0, Int(place.operands) < details.operands.count else { return }
    var operands = details.operands[Int(place.operands)]
    if let argument = failure.argument {
      guard operands.indices.contains(argument.position) else { return }
      operands = [operands[argument.position]]
    }
    for operand in operands.prefix(4) {
      if failure.hasPackedArguments, case .register = operand.location { continue }
      let slot: Slot =
        switch operand.location {
        case .register(let register): record.registers + register
        case .global(let global): globals + global
        case .captured(let position): record.captured + position
        }
      let value = slot.pointee.boxObject?._withUnsafeGuaranteedRef { $0.value } ?? slot.pointee
      guard let text = text(for: operand, value, details.source, place.span) else { continue }
      failure.secondary.append(.init(details.source, operand.span, text))
    }
  }

  /// A parameter's annotation does not hold: the argument in the call is at fault.
  static func point(_ failure: Failure, _ record: FrameRecord) {
    guard let parameter = failure.parameter else { return }
    failure.parameter = nil
    let details = record.code.pointee.details._withUnsafeGuaranteedRef { $0 }
    let index = record.pc - record.code.pointee.instructions - 1
    guard !details.source.isLibrary, details.places.indices.contains(index) else { return }
    let place = details.places[index]
    guard place.operands >= 0, Int(place.operands) < details.operands.count else { return }
    let operands = details.operands[Int(place.operands)]
    var found: Int? = parameter.position
    let instruction = record.code.pointee.instructions[index]
    if instruction.operation == .callForm {
      let form = details.calls[Int(instruction.c)]
      found = form.labels.firstIndex(of: parameter.name) ?? form.position(parameter.position)
    }
    guard let position = found, operands.indices.contains(position) else { return }
    let operand = operands[position]
    let text = text(for: operand, parameter.found, details.source, place.span) ?? ""
    failure.primary = .init(details.source, operand.span, text)
    failure.secondary.insert(.init(parameter.source, parameter.span, "declared here"), at: 0)
  }

  /// `w is [10, 128]   (line 9: w = …)`; nil where it would only repeat the source.
  private static func text(
    for operand: Operand, _ value: Value, _ source: Source, _ span: Span
  ) -> String? {
    if value.isAbsent { return nil }
    let brief = Description.brief(value)
    if operand.name == nil, source.substring(operand.span) == brief { return nil }
    var text: String
    switch value {
    case .function, .native: text = "\(operand.name ?? "this") is \(value.typePhrase)"
    case .object, .none: text = "\(operand.name ?? "this") is \(brief)"
    default: text = "\(operand.name ?? "this") is the \(value.typeName) \(brief)"
    }
    if let declaration = operand.declaration,
      declaration.isStatement,
      declaration.source !== source || declaration.span.end <= span.start
    {
      text += "   (\(declaration.summary))"
    } else if case .object(let object) = value, let origin = object.origin {
      text += "   (\(origin))"
    }
    return text
  }

  /// `a > b` runs as `b < a`: the message speaks of what is written.
  private static func restoreOrder(_ failure: Failure, _ operation: String) {
    guard let (left, right) = failure.comparison, failure.code == "X0303" else { return }
    failure.comparison = nil
    switch operation {
    case ">": failure.message = Failure.incomparable(.greater, right, left).message
    case ">=": failure.message = Failure.incomparable(.greaterOrEqual, right, left).message
    case "<": failure.message = Failure.incomparable(.less, left, right).message
    case "<=": failure.message = Failure.incomparable(.lessOrEqual, left, right).message
    case "in": failure.message = Failure.incomparable(.contains, left, right).message
    case "not in": failure.message = Failure.incomparable(.notContains, left, right).message
    default: break
    }
  }
}
