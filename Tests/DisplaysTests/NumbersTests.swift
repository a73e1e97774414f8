// How numbers are written.

import Displays
import Testing

struct NumbersTests {
  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1, "1"), (-1.5, "-1.5"), (0.1 + 0.2, "0.3"), (3.14159265, "3.142"),
    (-2.11847, "-2.118"), (784, "784"), (12345.678, "12346"), (999_999, "999999"),
    (1_000_000, "1e6"), (1_234_567, "1.235e6"), (0.00012345, "0.0001235"), (0.00001, "1e-5"),
    (99999.5, "100000"), (0.99996, "1"), (9.9995, "10"), (1e300, "1e300"),
    (.leastNonzeroMagnitude, "5e-324"),
    (-1.7976931348623157e308, "-1.798e308"), (.infinity, "inf"), (-.infinity, "-inf"),
    (.nan, "NaN"),
  ])
  func `short numbers have four significant digits`(number: Double, text: String) {
    #expect(Numbers.short(number) == text)
  }

  @Test(arguments: [
    (1.005, 2, "1.01"), (0.5, 0, "1"), (0.4, 0, "0"), (-0.004, 2, "0.00"), (99.996, 2, "100.00"),
    (12, 3, "12.000"), (1e20, 2, "1e20"), (0.05, 1, "0.1"), (.nan, 2, "NaN"),
  ])
  func `fixed numbers have their decimals`(number: Double, decimals: Int, text: String) {
    #expect(Numbers.fixed(number, decimals: decimals) == text)
  }

  @Test(arguments: [
    (0.31254, 0.0212, "0.313 ± 0.021"), (1234.5, 12.3, "1235 ± 12"), (5, 0.5, "5.00 ± 0.50"),
    (0.1, 0.0995, "0.10 ± 0.10"), (2, 0, "2 ± 0"), (1, .nan, "1 ± NaN"),
    (1e-9, 2.5e-10, "1e-9 ± 2.5e-10"),
  ])
  func `an error decides the decimals of its value`(value: Double, error: Double, text: String) {
    #expect(Numbers.uncertain(value, error: error) == text)
  }

  @Test func `short numbers read back within half a unit of their last digit`() throws {
    for index in 1...2000 {
      let number = Gallery.wave(index) * Double(index * index)
      let back = try #require(Double(Numbers.short(number)))
      #expect(abs(back - number) <= abs(number) * 0.00051, "\(number)")
    }
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1 000"), (-12_345_678, "-12 345 678"),
    (Int.min, "-9 223 372 036 854 775 808"),
  ])
  func `integers are grouped by thousands`(number: Int, text: String) {
    #expect(Numbers.grouped(number) == text)
  }
}
