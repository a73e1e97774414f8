// The core's functions on Strings, printing and formats.
import Runtime
import Testing

@Suite struct CoreTextTests {
  @Test(arguments: [
    Case("join([])", "\"\""),
    Case("join([\"a\"], \", \")", "\"a\""),
    Case("join(0..<3, \", \")", "\"0, 1, 2\""),
    Case("split(\" a  b\\n\")", "[\"a\", \"b\"]"),
    Case("split(\"\")", "[]"),
    Case("split(\"a->b->\", \"->\")", "[\"a\", \"b\", \"\"]"),
    Case("split(\"\", \",\")", "[\"\"]"),
    Case("replace(\"aaa\", \"aa\", \"b\")", "\"ba\""),
    Case("replace(\"abc\", \"x\", \"y\")", "\"abc\""),
    Case("replace(\"naïve\", \"ï\", \"i\")", "\"naive\""),
    Case("upper(\"straße\")", "\"STRASSE\""),
    Case("lower(\"ÄB\")", "\"äb\""),
    Case("trim(\" \\t\\n\")", "\"\""),
    Case("starts_with(\"conv1\", \"\")", "true"),
    Case("starts_with(\"conv1\", \"onv\")", "false"),
    Case("ends_with(\"conv1\", \"1\")", "true"),
    Case("lines(\"a\\r\\nb\\n\\nc\")", "[\"a\", \"b\", \"\", \"c\"]"),
    Case("lines(\"\")", "[]"),
    Case("lines(\"\\n\")", "[\"\"]"),
    Case("characters(\"👩‍🔬é\")", "[\"👩‍🔬\", \"é\"]"),
    Case("pad_left(7, 3)", "\"  7\""),
    Case("pad_left(\"long\", 2)", "\"long\""),
    Case("pad_right(\"é\", 3, \"·\")", "\"é··\""),
    Case("string(\"a\")", "\"a\""),
    Case("string([\"a\", none])", "\"[\\\"a\\\", none]\""),
    Case("string(1.0)", "\"1.0\""),
    Case("length(\"👩‍🔬é\")", "2"),
    Case("len({a: 1})", "1"),
    Case("len(3...5)", "3"),
    Case("type(none)", "\"none\""),
    Case(
      "map([1, 1.0, true, \"\", [], {}, 0..<1, sqrt], type)",
      "[\"Int\", \"Float\", \"Bool\", \"String\", \"List\", \"Record\", \"Range\", \"Function\"]"),
  ]) func `functions on text give`(_ example: Case) throws { try example.expectValue() }

  @Test func `print writes a line with the separator between the values`() throws {
    let probe = try CoreProbe()
    #expect(try probe.text("print()") == "none")
    _ = try probe.value("print(\"a\", 1, [\"b\"])")
    _ = try probe.value("print(1, 2, separator: \"\")")
    #expect(probe.printed == "\na 1 [\"b\"]\n12\n")
  }

  @Test(arguments: [
    ("1.5", "", "1.5"), ("1.5", ".3f", "1.500"), ("2.675", ".2f", "2.67"), ("0.125", ".2f", "0.12"),
    ("7", "4d", "   7"), ("7", "<4", "7   "), ("7", "^4", " 7  "), ("7", "*^5", "**7**"),
    ("-7", "05", "-0007"), ("-7", "*=5", "-***7"), ("7", "+", "+7"), ("7", " d", " 7"),
    ("1234567", ",", "1,234,567"), ("-123", ",", "-123"), ("1234567.891", ",.1f", "1,234,567.9"),
    ("1234.5", ",", "1,234.5"), ("1234", "_d", "1_234"), ("255", "x", "ff"), ("255", "X", "FF"),
    ("255", "b", "11111111"), ("255", "_b", "1111_1111"), ("8", "o", "10"),
    ("-9223372036854775807 - 1", "x", "-8000000000000000"),
    ("12345.678", "e", "1.234568e+04"), ("12345.678", ".2e", "1.23e+04"),
    ("0.25", "%", "25.000000%"),
    ("0.256", ".1%", "25.6%"), ("1234.5", ".3", "1.23e+03"), ("0.00001234", "g", "1.234e-05"),
    ("1e300", ",.0f", String(repeating: "x", count: 0)), ("nan", ".2f", "nan"),
    ("-inf", "8.2f", "    -inf"), ("3.0", "d", "3"), ("\"ab\"", "5", "ab   "),
    ("\"ab\"", ">5", "   ab"),
    ("\"abcdef\"", ".3", "abc"), ("\"ab\"", "s", "ab"), ("true", "6", "true  "),
    ("[1]", ">5", "  [1]"),
    ("3", ".2f", "3.00"), ("-0.001", ".1f", "-0.0"),
  ]) func `a format writes`(_ value: String, _ spec: String, _ text: String) throws {
    let probe = try CoreProbe()
    let written = try probe.value("format(\(value), \"\(spec)\")").string
    if text.isEmpty {
      // All the digits of a large number, in groups of three.
      let digits = try #require(written).filter { $0 != "," }
      #expect(digits.count == 301 && Double(digits) == 1e300)
    } else {
      #expect(written == text)
      if spec != "" { #expect(try probe.value("\"{(\(value)):\(spec)}\"").string == text) }
    }
  }

  @Test(arguments: [
    Case("format(1, \"q\")", "\"q\" is not a format: `q` has no meaning there"),
    Case("format(1, \"5.\")", "\"5.\" is not a format: a number must follow the point"),
    Case("format(1, \"99999\")", "\"99999\" is not a format: the width may be at most 10000"),
    Case("format(1.0, \".999f\")", "\".999f\" is not a format: the precision may be at most 100"),
    Case(
      "format(1, \"99999999999999999999\")", "\"99999999999999999999\" is not a format: the width…"),
    Case("format(\"a\", \".2f\")", "the format \".2f\" is for a number, found the String \"a\""),
    Case("format(1.5, \"d\")", "the format \"d\" is for an Int, found the Float 1.5"),
    Case("format(true, \"d\")", "the format \"d\" is for an Int, found the Bool true"),
    Case("format(\"a\", \",\")", "the format \",\" is for a number, found the String \"a\""),
    Case("format(1, \".2d\")", "the format \".2d\" is for numbers with decimals…"),
    Case("split(\"a\", \"\")", "split: an empty separator stands everywhere"),
    Case("split(1)", "split: `text` must be a String, found the Int 1"),
    Case("split(\"a\", 1)", "split: `separator` must be a String, found the Int 1"),
    Case(
      "replace(\"a\", \"\", \"b\")", "replace: `old` must not be empty, which stands everywhere"),
    Case("join(1)", "join: `values` must be a List or a Range, found the Int 1"),
    Case("join([\"a\"], 1)", "join: `separator` must be a String, found the Int 1"),
    Case(
      "pad_left(1, 3, \"ab\")", "pad_left: `fill` must be one character, found the String \"ab\""),
    Case("pad_left(1, 1000000000000)", "999999999999 bytes are too many for a String"),
    Case("pad_right(1, -1)", "pad_right: `width` must be an Int of at least 0, found the Int -1"),
    Case("length(3)", "length: `value` must be a List, a String, a Record or something else with…"),
    Case("upper(none)", "upper: `text` must be a String, found none"),
    Case("print(1, separator: 2)", "print: `separator` must be a String, found the Int 2"),
    Case(
      "replace(\"a\" * 1000000, \"a\", \"b\" * 1000)",
      "1000000000 bytes are too many for a String"),
  ]) func `what cannot be done with text is an error`(_ example: Case) throws {
    try example.expectFailure()
  }
}
