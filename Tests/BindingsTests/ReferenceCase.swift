// The values of other libraries that the tests compare with: Tests/Fixtures/reference/manifest.json describes them.
import Foundation

/// A case of the manifest: inputs, expected values and their tolerances, computed by another library.
struct ReferenceCase {
  struct Tolerance {
    let relative: Double
    let absolute: Double
  }

  let id: String
  let file: String
  let model: String?
  let tolerances: [String: Tolerance]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .appending(path: "Fixtures/reference")

  static let all: [String: ReferenceCase] = {
    guard let data = try? Data(contentsOf: folder.appending(path: "manifest.json")),
      let manifest = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let cases = manifest["cases"] as? [[String: Any]]
    else { return [:] }
    var found: [String: ReferenceCase] = [:]
    for entry in cases {
      guard let id = entry["id"] as? String, let file = entry["file"] as? String else { continue }
      var tolerances: [String: Tolerance] = [:]
      for (name, value) in entry["tolerance"] as? [String: [String: Any]] ?? [:] {
        tolerances[name] = Tolerance(
          relative: value["rtol"] as? Double ?? 0, absolute: value["atol"] as? Double ?? 0)
      }
      found[id] = ReferenceCase(
        id: id, file: folder.appending(path: file).path,
        model: (entry["model"] as? String).map { folder.appending(path: "models/\($0).onnx").path },
        tolerances: tolerances)
    }
    return found
  }()
}
