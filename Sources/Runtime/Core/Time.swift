// Functions that tell the time and wait.
import Glibc

let timeNatives: [Native] = [
  Native(
    "clock() -> Float", in: "time",
    """
    Seconds on a clock that only goes forward: the difference of two readings is the time between.

    ```xai
    clock() >= 0.0   #=> true
    ```
    """
  ) { _, _ throws(Failure) in .float(Moment.monotonic) },
  Native(
    "now() -> Float", in: "time",
    """
    Seconds since the beginning of 1970 (UTC), by the clock of the computer.

    ```xai
    now() > 1.7e9   #=> true
    ```
    """
  ) { _, _ throws(Failure) in .float(Moment.read(CLOCK_REALTIME)) },
  Native(
    "sleep(seconds: Float)", in: "time",
    """
    Waits; Ctrl-C ends the waiting with the run.

    ```xai
    sleep(0.01)   #=> none
    ```
    """
  ) { machine, arguments throws(Failure) in
    let seconds = try arguments.float(0)
    guard seconds >= 0, seconds <= 1e9 else {
      throw .argument(0, expected: "from 0 to 1e9 seconds", found: arguments[0])
    }
    let end = Moment.monotonic + seconds
    while true {
      try machine.checkpoint()
      let left = end - Moment.monotonic
      if left <= 0 { return .none }
      // Short pauses, so that an interruption is noticed within 0.02 s.
      usleep(UInt32((min(left, 0.02) * 1e6).rounded(.up)))
    }
  },
]

private enum Moment {
  static var monotonic: Double { read(CLOCK_MONOTONIC) }

  /// Seconds on one of the clocks of the system.
  static func read(_ clock: Int32) -> Double {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
