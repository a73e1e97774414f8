/// Words of other languages and what they are called here.

enum ForeignWords {
  /// What a word at the start of a statement stands for.
  enum Meaning: Equatable {
    /// The word is to be replaced by a keyword, after which the statement may be right.
    case keyword(Keyword)
    /// There is no such statement; the text says what there is.
    case advice(String)
  }

  static let statements: [String: Meaning] = [
    "def": .keyword(.fn), "function": .keyword(.fn), "func": .keyword(.fn), "fun": .keyword(.fn),
    "const": .keyword(.let), "val": .keyword(.let), "local": .keyword(.let),
    "auto": .keyword(.let), "throw": .keyword(.raise), "assert": .keyword(.expect),
    "using": .keyword(.import), "use": .keyword(.import), "require": .keyword(.import),
    "include": .keyword(.import), "switch": .keyword(.match), "foreach": .keyword(.for),
    "from": .advice("import the whole module: `import name`"),
    "class": .advice("there are no classes: a record holds values, a `fn` makes one"),
    "struct": .advice("there are no structures: a record holds values, a `fn` makes one"),
    "print": .advice("call it, `print(x)`, or write `show x`"),
    "del": .advice("a value goes when nothing refers to it"),
    "global": .advice("declare it at the top with `var`"),
    "nonlocal": .advice("declare it outside with `var`"),
    "yield": .advice("build a list: `[f(x) for x in xs]`"),
    "async": .advice("leave it out: calls wait for their result"),
    "await": .advice("leave it out: calls wait for their result"),
    "unless": .advice("write `if not …`"), "until": .advice("write `while not …`"),
    "do": .advice("a block is `{ … }`"), "begin": .advice("a block is `{ … }`"),
    "elif": .advice("write `else if`"), "elsif": .advice("write `else if`"),
    "elseif": .advice("write `else if`"), "case": .advice("write an arm: `pattern => value`"),
    "type": .advice("there are no declarations of types; `type(x)` names the type of a value"),
    "export": .advice("leave it out: a name is exported unless it begins with `_`"),
    "pub": .advice("leave it out: a name is exported unless it begins with `_`"),
    "static": .advice("leave it out"), "delete": .advice("a value goes when nothing refers to it"),
  ]

  /// Words that stand for a value.
  static let constants: [String: Keyword] = [
    "None": .none, "True": .true, "False": .false, "null": .none, "nil": .none, "NULL": .none,
    "undefined": .none, "TRUE": .true, "FALSE": .false,
  ]

  /// Words between two operands.
  static let infix: [String: Symbol] = ["div": .floorDivide, "mod": .percent, "is": .equal]

  /// Modules of Python whose work the language does itself.
  static let modules: [String: String] = [
    "numpy": "tensors and their functions are built in: `tensor([1, 2])`, `mean(x)`, `x @ w`",
    "np": "tensors and their functions are built in: `tensor([1, 2])`, `mean(x)`, `x @ w`",
    "torch": "tensors, layers and gradients are built in: `import layers`, `grad(f)`",
    "tensorflow": "tensors, layers and gradients are built in: `import layers`, `grad(f)`",
    "jax": "tensors and gradients are built in: `grad(f)`, `vjp`",
    "keras": "layers are in `import layers`", "scipy": "numerical functions are built in",
    "math": "`sqrt`, `exp`, `pi` and the like are built in, `import maths` has more",
    "captum": "attribution methods are in `import methods`",
    "shap": "attribution methods are in `import methods`",
    "quantus": "metrics are in `import metrics`", "pandas": "tables are built in",
    "matplotlib": "every value shows itself: `show x`",
    "sklearn": "models and metrics are in `import models` and `import metrics`",
    "onnx": "`load(\"file.onnx\")` reads a network",
    "onnxruntime": "`load(\"file.onnx\")` reads a network",
  ]

  /// Operators that have another spelling here.
  static let operators: [Symbol: String] = [
    .foreignAnd: "and", .foreignOr: "or", .identical: "==", .notIdentical: "!=", .caret: "**",
    .ampersand: "and", .bar: "or", .increment: "+",
  ]
}
