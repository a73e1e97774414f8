// What a prompt can say about a model without running it.
import Runtime

/// Facts about values that are models.
package enum ModelFacts {
  /// Whether a value is a model.
  package static func isModel(_ value: Value) -> Bool { model(value) != nil }

  /// The layers of a model with what each is; nil if the value is no model. Empty if they are not known yet.
  package static func layers(of value: Value) -> [(name: String, note: String)]? {
    model(value)?.knownLayerNotes
  }

  /// The names of the classes of a model; empty if it has none.
  package static func classes(of value: Value) -> [String] { model(value)?.card.labels.short ?? [] }

  private static func model(_ value: Value) -> ModelObject? {
    if case .object(let object) = value { object as? ModelObject } else { nil }
  }
}
