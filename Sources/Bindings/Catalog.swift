// What the codes of tensors, files, models and explanations mean.
import Syntax

extension Catalog {
  /// Everything that this room reports beyond the codes of the language.
  package static let bindings: [Entry] =
    tensors + transforms + differentiation + files + models + traces

  private static let tensors: [Entry] = [
    Entry(
      "X0324", "a word is not one of those allowed",
      "Some arguments are one of a few words: an element type, a way to resize. The help lists them.",
      example: "resize(ones([1, 2, 2]), 4, mode: \"cubic\")",
      corrected: "resize(ones([1, 2, 2]), 4, mode: \"bicubic\")"),
    Entry(
      "X0370", "a matrix is singular",
      "Its rows depend on one another, exactly or so nearly that no digit of the result would be right: the system has no "
        + "solution, or more than one. `lstsq` gives the smallest of the best, `pinv` the matrix that finds it. In a gradient, "
        + "a matrix that is defective (`eig`) or not of full rank (`qr`) leads here too.",
      example: "solve([[1, 2], [2, 4]], [3, 6])", corrected: "lstsq([[1, 2], [2, 4]], [3, 6])"),
    Entry(
      "X0371", "a matrix is not positive definite",
      "Only a matrix with x · a · x above 0 for every x other than 0 has a Cholesky factor. A covariance matrix of fewer "
        + "samples than variables has none: add a small multiple of the identity.",
      example: "cholesky([[1, 2], [2, 1]])", corrected: "cholesky([[2, 1], [1, 2]])"),
    Entry(
      "X0372", "a matrix cannot be decomposed",
      "One that holds a NaN or an infinity has no factors and no eigenvalues: `is_nan(a)` shows where; often something before was "
        + "divided by 0. Singular values and eigenvalues are found step by step, which very few matrices do not allow: another "
        + "scale may help.",
      example: "det([[inf, 1], [1, 1]])", corrected: "det([[2, 1], [1, 1]])"),
  ]

  private static let transforms: [Entry] = [
    Entry(
      "X0375", "a function has no derivative in one of its arguments",
      "The parameters of some distributions, such as the degrees of freedom of `student_cdf`, have no closed form of the "
        + "derivative. A function given to `checkpoint` or `with_gradient` passes derivatives to its argument alone. "
        + "stop_gradient(…) holds what else is differentiated fixed. A network that takes whole "
        + "numbers has derivatives behind its embedding only.",
      example: "grad(a => sum(incomplete_gamma(a, tensor([1.0]))))(2.0)",
      corrected: "grad(x => sum(incomplete_gamma(2.0, x)))(tensor([1.0]))"),
    Entry(
      "X0376", "the subscripts of a sum over products do not fit",
      "There is a letter for each axis of each operand; equal letters stand for equal sizes, and `...` for any axes. The "
        + "result has only letters that an operand has, each once.",
      example: "einsum(\"ij,jk->il\", ones([2, 3]), ones([3, 4]))",
      corrected: "einsum(\"ij,jk->ik\", ones([2, 3]), ones([3, 4]))"),
    Entry(
      "X0377", "complex numbers are pairs",
      "A Tensor of complex numbers has a last axis of size 2 with the real and the imaginary part. `rfft` takes real numbers; "
        + "`complex(x)` of the module `spectra` makes pairs of them.",
      example: "fft(ones([8]))", corrected: "rfft(ones([8]))"),
  ]

  private static let differentiation: [Entry] = [
    Entry(
      "X0385", "a function looks at the numbers of one of many examples",
      "A function given to `vmap` runs once, for all examples together, so it cannot decide by the numbers of one of them "
        + "or turn them into an Int or a Float. `where` chooses element by element; a loop over the examples decides freely.",
      example: "vmap(x => if sum(x) > 0 { x } else { -x })(ones([2, 3]))",
      corrected: "vmap(x => where(sum(x) > 0, x, -x))(ones([2, 3]))"),
    Entry(
      "X0386", "arguments do not have the same number of examples",
      "Every tensor that `vmap` takes apart must have as many examples along its axis. `axis: [0, none]` hands the second "
        + "argument to every example as it is.",
      example: "vmap((a, b) => a + b)(ones([2, 3]), ones([3]))",
      corrected: "vmap((a, b) => a + b, axis: [0, none])(ones([2, 3]), ones([3]))"),
    Entry(
      "X0387", "multipliers cannot pass an operation",
      "Multipliers compare what a function computes with what it computes at a reference, operation by operation. Where an "
        + "operation looks something up at other places at the reference (those that `argsort` gives, say), no number for each "
        + "place tells what the difference is due to.",
      example: "multipliers(x => take_along(x, argsort(x)), 0.0)(tensor([1.0, 0.0]))",
      corrected: "multipliers(x => sort(x), 0.0)(tensor([1.0, 0.0]))"),
    Entry(
      "X0388", "a function whose multipliers are asked reads a plain number",
      "The function is run once, at its input, and what it recorded is evaluated again at the reference. A number that `if`, "
        + "an index, `float` or `.item` takes out of a tensor would stay that of the input. `where`, `maximum` and `take` stay "
        + "within tensors.",
      example: "multipliers(x => if sum(x) > 0 { x } else { -x }, 0.0)(tensor([1.0]))",
      corrected: "multipliers(x => where(sum(x) > 0, x, -x), 0.0)(tensor([1.0]))"),
    Entry(
      "X0390", "bounds cannot be followed through an operation",
      "Bounds follow each operation by a rule that its definition names. The message says which operation has none, and why."
    ),
    Entry(
      "X0391", "a function whose bounds are asked reads a plain number",
      "Bounds follow tensors from the box to the result. A number that `if`, an index, `float` or `.item` takes out of a tensor "
        + "is the one of a single point, and what depends on it would not be bounded. `where`, `maximum` and `take` stay within "
        + "tensors.",
      example:
        "bounds(x => if x.item > 0 { x } else { -x }, {low: tensor([-1.0]), high: tensor([1.0])})",
      corrected: "bounds(x => abs(x), {low: tensor([-1.0]), high: tensor([1.0])})"),
    Entry(
      "X0392", "a box is not one",
      "A box is a Record with `low` and `high`: tensors of one shape, numbers, or Records and Lists of them of one structure, "
        + "with no low end above its high end. `box(x, radius: 0.1)` of the module `bounds` makes one.",
      example: "bounds(x => x, {low: 1.0, high: 0.0})",
      corrected: "bounds(x => x, {low: 0.0, high: 1.0})"),
    Entry(
      "X0393", "a split cannot pass an operation",
      "A contextual split follows each operation by the rule that its definition names. Some have none, and a function "
        + "without a value at 0, such as a logarithm, has no parts where one is missing. The message says which it is and why.",
      example: "contextual_split(x => log(x), tensor([1.0, 2.0]), tensor([1.0, 0.0]))",
      corrected: "contextual_split(x => log1p(x), tensor([1.0, 2.0]), tensor([1.0, 0.0]))"),
    Entry(
      "X0394", "a relevant part does not fit what it is a part of",
      "The relevant part of an input is a number or a Tensor that broadcasts to its shape, a Tensor of bool that is true "
        + "where it is relevant, or a Record or List of them of the input's structure.",
      example: "contextual_split(x => sum(x), ones([3]), ones([2]))",
      corrected: "contextual_split(x => sum(x), ones([3]), tensor([true, true, false]))"),
  ]

  private static let files: [Entry] = [
    Entry(
      "X0405", "there is nothing of this name on the shelf",
      "Networks, pictures and data that travel inside the program are known by name: see shelf() and pictures()."
    ),
    Entry(
      "X0406", "a picture cannot be read",
      "The file is not a PNG or JPEG, is cut off or is damaged. The message says what it looks like."
    ),
    Entry("X0407", "a file cannot be written", "Its folder must exist and let files be written."),
    Entry(
      "X0420", "a file or folder is not what is needed",
      "A folder has no text and a file no names in it; a folder that is removed must be empty.",
      example: "read_text(\".\")", corrected: "list_folder(\".\")"),
    Entry(
      "X0421", "a file is not text",
      "Text is read in UTF-8. Pictures, networks and numbers have functions of their own: `image`, `load`, `tensors`."
    ),
    Entry(
      "X0352", "a text is not CSV",
      "Every row has as many fields as the first, and a quote that is opened is closed. The message names the line.",
      example: "parse_csv(\"a,b\\n1\")", corrected: "parse_csv(\"a,b\\n1,2\")"),
  ]

  private static let models: [Entry] = [
    Entry(
      "X0501", "a model file cannot be read",
      "Networks are read from ONNX; numbers alone from safetensors, with the `architecture` that they belong to."
    ),
    Entry(
      "X0502", "an input has another shape than the model's",
      "`net.input` is the shape of one example; any axes before it are taken as a batch. `net.prepare(picture(…))` makes an "
        + "input of a picture."),
    Entry(
      "X0503", "a model does not say what its input is",
      "Its layers and classes are found by a run on zeros, for which the shape of an example is needed: load(…, input: …)."
    ),
    Entry(
      "X0504", "the numbers of a model do not fit its architecture",
      "Every parameter of the architecture must be in the file, under its dotted name or one that `rename` maps to it, and "
        + "every number of the file must be used."),
    Entry("X0505", "there is no such layer", "`net.layers` lists the layers by name."),
    Entry(
      "X0506", "there is no such rule set", "The help of `relevance` names the composites of rules."
    ),
    Entry(
      "X0507", "there is no such class",
      "A target is the index of a class, counted from 0, or one of `net.labels`."),
    Entry(
      "X0508", "this cannot be a target",
      "A target is a class index, a label, \"top\", a tensor of indices, a function of the output, or a contrast "
        + "`{for: a, against: b}`."),
    Entry(
      "X0509", "an operator of a network is not supported",
      "The message names the operator and the node; the help, operators with similar names."),
    Entry(
      "X0510", "a method or metric returned something else",
      "A method returns a Tensor or a record with `values`; a metric a record with `scores`."),
  ]

  private static let traces: [Entry] = [
    Entry(
      "X0515", "only a network can be traced",
      "`trace net(x) { … }` looks its points up among the layers of a Model. A function becomes one with `model_of`."
    ),
    Entry(
      "X0516", "a trace does something that does not fit",
      "A point is the name of a layer or `net.at(…)`. A layer is set to a number, or to a Tensor that broadcasts to its "
        + "shape; its own output is `value`: set \"relu1\" = value * 0.5."),
    Entry(
      "X0517", "a trace uses what is kept later",
      "What a layer is set to can use a kept name only if that was kept before: at a layer that the network computes earlier, "
        + "or at the same layer by an action above."),
    Entry(
      "X0518", "a trace does something after it stops",
      "After `stop after POINT` the network does not go on, so nothing can be kept or set at a later layer."
    ),
    Entry(
      "X0519", "a layer did not run",
      "A network written in the language may take another way for this input than for one of zeros, by which its layers are "
        + "known."),
    Entry(
      "X0520", "a value cannot be handed on",
      "With `jobs` or `keep`, what the rows of a sweep give goes through a text: numbers, strings, truth values, none, ranges, "
        + "tensors, and lists and records of them. A model or a function stays where it was made.",
      example: "sweep n in 0..<4, jobs: 2 { x => n * x }",
      corrected: "sweep n in 0..<4, jobs: 2 { n * 3 }"),
    Entry(
      "X0521", "a process of a sweep has failed",
      "A process that computes rows could not be started, or ended before its rows were done: there may be too little memory "
        + "for so many. Fewer `jobs` need less."),
    Entry(
      "X0522", "a sweep is not well formed",
      "What is swept are values with elements, `jobs` is an Int of at least 1, `keep` the path of a file, and a swept `seed` an "
        + "Int; the fields that rows give have other names than those that are swept.",
      example: "sweep n in [1, 2] { {n: n * n} }",
      corrected: "sweep n in [1, 2] { {square: n * n} }"),
    Entry(
      "X0523", "the kept rows of a sweep cannot be read",
      "`keep` names a file of rows that earlier runs have finished, or one that does not exist yet."
    ),
  ]
}
