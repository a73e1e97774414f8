/// Whole numbers of ONNX files at the ends of their types.

import Foundation
import Graphs
import Networks
import Tensors
import Testing

struct WholeNumberTests {
  /// Numbers of a type, which ONNX calls `code`, moved by -7 to 76 places: one row for each number.
  private func moved<T: FixedWidthInteger>(
    _ numbers: [T], _ code: Int32, _ direction: String
  ) throws -> [Int] {
    var model = Model(opset: 18)
    model.add("numbers", [Int64(numbers.count), 1, 1]) {
      $0.dataType = code
      $0.rawData = numbers.withUnsafeBytes { Data($0) }
    }
    // The input is 1, 2, 3, 4.
    model.add("starts", [21, 1]) {
      $0.dataType = 7
      $0.int64Data = (0..<21).map { 4 * $0 - 8 }
    }
    var way = Onnx_AttributeProto()
    way.name = "direction"
    way.type = .string
    way.s = Data(direction.utf8)
    model.add("Cast", ["x"], "counts", [attribute("to", 7)])
    model.add("Add", ["counts", "starts"], "places")
    model.add("BitShift", ["numbers", "places"], "y", [way])
    let output = try model.output()
    #expect(output.shape == [numbers.count, 21, 4])
    return output.integers
  }

  private func check<T: FixedWidthInteger>(_: T.Type, _ code: Int32) throws {
    let all: [T] = [T.min, T.min / 3, 0 &- 1, 0, 1, 3, T.max / 2, T.max / 2 + 1, T.max]
    let numbers = all.filter { Int(exactly: $0) != nil }
    let places = -7...76
    let right = numbers.flatMap { number in
      places.map { Int(number >> ($0 < 0 ? T.bitWidth : $0)) }
    }
    #expect(try moved(numbers, code, "RIGHT") == right, "\(T.self)")
    // What has no sign and 64 bits does not always fit.
    guard T.self != UInt64.self else { return }
    let left = numbers.flatMap { number in places.map { $0 < 0 ? 0 : Int(number << $0) } }
    #expect(try moved(numbers, code, "LEFT") == left, "\(T.self)")
  }

  @Test func `bits move within their type, by any number of places`() throws {
    try check(UInt8.self, 2)
    try check(Int8.self, 3)
    try check(UInt16.self, 4)
    try check(Int16.self, 5)
    try check(Int32.self, 6)
    try check(Int64.self, 7)
    try check(UInt32.self, 12)
    try check(UInt64.self, 13)
  }

  @Test func `numbers of 64 bits without a sign fit, or are an error`() throws {
    #expect(try moved([0 as UInt64], 13, "LEFT").allSatisfy { $0 == 0 })
    for number: UInt64 in [1, 5, UInt64(Int.max)] {
      #expect(throws: GraphError.self) { try moved([number], 13, "LEFT") }
    }
  }

  @Test func `the remainder of the least number has its sign`() throws {
    let numbers = [Int.min, .min, .min + 1, .max]
    for isNegative in [false, true] {
      var model = Model(opset: 18)
      model.add("numbers", [4]) {
        $0.dataType = 7
        $0.int64Data = numbers.map { Int64($0) }
      }
      model.add("Cast", ["x"], "counts", [attribute("to", 7)])
      model.add(isNegative ? "Neg" : "Identity", ["counts"], "divisors")
      model.add("Mod", ["numbers", "divisors"], "y", [attribute("fmod", 1)])
      // The least number has no quotient by -1 in 64 bits, but nothing is left of it.
      let expected = zip(numbers, 1...).map { $1 == 1 ? 0 : $0 % (isNegative ? -$1 : $1) }
      #expect(try model.output().integers == expected)
    }
  }
}
