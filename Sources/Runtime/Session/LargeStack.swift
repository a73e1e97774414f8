// Work that may recurse deeply, on a thread of its own.
import Glibc

/// Runs work on a thread with a large stack when the current one is small.
package enum LargeStack {
  /// Bytes of the larger stack.
  static let size = 256 << 20
  /// A stack with this much room is used as it is.
  static let enough: UInt = 6 << 20

  /// The two threads take turns: one waits while the other works.
  private final class Work: @unchecked Sendable {
    var body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// What `body` gives.
  package static func run<T>(_ body: () -> T) -> T {
    if NativeStack.position > NativeStack.end + enough { return body() }
    var result: T?
    withoutActuallyEscaping(body) { body in
      let work = Work { result = body() }
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      pthread_attr_setstacksize(&attributes, size)
      var thread = pthread_t()
      let status = pthread_create(
        &thread, &attributes,
        { pointer in
          guard let pointer else { return nil }
          Unmanaged<Work>.fromOpaque(pointer).takeUnretainedValue().body()
          return nil
        }, Unmanaged.passUnretained(work).toOpaque())
      if status == 0 { pthread_join(thread, nil) }
      pthread_attr_destroy(&attributes)
      work.body = {}
    }
    // Without another thread there is only this stack.
    return result ?? body()
  }
}
