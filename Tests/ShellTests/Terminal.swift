// A program on a pseudo-terminal: what a user types and sees.
import Foundation

/// Runs the executable's prompt on a terminal of its own. `setsid` makes that its controlling terminal, so that
/// Ctrl-C and Ctrl-Z are signals, as for a user.
final class PseudoTerminal {
  private let process = Process()
  private let master: Int32
  private(set) var output = ""
  private var pending: [UInt8] = []
  private var mark: String.Index
  private var isHungUp = false

  struct Unavailable: Error {}

  /// Answers to what the program asks the terminal, by the question; each is given once.
  var answers: [String: String] = [:]

  init(
    state: URL, columns: UInt16 = 90, rows: UInt16 = 30, program: URL = executable,
    arguments: [String] = [], environment: [String: String] = [:]
  ) throws {
    mark = output.startIndex
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var lock: Int32 = 0
    var number: UInt32 = 0
    // The requests TIOCSPTLCK and TIOCGPTN of Linux, which unlock the other end and give its number.
    guard master >= 0, ioctl(master, 0x4004_5431, &lock) == 0,
      ioctl(master, 0x8004_5430, &number) == 0
    else { throw Unavailable() }
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    guard slave >= 0 else { throw Unavailable() }
    let handle = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    process.executableURL = URL(filePath: "/usr/bin/setsid")
    process.arguments = ["--ctty", "--wait", program.path()] + arguments
    process.standardInput = handle
    process.standardOutput = handle
    process.standardError = handle
    process.environment = [
      "TERM": "xterm", "NO_COLOR": "1", "HOME": state.path(), "XDG_STATE_HOME": state.path(),
      "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
    ].merging(environment) { $1 }
    try process.run()
    try handle.close()
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
  }

  deinit {
    if !isHungUp { type("\u{3}\u{4}") }
    close(master)
  }

  /// Gives the window another size.
  func resize(columns: UInt16, rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  func type(_ text: String) { type(Array(text.utf8)) }

  func type(_ keys: [UInt8]) {
    var bytes = keys[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      if count > 0 { bytes = bytes.dropFirst(count) } else { read(milliseconds: 10) }
    }
  }

  /// Waits until nothing more is written for a while: what was typed is drawn.
  func settles() {
    var before = -1
    let end = ContinuousClock.now + .seconds(20)
    while before != output.utf8.count, ContinuousClock.now < end {
      before = output.utf8.count
      let pause = ContinuousClock.now + .milliseconds(300)
      while ContinuousClock.now < pause { read(milliseconds: 20) }
    }
    mark = output.endIndex
  }

  /// Types an entry at the prompt, and waits until what it shows and the next prompt are there.
  func enters(_ entry: String, _ shown: String...) -> Bool {
    type(entry + "\r")
    return shown.allSatisfy { sees($0) } && sees("xai> ")
  }

  /// Waits until the text appears behind what was found last; false after twenty seconds.
  func sees(_ text: String) -> Bool {
    if text.isEmpty { return true }
    let end = ContinuousClock.now + .seconds(20)
    while true {
      if let found = output[mark...].range(of: text) {
        mark = found.upperBound
        return true
      }
      if ContinuousClock.now > end { return false }
      read(milliseconds: 20)
    }
  }

  /// Waits for the end; the exit code, or nil if it does not come within ten seconds.
  func end() -> Int32? {
    let end = ContinuousClock.now + .seconds(10)
    while !isHungUp, ContinuousClock.now < end { read(milliseconds: 20) }
    guard isHungUp else { return nil }
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func read(milliseconds: Int32) {
    var descriptors = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptors, 1, milliseconds) > 0 else { return }
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    let count = Foundation.read(master, &chunk, chunk.count)
    guard count > 0 else {
      // Nobody has the other end open any more.
      isHungUp = isHungUp || (count < 0 && errno == EIO)
      usleep(UInt32(milliseconds) * 1000)
      return
    }
    pending += chunk[..<count]
    // A character may be cut in two by the end of the chunk.
    guard let text = String(validating: pending, as: UTF8.self) else { return }
    let place = output.utf8.distance(from: output.startIndex, to: mark)
    output += text
    for (question, answer) in answers where output.contains(question) {
      answers[question] = nil
      type(answer)
    }
    mark = output.utf8.index(output.startIndex, offsetBy: place)
    pending = []
  }
}
