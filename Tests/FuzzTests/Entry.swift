// What libFuzzer calls. Only in the build that Scripts/fuzz makes, for which this file is no test.
import Bindings
import Glibc
import Runtime
import Syntax
import Tensors

/// The target that the environment names.
private let target = getenv("XAI_FUZZ").flatMap { FuzzTarget(rawValue: String(cString: $0)) }

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  guard let target else { fatalError("XAI_FUZZ names no target") }
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  if let complaint = target.complaint(about: bytes) { fatalError(complaint) }
  return 0
}

/// With `XAI_FUZZ=dictionary`, writes the words of the language as a dictionary of libFuzzer.
@_cdecl("LLVMFuzzerInitialize")
public func fuzzInitialize(
  _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?
) -> CInt {
  Storage.limit = 256 << 20
  Memory.limit = 2 << 30
  guard let mode = getenv("XAI_FUZZ"), String(cString: mode) == "dictionary" else { return 0 }
  let words =
    Keyword.allCases.map(\.rawValue) + Symbol.allCases.map(\.rawValue)
    + StatementWord.allCases.map(\.rawValue)
    + Workspace.nativesForDocumentation.map { $0.name + "(" }
    + ["\"{x}\"", "\"\"\"", "r\"", ":.3f}", "# %%\n", "##", "0..<", "1e308", "9223372036854775807"]
  for word in Set(words).sorted() {
    let escaped = word.utf8.map { byte in
      let hex = String(byte, radix: 16)
      return "\\x" + (hex.count < 2 ? "0" : "") + hex
    }
    print("\"" + escaped.joined() + "\"")
  }
  fflush(nil)
  exit(0)
}
