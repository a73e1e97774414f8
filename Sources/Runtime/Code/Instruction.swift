// The instructions of the machine.

/// What an instruction does. `a`, `b` and `c` are registers unless something else is said; a
/// distance is a jump's, a constant, global, captured value, box or table entry is known by index.
enum Operation: UInt8 {
  // a = b (take: b is moved from). load: a = the constant of far index.
  case move, take, load, loadNone
  // Globals by index in b; boxes in registers; captured values by index. The set forms move.
  case getGlobal, setGlobal, newBox, getBox, setBox, getCaptured, getCapturedBox, setCapturedBox
  // a = b op c; in the constant forms c is a constant.
  case add, subtract, multiply, divide, floorDivide, remainder, power, matrixProduct
  case addConstant, subtractConstant, multiplyConstant, divideConstant, floorDivideConstant
  case remainderConstant
  case less, lessOrEqual, equal, notEqual, contains, notContains
  case not, negate
  // Tests of a, distance in c; `jump` has a far distance.
  case jump, jumpIf, jumpIfNot, jumpIfNone, jumpIfNotNone, jumpIfGiven
  // Comparisons of a with b (register or constant), distance in c.
  case jumpLess, jumpLessOrEqual, jumpNotLess, jumpNotLessOrEqual
  case jumpLessConstant, jumpLessOrEqualConstant
  case jumpNotLessConstant, jumpNotLessOrEqualConstant
  case jumpEqual, jumpNotEqual, jumpEqualConstant, jumpNotEqualConstant
  // The variable of index b: op= a, with the operator's number in c.
  case updateGlobal, updateBox, updateCaptured
  // Counting: a holds the counter, a + 1 the end. Sequences: a holds one, a + 1 the next index.
  case rangePrepare, rangeNext, iterate, next
  // c values from b on become a list in a, or are appended to it; one value b is appended to a.
  case newList, appendMany, appendOne, appendSpread
  // b is appended to a if that is a list held once with room: then the next two instructions, which do the
  // same by way of a list of one element, are left out.
  case addElement
  // newRecord: values from b on, shape c. recordSet: a[name c] = b. recordSpread: all fields of b.
  case newRecord, recordSet, recordSpread
  // newText: c values from b on. format: a = b in the format named c. newRange: b ..< c.
  case newText, format, newRange, newClosedRange, compose
  // a = b[c]; getIndices: b, then the subscripts of form c. setIndex: a[b] = c.
  case getIndex, getIndices, setIndex
  // a = b[c ..< c + 1] or b[c ... c + 1] where b is a List or String that has these places: then the next
  // two instructions, which do the same by way of a Range, are left out.
  case getSlice, getClosedSlice
  // a = b.field of site c; setField: a.field = b. setPath: path c, subscripts and value from a on.
  case getField, setField, setPath
  // a: the callee and place of the result, then b arguments; the callee may be register or global c.
  case call, callLocal, callGlobal, callForm
  // If global b is `append` and slot c of kind a.. : see Machine.appendInPlace.
  case appendInPlace, returns
  // closure: function b. declared: a method or metric from the function in a, settings in a + 1.
  case closure, declared
  // Distance in c when a does not fit: the value b, the range b, a list of b elements, a record with name b.
  case matchValue, matchRange, matchList, matchListFrom, matchRecord
  // check: a must be what contract c asks. matchContract: distance in c when a is not what b asks.
  case check, matchContract
  // enterScope: the scope in a becomes what is left with it. suppress: error b becomes a note of a.
  case enterScope, leaveScope, raiseAgain, suppress
  // a = the elements of b from index c on.
  case tail
  // a fits no arm, or not the pattern.
  case noMatch
  case show, raise, expectationFailed, parameter, importModule, moduleRecord
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
