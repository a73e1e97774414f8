// The compiler of one function: instructions, constants, registers, names.
import Syntax

/// Compiles one function (or cell) to instructions. Register 0 takes the result, the parameters
/// follow, then variables and temporaries as a stack.
final class Compiler {
  let unit: Unit
  let parent: Compiler?
  /// The function is a cell, whose outermost names are globals.
  let isCell: Bool
  /// The function is a row of a sweep, which may run in another process: it changes nothing outside.
  var isRow = false
  var parts: Parts
  var instructions: [Instruction] = []
  private var constants: [Value] = []
  private var wholes: [Int: Int] = [:]
  private var fractions: [UInt64: Int] = [:]
  private var texts: [String: Int] = [:]
  /// The next free register, and the most that were in use.
  var top = 1
  private var most = 1
  /// Names by block, innermost last.
  var blocks: [[String: Local]] = [[:]]
  /// Registers that hold variables: they are not overwritten before an expression is done.
  var variables: Set<Int> = []
  var captures: [(local: Local, index: Int)] = []
  /// What the result of the function must be: its place among the contracts.
  var resultContract: Int?
  /// Sizes named by the annotation at hand that become names of the script.
  var newSizes: [(name: Name, register: Int)] = []
  /// Jumps out of the loops around the current place, to be set at their ends.
  var loops: [(breaks: [Int], nexts: [Int])] = []
  /// How many cleanups there were around each of the loops.
  var loopCleanups: [Int] = []
  /// What runs when the blocks around the current place are left, innermost last.
  var cleanups: [Cleanup] = []
  private let statements: [Statement]
  /// What nested functions mention.
  lazy var mentioned: Set<String> = Mentions.within(statements)

  init(_ unit: Unit, parent: Compiler?, statements: [Statement], parts: Parts, isCell: Bool) {
    self.unit = unit
    self.parent = parent
    self.statements = statements
    self.parts = parts
    self.isCell = isCell
  }

  // MARK: instructions

  @discardableResult
  func emit(
    _ operation: Operation, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, at span: Span,
    operands: [Operand] = []
  ) -> Int {
    if max(a, b, c) > Int(UInt16.max) { reportSize(span) }
    instructions.append(
      Instruction(
        operation: operation, a: UInt16(truncatingIfNeeded: a), b: UInt16(truncatingIfNeeded: b),
        c: UInt16(truncatingIfNeeded: c)))
    var place = Place(start: Int32(clamping: span.start), end: Int32(clamping: span.end))
    if !operands.isEmpty {
      place.operands = Int32(clamping: parts.operands.count)
      parts.operands.append(operands)
    }
    parts.places.append(place)
    return instructions.count - 1
  }

  private func reportSize(_ span: Span) {
    unit.report(
      "X0602", "this function is too large", parts.span,
      notes: ["It needs more registers, constants or distant jumps than an instruction can name."],
      helps: [.init("divide it into several functions or cells")])
  }

  /// Sets the distance of a jump so that it goes to a target.
  func patch(_ jump: Int, to target: Int) {
    let distance = target - jump - 1
    if instructions[jump].operation == .jump {
      let bits = UInt32(bitPattern: Int32(clamping: distance))
      instructions[jump].b = UInt16(truncatingIfNeeded: bits)
      instructions[jump].c = UInt16(truncatingIfNeeded: bits >> 16)
    } else {
      if Int16(exactly: distance) == nil { reportSize(parts.places[jump].span) }
      instructions[jump].c = UInt16(bitPattern: Int16(clamping: distance))
    }
  }

  func patch(_ jumps: [Int]) { for jump in jumps { patch(jump, to: instructions.count) } }

  // MARK: registers and constants

  func temporary() -> Int {
    top += 1
    most = max(most, top)
    return top - 1
  }

  /// Runs `body` and frees the registers that it took.
  func scoped<T>(_ body: () -> T) -> T {
    let saved = top
    defer { top = saved }
    return body()
  }

  /// Whether a register may be used for parts of an expression before its value is complete.
  func isFresh(_ register: Int) -> Bool { register == top - 1 && !variables.contains(register) }

  func constant(_ value: Value) -> Int {
    func add() -> Int {
      constants.append(value)
      return constants.count - 1
    }
    func known<Key>(_ key: Key, _ table: inout [Key: Int]) -> Int {
      if let index = table[key] { return index }
      let index = add()
      table[key] = index
      return index
    }
    switch value {
    case .int(let whole): return known(whole, &wholes)
    case .float(let fraction): return known(fraction.bitPattern, &fractions)
    case .text(let text): return known(text.string, &texts)
    default: return add()
    }
  }

  func load(_ value: Value, into register: Int, at span: Span) {
    if value.isNone {
      emit(.loadNone, register, at: span)
      return
    }
    let index = constant(value)
    emit(.load, register, index & 0xffff, index >> 16, at: span)
  }

  func name(_ text: String) -> Int {
    if let index = parts.names.firstIndex(of: text) { return index }
    parts.names.append(text)
    return parts.names.count - 1
  }

  func site(_ field: String) -> Int {
    parts.fieldNames.append(field)
    return parts.fieldNames.count - 1
  }

  // MARK: the result

  /// The function's code. It lives as long as the process, as a closure may outlast everything.
  func finish(arity: Int) -> CodePointer {
    parts.captures = captures.map { capture in
      guard let parent else { return .register(0) }
      return parent.source(of: capture.local)
    }
    func copy<T>(_ elements: [T]) -> UnsafeMutablePointer<T> {
      let memory = UnsafeMutablePointer<T>.allocate(capacity: max(elements.count, 1))
      memory.initialize(from: elements, count: elements.count)
      return memory
    }
    parts.constantCount = constants.count
    let sites = [FieldSite](repeating: FieldSite(), count: parts.fieldNames.count)
    return copy([
      Code(
        instructions: copy(instructions), constants: copy(constants), sites: copy(sites),
        shapes: copy(parts.shapes.map { .passUnretained($0) }), arity: arity, frameSize: most + 1,
        details: .passRetained(FunctionDetails(parts)))
    ])
  }

  // MARK: names

  /// The local of a name in this function.
  private func local(_ name: String) -> Local? {
    for block in blocks.reversed() { if let local = block[name] { return local } }
    return nil
  }

  private func captured(_ name: String) -> Binding? {
    if let (local, index) = captures.first(where: { $0.local.name == name && isVisible($0.local) })
    {
      return .captured(index, local)
    }
    guard let outer = parent?.inner(name) else { return nil }
    captures.append((outer, captures.count))
    return .captured(captures.count - 1, outer)
  }

  private func isVisible(_ local: Local) -> Bool { parent?.inner(local.name) === local }

  /// The local that a name means in this function or one around it.
  private func inner(_ name: String) -> Local? {
    if let local = local(name) { return local }
    return parent?.inner(name)
  }

  /// Where a function that is made here takes the captured local from.
  private func source(of local: Local) -> Capture {
    if blocks.contains(where: { $0[local.name] === local }) { return .register(local.register) }
    if let index = captures.firstIndex(where: { $0.local === local }) { return .captured(index) }
    captures.append((local, captures.count))
    return .captured(captures.count - 1)
  }

  func resolve(_ name: Name, isTarget: Bool = false) -> Binding? {
    if let local = local(name.text) {
      local.use = local.use ?? name.span
      return .local(local)
    }
    if let captured = captured(name.text) {
      if case .captured(_, let local) = captured { local.use = local.use ?? name.span }
      return captured
    }
    if let global = unit.global(name, isInner: !isCell) { return .global(global) }
    unit.reportUnknown(name, locals: localNames, isTarget: isTarget)
    return nil
  }

  /// What a name means, without a report when it means nothing.
  func peek(_ name: String) -> Global? {
    if inner(name) != nil { return nil }
    if let own = unit.scope.names[name] { return own }
    if unit.scope.imports.contains(where: { $0.exports[name] != nil }) { return nil }
    return unit.session.core[name]
  }

  private var localNames: [String] {
    blocks.flatMap(\.keys) + (parent?.localNames ?? [])
  }

  /// Whether names declared here are those of the script or module.
  var isTopLevel: Bool { isCell && blocks.count == 1 }

  /// Makes a variable of this function in a register that is already its own.
  func declare(
    _ name: Name, _ register: Int, isVariable: Bool, isBoxed: Bool, _ span: Span,
    isSize: Bool = false
  ) {
    if let earlier = blocks[blocks.count - 1][name.text] {
      unit.report(
        "X0203", "`\(name.text)` is declared twice in this block", name.span,
        also: earlier.declaration.map { [.init($0.source, $0.span, "first here")] } ?? [],
        helps: isVariable || earlier.isVariable ? [.init("assign to it: \(name.text) = …")] : [])
    }
    blocks[blocks.count - 1][name.text] = Local(
      name.text, register, isVariable: isVariable, isBoxed: isBoxed,
      isSize: isSize, declaration: Declaration(source: unit.source, span: span))
    variables.insert(register)
  }

  /// Compiles in a block of its own: its names and registers end with it.
  func block<T>(_ body: () -> T) -> T {
    let saved = top
    blocks.append([:])
    defer {
      for local in blocks.removeLast().values { variables.remove(local.register) }
      top = saved
    }
    return body()
  }
}
