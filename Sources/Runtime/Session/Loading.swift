// How modules are found and compiled.
import Glibc
import Syntax

extension Session {
  /// The module that an import names, compiled; nil, with a report, if there is none or it is wrong.
  func module(for item: Import, in unit: Unit) -> Module? {
    guard let (key, find) = location(of: item, from: unit.source) else {
      reportMissing(item, unit)
      return nil
    }
    if let module = modules[key] {
      switch module.state {
      case .loading:
        let start = loading.firstIndex { $0 === module } ?? 0
        let path = (loading[start...].map(\.name) + [module.name]).joined(separator: " → ")
        unit.hasBrokenImport = true
        unit.report(
          "X0402", "these modules import one another", item.span, notes: [path],
          helps: [.init("move what both need into a module of its own")])
        return nil
      case .broken:
        unit.hasBrokenImport = true
        return nil
      default: return module
      }
    }
    guard let source = find() else {
      unit.report("X0403", "`\(item.path)` cannot be read", item.span)
      return nil
    }
    return load(item, key, source, unit)
  }

  private func load(_ item: Import, _ key: String, _ source: Source, _ unit: Unit) -> Module? {
    let module = Module(name: item.path, source: source)
    modules[key] = module
    loading.append(module)
    defer { loading.removeLast() }
    let (script, problems) = Parser.parse(source)
    var found = problems
    if !problems.contains(where: { $0.severity == .error }) {
      let (program, others) = compile(script, module.scope)
      found += others
      module.program = program
      module.documentation = script.documentation
    }
    if module.program == nil {
      module.state = .broken
      unit.hasBrokenImport = true
      unit.add(found)
      return nil
    }
    module.state = .waiting
    return module
  }

  private typealias Location = (key: String, find: () -> Source?)

  private func location(of item: Import, from source: Source) -> Location? {
    let folder = source.isLibrary ? nil : Files.folder(of: source.name)
    if item.isFile {
      let path = item.path.hasPrefix("/") ? item.path : Files.join(folder ?? ".", item.path)
      return Files.exists(path) ? (Files.resolved(path), { Files.source(path) }) : nil
    }
    var itself: Location?
    if !source.isLibrary {
      // A script called training.xai may import the library's training: a file means itself only where nothing else has
      // the name, as in the examples of a module's documentation.
      let own = Files.resolved(source.name)
      for place in [folder ?? "."] + modulePaths {
        let path = Files.join(place, item.path + ".xai")
        guard Files.exists(path) else { continue }
        let location = (Files.resolved(path), { Files.source(path) })
        if location.0 != own { return location }
        itself = location
      }
    }
    guard library.names.contains(item.path) else { return itself }
    return ("<stdlib>/\(item.path)", { self.library.source(item.path) })
  }

  private func reportMissing(_ item: Import, _ unit: Unit) {
    let nearest = item.isFile ? nil : Suggestion.nearest(to: item.path, among: library.names).first
    var notes: [String] = []
    if !item.isFile {
      let folder = unit.source.isLibrary ? "." : Files.folder(of: unit.source.name)
      notes = ["Looked in \(([folder] + modulePaths).joined(separator: ", ")) and the library."]
    }
    unit.report(
      "X0401", item.isFile ? "there is no file \(item.path)" : "there is no module `\(item.path)`",
      item.span, notes: notes, helps: nearest.map { [.init("did you mean `\($0)`?")] } ?? [])
  }

  /// The modules of the library that export a name and are not imported: for proposals.
  func modules(exporting name: String) -> [String] {
    guard !name.hasPrefix("_"), loading.isEmpty else { return [] }
    return library.names.filter { module in
      guard let source = library.source(module) else { return false }
      return Parser.parse(source).0.declaredNames.contains { $0.name.text == name }
    }
  }
}

/// Files and folders.
enum Files {
  /// Those of `XAI_PATH`, then the user's own: `$XDG_CONFIG_HOME/xai/modules`, or the same in `~/.config`.
  static var modulePaths: [String] {
    var paths: [String] = []
    if let path = getenv("XAI_PATH") {
      paths += String(cString: path).split(separator: ":").map(String.init)
    }
    if let settings = getenv("XDG_CONFIG_HOME"), settings.pointee != 0 {
      paths.append(String(cString: settings) + "/xai/modules")
    } else if let home = getenv("HOME") {
      paths.append(String(cString: home) + "/.config/xai/modules")
    }
    return paths
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func join(_ folder: String, _ path: String) -> String {
    if path.hasPrefix("/") { return path }
    let inner = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    return folder == "." ? inner : folder + "/" + inner
  }

  /// Whether there is a file (not a folder).
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The path without links and dots, which identifies the file.
  static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  static func source(_ path: String) -> Source? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      bytes += chunk[..<count]
      if bytes.count > 1 << 26 { return nil }
    }
    return Source(name: path, text: String(decoding: bytes, as: UTF8.self))
  }
}
