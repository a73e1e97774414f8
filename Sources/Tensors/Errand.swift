// Errand: work that cannot be stopped, done by a thread of its own so that nobody has to wait for its end.

import Glibc
import Synchronization

/// A call of a library that does not look whether the user wants to stop.
///
/// Unchecked because `work` runs once, on the thread of the errand, while the one that waits for it touches nothing.
final class Errand: @unchecked Sendable {
  private let work: () -> MatrixProblem?
  /// What `work` reads and writes by address: it lives until the work ends, which may be after everybody else left.
  private let kept: [Storage]
  private let found = Mutex<MatrixProblem?>(nil)
  /// Raised when the work is done. At an address of its own, as the system wants.
  private let done: UnsafeMutablePointer<sem_t>

  private init(keeping kept: [Storage], _ work: @escaping () -> MatrixProblem?) {
    (self.work, self.kept) = (work, kept)
    done = .allocate(capacity: 1)
    sem_init(done, 0, 0)
  }

  deinit {
    sem_destroy(done)
    done.deallocate()
  }

  /// Does `work` and gives what it gives; nil, at once, when an interruption is requested. The work then goes on until
  /// it ends, with the blocks in `kept`, which nobody else may use any more.
  static func run(
    keeping kept: [Storage], _ work: @escaping () -> MatrixProblem?
  ) -> MatrixProblem? {
    let errand = Errand(keeping: kept, work)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(errand)
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Errand>.fromOpaque(context).takeRetainedValue().perform()
        return nil
      }, context.toOpaque())
    guard status == 0 else {
      context.release()
      return work()
    }
    pthread_detach(thread)
    return errand.wait()
  }

  private func perform() {
    let problem = work()
    found.withLock { $0 = problem }
    sem_post(done)
  }

  /// Looks every hundredth of a second whether the user wants to stop.
  private func wait() -> MatrixProblem? {
    while !Interruption.requested {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      time.tv_nsec += 10_000_000
      if time.tv_nsec >= 1_000_000_000 {
        time.tv_nsec -= 1_000_000_000
        time.tv_sec += 1
      }
      if sem_timedwait(done, &time) == 0 { return found.withLock { $0 } }
    }
    return nil
  }
}
