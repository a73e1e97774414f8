// The arguments of `xai run`: the program's own, and those that are parameters of the script.

/// `FILE --steps 20 --seed 1`, taken apart.
struct ScriptArguments: Equatable {
  /// By name, as written.
  var parameters: [(name: String, value: String)] = []
  /// An argument that belongs to nothing.
  var stray: String?

  static func == (left: ScriptArguments, right: ScriptArguments) -> Bool {
    left.stray == right.stray && left.parameters.elementsEqual(right.parameters) { $0 == $1 }
  }

  /// Reads `--name value` and `--name=value`; the name may be written with `-` for `_`.
  init(_ rest: [String]) {
    var index = 0
    while index < rest.count {
      let argument = rest[index]
      guard argument.hasPrefix("--"), argument.count > 2 else {
        stray = argument
        return
      }
      let body = argument.dropFirst(2)
      if let equals = body.firstIndex(of: "=") {
        parameters.append(
          (ScriptArguments.name(body[..<equals]), String(body[body.index(after: equals)...])))
        index += 1
      } else if index + 1 < rest.count, !rest[index + 1].hasPrefix("--") {
        parameters.append((ScriptArguments.name(body), rest[index + 1]))
        index += 2
      } else {
        // A flag alone switches a Bool on.
        parameters.append((ScriptArguments.name(body), "true"))
        index += 1
      }
    }
  }

  private static func name(_ text: Substring) -> String {
    String(text.map { $0 == "-" ? "_" : $0 })
  }
}
