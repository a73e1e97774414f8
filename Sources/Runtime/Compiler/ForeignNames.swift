// Names that other languages and libraries have for what is called otherwise here.

package enum ForeignNames {
  /// Functions, by what they are called here.
  package static let functions: [String: String] = [
    "str": "string", "repr": "string", "println": "print", "printf": "print", "puts": "print",
    "echo": "print", "arange": "range", "size": "length", "parseInt": "int", "parseFloat": "float",
    "num2str": "string", "concatenate": "concat", "cat": "concat", "randn": "normal",
    "rand": "uniform", "astype": "cast", "view": "reshape", "sorted": "sort",
    "reversed": "reverse", "toString": "string", "foldl": "reduce",
    "ln": "log", "lgamma": "log_gamma", "gammaln": "log_gamma", "erfinv": "inverse_erf",
    "erfcinv": "inverse_erfc", "gammainc": "incomplete_gamma", "betainc": "incomplete_beta",
    "cumsum": "cumulative_sum", "cumprod": "cumulative_product", "cummax": "cumulative_max",
    "cummin": "cumulative_min", "topk": "top_k", "searchsorted": "search_sorted",
  ]

  /// Names before a `.` whose work the language does itself.
  private static let modules: Set = [
    "np", "numpy", "torch", "tf", "math", "Math", "plt", "nn", "F", "jnp", "jax", "random", "os",
    "sys", "console",
  ]

  /// Labels of arguments.
  private static let labels: [String: String] = [
    "dim": "axis", "dims": "axis", "axes": "axis", "keepdim": "keep", "keepdims": "keep",
    "dtype": "type", "n": "count",
  ]

  /// Methods of values, by the calls that do the same; `%` is the value.
  package static let methods: [String: String] = [
    "append": "append(%, value)", "push": "append(%, value)", "push_back": "append(%, value)",
    "add": "append(%, value)", "extend": "% + others", "concat": "% + others",
    "length": "length(%)",
    "len": "length(%)", "size": "length(%)", "T": "transpose(%)", "t": "transpose(%)",
    "upper": "upper(%)", "lower": "lower(%)", "toUpperCase": "upper(%)",
    "toLowerCase": "lower(%)", "split": "split(%, \",\")", "join": "join(%, \", \")",
    "strip": "trim(%)", "trim": "trim(%)", "replace": "replace(%, old, new)",
    "startswith": "starts_with(%, start)", "endswith": "ends_with(%, end)", "keys": "keys(%)",
    "items": "keys(%)", "values": "values(%)", "reshape": "reshape(%, shape)",
    "view": "reshape(%, shape)", "flatten": "flatten(%)", "permute": "permute(%, order)",
    "transpose": "transpose(%)", "sum": "sum(%)", "mean": "mean(%)", "max": "max(%)",
    "min": "min(%)", "argmax": "argmax(%)",
    "abs": "abs(%)", "sqrt": "sqrt(%)", "exp": "exp(%)", "log": "log(%)",
    "softmax": "softmax(%)", "relu": "relu(%)", "astype": "cast(%, \"f64\")",
    "map": "[f(v) for v in %]", "filter": "[v for v in % if f(v)]", "sort": "sort(%)",
    "reverse": "reverse(%)", "includes": "value in %", "contains": "value in %",
    "index": "index_of(%, value)", "indexOf": "index_of(%, value)", "forEach": "for v in % { … }",
    "count": "count(%, f)", "first": "first(%)", "last": "last(%)",
    "toString": "string(%)", "backward": "grad(f)(%)", "requires_grad": "grad(f)(%)",
  ]

  /// What to do about a name that nobody has declared.
  static func advice(for name: String) -> String? {
    if name == "self" || name == "this" {
      return "what a function works on is a parameter: give it a name there"
    }
    if modules.contains(name) {
      return "functions stand without a module before them: `sqrt(x)`, `zeros([2, 3])`"
    }
    return nil
  }

  /// The label that a function has for what another library calls so.
  static func label(for label: String, among labels: [String]) -> String? {
    guard let own = Self.labels[label], labels.contains(own) else { return nil }
    return own
  }

  /// How to call what was written as a method of a value.
  static func call(for method: String, of value: String) -> String? {
    methods[method].map {
      $0.split(separator: "%", omittingEmptySubsequences: false).joined(separator: value)
    }
  }
}
