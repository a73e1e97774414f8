// Random numbers: one seed, a stream of its own for every use.
import Explanations
import Runtime
import Tensors

/// Where a session's random numbers come from.
final class RandomStreams {
  private var current: Philox
  /// How many models have been made from this stream.
  private var models: UInt64 = 0

  init(seed: UInt64) { current = Philox(seed) }

  func restart(seed: UInt64) {
    current = Philox(seed)
    models = 0
  }

  /// Where the first numbers of a new model come from: drawing them moves no other stream.
  func nextModel() -> Philox {
    models += 1
    return Philox(current.seed, stream: current.stream).split(Self.hash("model")).split(models)
  }

  /// The generator as it stands: seed, stream and position.
  var state: [UInt64] { [current.seed, current.stream, current.position] }

  /// FNV-1a of a name: a branch depends on the name alone.
  static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// Runs `body` with another generator.
  func within<Result>(
    _ generator: Philox, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outer = (current, models)
    defer { (current, models) = outer }
    (current, models) = (generator, 0)
    return try body()
  }

  func draw(
    _ body: (inout Philox) throws(TensorError) -> Tensor
  ) throws(Failure) -> Value {
    Value(try tensor { () throws(TensorError) in try body(&current) })
  }

  /// Runs `body` with the stream of the given name: the same numbers whatever was drawn before.
  func branch(
    _ name: String, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try within(Philox(current.seed, stream: current.stream).split(Self.hash(name)), body)
  }
}

func randomNatives(_ streams: RandomStreams) -> [Native] {
  [
    Native(
      "seed(number: Int)", in: "random",
      """
      Starts the session's random numbers anew; without a call the seed is 0 or that of `--seed`.

      ```xai
      seed(7)
      let a = normal([3])
      seed(7)
      all(a == normal([3]))   #=> true
      ```
      """
    ) { _, arguments throws(Failure) in
      streams.restart(seed: UInt64(bitPattern: Int64(try arguments.int(0))))
      return .none
    },
    Native(
      "with_stream(name: String, body: Function)", in: "random",
      """
      Runs `body` with random numbers that depend only on the seed and the name, and gives its value.

      ```xai
      all(with_stream("a", () => normal([2])) == with_stream("a", () => normal([2])))   #=> true
      ```
      """
    ) { machine, arguments throws(Failure) in
      let (name, body) = (try arguments.string(0), try arguments.function(1))
      return try streams.branch(name) { () throws(Failure) in try machine.call(body) }
    },
    Native(
      "_generator() -> List", in: "random",
      "The random numbers' seed, stream and position, for a checkpoint."
    ) { _, _ throws(Failure) in
      Value(streams.state.map { .int(Int(truncatingIfNeeded: $0)) })
    },
    Native(
      "_with_generator(state: List, body: Function)", in: "random",
      "Runs `body` with the random numbers that a checkpoint's generator would give, and gives its value."
    ) { machine, arguments throws(Failure) in
      let state = try arguments.integers(0).map { UInt64(bitPattern: Int64($0)) }
      guard state.count == 3 else {
        throw .argument(0, expected: "a seed, a stream and a position", found: arguments[0])
      }
      let body = try arguments.function(1)
      return try streams.within(Philox(state[0], stream: state[1], position: state[2])) {
        () throws(Failure) in try machine.call(body)
      }
    },
    Native(
      "normal(shape) -> Tensor", in: "random",
      """
      Numbers from the standard normal distribution (Philox 4x32-10 and Box–Muller): f32 of the shape.

      ```xai
      normal([2, 3]).shape   #=> [2, 3]
      ```
      """
    ) { _, arguments throws(Failure) in
      let shape = try arguments.shape(0)
      return try streams.draw { random throws(TensorError) in try random.normal(shape) }
    },
    Native(
      "uniform(shape) -> Tensor", in: "random",
      """
      Numbers equally distributed over [0, 1): f32 of the shape.

      ```xai
      max(uniform([100])) < 1   #=> true
      ```
      """
    ) { _, arguments throws(Failure) in
      let shape = try arguments.shape(0)
      return try streams.draw { random throws(TensorError) in try random.uniform(shape) }
    },
    Native(
      "permutation(count: Int) -> Tensor", in: "random",
      """
      The numbers from 0 to `count` - 1 in random order.

      ```xai
      sum(permutation(4)) == 6   #=> true
      ```
      """
    ) { _, arguments throws(Failure) in
      let count = try arguments.int(0, in: 0...(1 << 32))
      return try streams.draw { random throws(TensorError) in try random.permutation(count) }
    },
    Native(
      "rise_masks(count: Int, size, grid: Int = 7, probability: Float = 0.5) -> Tensor",
      in: "explaining",
      """
      Smooth random masks `[count, h, w]` in 0...1 (Petsiuk et al. 2018, section 3.3).

      A `grid` × `grid` of coin flips with `probability`, upsampled bilinearly and cropped at a random shift.

      ```xai
      rise_masks(2, [28, 28]).shape   #=> [2, 28, 28]
      ```
      """
    ) { _, arguments throws(Failure) in
      let count = try arguments.int(0, in: 1...(1 << 24))
      let (height, width) = try arguments.pair(1)
      let grid = try arguments.int(2, in: 1...4096)
      let probability = try arguments.float(3)
      guard probability > 0, probability <= 1 else {
        throw .argument(3, expected: "a probability above 0", found: arguments[3])
      }
      return try streams.draw { random throws(TensorError) in
        try RiseMasks.draw(
          count, size: (height, width), grid: grid, probability: probability, from: &random)
      }
    },
  ]
}
