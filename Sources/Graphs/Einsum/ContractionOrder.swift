// ContractionOrder: in which order the operands of a sum over products are multiplied.

/// Pairs of operands; each takes two operands away and puts their product at the end of the list.
package struct ContractionOrder: Sendable {
  /// The places of the two in the list as it then is, the first before the second.
  package private(set) var pairs: [(Int, Int)] = []
  /// Multiplications followed by an addition, of all pairs.
  package private(set) var multiplyAdds = 0.0

  /// Up to so many operands the best of all orders is found, beyond it a good one.
  static let exhaustive = 10

  /// Sets of labels as bits, and the sizes of the labels.
  private struct Labels {
    let sizes: [Double]
    /// The result's.
    let output: UInt128

    /// The number of combinations of indices of the labels in a set.
    func count(_ set: UInt128) -> Double {
      var (rest, product) = (set, 1.0)
      while rest != 0 {
        product *= sizes[rest.trailingZeroBitCount]
        rest &= rest - 1
      }
      return product
    }
  }

  /// The order for operands with these labels. Left to right if not `optimised`.
  package init(
    _ operands: [[Int]], output: [Int], sizes: [Int: Int], optimised: Bool = true
  ) {
    // 52 letters and at most 32 axes behind dots.
    let names = Array(sizes.keys.sorted().prefix(128))
    let bits = Dictionary(names.enumerated().map { ($1, UInt128(1) << $0) }) { first, _ in first }
    func set(_ labels: [Int]) -> UInt128 { labels.reduce(0) { $0 | (bits[$1] ?? 0) } }
    let labels = Labels(sizes: names.map { Double(sizes[$0] ?? 1) }, output: set(output))
    let sets = operands.map(set)
    if !optimised || sets.count < 3 {
      fromTheLeft(sets, labels)
    } else if sets.count <= Self.exhaustive {
      search(sets, labels)
    } else {
      choose(sets, labels)
    }
  }

  /// What is left of a product's labels when those that nothing else has are summed over.
  private static func kept(
    _ product: UInt128, _ others: some Sequence<UInt128>, _ labels: Labels
  ) -> UInt128 {
    product & others.reduce(labels.output) { $0 | $1 }
  }

  /// Multiplies the operands at two places of `list`.
  private mutating func take(
    _ first: Int, _ second: Int, from list: inout [UInt128], _ labels: Labels
  ) {
    pairs.append((first, second))
    let (b, a) = (list.remove(at: second), list.remove(at: first))
    let left = Self.kept(a, list + [b], labels)
    let right = Self.kept(b, list + [a], labels)
    multiplyAdds += labels.count(left | right)
    list.append(Self.kept(left | right, list, labels))
  }

  private mutating func fromTheLeft(_ sets: [UInt128], _ labels: Labels) {
    var list = sets
    if list.count > 1 { take(0, 1, from: &list, labels) }
    while list.count > 1 { take(0, list.count - 1, from: &list, labels) }
  }

  /// The best order of all: that of a set of operands is made of those of its two parts.
  private mutating func search(_ sets: [UInt128], _ labels: Labels) {
    let all = 1 << sets.count
    func union(_ members: Int) -> UInt128 {
      sets.indices.reduce(0) { members >> $1 & 1 == 1 ? $0 | sets[$1] : $0 }
    }
    let remaining = (0..<all).map { union($0) & (labels.output | union(all - 1 - $0)) }
    var cost = [Double](repeating: .infinity, count: all)
    var parts = [Int](repeating: 0, count: all)
    for members in 1..<all {
      if members & (members - 1) == 0 {
        cost[members] = 0
        continue
      }
      // Each split once: the part that holds the lowest operand.
      let lowest = members & -members
      var part = (members - 1) & members
      while part > 0 {
        let rest = members & ~part
        if part & lowest != 0 {
          let sum = cost[part] + cost[rest] + labels.count(remaining[part] | remaining[rest])
          if sum < cost[members] || parts[members] == 0 {
            (cost[members], parts[members]) = (sum, part)
          }
        }
        part = (part - 1) & members
      }
    }
    // The splits, from the whole down; then the pairs from the parts up.
    var splits: [(Int, Int)] = []
    var open = [all - 1]
    while let members = open.popLast() {
      guard members & (members - 1) != 0 else { continue }
      splits.append((parts[members], members & ~parts[members]))
      open += [parts[members], members & ~parts[members]]
    }
    var list = sets
    var held = sets.indices.map { 1 << $0 }
    for (left, right) in splits.reversed() {
      guard let a = held.firstIndex(of: left), let b = held.firstIndex(of: right) else { continue }
      take(min(a, b), max(a, b), from: &list, labels)
      held.remove(at: max(a, b))
      held.remove(at: min(a, b))
      held.append(left | right)
    }
  }

  /// Always the pair whose product is smallest beside what it takes away, and of equals the cheapest.
  private mutating func choose(_ sets: [UInt128], _ labels: Labels) {
    var list = sets
    while list.count > 1 {
      var best: (growth: Double, cost: Double, pair: (Int, Int))?
      for i in list.indices {
        for j in list.indices where j > i {
          var others = list
          others.remove(at: j)
          others.remove(at: i)
          let both = list[i] | list[j]
          let growth =
            labels.count(Self.kept(both, others, labels)) - labels.count(list[i])
            - labels.count(list[j])
          let found = (growth: growth, cost: labels.count(both), pair: (i, j))
          if let known = best, (known.growth, known.cost) <= (found.growth, found.cost) { continue }
          best = found
        }
      }
      guard let (_, _, pair) = best else { return }
      take(pair.0, pair.1, from: &list, labels)
    }
  }
}
