/// The formatter: the one style, and what it must never change.

import Foundation
import Syntax
import Testing

struct FormatterTests {
  /// Every script of the repository, and every source of a recorded example.
  static let sources: [Source] = {
    let files = FileManager.default.enumerator(
      at: Golden.root.deletingLastPathComponent(), includingPropertiesForKeys: nil)
    let fixtures = (files?.allObjects ?? []).compactMap { $0 as? URL }
      .filter { $0.pathExtension == "xai" }.map(\.path).sorted()
    let scripts = (RepositoryTests.scripts + fixtures).compactMap { path -> Source? in
      guard let data = FileManager.default.contents(atPath: path) else { return nil }
      return try? Source(name: path, bytes: Array(data))
    }
    let examples = GrammarTests.examples.map { Source(name: $0, text: $0) }
    return scripts + examples + recordings
      + Golden.all.map { Source(name: $0.testDescription, text: $0.source) }
  }()

  /// The sources of the recorded runs in Fixtures/language.
  private static let recordings: [Source] = {
    let folder = Golden.root.deletingLastPathComponent().appending(path: "language")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (files?.allObjects ?? []).compactMap { file -> Source? in
      guard let url = file as? URL, url.pathExtension == "md",
        let text = try? String(contentsOf: url, encoding: .utf8),
        let start = text.range(of: "~~~xai\n"),
        let end = text[start.upperBound...].range(of: "\n~~~")
      else { return nil }
      return Source(name: url.path, text: text[start.upperBound..<end.lowerBound] + "\n")
    }.sorted { $0.name < $1.name }
  }()

  static let readable = sources.filter { Parser.parse($0).1.isEmpty }

  @Test func `there are many sources to try`() {
    #expect(Self.readable.count > 150)
  }

  /// The comments of a text: what is left of each line when the tokens are taken away.
  private func comments(_ source: Source) -> [String] {
    source.text.split(whereSeparator: \.isNewline).flatMap { line -> [String] in
      guard let start = line.firstIndex(of: "#") else { return [] }
      return [line[start...].filter { !$0.isWhitespace }]
    }
  }

  /// Formats twice, and compares trees and comments.
  private func check(_ source: Source) throws {
    let text = try Formatting.format(source)
    let formatted = Source(name: source.name, text: text)
    let (tree, problems) = Parser.parse(formatted)
    #expect(problems.isEmpty, "\(text)")
    #expect(TreePrinter.print(tree) == TreePrinter.print(Parser.parse(source).0), "\(text)")
    #expect(comments(formatted) == comments(source))
    let again = try Formatting.format(formatted)
    #expect(again == text)
  }

  @Test(arguments: readable)
  func `formatting keeps the tree and the comments, and a second time changes nothing`(
    _ source: Source
  ) throws {
    try check(source)
  }

  /// Breaks lines and adds comments wherever that leaves the tree as it is, or takes all line breaks in
  /// brackets away, so that long lines and odd layouts are tried too.
  @Test(arguments: readable.filter { $0.text.utf8.count < 12_000 })
  func `odd layouts of a script are formatted too`(_ source: Source) throws {
    var random = Seeded(state: UInt64(source.text.utf8.count))
    let tree = TreePrinter.print(Parser.parse(source).0)
    for _ in 0..<12 {
      var text = ""
      for character in source.text {
        let isPlace = character == " " || character == "," || character == "\n"
        switch Int.random(in: 0..<40, using: &random) {
        case 0 where isPlace: text += "\(character)\n"
        case 1 where isPlace: text += "\(character)  # why\n\n\n"
        case 2 where isPlace: text += "\(character)    "
        case 3..<20 where character == "\n": text += " "
        default: text.append(character)
        }
      }
      let changed = Source(name: source.name, text: text)
      let (script, problems) = Parser.parse(changed)
      guard problems.isEmpty, TreePrinter.print(script) == tree else { continue }
      try check(changed)
    }
  }

  @Test(arguments: sources.filter { !Parser.parse($0).1.isEmpty })
  func `a script with errors is refused with its errors`(_ source: Source) {
    let problems = Parser.parse(source).1
    do throws(Formatting.Refusal) {
      _ = try Formatting.format(source)
      Issue.record("formatted")
    } catch {
      #expect(error.diagnostics.map(\.code) == problems.map(\.code))
    }
  }

  @Test(arguments: RepositoryTests.scripts)
  func `the scripts of the repository are in the one style`(_ path: String) throws {
    let data = try #require(FileManager.default.contents(atPath: path))
    let source = try Source(name: path, bytes: Array(data))
    #expect(try Formatting.format(source) == source.text, "run `xai fmt \(path)`")
  }

  @Test(arguments: Style.all)
  func `the style is as recorded`(_ style: Style) throws {
    #expect(try Formatting.format(Source(name: "a.xai", text: style.given)) == style.wanted)
  }

  @Test func `a large text is formatted in time that grows with it`() throws {
    for unit in ["x = [1, [2], {a: 3}]; ", "f(x)\n", "1, ", "(", "a + ", "# c\n", "{a: [0, 1]}, "] {
      let body = String(repeating: unit, count: 200_000 / unit.utf8.count)
      let closed = unit == "1, " || unit.hasPrefix("{") ? "let x = [" + body + "]" : body + "1"
      let began = ContinuousClock.now
      _ = try? Formatting.format(Source(name: "large.xai", text: closed))
      #expect(ContinuousClock.now - began < .seconds(10), "\(unit)")
    }
  }
}

/// A text before and after.
struct Style: CustomTestStringConvertible, Sendable {
  var name: String
  var given: String
  var wanted: String
  var testDescription: String { name }

  init(_ name: String, _ given: String, _ wanted: String) {
    self.name = name
    self.given = given
    self.wanted = wanted
  }

  static let all = spaces + lines + comments + long

  static let spaces: [Style] = [
    Style(
      "operators", "let a=1+2*-x**2//3 @w\na==b and not(c in[1,2])\n",
      "let a = 1 + 2 * -x ** 2 // 3 @ w\na == b and not (c in [1, 2])\n"),
    Style("ranges", "x[ 0 ..< n , .. , -2 ... -1 ]", "x[0..<n, .., -2...-1]\n"),
    Style(
      "calls", "f ( x , steps : 50 , rest ... )\n f(x) [ 0 ] . y",
      "f(x, steps: 50, rest...)\nf(x)[0].y\n"),
    Style(
      "show", "show  -x\nshow [1]\nshow (x)\nshow - 1\n", "show -x\nshow [1]\nshow (x)\nshow - 1\n"),
    Style(
      "records and blocks", "let r={ a : 1 }\nif a{b}else{ c }\nlet f=()=>{}\n",
      "let r = {a: 1}\nif a { b } else { c }\nlet f = () => {}\n"),
    Style(
      "patterns", "let ( a,b )=p\nlet {x , y:[z,w ...]}=q\n",
      "let (a, b) = p\nlet {x, y: [z, w...]} = q\n"),
    Style(
      "strings stay", "let s=\"a{ b+c :.2f}\" +r\"\\d\"\n", "let s = \"a{ b+c :.2f}\" + r\"\\d\"\n"),
    Style(
      "semicolons", "let a = 1;\nlet b = 2; let c = 3;\nc;\n",
      "let a = 1\nlet b = 2; let c = 3\nc;\n"),
    Style("a comma before a bracket", "f(1, 2,)\n[1,\n 2,\n]\n", "f(1, 2)\n[1,\n    2,\n]\n"),
    Style(
      "words as names", "let show = 1\nshow + 1\nx.in - 1\nf(for: -1)\n",
      "let show = 1\nshow + 1\nx.in - 1\nf(for: -1)\n"),
  ]

  static let lines: [Style] = [
    Style(
      "a block of several lines", "fn f(x)\n{ let a = x\n  a }\n",
      "fn f(x) {\n    let a = x\n    a\n}\n"),
    Style("else", "if a {\n b\n}\nelse {\n c\n}\n", "if a {\n    b\n} else {\n    c\n}\n"),
    Style("empty lines", "\n\n\na\n\n\n\nb\n{\n\n  c\n\n}\n\n", "a\n\nb\n{\n    c\n}\n"),
    Style(
      "a chain", "let a = b\n|> c\n  |> d(\n1)\n", "let a = b\n    |> c\n    |> d(\n        1)\n"),
    Style(
      "brackets opened on one line", "f(g([\na,\nb]),\nc)\n",
      "f(g([\n        a,\n        b]),\n    c)\n"),
    Style(
      "closing brackets", "f([\n1,\n2,\n],\n{\na: 1\n})\n",
      "f([\n        1,\n        2,\n    ],\n    {\n        a: 1\n    })\n"),
    Style(
      "an element that goes on", "f(\na +\nb,\nx =>\ny)\n",
      "f(\n    a +\n        b,\n    x =>\n        y)\n"),
    Style(
      "a comprehension", "let a = [\nx\nfor x in xs\nif x > 0]\n",
      "let a = [\n    x\n    for x in xs\n    if x > 0]\n"),
    Style(
      "match", "match v {\n0=>\"a\"\n  [a,rest ...] if a>0=>{\n a\n }\n_=>none}\n",
      "match v {\n    0 => \"a\"\n    [a, rest...] if a > 0 => {\n        a\n    }\n    _ => none\n}\n"
    ),
    Style(
      "a block as the last argument", "f(x, y => {\na\n}, z)\n", "f(x, y => {\n    a\n}, z)\n"),
    Style(
      "a block before other lines", "f(x, y => {\na\n},\nz)\n",
      "f(x, y => {\n        a\n    },\n    z)\n"),
    Style("a comma that leads", "[a\n, b\n, c]\n", "[a,\n    b,\n    c]\n"),
    Style(
      "a string of several lines", "f(\"\"\"\n  a\n    b\n  \"\"\",\nx)\n",
      "f(\"\"\"\n  a\n    b\n  \"\"\",\n    x)\n"),
  ]

  static let comments: [Style] = [
    Style(
      "in columns", "let a = 1 # one\nlet bc = 2    ## two\n              ## and more\nlet d = 3\n",
      "let a = 1   # one\nlet bc = 2  ## two\n            ## and more\nlet d = 3\n"),
    Style(
      "on their own lines", "fn f() {\n# a\na\n      # b\n}\n  # c\n",
      "fn f() {\n    # a\n    a\n    # b\n}\n# c\n"),
    Style("between else", "if a { b }\n# why\nelse { c }\n", "if a { b }\n# why\nelse { c }\n"),
    Style(
      "in lists", "f( # first\n1, # one\n\n# two\n2\n# end\n)\n",
      "f(  # first\n    1,  # one\n\n    # two\n    2\n    # end\n)\n"),
    Style(
      "cells", "#!/usr/bin/env xai\n#%%[markdown]\n# # T\n\n\n# text\n#  %%  Two\na;\n",
      "#!/usr/bin/env xai\n# %% [markdown]\n# # T\n\n\n# text\n# %% Two\na;\n"),
    Style("no marker", "a\n  # %% not a cell\nb\n", "a\n    # %% not a cell\nb\n"),
    Style("only a comment", "\n  # a", "# a\n"),
    Style("nothing", "\n\n", ""),
  ]

  private static let words = Array(repeating: "wonderful", count: 16)

  private static let sums = words[..<6].joined(separator: " + ")
  private static let numbered = words.enumerated().map { "\($1)\($0)" }

  static let long: [Style] = [
    Style(
      "all blocks of a condition", "let a = if b { \(sums) } else { \(sums) }\n",
      "let a = if b {\n    \(sums)\n} else {\n    \(sums)\n}\n"),
    Style(
      "the parameters of a function", "fn f(\(numbered.joined(separator: ", "))) {\na\n}\n",
      "fn f(\n    \(numbered[..<9].joined(separator: ", ")),\n    "
        + "\(numbered[9...].joined(separator: ", "))) {\n    a\n}\n"),
    Style(
      "a call",
      "    let answer = \(String(repeating: "x", count: 90))(first: 1, second: 2, third: 3)\n",
      "let answer = \(String(repeating: "x", count: 90))(\n    first: 1, second: 2, third: 3)\n"),
    Style(
      "a list is filled", "let a = [\(words.joined(separator: ", "))]\n",
      "let a = [\n    \(words[..<10].joined(separator: ", ")),\n    \(words[10...].joined(separator: ", "))]\n"
    ),
    Style(
      "a list at the end of a call", "f(x, with: [\(words.joined(separator: ", "))])\n",
      "f(x, with: [\n    \(words[..<10].joined(separator: ", ")),\n    \(words[10...].joined(separator: ", "))])\n"
    ),
    Style(
      "a chain", "a |> \(words.joined(separator: " |> "))\n",
      "a\n    |> \(words.joined(separator: "\n    |> "))\n"),
    Style(
      "a block", "fn f() { \(words.joined(separator: "(); "))() }\n",
      "fn f() {\n    \(words.joined(separator: "()\n    "))()\n}\n"),
    Style(
      "operators",
      "let a = \(words[..<8].joined(separator: " and ")) or \(words[..<4].joined(separator: " and "))\n",
      "let a = \(words[..<8].joined(separator: " and ")) or\n    \(words[..<4].joined(separator: " and "))\n"
    ),
    Style(
      "a word that is too long", "\"\(String(repeating: "x", count: 200))\"\n",
      "\"\(String(repeating: "x", count: 200))\"\n"),
  ]
}
