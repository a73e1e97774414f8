// What Tab proposes in a session with a network.
import Bindings
import Displays
import Runtime
import Shell
import Syntax
import Testing

/// Says nothing.
private final class Silence: Output {
  func write(_ text: String) {}
  func show(_ display: Display) {}
  func beginCell(_ heading: CellHeading) {}
  func progress(_ label: String, done: Int, total: Int?) {}
}

@Suite struct CompletionTests {
  private let workspace: Workspace
  private let completer: Completer

  init() throws {
    workspace = try #require(Workspace(output: Silence()))
    completer = Completer(
      workspace.session,
      entries: { folder, _ in
        folder == "nets/" ? ["big.onnx", "old/"] : ["nets/", "notes.txt", ".hidden"]
      }, budget: { .unlimited })
    try run("import models, methods\nlet net = load(\"lenet-mnist\")\nlet x = zeros([1, 28, 28])")
    try run("let settings = {masks: 4000, seed: 3}\nlet scores = table({name: [\"a\"], size: [1]})")
    try run("fn scale(value, factor) { value * factor }")
  }

  private func run(_ text: String) throws {
    let program = try #require(workspace.session.compile(Source(name: "test", text: text)).program)
    try workspace.session.run(program)
  }

  private func candidates(_ text: String) -> [Completion.Candidate] {
    completer.completion(text, text.utf8.count).candidates
  }

  private func texts(_ text: String) -> [String] { candidates(text).map(\.text) }

  @Test func `names of layers, of the network that is meant`() {
    #expect(texts("net.at(\"con") == ["conv1\"", "conv2\""])
    #expect(texts("net.with({\"rel") == ["relu1\"", "relu2\"", "relu3\""])
    #expect(texts("explain(net, x, with: grad_cam, layer: \"conv") == ["conv1\"", "conv2\""])
    #expect(texts("grad_cam(layer: \"po") == ["pool1\"", "pool2\""])
    #expect(texts("trace net(x) { keep \"fc") == ["fc1\"", "fc2\""])
    #expect(candidates("net.at(\"con").allSatisfy { !$0.note.isEmpty })
  }

  @Test func `models of the shelf, files, classes and columns in strings`() {
    #expect(texts("load(\"le") == ["lenet-mnist\""])
    #expect(texts("load(\"ne") == ["nets/"])
    #expect(texts("image(\"nets/") == ["nets/big.onnx", "nets/old/"])
    #expect(texts("image(\"") == ["nets/", "notes.txt"])
    #expect(texts("explain(net, x, target: \"7") == ["7\""])
    #expect(texts("scores[\"s") == ["size\""])
    #expect(texts("settings[\"m") == ["masks\""])
  }

  @Test func `labels, fields, methods, modules and commands have a line of documentation`() {
    #expect(texts("scale(3, fac") == ["factor: "])
    #expect(texts("rise(ma").first == "masks: ")
    #expect(texts("settings.") == ["masks", "seed"])
    #expect(texts("net.la") == ["labels", "layers"])
    #expect(texts("integrated_g") == ["integrated_gradients"])
    #expect(texts(":ti") == [":time", ":timeit"])
    #expect(texts("?cli") == ["clip"])
    #expect(texts(":set gra") == ["graphics"])
    #expect(texts(":set graphics si") == ["sixel"])
    #expect(texts(":time integrated_g") == ["integrated_gradients"])
    #expect(texts(":load no") == ["notes.txt"])
    #expect(texts("import dat") == ["datasets"])
    for text in ["net.", "scale(", "import ", ":", "clip(", "explain(", "x.", "load(\"", "no"] {
      #expect(candidates(text).count > 0, "\(text)")
      #expect(candidates(text).allSatisfy { !$0.note.isEmpty }, "\(text)")
    }
  }

  @Test func `what takes too long is left out, and said`() {
    var looks = 0
    let hasty = Completer(
      workspace.session, entries: { _, _ in [] },
      budget: {
        Budget {
          looks += 1
          return looks > 5
        }
      })
    let completion = hasty.completion("", 0)
    #expect(completion.isPartial)
    #expect(completion.candidates.count <= 5)
  }

  @Test func `the signature of the innermost call is at hand`() {
    func hint(_ text: String) -> String { completer.hint(text, text.utf8.count) }
    #expect(hint("scale(1, ").hasPrefix("scale(value"))
    #expect(hint("print(scale([1, 2").hasPrefix("scale(value"))
    #expect(hint("net.at(\"").hasPrefix("at(layer"))
    #expect(hint("scale(1)") == "")
    #expect(hint("unknown(1") == "")
  }

  @Test func `a terminal's answers are told from what is typed`() {
    let answers = TerminalAnswers(
      Array(
        "ab\u{1B}_Gi=31;OK\u{1B}\\c\u{1B}P>|kitty(0.31)\u{1B}\\\u{1B}[6;18;9t\u{1B}[A\u{1B}[?62;4;22c"
          .utf8))
    #expect(answers.takesKitty && answers.takesSixel && answers.isComplete)
    #expect(answers.name == "kitty(0.31)")
    #expect(answers.cell?.width == 9 && answers.cell?.height == 18)
    #expect(answers.typed == Array("abc\u{1B}[A".utf8))
    #expect(answers.encoding == .kitty)
    #expect(TerminalAnswers(Array("\u{1B}[?1;2c".utf8)).encoding == nil)
    #expect(TerminalAnswers(Array("\u{1B}[?62;4;6c".utf8)).encoding == .sixel)
    #expect(TerminalAnswers(Array("\u{1B}_Gi=31;EINVAL\u{1B}\\\u{1B}[?62c".utf8)).encoding == nil)
    #expect(!TerminalAnswers(Array("\u{1B}[?62;4".utf8)).isComplete)
  }
}
