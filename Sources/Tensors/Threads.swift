// How many threads the kernels use, and how they are asked to stop.

import CKernels

/// The threads that kernels share. Results never depend on their number.
package enum Threads {
  /// Threads that work on one kernel, the caller included: from 1 to 64. At the start the number of
  /// cores, or the environment variable XAI_THREADS.
  package static var count: Int {
    get { Int(ck_threads()) }
    set { ck_set_threads(Int32(clamping: newValue)) }
  }

  /// Calls `body` with 0 ..< count, each once, on several threads in no particular order; stops
  /// handing out items, and returns false, when an interruption is requested.
  @discardableResult
  static func forEach(_ count: Int, _ body: (Int) -> Void) -> Bool {
    withoutActuallyEscaping(body) { body in
      var body = body
      return withUnsafeMutablePointer(to: &body) { context in
        ck_parallel(
          count,
          { context, item in
            context?.assumingMemoryBound(to: ((Int) -> Void).self).pointee(item)
          }, context)
      }
    }
  }
}

/// The user's wish to stop what is running.
package enum Interruption {
  /// Set by the signal handler, read by kernels between items and by the machine between
  /// instructions, which raises and clears it.
  package static var requested: Bool {
    get { ck_interruption_requested() }
    set { ck_request_interruption(newValue) }
  }

  /// Why a kernel stopped early: it was asked to, or had no memory to work in.
  static func error(_ operation: String) -> TensorError {
    requested
      ? .interrupted(operation: operation)
      : .memory(requested: 0, live: Storage.live, limit: Storage.limit)
  }
}

/// The instruction set of the vector loops.
package enum InstructionSet {
  /// sse2, avx2 or avx512: at the start the best of the machine, or the environment variable
  /// XAI_ISA. Setting one that the machine lacks changes nothing.
  package static var name: String {
    get { String(cString: ck_isa()) }
    set { _ = ck_set_isa(newValue) }
  }
}
