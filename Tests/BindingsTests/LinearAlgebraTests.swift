// Linear algebra against SciPy's numbers (Tests/Fixtures/linalg/make.py), and what decompositions promise.
import Foundation
import Testing

@Suite struct LinearAlgebraTests {
  struct Reference: Decodable {
    struct Case: Decodable {
      let code: String
      let shape: [Int]
      let values: [Double]
      let tolerance: Double
    }
    let matrices: [String: Matrix]
    let cases: [Case]
  }

  /// Nested lists of numbers, as a literal of the language.
  enum Matrix: Decodable {
    case number(Double)
    case list([Matrix])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .list(try container.decode([Matrix].self))
      }
    }

    var literal: String {
      switch self {
      case .number(let number): "\(number)"
      case .list(let list): "[" + list.map(\.literal).joined(separator: ", ") + "]"
      }
    }
  }

  /// A session with the matrices of the fixture by name.
  private static func session() throws -> (Script, [Reference.Case]) {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/linalg/values.json")
    let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    let script = try Script()
    try script.run("import linalg")
    for (name, matrix) in reference.matrices {
      try script.run("let \(name) = tensor(\(matrix.literal), type: \"f64\")")
    }
    return (script, reference.cases)
  }

  @Test func `linear algebra gives what SciPy gives`() throws {
    let (script, cases) = try Self.session()
    #expect(cases.count > 70)
    for reference in cases {
      let (shape, found) = try script.numbers(reference.code)
      #expect(shape == reference.shape, "\(reference.code)")
      let largest = reference.values.reduce(1e-300) { max($0, abs($1)) }
      for (one, other) in zip(found, reference.values) {
        let isClose = abs(one - other) <= reference.tolerance * largest
        #expect(isClose, "\(reference.code): \(one), not \(other)")
      }
    }
  }

  @Test(arguments: [
    ("q has orthonormal columns", "transpose(f.q) @ f.q", "eye(3, \"f64\")", "qr(tall)"),
    ("q·r is the matrix", "f.q @ f.r", "tall", "qr(tall)"),
    ("q·r is a wide matrix", "f.q @ f.r", "wide", "qr(wide)"),
    ("u·s·vᵀ is the matrix", "(f.u * f.s) @ transpose(f.v)", "tall", "svd(tall)"),
    ("u·s·vᵀ is a matrix of lower rank", "(f.u * f.s) @ transpose(f.v)", "low", "svd(low)"),
    ("v has orthonormal columns", "transpose(f.v) @ f.v", "eye(3, \"f64\")", "svd(wide)"),
    ("a·v = v·λ for a symmetric matrix", "s @ f.vectors", "f.vectors * f.values", "eigh(s)"),
    ("l·lᵀ is the matrix", "f @ transpose(f)", "p", "cholesky(p)"),
    (
      "the real part of a·v = v·λ", "a @ f.vectors.real",
      "f.vectors.real * f.values.real - f.vectors.imaginary * f.values.imaginary", "eig(a)"
    ),
    (
      "the imaginary part of a·v = v·λ", "a @ f.vectors.imaginary",
      "f.vectors.real * f.values.imaginary + f.vectors.imaginary * f.values.real", "eig(a)"
    ),
    ("a·a⁺·a = a at lower rank", "low @ f @ low", "low", "pinv(low, cutoff: 1e-12)"),
    ("a⁺·a·a⁺ = a⁺ at lower rank", "f @ low @ f", "f", "pinv(low, cutoff: 1e-12)"),
    ("a·a⁺ is symmetric", "low @ f", "transpose(low @ f)", "pinv(low, cutoff: 1e-12)"),
    ("e^a·e^-a = 1", "f @ expm(-a)", "eye(4, \"f64\")", "expm(a)"),
    ("det e^a = e^tr a", "det(f)", "exp(matrix_trace(a))", "expm(a)"),
    (
      "a permuted view is solved as it looks", "permute(f, [1, 0]) @ solve(permute(f, [1, 0]), b)",
      "b", "a"
    ),
    (
      "a strided view is solved as it looks", "f @ solve(f, c[0..<3])", "c[0..<3]",
      "big[.., 2..<5][20..<23]"
    ),
    (
      "the gradient of log|det| is a⁻ᵀ", "grad(x => logdet(x).log)(a)", "transpose(f)", "inverse(a)"
    ),
    (
      "the gradient of det has the cofactors", "grad(det)(low[0..<3, 0..<3])", "f",
      "cofactors(low[0..<3, 0..<3])"
    ),
    (
      "the gradient of the nuclear norm is u·vᵀ", "grad(nuclear_norm)(tall)",
      "f.u @ transpose(f.v)", "svd(tall)"
    ),
    (
      "equal singular values have a gradient of their sum", "grad(x => sum(svd(x).s))(f)", "f",
      "eye(3, \"f64\")"
    ),
    (
      "equal eigenvalues have a gradient of their sum", "grad(x => sum(eigh(x).values ** 2))(f)",
      "2 * f", "eye(3, \"f64\")"
    ),
    (
      "the second derivative of det at the identity", "hessian(det, f)", "second", "eye(2, \"f64\")"
    ),
  ])
  func `a decomposition keeps its promise`(
    _ name: String, _ found: String, _ expected: String, _ made: String
  ) throws {
    let (script, _) = try Self.session()
    try script.run(
      """
      import derivatives
      fn minor(m, i, j) { m[[k for k in 0..<3 if k != i]][.., [k for k in 0..<3 if k != j]] }
      fn cofactors(m) { tensor([[(-1) ** (i + j) * det(minor(m, i, j)).item for j in 0..<3] for i in 0..<3], type: "f64") }
      let second = tensor([[[[0, 0], [0, 1]], [[0, 0], [-1, 0]]], [[[0, -1], [0, 0]], [[1, 0], [0, 0]]]], type: "f64")
      let f = \(made)
      let found = \(found)
      let wanted = \(expected)
      """)
    #expect(try script.text("found.shape == wanted.shape") == "true")
    let text = try script.text("list(found)")
    #expect(
      try script.text("max(abs(found - wanted)) < 1e-10 * max(1.0, max(abs(wanted)).item)")
        == "true", "\(name): \(text)")
  }

  @Test(arguments: [
    ("solve([[1, 2], [2, 4]], [1, 2])", "X0370", "solve: the matrix is singular"),
    ("solve([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [1, 2, 3])", "X0370", "singular"),
    (
      "inverse(stack([ones([1, 1]), zeros([1, 1])]))", "X0370",
      "matrix [1] of the batch is singular"
    ),
    ("solve_triangular([[1, 2], [0, 0]], [1, 2], upper: true)", "X0370", "triangular solve"),
    ("cholesky([[1, 2], [2, 1]])", "X0371", "not positive definite"),
    ("grad(x => sum(qr(x).q))(zeros([3, 2]))", "X0370", "singular"),
    ("solve([[nan, 1], [1, 1]], [1, 2])", "X0372", "holds a NaN or an infinity"),
    ("svd([[inf, 1], [1, 1]])", "X0372", "NaN"), ("eig([[nan]])", "X0372", "NaN"),
    ("eigh([[nan, 1], [1, 1]])", "X0372", "NaN"), ("qr([[nan], [1]])", "X0372", "NaN"),
    ("lstsq([[1], [2]], [nan, 1])", "X0372", "NaN"),
    ("lstsq([[nan], [2]], [1, 1])", "X0372", "NaN"),
    ("expm([[inf]])", "X0372", "NaN"), ("cholesky([[nan]])", "X0372", "NaN"),
    ("det([[nan]])", "X0372", "NaN"),
    ("det(ones([2, 3]))", "X0204", "must be square, it has 2 rows and 3 columns"),
    ("solve(ones([2, 2]), ones([3]))", "X0204", "the first has 2 rows and the second 3"),
    ("svd([1, 2])", "X0308", "a matrix"), ("pinv([[1]], cutoff: 2)", "X0308", "below 1"),
    ("inverse(broadcast(ones([1, 1]), [40000, 40000]))", "X0204", "too large"),
    ("inverse(broadcast(ones([1]), [1000000, 3]))", "X0204", "must be square"),
  ])
  func `what cannot be is an error that says why`(
    _ source: String, _ code: String, _ words: String
  ) throws {
    let script = try Script()
    let error = #expect(throws: Script.Problem.self) { try script.run(source) }
    let text = error?.description ?? ""
    #expect(text.contains(code) && text.contains(words), "\(text)")
  }

  @Test func `empty matrices have empty factors`() throws {
    let script = try Script()
    for (source, expected) in [
      ("det(zeros([0, 0])).item", "1.0"), ("logdet(zeros([0, 0])).log.item", "0.0"),
      ("solve(zeros([0, 0]), zeros([0, 2])).shape", "[0, 2]"),
      ("inverse(zeros([2, 0, 0])).shape", "[2, 0, 0]"), ("qr(zeros([3, 0])).q.shape", "[3, 0]"),
      ("qr(zeros([0, 3])).r.shape", "[0, 3]"), ("svd(zeros([0, 3])).v.shape", "[3, 0]"),
      ("eigh(zeros([0, 0])).vectors.shape", "[0, 0]"),
      ("eig(zeros([0, 0])).values.real.shape", "[0]"),
      ("pinv(zeros([2, 0])).shape", "[0, 2]"),
      ("list(lstsq(zeros([0, 2]), zeros([0])))", "[0.0, 0.0]"),
      ("expm(zeros([0, 0])).shape", "[0, 0]"), ("cholesky(zeros([0, 2, 2])).shape", "[0, 2, 2]"),
      ("list(pinv(zeros([1, 2])))", "[[0.0], [0.0]]"),
    ] {
      #expect(try script.text(source) == expected, "\(source)")
    }
  }

  @Test func `the result has the element type of the operands, and is computed in f64`() throws {
    let script = try Script()
    try script.run(
      """
      let h = tensor([[1.0 / (i + j + 1) for j in 0..<4] for i in 0..<4], type: "f32")
      let exact = solve(cast(h, "f64"), ones([4], "f64"))
      let x = solve(h, ones([4]))
      """)
    #expect(try script.text("x.type") == "\"f32\"")
    #expect(try script.text("max(abs(x - cast(exact, \"f32\"))) == 0") == "true")
    #expect(try script.text("det([[2, 1], [1, 3]]).type") == "\"f32\"")
  }
}
