/// Reading and writing safetensors: types, order, and each lie that a header can tell.

import Foundation
import Networks
import Tensors
import Testing

struct SafetensorsTests {
  /// A file with this header and data.
  private func file(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + header.utf8 + data
  }

  private func message(_ bytes: [UInt8]) -> String? {
    #expect(throws: NetworkError.self) { try Safetensors.read(bytes) }?.message
  }

  @Test func `numbers of every type are read`() throws {
    let header = """
      {"half": {"dtype": "F16", "shape": [3], "data_offsets": [0, 6]},
       "brain": {"dtype": "BF16", "shape": [1], "data_offsets": [6, 8]},
       "whole": {"dtype": "I32", "shape": [2], "data_offsets": [8, 16]},
       "byte": {"dtype": "U8", "shape": [2, 1], "data_offsets": [16, 18]},
       "truth": {"dtype": "BOOL", "shape": [2], "data_offsets": [18, 20]},
       "long": {"dtype": "I64", "shape": [], "data_offsets": [20, 28]},
       "double": {"dtype": "F64", "shape": [1], "data_offsets": [28, 36]},
       "single": {"dtype": "F32", "shape": [1], "data_offsets": [36, 40]},
       "none": {"dtype": "F32", "shape": [0, 4], "data_offsets": [40, 40]},
       "__metadata__": {"made by": "hand"}}
      """
    var data: [UInt8] = [0x00, 0x3C, 0x01, 0x00, 0x00, 0xFC, 0x80, 0x3F]
    data += [0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 7, 200, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0x80]
    data += withUnsafeBytes(of: 0.1, Array.init) + withUnsafeBytes(of: Float(0.5), Array.init)
    let state = try Safetensors.read(file(header, data))
    #expect(
      state.names == [
        "half", "brain", "whole", "byte", "truth", "long", "double", "single", "none",
      ])
    #expect(state.metadata == ["made by": "hand"])
    #expect(try state.tensor("half").floats == [1, 0x1p-24, -.infinity])
    #expect(try state.tensor("brain").floats == [1])
    #expect(try state.tensor("whole").integers == [-1, 2])
    #expect(try state.tensor("byte", shape: [2, 1]).integers == [7, 200])
    #expect(try state.tensor("truth").bools == [true, false])
    #expect(try state.tensor("long", shape: []).integers == [Int.min + 9])
    #expect(try state.tensor("double").doubles == [0.1])
    #expect(try state.tensor("single").floats == [0.5])
    #expect(try state.tensor("none").shape == [0, 4])
    #expect(try state.tensor("half").type == .f32 && state.tensor("byte").type == .u8)
  }

  @Test func `every half is the float that it means`() throws {
    let bits = (0...UInt16.max).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let state = try Safetensors.read(
      file(#"{"x": {"dtype": "F16", "shape": [65536], "data_offsets": [0, 131072]}}"#, bits))
    for (pattern, value) in zip(0...UInt16.max, try state.tensor("x").floats) {
      // IEEE 754: sign, 5 bits of exponent with bias 15, 10 bits of fraction.
      let fraction = Float(pattern & 0x3FF)
      let exponent = Int(pattern >> 10 & 0x1F)
      let sign: Float = pattern & 0x8000 == 0 ? 1 : -1
      switch (exponent, fraction) {
      case (31, 0): #expect(value == sign * .infinity)
      case (31, _): #expect(value.isNaN)
      case (0, _):
        #expect(value == sign * fraction * 0x1p-24 && value.sign == (sign < 0 ? .minus : .plus))
      default:
        #expect(
          value == sign * (1024 + fraction)
            * Float(sign: .plus, exponent: exponent - 25, significand: 1))
      }
    }
  }

  @Test func `what is written is read back, in order`() throws {
    var state = StateDictionary()
    state["z \"quoted\"\n"] = try Tensor([Float(1), -2, .pi], [3, 1])
    state["a"] = try Tensor([1.5, 2.5])
    state["n"] = try Tensor([1, -9_007_199_254_740_993], [2])
    state["b"] = try Tensor([UInt8(3), 255])
    state["t"] = try Tensor([true, false, true])
    state["empty"] = try Tensor.zeros([0, 3])
    state["transposed"] = try Tensor([Float(1), 2, 3, 4, 5, 6], [2, 3]).transposed()
    state.metadata = ["format": "xai", "note": "a\\b"]
    let bytes = Safetensors.write(state)
    // The data begin at a multiple of 8.
    #expect(bytes[0] % 8 == 0)
    let again = try Safetensors.read(bytes)
    #expect(Set(again.names) == Set(state.names) && again.names.first == state.names.first)
    #expect(again.metadata == state.metadata)
    for name in state.names {
      let (old, new) = (try state.tensor(name), try again.tensor(name))
      #expect(new.type == old.type && new.shape == old.shape && new.doubles == old.doubles)
    }
    #expect(try again.tensor("n").integers == [1, -9_007_199_254_740_993])
  }

  @Test func `a header that lies is an error that says how`() {
    let data = [UInt8](repeating: 0, count: 8)
    let lies: [(String, String)] = [
      (
        #"{"x": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}"#,
        "this safetensors file is damaged: the tensor \"x\" has 8 bytes for F32 of [3]"
      ),
      (
        #"{"x": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}}"#,
        "this safetensors file is damaged: the tensor \"x\" leaves a gap before it"
      ),
      (
        #"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "y": {"dtype": "F32", "shape": [1], "data_offsets": [2, 6]}}"#,
        "this safetensors file is damaged: the tensor \"y\" overlaps the tensor before it"
      ),
      (
        #"{"x": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}"#,
        "this safetensors file is cut off: its tensors take 16 bytes, 8 are there"
      ),
      (
        #"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"#,
        "this safetensors file is damaged: 4 bytes after its tensors belong to none"
      ),
      (
        #"{"x": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}"#,
        "this safetensors file is damaged: the tensor \"x\" lies at the impossible place [8, 0]"
      ),
      (
        #"{"x": {"dtype": "F32", "shape": [2], "data_offsets": [0]}}"#,
        "this safetensors file is damaged: the tensor \"x\" lies at the impossible place [0]"
      ),
      (
        #"{"x": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 8]}}"#,
        "the tensor \"x\" is too large: [4611686018427387904, 4]"
      ),
      (
        #"{"x": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}"#,
        "the tensor \"x\" is too large: [-2]"
      ),
      (
        #"{"x": {"dtype": "C64", "shape": [1], "data_offsets": [0, 8]}}"#,
        "this safetensors file is not supported: the tensor \"x\" is of type C64; known are "
          + "F16, BF16, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64, BOOL"
      ),
      (
        #"{"x": {"dtype": "F32", "shape": [1e400], "data_offsets": [0, 8]}}"#,
        "this safetensors file is damaged: its header is not as the format demands"
      ),
      (
        #"{"x": 3}"#,
        "this safetensors file is damaged: its header is not as the format demands"
      ),
      (
        String(repeating: "[", count: 100_000),
        "this safetensors file is damaged: its header is not as the format demands"
      ),
    ]
    for (header, expected) in lies { #expect(message(file(header, data)) == expected) }
    #expect(
      message(file("{}") + [0])
        == "this safetensors file is damaged: 1 bytes after its tensors belong to none")
  }

  @Test func `a file of another kind is named`() {
    #expect(
      message(Array("hello, I am no weights\n".utf8))
        == "this is not a safetensors file: it is text that begins with “hello, I am no weights”")
    #expect(message([]) == "this is not a safetensors file: the file is empty")
    #expect(
      message([0x40, 0, 0, 0, 0, 0, 0, 0, 0x7B])
        == "this safetensors file is cut off: its header takes 64 bytes, 1 are there")
    #expect(
      message(Array(repeating: 255, count: 40))?.hasPrefix("this is not a safetensors") == true)
  }

  @Test func `a missing tensor and a wrong shape are named`() throws {
    var state = StateDictionary()
    state["w"] = try Tensor.zeros([2, 3])
    let missing = #expect(throws: NetworkError.self) { try state.tensor("v") }
    #expect(missing?.message == "the weights \"v\": there is none of this name among w")
    let wrong = #expect(throws: NetworkError.self) { try state.tensor("w", shape: [3, 2]) }
    #expect(wrong?.message.hasPrefix("the weights \"w\": expected ") == true)
  }
}
