// Digits: the handwritten digits that travel inside the program.
import Assets
import Images
import Runtime
import Tensors

/// 5,000 digits of MNIST in a mosaic, a hundred in a row, with their classes as text in the same order.
enum Digits {
  private static let side = 28
  private static let columns = 100

  /// `{images: [n, 1, 28, 28] in 0...1, labels: [n]}`.
  static func record() throws(Failure) -> Value {
    guard let bytes = Assets.bytes(named: "Shelf/mnist-5000.png"),
      let text = Assets.text(named: "Shelf/mnist-5000.labels")
    else {
      throw Failure("X0405", "this program was built without the digits", kind: .internalError)
    }
    let mosaic = try picture("mnist-5000.png") { () throws(ImageError) in
      try Bitmap.decode(bytes).gray()
    }
    let classes = text.compactMap(\.wholeNumberValue)
    let count = min(classes.count, mosaic.height / side * columns)
    guard mosaic.width == columns * side else {
      throw Failure("X0405", "the mosaic of digits has another width", kind: .internalError)
    }
    var numbers: [Float] = []
    numbers.reserveCapacity(count * side * side)
    for digit in 0..<count {
      let (top, left) = (digit / columns * side, digit % columns * side)
      for row in 0..<side {
        let start = (top + row) * mosaic.width + left
        for pixel in mosaic.pixels[start..<(start + side)] { numbers.append(Float(pixel) / 255) }
      }
    }
    let images = try tensor { () throws(TensorError) in try Tensor(numbers, [count, 1, side, side])
    }
    let labels = try tensor { () throws(TensorError) in
      try Tensor(Array(classes.prefix(count)), [count])
    }
    return Value(fields: [("images", Value(images)), ("labels", Value(labels))])
  }
}
