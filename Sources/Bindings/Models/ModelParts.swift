// ModelParts: the layers that a declared model is made of, by path.
import Runtime

/// The layers of a model, found by walking its parts: layers, models, compositions, Lists and Records.
/// A layer that stands in several places has the path of the first and shares its numbers.
final class ModelParts {
  struct Entry {
    let path: String
    let layer: LayerObject
    /// The numbers that the layer brings along from a model that it already was part of.
    let origin: ParameterStore?
  }

  private(set) var entries: [Entry] = []
  private var layers: [ObjectIdentifier: Int] = [:]
  private var models: [ObjectIdentifier: String] = [:]
  /// Keeps the models alive by whose identity they are found.
  private var kept: [ModelObject] = []
  private static let deepest = 64

  init(_ parts: Value) throws(Failure) { try add(parts, "", nil, depth: 0) }

  /// The place of a layer among `entries`.
  func index(of layer: LayerObject) -> Int? { layers[ObjectIdentifier(layer)] }

  /// The path of a model that is part of this one.
  func path(of model: ModelObject) -> String? { models[ObjectIdentifier(model)] }

  private func add(
    _ part: Value, _ path: String, _ origin: ParameterStore?, depth: Int
  ) throws(Failure) {
    guard depth < Self.deepest else {
      throw Failure("X0504", "the parts of a model are nested more than \(Self.deepest) deep")
    }
    func inner(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    switch part {
    case .object(let layer as LayerObject):
      guard layers[ObjectIdentifier(layer)] == nil else { return }
      layers[ObjectIdentifier(layer)] = entries.count
      entries.append(Entry(path: path, layer: layer, origin: origin))
      try add(layer.parts, path, origin, depth: depth + 1)
    case .object(let model as ModelObject):
      guard case .declared(let parts, _) = model.body, models[ObjectIdentifier(model)] == nil else {
        return
      }
      models[ObjectIdentifier(model)] = path
      kept.append(model)
      try add(parts, path, model.store, depth: depth + 1)
    case .object(let composition as Composition):
      for (index, part) in composition.parts.enumerated() {
        try add(part, inner(String(index)), origin, depth: depth + 1)
      }
    case .list(let list):
      for (index, part) in list.values.enumerated() {
        try add(part, inner(String(index)), origin, depth: depth + 1)
      }
    case .record(let record):
      for (name, part) in record.fields { try add(part, inner(name), origin, depth: depth + 1) }
    default: break
    }
  }
}
