// Subscripts: what a sum over products says about the axes of its operands ("ij,jk->ik").
import Tensors

/// The labels of all axes. A letter stands for itself; the axes behind `...` are -1, -2, … from the right.
package struct Subscripts: Sendable {
  /// As written.
  package let text: String
  /// The labels of each operand's axes.
  package let inputs: [[Int]]
  /// The labels of the result's axes.
  package let output: [Int]
  /// How many indices each label runs through.
  package let sizes: [Int: Int]

  /// Reads `text` for operands of these shapes; an axis of size 1 meets any size.
  package init(_ text: String, _ shapes: [[Int]]) throws(GraphError) {
    self.text = text
    let letters = Array(text.unicodeScalars.filter { $0 != " " })
    let arrow = letters.indices.first { letters[$0...].starts(with: ["-", ">"]) }
    let terms = letters[..<(arrow ?? letters.count)].split(
      separator: ",", omittingEmptySubsequences: false)
    guard terms.count == shapes.count else {
      throw .subscripts(
        text,
        reason: "there are subscripts of \(terms.count) operands, and \(shapes.count) operands")
    }
    var inputs: [[Int]] = []
    for (term, shape) in zip(terms, shapes) {
      inputs.append(try Self.labels(Array(term), rank: shape.count, shape, text))
    }
    let dots = inputs.map { $0.count { $0 < 0 } }.max() ?? 0
    let sizes = try Self.sizes(of: inputs, shapes, text)
    if let arrow {
      output = try Self.output(Array(letters[(arrow + 2)...]), dots, known: sizes, text)
    } else {
      let all = inputs.flatMap { $0 }
      let single = Set(all).filter { label in label >= 0 && all.count { $0 == label } == 1 }
      output = (0..<dots).map { $0 - dots } + single.sorted()
    }
    self.inputs = inputs
    self.sizes = sizes
  }

  /// The letters of one operand or of the result; `rank` is known for operands, for the result `dots` is.
  private static func labels(
    _ term: [Unicode.Scalar], rank: Int, _ shape: [Int], _ text: String
  ) throws(GraphError) -> [Int] {
    let (before, after, hasDots) = try split(term, text)
    let named = before.count + after.count
    guard hasDots ? named <= rank : named == rank else {
      throw .subscripts(
        text,
        reason: "\"\(string(term))\" names \(named) axes, and the operand has \(rank): "
          + Shape.describe(shape))
    }
    let dots = rank - named
    return before + (0..<dots).map { $0 - dots } + after
  }

  private static func output(
    _ term: [Unicode.Scalar], _ dots: Int, known: [Int: Int], _ text: String
  ) throws(GraphError) -> [Int] {
    let (before, after, hasDots) = try split(term, text)
    for label in before + after where known[label] == nil {
      throw .subscripts(
        text, reason: "\(string(label)) of the result is not among the subscripts of the operands")
    }
    for label in before + after where (before + after).count(where: { $0 == label }) > 1 {
      throw .subscripts(text, reason: "\(string(label)) stands twice in the result")
    }
    guard hasDots || dots == 0 else {
      throw .subscripts(
        text, reason: "... of the operands stands for \(dots) axes that the result leaves out")
    }
    return before + (hasDots ? (0..<dots).map { $0 - dots } : []) + after
  }

  /// The labels before and after `...`.
  private static func split(
    _ term: [Unicode.Scalar], _ text: String
  ) throws(GraphError) -> (before: [Int], after: [Int], hasDots: Bool) {
    var parts: [[Int]] = [[]]
    var place = 0
    while place < term.count {
      if term[place...].starts(with: [".", ".", "."]), parts.count == 1 {
        parts.append([])
        place += 3
        continue
      }
      let letter = term[place]
      guard letter.isASCII, letter.properties.isAlphabetic else {
        throw .subscripts(
          text, reason: "subscripts are letters and once ... for any axes, found \"\(letter)\"")
      }
      parts[parts.count - 1].append(Int(letter.value))
      place += 1
    }
    return (parts[0], parts.count > 1 ? parts[1] : [], parts.count > 1)
  }

  private static func sizes(
    of inputs: [[Int]], _ shapes: [[Int]], _ text: String
  ) throws(GraphError) -> [Int: Int] {
    var sizes: [Int: Int] = [:]
    for (labels, shape) in zip(inputs, shapes) {
      for (label, size) in zip(labels, shape) {
        let known = sizes[label, default: 1]
        guard known == 1 || size == 1 || known == size else {
          throw .subscripts(
            text,
            reason: "\(string(label)) has sizes \(known) and \(size) in operands of shapes "
              + shapes.map(Shape.describe).joined(separator: " and "))
        }
        sizes[label] = known == 1 ? size : known
      }
    }
    return sizes
  }

  private static func string(_ term: [Unicode.Scalar]) -> String {
    String(String.UnicodeScalarView(term))
  }

  /// A label as it is written.
  private static func string(_ label: Int) -> String {
    UInt32(exactly: label).flatMap(Unicode.Scalar.init).map { String($0) } ?? "..."
  }

  /// Labels as they are written, one `...` for all axes behind it.
  package static func string(_ labels: [Int]) -> String {
    var result = ""
    for (place, label) in labels.enumerated()
    where label >= 0 || place == 0 || labels[place - 1] >= 0 {
      result += string(label)
    }
    return result
  }
}
