/// What the codes of `trace` and `sweep` mean.

extension Catalog {
  static let actions: [Entry] = [
    Entry(
      "X0150", "a trace is not well formed",
      #"""
      A trace is a call of a network and a block of actions: `keep POINT as NAME`, \#
      `set POINT = VALUE` (or `POINT[…]`, or `+=`), and `stop after POINT`. A point is the name \#
      of a layer or `net.at(…)`. In VALUE the name `value` means the layer's own value.
      """#,
      example: #"trace net(x) { keeps "conv2" as a }"#,
      corrected: #"trace net(x) { keep "conv2" as a }"#),
    Entry(
      "X0151", "a sweep has no such option",
      #"""
      After the names of a sweep stand its options: `jobs: n` for the rows that are computed at \#
      the same time, and `keep: "rows.jsonl"` for the file that finished rows are kept in.
      """#,
      example: #"sweep n in [1, 2], job: 2 { n * n }"#,
      corrected: #"sweep n in [1, 2], jobs: 2 { n * n }"#),
  ]
}
