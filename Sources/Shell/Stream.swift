// Standard output and standard error, written in order and without loss.
import Glibc

/// A descriptor to which text is written. Output is collected and written in large pieces when it does not go to a
/// terminal.
package final class Stream: @unchecked Sendable {
  /// Only asked whether it is a terminal.
  package static let input = Stream(0)
  package static let output = Stream(1)
  package static let errors = Stream(2)

  package let descriptor: Int32
  package let isTerminal: Bool
  private var pending: [UInt8] = []
  private let limit: Int

  private init(_ descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    limit = descriptor == 1 && !isTerminal ? 1 << 16 : 0
  }

  package func write(_ text: String) {
    pending.append(contentsOf: text.utf8)
    if pending.count > limit { flush() }
  }

  /// Writes what is pending. When nobody reads any more (`| head`), the program ends quietly, as one that
  /// does not catch SIGPIPE does.
  package func flush() {
    var start = 0
    while start < pending.count {
      let count = pending.withUnsafeBytes { bytes in
        // Within bounds: start < count.
        Glibc.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
      }
      if count >= 0 {
        start += count
      } else if errno == EAGAIN {
        var descriptors = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&descriptors, 1, -1)
      } else if errno != EINTR {
        if errno == EPIPE { _exit(128 + SIGPIPE) }
        break
      }
    }
    pending.removeAll(keepingCapacity: true)
  }
}
