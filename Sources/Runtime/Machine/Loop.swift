// The loop of the machine. No object is bound to a name in it (each binding would cost an atomic
// retain and release), and what is not one line is a method elsewhere.
import Syntax

extension Machine {
  /// Runs a function whose arguments lie behind `base`; the result replaces `base`.
  func run(_ entry: CodePointer, _ entryCaptured: Slot, _ base: Slot) throws(Failure) {
    var code = entry
    var captured = entryCaptured
    var r = base
    var pc = code.pointee.instructions
    var k = code.pointee.constants
    let bottom = topFrame
    var frame = bottom
    let limit = limit
    let globals = globals
    var fuel = spare
    guard base < limit else { throw tooDeep() }
    while true {
      do throws(Failure) {
        while true {
          let i = pc.pointee
          pc += 1
          let a = r + Int(i.a)
          switch i.operation {
          case .move: a.copy(r + Int(i.b))
          case .take: a.move(r + Int(i.b))
          case .load: a.copy(k + i.farIndex)
          case .loadNone: a.take(.none)
          case .getGlobal: try read(a, globals + Int(i.b))
          case .setGlobal:
            let global = globals + Int(i.b)
            if global.pointee.isFunction { retire(global.pointee) }
            global.move(a)
          case .newBox: makeBox(a, keeping: i.b == 1)
          case .getBox: try read(a, r[Int(i.b)].boxObject?.slot ?? a)
          case .setBox: a.boxed.move(r + Int(i.b))
          case .getCaptured: a.copy(captured + Int(i.b))
          case .getCapturedBox: try read(a, (captured + Int(i.b)).boxed)
          case .setCapturedBox: (captured + Int(i.a)).boxed.move(r + Int(i.b))

          case .add: try add(a, r + Int(i.b), r + Int(i.c))
          case .subtract: try subtract(a, r + Int(i.b), r + Int(i.c))
          case .multiply: try multiply(a, r + Int(i.b), r + Int(i.c))
          case .divide: try divide(a, r + Int(i.b), r + Int(i.c))
          case .floorDivide: try floorDivide(a, r + Int(i.b), r + Int(i.c))
          case .remainder: try remainder(a, r + Int(i.b), r + Int(i.c))
          case .power: try arithmetic(.power, a, r + Int(i.b), r + Int(i.c))
          case .matrixProduct: try arithmetic(.matrixProduct, a, r + Int(i.b), r + Int(i.c))
          case .addConstant: try add(a, r + Int(i.b), k + Int(i.c))
          case .subtractConstant: try subtract(a, r + Int(i.b), k + Int(i.c))
          case .multiplyConstant: try multiply(a, r + Int(i.b), k + Int(i.c))
          case .divideConstant: try divide(a, r + Int(i.b), k + Int(i.c))
          case .floorDivideConstant: try floorDivide(a, r + Int(i.b), k + Int(i.c))
          case .remainderConstant: try remainder(a, r + Int(i.b), k + Int(i.c))
          case .less:
            if let x = r[Int(i.b)].whole, let y = r[Int(i.c)].whole {
              a.set(x < y)
            } else {
              try compared(.less, a, r + Int(i.b), r + Int(i.c))
            }
          case .lessOrEqual:
            if let x = r[Int(i.b)].whole, let y = r[Int(i.c)].whole {
              a.set(x <= y)
            } else {
              try compared(.lessOrEqual, a, r + Int(i.b), r + Int(i.c))
            }
          case .equal: try compared(.equal, a, r + Int(i.b), r + Int(i.c))
          case .notEqual: try compared(.notEqual, a, r + Int(i.b), r + Int(i.c))
          case .contains: try compared(.contains, a, r + Int(i.b), r + Int(i.c))
          case .notContains: try compared(.notContains, a, r + Int(i.b), r + Int(i.c))
          case .not: try inverted(a, r + Int(i.b))
          case .negate: try negated(a, r + Int(i.b))

          case .jump:
            pc += i.farDistance
            if i.farDistance < 0 {
              fuel &-= 1
              if fuel < 0 { fuel = try nextSlice() }
            }
          case .jumpIf:
            if try isTrue(a) {
              pc += i.distance
              if i.distance < 0 {
                fuel &-= 1
                if fuel < 0 { fuel = try nextSlice() }
              }
            }
          case .jumpIfNot: if try !isTrue(a) { pc += i.distance }
          case .jumpIfNone: if a.pointee.isNone { pc += i.distance }
          case .jumpIfNotNone: if !a.pointee.isNone { pc += i.distance }
          case .jumpIfGiven: if !a.pointee.isAbsent { pc += i.distance }
          case .jumpNotLess: if try !less(a, r + Int(i.b)) { pc += i.distance }
          case .jumpNotLessOrEqual: if try !lessOrEqual(a, r + Int(i.b)) { pc += i.distance }
          case .jumpNotLessConstant: if try !less(a, k + Int(i.b)) { pc += i.distance }
          case .jumpNotLessOrEqualConstant:
            if try !lessOrEqual(a, k + Int(i.b)) { pc += i.distance }
          case .jumpLess:
            if try less(a, r + Int(i.b)) {
              pc += i.distance
              fuel &-= 1
              if fuel < 0 { fuel = try nextSlice() }
            }
          case .jumpLessOrEqual:
            if try lessOrEqual(a, r + Int(i.b)) {
              pc += i.distance
              fuel &-= 1
              if fuel < 0 { fuel = try nextSlice() }
            }
          case .jumpLessConstant:
            if try less(a, k + Int(i.b)) {
              pc += i.distance
              fuel &-= 1
              if fuel < 0 { fuel = try nextSlice() }
            }
          case .jumpLessOrEqualConstant:
            if try lessOrEqual(a, k + Int(i.b)) {
              pc += i.distance
              fuel &-= 1
              if fuel < 0 { fuel = try nextSlice() }
            }
          case .jumpEqual: if try equal(a, r + Int(i.b)) { pc += i.distance }
          case .jumpNotEqual: if try notEqual(a, r + Int(i.b)) { pc += i.distance }
          case .jumpEqualConstant: if try equal(a, k + Int(i.b)) { pc += i.distance }
          case .jumpNotEqualConstant: if try notEqual(a, k + Int(i.b)) { pc += i.distance }

          case .updateGlobal: try update(globals + Int(i.b), by: a, i.c)
          case .updateBox: try update((r + Int(i.b)).boxed, by: a, i.c)
          case .updateCaptured: try update((captured + Int(i.b)).boxed, by: a, i.c)

          case .rangePrepare:
            guard let from = a.pointee.whole, let to = a[1].whole else {
              throw rangeFailure(a, a + 1)
            }
            if from >= to { pc += i.distance }
          case .rangeNext:
            guard let from = a.pointee.whole, let to = a[1].whole else {
              throw rangeFailure(a, a + 1)
            }
            if from &+ 1 < to {
              a.initialize(to: .int(from &+ 1))
              pc += i.distance
              fuel &-= 1
              if fuel < 0 { fuel = try nextSlice() }
            }
          case .iterate: try iterate(a)
          case .next:
            let done: Bool
            if let list = a.pointee.elements, let index = a[1].whole {
              done = index >= list.count
              if !done {
                (r + Int(i.b)).copy(list.base + index)
                a[1] = .int(index &+ 1)
              }
            } else {
              topFrame = frame
              top = r + code.pointee.frameSize
              done = try !advance(a, r + Int(i.b))
            }
            if !done {
              pc += i.distance
              fuel &-= 1
              if fuel < 0 { fuel = try nextSlice() }
            }

          case .newList: makeList(a, r + Int(i.b), Int(i.c))
          case .appendMany: appendMany(a, r + Int(i.b), Int(i.c))
          case .appendOne:
            // Nothing else sees the list that is being made.
            if let list = a.pointee.listObject,
              list._withUnsafeGuaranteedRef({ $0.takes(r + Int(i.b)) })
            {
              break
            }
            appendMany(a, r + Int(i.b), 1)
          case .addElement:
            if let list = a.pointee.listObject, list.isUnique,
              list._withUnsafeGuaranteedRef({ $0.takes(r + Int(i.b)) })
            {
              pc += 2
            }
          case .appendSpread: try appendSpread(a, r + Int(i.b))
          case .newRecord: makeRecord(a, code, Int(i.c), r + Int(i.b))
          case .recordSet: recordSet(a, r + Int(i.b), code, Int(i.c))
          case .recordSpread: try recordSpread(a, r + Int(i.b))
          case .newText: try makeText(a, r + Int(i.b), Int(i.c))
          case .format: try format(a, r + Int(i.b), code, Int(i.c))
          case .newRange: try makeRange(a, r + Int(i.b), r + Int(i.c), closed: false)
          case .newClosedRange: try makeRange(a, r + Int(i.b), r + Int(i.c), closed: true)
          case .compose: try compose(a, r + Int(i.b), r + Int(i.c))

          case .getIndex:
            if let list = r[Int(i.b)].elements, let index = r[Int(i.c)].whole, index >= 0,
              index < list.count
            {
              a.copy(list.base + index)
            } else {
              topFrame = frame
              top = r + code.pointee.frameSize
              try getElement(a, r + Int(i.b), r + Int(i.c))
            }
          case .getSlice:
            if try slice(a, r + Int(i.b), r + Int(i.c), isClosed: false) { pc += 2 }
          case .getClosedSlice:
            if try slice(a, r + Int(i.b), r + Int(i.c), isClosed: true) { pc += 2 }
          case .getIndices:
            topFrame = frame
            top = r + code.pointee.frameSize
            try getElements(a, r + Int(i.b), code, Int(i.c))
          case .setIndex:
            if let list = a.pointee.listObject, list.isUnique, let index = r[Int(i.b)].whole,
              index >= 0, let row = a.pointee.elements, index < row.count
            {
              (row.base + index).copy(r + Int(i.c))
            } else {
              try setElement(a, r + Int(i.b), r + Int(i.c))
            }
          case .getField:
            let site = code.pointee.sites + Int(i.c)
            if let record = r[Int(i.b)].fields, record.shape == site.pointee.shape {
              a.copy(record.base + site.pointee.position)
            } else {
              // An object may call back to find its field, its element or its next item.
              topFrame = frame
              top = r + code.pointee.frameSize
              try getField(a, r + Int(i.b), code, Int(i.c))
            }
          case .setField:
            let site = code.pointee.sites + Int(i.c)
            if let object = a.pointee.recordObject, object.isUnique,
              let record = a.pointee.fields, record.shape == site.pointee.shape
            {
              (record.base + site.pointee.position).copy(r + Int(i.b))
            } else {
              try setField(a, r + Int(i.b), code, Int(i.c))
            }
          case .setPath: try setPath(code, Int(i.c), r, captured, a)

          case .call, .callLocal, .callGlobal, .callForm:
            // The callee is looked at in place: a global, a register or `a` itself keeps it alive.
            var count = Int(i.b)
            let callee =
              i.operation == .callGlobal
              ? globals + Int(i.c) : i.operation == .callLocal ? r + Int(i.c) : a
            if i.operation == .callForm {
              topFrame = frame
              top = a + count + 1
              count = try arrangeForm(a, count, code, Int(i.c))
              if count < 0 { break }
            }
            if let function = callee.pointee.closure {
              guard a < limit else { throw tooDeep() }
              if function.code.pointee.arity != count, i.operation != .callForm {
                try fill(function.code, a, count)
              }
              fuel &-= 1
              if fuel < 0 { fuel = try nextSlice() }
              frame.initialize(
                to: FrameRecord(pc: pc, registers: r, code: code, captured: captured))
              frame += 1
              code = function.code
              captured = function.captured
              r = a
              pc = code.pointee.instructions
              k = code.pointee.constants
            } else {
              try callOther(callee, a, count, frame, isArranged: i.operation == .callForm)
            }
          case .appendInPlace:
            if appendInPlace(a, code, Int(i.c), r, captured, global: Int(i.b)) { pc += 1 }
          case .returns:
            if a != r { r.move(a) }
            var slot = r + 1
            let end = r + code.pointee.frameSize
            while slot < end {
              slot.clear()
              slot += 1
            }
            if frame == bottom {
              spare = fuel
              return
            }
            frame -= 1
            pc = frame.pointee.pc
            r = frame.pointee.registers
            code = frame.pointee.code
            captured = frame.pointee.captured
            k = code.pointee.constants

          case .closure: makeClosure(a, code, Int(i.b), r, captured)
          case .declared: makeDeclared(a, code, Int(i.b))
          case .matchValue: if try !Equality.same(a.pointee, r[Int(i.b)]) { pc += i.distance }
          case .matchRange: if !fitsRange(a, r + Int(i.b)) { pc += i.distance }
          case .matchList: if !fitsList(a, Int(i.b), orMore: false) { pc += i.distance }
          case .matchListFrom: if !fitsList(a, Int(i.b), orMore: true) { pc += i.distance }
          case .matchRecord: if try !fitsRecord(a, code, Int(i.b)) { pc += i.distance }
          case .check: try check(a, code, Int(i.c), r)
          case .matchContract:
            if !matches(a, code, Int(i.b), r) { pc += i.distance }
          case .enterScope: try enterScope(a)
          case .leaveScope: leaveScope(a)
          case .raiseAgain: throw raisedAgain(a)
          case .suppress: suppress(r + Int(i.b), under: a)
          case .tail: try tail(a, r + Int(i.b), from: Int(i.c))
          case .noMatch: throw noMatch(a, isArm: i.b == 1)
          case .show:
            topFrame = frame
            top = r + code.pointee.frameSize
            output.show(a.pointee.display())
          case .raise: throw raised(a)
          case .expectationFailed: throw expectationFailed(code, Int(i.c), r)
          case .parameter: try overrideParameter(a, code, Int(i.c))
          case .importModule:
            topFrame = frame
            top = r + code.pointee.frameSize
            try runModule(code, Int(i.c))
          case .moduleRecord: try moduleRecord(a, code, Int(i.c))
          }
        }
      } catch {
        spare = max(fuel, 0)
        let state = unwind(
          error, FrameRecord(pc: pc, registers: r, code: code, captured: captured), frame, bottom)
        guard let state else { throw error }
        fuel = spare
        frame = state.frame
        pc = state.record.pc
        r = state.record.registers
        code = state.record.code
        captured = state.record.captured
        k = code.pointee.constants
      }
    }
  }
}
