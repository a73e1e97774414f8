// What tables, maps, tensors and prose say, beyond how they look.

import Displays
import Images
import Tensors
import Testing

struct LayoutTests {
  func plain(_ display: Display, width: Int = 80) -> String {
    PlainRenderer(width: width).render(display)
  }

  @Test func `numbers of a column have their decimal points in one place`() {
    let numbers = [1.5, -22.25, 0.125, 100, .nan, 1e-9]
    let table = TableDisplay(
      columns: [.init("x", kind: .number(decimals: 3))],
      rows: numbers.map { .init(nil, [.number($0)]) })
    let lines = plain(.table(table)).split(separator: "\n").dropFirst(2)
    let points = lines.filter { $0.contains(".") }.map { line in
      line.prefix { $0 != "." }.count
    }
    #expect(Set(points).count == 1 && points.count == 4)
  }

  @Test func `a long table shows head and tail and says what was cut`() {
    let table = TableDisplay(
      columns: [.init("n")], rows: (0..<1000).map { .init(nil, [.integer($0)]) })
    let lines = plain(.table(table)).split(separator: "\n").dropFirst(2).map {
      $0.drop { $0 == " " }
    }
    #expect(lines.count == 41)
    #expect(lines[0] == "0" && lines[19] == "19" && lines[21] == "980" && lines[40] == "999")
    #expect(lines[20] == "⋮ 960 rows not shown")
  }

  @Test func `columns without room are named`() {
    let text = plain(.table(Gallery.wide), width: 60)
    #expect(text.contains("columns not shown:") && text.contains("words"))
    #expect(text.contains("metric 0"))
  }

  @Test func `the best of a column may lie in a row that is not shown`() {
    let table = TableDisplay(
      columns: [.init("loss", kind: .number(decimals: 0), best: .lowest)],
      rows: (0..<10).map { .init(nil, [.number($0 == 5 ? 0 : 1)]) }, rowLimit: 4)
    #expect(!plain(.table(table)).contains("*"))
  }

  @Test func `ties are all the best and NaN never is`() {
    let table = TableDisplay(
      columns: [.init("score", kind: .number(decimals: 0), best: .highest)],
      rows: [.nan, 2, 2, 1].map { .init(nil, [.number($0)]) })
    let marked = plain(.table(table)).split(separator: "\n").filter { $0.contains("* 2") }
    #expect(marked.count == 2)
  }

  @Test func `a row with too few cells is filled`() {
    let table = TableDisplay(columns: [.init("a"), .init("b")], rows: [.init("r", [])])
    #expect(plain(.table(table)).hasSuffix("\nr\n"))
  }

  @Test func `maps and pictures must have their values`() {
    #expect(Heatmap(values: [1, 2, 3], height: 2, width: 2, signed: true) == nil)
    #expect(Heatmap(values: [], height: 0, width: 0, signed: true) == nil)
    #expect(
      Picture(width: 2, height: 2, channels: 2, pixels: [UInt8](repeating: 0, count: 8)) == nil)
    #expect(Picture(width: Int.max, height: 2, channels: 3, pixels: []) == nil)
    #expect(TensorDisplay(type: "f32", shape: [Int.max, Int.max], values: []) == nil)
    #expect(TensorDisplay(type: "f32", shape: [-1, -1], values: [1]) == nil)
  }

  @Test(
    arguments: [
      [Float.nan, Float.nan], [0, 0], [Float.infinity, -Float.infinity], [3, 3], [-1e38, 3e38],
    ] as [[Float]])
  func `odd maps are drawn and told`(values: [Float]) throws {
    for signed in [true, false] {
      let map = try #require(Heatmap(values: values, height: 1, width: 2, signed: signed))
      let text = plain(.heatmap(map))
      #expect(!text.isEmpty)
      if values[0].isNaN { #expect(text.contains("NaN! 2 of 2")) }
      if values[0].isInfinite { #expect(text.contains("inf! 2 of 2")) }
      if values[0] == values[1] { #expect(text.contains("every value is")) }
      #expect(try Display.heatmap(map).png() != nil)
    }
  }

  @Test func `the summary of a tensor tells range, mean, deviation and what is not finite`() throws
  {
    let tensor = try Tensor([1, 2, 3, Float.nan, 4, Float.infinity, 5, 6, 7] as [Float], [3, 3])
    #expect(
      TensorDisplay(tensor).summary
        == "Tensor f32 [3, 3]  min 1 max 7 mean 4 σ 2  NaN! 1  inf! 1")
    #expect(
      TensorDisplay(try Tensor([true, false, true], [3])).summary == "Tensor bool [3]  true 2 of 3")
    #expect(TensorDisplay(try Tensor([Float](), [0, 3])).summary == "Tensor f32 [0, 3]  empty")
  }

  @Test(arguments: [
    [0], [1], [1, 1, 1], [2, 0, 3], [7, 1], [1, 500], [500, 1], [2, 3, 4, 5, 6], [30, 30],
  ])
  func `tensors of every shape are bracketed`(shape: [Int]) throws {
    let tensor = try Tensor((0..<shape.reduce(1, *)).map { Float($0) }, shape)
    let lines = plain(.tensor(TensorDisplay(tensor))).split(separator: "\n").dropFirst()
    let text = lines.joined()
    #expect(text.count { $0 == "[" } == text.count { $0 == "]" })
    #expect(shape.contains(0) == text.isEmpty)
    #expect(lines.count <= 60)
    if !text.isEmpty { #expect(text.hasPrefix(String(repeating: "[", count: shape.count))) }
  }

  @Test func `a tensor of very many axes is a row`() {
    let tensor = TensorDisplay(type: "f32", shape: [Int](repeating: 1, count: 5000), values: [2])
    #expect(tensor.map { plain(.tensor($0)).hasSuffix("[2]\n") } == true)
  }

  @Test func `displays nested without end are cut`() {
    var display = Display.text("deep")
    for index in 0..<2000 {
      display = index % 2 == 0 ? .row([display, display]) : .column([display])
    }
    #expect(plain(display).contains("…"))
    #expect(HTMLRenderer().fragment(display).contains("…"))
  }

  @Test func `pictures of a display are put in one file`() throws {
    let bytes = try #require(try Gallery.row.png(size: 56))
    let bitmap = try Bitmap.decode(bytes)
    #expect(bitmap.channels == 3)
    #expect(bitmap.width == 4 * 56 + 3 * 4)
    #expect(bitmap.height == 56 + 2 + 2)
    #expect(try Display.text("none").png() == nil)
  }

  @Test func `planes of numbers become interleaved pixels`() throws {
    let planes: [Float] = [0, 1, 0.5, .nan, -3, .infinity]
    let picture = try #require(Picture(planes: planes, channels: 3, height: 1, width: 2))
    #expect(picture.pixels == [0, 128, 0, 255, 0, 255])
    #expect(Picture(planes: planes, channels: 2, height: 1, width: 3) == nil)
    let flat = try #require(
      Picture(planes: [2, 2], channels: 1, height: 1, width: 2, low: 2, high: 2))
    #expect(flat.pixels == [0, 0])
  }

  @Test func `all maps of a row have one size`() {
    for width in [40, 70, 100, 140, 200] {
      let map = Display.heatmap(Gallery.ripples)
      let text = plain(.row([map, map, map, map, map]), width: width)
      let notes = Set(text.matches(of: /width (\d+)/).map(\.output.1))
      #expect(notes.count == 1, "\(width): \(notes)")
    }
  }

  @Test func `long labels of hostile length stay on their line`() {
    let name = String(repeating: "a\u{301}\u{1b}数", count: 3000)
    for width in [4, 30] {
      let text = plain(
        .table(
          TableDisplay(title: name, columns: [.init(name)], rows: [.init(name, [.text(name)])])),
        width: width)
      #expect(text.split(separator: "\n").allSatisfy { Text.width(String($0)) <= width })
    }
  }
}
