// The codes of errors that `?X0204` and `xai explain` tell about.
import Bindings
import Runtime
import Syntax

package enum Explanations {
  /// Everything that any room reports.
  package static let catalog = Catalog(
    Catalog.syntax, Catalog.runtime, Catalog.bindings, files, Catalog.testing)

  /// What this room reports: scripts that cannot be read.
  private static let files: [Catalog.Entry] = [
    .init(
      "X0411", "a directory was given instead of a script",
      "`xai FILE` runs one file. Name a script within the directory."),
    .init(
      "X0412", "a file cannot be read",
      "The file exists, but the system does not let it be read: see its owner and permissions (`ls -l`)."
    ),
    .init(
      "X0413", "a script is empty",
      "There is nothing to run: the file has no bytes, or only white space. Often it was not saved."
    ),
    .init(
      "X0414", "a file exists already",
      "What is saved from the prompt replaces no file. Choose another name, or remove the file first."
    ),
    .init(
      "X0415", "a file cannot be written",
      "Its folder must exist and let files be written; the note says what the system answered."),
    .init(
      "X0607", "there is not enough memory to start",
      "The program sets the memory of its stack aside when it starts. A limit on the address space (`ulimit -v`) "
        + "keeps it from that: raise the limit."),
    .init(
      "X0701", "a command of the prompt is not right",
      "`:help` lists the commands and what they take."),
  ]
}
