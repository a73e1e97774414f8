// `xai doc`: what is known about a name, on the terminal or as a folder of pages.
import ArgumentParser
import Bindings
import Glibc
import Runtime
import Shell
import Syntax

struct Doc: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explains a function, method, module, error or word of the language.",
    discussion: """
      Without a name it lists them all. With --html it writes the whole reference as pages that need no server:
      open index.html.
      """)

  @Argument(help: "The name: sqrt, methods, match, expectations, X0204.")
  var name: String?

  @Option(help: ArgumentHelp("Write the reference into this folder.", valueName: "folder"))
  var html: String?

  func validate() throws {
    if name != nil, html != nil { throw ValidationError("either a name or --html, not both") }
  }

  func run() throws {
    let terminal = Terminal()
    guard let workspace = Workspace(output: terminal) else { throw ExitCode(Exit.internalError) }
    if let html { return try write(ReferenceSite(workspace.session, tools: Xai.tools), to: html) }
    let manual = Manual(workspace.session)
    guard let name else { return terminal.show(manual.contents) }
    guard let page = manual.page(name) else {
      let nearest = Suggestion.nearest(to: name, among: manual.names)
      throw ValidationError(
        "nothing is known of `\(name)`"
          + (nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: " or "))?"))
    }
    terminal.show(page)
  }

  /// Makes the folder if its parent is there; files of the same name are replaced.
  private func write(_ site: ReferenceSite, to folder: String) throws {
    do throws(Diagnostic) {
      try Folder.make(folder)
      for (name, text) in site.files {
        try TextFile.write(text, to: folder + "/" + name, replacing: true)
      }
      Shell.Stream.output.write(
        "\(site.files.count) pages in \(folder): open \(folder)/index.html\n")
    } catch {
      Reporter().report([error])
      throw ExitCode(Exit.missingFile)
    }
  }
}

extension Xai {
  /// The commands with their help, for the reference.
  static var tools: [(name: String, help: String)] {
    configuration.subcommands.map { ($0._commandName, helpMessage(for: $0, columns: 96)) }
  }
}
