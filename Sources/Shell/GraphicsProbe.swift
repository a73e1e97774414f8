// Which pictures a terminal can draw: it is asked, not guessed.
import CEdit
import Displays
import Glibc

/// What a terminal answers to questions about pictures.
///
/// After the other questions stands one that every terminal answers (primary device attributes), so that the end of
/// the answers is known without waiting: ECMA-48 device attributes; XTVERSION and window reports of xterm.
package struct TerminalAnswers: Equatable {
  package var takesKitty = false
  package var takesSixel = false
  /// What the terminal calls itself.
  package var name = ""
  /// Pixels of a character.
  package var cell: (width: Int, height: Int)?
  /// Whether the last answer has come.
  package private(set) var isComplete = false
  /// What was typed meanwhile.
  package private(set) var typed: [UInt8] = []

  package static func == (left: TerminalAnswers, right: TerminalAnswers) -> Bool {
    left.takesKitty == right.takesKitty && left.takesSixel == right.takesSixel
      && left.name == right.name && left.cell?.width == right.cell?.width
      && left.cell?.height == right.cell?.height && left.isComplete == right.isComplete
      && left.typed == right.typed
  }

  /// A picture of one pixel that is not drawn (kitty), the name, the size of a character, the attributes.
  static let questions =
    "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\\u{1B}[>0q\u{1B}[16t\u{1B}[c"

  /// Takes apart what came from the terminal so far.
  package init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let first = rest.first {
      guard first == 0x1B, let sequence = TerminalAnswers.sequence(rest) else {
        typed.append(first)
        rest = rest.dropFirst()
        continue
      }
      if !take(String(decoding: sequence, as: UTF8.self)) { typed += sequence }
      rest = rest.dropFirst(sequence.count)
    }
  }

  /// The escape sequence at the beginning: APC and DCS up to ST, CSI up to its final byte. Nil if it has no end.
  private static func sequence(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard bytes.count > 1 else { return nil }
    switch bytes[bytes.startIndex + 1] {
    case UInt8(ascii: "_"), UInt8(ascii: "P"), UInt8(ascii: "]"):
      var place = bytes.startIndex + 2
      while place + 1 < bytes.endIndex {
        if bytes[place] == 0x1B, bytes[place + 1] == UInt8(ascii: "\\") {
          return bytes[...(place + 1)]
        }
        place += 1
      }
      return nil
    case UInt8(ascii: "["):
      let end = bytes.dropFirst(2).firstIndex { (0x40...0x7E).contains($0) }
      return end.map { bytes[...$0] }
    default: return bytes.prefix(2)
    }
  }

  /// True if a sequence is an answer.
  private mutating func take(_ sequence: String) -> Bool {
    if sequence.hasPrefix("\u{1B}_G") {
      takesKitty = takesKitty || sequence.firstRange(of: ";OK") != nil
      return true
    }
    if sequence.hasPrefix("\u{1B}P>|") {
      name = String(sequence.dropFirst(4).dropLast(2))
      return true
    }
    guard sequence.hasPrefix("\u{1B}["), let final = sequence.last else { return false }
    let body = sequence.dropFirst(2).dropLast()
    if final == "c", body.hasPrefix("?") {
      takesSixel = body.dropFirst().split(separator: ";").dropFirst().contains("4")
      isComplete = true
      return true
    }
    let numbers = body.split(separator: ";").compactMap { Int($0) }
    guard final == "t", numbers.count == 3, numbers[0] == 6, numbers[1] > 0, numbers[2] > 0 else {
      return false
    }
    cell = (numbers[2], numbers[1])
    return true
  }

  /// The best way to draw pictures, or nil.
  package var encoding: InlinePictures.Encoding? {
    if takesKitty { return .kitty }
    if name.hasPrefix("iTerm2") || name.hasPrefix("WezTerm") { return .iterm }
    return takesSixel ? .sixel : nil
  }
}

/// Asks the terminal of the process.
enum GraphicsProbe {
  /// A terminal that answers nothing at all is not waited for longer.
  private static let patience = Duration.milliseconds(1000)

  /// The answers; nil when there is nobody to ask, or keys that were typed would be taken for answers.
  static func ask() -> TerminalAnswers? {
    guard isatty(0) == 1, isatty(1) == 1, tcgetpgrp(0) == getpgrp(), !ce_more_input(0) else {
      return nil
    }
    var before = termios()
    guard tcgetattr(0, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(0, TCSANOW, &silent)
    defer { tcsetattr(0, TCSANOW, &before) }
    Stream.output.write(TerminalAnswers.questions)
    Stream.output.flush()
    let answers = TerminalAnswers(read())
    if !answers.typed.isEmpty { ce_unread(answers.typed, answers.typed.count) }
    // What a terminal may have printed because it did not understand.
    Stream.output.write("\r\u{1B}[K")
    return answers
  }

  private static func read() -> [UInt8] {
    let end = ContinuousClock.now + patience
    var bytes: [UInt8] = []
    while !TerminalAnswers(bytes).isComplete, bytes.count < 4096 {
      let left = Int((end - ContinuousClock.now) / .milliseconds(1))
      guard left > 0, ce_more_input(Int32(clamping: left)) else { break }
      var chunk = [UInt8](repeating: 0, count: 1 << 10)
      let count = Glibc.read(0, &chunk, chunk.count)
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }
}
