// Natives: signatures, arguments, and how failures name them.
import Runtime
import Syntax
import Testing

/// An object that adds, has elements and calls back.
private final class Counter: Object {
  let total: Int
  init(_ total: Int) { self.total = total }
  override var typeName: String { "Counter" }
  override func describe() -> String { "Counter(\(total))" }
  override var origin: String? { "made by counter" }
  override var length: Int? { total }
  override func item(_ index: Int) throws(Failure) -> Value { .int(index * 10) }
  override func binary(_ operation: BinaryOperator, _ left: Value, _ right: Value)
    throws(Failure) -> Value
  {
    guard operation == .add, let other = (right.number ?? left.number) else {
      throw Failure("X0204", "these counters do not fit")
    }
    return .object(Counter(total + Int(other)))
  }
  override func replacing(_ subscripts: [Subscript], by value: Value) throws(Failure) -> Value {
    .object(Counter(Int(value.number ?? 0)))
  }
  override func element(_ subscripts: [Subscript]) throws(Failure) -> Value {
    Value(
      subscripts.map { part in
        if case .value(let value) = part { value } else { Value("..") }
      })
  }
  override func field(_ name: String) throws(Failure) -> Value? {
    name == "total" ? .int(total) : nil
  }
  override var fieldNames: [String] { ["total"] }
  override var isCallable: Bool { true }
  override func call(_ machine: Machine, _ arguments: [Argument]) throws(Failure) -> Value {
    var sum = total
    for argument in arguments {
      let value = argument.value
      sum += Int((value.isCallable ? try machine.call(value, .int(total)) : value).number ?? 0)
    }
    return .int(sum)
  }
}

@Suite struct NativeTests {
  private var natives: [Native] {
    [
      Native("counter(start: Int = 1) -> Counter", in: "tests", "A counter.") {
        _, arguments throws(Failure) in .object(Counter(try arguments.int(0)))
      },
      Native(
        "all_kinds(a: Int, b: Float = -1.5, c: String = \"x, y\", d: List = [1, 2], e = none, f: Bool = true)",
        in: "tests", "Takes everything."
      ) { _, arguments throws(Failure) in
        Value([
          .int(try arguments.int(0)), .float(try arguments.float(1)),
          Value(try arguments.string(2)), .list(try arguments.list(3)), arguments[4],
          .bool(try arguments.bool(5)),
        ])
      },
      Native("total(counter: Counter, rest...) -> Int", in: "tests", "Its total.") {
        _, arguments throws(Failure) in
        .int(try arguments.object(0, as: Counter.self).total + arguments.list(1).count)
      },
    ]
  }

  @Test func `a signature is taken apart`() {
    let native = natives[1]
    #expect(native.name == "all_kinds")
    #expect(native.parameters.map(\.name) == ["a", "b", "c", "d", "e", "f"])
    #expect(native.parameters.map(\.type) == ["Int", "Float", "String", "List", nil, "Bool"])
    #expect(
      native.parameters.map { $0.standard.map { $0.describe() } } == [
        nil, "-1.5", "\"x, y\"", "[1, 2]", "none", "true",
      ])
    #expect(native.problem == nil)
    #expect(natives[2].parameters.map(\.isVariadic) == [false, true])
    let wrong = Native("f(x = somewhere)", in: "tests", "") { _, _ throws(Failure) in .none }
    #expect(wrong.problem != nil)
  }

  @Test func `labels, defaults and the rest come to their parameters`() throws {
    let runner = try Runner(natives: natives)
    #expect(
      runner.run("print(all_kinds(1), all_kinds(1, f: false, b: 2))").output
        == "[1, -1.5, \"x, y\", [1, 2], none, true] [1, 2.0, \"x, y\", [1, 2], none, false]\n")
    #expect(
      runner.run("print(total(counter(3)), total(counter(3), 1, 2), total([counter(1)]...))")
        .output == "3 5 1\n")
    #expect(runner.run("print(\"a\", \"b\", separator: \"-\")").output == "a-b\n")
  }

  @Test func `objects take part in the language`() throws {
    let runner = try Runner(natives: natives)
    let text = """
      var c = counter(3)
      print(c + 4, 1 + c, type(c), [x for x in c], c.total, c[1, .., none])
      print(c(1, 2), c(x => x * 2), length(c))
      c[0] = 9
      var r = {c: c}
      r.c[0] = 5
      print(c, r, [c] == [c])
      """
    let outcome = runner.run(text)
    #expect(outcome.problems.isEmpty)
    #expect(
      outcome.output == """
        Counter(7) Counter(4) Counter [0, 10, 20] 3 [1, "..", none]
        6 9 3
        Counter(9) {c: Counter(5)} true

        """)
  }

  @Test func `failures name the function, the parameter and the origin of operands`() throws {
    let runner = try Runner(natives: natives)
    #expect(
      runner.run("total(3)").problems.first?.message
        == "total: `counter` must be a Counter, found the Int 3")
    let outcome = runner.run("counter(2) * counter(3)")
    #expect(outcome.problems.first?.code == "X0204")
    #expect(outcome.rendered.contains("this is Counter(2)   (made by counter)"))
  }

  @Test func `a native that is called wrongly throws before it runs`() throws {
    let runner = try Runner(natives: natives)
    #expect(runner.run("all_kinds()").problems.map(\.code) == ["X0208"])
    #expect(runner.run("all_kinds(1, g: 2)").problems.map(\.code) == ["X0207"])
    #expect(runner.run("let f = all_kinds\nf(1, g: 2)").problems.map(\.code) == ["X0207"])
  }
}
