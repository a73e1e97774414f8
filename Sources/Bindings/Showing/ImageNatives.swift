// Pictures: read from files and the shelf, turned into tensors and back.
import Assets
import Displays
import Images
import Runtime
import Tensors

/// An Image: a picture with 1, 3 or 4 channels of whole numbers in 0...255.
final class ImageObject: Object {
  let bitmap: Bitmap
  let source: String

  init(_ bitmap: Bitmap, from source: String) {
    self.bitmap = bitmap
    self.source = source
  }

  override var typeName: String { "Image" }
  override var origin: String? { source }
  override func describe() -> String { "Image \(bitmap.width)×\(bitmap.height) from \(source)" }

  override func display() -> Display {
    Picture(
      width: bitmap.width, height: bitmap.height, channels: bitmap.channels, pixels: bitmap.pixels,
      caption: source
    ).map { .picture($0) } ?? .text(describe())
  }

  override var fieldNotes: [String: String] {
    [
      "width": "columns of pixels",
      "height": "rows of pixels",
      "channels": "1 gray, 3 colours, 4 with opacity",
    ]
  }

  override var fieldNames: [String] { ["width", "height", "channels"] }

  override func field(_ name: String) throws(Failure) -> Value? {
    switch name {
    case "width": .int(bitmap.width)
    case "height": .int(bitmap.height)
    case "channels": .int(bitmap.channels)
    default: nil
    }
  }
}

/// The pictures of the shelf, by their names without an ending.
private var shelfPictures: [String: String] {
  var found: [String: String] = [:]
  for name in FileObject.shelfNames where !name.hasPrefix("mnist") {
    let parts = name.split(separator: ".")
    guard parts.count == 2, ["png", "jpg"].contains(parts[1]) else { continue }
    found[String(parts[0])] = name
  }
  return found
}

/// Runs a computation on pictures; its error becomes the language's.
func picture<Result>(
  _ path: String, _ body: () throws(ImageError) -> Result
) throws(Failure) -> Result {
  do throws(ImageError) { return try body() } catch {
    if Interruption.requested { throw .interrupted }
    throw Failure("X0406", "\(path): \(error.message)")
  }
}

let imageNatives: [Native] = [
  Native(
    "pictures() -> List", in: "images",
    """
    The names of the pictures that travel inside the program.

    ```xai
    "coffee" in pictures()   #=> true
    ```
    """
  ) { _, _ throws(Failure) in Value(shelfPictures.keys.sorted().map { Value($0) }) },
  Native(
    "shelf_picture(name: String) -> Image", in: "images",
    """
    A picture of the shelf.

    ```xai
    shelf_picture("chelsea").channels   #=> 3
    ```
    """
  ) { _, arguments throws(Failure) in
    let name = try arguments.string(0)
    guard let file = shelfPictures[name], let bytes = Assets.bytes(named: "Shelf/\(file)") else {
      throw .unknown("X0405", "picture", name, among: shelfPictures.keys.sorted())
    }
    return .object(
      ImageObject(
        try picture(name) { () throws(ImageError) in try Bitmap.decode(bytes) }, from: name))
  },
  Native(
    "image(path: String) -> Image", in: "images",
    "Reads a PNG or JPEG file."
  ) { _, arguments throws(Failure) in
    let path = try arguments.string(0)
    let file = try FileObject(reading: path, or: ("picture", shelfPictures.keys.sorted()))
    return .object(
      ImageObject(
        try picture(path) { () throws(ImageError) in try Bitmap.decode(file.bytes) }, from: path))
  },
  Native(
    "image_tensor(image: Image, size: Int = 224, crop: Float = 0.875) -> Tensor", in: "images",
    """
    The picture as `[3, size, size]` in 0...1: the central square of `crop` of the shorter side, resized (bicubic).

    ```xai
    image_tensor(shelf_picture("coffee"), size: 32).shape   #=> [3, 32, 32]
    ```
    """
  ) { _, arguments throws(Failure) in
    let image = try arguments.object(0, as: ImageObject.self)
    let size = try arguments.int(1, in: 1...8192)
    let crop = try arguments.float(2)
    guard crop > 0, crop <= 1 else {
      throw .argument(2, expected: "a fraction above 0 and at most 1", found: arguments[2])
    }
    let small = try picture(image.source) { () throws(ImageError) in
      try image.bitmap.rgb().centreSquare(fraction: crop).resized(
        width: size, height: size, .bicubic)
    }
    return .object(TensorObject(try planes(of: small), from: "picture \(image.source)"))
  },
  Native(
    "to_image(x: Tensor) -> Image", in: "images",
    """
    A tensor `[h, w]`, `[1, h, w]` or `[3, h, w]` in 0...1 as a picture; numbers outside are cut.

    ```xai
    to_image(zeros([3, 4, 5])).width   #=> 5
    ```
    """
  ) { _, arguments throws(Failure) in
    .object(ImageObject(try bitmap(of: arguments.variable(0).read()), from: "a Tensor"))
  },
  Native(
    "save_image(image, path: String)", in: "images",
    "Writes an Image, or a tensor that `to_image` takes, as a PNG file."
  ) { _, arguments throws(Failure) in
    let path = try arguments.string(1)
    let bitmap =
      if case .object(let image as ImageObject) = arguments[0] { image.bitmap } else {
        try bitmap(of: arguments.variable(0).read())
      }
    let bytes = try picture(path) { () throws(ImageError) in try bitmap.png() }
    try Files.write(bytes, to: path)
    return .none
  },
]

/// `[channels, h, w]` in 0...1 from interleaved pixels.
func planes(of bitmap: Bitmap) throws(Failure) -> Tensor {
  let places = bitmap.width * bitmap.height
  var numbers = [Float](repeating: 0, count: bitmap.channels * places)
  for place in 0..<places {
    for channel in 0..<bitmap.channels {
      numbers[channel * places + place] =
        Float(bitmap.pixels[place * bitmap.channels + channel]) / 255
    }
  }
  return try tensor { () throws(TensorError) in
    try Tensor(numbers, [bitmap.channels, bitmap.height, bitmap.width])
  }
}

/// Interleaved pixels from `[h, w]` or `[channels, h, w]` in 0...1.
private func bitmap(of tensor: Tensor) throws(Failure) -> Bitmap {
  let shape = tensor.rank == 2 ? [1] + tensor.shape : tensor.shape
  guard shape.count == 3, shape[0] == 1 || shape[0] == 3, shape[1] > 0, shape[2] > 0 else {
    throw Failure(
      "X0204", "a picture is [h, w], [1, h, w] or [3, h, w], found \(Shape.describe(tensor.shape))")
  }
  let (channels, places) = (shape[0], shape[1] * shape[2])
  let numbers = tensor.floats
  var pixels = [UInt8](repeating: 0, count: numbers.count)
  for place in 0..<places {
    for channel in 0..<channels {
      let number = numbers[channel * places + place]
      let scaled = number.isNaN ? 0 : min(max(number, 0), 1) * 255
      pixels[place * channels + channel] = UInt8(scaled.rounded())
    }
  }
  return try picture("the tensor") { () throws(ImageError) in
    try Bitmap(width: shape[2], height: shape[1], channels: channels, pixels: pixels)
  }
}
