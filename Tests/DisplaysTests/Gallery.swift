// One display of each kind, and those that have gone wrong before: what the goldens draw.

import Displays

/// Named displays that every renderer is recorded with.
enum Gallery {
  static let all: [(name: String, display: Display)] = [
    (
      "text",
      .text(
        "The network sees a 7.\nAnd then a line that is long enough to be wrapped somewhere, because it has to end before the right edge of the page."
      )
    ),
    ("markdown", .markdown(prose)),
    ("code", .code(source, language: "xai")),
    ("table", .table(scores)),
    ("table-long", .table(long)),
    ("table-wide", .table(wide)),
    ("table-empty", .table(TableDisplay(title: "Nothing yet", columns: [.init("name")], rows: []))),
    ("tensor", tensor([2, 3, 4], (0..<24).map { Double($0 * $0 % 17) / 4 - 1.25 })),
    ("tensor-large", tensor([3, 196, 196], (0..<(3 * 196 * 196)).map { wave($0) })),
    (
      "tensor-logits",
      tensor([1, 10], [-12.3, 0.02, 1.5, 3.25, -0.75, 22.125, -3e-7, .nan, .infinity, 4])
    ),
    (
      "tensor-integers",
      .tensor(TensorDisplay(type: "i64", shape: [5], values: [7, 2, 1, 0, 40961], integral: true)!)
    ),
    ("picture", .picture(seven(caption: "MNIST test 0"))),
    ("picture-color", .picture(landscape)),
    (
      "heatmap-signed",
      .heatmap(evidence(title: "integrated gradients", subtitles: ["completeness gap 0.3 %"]))
    ),
    ("heatmap-unsigned", .heatmap(mask(title: "RISE", subtitles: ["± 0.012 (4000 masks)"]))),
    ("heatmap-broken", .heatmap(broken)),
    ("heatmap-small", .heatmap(small)),
    ("heatmap-input", .heatmap(evidence(title: "LRP epsilon-plus", input: seven()))),
    (
      "heatmap-blended",
      .heatmap(mask(title: "RISE over its input", input: seven(), placement: .blended))
    ),
    ("heatmap-large", .heatmap(ripples)),
    ("row", row),
    (
      "row-of-texts",
      .row([
        .text("one"),
        .table(
          TableDisplay(
            columns: [.init("n", kind: .number(decimals: nil))], rows: [.init(nil, [.number(1)])])),
        .note("three"),
      ])
    ),
    ("column", .column([.text("The answer:"), .table(scores), .note("seed 42")])),
    ("note", .note("4 values were NaN before layer3")),
    (
      "failure",
      .failure(
        "error[X0204]: these shapes do not fit for @\n   ┌─ digits.xai:12:14\n12 │ let logits = w @ h + b\n   │              ┬ ─ ┬\n   = help: transpose one of them"
      )
    ),
    ("hostile", hostile),
  ]

  static let prose = """
    # Why does the network see a seven?
    A *saliency map* tells **where** a network looks; `integrated_gradients(steps: 64)` adds up
    the gradient along a path ([Sundararajan 2017](https://arxiv.org/abs/1703.01365)).

    ## What we do
    1. Load a digit.
    2. Explain it:
       - with the gradient,
       - with LRP (the _epsilon-plus_ rules).
    3. Measure which map to believe.

    ```xai
    let x = data.test.images[0]   # one digit
    show explain(net, x, target: "top", with: gradient)
    ```

    > A map that looks good need not be right.
    """

  static let source = """
    # %% Which one to believe?
    let answers = explain(net, x, target: digit, with: [gradient, rise(masks: 4_000)])
    fn scaled_dot(q: Tensor, k: [h, m, d]) { (q @ transpose(k)) / sqrt(d) }   # d is bound
    expect scores["rise", "deletion"] < 1e-3 and not "none {x}" in ["a\\"b", true]
    """

  static let scores = TableDisplay(
    title: "Methods × metrics",
    columns: [
      .init("deletion ↓", kind: .uncertain, best: .lowest),
      .init("insertion ↑", kind: .uncertain, best: .highest),
      .init("time (s)", kind: .number(decimals: nil)),
      .init("passes", kind: .number(decimals: nil)),
      .init("agreement", kind: .bar(limit: 1)),
    ],
    rows: [
      .init(
        "gradient",
        [
          .uncertain(0.31250, error: 0.0212), .uncertain(0.612, error: 0.031), .number(0.0123),
          .integer(1), .number(0.25),
        ]),
      .init(
        "integrated gradients",
        [
          .uncertain(0.2042, error: 0.0187), .uncertain(0.7313, error: 0.0287), .number(0.74),
          .integer(64), .number(0.625),
        ]),
      .init(
        "LRP epsilon-plus",
        [
          .uncertain(0.1201, error: 0.0093), .uncertain(0.7021, error: 0.0301), .number(0.021),
          .integer(2), .number(0.9),
        ]),
      .init(
        "RISE",
        [
          .uncertain(0.1188, error: 0.0102), .uncertain(.nan, error: .nan), .number(12.5),
          .integer(4000), .number(1),
        ]),
    ],
    footnotes: ["mean ± standard error over 100 digits"])

  static let long = TableDisplay(
    columns: [
      .init("layer"), .init("shape"), .init("parameters", kind: .number(decimals: nil)),
      .init("change", kind: .bar(limit: nil)),
    ],
    rows: (0..<1000).map {
      .init(
        nil,
        [
          .text("block\($0 / 4).conv\($0 % 4)"), .text("[1, 64, 28, 28]"), .integer($0 * 36_864),
          .number(wave($0)),
        ])
    },
    rowLimit: 12)

  static let wide = TableDisplay(
    title: "More columns than there is room for",
    columns: (0..<20).map { .init("metric \($0)", kind: .number(decimals: nil)) } + [
      .init("words")
    ],
    rows: (0..<3).map { row in
      .init(
        "a method with quite a long name, number \(row)",
        (0..<20).map { .number(wave(row * 31 + $0)) } + [.text("kept")])
    })

  static let row = Display.row([
    .picture(seven(caption: "input")),
    .heatmap(evidence(title: "gradient", subtitles: ["completeness gap 12 %"])),
    .heatmap(
      evidence(title: "LRP epsilon-plus (composite)", subtitles: ["completeness gap 0.1 %"])),
    .heatmap(mask(title: "RISE", subtitles: ["± 0.012"])),
  ])

  static let hostile = Display.column([
    .text("red \u{1b}[31malert\u{7}\u{9b}31m \r\nbell <script>alert(1)</script> & \u{202e}txet"),
    .table(
      TableDisplay(
        title: "</td><img src=x onerror=alert(1)>\u{1b}]0;title\u{7}",
        columns: [
          .init("<b>\"quoted\"</b>"), .init("'single'\n\u{1b}[2J", kind: .number(decimals: nil)),
        ],
        rows: [
          .init("数字 👩‍🔬 é", [.text("日本語のラベル"), .number(-.infinity)]),
          .init("</table>", [.text("\u{1b}[8m hidden"), .number(1)]),
        ])),
    .heatmap(evidence(title: "<i>\u{1b}[5m", subtitles: ["\" onload=\"x"])),
    .picture(seven(caption: "\"><script>alert(2)</script>")),
    .markdown(
      "[click](javascript:alert(3)) **<b>** `</code>` [ok](https://example.org/?a=1&b=\"2)\n\n# \u{1b}[31m<h1>"
    ),
    .code("let x = \"</pre><script>\" # \u{1b}[31m", language: "xai"),
    .failure("<script>\u{1b}[0m"), .note("<!-- \u{1b}[1m -->"),
  ])

  static func wave(_ index: Int) -> Double {
    let phase = Double((index * 7919) % 1000) / 1000 - 0.5
    return phase * 4 * (1 + Double(index % 13) / 13)
  }

  static func tensor(_ shape: [Int], _ values: [Double]) -> Display {
    .tensor(TensorDisplay(type: "f32", shape: shape, values: values)!)
  }

  /// How near a point of a 28 × 28 picture is to the strokes of a seven (0…1).
  static func stroke(_ row: Int, _ column: Int) -> Double {
    func distance(_ from: (Double, Double), _ to: (Double, Double)) -> Double {
      let (y, x) = (Double(row), Double(column))
      let (dy, dx) = (to.0 - from.0, to.1 - from.1)
      let t = min(max(((y - from.0) * dy + (x - from.1) * dx) / (dy * dy + dx * dx), 0), 1)
      let (a, b) = (from.0 + t * dy - y, from.1 + t * dx - x)
      return (a * a + b * b).squareRoot()
    }
    let nearest = min(distance((7, 7), (7, 20)), distance((7, 20), (22, 11)))
    return min(max(1.9 - nearest * 0.8, 0), 1)
  }

  static func grid(_ size: Int, _ value: (Int, Int) -> Double) -> [Float] {
    (0..<(size * size)).map { Float(value($0 / size, $0 % size)) }
  }

  static func seven(caption: String? = nil) -> Picture {
    let pixels = grid(28, stroke).map { UInt8($0 * 255) }
    return Picture(width: 28, height: 28, channels: 1, pixels: pixels, caption: caption)!
  }

  static let landscape: Picture = {
    var pixels: [UInt8] = []
    for row in 0..<64 {
      for column in 0..<96 {
        let hill = 40 + (column % 48 < 24 ? column % 24 : 24 - column % 24) / 2
        let sun = (row - 16) * (row - 16) + (column - 70) * (column - 70) < 90
        if sun {
          pixels += [255, 210, 60]
        } else if row > hill {
          pixels += [UInt8(20 + row), UInt8(90 + row), 60]
        } else {
          pixels += [UInt8(90 + row * 2), UInt8(150 + row), 235]
        }
      }
    }
    return Picture(width: 96, height: 64, channels: 3, pixels: pixels, caption: "a test picture")!
  }()

  static func evidence(
    title: String, subtitles: [String] = [], input: Picture? = nil
  ) -> Heatmap {
    let values = grid(28) { row, column in
      let ink = stroke(row, column)
      let near = stroke(max(row - 4, 0), max(column - 3, 0))
      let noise = wave(row * 28 + column) * 0.004
      return 0.2 * ink * (1 - Double(row) / 40) - 0.14 * near * (1 - ink) + noise
    }
    return Heatmap(
      values: values, height: 28, width: 28, signed: true, title: title, subtitles: subtitles,
      input: input)!
  }

  static func mask(
    title: String, subtitles: [String] = [], input: Picture? = nil,
    placement: Heatmap.Placement = .beside
  ) -> Heatmap {
    let values = grid(28) { row, column in
      let (y, x) = (Double(row) - 10, Double(column) - 16)
      return 0.4 + 0.5 / (1 + (y * y + x * x) / 40)
    }
    return Heatmap(
      values: values, height: 28, width: 28, signed: false, title: title, subtitles: subtitles,
      input: input, placement: placement)!
  }

  static let broken: Heatmap = {
    var map = evidence(title: "gradient of an unstable layer")
    var values = map.values
    for index in [200, 201, 202, 228, 229, 500] { values[index] = .nan }
    values[300] = .infinity
    values[301] = 40
    return Heatmap(
      values: values, height: 28, width: 28, signed: true, title: map.title)!
  }()

  static let small = Heatmap(
    values: (0..<49).map { Float(wave($0) * 1e-5) }, height: 7, width: 7, signed: true,
    title: "layer4, 7 × 7")!

  static let ripples = Heatmap(
    values: grid(224) { row, column in
      let (y, x) = (Double(row) - 112, Double(column) - 90)
      let distance = (y * y + x * x).squareRoot()
      let phase = distance.truncatingRemainder(dividingBy: 60) / 30 - 1
      return phase * (1 - distance / 250)
    }, height: 224, width: 224, signed: true, title: "guided backpropagation")!
}
