// What a session knows at one moment, to go back to: tests of one file do not see one another's changes.

/// The names of a session with their values.
///
/// Lists, records and tensors are values, so that going back undoes whatever was done to them. What a function has
/// captured and changed, and what lies behind an object, stays as it is.
package struct Snapshot {
  fileprivate let scope: (names: [String: Global], imports: [Module])
  fileprivate let modules: [String: Module]
  fileprivate let states: [(global: Global, state: Global.State)]
  fileprivate let values: [Value]
}

extension Session {
  /// The names as they are now.
  package func snapshot() -> Snapshot {
    let globals = modules.values.flatMap { $0.scope.names.values } + Array(scope.names.values)
    return Snapshot(
      scope: scope.state, modules: modules, states: globals.map { ($0, $0.state) },
      values: (0..<globalCount).map { machine.globals[$0] })
  }

  /// Goes back to what was known; names and modules that came later are forgotten.
  package func restore(_ snapshot: Snapshot) {
    scope.state = snapshot.scope
    modules = snapshot.modules
    for (global, state) in snapshot.states { global.state = state }
    for index in 0..<globalCount {
      let place = machine.globals + index
      place.take(index < snapshot.values.count ? snapshot.values[index] : .absent)
    }
    forgetGlobals(from: snapshot.values.count)
  }
}
