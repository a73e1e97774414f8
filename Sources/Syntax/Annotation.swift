/// Annotations: what a parameter, a result or a declared name says of its value.

/// `Type`, `[b, n, 3]`, or either with a `?` that allows none.
package struct Annotation: Sendable {
  package enum Kind: Sendable {
    /// The name of a type; the compiler knows which there are.
    case type(String)
    case shape([Axis])
  }

  /// One axis of a shape.
  package struct Axis: Sendable {
    package enum Kind: Hashable, Sendable {
      /// A size with a name: the same wherever the name stands.
      case name(String)
      case size(Int)
      /// `_`: any size.
      case any
      /// `..`: any number of axes; at most once in a shape.
      case rest
    }

    package var kind: Kind
    package var span: Span

    package init(_ kind: Kind, _ span: Span) {
      self.kind = kind
      self.span = span
    }
  }

  package var kind: Kind
  /// A `?` follows: the value may be none.
  package var isOptional: Bool
  package var span: Span

  package init(_ kind: Kind, isOptional: Bool, _ span: Span) {
    self.kind = kind
    self.isOptional = isOptional
    self.span = span
  }
}

/// The names of types that an annotation may use.
package enum TypeNames {
  /// Any value at all, none included.
  package static let any = "Any"

  /// Every name that `type(v)` gives, and `Any`.
  package static let all = [
    "Any", "Int", "Float", "Bool", "String", "List", "Record", "Range", "Tensor", "Function",
    "Method", "Metric", "Model", "Layer", "LayerPoint", "Attribution", "Table", "Image", "Figure",
    "Dataset", "Generator", "Error", "File", "Pattern", "Progress", "Graph", "SparseMatrix",
  ]
}

extension Annotation.Axis {
  /// `n`, `3`, `_` or `..`.
  package var text: String {
    switch kind {
    case .name(let name): name
    case .size(let size): String(size)
    case .any: "_"
    case .rest: ".."
    }
  }
}

extension Annotation {
  var form: Form {
    let form: Form =
      switch kind {
      case .type(let name): .word(name)
      case .shape(let axes): Form("shape", axes.map { .word($0.text) })
      }
    return isOptional ? Form("optional", form) : form
  }
}
