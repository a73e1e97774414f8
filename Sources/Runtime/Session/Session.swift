// A session: the names, modules and machine behind a script, the prompt or a test.
import Syntax

/// Compiles and runs scripts that share their names, one entry after another.
public final class Session {
  package let machine: Machine
  package let library: Library
  /// The seed that the session's random numbers come from.
  package var seed: UInt64
  /// What was given for the parameters of a script, by name, as text.
  package var overrides: [String: String] = [:]
  /// The folders that modules are looked for in, after that of the importing file.
  package var modulePaths: [String]
  /// Called before a module runs, with its name: sets aside what the module must not change for its
  /// importers (the random numbers), and gives what brings it back.
  package var isolation: ((String) -> () -> Void)?
  /// The natives by name.
  package private(set) var natives: [String: Native] = [:]

  /// The names of the natives and constants.
  private(set) var core: [String: Global] = [:]
  private(set) var scope = Scope()
  var modules: [String: Module] = [:]
  /// The modules that are being compiled, outermost first.
  var loading: [Module] = []
  private(set) var globalCount = 0

  /// A session with the core's natives and those given; of two with the same name the later counts.
  /// Nil when there is no memory for the machine.
  package init?(
    natives: [Native] = [], constants: [(name: String, value: Value)] = [],
    library: Library = Library(),
    output: any Output, seed: UInt64 = 0
  ) {
    guard let machine = Machine(output: output) else { return nil }
    self.machine = machine
    self.library = library
    self.seed = seed
    modulePaths = Files.modulePaths
    machine.session = self
    for native in coreNatives + Session.natives + natives {
      self.natives[native.name] = native
      defineCore(native.name, .native(native))
    }
    for (name, value) in coreConstants + constants { defineCore(name, value) }
    machine.append = Core.native("append").map {
      UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque())
    }
  }

  private func defineCore(_ name: String, _ value: Value) {
    if let global = core[name] {
      machine.globals[global.index] = value
    } else if let index = nextGlobal() {
      let global = Global(name, index, .native)
      global.isDeclared = true
      core[name] = global
      machine.globals[index] = value
    }
  }

  private func nextGlobal() -> Int? {
    guard globalCount < Machine.globalCount else { return nil }
    globalCount += 1
    machine.globals[globalCount - 1] = .absent
    return globalCount - 1
  }

  /// The places from `count` on may be given to other names; nothing refers to them any more.
  func forgetGlobals(from count: Int) { globalCount = min(globalCount, count) }

  /// The global of a name at the top level of a unit, made if it is new; nil, with a report, when
  /// there are too many.
  func global(_ name: Name, _ kind: Global.Kind, in unit: Unit) -> Global? {
    if let known = unit.scope.names[name.text] { return known }
    guard let index = nextGlobal() else {
      unit.report("X0602", "there are too many names", name.span)
      return nil
    }
    let global = Global(name.text, index, kind)
    unit.scope.names[name.text] = global
    return global
  }

  // MARK: compiling

  /// Parses and compiles; the program is nil when there are errors.
  package func compile(_ source: Source) -> (program: Program?, diagnostics: [Diagnostic]) {
    LargeStack.run {
      let (script, problems) = Parser.parse(source)
      if problems.contains(where: { $0.severity == .error }) { return (nil, problems) }
      let (program, found) = self.compile(script, self.scope)
      return (program, problems + found)
    }
  }

  /// Compiles a script for the names of the session.
  package func compile(_ script: Script) -> (program: Program?, diagnostics: [Diagnostic]) {
    LargeStack.run { self.compile(script, self.scope) }
  }

  func compile(_ script: Script, _ scope: Scope) -> (program: Program?, diagnostics: [Diagnostic]) {
    let before = scope.state
    let kinds = before.names.values.map { ($0, $0.state) }
    let unit = Unit(script.source, scope, self)
    let program = unit.compile(script)
    if loading.isEmpty {
      // A corrected file can be imported again.
      modules = modules.filter { $0.value.state != .broken }
    }
    if !unit.diagnostics.isEmpty || unit.hasBrokenImport {
      scope.state = before
      for (global, state) in kinds { global.state = state }
      return (nil, unit.diagnostics)
    }
    return (program, [])
  }

  // MARK: running

  /// Runs all cells in order; the values of their last expressions are shown.
  package func run(_ program: Program) throws(Failure) {
    for cell in program.cells { _ = try run(cell) }
  }

  /// Runs one cell and shows the value of its last expression, which it also gives.
  @discardableResult
  package func run(_ cell: Program.Cell) throws(Failure) -> Value {
    machine.output.beginCell(cell.heading)
    guard let code = cell.code else { return .none }
    do throws(Failure) {
      let value = try withExtendedLifetime(code) { () throws(Failure) in
        try machine.call(.function(Closure(code.pointer)))
      }
      if value.isShown, !cell.hidesValue {
        machine.output.show(value.display())
        try machine.checkpoint()
      }
      return value
    } catch {
      // What the cell did not come to declare is not known afterwards.
      for global in cell.declared where machine.globals[global.index].isAbsent {
        if scope.names[global.name] === global { scope.names[global.name] = nil }
      }
      throw error
    }
  }

  /// Runs a test; it has passed if nothing is thrown.
  package func run(_ test: TestCase) throws(Failure) {
    _ = try machine.call(.function(Closure(test.code)))
  }

  // MARK: names

  /// Forgets all names and modules of the session, but not its natives.
  package func reset() {
    for global in scope.names.values { machine.globals[global.index] = .absent }
    for module in modules.values {
      for global in module.scope.names.values { machine.globals[global.index] = .absent }
    }
    scope = Scope()
    modules = [:]
  }

  /// Sets a name of the session from outside: `ans`.
  package func define(_ name: String, _ value: Value, kind: Global.Kind = .constant) {
    if scope.names[name] == nil, let index = nextGlobal() {
      scope.names[name] = Global(name, index, kind)
    }
    guard let global = scope.names[name] else { return }
    global.isDeclared = true
    machine.globals[global.index] = value
  }

  /// The value of a name, seen from the session's top level.
  package func value(of name: String) -> Value? {
    guard let global = visible(name) else { return nil }
    let value = machine.globals[global.index]
    return value.isAbsent ? nil : value
  }

  /// The names that the session has declared, with their values, sorted.
  package var variables: [(global: Global, value: Value)] {
    scope.names.values.sorted { $0.name < $1.name }.compactMap { global in
      let value = machine.globals[global.index]
      return value.isAbsent ? nil : (global, value)
    }
  }

  /// Every name that can be used at the top level now.
  package var visibleNames: [String] {
    var names = Set(core.keys)
    for module in scope.imports { names.formUnion(module.exports.keys) }
    names.formUnion(scope.names.keys)
    return names.sorted()
  }

  /// What a name means at the top level, if anything.
  package func visible(_ name: String) -> Global? {
    if let own = scope.names[name] { return own }
    for module in scope.imports { if let global = module.exports[name] { return global } }
    return core[name]
  }

  /// The modules that the session has imported, in order.
  package var importedModules: [Module] { scope.imports }
}

extension Global {
  typealias State = (Kind, String?, Declaration?, Bool, [Parameter]?)

  /// What a failed compilation must take back.
  var state: State {
    get { (kind, documentation, declaration, isDeclared, parameters) }
    set { (kind, documentation, declaration, isDeclared, parameters) = newValue }
  }
}

extension Machine {
  /// The native in a global, for checks before a run.
  func native(at index: Int) -> Native? {
    if case .native(let native) = globals[index] { native } else { nil }
  }
}
