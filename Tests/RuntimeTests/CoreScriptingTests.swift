// Patterns, JSON, formats of lists, and the functions that gather elements.
import Runtime
import Testing

@Suite struct CoreScriptingTests {
  @Test(arguments: [
    Case(#"matches("abc", "a.c")"#, "true"), Case(#"matches("abcd", "a.c")"#, "false"),
    Case(#"matches("", "")"#, "true"), Case(#"matches("aab", "a|aab")"#, "true"),
    Case(#"find_match("aab", "a|aab").text"#, #""a""#),
    Case(#"find_match("xaab", "a+?").text"#, #""a""#),
    Case(#"find_match("xaab", "a*").text"#, #""""#), Case(#"find_match("abc", "z")"#, "none"),
    Case(#"[m.start for m in find_all("naïve naïve", "ï")]"#, "[2, 8]"),
    Case(#"[m.text for m in find_all("aaa", "a\{2}")]"#, #"["aa"]"#),
    Case(#"[m.text for m in find_all("ab1_é 2", r"\w+")]"#, #"["ab1_é", "2"]"#),
    Case(#"find_match("k=v", r"(\w)=(\w)|(z)").groups"#, #"["k", "v", none]"#),
    Case(#"find_match("2026-11", r"(?<year>\d+)-(?<month>\d+)").month"#, #""11""#),
    Case(#"[m.text for m in find_all("cat concat", r"\bcat\b")]"#, #"["cat"]"#),
    Case(#"matches("ABC", pattern("abc", ignore_case: true))"#, "true"),
    Case(#"matches("Q", pattern("[a-z]", ignore_case: true))"#, "true"),
    Case(#"[m.text for m in find_all("a-b]", r"[\]a-]")]"#, #"["a", "-", "]"]"#),
    Case(#"[m.text for m in find_all("a\nb", "[^a]")]"#, #"["\n", "b"]"#),
    Case(#"matches("ab", "^(a)(b)$")"#, "true"), Case(#"matches("ac", "a(b|c)d?")"#, "true"),
    Case(#"matches("e\u{301}", "é")"#, "true"), Case(#"len(find_all("abc", ""))"#, "4"),
    Case(#"matches("abab", "(?:ab)*")"#, "true"), Case(#"matches("", "(a*)*")"#, "true"),
    Case(#"matches("👩‍👩‍👧", ".")"#, "true"),
    Case(#"replace("a1b22", pattern(r"\d+"), "-")"#, #""a-b-""#),
    Case(#"replace("a1b22", pattern(r"\d+"), m => len(m.text))"#, #""a1b2""#),
    Case(#"split("a, b;c", pattern("[,;] ?"))"#, #"["a", "b", "c"]"#),
    Case(#"contains("conv12", pattern(r"\d"))"#, "true"),
    Case("codepoints(from_codepoints([0x1f600, 0x41]))", "[128512, 65]"),
  ]) func `a pattern matches what it says`(_ example: Case) throws { try example.expectValue() }

  @Test(arguments: [
    Case(#"pattern("(")"#, "\"(\" is not a pattern: a `)` is missing"),
    Case(#"pattern("a)")"#, "\"a)\" is not a pattern: this `)` closes nothing"),
    Case(#"pattern("*a")"#, "\"*a\" is not a pattern: `*` has nothing to repeat"),
    Case(#"pattern("a**")"#, "\"a**\" is not a pattern: `*` has nothing to repeat"),
    Case(#"pattern("[a")"#, "\"[a\" is not a pattern: a `]` is missing"),
    Case(#"pattern("[b-a]")"#, "\"[b-a]\" is not a pattern: the range b-a is the wrong way round"),
    Case(#"pattern(r"\q")"#, #""\\q" is not a pattern: `\q` has no meaning"#),
    Case(#"pattern("(?=a)")"#, "\"(?=a)\" is not a pattern: after `(?` stands…"),
    Case(#"pattern("a\{9999}")"#, "\"a\\{9999}\" is not a pattern: a count is at most 1000"),
    Case(
      #"pattern("((a\{900})\{900})\{900}")"#,
      "the pattern \"((a\\{900})\\{900})\\{900}\" repeats too much"),
    Case(#"pattern("(" * 5000)"#, "\"((((…"),
  ]) func `what is wrong with a pattern is said`(_ example: Case) throws {
    try example.expectFailure()
  }

  @Test func `a pattern that makes others take for ever takes no longer`() throws {
    #expect(try CoreProbe().text(#"matches("a" * 3000, "(a+)+b")"#) == "false")
    #expect(try CoreProbe().text(#"matches("a" * 500, "(a?)\{400}a\{400}")"#) == "true")
  }

  @Test(arguments: [
    Case(#"parse_json(" \{\"a\": [1, -2.5e3, true, null]}\n")"#, "{a: [1, -2500.0, true, none]}"),
    Case(#"parse_json("[\"\\u00e9\\ud83d\\ude00\\n\"]")"#, ##"["é😀\n"]"##),
    Case("parse_json(\"12345678901234567890\")", "1.2345678901234567e+19"),
    Case("parse_json(\"[]\")", "[]"),
    Case(#"to_json("a\"\\\n\u{1}é")"#, #""\"a\\\"\\\\\\n\\u0001é\"""#),
    Case("to_json([0.1, 1e300, 5e-324, -0.0])", #""[0.1,1e+300,5e-324,-0.0]""#),
    Case(
      "parse_json(to_json([0.1, 1e300, 5e-324, 1/3]))", "[0.1, 1e+300, 5e-324, 0.3333333333333333]"),
    Case("to_json([nan], nan: \"null\")", #""[null]""#), Case("to_json({}, indent: 2)", #""\{}""#),
    Case("to_json({a: [1]}, indent: 1)", #""\{\n \"a\": [\n  1\n ]\n}""#),
    Case("to_json(0..<3)", #""[0,1,2]""#),
  ]) func `JSON is read and written`(_ example: Case) throws { try example.expectValue() }

  @Test(arguments: [
    Case(
      "parse_json(\"\")", "this is not JSON: a value is missing at the end, at line 1, column 1"),
    Case(
      "parse_json(\"[1,\\n 2,]\")",
      "this is not JSON: a value cannot begin like this, at line 2, column 4"),
    Case(
      "parse_json(\"01\")", "this is not JSON: a number does not begin with 0, at line 1, column 3"),
    Case("parse_json(\"1e999\")", "this is not JSON: no Float can hold 1e999, at line 1, column 6"),
    Case(#"parse_json("\{\"a\":1,\"a\":2}")"#, "this is not JSON: the name \"a\" is there twice…"),
    Case("parse_json(\"[1] 2\")", "this is not JSON: something follows the end of the value…"),
    Case("parse_json(\"[\" * 600)", "this is not JSON: it is nested more than 512 deep…"),
    Case("parse_json(\"nan\")", "this is not JSON: a value cannot begin like this…"),
    Case(
      #"parse_json("\"\\ud800\"")"#, "this is not JSON: half of a pair of surrogates stands alone…"),
    Case("to_json(inf)", "to_json: JSON has no inf"),
    Case("to_json(sqrt)", "to_json: a Function has no JSON form"),
  ]) func `what is wrong with JSON is said`(_ example: Case) throws { try example.expectFailure() }

  @Test(arguments: [
    Case("\"{[1.234, 2]:.2f}\"", #""[1.23, 2.00]""#),
    Case("\"{[[1, 20]]:3d}\"", #""[[  1,  20]]""#),
    Case("flatten([1, [2, [3]]])", "[1, 2, [3]]"),
    Case("flatten([1, [2, [3]]], depth: 2)", "[1, 2, 3]"),
    Case("list(\"né\")", #"["n", "é"]"#), Case("select({a: 1, b: 2}, [\"b\"])", "{b: 2}"),
    Case("rename({a: 1, b: 2}, {b: \"c\"})", "{a: 1, c: 2}"),
    Case("unique([{a: 1, b: 2}, {b: 2.0, a: 1}, {a: 2}])", "[{a: 1, b: 2}, {a: 2}]"),
    Case("sort([3, 1, 2], descending: true)", "[3, 2, 1]"),
    Case("sort([nan, 1.0, 0.5])", "[0.5, 1.0, nan]"),
    Case("sort([[1, 2], [1], [0, 5]])", "[[0, 5], [1], [1, 2]]"),
    Case("sort([\"b1\", \"a2\", \"b0\", \"a1\"], by: first)", #"["a2", "a1", "b1", "b0"]"#),
    Case("[sign(-3), sign(0.0), sign(2.5)]", "[-1, 0.0, 1.0]"),
    Case("hypot(1e200, 1e200) < inf", "true"),
  ]) func `values are gathered and written`(_ example: Case) throws { try example.expectValue() }

  @Test(arguments: [
    Case("select({a: 1}, \"b\")", "select: there is no `b`"),
    Case("rename({a: 1}, {b: \"c\"})", "rename: there is no `b`"),
    Case("rename({a: 1, b: 2}, {a: \"b\"})", "rename: `b` would be there twice"),
    Case("flatten([1], 1)", "flatten: `from` is an axis of a Tensor, found the List [1]"),
  ]) func `what cannot be gathered is said`(_ example: Case) throws { try example.expectFailure() }
}
