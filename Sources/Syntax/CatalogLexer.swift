/// What the codes of the lexer mean.

extension Catalog {
  static let lexer: [Entry] = [
    Entry(
      "X0001", "a character has no meaning here",
      #"""
      Outside strings and comments a script consists of names, numbers and the operators of \#
      the language. A character that is none of these is reported with its number when it \#
      cannot be seen. Text copied from a page or a word processor often has typographic \#
      quotation marks, dashes or no-break spaces where the plain ones belong; the help \#
      replaces them. A string stands in double quotation marks.
      """#,
      example: #"let name = 'digits'"#,
      corrected: #"let name = "digits""#),
    Entry(
      "X0002", "a file is not UTF-8 text",
      #"""
      Scripts are UTF-8. The place of the first byte that does not fit is shown. A file in \#
      another encoding (Latin-1, UTF-16) is to be saved again as UTF-8; a file that is not \#
      text at all, such as a network or a picture, is opened with `load`.
      """#),
    Entry(
      "X0003", "a text is too large for a script",
      #"""
      A script has at most 4 MiB. Data of that size belongs into a file of its own, which the \#
      script reads.
      """#),
    Entry(
      "X0004", "a string is not closed",
      #"""
      A string ends with the mark that it began with. One in `"` ends on its own line; one in \#
      `"""` may have many lines.
      """#,
      example: #"let title = "Digits"#,
      corrected: #"let title = "Digits""#),
    Entry(
      "X0005", "an escape is not known",
      #"""
      In a string a backslash begins an escape: `\n` new line, `\t` tab, `\r`, `\0`, `\e`, \#
      `\"`, `\\`, `\{`, `\}`, and `\u{1F600}` for a Unicode character by its number. In a raw \#
      string, `r"C:\data"`, a backslash is only a backslash.
      """#,
      example: #"let path = "C:\data""#,
      corrected: #"let path = r"C:\data""#),
    Entry(
      "X0006", "a number is not well formed",
      #"""
      Numbers are written `42`, `1_000`, `0xff`, `3.14`, `1e-3`. There is a digit before and \#
      after a point, `_` stands between two digits, and a number and a name need an operator \#
      between them.
      """#,
      example: #"let y = 2x"#,
      corrected: #"let y = 2 * x"#),
    Entry(
      "X0007", "a number is too large",
      #"""
      An Int has 64 bits: from -9223372036854775808 to 9223372036854775807. A Float reaches \#
      about 1.8e308. Nothing is rounded silently, so a number outside is an error.
      """#,
      example: #"let n = 99999999999999999999"#,
      corrected: #"let n = 99999999999999999999.0"#),
    Entry(
      "X0008", "a brace in a string has no value",
      #"""
      In a string `{expression}` is replaced by the value, and `{expression:.3f}` by the value \#
      in a format. The braces hold one expression and are closed in the same string. A brace \#
      that is meant as itself is written `\{`.
      """#,
      example: #"let set = "{}""#,
      corrected: #"let set = "\{\}""#),
    Entry(
      "X0009", "a text cell holds something other than comments",
      #"""
      The lines of a `# %% [markdown]` cell are comments. Code after the text begins a cell of \#
      its own with `# %%`.
      """#,
      example: #"# %% [markdown]\#n# The data\#nlet data = mnist()"#,
      corrected: #"# %% [markdown]\#n# The data\#n# %%\#nlet data = mnist()"#),
  ]
}
