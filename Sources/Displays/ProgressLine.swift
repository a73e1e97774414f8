// The line that tells how far long work is.

/// One line about work in progress: a bar, how much is done, the rate, the time left.
package struct ProgressLine: Sendable, Equatable {
  /// What is done, in units of the work.
  package var done: Int
  /// What there is to do; nil if that is not known.
  package var total: Int?
  /// Seconds since the work began.
  package var elapsed: Double
  /// What the work is.
  package var label: String
  /// The most columns of the line.
  package var width: Int

  private static let widestBar = 40

  /// Describes work in progress.
  package init(done: Int, total: Int?, elapsed: Double, label: String, width: Int) {
    self.done = max(0, done)
    self.total = total.flatMap { $0 > 0 ? $0 : nil }
    self.elapsed = elapsed.isFinite ? max(0, elapsed) : 0
    self.label = label
    self.width = width
  }

  /// `rise  ━━━━━━━╸────────  1 250 of 4 000  412/s  7 s left`, without escape sequences; what has
  /// no room is left out, the bar first.
  package var text: String {
    let label = Line(Text.single(label)).cut(to: max(8, width / 3)).text
    var facts = [count, rate, remaining].compactMap { $0 }
    func line(_ bar: String?) -> String {
      ([label, bar].compactMap { $0 } + facts).filter { !$0.isEmpty }.joined(separator: "  ")
    }
    while Text.width(line(nil)) > width, !facts.isEmpty { facts.removeLast() }
    let room = min(width - Text.width(line(nil)) - 2, ProgressLine.widestBar)
    let text = line(total == nil || room < 4 ? nil : bar(room))
    return Line(text).cut(to: max(1, width)).text
  }

  private var share: Double {
    total.map { min(1, Double(done) / Double($0)) } ?? 0
  }

  private func bar(_ columns: Int) -> String {
    let halves = Int(share * Double(2 * columns))
    let full = String(repeating: "━", count: halves / 2)
    let half = halves % 2 == 1 ? "╸" : ""
    return full + half + String(repeating: "─", count: columns - full.count - half.count)
  }

  private var count: String {
    let done = Numbers.grouped(done)
    return total.map { "\(done) of \(Numbers.grouped($0))" } ?? done
  }

  /// Units in a second, or seconds for each if there are fewer than one.
  private var rate: String? {
    guard done > 0, elapsed > 0.05 else { return nil }
    let rate = Double(done) / elapsed
    return rate >= 1
      ? "\(Numbers.short(rate, digits: 3))/s" : "\(Numbers.short(1 / rate, digits: 2)) s each"
  }

  private var remaining: String? {
    guard let total, done > 0, elapsed > 0.05 else { return nil }
    if done >= total { return "done in \(ProgressLine.duration(elapsed))" }
    return "\(ProgressLine.duration(elapsed / Double(done) * Double(total - done))) left"
  }

  /// A duration as people say it: `7 s`, `3:07`, `1:02:07`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 360_000 else { return "days" }
    if seconds < 10 { return "\(Numbers.short(max(0, seconds), digits: 2)) s" }
    let whole = Int(seconds.rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
    return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }
}
