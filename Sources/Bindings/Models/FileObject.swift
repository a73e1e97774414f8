// FileObject: the bytes of a file, and what networks can be made of them.
import Assets
import FoundationEssentials
import Graphs
import Networks
import Runtime
import Syntax
import Tensors

/// A File: a path and its bytes.
final class FileObject: Object {
  let path: String
  let bytes: [UInt8]

  init(path: String, _ bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// The names of the shelf's files.
  static var shelfNames: [String] {
    Assets.names.filter { $0.hasPrefix("Shelf/") }.map { String($0.dropFirst("Shelf/".count)) }
  }

  /// Reads a file; `alternatives` are names that would have done as well.
  convenience init(
    reading path: String, or alternatives: (kind: String, names: [String])? = nil
  ) throws(Failure) {
    var isDirectory = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      let near =
        alternatives.map { Failure.unknown("X0401", $0.kind, path, among: $0.names).helps } ?? []
      let missing = Failure("X0401", "there is no file \(path)", kind: .missingFile)
      missing.helps += near
      throw missing
    }
    if isDirectory {
      throw Failure("X0401", "\(path) is a folder, not a file", kind: .missingFile)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure("X0401", "\(path) cannot be read", kind: .missingFile)
    }
    self.init(path: path, [UInt8](data))
  }

  override var typeName: String { "File" }
  override func describe() -> String { "File \(path), \(bytes.count) bytes" }

  /// FNV-1a of the bytes, as 16 hexadecimal digits: names the content in provenance.
  var fingerprint: String {
    let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The network of an ONNX file; weights in other files are looked for beside it. `example` is the shape of one example,
  /// where the file leaves that open, and `examples` are those of several inputs by name.
  func network(
    for example: [Int]?, examples: [String: [Int]] = [:]
  ) throws(Failure) -> Graph {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do throws(NetworkError) {
      return try Onnx.graph(bytes, example: example, examples: examples) { location in
        (try? Data(contentsOf: folder.appending(path: location))).map { [UInt8]($0) }
      }
    } catch {
      let failure = failure(error)
      if case .node = error, example == nil, examples.isEmpty, Onnx.leavesSizesOpen(bytes) {
        failure.helps.append(
          .init(
            "sizes that the file leaves open are stated by load(…, input: [shape of an example]), "
              + "of several inputs input: {name: [shape of an example], …}"))
      }
      throw failure
    }
  }

  /// The tensors of a safetensors file, in the order of the file.
  func dictionary() throws(Failure) -> [(name: String, tensor: Tensor)] {
    let state = try stateDictionary()
    return state.names.compactMap { name in state[name].map { (name, $0) } }
  }

  /// The tensors and the metadata of a safetensors file.
  func stateDictionary() throws(Failure) -> StateDictionary {
    do throws(NetworkError) { return try Safetensors.read(bytes) } catch { throw failure(error) }
  }

  private func failure(_ error: NetworkError) -> Failure {
    if case .unknownInput(let name, let known) = error {
      return .unknown("X0207", "input of \(path)", name, among: known)
    }
    guard case .unknownOperator(let name, _, let supported) = error else {
      return Failure("X0501", "\(path): \(error.message)")
    }
    let near = Suggestion.nearest(to: name, among: supported).prefix(3)
    let list = near.isEmpty ? supported.prefix(8) + ["…"] : Array(near)
    return Failure(
      "X0509", "\(path): \(error.message)",
      help: near.isEmpty
        ? "\(supported.count) operators are supported: \(list.joined(separator: ", "))"
        : "near to it: \(list.joined(separator: ", "))")
  }
}
