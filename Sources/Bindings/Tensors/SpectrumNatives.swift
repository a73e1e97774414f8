// Discrete Fourier transforms of tensors.
import Graphs
import Runtime
import Tensors

let spectrumNatives: [Native] = [
  Native(
    "fft(z: Tensor, axis = -1, orthonormal: Bool = false) -> Tensor", in: "tensors",
    """
    The discrete Fourier transform Σ z[j] exp(-2πi j k / n) of complex numbers along an axis, or several: `axis: [-2, -1]`.

    Complex numbers are pairs: the last axis of `z` has size 2, with the real and the imaginary part, so that a spectrum is a
    Tensor like any other, which arithmetic, masks `s[.., none]`, derivatives and files know. That axis is not counted: axis
    -1 is the one before it. Any length is fast, n log n. With `orthonormal` the result is divided by √n. More on complex
    numbers is in the module `spectra`.

    ```xai
    all(fft(tensor([[1.0, 0.0], [0.0, 0.0]])) == tensor([[1.0, 0.0], [1.0, 0.0]]))   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in try complexTransform(arguments, inverse: false) },
  Native(
    "ifft(z: Tensor, axis = -1, orthonormal: Bool = false) -> Tensor", in: "tensors",
    """
    The inverse of `fft`: 1/n Σ z[k] exp(2πi j k / n), or with `orthonormal` divided by √n.

    ```xai
    let z = tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    max(abs(ifft(fft(z)) - z)) < 1e-6   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in try complexTransform(arguments, inverse: true) },
  Native(
    "rfft(x: Tensor, axis = -1, orthonormal: Bool = false) -> Tensor", in: "tensors",
    """
    The transform of real numbers at the frequencies 0, 1, …, n // 2 along an axis, as pairs along a new last axis.

    The others mirror these. With several axes the last of them is halved, the others are transformed by `fft`.

    ```xai
    rfft(ones([8])).shape   #=> [5, 2]
    rfft(ones([4, 6]), axis: [-2, -1]).shape   #=> [4, 4, 2]
    ```
    """
  ) { _, arguments throws(Failure) in
    let x = try arguments.real(0)
    let axes = try transformedAxes(arguments, 1, shape: x.shape)
    let isOrthonormal = try arguments.bool(2)
    return Value(
      try graph { () throws(GraphError) in
        var result = x
        for (place, axis) in axes.reversed().enumerated() {
          let scale = isOrthonormal ? 1 / Double(x.shape[axis]).squareRoot() : 1
          result =
            place == 0
            ? try result.applying(RealFourierTransform(axis, scale: scale))
            : try result.applying(FourierTransform(axis, scale: scale))
        }
        return result
      })
  },
  Native(
    "irfft(z: Tensor, size = none, axis = -1, orthonormal: Bool = false) -> Tensor", in: "tensors",
    """
    The inverse of `rfft`: `size` real numbers along the (last) axis; without `size` an even number of them.

    ```xai
    let x = tensor([1.0, 2.0, 4.0])
    max(abs(irfft(rfft(x), size: 3) - x)) < 1e-6   #=> true
    ```
    """
  ) { _, arguments throws(Failure) in
    let z = try pairs(arguments)
    let axes = try transformedAxes(arguments, 2, shape: Array(z.shape.dropLast()))
    guard let last = axes.last else { return Value(z) }
    let count = z.shape[last]
    let size = arguments.isNone(1) ? 2 * (count - 1) : try arguments.int(1)
    guard size > 0, size / 2 + 1 == count else {
      throw .argument(
        1, expected: "\(max(1, 2 * (count - 1))) or \(2 * count - 1) for \(count) frequencies",
        found: .int(size))
    }
    let isOrthonormal = try arguments.bool(3)
    func scale(_ count: Int) -> Double {
      isOrthonormal ? 1 / Double(count).squareRoot() : 1 / Double(count)
    }
    return Value(
      try graph { () throws(GraphError) in
        var result = z
        for axis in axes.dropLast() {
          result = try result.applying(
            FourierTransform(axis, inverse: true, scale: scale(z.shape[axis])))
        }
        // Every frequency but 0 and that of half the size stands for two.
        let weights = try Variable.make("irfft") { () throws(TensorError) in
          let numbers = (0..<count).map { $0 == 0 || 2 * $0 == size ? 1.0 : 2 }
          return try Tensor(numbers, [count] + z.shape[(last + 1)...].map { _ in 1 })
            .cast(to: z.type)
        }
        return try (result * weights).applying(
          RealFourierAdjoint(last, size: size, scale: scale(size)))
      })
  },
]

/// The argument as complex numbers.
private func pairs(_ arguments: Arguments) throws(Failure) -> Variable {
  let z = try arguments.real(0)
  guard z.shape.last == 2, z.rank > 1 else {
    throw Failure(
      "X0377",
      "complex numbers are pairs along a last axis of size 2, found shape \(Shape.describe(z.shape))",
      help: "rfft(x) transforms real numbers; spectra.complex(x) makes pairs of them")
  }
  return z
}

/// The axes to transform, counted from 0.
private func transformedAxes(
  _ arguments: Arguments, _ index: Int, shape: [Int]
) throws(Failure) -> [Int] {
  var axes: [Int] = []
  for number in try arguments.axes(index, rank: shape.count) {
    let axis = number < 0 ? number &+ shape.count : number
    guard shape.indices.contains(axis) else {
      throw Failure(
        "X0305", "there is no axis \(number) in numbers of shape \(Shape.describe(shape))")
    }
    guard !axes.contains(axis) else {
      throw Failure("X0305", "axis \(number) stands twice among the axes to transform")
    }
    guard shape[axis] > 0 else {
      throw .argument(0, expected: "numbers along axis \(number)", found: arguments[0])
    }
    axes.append(axis)
  }
  return axes
}

private func complexTransform(_ arguments: Arguments, inverse: Bool) throws(Failure) -> Value {
  let z = try pairs(arguments)
  let axes = try transformedAxes(arguments, 1, shape: Array(z.shape.dropLast()))
  let isOrthonormal = try arguments.bool(2)
  return Value(
    try graph { () throws(GraphError) in
      var result = z
      for axis in axes {
        let size = Double(z.shape[axis])
        let scale = isOrthonormal ? 1 / size.squareRoot() : inverse ? 1 / size : 1
        result = try result.applying(FourierTransform(axis, inverse: inverse, scale: scale))
      }
      return result
    })
}
