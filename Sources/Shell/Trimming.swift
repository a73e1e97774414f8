// Text without white space at its ends.

extension Substring {
  var trimmed: Substring {
    var rest = drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}

extension String {
  var trimmed: Substring { self[...].trimmed }

  /// Without line ends at its end.
  var trimmingNewlines: String {
    var rest = self[...]
    while rest.last?.isNewline == true { rest = rest.dropLast() }
    return String(rest)
  }
}
