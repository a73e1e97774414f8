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

  /// Names the numbers that would come from a new branch.
  var description: String { "\(current.seed) \(current.stream)" }

  /// Runs `body` with the numbers of a row of a sweep: those of a seed, or of the row's own branch.
  func row(
    _ index: Int, seed: UInt64?, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let row = Philox(current.seed, stream: current.stream).split(UInt64(bitPattern: Int64(index)))
    return try within(seed.map { Philox($0) } ?? row, body)
  }

  func restart(seed: UInt64) {
    current = Philox(seed)
    models = 0
  }

  /// Where the first numbers of a new model come from: drawing them moves no other stream.
  func nextModel() -> Philox {
    models += 1
    return Philox(current.seed, stream: current.stream).split(Self.hash("model")).split(models)
  }

  /// The same as numbers: seed, stream and position.
  var state: [UInt64] { [current.seed, current.stream, current.position] }

  /// FNV-1a of a name: a branch depends on the name alone.
  static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// Runs `body` with another generator.
  func within<Result>(
    _ generator: Philox, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let leave = begin(generator)
    defer { leave() }
    return try body()
  }

  /// Where the next numbers and the next model come from.
  struct Place {
    fileprivate let generator: Philox
    fileprivate let models: UInt64
  }

  var place: Place { Place(generator: current, models: models) }

  /// Runs `body` with the numbers and the models of a place once more.
  func within<Result>(
    _ place: Place, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let leave = begin(place.generator, models: place.models)
    defer { leave() }
    return try body()
  }

  /// Goes on with another generator; the result goes back to this one.
  private func begin(_ generator: Philox, models: UInt64 = 0) -> () -> Void {
    let outer = (current, self.models)
    (current, self.models) = (generator, models)
    return { (self.current, self.models) = outer }
  }

  func isAtStart(of seed: UInt64) -> Bool { current == Philox(seed) }

  /// Starts anew; the result restores what was before.
  func restarted(seed: UInt64) -> () -> Void {
    begin(Philox(seed))
  }

  /// Numbers from a Generator, or where there is none, from the session's stream.
  func draw(
    from generator: Value, _ body: (inout Philox) throws(TensorError) -> Tensor
  ) throws(Failure) -> Value {
    if generator.isNone { return try draw(body) }
    guard case .object(let object as GeneratorObject) = generator else {
      throw Failure("X0308", "`from` must be a Generator, found \(Description.found(generator))")
    }
    return Value(try tensor { () throws(TensorError) in try body(&object.random) })
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

  /// Begins a stream that depends on the seed and the name; the result goes back to where the numbers were.
  func branched(_ name: String) -> () -> Void {
    begin(Philox(current.seed, stream: current.stream).split(Self.hash(name)))
  }
}

/// What `seed(n)` gives: the random numbers that start with a seed, to be entered with `with`.
private final class Seed: Object {
  private let start: Int
  private let streams: RandomStreams
  /// Undoes the call that made it.
  private let restore: () -> Void

  init(_ number: Int, _ streams: RandomStreams) {
    start = number
    self.streams = streams
    restore = streams.restarted(seed: Seed.bits(number))
  }

  private static func bits(_ number: Int) -> UInt64 { UInt64(bitPattern: Int64(number)) }

  override var typeName: String { "Generator" }
  override func describe() -> String { "seed(\(start))" }
  override var isShown: Bool { false }
  override func equals(_ other: Object) throws(Failure) -> Bool {
    (other as? Seed)?.start == start
  }

  override func enter() -> (() -> Void)? {
    // Just made, as in `with seed(7)`: what was before the call is restored.
    if streams.isAtStart(of: Seed.bits(start)) { return restore }
    return streams.restarted(seed: Seed.bits(start))
  }
}

func randomNatives(_ streams: RandomStreams) -> [Native] {
  [
    Native(
      "seed(number: Int) -> Generator", in: "random",
      """
      Starts the session's random numbers anew; without a call the seed is 0 or that of `--seed`.

      In `with seed(n) { … }` only the numbers drawn in the block come from the seed.

      ```xai
      seed(7)
      let a = normal([3])
      seed(7)
      all(a == normal([3]))   #=> true
      all(a == with seed(7) { normal([3]) })   #=> true
      ```
      """
    ) { _, arguments throws(Failure) in
      .object(Seed(try arguments.int(0), streams))
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
      let size = try arguments.sizes(1, axes: 2)
      let (height, width) = (size[0], size[1])
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
