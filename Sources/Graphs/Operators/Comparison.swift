// Comparisons and logic, integer division: no gradient passes any of them.
import Tensors

/// A two-operand operator without a gradient.
package protocol UndifferentiatedBinaryOperator: BinaryOperator, UndifferentiatedOperator {}

/// x == y, as bool.
package struct Equal: UndifferentiatedBinaryOperator {
  package static let name = "equal"
  package static let kernel = BinaryKernel.equal
  package static var onnx: [OnnxForm] { [OnnxForm("Equal") { Self() }] }
  package init() {}
}

/// x != y, as bool.
package struct NotEqual: UndifferentiatedBinaryOperator {
  package static let name = "not equal"
  package static let kernel = BinaryKernel.notEqual
  package init() {}
}

/// x < y, as bool.
package struct Less: UndifferentiatedBinaryOperator {
  package static let name = "less"
  package static let kernel = BinaryKernel.less
  package static var onnx: [OnnxForm] { [OnnxForm("Less") { Self() }] }
  package init() {}
}

/// x <= y, as bool.
package struct LessOrEqual: UndifferentiatedBinaryOperator {
  package static let name = "less or equal"
  package static let kernel = BinaryKernel.lessOrEqual
  package static var onnx: [OnnxForm] { [OnnxForm("LessOrEqual") { Self() }] }
  package init() {}
}

/// x > y, as bool.
package struct Greater: UndifferentiatedBinaryOperator {
  package static let name = "greater"
  package static let kernel = BinaryKernel.greater
  package static var onnx: [OnnxForm] { [OnnxForm("Greater") { Self() }] }
  package init() {}
}

/// x >= y, as bool.
package struct GreaterOrEqual: UndifferentiatedBinaryOperator {
  package static let name = "greater or equal"
  package static let kernel = BinaryKernel.greaterOrEqual
  package static var onnx: [OnnxForm] { [OnnxForm("GreaterOrEqual") { Self() }] }
  package init() {}
}

/// Both are true, as bool.
package struct LogicalAnd: UndifferentiatedBinaryOperator {
  package static let name = "and"
  package static let kernel = BinaryKernel.and
  package static var onnx: [OnnxForm] { [OnnxForm("And") { Self() }] }
  package init() {}
}

/// At least one is true, as bool.
package struct LogicalOr: UndifferentiatedBinaryOperator {
  package static let name = "or"
  package static let kernel = BinaryKernel.or
  package static var onnx: [OnnxForm] { [OnnxForm("Or") { Self() }] }
  package init() {}
}

/// The largest whole number not above x / y.
package struct FloorDivide: UndifferentiatedBinaryOperator {
  package static let name = "floor divide"
  package static let kernel = BinaryKernel.floorDivide
  package init() {}
}

/// A one-operand operator without a gradient.
package protocol UndifferentiatedUnaryOperator: UnaryOperator, UndifferentiatedOperator {}

/// false where x is true, as bool.
package struct LogicalNot: UndifferentiatedUnaryOperator {
  package static let name = "not"
  package static var onnx: [OnnxForm] { [OnnxForm("Not") { Self() }] }
  package var kernel: UnaryKernel { .not }
  package init() {}
}

/// Whether x is not a number, as bool.
package struct IsNaN: UndifferentiatedUnaryOperator {
  package static let name = "is nan"
  package static var onnx: [OnnxForm] { [OnnxForm("IsNaN") { Self() }] }
  package var kernel: UnaryKernel { .isNaN }
  package init() {}
}

/// -1, 0 or 1; its derivative is 0 wherever it has one.
package struct Sign: UndifferentiatedUnaryOperator {
  package static let name = "sign"
  package static var onnx: [OnnxForm] { [OnnxForm("Sign") { Self() }] }
  package var kernel: UnaryKernel { .sign }
  package init() {}
}

/// The largest whole number not above x; its derivative is 0 wherever it has one.
package struct Floor: UndifferentiatedUnaryOperator {
  package static let name = "floor"
  package static var onnx: [OnnxForm] { [OnnxForm("Floor") { Self() }] }
  package var kernel: UnaryKernel { .floor }
  package init() {}
}

/// The smallest whole number not below x; its derivative is 0 wherever it has one.
package struct Ceiling: UndifferentiatedUnaryOperator {
  package static let name = "ceil"
  package static var onnx: [OnnxForm] { [OnnxForm("Ceil") { Self() }] }
  package var kernel: UnaryKernel { .ceil }
  package init() {}
}

/// The nearest whole number, halves to even; its derivative is 0 wherever it has one.
package struct Round: UndifferentiatedUnaryOperator {
  package static let name = "round"
  package static var onnx: [OnnxForm] { [OnnxForm("Round") { Self() }] }
  package var kernel: UnaryKernel { .round }
  package init() {}
}
