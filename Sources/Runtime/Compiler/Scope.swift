// The names of a script or module, and those within its functions.
import Syntax

/// A name at the top level of a script or module, or of the core.
package final class Global {
  /// What declared the name.
  package enum Kind: String, Sendable {
    case native, constant, variable, function, method, metric, model, parameter, module
  }

  package let name: String
  let index: Int
  package internal(set) var kind: Kind
  package internal(set) var documentation: String?
  /// Where it was declared; nil for the core's.
  var declaration: Declaration?
  /// Whether code at the top level may use it already.
  var isDeclared = false
  /// It is a size that an annotation has named.
  var isSize = false
  /// The module that an `import … as` gave the name to.
  var module: Module?
  /// The parameters of a declared function, for checking calls before they run.
  var parameters: [Parameter]?

  init(_ name: String, _ index: Int, _ kind: Kind) {
    self.name = name
    self.index = index
    self.kind = kind
  }

  var isVariable: Bool { kind == .variable }
}

/// The top level of a script, a module or the prompt.
final class Scope {
  /// The names that it declares.
  var names: [String: Global] = [:]
  /// The modules whose names are visible without a prefix.
  var imports: [Module] = []

  /// A copy to go back to.
  var state: (names: [String: Global], imports: [Module]) {
    get { (names, imports) }
    set { (names, imports) = newValue }
  }
}

/// A name within a function.
final class Local {
  let name: String
  let register: Int
  let isVariable: Bool
  /// The register holds a box, because functions share the variable.
  let isBoxed: Bool
  /// It is a size that an annotation has named.
  let isSize: Bool
  let declaration: Declaration?
  /// Where it is first mentioned after its declaration.
  var use: Span?

  init(
    _ name: String, _ register: Int, isVariable: Bool, isBoxed: Bool, isSize: Bool,
    declaration: Declaration?
  ) {
    self.name = name
    self.register = register
    self.isVariable = isVariable
    self.isBoxed = isBoxed
    self.isSize = isSize
    self.declaration = declaration
  }
}

/// What a name means at some place.
enum Binding {
  case local(Local)
  case captured(Int, Local)
  case global(Global)

  var isVariable: Bool {
    switch self {
    case .local(let local), .captured(_, let local): local.isVariable
    case .global(let global): global.isVariable
    }
  }

  var declaration: Declaration? {
    switch self {
    case .local(let local), .captured(_, let local): local.declaration
    case .global(let global): global.declaration
    }
  }
}
