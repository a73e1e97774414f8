/// Reading between the places of a picture: GridSample and AffineGrid.

import Graphs
import Tensors

extension OnnxLowering {
  /// The input at the places that a grid names by numbers in -1...1 (Jaderberg et al. 2015).
  static let gridSample: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let sampler = try GridSampler(&importer, node)
    try sampler.sample(&importer, node, output: node.outputs[0])
  }

  /// The places that affine maps, a matrix for each example, make of those of a picture.
  static let affineGrid: Lower = { importer, node throws(NetworkError) in
    try importer.requireSingleOutput(node)
    let corners = try node.attribute { a throws(GraphError) in
      try a.integer("align_corners", 0) != 0
    }
    let numbers = node.input(1).flatMap { importer.known[$0]?.sizeNumbers }
    guard let maps = node.input(0), let numbers, numbers.ofOne.rank == 1,
      case let sizes = numbers.ofOne.integers, sizes.count == 4 || sizes.count == 5,
      numbers.ofTwo.integers.dropFirst(2) == sizes.dropFirst(2),
      sizes[2...].allSatisfy({ $0 > 0 }), let count = sizes[2...].elementCount(), count <= 1 << 22
    else {
      throw node.refused(
        "size", found: importer.described(node.inputs),
        expected: "constant sizes of examples, channels and two or three axes")
    }
    let (places, type) = (Array(sizes[2...]), importer.known[maps]?.type ?? .f32)
    let base = try importer.constant("base", of: node) { () throws(TensorError) in
      try Tensor(homogeneous(places, corners), [count, places.count + 1])
        .cast(to: type)
    }
    let turned = try importer.step(Transpose([0, 2, 1]), [maps], "turned", of: node)
    let moved = try importer.step(MatrixProduct(), [base, turned], "moved", of: node)
    try importer.emit(
      Reshape([0] + places + [places.count], zeroCopies: true), [moved], node,
      output: node.outputs[0])
  }

  /// Each place of a picture by numbers in -1...1, the last axis first, and 1.
  private static func homogeneous(_ sizes: [Int], _ corners: Bool) -> [Double] {
    var rows: [[Double]] = [[]]
    for size in sizes {
      var numbers: [Double] = []
      for place in 0..<size {
        let middle = (2 * Double(place) + 1) / Double(size) - 1
        let corner = size > 1 ? 2 * Double(place) / Double(size - 1) - 1 : -1
        numbers.append(corners ? corner : middle)
      }
      rows = rows.flatMap { row in numbers.map { number in [number] + row } }
    }
    return rows.flatMap { $0 + [1] }
  }
}

/// What lies beyond the border.
private enum Beyond: String {
  case zeros, border, reflection
}

/// How places between those of the input get a value.
private enum Between {
  case nearest, linear, cubic

  init?(_ mode: String) {
    switch mode {
    case "nearest": self = .nearest
    case "linear", "bilinear": self = .linear
    case "cubic", "bicubic": self = .cubic
    default: return nil
    }
  }
}

/// One of the neighbours along an axis: where it stands and its share, as names of values; nil for a share of 1.
private struct Tap {
  let place: String
  let share: String?
}

private struct GridSampler {
  private let input, grid: String
  private let between: Between
  private let beyond: Beyond
  private let corners: Bool
  /// Sizes of the input's channels and of the axes after them.
  private let channels: Int
  private let sizes: [Int]
  /// Sizes of the result after the channels.
  private let result: [Int]

  init(_ importer: inout OnnxImporter, _ node: OnnxNode) throws(NetworkError) {
    let (mode, padding, corners) = try node.attribute { a throws(GraphError) in
      (
        try a.text("mode", "linear"), try a.text("padding_mode", "zeros"),
        try a.integer("align_corners", 0) != 0
      )
    }
    guard let between = Between(mode), let beyond = Beyond(rawValue: padding) else {
      throw node.refused(
        "mode and padding_mode", found: "\(mode) and \(padding)",
        expected: "nearest, linear or cubic, and zeros, border or reflection")
    }
    guard let input = node.input(0), let grid = node.input(1),
      let shape = importer.known[input]?.shape, let places = importer.known[grid]?.shape,
      shape.count == places.count, shape.count == 4 || shape.count == 5,
      places.last == shape.count - 2,
      (1..<shape.count).allSatisfy({ importer.known[input]?.fixedSize($0) != nil }),
      (1..<shape.count).allSatisfy({ importer.known[grid]?.fixedSize($0) != nil }),
      shape[1...].allSatisfy({ (1..<1 << 30).contains($0) })
    else {
      throw node.refused(
        "inputs", found: importer.described(node.inputs),
        expected: "an input of two or three axes after the channels, and places in it")
    }
    (self.input, self.grid, self.between, self.beyond) = (input, grid, between, beyond)
    (self.corners, channels, sizes) = (corners, shape[1], Array(shape[2...]))
    result = Array(places[1...].dropLast())
  }

  /// Σ over neighbours of their value times the product of their shares along the axes.
  func sample(
    _ importer: inout OnnxImporter, _ node: OnnxNode, output: String
  ) throws(NetworkError) {
    // Places are counted in the type of the grid, which holds 24 bits.
    guard let count = sizes.elementCount(), count < 1 << 24, let asked = result.elementCount()
    else {
      throw node.refused("inputs", found: "\(sizes)", expected: "fewer than 2^24 places")
    }
    let table = try importer.step(
      Reshape([0, channels, count], zeroCopies: true), [input], "table", of: node)
    let zeros = try importer.constant("zeros", of: node) { () throws(TensorError) in
      try Tensor.zeros([channels, 1], .i64)
    }
    var combined = [Tap]()
    for axis in sizes.indices {
      let taps = try taps(axis, &importer, node)
      combined = try axis == 0 ? taps : joined(combined, taps, axis, &importer, node)
    }
    var sum: String?
    for (number, tap) in combined.enumerated() {
      let name = "neighbour\(number)"
      let row = try importer.step(
        Reshape([0, 1, asked], zeroCopies: true), [tap.place], "\(name).row", of: node)
      let whole = try importer.step(Cast(to: .i64), [row], "\(name).whole", of: node)
      let places = try importer.step(Add(), [whole, zeros], "\(name).places", of: node)
      let value = try importer.step(TakeAlong(2), [table, places], "\(name).value", of: node)
      let part =
        try tap.share.map { share throws(NetworkError) in
          let row = try importer.step(
            Reshape([0, 1, asked], zeroCopies: true), [share], "\(name).share", of: node)
          return try importer.step(Multiply(), [value, row], name, of: node)
        } ?? value
      sum =
        try sum.map { before throws(NetworkError) in
          try importer.step(Add(), [before, part], "sum\(number)", of: node)
        } ?? part
    }
    try importer.emit(
      Reshape([0, channels] + result, zeroCopies: true), [sum ?? table], node, output: output)
  }

  /// Every neighbour along the axes so far with every one along the next.
  private func joined(
    _ before: [Tap], _ after: [Tap], _ axis: Int, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> [Tap] {
    let size = try importer.number(Double(sizes[axis]), "size\(axis)", like: grid, of: node)
    var taps: [Tap] = []
    for first in before {
      for second in after {
        let name = "axis\(axis).\(taps.count)"
        let line = try importer.step(Multiply(), [first.place, size], "\(name).line", of: node)
        let place = try importer.step(Add(), [line, second.place], "\(name).at", of: node)
        var share = first.share ?? second.share
        if let one = first.share, let other = second.share {
          share = try importer.step(Multiply(), [one, other], "\(name).of", of: node)
        }
        taps.append(Tap(place: place, share: share))
      }
    }
    return taps
  }

  /// The neighbours along an axis.
  private func taps(
    _ axis: Int, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> [Tap] {
    let name = "tap\(axis)"
    let size = Double(sizes[axis])
    let slice = try importer.step(
      SliceAxis(-1, from: sizes.count - 1 - axis, count: 1), [grid], "\(name).grid", of: node)
    let number = try importer.step(SqueezeAxes([-1]), [slice], "\(name).number", of: node)
    // -1 and 1 are the middles of the outer places, or their outer edges.
    let (factor, shift) =
      corners ? ((size - 1) / 2, (size - 1) / 2) : (size / 2, (size - 1) / 2)
    var place = try importer.scaled(number, by: factor, plus: shift, "\(name).place", of: node)
    if between != .cubic { place = try bounded(place, size, name, &importer, node) }
    switch between {
    case .nearest:
      let nearest = try importer.step(Round(), [place], "\(name).nearest", of: node)
      return [try tap(nearest, nil, size, "\(name).0", &importer, node)]
    case .linear, .cubic:
      let base = try importer.step(Floor(), [place], "\(name).base", of: node)
      let part = try importer.step(Subtract(), [place, base], "\(name).part", of: node)
      var taps: [Tap] = []
      for offset in between == .linear ? 0...1 : -1...2 {
        let (tap, share) = ("\(name).\(taps.count)", try share(part, offset, name, &importer, node))
        let at = try importer.scaled(base, by: 1, plus: Double(offset), "\(tap).near", of: node)
        taps.append(try self.tap(at, share, size, tap, &importer, node))
      }
      return taps
    }
  }

  /// The share of the neighbour `offset` places after the one before the wanted place.
  private func share(
    _ part: String, _ offset: Int, _ name: String, _ importer: inout OnnxImporter, _ node: OnnxNode
  ) throws(NetworkError) -> String {
    let name = "\(name).share\(offset + 1)"
    guard between == .cubic else {
      return offset == 1
        ? part : try importer.scaled(part, by: -1, plus: 1, name, of: node)
    }
    // Keys 1981, equation 4, with a = -3/4; its distance is part - offset or offset - part.
    let distance = try importer.scaled(
      part, by: offset > 0 ? -1 : 1, plus: Double(abs(offset)), "\(name).distance", of: node)
    let polynomial: [Double] =
      offset == 0 || offset == 1 ? [1.25, -2.25, 0, 1] : [-0.75, 3.75, -6, 3]
    var value = try importer.number(polynomial[0], "\(name).0", like: grid, of: node)
    for (place, coefficient) in polynomial.dropFirst().enumerated() {
      let product = try importer.step(
        Multiply(), [value, distance], "\(name).product\(place)", of: node)
      let number = try importer.number(
        coefficient, "\(name).number\(place)", like: grid, of: node)
      value = try importer.step(Add(), [product, number], "\(name).value\(place)", of: node)
    }
    return value
  }

  /// A neighbour inside the input; one that is none has no share, or is replaced.
  private func tap(
    _ at: String, _ share: String?, _ size: Double, _ name: String, _ importer: inout OnnxImporter,
    _ node: OnnxNode
  ) throws(NetworkError) -> Tap {
    let place = between == .cubic ? try bounded(at, size, name, &importer, node) : at
    let inside = try importer.step(Clip(0, size - 1), [place], "\(name).inside", of: node)
    guard beyond == .zeros else { return Tap(place: inside, share: share) }
    let isInside = try importer.step(Equal(), [inside, place], "\(name).is inside", of: node)
    let one = try importer.number(1, "\(name).one", like: grid, of: node)
    let nothing = try importer.number(0, "\(name).nothing", like: grid, of: node)
    return Tap(
      place: inside,
      share: try importer.step(
        Select(), [isInside, share ?? one, nothing], "\(name).share", of: node))
  }

  /// A place brought to one within the borders, unless zeros lie beyond.
  private func bounded(
    _ place: String, _ size: Double, _ name: String, _ importer: inout OnnxImporter,
    _ node: OnnxNode
  ) throws(NetworkError) -> String {
    if beyond == .zeros { return place }
    let last = size - 1
    guard beyond == .reflection, !corners || size > 1 else {
      return try importer.step(Clip(0, last), [place], "\(name).bounded", of: node)
    }
    // The distance from the first border, folded at every further one.
    let (low, span) = corners ? (0, last) : (-0.5, size)
    let shifted = try importer.scaled(place, by: 1, plus: -low, "\(name).shifted", of: node)
    let distance = try importer.step(Absolute(), [shifted], "\(name).distance", of: node)
    let period = try importer.number(2 * span, "\(name).period", like: grid, of: node)
    let rest = try importer.step(Remainder(), [distance, period], "\(name).rest", of: node)
    // Nothing passes a remainder: it is the distance less a whole number of periods.
    let periods = try importer.step(Subtract(), [distance, rest], "\(name).periods", of: node)
    let whole = try importer.step(StopGradient(), [periods], "\(name).turns", of: node)
    let folded = try importer.step(Subtract(), [distance, whole], "\(name).folded", of: node)
    let centred = try importer.scaled(folded, by: 1, plus: -span, "\(name).centred", of: node)
    let far = try importer.step(Absolute(), [centred], "\(name).far", of: node)
    let inner = try importer.scaled(far, by: -1, plus: span + low, "\(name).inner", of: node)
    return try importer.step(Clip(0, last), [inner], "\(name).bounded", of: node)
  }
}

extension OnnxImporter {
  /// x · factor + shift.
  fileprivate mutating func scaled(
    _ x: String, by factor: Double, plus shift: Double, _ name: String, of node: OnnxNode
  ) throws(NetworkError) -> String {
    var value = x
    if factor != 1 {
      let number = try number(factor, "\(name) factor", like: x, of: node)
      value = try step(Multiply(), [value, number], "\(name) scaled", of: node)
    }
    let number = try number(shift, "\(name) shift", like: x, of: node)
    return try step(Add(), [value, number], name, of: node)
  }
}
