// Budget: how many examples are computed at once.

extension Storage {
  /// Runs `body` and tells how many bytes more than at its beginning tensors held: at most, and at its end. A measurement of
  /// `peak` that is under way goes on.
  package static func used<Failure: Error>(
    _ body: () throws(Failure) -> Void
  ) throws(Failure) -> (most: Int, kept: Int) {
    let (before, highest) = (live, peak)
    resetPeak()
    defer { raisePeak(to: highest) }
    try body()
    return (max(0, peak - before), live - before)
  }

  /// How many of `count` examples to compute together if each holds `bytesEach` bytes: as many as stay near the processor
  /// (16 MB), which is where larger batches stop being faster, or four of them if these take at most 1 GB; and at most a
  /// quarter of the memory that the limit leaves. At least one.
  package static func atOnce(_ count: Int, bytesEach: Int) -> Int {
    let each = max(1, bytesEach)
    let possible = max(0, limit - live) / 4 / each
    return max(1, min(count, possible, max((16 << 20) / each, min(4, (1 << 30) / each))))
  }

  /// `0..<count` cut into parts of about one size, at most `atOnce` in each; where there is memory for two no part is
  /// of one alone, because kernels take other ways, with other rounding, for a single example.
  package static func parts(_ count: Int, atOnce: Int) -> [Range<Int>] {
    guard count > 0 else { return [] }
    let size = max(1, min(atOnce, count))
    var parts = count / size + (count % size > 0 ? 1 : 0)
    if size > 1 { parts = min(parts, max(1, count / 2)) }
    // The first `count % parts` have one more.
    let (least, more) = (count / parts, count % parts)
    return (0..<parts).map { part in
      let start = part * least + min(part, more)
      return start..<start + least + (part < more ? 1 : 0)
    }
  }
}
