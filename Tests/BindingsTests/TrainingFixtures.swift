// What PyTorch gives for layers, losses and optimisers: Tests/Fixtures/training, made by generate.py there.
import Foundation
import Testing

/// Numbers with a shape.
struct Numbers: Decodable, Sendable {
  let shape: [Int]
  let values: [Double]

  /// The tensor as source text, in f64 or, for whole numbers, i64.
  func source(whole: Bool = false) -> String {
    let texts = values.map { whole ? String(Int($0)) : String($0) }
    let type = whole ? "i64" : "f64"
    return "reshape(tensor([\(texts.joined(separator: ", "))], type: \"\(type)\"), \(shape))"
  }
}

extension [String: Numbers] {
  /// The record as source text, in the order of the names.
  func source() -> String {
    let fields = sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value.source())" }
    return "{\(fields.joined(separator: ", "))}"
  }
}

/// A layer with its numbers, what it gives for `x`, and the gradients of Σ output · seed.
struct LayerCase: Decodable, Sendable, CustomTestStringConvertible {
  let name, code: String
  let x, output, seed: Numbers
  let training: Bool
  let parameters, state, gradients, after: [String: Numbers]
  let slope: Numbers?
  var testDescription: String { name }
}

/// A loss of an output and a target, and its gradient at the output.
struct LossCase: Decodable, Sendable, CustomTestStringConvertible {
  let name, code: String
  let output, target, slope: Numbers
  let whole: Bool
  let more: [String: Numbers]
  let value: Double
  var testDescription: String { name }
}

/// The parameters after some steps of an optimiser.
struct OptimiserCase: Decodable, Sendable, CustomTestStringConvertible {
  let problem, code: String
  let steps: [[String: Numbers]]
  let at: [Int]
  var testDescription: String { "\(code) on the \(problem)" }
}

/// The files.
enum TrainingFixtures {
  private struct File<Case: Decodable>: Decodable { let cases: [Case] }

  struct Optimisers: Decodable {
    let x, y: Numbers
    let start: [String: Numbers]
    let cases: [OptimiserCase]
  }

  static let layers: [LayerCase] = read(File<LayerCase>.self, "layers")?.cases ?? []
  static let losses: [LossCase] = read(File<LossCase>.self, "losses")?.cases ?? []
  static let optimisers: Optimisers? = read(Optimisers.self, "optimisers")

  private static func read<Content: Decodable>(_ type: Content.Type, _ name: String) -> Content? {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "Fixtures/training/\(name).json")
    return (try? Data(contentsOf: file)).flatMap { try? JSONDecoder().decode(type, from: $0) }
  }
}
