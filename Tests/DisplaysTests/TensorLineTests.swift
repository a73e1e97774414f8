// The numbers of a tensor in one line of text.
import Displays
import Testing

@Suite struct TensorLineTests {
  private func line(_ shape: [Int], _ values: [Double], integral: Bool = false) throws -> String? {
    try #require(TensorDisplay(type: "f32", shape: shape, values: values, integral: integral))
      .line(within: 20)
  }

  @Test func `each axis has brackets of its own`() throws {
    #expect(try line([2, 1, 2], [1, 2, 3, 4], integral: true) == "[[[1 2]] [[3 4]]]")
    #expect(try line([2], [0.25, .nan]) == "[0.2500 NaN]")
    #expect(try line([], [0.5]) == "0.5000")
  }

  @Test func `what is longer than a line is not written`() throws {
    #expect(try line([9], [Double](repeating: 1, count: 9)) == "[1 1 1 1 1 1 1 1 1]")
    #expect(try line([10], [Double](repeating: 1, count: 10)) == nil)
    #expect(try line([0], []) == nil)
  }
}
