// Tables, CSV, JSON and files as scripts use them.
import Runtime
import Testing

@Suite struct TableTests {
  static let setup = """
    import tables
    let t = table({kind: ["b", "a", "b", "a"], x: [3, 1, none, 2], y: [0.5, 1.5, 2.5, 3.5]})
    let wide = table([[1, "p", 10], [2, "q", 20]], columns: ["id", "name", "v"])
    let other = table([[2, 0.5], [3, 1.5], [2, 2.5]], columns: ["id", "v"])
    """

  static let cases: [(code: String, result: String)] = [
    ("len(t)", "4"), ("t.columns", #"["kind", "x", "y"]"#),
    ("t[-1]", #"{kind: "a", x: 2, y: 3.5}"#),
    ("t[0, \"y\"]", "0.5"), ("t[1..<3].x", "[1, none]"),
    ("t[[true, false, false, true]].y", "[0.5, 3.5]"),
    ("t[[\"y\", \"kind\"]].columns", #"["y", "kind"]"#), ("t[[2, 0]].kind", #"["b", "b"]"#),
    ("filter(t, row => row.y > 1).x", "[1, none, 2]"), ("sort(t, by: \"x\").x", "[1, 2, 3, none]"),
    ("sort(t, by: \"x\", descending: true).x", "[3, 2, 1, none]"),
    ("sort(t, by: [\"kind\", \"y\"]).y", "[1.5, 3.5, 0.5, 2.5]"),
    ("sort(t, by: row => -row.y).y", "[3.5, 2.5, 1.5, 0.5]"),
    ("take(t, 1).y", "[0.5]"), ("drop(t, 3).y", "[3.5]"), ("reverse(t).y", "[3.5, 2.5, 1.5, 0.5]"),
    ("select(t, \"y\").columns", #"["y"]"#), ("without(t, \"y\", \"x\").columns", #"["kind"]"#),
    ("rename(t, {y: \"z\"}).columns", #"["kind", "x", "z"]"#),
    ("append(t, {kind: \"c\"})[4]", #"{kind: "c", x: none, y: none}"#),
    ("len(append(t, t))", "8"), ("len(unique(append(t, t)))", "4"),
    ("map(t, row => row.y)[0]", "0.5"),
    ("[g.key for g in group_by(t, \"kind\")]", #"["b", "a"]"#), ("[row.y for row in t][3]", "3.5"),
    ("group_by(t, row => row.y > 2)[1].values.y", "[2.5, 3.5]"), ("first(t).kind", "\"b\""),
    ("list(wide)", #"[{id: 1, name: "p", v: 10}, {id: 2, name: "q", v: 20}]"#),
    (
      "with_columns(t, {z: row => row.y * 2, n: 0})[3]", #"{kind: "a", x: 2, y: 3.5, z: 7.0, n: 0}"#
    ),
    ("drop_missing(t).y", "[0.5, 1.5, 3.5]"), ("fill_missing(t, 9).x", "[3, 1, 9, 2]"),
    ("summarise(t, by: \"kind\").n", "[2, 2]"), ("summarise(t, by: \"kind\").x", "[3.0, 1.5]"),
    ("summarise(t, by: \"kind\").errors", "[[none, none, none, 1.0], [none, none, 0.5, 1.0]]"),
    ("aggregate(t, by: \"kind\", {most: g => max(g.y)}).most", "[2.5, 3.5]"),
    ("join_tables(wide, other, on: \"id\").v_right", "[0.5, 2.5]"),
    ("join_tables(wide, other, on: \"id\", how: \"left\").v_right", "[none, 0.5, 2.5]"),
    ("join_tables(wide, other, on: \"id\", how: \"outer\").id", "[1, 2, 2, 3]"),
    ("join_tables(wide, other, on: \"id\", how: \"outer\").name", #"["p", "q", "q", none]"#),
    (
      "pivot(t, rows: \"kind\", columns: \"x\", values: \"y\").columns",
      #"["kind", "3", "1", "none", "2"]"#
    ),
    ("pivot(t, rows: \"kind\", columns: \"kind\", values: \"y\", fold: mean).a", "[none, 2.5]"),
    ("unpivot(wide, columns: [\"id\", \"v\"], name: \"what\").value", "[1, 10, 2, 20]"),
    ("describe(t).missing", "[0, 1, 0]"), ("describe(t).median", "[none, 2.0, 2.0]"),
    ("parse_csv(to_csv(t)) == t", "true"),
    ("parse_csv(\"a;b\\n1;x\\n\\n2;\\n\", separator: \";\").b", #"["x", none]"#),
    ("parse_csv(\"a,b\\r\\n\\\"x\\ny\\\",\\\"\\\"\\\"\\\"\\r\\n\")[0]", #"{a: "x\ny", b: "\""}"#),
    ("parse_csv(\"1,2.5,true,x\", header: false)[0]", #"{c0: 1, c1: 2.5, c2: true, c3: "x"}"#),
    ("parse_csv(\"a\\n1\\n2.5\\n\").a", "[1.0, 2.5]"),
    ("parse_csv(\"a\\n1\\nx\\n\").a", #"["1", "x"]"#),
    ("parse_csv(\"a\\n1\\n\", types: false).a", #"["1"]"#),
    ("parse_markdown(to_markdown(wide)) == wide", "true"),
    ("parse_latex(to_latex(wide)) == wide", "true"),
    ("table(parse_json(to_json(t))) == t", "true"),
    ("parse_json(to_json(tensor([[1, 2], [3, 4]])))", "[[1, 2], [3, 4]]"),
    ("to_json({a: 1...3, b: tensor(2.5)})", #"{"a":[1,2,3],"b":2.5}"#),
    ("list(tensor([[1.5], [2.5]]))", "[[1.5], [2.5]]"), ("tensor([0.1], \"f64\").item", "0.1"),
    ("keys(t)", #"["kind", "x", "y"]"#),
    ("table([{a: 1}], rows: [\"first\"])[\"first\", \"a\"]", "1"),
  ]

  @Test func `functions on tables give tables`() throws {
    let script = try Script()
    try script.run(Self.setup)
    for (code, result) in Self.cases {
      let found = try script.text(code)
      #expect(found == result || found == Description.quoted(result), "\(code)")
    }
  }

  @Test func `columns and cells of a variable can be set`() throws {
    let script = try Script()
    try script.run(
      "var t = table({a: [1, 2]})\nlet old = t\nt[\"b\"] = [3, 4]\nt[0, \"a\"] = 9\nt[-1, \"b\"] = none"
    )
    #expect(
      try script.text("[list(t), old.columns]") == #"[[{a: 9, b: 3}, {a: 2, b: none}], ["a"]]"#)
  }

  static let failures: [(code: String, message: String)] = [
    ("t.z", "no field"), ("t[\"z\"]", "there is no column named \"z\""),
    ("t[9]", "row 9 is outside"),
    ("t[0..<9]", "rows 0..<9 are outside"), ("sort(t, by: \"kin\")", "did you mean \"kind\"?"),
    ("table({a: [1], b: [1, 2]})", "the column b has 2 values for a table of 1 rows"),
    ("table([[1, 2], [3]], columns: [\"a\", \"b\"])", "row 1 must be a List of 2 values"),
    ("table([[1]])", "need names"), ("append(t, {w: 1})", "no column named \"w\""),
    ("parse_csv(\"a,b\\n1,2\\n3\\n\")", "line 3: 1 fields where 2 are expected"),
    ("parse_csv(\"a,b\\n\\\"x,2\\n3\\n\")", "line 2: a quote is not closed"),
    ("parse_csv(\"a\\n\\\"x\\\"y\\n\")", "line 2: after a closing quote"),
    ("parse_csv(\"a,a\\n\")", "two columns are named"),
    ("pivot(append(t, t), rows: \"kind\", columns: \"kind\", values: \"y\")", "give a function"),
    ("join_tables(wide, other, on: \"id\", how: \"cross\")", "how must be"),
    ("read_text(\"/no-such-folder/x\")", "There is no folder /no-such-folder"),
    ("read_text(\"/\")", "is a folder"),
    ("write_text(\"x\", \"/no-such-folder/x\")", "make_folder(\"/no-such-folder\")"),
    ("list_folder(\"/etc/hostname\")", "is a file, not a folder"),
    ("from_codepoints([0xd800])", "code points"),
  ]

  @Test func `what is wrong with a table or file is said`() throws {
    let script = try Script()
    try script.run(Self.setup)
    for (code, message) in Self.failures {
      do {
        try script.run(code)
        Issue.record("\(code) gave no error")
      } catch let problem as Script.Problem {
        #expect(problem.description.contains(message), "\(code): \(problem.description)")
      }
    }
  }

  @Test func `a table of a hundred thousand rows is read, sorted and grouped within seconds`()
    throws
  {
    let script = try Script()
    let clock = ContinuousClock()
    let time = try clock.measure {
      try script.run(
        """
        import tables
        let rows = [[i, (i * 7919) % 1000, "k{i % 20}", i / 7] for i in 0..<100_000]
        let big = parse_csv(to_csv(table(rows, columns: ["i", "m", "k", "f"])))
        let total = summarise(sort(filter(big, row => row.m > 10), by: "m"), by: "k")
        """)
    }
    #expect(try script.text("len(big)") == "100000")
    #expect(try script.text("sum(total.n)") == "98900")
    #expect(time < .seconds(20))
  }
}
