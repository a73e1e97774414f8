// Pictures and maps as HTML figures.

import Images

extension HTMLRenderer {
  /// A picture with its caption.
  func figure(_ picture: Picture) -> String {
    let size = "picture, \(picture.width) × \(picture.height) pixels"
    let caption = picture.caption.map { "<figcaption>\(HTML.escape($0))</figcaption>" } ?? ""
    let image = image(
      Canvas(picture), alternative: picture.caption.map { "\($0): \(size)" } ?? size)
    let width = screenSize(picture.height, picture.width).width
    return "<figure class=\"picture\" style=\"--width:\(width)px\">\(image)\(caption)</figure>\n"
  }

  /// A map with its title, its input, its colour bar and what has to be said about it.
  func figure(_ map: Heatmap) -> String {
    let scale = ColorScale(map)
    var panels = ""
    if let input = map.input, map.placement != .blended {
      panels += "<div class=\"panel\">\(image(Canvas(input), alternative: "the input"))</div>"
    }
    let drawn = image(Canvas(map), alternative: description(map, scale))
    panels +=
      "<div class=\"panel\">\(drawn)\(bar(scale, width: screenSize(map.height, map.width).width))</div>"
    let title = map.title.map { "<figcaption>\(HTML.escape($0))</figcaption>" } ?? ""
    let lines = scale.remarks(notANumber: "magenta") + map.subtitles
    let notes = lines.map { "<p class=\"note\">\(HTML.escape($0))</p>" }.joined()
    let kind = map.placement == .above ? "panels above" : "panels"
    return "<figure class=\"heatmap\" style=\"--width:\(width(map))px\">\(title)"
      + "<div class=\"\(kind)\">\(panels)</div>\(notes)</figure>\n"
  }

  /// The pixels of the screen that the panels of a map take side by side.
  private func width(_ map: Heatmap) -> Int {
    let own = max(screenSize(map.height, map.width).width, 96)
    guard let input = map.input, map.placement != .blended else { return own }
    let other = screenSize(input.height, input.width).width
    return map.placement == .above ? max(own, other) : own + other + 16
  }

  /// The lines that the longest title of a row of maps takes, so that all maps begin level; a
  /// character of a title is about 8.5 pixels wide.
  func titleLines(_ displays: [Display]) -> Int {
    let lines = displays.map { display in
      guard case .heatmap(let map) = display, let title = map.title else { return 1 }
      let characters = Line(title).wrapped(to: max(1, width(map) * 2 / 17))
      return min(4, characters.count)
    }
    return lines.max() ?? 1
  }

  /// The size on the screen: a whole multiple of the pixels, about `pictureSize`.
  private func screenSize(_ height: Int, _ width: Int) -> (height: Int, width: Int) {
    let factor = Canvas.factor(height, width, pictureSize)
    return (height * factor, width * factor)
  }

  private func image(_ canvas: Canvas, alternative: String) -> String {
    let size = screenSize(canvas.height, canvas.width)
    do throws(ImageError) {
      let address = try HTML.address(of: canvas.bitmap())
      return "<img alt=\"\(HTML.escape(alternative))\" width=\"\(size.width)\" "
        + "height=\"\(size.height)\" src=\"\(address)\">"
    } catch {
      return "<p class=\"note\">\(HTML.escape(alternative)): \(HTML.escape(error.message))</p>"
    }
  }

  /// What a reader hears who does not see the map.
  private func description(_ map: Heatmap, _ scale: ColorScale) -> String {
    let title = map.title.map { $0 + ": " } ?? ""
    let kind = map.signed ? "signed heat map" : "heat map"
    let (low, high) = (Numbers.short(scale.low, digits: 3), Numbers.short(scale.high, digits: 3))
    return "\(title)\(kind), \(map.width) × \(map.height) values, colours from \(low) to \(high)"
  }

  private func bar(_ scale: ColorScale, width: Int) -> String {
    let stops = (0...16).map { step in
      let color = scale.palette.color(at: Double(step) / 16)
      return "rgb(\(color.red) \(color.green) \(color.blue))"
    }
    let labels = scale.labels.filter { label in
      label.place == 0 || label.place == 1 || (0.15...0.85).contains(label.place)
    }
    let numbers = labels.map { label in
      let percent = Numbers.fixed(label.place * 100, decimals: 1)
      let edge = label.place == 0 ? " class=\"first\"" : label.place == 1 ? " class=\"last\"" : ""
      return "<span\(edge) style=\"left:\(percent)%\">\(label.text)</span>"
    }
    return "<div class=\"colors\" style=\"max-width:\(max(width, 96))px\">"
      + "<div class=\"scale\" style=\"background:linear-gradient(to right,\(stops.joined(separator: ",")))\"></div>"
      + "<div class=\"numbers\">\(numbers.joined())</div></div>"
  }
}
