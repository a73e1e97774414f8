// The places of boxes and arrows: layers from the top, few crossings, straight chains
// (Sugiyama, Tagawa and Toda 1981, "Methods for visual understanding of hierarchical system structures").

/// Where everything in a diagram is drawn, in pixels from the upper left corner.
struct DiagramLayout {
  struct Box {
    /// The middle, from the left.
    var x: Double
    var y = 0.0
    let width, height: Double
  }

  /// In the order of the diagram's nodes.
  private(set) var boxes: [Box] = []
  /// The points that each arrow passes, from the bottom of a box to the top of another.
  private(set) var paths: [[(x: Double, y: Double)]] = []
  private(set) var width = 0.0
  private(set) var height = 0.0

  /// One box, or the place where an arrow crosses a layer that it does not end in.
  private struct Place {
    let node: Int?
    let layer: Int
    let width: Double
    var above: [Int] = []
    var below: [Int] = []
    var x = 0.0
  }

  private var places: [Place] = []
  private var layers: [[Int]] = []
  /// The places along each arrow.
  private var routes: [[Int]] = []

  static let characterWidth = 7.4
  static let lineHeight = 16.0
  static let padding = 12.0
  private static let gap = (across: 22.0, down: 30.0)
  private static let margin = 8.0
  /// The most places that are laid out.
  private static let most = 20_000

  /// Nil where there is nothing, or too much, to draw.
  init?(_ diagram: Diagram) {
    guard !diagram.nodes.isEmpty, diagram.nodes.count < Self.most else { return nil }
    boxes = diagram.nodes.map { node in
      let columns = ([node.title] + node.lines).map { Text.width($0) }.max() ?? 0
      return Box(
        x: 0, width: Double(columns) * Self.characterWidth + 2 * Self.padding,
        height: Double(1 + node.lines.count) * Self.lineHeight + Self.padding)
    }
    guard place(diagram) else { return nil }
    for _ in 0..<4 {
      order(downwards: true)
      order(downwards: false)
    }
    align()
    straighten()
    finish()
  }

  /// Puts each box one layer below the lowest that leads to it, and places on the layers between.
  private mutating func place(_ diagram: Diagram) -> Bool {
    let edges = Set(diagram.edges).filter {
      $0.from >= 0 && $0.from < $0.to && $0.to < diagram.nodes.count
    }.sorted { ($0.to, $0.from) < ($1.to, $1.from) }
    var depth = [Int](repeating: 0, count: diagram.nodes.count)
    for edge in edges { depth[edge.to] = max(depth[edge.to], depth[edge.from] + 1) }
    places = diagram.nodes.indices.map {
      Place(node: $0, layer: depth[$0], width: boxes[$0].width)
    }
    let between = edges.reduce(0) { $0 + depth[$1.to] - depth[$1.from] - 1 }
    guard between < Self.most else { return false }
    for edge in edges {
      var route = [edge.from]
      for layer in depth[edge.from] + 1..<depth[edge.to] {
        route.append(places.count)
        places.append(Place(node: nil, layer: layer, width: 4))
      }
      route.append(edge.to)
      for (upper, lower) in zip(route, route.dropFirst()) {
        places[upper].below.append(lower)
        places[lower].above.append(upper)
      }
      routes.append(route)
    }
    layers = [[Int]](repeating: [], count: (depth.max() ?? 0) + 1)
    for index in places.indices { layers[places[index].layer].append(index) }
    return true
  }

  /// Orders each layer by the mean place of the neighbours in the layer before.
  private mutating func order(downwards: Bool) {
    var position = [Double](repeating: 0, count: places.count)
    for layer in layers {
      for (index, place) in layer.enumerated() { position[place] = Double(index) }
    }
    for index in downwards ? Array(layers.indices) : layers.indices.reversed() {
      var keys: [Int: Double] = [:]
      for place in layers[index] {
        let neighbours = downwards ? places[place].above : places[place].below
        let sum = neighbours.reduce(0) { $0 + position[$1] }
        keys[place] = neighbours.isEmpty ? position[place] : sum / Double(neighbours.count)
      }
      let old = layers[index]
      let sorted = old.indices.sorted { left, right in
        let (a, b) = (keys[old[left]] ?? 0, keys[old[right]] ?? 0)
        return a == b ? left < right : a < b
      }
      layers[index] = sorted.map { old[$0] }
      for (place, item) in layers[index].enumerated() { position[item] = Double(place) }
    }
  }

  /// Moves the places of each layer towards those that they hang on, in turn above and below, boxes towards boxes first.
  private mutating func align() {
    for layer in layers { spread(layer, around: layer.map { _ in 0 }) }
    for round in 0..<9 {
      let downwards = round % 2 == 0
      for index in downwards ? Array(layers.indices) : layers.indices.reversed() {
        spread(layers[index], around: layers[index].map { wish($0, downwards: downwards) })
      }
    }
    // Arrows that had to give way to a wide box run straight above and below it.
    for downwards in [false, true] {
      for layer in downwards ? layers : layers.reversed() {
        let wishes = layer.map { place in
          places[place].node == nil ? wish(place, downwards: downwards) : places[place].x
        }
        spread(layer, around: wishes)
      }
    }
  }

  /// Where a place would like to be.
  private func wish(_ index: Int, downwards: Bool) -> Double {
    let all = downwards ? places[index].above : places[index].below
    let alike = all.filter { (places[$0].node == nil) == (places[index].node == nil) }
    let chosen = alike.isEmpty ? all : alike
    guard !chosen.isEmpty else { return places[index].x }
    return chosen.reduce(0) { $0 + places[$1].x } / Double(chosen.count)
  }

  /// Sets the places of a layer as near to `wishes` as their widths allow: least squares under an order, by pooling
  /// neighbours that are too close (boxes hardly give way to arrows).
  private mutating func spread(_ layer: [Int], around wishes: [Double]) {
    var offsets: [Double] = []
    var edge = 0.0
    for (index, place) in layer.enumerated() {
      if index > 0 {
        edge += Self.gap.across + (places[place].width + places[layer[index - 1]].width) / 2
      }
      offsets.append(edge)
    }
    var pools: [(sum: Double, weight: Double, count: Int)] = []
    for (index, place) in layer.enumerated() {
      let weight = places[place].node == nil ? 1.0 : 1e6
      pools.append((weight * (wishes[index] - offsets[index]), weight, 1))
      while pools.count > 1, let last = pools.last,
        last.sum / last.weight < pools[pools.count - 2].sum / pools[pools.count - 2].weight
      {
        pools.removeLast()
        let before = pools.removeLast()
        pools.append(
          (before.sum + last.sum, before.weight + last.weight, before.count + last.count))
      }
    }
    var index = 0
    for pool in pools {
      for _ in 0..<pool.count {
        places[layer[index]].x = pool.sum / pool.weight + offsets[index]
        index += 1
      }
    }
  }

  /// Moves the places along an arrow to one line, as many of them at once as the neighbours in their layers leave room
  /// for.
  private mutating func straighten() {
    var position = [Int](repeating: 0, count: places.count)
    for layer in layers {
      for (index, place) in layer.enumerated() { position[place] = index }
    }
    for route in routes {
      var run: [Int] = []
      var shared = -Double.infinity...Double.infinity
      for place in route.dropFirst().dropLast() {
        let free = room(of: place, at: position[place])
        if free.overlaps(shared) {
          shared = free.clamped(to: shared)
        } else {
          setLine(run, within: shared)
          (run, shared) = ([], free)
        }
        run.append(place)
      }
      setLine(run, within: shared)
    }
  }

  /// Where a place may stand between its neighbours in the layer.
  private func room(of place: Int, at index: Int) -> ClosedRange<Double> {
    let layer = layers[places[place].layer]
    func end(_ neighbour: Int, _ side: Double) -> Double {
      places[neighbour].x
        + side * (Self.gap.across + (places[neighbour].width + places[place].width) / 2)
    }
    let low = index > 0 ? end(layer[index - 1], 1) : -.infinity
    let high = index + 1 < layer.count ? end(layer[index + 1], -1) : .infinity
    return min(low, high)...max(low, high)
  }

  /// Sets places to the point of `room` that is nearest to their middle.
  private mutating func setLine(_ run: [Int], within room: ClosedRange<Double>) {
    guard !run.isEmpty else { return }
    let middle = run.reduce(0) { $0 + places[$1].x } / Double(run.count)
    let x = min(max(middle, room.lowerBound), room.upperBound)
    for place in run { places[place].x = x }
  }

  /// The final coordinates of boxes and arrows.
  private mutating func finish() {
    let left = places.map { $0.x - $0.width / 2 }.min() ?? 0
    for index in places.indices { places[index].x += Self.margin - left }
    var tops: [(top: Double, bottom: Double)] = []
    var y = Self.margin
    for layer in layers {
      let tallest = layer.compactMap { places[$0].node.map { boxes[$0].height } }.max() ?? 0
      tops.append((y, y + tallest))
      y += tallest + Self.gap.down
    }
    for place in places {
      guard let node = place.node else { continue }
      boxes[node].x = place.x
      boxes[node].y = tops[place.layer].top
    }
    paths = routes.map { route in
      route.enumerated().flatMap { index, item -> [(x: Double, y: Double)] in
        let place = places[item]
        guard let node = place.node else {
          return [(place.x, tops[place.layer].top), (place.x, tops[place.layer].bottom)]
        }
        let box = boxes[node]
        return [(box.x, index == 0 ? box.y + box.height : box.y)]
      }
    }
    width = (places.map { $0.x + $0.width / 2 }.max() ?? 0) + Self.margin
    height = y - Self.gap.down + Self.margin
  }
}
