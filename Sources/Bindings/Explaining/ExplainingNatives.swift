// What attribution methods and metrics need of Swift.
import Displays
import Explanations
import Graphs
import Runtime
import Tensors

let explainingNatives: [Native] = [
  Native(
    "gauss_legendre(count: Int) -> Record", in: "explaining",
    """
    The `nodes` and `weights` of Gauss–Legendre quadrature on 0...1 with up to 8192 nodes: exact for polynomials of
    degree 2·count - 1.

    ```xai
    abs(sum(gauss_legendre(5).weights) - 1) < 1e-6   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let count = try arguments.int(0, in: 1...8192)
    let rule = Quadrature.gaussLegendre(count)
    let nodes = try tensor { () throws(TensorError) in
      try Tensor(rule.nodes.map { Float($0) }, [count])
    }
    let weights = try tensor { () throws(TensorError) in
      try Tensor(rule.weights.map { Float($0) }, [count])
    }
    return Value(fields: [("nodes", Value(nodes)), ("weights", Value(weights))])
  },
  Native(
    "occlusion_windows(size, window: Int, stride: Int) -> Tensor", in: "explaining",
    """
    Masks `[windows, h, w]` (or `[windows, n]`) of a sliding window, 1 where it covers.

    Windows start at every multiple of the stride; the last one along an axis is kept where it sticks out.

    ```xai
    occlusion_windows([4, 4], 2, 2).shape   #=> [4, 4, 4]
    ```
    """
  ) { _, arguments throws(Failure) in
    let size = try arguments.shape(0)
    let (window, stride) = (
      try arguments.int(1, in: 1...1 << 20), try arguments.int(2, in: 1...1 << 20)
    )
    return Value(
      try tensor { () throws(TensorError) in
        try OcclusionWindows.masks(size: size, window: window, stride: stride)
      })
  },
  Native(
    "box_blur(x: Tensor, side: Int) -> Tensor", in: "explaining",
    """
    Maps `[..., h, w]` averaged over `side` × `side` windows, the border repeated outwards.

    ```xai
    box_blur(ones([1, 4, 4]), 3).shape   #=> [1, 4, 4]
    ```
    """
  ) { _, arguments throws(Failure) in
    guard !arguments[0].isFollowed else { throw .followed(0, arguments[0]) }
    let numbers = try arguments.real(0).read()
    let side = try arguments.int(1, in: 1...10_000)
    return Value(try tensor { () throws(TensorError) in try BoxBlur.blurred(numbers, side: side) })
  },
  Native(
    "attribution(result: Record, method, model: Model, input: Tensor, target, seconds: Float) -> Attribution",
    in: "explaining",
    "An Attribution from what a method returned: a record with `values` and perhaps `standard_error`, `checks`, `unsigned`."
  ) { _, arguments throws(Failure) in
    .object(
      try AttributionObject(
        try arguments.record(0), method: arguments[1], model: arguments[2],
        input: TensorObject(try arguments.variable(3).detached()), target: arguments[4],
        seconds: try arguments.float(5)))
  },
  Native(
    "score_table(results: List) -> Table", in: "explaining",
    """
    The table methods × metrics from records of `attribution`, `metric` and `result` (`scores`, `better`, `standard_error`).

    Each number is the mean over examples; its standard error is over the examples of a batch, or the sampled metric's own for
    a single example. Each method's own checks stand in the last column.
    """
  ) { _, arguments throws(Failure) in .object(try ScoreTable.table(try arguments.list(0))) },
]

/// The table that `evaluate` makes.
private enum ScoreTable {
  static func table(_ results: List) throws(Failure) -> TableObject {
    var methods: [String] = []
    var metrics: [String] = []
    var names: [String: String] = [:]
    var findings: [String: String] = [:]
    var cells: [String: [String: (value: Double, error: Double?)]] = [:]
    var best: [String: TableDisplay.Best] = [:]
    for entry in results.values {
      guard case .record(let entry) = entry,
        case .object(let answer as AttributionObject) = entry["attribution"],
        let metric = entry["metric"], case .record(let result) = entry["result"],
        let scores = try result["scores"]?.variable()
      else { throw Failure("X0510", "a metric must return a record with `scores`") }
      let (method, name) = (answer.methodName, Description.line(metric))
      if !methods.contains(method) { methods.append(method) }
      if !metrics.contains(name) { metrics.append(name) }
      names[method] = answer.methodBaseName
      findings[method] = answer.findings.joined(separator: ", ")
      best[name] = result["better"]?.string == "higher" ? .highest : .lowest
      cells[method, default: [:]][name] = try summary(scores, result["standard_error"])
    }
    // A row is named for its method, with the settings only where another row has the same method.
    let rows = methods.map { method in
      let name = names[method] ?? method
      return methods.filter { names[$0] == name }.count > 1 ? method : name
    }
    return TableObject(
      columns: metrics + ["checks"], rowNames: rows,
      rows: methods.map { method in
        metrics.map { cells[method]?[$0].map { .float($0.value) } ?? Value.none }
          + [Value(findings[method] ?? "")]
      },
      errors: methods.map { method in metrics.map { cells[method]?[$0]?.error } + [nil] },
      best: metrics.map { best[$0] } + [nil],
      footnotes: ["mean ± standard error"])
  }

  /// The mean over examples with its standard error.
  private static func summary(
    _ scores: Variable, _ own: Value?
  ) throws(Failure) -> (value: Double, error: Double?) {
    let values = try scores.read().doubles
    let count = Double(values.count)
    guard count > 0 else { return (.nan, nil) }
    let mean = values.reduce(0, +) / count
    guard count < 2 else {
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
      return (mean, (variance / count).squareRoot())
    }
    return (mean, try own?.variable()?.read().doubles.first)
  }
}
