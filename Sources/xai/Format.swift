// `xai fmt FILE…`: scripts in the one style.
import ArgumentParser
import Shell
import Syntax

struct Format: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Writes scripts in the one style; it has no options of its own.",
    discussion: """
      Only space changes: words, comments and the author's line breaks stay. A file with errors is left as \
      it is (exit code 65).
      """)

  @Argument(help: "The scripts; - formats standard input to standard output.")
  var files: [String]

  @Flag(
    help:
      "Change nothing: list the files that would change, and end with exit code 1 if there are any."
  )
  var check = false

  func run() throws {
    var worst: Int32 = 0
    for file in files { worst = max(worst, format(file)) }
    if worst != 0 { throw ExitCode(worst) }
  }

  /// Formats one file; gives the exit code for it.
  private func format(_ file: String) -> Int32 {
    do throws(Diagnostic) {
      let source = try Source.read(file)
      let text: String
      do throws(Formatting.Refusal) {
        text = try Formatting.format(source)
      } catch {
        Reporter().report(error.diagnostics)
        return Exit.source
      }
      let isSame = text.utf8.elementsEqual(source.text.utf8)
      if check {
        if !isSame { Stream.output.write(source.name + "\n") }
        return isSame ? 0 : 1
      }
      if file == "-" {
        Stream.output.write(text)
      } else if !isSame {
        try TextFile.replace(file, by: text)
      }
      return 0
    } catch {
      Reporter().report([error])
      return Source.exitCode(for: error)
    }
  }
}
