// What the codes of text, JSON and patterns mean.
import Syntax

extension Catalog {
  static let scripting: [Entry] = [
    Entry(
      "X0350", "a text is not JSON",
      "The message says what stands where, counted from line 1 and column 1.",
      example: "parse_json(\"[1, 2,]\")", corrected: "parse_json(\"[1, 2]\")"),
    Entry(
      "X0351", "a value has no JSON form",
      #"""
      JSON has texts, numbers, true, false, null, lists and objects. It has neither nan nor \#
      infinities, for which `nan: "null"` writes null, nor functions.
      """#,
      example: "to_json([1, nan])", corrected: "to_json([1, nan], nan: \"null\")"),
    Entry(
      "X0353", "a text is not a pattern",
      #"""
      `documentation(pattern)` lists what regular expressions are made of here. A backslash before \#
      `.` `*` `+` `?` `(` `)` `[` `{` `|` `^` `$` takes the character as it is.
      """#,
      example: "find_all(\"f(x)\", \"(\")", corrected: "find_all(\"f(x)\", r\"\\(\")"),
  ]
}
