// What the compiler hands to the natives behind `trace` and `sweep`: the parts that are known from the text.
import Syntax

/// A `trace`: its actions with their places in the source.
package final class TraceForm: Object {
  package struct Action {
    package enum Kind {
      case keep(String)
      case set
      case stop
    }

    package let kind: Kind
    /// The place of the point, and of what is set.
    package let point: Span
    package let value: Span?
    /// The kept names that what is set uses, with the places where it does.
    package let uses: [(name: String, span: Span)]
  }

  package let source: Source
  /// The place of the model.
  package let callee: Span
  /// The labels of the inputs where the call gives several, or one by its name; nil for one by its place.
  package let labels: [String?]?
  /// The names that `keep` binds: parameters of what is set, after the layer's own value.
  package let kept: [String]
  package let actions: [Action]

  init(
    _ source: Source, callee: Span, labels: [String?]?, kept: [String], actions: [Action]
  ) {
    self.source = source
    self.callee = callee
    self.labels = labels
    self.kept = kept
    self.actions = actions
  }

  package override var typeName: String { "TraceForm" }
}

/// A `sweep`: its names and its text.
package final class SweepForm: Object {
  package let source: Source
  package let names: [String]
  /// The places of the swept values, in the order of the names.
  package let values: [Span]
  /// The places of the options by label.
  package let options: [String: Span]
  package let body: Span

  init(
    _ source: Source, names: [String], values: [Span], options: [String: Span], body: Span
  ) {
    self.source = source
    self.names = names
    self.values = values
    self.options = options
    self.body = body
  }

  package override var typeName: String { "SweepForm" }
}

extension Failure {
  /// The failure at a place of its own: a part of a form instead of the call.
  package func at(_ source: Source, _ span: Span, _ label: String = "") -> Failure {
    primary = .init(source, span, label)
    return self
  }
}
