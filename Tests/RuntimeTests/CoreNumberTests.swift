// The core's functions on numbers and time, and what objects make of the core's functions.
import Runtime
import Syntax
import Testing

/// An object with functions of its own.
private final class Pair: Object {
  let x: Double
  let y: Double

  init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  override var typeName: String { "Pair" }
  override func describe() -> String { "(\(x), \(y))" }
  override func apply(_ function: String, _ machine: Machine, _ arguments: Arguments)
    throws(Failure) -> Value?
  {
    switch function {
    case "sqrt": .object(Pair(x.squareRoot(), y.squareRoot()))
    case "sum": arguments.isNone(1) ? .float(x + y) : .int(try arguments.int(1))
    case "max": .float(Swift.max(x, y))
    case "maximum":
      arguments[1].number.map { .object(Pair(Swift.max(x, $0), Swift.max(y, $0))) }
    default: nil
    }
  }
  override func binary(_ operation: BinaryOperator, _ left: Value, _ right: Value)
    throws(Failure) -> Value
  {
    if case .object(let object as Pair) = right, operation == .add, case .object = left {
      return .object(Pair(x + object.x, y + object.y))
    }
    if let number = right.number, operation == .divide {
      return .object(Pair(x / number, y / number))
    }
    return try super.binary(operation, left, right)
  }
}

@Suite struct CoreNumberTests {
  @Test(arguments: [
    Case("abs(-2.5)", "2.5"),
    Case("abs(-0.0)", "0.0"),
    Case("[floor(-1.5), ceil(-1.5), round(-1.5), round(2.5), floor(3)]", "[-2, -1, -2, 2, 3]"),
    Case("round(2.675, 2)", "2.67"),
    Case("round(1234, digits: 0)", "1234.0"),
    Case("round(nan, 3)", "nan"),
    Case("sqrt(2)", "1.4142135623730951"),
    Case("sqrt(-1)", "nan"),
    Case("exp(1) == e", "true"),
    Case("log(0)", "-inf"),
    Case("log(e)", "1.0"),
    Case("log(1024, 2)", "10.0"),
    Case("log(1000, base: 10)", "3.0"),
    Case("log10(0.01)", "-2.0"),
    Case("[sin(pi / 2), cos(pi), tan(0), tanh(inf)]", "[1.0, -1.0, 0.0, 1.0]"),
    Case("atan2(1, -1) == 3 * pi / 4", "true"),
    Case("[is_nan(nan), is_nan(1), is_finite(inf), is_finite(2)]", "[true, false, false, true]"),
    Case("[gcd(-12, 18), gcd(0, 5), gcd(0, 0)]", "[6, 5, 0]"),
    Case("[int(3.9), int(-3.9), int(true), int(7)]", "[3, -3, 1, 7]"),
    Case(
      "map([\"42\", \" -7 \", \"1_000\", \"0xff\", \"-0b101\", \"+3\"], int)",
      "[42, -7, 1000, 255, -5, 3]"),
    Case(
      "map([\"2.5\", \"1e-3\", \"-inf\", \"1_000.5\", \"7\"], float)",
      "[2.5, 0.001, -inf, 1000.5, 7.0]"),
    Case("[float(3), float(true), is_nan(float(\"nan\"))]", "[3.0, 1.0, true]"),
    Case("identity(none)", "none"),
  ]) func `functions on numbers give`(_ example: Case) throws { try example.expectValue() }

  @Test(arguments: [
    Case("abs(\"a\")", "abs: `x` must be a number, found the String \"a\""),
    Case(
      "abs(-9223372036854775807 - 1)",
      "abs: the magnitude of -9223372036854775808 is too large for an Int"),
    Case("gcd(-9223372036854775807 - 1, 0)", "gcd: 9223372036854775808 is too large for an Int"),
    Case("gcd(1.5, 2)", "gcd: `x` must be an Int, found the Float 1.5"),
    Case("floor(nan)", "floor: no Int can hold nan"),
    Case("round(1e19)", "round: no Int can hold 1e+19"),
    Case("round(1.5, -1)", "round: `digits` must be an Int from 0 to 17, found the Int -1"),
    Case("sqrt([4])", "sqrt: `x` must be a number, found the List [4]"),
    Case("log(2, 1)", "log: `base` must be a number above 0 other than 1, found the Int 1"),
    Case("int(\"4x\")", "int: the String \"4x\" is not a whole number"),
    Case("int(\"--4\")", "int: the String \"--4\" is not a whole number"),
    Case("int(\"0x-f\")", "int: the String \"0x-f\" is not a whole number"),
    Case("int(\"1__0\")", "int: the String \"1__0\" is not a whole number"),
    Case("int(\"\")", "int: the String \"\" is not a whole number"),
    Case("int(\"2.5\")", "int: the String \"2.5\" is not a whole number"),
    Case(
      "int(\"99999999999999999999\")",
      "int: the String \"99999999999999999999\" is not a number that an Int can hold"),
    Case("int(inf)", "int: no Int can hold inf"),
    Case("int([])", "int: `value` must be a number, a Bool or a String, found an empty List"),
    Case("float(\"one\")", "float: the String \"one\" is not a number"),
    Case("float(none)", "float: `value` must be a number, a Bool or a String, found none"),
    Case("sleep(-1)", "sleep: `seconds` must be from 0 to 1e9 seconds, found the Int -1"),
    Case("sleep(nan)", "sleep: `seconds` must be from 0 to 1e9 seconds, found the Float nan"),
  ]) func `what cannot be done with numbers is an error`(_ example: Case) throws {
    try example.expectFailure()
  }

  @Test func `text with a fraction is offered its way to an Int`() throws {
    #expect(
      try CoreProbe().failure("int(\"2.5\")").helps.map(\.text)
        == ["to cut the fraction off: int(float(text))"])
  }

  @Test func `the clock goes forward, and sleep takes its time`() throws {
    let probe = try CoreProbe()
    let elapsed = try #require(
      probe.value("let start = clock()\nsleep(0.05)\nclock() - start").number)
    #expect(elapsed >= 0.05 && elapsed < 5)
    #expect(try #require(probe.value("now()").number) > 1.6e9)
  }

  @Test func `an interruption ends sleep and long folds`() throws {
    for expression in ["sleep(1000)", "sum(0..<1000000000000)", "all(0..<100000, is_finite)"] {
      let probe = try CoreProbe()
      probe.session.machine.isInterrupted = { true }
      #expect(try probe.failure(expression).kind == .interruption)
    }
  }

  @Test func `an object's own functions come before the core's`() throws {
    let probe = try CoreProbe()
    probe.session.define("p", .object(Pair(4, 9)))
    #expect(try probe.text("sqrt(p)") == "(2.0, 3.0)")
    #expect(try probe.text("sum(p)") == "13.0")
    #expect(try probe.text("sum(p, axis: 1)") == "1")
    #expect(try probe.text("max(p)") == "9.0")
    #expect(try probe.text("max(p, 5)") == "(5.0, 9.0)")
    #expect(try probe.text("max(5, p)") == "(5.0, 9.0)")
    #expect(try probe.text("max([5, p, 7])") == "(7.0, 9.0)")
    #expect(try probe.text("sum([p, p])") == "(8.0, 18.0)")
    #expect(try probe.text("mean([p, p])") == "(4.0, 9.0)")
    #expect(
      try probe.failure("cos(p)").message
        == "cos: `x` must be a number, found the Pair (4.0, 9.0)")
  }

  @Test func `Swift code calls the core by name, with defaults`() throws {
    let machine = try CoreProbe().session.machine
    let numbers = Value([.int(3), .int(1), .int(2)])
    #expect(Description.full(try Core.call("sort", machine, [numbers])) == "[1, 2, 3]")
    #expect(try Core.call("sum", machine, [numbers]).number == 6)
    #expect(throws: Failure.self) { try Core.call("sort", machine, []) }
    #expect(throws: Failure.self) { try Core.call("clock", machine, [numbers]) }
    #expect(throws: Failure.self) { try Core.call("no such thing", machine, []) }
    #expect(Core.native("map")?.category == "lists")
  }
}
