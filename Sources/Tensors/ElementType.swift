// The five element types, and how they combine.

/// The type of a tensor's elements.
package enum ElementType: String, Sendable, CaseIterable, Comparable {
  /// A truth value, one byte, 0 or 1.
  case bool
  /// An unsigned byte.
  case u8
  /// A signed 64-bit integer; arithmetic wraps.
  case i64
  /// IEEE 754 single precision, the default.
  case f32
  /// IEEE 754 double precision.
  case f64

  /// Bytes per element.
  package var size: Int {
    switch self {
    case .bool, .u8: 1
    case .f32: 4
    case .i64, .f64: 8
    }
  }

  /// Whether the type is f32 or f64.
  package var isFloating: Bool { self == .f32 || self == .f64 }

  /// The type in which arithmetic on elements of this type is done: bytes and truth values count as
  /// i64.
  package var arithmetic: ElementType { self < .i64 ? .i64 : self }

  /// The type in which functions of real numbers are done: integers become f32.
  package var real: ElementType { isFloating ? self : .f32 }

  private var rank: Int {
    switch self {
    case .bool: 0
    case .u8: 1
    case .i64: 2
    case .f32: 3
    case .f64: 4
    }
  }

  /// Orders the types so that the larger of two can hold the result of combining them.
  package static func < (left: ElementType, right: ElementType) -> Bool { left.rank < right.rank }
}

/// A Swift type that stores elements; truth values are stored as bytes.
protocol Element: Sendable {
  static var zero: Self { get }
  var asDouble: Double { get }
}

extension Float: Element { var asDouble: Double { Double(self) } }
extension Double: Element { var asDouble: Double { self } }
extension Int: Element { var asDouble: Double { Double(self) } }
extension UInt8: Element { var asDouble: Double { Double(self) } }
