/// Short names for the nodes of a graph.

/// Exporters write the module path into a node's name: "/block1/conv1/Conv" is the operator Conv of
/// the module block1.conv1. The last node at or beneath a path gives the module's output: it has
/// the bare path if it lies at it, else the path is a further name for it. Other nodes of a module
/// add their operator.
struct LayerNames {
  /// The layer of each node, unique among all.
  let layers: [String]
  /// Module paths that are no layer's own name ("block1"), each with the last node beneath.
  let modules: [(name: String, node: Int)]

  /// From the operator and the label of each node, in order.
  init(_ nodes: [(operation: String, label: String)]) {
    let paths = nodes.map { Self.path($0.label, $0.operation) }
    let last = Self.lastNodes(paths.map(\.module), nodes.map(\.operation))
    var taken: Set<String> = []
    var layers: [String] = []
    for (index, path) in paths.enumerated() {
      let owner = last[path.module]
      var name = owner == index || owner == nil ? path.module : path.full
      var number = 2
      while taken.contains(name) || last[name].map({ $0 != index }) ?? false {
        name = "\(path.full)_\(number)"
        number += 1
      }
      taken.insert(name)
      layers.append(name)
    }
    self.layers = layers
    modules = last.filter { !taken.contains($0.key) }.map { ($0.key, $0.value) }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
  }

  /// For every path and prefix of a path, the last node at or beneath it; constants do not count.
  private static func lastNodes(_ modules: [String], _ operations: [String]) -> [String: Int] {
    var last: [String: Int] = [:]
    for (index, module) in modules.enumerated() where operations[index] != "Constant" {
      last[module] = index
      var end = module.endIndex
      // Modules nest a few deep; a name of a thousand dots is not a path.
      for _ in 0..<16 {
        guard let dot = module[..<end].lastIndex(of: ".") else { break }
        last[String(module[..<dot])] = index
        end = dot
      }
    }
    return last
  }

  /// The path of the module, and the path with the operator's own name behind it.
  private static func path(
    _ label: String, _ operation: String
  ) -> (module: String, full: String) {
    let parts = label.split(separator: "/").map(String.init)
    guard let own = parts.last else { return (label, label) }
    let full = parts.joined(separator: ".")
    let numbered =
      own.hasPrefix(operation + "_") && own.dropFirst(operation.count + 1).allSatisfy(\.isNumber)
    guard parts.count > 1, own == operation || numbered else { return (full, full) }
    return (parts.dropLast().joined(separator: "."), full)
  }
}
