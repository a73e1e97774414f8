// How arguments come to their parameters, and calls of natives and objects.
import Syntax

extension Machine {
  /// Calls a native or an object with `count` arguments behind `a`; the result goes to `a`. Arguments are
  /// arranged if there is one for each parameter.
  @inline(never) func callOther(
    _ callee: Slot, _ a: Slot, _ count: Int, _ frame: UnsafeMutablePointer<FrameRecord>,
    isArranged: Bool
  ) throws(Failure) {
    var count = count
    topFrame = frame
    // A loop around long natives takes too long for a slice.
    if isInterrupted() { try checkpoint() }
    if let native = callee.pointee.nativeObject {
      if !isArranged, native._withUnsafeGuaranteedRef({ $0.arity }) != count {
        count = try fill(native.takeUnretainedValue(), a, count)
      }
      top = a + count + 1
      let result = native._withUnsafeGuaranteedRef { $0.run(self, a + 1, count) }
      switch result {
      case .success(let value):
        a.take(value)
        try checkpoint(after: a)
      case .failure(let failure):
        complete(failure, native.takeUnretainedValue())
        throw failure
      }
    } else if case .object(let object) = callee.pointee {
      var arguments: [Argument] = []
      for index in 0..<count { arguments.append(Argument(a[index + 1])) }
      top = a + count + 1
      a.take(try object.call(self, arguments))
      try checkpoint(after: a)
    } else if callee.pointee.isAbsent {
      throw Failure("X0206", "this function has no value yet")
    } else {
      throw Failure.notCallable(callee.pointee)
    }
    while count > 0 {
      (a + count).clear()
      count &-= 1
    }
  }

  /// Names the function and the parameter in a complaint about an argument.
  private func complete(_ failure: Failure, _ native: Native) {
    if failure.trace.isEmpty, native.parameters.contains(where: \.isVariadic) {
      failure.hasPackedArguments = true
    }
    guard let argument = failure.argument, failure.trace.isEmpty, !failure.isComplete else {
      return
    }
    failure.isComplete = true
    let parameters = native.parameters
    guard argument.position < parameters.count else { return }
    let parameter = parameters[argument.position]
    failure.message =
      "\(native.name): `\(parameter.name)` must be \(argument.expected), "
      + "found \(Description.found(argument.found))"
    failure.notes.append("It is declared as \(native.signature).")
  }

  // MARK: functions of the script

  /// Completes positional arguments: defaults are marked absent, the rest becomes a List.
  @inline(never) func fill(_ code: CodePointer, _ a: Slot, _ count: Int) throws(Failure) {
    let details = code.pointee.details._withUnsafeGuaranteedRef { $0 }
    let parameters = details.parameters
    let isVariadic = parameters.last?.isVariadic ?? false
    let fixed = isVariadic ? parameters.count - 1 : parameters.count
    if count > fixed, !isVariadic {
      throw Failure.tooMany(count, takes: fixed, name: details.name, signature: details.signature)
    }
    for index in min(count, fixed)..<fixed {
      guard parameters[index].hasDefault else {
        throw Failure.missing(
          parameters[index].name, of: details.name, signature: details.signature)
      }
      (a + index + 1).take(.absent)
    }
    guard isVariadic else { return }
    let extra = max(0, count - fixed)
    let rest = List(copying: a + fixed + 1, extra)
    for index in 0..<extra { (a + fixed + 1 + index).clear() }
    (a + fixed + 1).take(.list(rest))
  }

  /// The same for a native; gives the number of registers that it reads.
  private func fill(_ native: Native, _ a: Slot, _ count: Int) throws(Failure) -> Int {
    let parameters = native.parameters
    if native.arity == count { return count }
    var arguments: [Argument] = []
    for index in 0..<count { arguments.append(Argument(a[index + 1])) }
    let values = try Arrangement(native).place(arguments)
    guard a + values.count < limit else { throw tooDeep() }
    for (index, value) in values.enumerated() { (a + index + 1).take(value) }
    for index in values.count..<max(values.count, count) { (a + index + 1).clear() }
    return parameters.count
  }

  // MARK: labels and spreads

  /// Brings arguments with labels to the order of the parameters.
  func arrange(_ arguments: [Argument], for callee: Value) throws(Failure) -> [Value] {
    switch callee {
    case .function(let function): try Arrangement(function.details).place(arguments)
    case .native(let native): try Arrangement(native).place(arguments)
    default: throw Failure.notCallable(callee)
    }
  }

  /// Arranges the arguments of a call with labels or spreads behind `a`, and gives their number;
  /// an object is called at once, which -1 tells.
  @inline(never) func arrangeForm(_ a: Slot, _ count: Int, _ code: CodePointer, _ index: Int)
    throws(Failure) -> Int
  {
    let form = code.pointee.details._withUnsafeGuaranteedRef { $0.calls[index] }
    var arguments: [Argument] = []
    for position in 0..<count {
      let value = a[position + 1]
      if !form.spreads[position] {
        arguments.append(Argument(label: form.labels[position], value))
      } else if case .record(let record) = value {
        for (name, value) in record.fields { arguments.append(Argument(label: name, value)) }
      } else {
        for value in try Sequences.values(of: value) { arguments.append(Argument(value)) }
      }
    }
    if case .object(let object) = a.pointee {
      a.take(try object.call(self, arguments))
      for position in 0..<count { (a + position + 1).clear() }
      return -1
    }
    let values = try arrange(arguments, for: a.pointee)
    guard a + values.count < limit else { throw tooDeep() }
    for (position, value) in values.enumerated() { (a + position + 1).take(value) }
    for position in values.count..<max(values.count, count) { (a + position + 1).clear() }
    return values.count
  }
}

/// Brings arguments to the parameters of a function.
struct Arrangement {
  private struct Parameter {
    var name: String
    var standard: Value?
    var isVariadic: Bool
  }

  private let name: String?
  private let signature: String
  private let parameters: [Parameter]

  init(_ details: FunctionDetails) { self.init(details.name, details.parameters) }

  init(_ name: String?, _ details: [FunctionDetails.Parameter]) {
    self.name = name
    signature = FunctionDetails.signature(name, details)
    parameters = details.map {
      Parameter(
        name: $0.name, standard: $0.hasDefault ? .absent : nil, isVariadic: $0.isVariadic)
    }
  }

  init(_ native: Native) {
    name = native.name
    signature = native.signature
    parameters = native.parameters.map {
      Parameter(name: $0.name, standard: $0.standard, isVariadic: $0.isVariadic)
    }
  }

  /// One value for each parameter.
  func place(_ arguments: [Argument]) throws(Failure) -> [Value] {
    var values = [Value?](repeating: nil, count: parameters.count)
    let variadic = parameters.firstIndex(where: \.isVariadic)
    let rest = List()
    var position = 0
    for argument in arguments {
      if let label = argument.label {
        guard let index = parameters.firstIndex(where: { $0.name == label && !$0.isVariadic })
        else {
          throw Failure.unknownLabel(
            label, of: name, signature: signature, among: parameters.map(\.name))
        }
        guard values[index] == nil else {
          let failure = Failure(
            "X0211", "\(name ?? "the function"): `\(label)` is given twice",
            notes: ["It is declared as \(signature)."])
          failure.label = label
          throw failure
        }
        values[index] = argument.value
      } else if let variadic, position >= variadic {
        rest.append(argument.value)
      } else {
        while position < parameters.count, values[position] != nil { position += 1 }
        guard position < parameters.count else {
          throw Failure.tooMany(
            arguments.count, takes: parameters.count, name: name, signature: signature)
        }
        if position == variadic {
          rest.append(argument.value)
        } else {
          values[position] = argument.value
          position += 1
        }
      }
    }
    if let variadic { values[variadic] = .list(rest) }
    var result: [Value] = []
    for (index, parameter) in parameters.enumerated() {
      guard let value = values[index] ?? parameter.standard else {
        throw Failure.missing(parameter.name, of: name, signature: signature)
      }
      result.append(value)
    }
    return result
  }
}

extension Failure {
  static func tooMany(_ count: Int, takes: Int, name: String?, signature: String) -> Failure {
    Failure(
      "X0209",
      "\(name ?? "the function") takes \(takes) argument\(takes == 1 ? "" : "s"), not \(count)",
      notes: ["It is declared as \(signature)."])
  }

  static func missing(_ parameter: String, of name: String?, signature: String) -> Failure {
    Failure(
      "X0208", "\(name ?? "the function") needs `\(parameter)`",
      notes: ["It is declared as \(signature)."])
  }

  static func unknownLabel(_ label: String, of name: String?, signature: String, among: [String])
    -> Failure
  {
    let nearest =
      ForeignNames.label(for: label, among: among)
      ?? Suggestion.nearest(to: label, among: among).first
    let failure = Failure(
      "X0207", "\(name ?? "the function") has no parameter `\(label)`",
      notes: ["It is declared as \(signature)."],
      help: nearest.map { "did you mean `\($0):`?" })
    failure.label = label
    return failure
  }
}
