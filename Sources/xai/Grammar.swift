// `xai grammar`: the colours of the language for editors.
import ArgumentParser
import Shell
import Syntax

struct Grammar: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints a TextMate grammar, by which editors colour scripts.",
    discussion: """
      Write it to xai.tmLanguage.json where the editor looks for grammars; in VS Code an extension names it \
      under contributes.grammars.
      """)

  func run() throws { Stream.output.write(TextMate.grammar) }
}
