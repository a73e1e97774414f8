// The core of the language's functions: those that need nothing but values.
import Glibc

/// The functions of the core, family by family.
package let coreNatives: [Native] =
  printingNatives + conversionNatives + listNatives + selectionNatives + orderingNatives
  + foldingNatives + collectingNatives + textNatives + paddingNatives + patternNatives + jsonNatives
  + recordNatives + numberNatives + elementaryNatives + timeNatives

/// The names with a fixed value.
package var coreConstants: [(name: String, value: Value)] {
  [("pi", .float(.pi)), ("e", .float(M_E)), ("inf", .float(.infinity)), ("nan", .float(.nan))]
}

/// The functions of the core for Swift code.
package enum Core {
  private static let byName = Dictionary(
    coreNatives.map { ($0.name, $0) }, uniquingKeysWith: { _, later in later })

  /// The function of a name, or nil.
  package static func native(_ name: String) -> Native? { byName[name] }

  /// Calls a function of the core: one value for each parameter, defaults for those left out at the
  /// end. A variadic parameter takes a List.
  package static func call(_ name: String, _ machine: Machine, _ values: [Value]) throws(Failure)
    -> Value
  {
    guard let native = byName[name] else {
      throw Failure("X0206", "the core has no function \(name)", kind: .internalError)
    }
    let parameters = native.parameters
    guard values.count <= parameters.count else {
      throw Failure(
        "X0209", "\(name) takes \(parameters.count) arguments, not \(values.count)",
        notes: ["It is declared as \(native.signature)."])
    }
    var complete = values
    for parameter in parameters.dropFirst(values.count) {
      guard let standard = parameter.standard ?? (parameter.isVariadic ? Value([]) : nil) else {
        throw Failure(
          "X0208", "\(name) needs `\(parameter.name)`",
          notes: ["It is declared as \(native.signature)."])
      }
      complete.append(standard)
    }
    return try native.body(machine, complete.span)
  }
}

extension Native {
  /// A function of the core that an object in the place of its first argument may have for itself.
  static func core(
    _ signature: String, in category: String, _ documentation: String, body: @escaping Body
  ) -> Native {
    let name = String(signature.prefix { $0 != "(" })
    return Native(signature, in: category, documentation) { machine, arguments throws(Failure) in
      if case .object(let object) = arguments[0],
        let own = try object.apply(name, machine, arguments)
      {
        return own
      }
      return try body(machine, arguments)
    }
  }
}
