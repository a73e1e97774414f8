// The instructions of the machine.

/// What an instruction does; `a`, `b` and `c` are registers unless something else is said.
enum Operation: UInt8 {
  case move, take, load, loadNone
  case getGlobal, setGlobal, newBox, getBox, setBox, getCaptured, getCapturedBox, setCapturedBox
  case add, subtract, multiply, divide, floorDivide, remainder, power, matrixProduct
  case addConstant, subtractConstant, multiplyConstant, divideConstant, floorDivideConstant
  case remainderConstant
  case less, lessOrEqual, equal, notEqual, contains, notContains
  case not, negate
  case jump, jumpIf, jumpIfNot, jumpIfNone, jumpIfNotNone, jumpIfGiven
  case jumpLess, jumpLessOrEqual, jumpNotLess, jumpNotLessOrEqual
  case jumpLessConstant, jumpLessOrEqualConstant
  case jumpNotLessConstant, jumpNotLessOrEqualConstant
  case jumpEqual, jumpNotEqual, jumpEqualConstant, jumpNotEqualConstant
  case updateGlobal, updateBox, updateCaptured
  case rangePrepare, rangeNext, iterate, next
  case newList, appendOne, appendMany, appendSpread
  case newRecord, recordSet, recordSpread, newText, format, newRange, compose
  case getIndex, getIndices, setIndex, getField, setField, setPath
  case call, callLocal, callGlobal, callForm, appendCall, give
  case closure, declared
  case matchValue, matchList, matchRecord, matchFailed
  case show, raise, expect, parameter, importModule, moduleRecord, unavailable
}

/// Eight bytes: an operation and three operands of 16 bits. A jump's distance counts from the
/// next instruction: in `c`, or for a plain jump in `b` and `c` together.
struct Instruction {
  var operation: Operation
  var a: UInt16 = 0
  var b: UInt16 = 0
  var c: UInt16 = 0

  @inline(__always) var distance: Int { Int(Int16(bitPattern: c)) }
  @inline(__always) var farDistance: Int {
    Int(Int32(bitPattern: UInt32(b) | UInt32(c) << 16))
  }
  @inline(__always) var farIndex: Int { Int(UInt32(b) | UInt32(c) << 16) }
}
