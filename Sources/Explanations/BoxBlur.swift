// A blur, for inputs without detail.
import Tensors

package enum BoxBlur {
  /// Maps `[..., h, w]` averaged over `side` × `side` windows, the border repeated outwards; with
  /// an even side the window reaches one further up and left. `side` is at least 1.
  package static func blurred(_ x: Tensor, side: Int) throws(TensorError) -> Tensor {
    guard x.rank >= 2, x.count > 0 else { return x }
    let (height, width) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
    let before = side / 2
    let numbers = x.doubles
    var result = numbers
    for start in stride(from: 0, to: numbers.count, by: height * width) {
      var rows = [Double](repeating: 0, count: height * width)
      for y in 0..<height {
        for x in 0..<width {
          var sum = 0.0
          for offset in 0..<side {
            let column = min(max(x + offset - before, 0), width - 1)
            sum += numbers[start + y * width + column]
          }
          rows[y * width + x] = sum
        }
      }
      for y in 0..<height {
        for x in 0..<width {
          var sum = 0.0
          for offset in 0..<side {
            let row = min(max(y + offset - before, 0), height - 1)
            sum += rows[row * width + x]
          }
          result[start + y * width + x] = sum / Double(side * side)
        }
      }
    }
    return try Tensor(result, x.shape).cast(to: x.type)
  }
}
