// What concerns the whole process, each in a process of its own: instruction sets, threads, memory,
// interruption.

import Foundation
import Tensors
import Testing

/// Every comparison with plain loops, on whatever instruction set is chosen.
private func checkEverything() throws {
  try MatrixTests.checkProducts()
  try MatrixTests.checkLinear()
  try ConvolutionTests.checkGeometry()
  try ConvolutionTests.checkSizes()
  try ConvolutionTests.checkEpilogue()
  try WinogradTests.checkShapes(pad: 1)
  try ElementTests.checkFunctions()
  try ElementTests.checkOperations()
  try ReductionTests.checkReductions()
  try ReductionTests.checkSoftmax()
  try WindowTests.checkPooling()
}

/// Bytes of memory that the process holds.
private func residentBytes() throws -> Int {
  let numbers = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(
    separator: " ")
  return (Int(numbers[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// The bits of results that several threads compute together.
private func largeResults() throws -> [[Float]] {
  var philox = Philox(71)
  let (a, b) = (try philox.normal([150, 450]), try philox.normal([450, 210]))
  let image = try philox.normal([2, 20, 30, 33])
  let (wide, single) = (try philox.normal([24, 20, 3, 3]), try philox.normal([20, 1, 3, 3]))
  let window = Window2D(kernel: (3, 3), strides: (2, 1), padLow: (1, 1))
  let winograd = Window2D(kernel: (3, 3), padLow: (1, 1))
  let (deep, deepWeight) = (
    try philox.normal([1, 150, 7, 7]), try philox.normal([150, 150, 3, 3])
  )
  let depthwise = Window2D(kernel: (3, 3), padLow: (1, 1), groups: 20)
  let y = try Kernels.convolve(image, wide, window)
  let pool = try Kernels.maxPool(image, Window2D(kernel: (2, 2), strides: (2, 2)))
  let long = try philox.normal([300_000])
  return try [
    Kernels.matmul(a, b), y, Kernels.convolve(image, wide, winograd),
    Kernels.convolve(deep, deepWeight, winograd), Kernels.convolve(image, single, depthwise),
    Kernels.convolveInputGradient(y, wide, window, inputSize: (30, 33)),
    Kernels.convolveWeightGradient(image, y, window, kernel: (3, 3)),
    Kernels.unary(.gelu, long), Kernels.binary(.multiply, long, long), Kernels.reduce(.sum, long),
    Kernels.reduce(.sum, image, axes: [0, 2, 3]), Kernels.softmax(a, axis: 1), pool.values,
    Kernels.averagePool(image, Window2D(kernel: (3, 2))),
  ].map(\.floats)
}

@Suite struct ProcessTests {
  @Test func `the baseline instruction set agrees with plain loops`() async {
    await #expect(processExitsWith: .success) {
      InstructionSet.name = "sse2"
      #expect(InstructionSet.name == "sse2")
      try checkEverything()
    }
  }

  @Test func `AVX2 agrees with plain loops`() async {
    await #expect(processExitsWith: .success) {
      InstructionSet.name = "avx2"
      try checkEverything()
    }
  }

  @Test func `an unknown instruction set changes nothing`() async {
    await #expect(processExitsWith: .success) {
      let before = InstructionSet.name
      InstructionSet.name = "abacus"
      #expect(InstructionSet.name == before)
    }
  }

  @Test func `results do not depend on the number of threads`() async {
    await #expect(processExitsWith: .success) {
      Threads.count = 1
      let alone = try largeResults()
      for count in [2, 3, 8] {
        Threads.count = count
        #expect(Threads.count == count)
        #expect(try largeResults() == alone)
      }
      Threads.count = 0
      #expect(Threads.count == 1)
    }
  }

  @Test func `an interruption stops kernels with an error`() async {
    await #expect(processExitsWith: .success) {
      let a = try Tensor.full([400, 400], 1)
      for count in [1, 2] {
        Threads.count = count
        Interruption.requested = true
        #expect(throws: TensorError.interrupted(operation: "matmul")) { try Kernels.matmul(a, a) }
        Interruption.requested = false
        #expect(try Kernels.matmul(a, a).floats[0] == 400)
      }
    }
  }

  @Test func `an allocation beyond the limit is an error with the sizes`() async {
    await #expect(processExitsWith: .success) {
      Storage.limit = 10_000_000
      let kept = try Tensor.zeros([1_000_000])
      let error = #expect(throws: TensorError.self) { try Tensor.zeros([3_000_000]) }
      #expect(error?.message.contains("12 MB") == true, "\(error?.message ?? "")")
      #expect(error?.message.contains("limit of 10 MB") == true, "\(error?.message ?? "")")
      #expect(kept.count == 1_000_000)
      let again = try Tensor.zeros([1_000_000])
      #expect(again.count == 1_000_000)
    }
  }

  @Test func `live and peak bytes follow what tensors hold`() async {
    await #expect(processExitsWith: .success) {
      let before = Storage.live
      Storage.resetPeak()
      var x: Tensor? = try Tensor.zeros([1 << 20])
      let view = try x?.transposed(0, 0)
      #expect(Storage.live - before == 4 << 20)
      x = nil
      #expect(Storage.live - before == 4 << 20)
      _ = view
      do { _ = try Tensor.zeros([1 << 20]) }
      #expect(Storage.peak - before >= 8 << 20)
    }
  }

  @Test func `what a computation uses is measured inside of another measurement`() async {
    await #expect(processExitsWith: .success) {
      let before = Storage.live
      var kept: Tensor?
      let outer = try Storage.used {
        do { _ = try Tensor.zeros([4 << 20]) }
        let inner = try Storage.used {
          do { _ = try Tensor.zeros([1 << 20]) }
          kept = try Tensor.zeros([1 << 18])
        }
        #expect(inner.most == 4 << 20)
        #expect(inner.kept == 1 << 20)
      }
      #expect(outer.most == 16 << 20)
      #expect(outer.kept == Storage.live - before)
      #expect(kept?.count == 1 << 18)
    }
  }

  @Test func `freed blocks of many sizes do not add up beyond the limit`() async {
    await #expect(processExitsWith: .success) {
      Storage.limit = 100 << 20
      var dice = Dice(5)
      var held: [Tensor] = []
      for round in 0..<1500 {
        while Storage.live > 70 << 20 { held.remove(at: dice.integer(0...held.count - 1)) }
        let most = dice.integer(0...3) == 0 ? 6 << 20 : 1 << 18
        let count = dice.integer(1...most) / (round / 100 % 2 == 0 ? 1 : 3) + 1
        held.append(try Tensor.full([count], 1))
      }
      #expect(Storage.live > 30 << 20)
      #expect(try residentBytes() < 180 << 20)
    }
  }

  @Test func `small tensors are aligned, apart from one another, and counted`() async {
    await #expect(processExitsWith: .success) {
      let before = Storage.live
      do {
        let tensors = try (1...200).map { try Tensor.full([$0], Double($0)) }
        #expect(Storage.live - before >= 4 * 200 * 201 / 2)
        for tensor in tensors {
          let address = try tensor.withContiguousFloats { UInt(bitPattern: $0.baseAddress) }
          #expect(address % 64 == 0)
          #expect(tensor.floats == [Float](repeating: Float(tensor.count), count: tensor.count))
        }
      }
      #expect(Storage.live == before)
    }
  }

  @Test func `weights are packed once and packed forms die with them`() async {
    await #expect(processExitsWith: .success) {
      let x = try Tensor.full([2, 300], 1)
      let before = Storage.live
      var weight: Tensor? = try Tensor.full([200, 300], 1)
      if let weight {
        _ = try Kernels.linear(x, weight: weight)
        let packed = Storage.live
        #expect(packed - before > 2 * 200 * 300 * 4)
        _ = try Kernels.linear(x, weight: weight)
        #expect(Storage.live == packed)
      }
      weight = nil
      #expect(Storage.live == before)
    }
  }

  @Test func `large filters are kept once for large batches, and without transforms`() async {
    await #expect(processExitsWith: .success) {
      let window = Window2D(kernel: (3, 3), padLow: (1, 1), padHigh: (1, 1))
      let weight = try Tensor.full([176, 176, 3, 3], 1)
      let before = Storage.live
      // Blocks of the pool are at most a quarter larger than what is asked for.
      for (batch, forms) in [(16, 1.25), (1, 2.5)] {
        do {
          let x = try Tensor.full([batch, 176, 8, 8], 1)
          let y = try Kernels.convolve(x, weight, window)
          #expect(abs(y.doubles[9] - 9 * 176) < 0.01)
          let g = try Kernels.convolveInputGradient(x, weight, window, inputSize: (8, 8))
          #expect(abs(g.doubles[9] - 9 * 176) < 0.01)
        }
        #expect(Double(Storage.live - before) <= forms * Double(weight.count * 4), "\(batch)")
      }
    }
  }
}
