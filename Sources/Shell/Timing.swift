// How long something takes, measured often enough to say how sure that is.

/// The time of one run: mean and standard deviation over several rounds.
struct Timing: CustomStringConvertible {
  var mean: Double
  var deviation: Double
  var rounds: Int
  var runs: Int

  /// Seven rounds of at least 0.1 s each, the number of runs chosen from a first one; nil if a run fails.
  static func measure(_ run: () -> Bool) -> Timing? {
    let clock = ContinuousClock()
    var succeeds = true
    func seconds(_ runs: Int) -> Double {
      clock.measure {
        var left = runs
        while succeeds, left > 0 {
          succeeds = run()
          left -= 1
        }
      } / .seconds(1)
    }
    var runs = 1
    var first = seconds(1)
    while succeeds, first < 0.1, runs < 1_000_000 {
      runs *= first < 0.01 ? 10 : 2
      first = seconds(runs)
    }
    let times = (0..<7).map { _ in seconds(runs) / Double(runs) }
    guard succeeds else { return nil }
    let mean = times.reduce(0, +) / 7
    let variance = times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 6
    return Timing(mean: mean, deviation: variance.squareRoot(), rounds: 7, runs: runs)
  }

  var description: String {
    "\(Timing.text(mean)) ± \(Timing.text(deviation)) a run (\(rounds) rounds of \(runs))"
  }

  /// Seconds with three digits and a unit: `12.3 ms`.
  static func text(_ seconds: Double) -> String {
    if seconds >= 60 { return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s" }
    var value = seconds
    var unit = "s"
    for smaller in ["ms", "µs", "ns"] where value < 1 && value > 0 {
      value *= 1000
      unit = smaller
    }
    let decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    let scaled = Int((value * power).rounded())
    if decimals == 0 { return "\(scaled) \(unit)" }
    let fraction = String(scaled % Int(power))
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(scaled / Int(power)).\(zeros)\(fraction) \(unit)"
  }
}
