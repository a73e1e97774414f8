// ReferenceCase: what other libraries give for fixed networks and inputs
// (Tests/Fixtures/reference).
import Foundation
import Graphs
import Tensors
import Testing

/// A case of the reference set: inputs, expected results and how far apart they may be.
struct ReferenceCase: Sendable, CustomTestStringConvertible {
  let id: String
  /// The network's name; nil where the case carries its own weights.
  let model: String?
  let method: String
  let settings: [String: String]
  private let tensors: [String: Tensor]
  private let tolerances: [String: (relative: Double, absolute: Double)]

  var testDescription: String { id }

  /// The name after the area and the network: "epsilon_plus", "conv".
  var name: String { id.components(separatedBy: "__").last ?? id }

  /// The stored tensor "input.NAME".
  func input(_ name: String) throws -> Tensor { try #require(tensors["input." + name]) }

  /// The stored tensor "expected.NAME".
  func expected(_ name: String) throws -> Tensor { try #require(tensors["expected." + name]) }

  /// The names of the expected tensors, without "expected.".
  var expectedNames: [String] { tolerances.keys.sorted() }

  /// The names of the inputs, without "input.".
  var inputNames: [String] {
    tensors.keys.filter { $0.hasPrefix("input.") }.map { String($0.dropFirst(6)) }.sorted()
  }

  /// Checks |got - expected| <= absolute + relative · |expected| for every element.
  func check(_ name: String, _ got: Tensor, factor: Double = 1) throws {
    let expected = try expected(name)
    let tolerance = try #require(tolerances[name])
    #expect(got.shape == expected.shape, "\(id) \(name)")
    let worst = zip(got.doubles, expected.doubles).map { got, wanted in
      abs(got - wanted) / (tolerance.absolute + tolerance.relative * abs(wanted)) / factor
    }.max()
    #expect((worst ?? 0) <= 1, "\(id) \(name)")
    let finite = got.doubles.allSatisfy { $0.isFinite }
    #expect(finite, "\(id) \(name)")
  }
}

extension ReferenceCase {
  /// The folder of the reference set.
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/reference")

  /// The cases of an area, as its part of the manifest lists them.
  static func all(_ area: String) -> [ReferenceCase] {
    guard
      let data = try? Data(
        contentsOf: folder.appendingPathComponent("manifest-\(area).json")),
      let manifest = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let cases = manifest["cases"] as? [[String: Any]]
    else { return [] }
    return cases.compactMap { try? ReferenceCase($0) }
  }

  private init(_ entry: [String: Any]) throws {
    id = try #require(entry["id"] as? String)
    model = entry["model"] as? String
    method = try #require(entry["method"] as? String)
    settings = (entry["parameters"] as? [String: Any] ?? [:]).mapValues { "\($0)" }
    let tolerance = try #require(entry["tolerance"] as? [String: [String: Any]])
    var tolerances: [String: (Double, Double)] = [:]
    for (name, values) in tolerance {
      let relative = (values["rtol"] as? NSNumber)?.doubleValue ?? 0
      let absolute = (values["atol"] as? NSNumber)?.doubleValue ?? 0
      tolerances[String(name.dropFirst("expected.".count))] = (relative, absolute)
    }
    self.tolerances = tolerances
    let file = try #require(entry["file"] as? String)
    tensors = try ReferenceCase.read(ReferenceCase.folder.appendingPathComponent(file))
  }

  /// The tensors of a safetensors file: 8 bytes of header length, a JSON header, the numbers.
  static func read(_ file: URL) throws -> [String: Tensor] {
    let bytes = try Data(contentsOf: file)
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(
      try JSONSerialization.jsonObject(with: bytes[8..<(8 + length)]) as? [String: Any])
    var result: [String: Tensor] = [:]
    for (name, value) in header {
      guard let entry = value as? [String: Any], let kind = entry["dtype"] as? String else {
        continue
      }
      let shape = try #require(entry["shape"] as? [Int])
      let range = try #require(entry["data_offsets"] as? [Int])
      let raw = bytes[(8 + length + range[0])..<(8 + length + range[1])]
      result[name] = try tensor(kind, shape, Data(raw))
    }
    return result
  }

  private static func tensor(_ kind: String, _ shape: [Int], _ raw: Data) throws -> Tensor? {
    func numbers<T>(_: T.Type) -> [T] {
      raw.withUnsafeBytes { bytes in
        (0..<(bytes.count / MemoryLayout<T>.size)).map {
          bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)
        }
      }
    }
    switch kind {
    case "F32": return try Tensor(numbers(Float.self), shape)
    case "F64": return try Tensor(numbers(Double.self), shape)
    case "I64": return try Tensor(numbers(Int.self), shape)
    case "U8": return try Tensor(numbers(UInt8.self), shape)
    default: return nil
    }
  }
}

extension Variable {
  /// The numbers; a test that looks at those of one of many examples stops here.
  var value: Tensor { numbers! }
}
