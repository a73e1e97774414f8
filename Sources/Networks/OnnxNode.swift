/// A node of an ONNX graph in our terms: its operator, its attributes, its names.

import Graphs
import Tensors

/// One node, decoded.
struct OnnxNode {
  /// The ONNX operator, with its domain where that is not ONNX's own.
  let operation: String
  /// The node's name in the file, or its first output's.
  let label: String
  /// The name of the layer that it becomes.
  let layer: String
  /// "" for an input that is left out.
  let inputs: [String]
  /// "" for an output that is not wanted.
  let outputs: [String]
  let attributes: [String: OnnxAttribute]
  /// The version of the operators.
  let opset: Int

  /// - wanted: the values that nodes read or the graph gives. What is not among them is left out.
  init(
    _ message: Onnx_NodeProto, layer: String, opset: Int, wanted: Set<String>,
    tensor: (Onnx_TensorProto) throws(NetworkError) -> Tensor
  ) throws(NetworkError) {
    operation = OnnxNode.operation(message)
    label = OnnxNode.label(message)
    self.layer = layer
    inputs = message.input
    outputs = message.output.map { wanted.contains($0) ? $0 : "" }
    self.opset = opset
    var attributes: [String: OnnxAttribute] = [:]
    for attribute in message.attribute {
      attributes[attribute.name] = try OnnxNode.value(attribute, tensor)
    }
    self.attributes = attributes
  }

  static func operation(_ message: Onnx_NodeProto) -> String {
    let own = message.domain.isEmpty || message.domain == "ai.onnx"
    return own ? message.opType : "\(message.domain).\(message.opType)"
  }

  static func label(_ message: Onnx_NodeProto) -> String {
    if !message.name.isEmpty { return message.name }
    return message.output.first { !$0.isEmpty } ?? message.opType
  }

  /// The attribute's value; nil for kinds that no supported operator has (graphs, sparse tensors,
  /// types).
  private static func value(
    _ message: Onnx_AttributeProto, _ tensor: (Onnx_TensorProto) throws(NetworkError) -> Tensor
  ) throws(NetworkError) -> OnnxAttribute? {
    switch message.type {
    case .float: .float(Double(message.f))
    case .int: .integer(Int(message.i))
    case .string: .text(String(decoding: message.s, as: UTF8.self))
    case .tensor: .tensor(try tensor(message.t))
    case .floats: .floats(message.floats.map { Double($0) })
    case .ints: .integers(message.ints.map { Int($0) })
    case .strings: .texts(message.strings.map { String(decoding: $0, as: UTF8.self) })
    default: nil
    }
  }

  /// What `OnnxForm` reads.
  var formAttributes: OnnxAttributes { OnnxAttributes(operation, attributes) }

  /// The first output that is wanted: no other node gives a value of this name.
  var value: String { outputs.first { !$0.isEmpty } ?? label }

  /// The input at a position, or nil where it is left out.
  func input(_ position: Int) -> String? {
    position < inputs.count && !inputs[position].isEmpty ? inputs[position] : nil
  }

  /// An error at this node.
  func failure(_ error: GraphError, _ operands: String) -> NetworkError {
    .node(name: label, operation: operation, inputs: operands, error)
  }

  /// An error about an attribute of this node.
  func refused(_ name: String, found: String, expected: String) -> NetworkError {
    failure(
      .attribute(operation: operation, name: name, found: found, expected: expected),
      inputs.joined(separator: ", "))
  }

  /// A typed attribute, with the node named in the error.
  func attribute<Value>(
    _ read: (OnnxAttributes) throws(GraphError) -> Value
  ) throws(NetworkError) -> Value {
    do throws(GraphError) {
      return try read(formAttributes)
    } catch {
      throw failure(error, inputs.joined(separator: ", "))
    }
  }
}
