// The program's first step.
import Glibc

exit(Program.run(Array(CommandLine.arguments.dropFirst())))
