/// Diagnostics in the form of the Language Server Protocol.

extension Diagnostic {
  /// One JSON object: `range` (lines and UTF-16 characters from 0), `severity` (1 error, 2 warning), `code`,
  /// `source`, `message`, `relatedInformation`, and under `data` the file, notes and helps with their edits.
  ///
  /// - Parameter uri: how a source is named in a location; its name as given unless told otherwise.
  package func json(uri: (Source) -> String = { $0.name }) -> String {
    var members: [(String, JSON)] = [
      ("range", primary.map { .range($0.source, $0.span) } ?? .emptyRange),
      ("severity", .number(severity == .error ? 1 : 2)),
      ("code", .string(code)), ("source", .string("xai")), ("message", .string(message)),
    ]
    if !secondary.isEmpty {
      let related = secondary.map { label in
        JSON.object([
          (
            "location",
            .object([
              ("uri", .string(uri(label.source))), ("range", .range(label.source, label.span)),
            ])
          ), ("message", .string(label.text)),
        ])
      }
      members.append(("relatedInformation", .array(related)))
    }
    members.append(("data", data(uri)))
    return JSON.object(members).text
  }

  private func data(_ uri: (Source) -> String) -> JSON {
    let helps = helps.map { help in
      JSON.object([
        ("text", .string(help.text)),
        (
          "edits",
          .array(
            help.edits.map { edit in
              .object([
                ("uri", .string(uri(edit.source))), ("range", .range(edit.source, edit.span)),
                ("newText", .string(edit.replacement)),
              ])
            })
        ),
      ])
    }
    return .object([
      ("uri", primary.map { .string(uri($0.source)) } ?? .null),
      ("label", .string(primary?.text ?? "")),
      ("notes", .array(notes.map { .string($0) })), ("helps", .array(helps)),
    ])
  }
}

/// As much of JSON as diagnostics need.
private indirect enum JSON {
  case null
  case number(Int)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  static let emptyRange = JSON.object([
    ("start", .place(0, 0)), ("end", .place(0, 0)),
  ])

  static func place(_ line: Int, _ character: Int) -> JSON {
    .object([("line", .number(line)), ("character", .number(character))])
  }

  static func range(_ source: Source, _ span: Span) -> JSON {
    let start = source.editorPosition(of: span.start)
    let end = source.editorPosition(of: max(span.start, span.end))
    return .object([
      ("start", .place(start.line, start.character)), ("end", .place(end.line, end.character)),
    ])
  }

  var text: String {
    switch self {
    case .null: "null"
    case .number(let value): "\(value)"
    case .string(let text): JSONText.quoted(text)
    case .array(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { JSONText.quoted($0.0) + ":" + $0.1.text }.joined(separator: ",") + "}"
    }
  }
}
