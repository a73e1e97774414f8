/// Why a file with a network or its weights could not be read.

import Graphs
import Tensors

package enum NetworkError: Error, Sendable {
  /// The bytes are not of the format; `found` says what they look like.
  case notThisFormat(format: String, found: String)
  /// The file ends before its content does.
  case truncated(format: String, reason: String)
  /// The content breaks the format's rules.
  case damaged(format: String, reason: String)
  /// Valid, but outside what is read here.
  case unsupported(format: String, reason: String)
  /// An operator that is not known here. `supported` lists those that are, in order.
  case unknownOperator(name: String, node: String, supported: [String])
  /// The model is written for a version of the operators that is not known here.
  case unsupportedOpset(domain: String, found: Int, supported: ClosedRange<Int>)
  /// A node reads a value that no input, initialiser or earlier node gives.
  case missingValue(name: String, node: String)
  /// The network has no input of this name, which the caller states a shape for.
  case unknownInput(name: String, known: [String])
  /// The weights of a tensor are in another file, which is not there.
  case externalData(tensor: String, location: String)
  /// A size that no file of this kind has reason to state.
  case absurdSize(what: String, found: String)
  /// An operator refuses its attributes or operands; `inputs` are their names and shapes.
  case node(name: String, operation: String, inputs: String, GraphError)
  /// A tensor could not be made.
  case tensor(name: String, TensorError)
  /// A state dictionary has no tensor of this name, or one of another shape.
  case state(name: String, reason: String)

  /// One sentence that states the fact.
  package var message: String {
    switch self {
    case .notThisFormat(let format, let found): "this is not \(format): \(found)"
    case .truncated(let format, let reason): "this \(format) file is cut off: \(reason)"
    case .damaged(let format, let reason): "this \(format) file is damaged: \(reason)"
    case .unsupported(let format, let reason): "this \(format) file is not supported: \(reason)"
    case .unknownOperator(let name, let node, _):
      "the operator \(name) of node \"\(node)\" is not supported"
    case .unsupportedOpset(let domain, let found, let supported):
      "the model uses version \(found) of the operators"
        + (domain.isEmpty ? "" : " of \(domain)")
        + "; versions \(supported.lowerBound) to \(supported.upperBound) are supported"
    case .missingValue(let name, let node):
      "node \"\(node)\" reads \"\(name)\", which no input, initialiser or earlier node gives"
    case .unknownInput(let name, _): "the network has no input \"\(name)\""
    case .externalData(let tensor, let location):
      "the data of \"\(tensor)\" are in another file, \"\(location)\", which cannot be read"
    case .absurdSize(let what, let found): "\(what) is too large: \(found)"
    case .node(let name, let operation, let inputs, let error):
      "node \"\(name)\" (\(operation) of \(inputs)): \(error.message)"
    case .tensor(let name, let error): "the tensor \"\(name)\": \(error.message)"
    case .state(let name, let reason): "the weights \"\(name)\": \(reason)"
    }
  }
}

/// What bytes look like that are of no expected format: text, or the first bytes in hexadecimal.
func described(_ bytes: some Sequence<UInt8>) -> String {
  let beginning = Array(bytes.prefix(24))
  if beginning.isEmpty { return "the file is empty" }
  if beginning.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "it is a PNG picture" }
  if beginning.starts(with: [0xFF, 0xD8, 0xFF]) { return "it is a JPEG picture" }
  if beginning.starts(with: Array("PK".utf8)) { return "it is a ZIP archive" }
  if beginning.allSatisfy({ (32..<127).contains($0) || (9...13).contains($0) }) {
    let words = String(decoding: beginning, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return "it is text that begins with “\(words.joined(separator: " "))”"
  }
  let digits = Array("0123456789abcdef")
  let hexadecimal = beginning.prefix(8).map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }
  return "it begins with the bytes \(hexadecimal.joined(separator: " "))"
}
