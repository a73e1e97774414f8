// The codes of errors that `?X0204` and `xai explain` tell about.
import Bindings
import Runtime
import Syntax

package enum Explanations {
  /// Everything that any room reports.
  package static let catalog = Catalog(
    Catalog.syntax, Catalog.runtime, Catalog.bindings, files, Catalog.testing, prompt)

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
  ]

  /// What the prompt reports.
  private static let prompt: [Catalog.Entry] = [
    .init(
      "X0430", "the editor cannot be used",
      "`:edit` and Ctrl-X Ctrl-E open a text in the program that `VISUAL` or `EDITOR` names, else in `vi`. "
        + "That program is not installed, or ended with an error. In a shell: `export EDITOR=nano`."
    ),
    .init(
      "X0431", "a command of the prompt is not written like this",
      "Lines that begin with a colon are commands: `:vars`, `:time f(x)`. `:help` lists them; a beginning "
        + "that only one of them has is enough."),
    .init(
      "X0432", "there is no source to edit",
      "`:edit NAME` opens functions, methods, metrics and models that are written in xai. Functions written "
        + "in Swift have no source here."),
    .init(
      "X0433", "there is nothing to show or to save yet",
      "`:more` shows the last output as a whole, `:save` writes the entries that ran without an error. "
        + "Run an entry first."),
    .init(
      "X0434", "a setting of the prompt has no such name or value",
      "`:set` lists what can be set with the present values: `:set digits 6`, `:set graphics blocks`."
    ),
  ]
}
