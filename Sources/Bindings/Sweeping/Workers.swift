// Workers: processes that compute rows and hand each back as a line.
import CKernels
import Glibc
import Runtime

/// Bytes between processes.
enum Pipe {
  /// Writes all bytes; false when it fails.
  static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      // The pointer does not leave the call.
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Reads what is there; nil at the end.
  static func read(from file: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // The pointer does not leave the call.
      let count = buffer.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      return count > 0 ? Array(buffer.prefix(count)) : nil
    }
  }
}

/// Copies of this process, each with a part of the rows.
package struct Workers {
  /// What a worker says of a row: one line, and whether it goes on with its next.
  package typealias Work = (_ row: Int) -> (line: String, goesOn: Bool)

  /// The rows of each process, in order.
  package var batches: [[Int]]
  /// How many processes run at the same time.
  package var jobs: Int
  /// The threads of each.
  package var threads: Int

  package init(batches: [[Int]], jobs: Int, threads: Int) {
    self.batches = batches
    self.jobs = jobs
    self.threads = threads
  }

  fileprivate struct Worker {
    let process: pid_t
    let file: Int32
    /// The rows that it has not handed back.
    var rows: ArraySlice<Int>
    var buffer: [UInt8] = []
    var hasFailed = false
  }

  /// Runs all batches. `receive` is told each line as it comes, and says whether more are needed;
  /// `check` is asked ten times a second and may end everything. No process is left when this returns.
  package func run(
    work: Work, check: () throws(Failure) -> Void,
    receive: (_ row: Int, _ line: String) throws(Failure) -> Bool
  ) throws(Failure) {
    var pending = batches[...]
    var running: [Worker] = []
    defer { for worker in running { Workers.end(worker) } }
    while !pending.isEmpty || !running.isEmpty {
      while running.count < max(1, jobs), let batch = pending.popFirst() {
        running.append(try start(batch, work))
      }
      try check()
      var files = running.map { pollfd(fd: $0.file, events: Int16(POLLIN), revents: 0) }
      guard poll(&files, nfds_t(files.count), 100) > 0 else { continue }
      for index in running.indices.reversed() where files[index].revents != 0 {
        guard let bytes = Pipe.read(from: running[index].file) else {
          let worker = running.remove(at: index)
          try Workers.finish(worker, check)
          continue
        }
        running[index].buffer += bytes
        while let line = running[index].nextLine {
          guard let row = running[index].rows.popFirst() else { break }
          guard try receive(row, line) else { return }
        }
      }
    }
  }

  /// Makes a process that works on a batch.
  private func start(_ batch: [Int], _ work: Work) throws(Failure) -> Worker {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Workers.unstartable }
    let process = ck_fork(Int32(clamping: threads))
    if process == 0 {
      close(ends[0])
      for row in batch {
        let (line, goesOn) = work(row)
        guard Pipe.write(Array((line + "\n").utf8), to: ends[1]) else { _exit(1) }
        if !goesOn { break }
      }
      // Buffers and handlers of the first process are not this one's to flush or run.
      _exit(0)
    }
    close(ends[1])
    guard process > 0 else {
      close(ends[0])
      throw Workers.unstartable
    }
    return Worker(process: process, file: ends[0], rows: batch[...])
  }

  private static var unstartable: Failure {
    Failure("X0521", "no process can be started: \(String(cString: strerror(errno)))", kind: .limit)
  }

  /// A worker has closed its pipe: it is through, or it has ended in the middle.
  private static func finish(
    _ worker: Worker, _ check: () throws(Failure) -> Void
  ) throws(Failure) {
    close(worker.file)
    var status: Int32 = 0
    while waitpid(worker.process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    guard signal != 0 || status >> 8 & 0xff != 0 else { return }
    if signal == SIGINT { throw Failure("X0603", "interrupted", kind: .interruption) }
    try check()
    let way = signal != 0 ? "by signal \(signal)" : "with code \(status >> 8 & 0xff)"
    throw Failure(
      "X0521", "a process of the sweep ended \(way) in row \(worker.rows.first ?? 0)",
      help: "with jobs: 1 the row runs in this process, and says what is wrong")
  }

  /// Ends a worker that is no longer needed.
  private static func end(_ worker: Worker) {
    kill(worker.process, SIGKILL)
    var status: Int32 = 0
    while waitpid(worker.process, &status, 0) < 0, errno == EINTR {}
    close(worker.file)
  }
}

extension Workers.Worker {
  /// Takes the first whole line out of what was read.
  fileprivate var nextLine: String? {
    mutating get {
      guard let end = buffer.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      let line = String(decoding: buffer[..<end], as: UTF8.self)
      buffer.removeSubrange(...end)
      return line
    }
  }
}
