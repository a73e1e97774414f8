// AttributionObject: an explanation with everything needed to believe it.
import Displays
import Graphs
import Runtime
import Tensors

/// An Attribution: values shaped like the input (or one map for all its channels), what was explained by
/// what, and the checks of what the method promises.
final class AttributionObject: Object {
  /// Of a larger batch the first maps are shown.
  private static let mostExamplesShown = 8

  let values: TensorObject
  /// The standard error of each value, for a sampled estimate.
  let standardError: TensorObject?
  /// Names and numbers `[examples]` (or one number) of what the method promises.
  let checks: [(name: String, value: TensorObject)]
  /// Whether zero is the least value rather than the middle.
  let isUnsigned: Bool
  let method: Value
  let model: Value
  let input: TensorObject
  let target: Value
  let seconds: Double

  init(
    _ result: Record, method: Value, model: Value, input: TensorObject, target: Value,
    seconds: Double
  ) throws(Failure) {
    guard let values = try result["values"]?.variable() else {
      throw Failure("X0510", "a method must return a Tensor, or a record with `values`")
    }
    self.values = TensorObject(values.detached())
    standardError = try result["standard_error"]?.variable().map { TensorObject($0.detached()) }
    var checks: [(name: String, value: TensorObject)] = []
    if case .record(let record) = result["checks"] {
      for (name, value) in record.fields {
        guard let number = try value.variable() else { continue }
        checks.append((name, TensorObject(number.detached())))
      }
    }
    self.checks = checks
    if case .bool(true) = result["unsigned"] { isUnsigned = true } else { isUnsigned = false }
    self.method = method
    self.model = model
    self.input = input
    self.target = target
    self.seconds = seconds
  }

  override var typeName: String { "Attribution" }

  /// The name and settings of the method.
  var methodName: String {
    if case .object(let object) = method { return object.describe() }
    return Description.line(method)
  }

  /// The name of the method alone.
  var methodBaseName: String {
    if case .object(let object) = method, let name = try? object.field("name")?.string {
      return name
    }
    return methodName
  }

  override func describe() -> String {
    "Attribution by \(methodName), \(Shape.describe(values.variable.shape))"
  }

  override var fieldNotes: [String: String] {
    [
      "values": "the attribution, shaped like what it explains",
      "standard_error": "of sampled values; none if nothing was sampled",
      "checks": "what the method promises, and whether it holds here",
      "method": "the name of the method",
      "settings": "what the method was told",
      "model": "the name of the model",
      "input": "what was explained",
      "target": "what was asked for",
      "seconds": "how long it took",
    ]
  }

  override var fieldNames: [String] {
    [
      "values", "standard_error", "checks", "method", "settings", "model", "input", "target",
      "seconds",
      "unsigned",
    ]
  }

  override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "values": .object(values)
    case "standard_error": standardError.map { .object($0) } ?? Value.none
    case "checks": Value(fields: checks.map { ($0.name, .object($0.value)) })
    case "method": method
    case "settings":
      if case .object(let object) = method {
        try object.field("settings") ?? Value.none
      } else {
        Value.none
      }
    case "model": model
    case "input": .object(input)
    case "target": target
    case "seconds": .float(seconds)
    case "unsigned": .bool(isUnsigned)
    default: nil
    }
  }

  /// What the method promises and how far it holds, in a few words a line.
  var findings: [String] {
    var lines = checks.compactMap { name, value -> String? in
      guard let gaps = value.variable.numbers?.doubles else { return nil }
      let worst = gaps.max { abs($0) < abs($1) } ?? 0
      let title = name.replacing("_", with: " ") + (gaps.count > 1 ? " up to" : "")
      return "\(title) \(percent(worst))"
    }
    if let errors = standardError?.variable.numbers?.doubles,
      let numbers = values.variable.numbers?.doubles
    {
      let largest = numbers.reduce(0) { max($0, abs($1)) }
      let mean = errors.reduce(0, +) / Double(max(1, errors.count))
      let share = largest > 0 ? " (\(percent(mean / largest)) of the peak)" : ""
      lines.append("± \(Numbers.short(mean))\(share)")
    }
    return lines
  }

  /// The values of each example as a map of places: channels summed.
  private func maps() throws(Failure) -> (maps: [[Float]], height: Int, width: Int)? {
    let shape = values.variable.shape
    guard let width = shape.last, width > 0 else { return nil }
    let isImage = input.variable.rank >= 3
    let height = isImage ? shape[shape.count - 2] : 1
    let channels = isImage && shape.count >= 3 ? shape[shape.count - 3] : 1
    let size = channels * height * width
    guard size > 0, let all = values.variable.numbers?.floats else { return nil }
    let maps = stride(from: 0, to: all.count, by: size).map { start in
      (0..<(height * width)).map { place in
        (0..<channels).reduce(0 as Float) { $0 + all[start + $1 * height * width + place] }
      }
    }
    return (maps, height, width)
  }

  /// The input, if it is one picture in 0...1 or can be drawn as one.
  override var context: Display? {
    let shape = input.variable.shape
    guard shape.count == 3, shape[0] == 1 || shape[0] == 3,
      let numbers = input.variable.numbers?.floats
    else { return nil }
    let finite = numbers.filter(\.isFinite)
    let low = min(0, finite.min() ?? 0), high = max(1, finite.max() ?? 1)
    return Picture(
      planes: numbers, channels: shape[0], height: shape[1], width: shape[2], low: low, high: high
    ).map { picture in
      var picture = picture
      picture.caption = "the input"
      return .picture(picture)
    }
  }

  override func display() -> Display {
    guard let (maps, height, width) = try? maps() else { return values.display() }
    let shown = maps.prefix(Self.mostExamplesShown).compactMap { map in
      Heatmap(
        values: map, height: height, width: width, signed: !isUnsigned, title: methodName,
        subtitles: findings
      ).map { Display.heatmap($0) }
    }
    let hidden = maps.count - shown.count
    let parts = shown + (hidden > 0 ? [.note("and \(hidden) more examples")] : [])
    return parts.count == 1 ? parts[0] : .row(parts)
  }
}

/// A share as a percentage with two decimals.
private func percent(_ share: Double) -> String {
  share.isFinite ? "\(Numbers.fixed(share * 100, decimals: 2)) %" : "\(share)"
}
