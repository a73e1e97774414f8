// How long work for a key may take.

/// Says when work that is not needed to the end is to stop.
package struct Budget {
  /// Whether it is used up.
  package let isOver: () -> Bool

  package init(isOver: @escaping () -> Bool) { self.isOver = isOver }

  /// No end.
  package static var unlimited: Budget { Budget { false } }

  /// So many milliseconds from now.
  package static func milliseconds(_ count: Int) -> Budget {
    let end = ContinuousClock.now + .milliseconds(count)
    return Budget { ContinuousClock.now > end }
  }
}
