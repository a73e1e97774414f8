// Regular expressions at work: all possibilities at once, so that the time is bounded.

/// A compiled regular expression: a List of steps that a machine of threads follows (Thompson 1968,
/// Pike 1987), which takes time in proportion to pattern × text whatever the pattern.
final class PatternObject: Object {
  private enum Step {
    case one(PatternTest)
    case jump(Int)
    /// The first is preferred.
    case either(Int, Int)
    case save(Int)
    case place(PatternPlace)
    case done
  }

  private static let mostSteps = 20_000

  let source: String
  let ignoresCase: Bool
  let names: [(name: String, group: Int)]
  let groupCount: Int
  private var steps: [Step] = []

  init(_ source: String, ignoresCase: Bool) throws(Failure) {
    self.source = source
    self.ignoresCase = ignoresCase
    var parser = PatternParser(source, ignoresCase: ignoresCase)
    let tree = try parser.parse()
    names = parser.names
    groupCount = parser.groupCount
    super.init()
    try add(.group(tree, number: 0))
    steps.append(.done)
  }

  override var typeName: String { "Pattern" }
  override func describe() -> String { "pattern(\(Description.quoted(source)))" }

  override func equals(_ other: Object) throws(Failure) -> Bool {
    guard let other = other as? PatternObject else { return false }
    return other.source == source && other.ignoresCase == ignoresCase
  }

  private func append(_ step: Step) throws(Failure) {
    if steps.count >= PatternObject.mostSteps {
      throw Failure("X0353", "the pattern \(Description.quoted(source)) repeats too much")
    }
    steps.append(step)
  }

  private func add(_ tree: PatternTree) throws(Failure) {
    switch tree {
    case .empty: break
    case .one(let test): try append(.one(test))
    case .place(let place): try append(.place(place))
    case .sequence(let parts): for part in parts { try add(part) }
    case .group(let inner, let number):
      try append(.save(2 * number))
      try add(inner)
      try append(.save(2 * number + 1))
    case .choice(let branches):
      var ends: [Int] = []
      for (index, branch) in branches.enumerated() {
        let start = steps.count
        let isLast = index == branches.count - 1
        if !isLast { try append(.done) }
        try add(branch)
        guard !isLast else { break }
        ends.append(steps.count)
        try append(.done)
        steps[start] = .either(start + 1, steps.count)
      }
      for end in ends { steps[end] = .jump(steps.count) }
    case .repeated(let inner, let least, let most, let isReluctant):
      for _ in 0..<least { try add(inner) }
      guard let most else {
        let start = steps.count
        try append(.done)
        try add(inner)
        try append(.jump(start))
        steps[start] = fork(start + 1, steps.count, isReluctant)
        return
      }
      var starts: [Int] = []
      for _ in least..<most {
        starts.append(steps.count)
        try append(.done)
        try add(inner)
      }
      for start in starts { steps[start] = fork(start + 1, steps.count, isReluctant) }
    }
  }

  private func fork(_ more: Int, _ after: Int, _ isReluctant: Bool) -> Step {
    isReluctant ? .either(after, more) : .either(more, after)
  }

  /// Threads in the order of preference, each at a step and with the places it has saved.
  private struct Threads {
    var steps: [Int] = []
    var places: [[Int]] = []
    /// The last round in which a step was added.
    var marks: [Int]

    init(_ count: Int) { marks = Array(repeating: -1, count: count) }
  }

  /// The first match that begins at `start` or later (or just there): the places of its groups, two
  /// each, -1 where a group took no part.
  func match(
    in text: [Character], from start: Int, isWhole: Bool = false, _ machine: Machine
  ) throws(Failure) -> [Int]? {
    var now = Threads(steps.count)
    var next = Threads(steps.count)
    var found: [Int]?
    let unset = Array(repeating: -1, count: 2 * (groupCount + 1))
    for place in start...text.count {
      if place & 1023 == 1023 { try machine.checkpoint() }
      if found == nil, !isWhole || place == start {
        follow(0, unset, at: place, in: text, &now)
      }
      if now.steps.isEmpty, found != nil || isWhole { break }
      next.steps.removeAll(keepingCapacity: true)
      next.places.removeAll(keepingCapacity: true)
      for (index, step) in now.steps.enumerated() {
        if case .one(let test) = steps[step] {
          if place < text.count, test.accepts(text[place]) {
            follow(step + 1, now.places[index], at: place + 1, in: text, &next)
          }
        } else if !isWhole || place == text.count {
          // Done: the threads that follow are worth less.
          found = now.places[index]
          break
        }
      }
      swap(&now, &next)
    }
    return found
  }

  /// Adds the thread at a step, and at all that can be reached from it without a character.
  private func follow(
    _ first: Int, _ places: [Int], at place: Int, in text: [Character], _ threads: inout Threads
  ) {
    var waiting = [(first, places)]
    while var (step, places) = waiting.popLast() {
      while threads.marks[step] != place {
        threads.marks[step] = place
        switch steps[step] {
        case .jump(let target): step = target
        case .either(let one, let other):
          waiting.append((other, places))
          step = one
        case .save(let slot):
          places[slot] = place
          step += 1
        case .place(let kind):
          guard holds(kind, place, text) else { continue }
          step += 1
        case .one, .done:
          threads.steps.append(step)
          threads.places.append(places)
        }
      }
    }
  }

  private func holds(_ kind: PatternPlace, _ place: Int, _ text: [Character]) -> Bool {
    func isWord(_ index: Int) -> Bool {
      text.indices.contains(index) && PatternTest.Class.word.contains(text[index])
    }
    return switch kind {
    case .start: place == 0
    case .end: place == text.count
    case .wordEdge: isWord(place - 1) != isWord(place)
    case .noWordEdge: isWord(place - 1) == isWord(place)
    }
  }

  /// All matches from the left that do not overlap.
  func matches(in text: [Character], _ machine: Machine) throws(Failure) -> [[Int]] {
    var found: [[Int]] = []
    var start = 0
    while start <= text.count, let match = try match(in: text, from: start, machine) {
      found.append(match)
      // After an empty match the search goes on one character further.
      start = match[1] > match[0] ? match[1] : match[1] + 1
    }
    return found
  }
}
