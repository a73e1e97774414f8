/// Declarations: `let`, `var`, `fn`, `method`, `metric`, `model`, `param`, `import` and `test`.

extension Parser {
  /// declaration = ( "let" | "var" ) pattern "=" expression
  mutating func declaration(_ start: Int, isVariable: Bool) throws(Abort) -> Statement {
    let first = position
    advance()
    if let abort = foreignModifier() { throw abort }
    let pattern = try pattern(in: .binding)
    guard accept(.assign) else { throw expected("`=` and a value") }
    let value = try expression()
    let text = documentation(of: first)
    return Statement(
      .declare(pattern, value, isVariable: isVariable, documentation: text), span(from: start))
  }

  /// function = "fn" name "(" parameters ")" [ "->" annotation ] ( block | "=>" expression )
  mutating func functionStatement(_ start: Int) throws(Abort) -> Statement {
    let first = position
    advance()
    let name = try name("a name for the function")
    let list = try parameterList(allowsSettings: false)
    let result = try resultAnnotation()
    let header = position - 1
    let body = try functionBody()
    let text = documentation(of: first, header: header)
    return Statement(
      .function(
        Function(
          name: name, parameters: list.inputs, result: result, body: body,
          documentation: text, span: span(from: start))), span(from: start))
  }

  /// method = "method" name "(" parameters [ ";" parameters ] ")" [ "->" annotation ] block, and so
  /// `metric`; model = "model" name "(" parameters ")" block
  mutating func declaredFunction(_ start: Int, _ word: StatementWord) throws(Abort) -> Statement {
    let first = position
    advance()
    let name = try name("a name for the \(word.rawValue)")
    let list = try parameterList(allowsSettings: word != .model)
    let result = try resultAnnotation()
    let header = position - 1
    let body = try functionBody()
    let text = documentation(of: first, header: header)
    let isModel = word == .model
    let function = Function(
      name: name, parameters: isModel ? [] : list.inputs,
      settings: isModel ? list.inputs : list.settings, result: result, body: body,
      documentation: text, span: span(from: start))
    switch word {
    case .method: return Statement(.method(function), span(from: start))
    case .metric: return Statement(.metric(function), span(from: start))
    default: return Statement(.model(function), span(from: start))
    }
  }

  /// A block, or `=>` and an expression, in which `return` is allowed and the loops outside are not seen.
  mutating func functionBody() throws(Abort) -> Block {
    let outerLoops = loopDepth
    functionDepth += 1
    loopDepth = 0
    defer {
      functionDepth -= 1
      loopDepth = outerLoops
    }
    if accept(.arrow) {
      return try blockOrExpression()
    }
    if at(.assign) {
      throw fail(
        "X0108", "the body of a function follows `=>`", at: current.span,
        helps: [replacing(current.span, by: "=>", "write `=>`")])
    }
    return try block()
  }

  /// parameters = "(" [ parameter { "," parameter } [ ";" parameter { "," parameter } ] ] ")"
  mutating func parameterList(
    allowsSettings: Bool
  ) throws(Abort) -> (inputs: [Parameter], settings: [Parameter]) {
    try enclosed(.openParenthesis, .closeParenthesis, linesMatter: false) {
      parser throws(Abort) in
      var lists: [[Parameter]] = [[]]
      var names: [Name] = []
      while !parser.at(.closeParenthesis) {
        if parser.at(.semicolon) {
          guard allowsSettings, lists.count == 1 else { throw parser.settingsNotHere() }
          parser.advance()
          lists.append([])
          continue
        }
        let parameter = try parser.parameter(after: lists.last?.last ?? lists[0].last)
        parser.checkUnique(parameter.name, &names, "parameter")
        lists[lists.count - 1].append(parameter)
        if !parser.at(.semicolon), !parser.accept(.comma) { break }
      }
      return (lists[0], lists.count > 1 ? lists[1] : [])
    }
  }

  private mutating func settingsNotHere() -> Abort {
    fail(
      "X0114", "`;` separates inputs from settings once, and only in a method or metric",
      at: current.span, helps: [replacing(current.span, by: ",", "separate parameters with `,`")])
  }

  /// Reports a name that a list has twice.
  mutating func checkUnique(_ name: Name, _ names: inout [Name], _ what: String) {
    if let first = names.first(where: { $0.text == name.text }), name.text != "_" {
      report(
        "X0118", "the \(what) `\(name.text)` stands here twice", at: name.span,
        also: [.init(source, first.span, "first here")])
    }
    names.append(name)
  }

  /// param = "param" name "=" expression
  mutating func parameterStatement(_ start: Int) throws(Abort) -> Statement {
    let first = position
    checkTopLevel("param")
    advance()
    let name = try name("the name of the parameter")
    guard accept(.assign) else { throw expected("`=` and a default") }
    let value = try expression()
    let text = documentation(of: first)
    return Statement(.parameter(name, value, documentation: text), span(from: start))
  }

  /// import = "import" module { "," module }; module = ( name | string ) [ "as" name ]
  mutating func importStatement(_ start: Int) throws(Abort) -> Statement {
    checkTopLevel("import")
    var imports: [Import] = []
    repeat {
      advance()
      imports.append(try importedModule())
    } while at(.comma)
    return Statement(.imports(imports), span(from: start))
  }

  private mutating func importedModule() throws(Abort) -> Import {
    let start = current.span.start
    let path: String
    let isFile: Bool
    switch current.kind {
    case .name(let text): (path, isFile) = (text, false)
    case .string(let text): (path, isFile) = (text, true)
    default: throw expected("the name of a module or the path of a file")
    }
    if !isFile { foreignModule(path) }
    advance()
    var alias: Name?
    if accept(.as) { alias = try name("a name") }
    return Import(path: path, isFile: isFile, alias: alias, span: span(from: start))
  }

  /// test = "test" string block
  mutating func testStatement(_ start: Int) throws(Abort) -> Statement {
    checkTopLevel("test")
    advance()
    guard case .string(let title) = current.kind else {
      throw fail("X0101", "the name of a test is a plain string", at: current.span)
    }
    advance()
    return Statement(.test(title, try block()), span(from: start))
  }

  private mutating func checkTopLevel(_ word: String) {
    if blockDepth > 0 {
      report(
        "X0116", "`\(word)` stands at the top of a script, not inside a block", at: current.span)
    }
  }

  /// A name; a keyword in its place is an error of its own.
  mutating func name(_ what: String) throws(Abort) -> Name {
    let token = current
    switch token.kind {
    case .name(let text):
      advance()
      return Name(text, token.span)
    case .keyword(let keyword):
      throw fail(
        "X0117", "`\(keyword.rawValue)` is a word of the language and cannot be a name",
        at: token.span,
        helps: [
          replacing(
            token.span, by: keyword.rawValue + "_", "add an underscore: `\(keyword.rawValue)_`")
        ])
    default: throw expected(what)
    }
  }
}
