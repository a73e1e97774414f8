// Natives that tell about functions: documentation, source, methods, metrics.

extension Session {
  /// The natives that tell about functions and the session's names.
  static var natives: [Native] {
    [
      Native(
        "documentation(f) -> String", in: "language",
        """
        The documentation of a function, method, metric or native; none if it has none.

        ```xai
        print(documentation(sqrt))
        ```
        """
      ) { _, arguments throws(Failure) in
        switch arguments[0] {
        case .function(let function): return function.documentation.map { Value($0) } ?? .none
        case .native(let native): return Value("`\(native.signature)`\n\n\(native.documentation)")
        case .object(let object):
          if let value = try object.field("documentation") { return value }
        default: break
        }
        throw Failure.argument(0, expected: "a Function", found: arguments[0])
      },
      Native(
        "source(f) -> String", in: "language",
        """
        The text of a function, method or metric as it was written.

        ```xai
        import methods
        print(source(integrated_gradients))
        ```
        """
      ) { _, arguments throws(Failure) in
        switch arguments[0] {
        case .function(let function): return Value(function.sourceText)
        case .native(let native):
          throw Failure(
            "X0318", "\(native.name) is not written in xai, so it has no source to show")
        case .object(let object):
          if let value = try object.field("source") { return value }
        default: break
        }
        throw Failure.argument(0, expected: "a Function", found: arguments[0])
      },
      declared("methods", "attribution methods", .method),
      declared("metrics", "metrics", .metric),
    ]
  }

  private static func declared(_ name: String, _ words: String, _ kind: Declared.Kind) -> Native {
    Native(
      "\(name)() -> List", in: "language",
      """
      The \(words) that can be used here: those of imported modules, and those of the script.

      ```xai
      import methods, metrics
      for m in \(name)() { print(m.name) }
      ```
      """
    ) { machine, _ throws(Failure) in
      Value(machine.session?.declared(kind).map { .object($0) } ?? [])
    }
  }
}

extension Session {
  /// The methods or metrics of imported modules and of the session, by name.
  package func declared(_ kind: Declared.Kind) -> [Declared] {
    var found: [String: Declared] = [:]
    let globals = modules.values.flatMap { $0.exports.values } + Array(scope.names.values)
    for global in globals {
      guard case .object(let object) = machine.globals[global.index],
        let declared = object as? Declared, declared.kind == kind, global.name == declared.name
      else { continue }
      found[declared.name] = declared
    }
    return found.values.sorted { $0.name < $1.name }
  }
}
