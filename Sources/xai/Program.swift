// From the arguments to a command, and from its end to an exit code.
import ArgumentParser
import CEdit
import CKernels
import Glibc
import Shell

/// The exit codes of the program; those of a script's failure are `Failure.exitCode`.
enum Exit {
  static let usage: Int32 = 2
  static let source: Int32 = 65
  static let missingFile: Int32 = 66
  static let internalError: Int32 = 70
}

/// Of the types with these names, those that are meant here.
typealias Argument = ArgumentParser.Argument
typealias Stream = Shell.Stream

enum Program {
  /// Runs the command that the arguments name, and gives the exit code.
  static func run(_ arguments: [String]) -> Int32 {
    ck_keep_freed_memory()
    do {
      var command = try Xai.parseAsRoot(Invocation.arguments(arguments))
      try command.run()
      Stream.output.flush()
      return 0
    } catch let error as ExitCode {
      Stream.output.flush()
      return error.rawValue
    } catch {
      return refuse(error)
    }
  }

  /// Help and version go to standard output, wrong usage to standard error.
  private static func refuse(_ error: any Error) -> Int32 {
    let message = Xai.fullMessage(for: error)
    if Xai.exitCode(for: error).isSuccess {
      Stream.output.write(message + "\n")
      Stream.output.flush()
      return 0
    }
    Stream.errors.write(message + "\n")
    return Exit.usage
  }
}

/// The root of the commands.
struct Xai: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xai",
    abstract: "Explains neural networks: a small language, its prompt and its tools.",
    usage: """
      xai                      the prompt
      xai FILE [--NAME value]  runs a script; its own parameters are listed by xai FILE --help
      xai -e CODE              runs code from the command line
      xai -                    runs what standard input holds
      xai -i FILE              runs a script, then opens the prompt with its names
      xai COMMAND …
      """,
    version: version,
    subcommands: [
      Run.self, Check.self, Format.self, Grammar.self, Test.self, SweepScript.self, Report.self,
      Explain.self, Doc.self, Repl.self,
    ])
}

/// The forms that are short for a command: `xai FILE` is `xai run FILE`, `xai` alone is the prompt.
enum Invocation {
  private static let commands = Set(
    Xai.configuration.subcommands.map { $0._commandName } + ["help", "--help", "-h", "--version"])

  static func arguments(_ arguments: [String]) -> [String] {
    guard let first = arguments.first else {
      return isatty(0) == 1 ? ["repl"] : ["run", "-"]
    }
    return commands.contains(first) ? arguments : ["run"] + arguments
  }
}
