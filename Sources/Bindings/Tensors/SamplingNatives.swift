// Random numbers of the distributions that need a kernel; Stdlib/random.xai has the others.
import Graphs
import Runtime
import Tensors

/// A Generator: a stream of random numbers of its own, which every draw moves on.
final class GeneratorObject: Object {
  let name: String
  var random: Philox

  init(_ random: Philox, name: String) {
    self.random = random
    self.name = name
  }

  override var typeName: String { "Generator" }
  override func describe() -> String {
    "generator(\(Int64(bitPattern: random.seed))\(name.isEmpty ? "" : ", \"\(name)\""))"
  }
}

func samplingNatives(_ streams: RandomStreams) -> [Native] {
  [
    Native(
      "generator(seed: Int, name: String = \"\") -> Generator", in: "random",
      """
      A stream of random numbers of its own, for the `from` of functions that draw.

      The seed and the name alone determine its numbers; each draw goes on where the last one ended.

      ```xai
      let g = generator(7)
      all(normal([3], from: g) == normal([3], from: g))   #=> false
      all(normal([3], from: generator(7)) == normal([3], from: generator(7)))   #=> true
      ```
      """
    ) { _, arguments throws(Failure) in
      let name = try arguments.string(1)
      let root = Philox(UInt64(bitPattern: Int64(try arguments.int(0))))
      // A branch of the seed, apart from the session's own stream of the same seed.
      let branch = root.split(RandomStreams.hash("generator \(name)"))
      return .object(GeneratorObject(branch, name: name))
    },
    Native(
      "normal(shape = none, mean: Float = 0.0, sd: Float = 1.0, type: String = \"f32\", from = none)",
      in: "random",
      """
      Numbers of the normal distribution (Philox 4x32-10 and Box–Muller): a Tensor of the shape, or one
      Float without a shape. `sd` is the standard deviation, `from` a `generator`.

      ```xai
      normal([2, 3]).shape   #=> [2, 3]
      ```
      """
    ) { _, arguments throws(Failure) in
      let (mean, sd) = (try arguments.float(1), try arguments.float(2))
      guard sd >= 0 else { throw .argument(2, expected: "at least 0", found: arguments[2]) }
      return try drawn(streams, arguments, scale: sd, shift: mean) {
        (random, shape) throws(TensorError) in
        try random.normal(shape)
      } _: {
        $0.normal()
      }
    },
    Native(
      "uniform(shape = none, low: Float = 0.0, high: Float = 1.0, type: String = \"f32\", from = none)",
      in: "random",
      """
      Numbers equally distributed over [low, high): a Tensor of the shape, or one Float without a shape.
      `from` is a `generator`.

      ```xai
      max(uniform([100])) < 1   #=> true
      ```
      """
    ) { _, arguments throws(Failure) in
      let (low, high) = (try arguments.float(1), try arguments.float(2))
      guard low <= high else {
        throw .argument(2, expected: "at least `low`", found: arguments[2])
      }
      return try drawn(streams, arguments, scale: high - low, shift: low) {
        (random, shape) throws(TensorError) in
        try random.uniform(shape)
      } _: {
        $0.double()
      }
    },
    Native(
      "permutation(count: Int, from = none) -> Tensor", in: "random",
      """
      The numbers from 0 to `count` - 1 in random order. `from` is a `generator`.

      ```xai
      sum(permutation(4)) == 6   #=> true
      ```
      """
    ) { _, arguments throws(Failure) in
      let count = try arguments.int(0, in: 0...(1 << 32))
      return try streams.draw(from: arguments[1]) { random throws(TensorError) in
        try random.permutation(count)
      }
    },
    Native(
      "_integer_draws(shape, low: Int, high: Int, from = none) -> Tensor", in: "random",
      "Whole numbers from `low` to `high`, both included: what `integers` draws with."
    ) { _, arguments throws(Failure) in
      let (shape, low, high) = (try arguments.shape(0), try arguments.int(1), try arguments.int(2))
      guard low <= high else {
        throw .argument(2, expected: "at least `low`", found: arguments[2])
      }
      return try streams.draw(from: arguments[3]) { random throws(TensorError) in
        try random.integers(shape, in: low...high)
      }
    },
    varying(streams, "gamma", above: 0, limit: 1e15) { $0.gamma($1) },
    varying(streams, "poisson", above: -.leastNonzeroMagnitude, limit: 1e15) { $0.poisson($1) },
    Native(
      "_binomial_draws(trials: Int, probabilities: Tensor, from = none) -> Tensor", in: "random",
      "Successes among trials, one number for each probability: what `binomial` draws with."
    ) { _, arguments throws(Failure) in
      let trials = try arguments.int(0, in: 0...(1 << 50))
      let parameters = try arguments.variable(1).read()
      guard parameters.doubles.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
        throw .argument(1, expected: "probabilities from 0 to 1", found: arguments[1])
      }
      return try streams.draw(from: arguments[2]) { random throws(TensorError) in
        try random.doubles(like: parameters) { $0.binomial(Double(trials), $1) }
      }
    },
  ]
}

/// One number, an f64 tensor, or a tensor of another type by the fast kernel; scaled and shifted.
private func drawn(
  _ streams: RandomStreams, _ arguments: Arguments, scale: Double, shift: Double,
  _ fast: (inout Philox, [Int]) throws(TensorError) -> Tensor,
  _ exact: (inout Philox) -> Double
) throws(Failure) -> Value {
  let type = try arguments.elementType(3)
  let isSingle = arguments.isNone(0)
  let shape = isSingle ? [] : try arguments.shape(0)
  let value = try streams.draw(from: arguments[4]) { random throws(TensorError) in
    guard isSingle || type == .f64 else { return try fast(&random, shape).cast(to: type) }
    return try random.doubles(shape) { exact(&$0) * scale + shift }
  }
  guard case .object(let drawn as TensorObject) = value else { return value }
  if isSingle { return .float(drawn.number ?? 0) }
  if type == .f64 || (scale == 1 && shift == 0) { return value }
  let (factor, offset) = (scale, shift)
  return Value(
    try graph { () throws(GraphError) in try drawn.variable * factor + offset })
}

/// A distribution with one parameter, drawn for each number of a tensor.
private func varying(
  _ streams: RandomStreams, _ name: String, above least: Double, limit: Double,
  _ next: @escaping (inout Philox, Double) -> Double
) -> Native {
  Native(
    "_\(name)_draws(parameters: Tensor, from = none) -> Tensor", in: "random",
    "One number for each parameter of the distribution: what `\(name)` draws with."
  ) { _, arguments throws(Failure) in
    // The draws of a continuous distribution move with its parameter; whole numbers jump.
    if name == "gamma", arguments[0].isFollowed { throw .followed(0, arguments[0]) }
    let parameters = try arguments.variable(0).read()
    guard parameters.doubles.allSatisfy({ $0 > least && $0 <= limit }) else {
      throw .argument(
        0, expected: "\(least < 0 ? "at least" : "above") 0 and at most \(limit)",
        found: arguments[0])
    }
    return try streams.draw(from: arguments[1]) { random throws(TensorError) in
      try random.doubles(like: parameters, next)
    }
  }
}
