"""Values of SciPy and NumPy that linear algebra must give: matrices by name, and expressions of the language with what they are.

Made with: pip install scipy numpy; python make.py > values.json. The numbers alone are kept, no text of those libraries.
Vectors that are determined but for a factor have it chosen as the documentation says: the largest element positive.
"""
import json
import numpy as np
import scipy.linalg as sl

rng = np.random.default_rng(20261121)
matrices, cases = {}, []


def named(name, value):
    matrices[name] = np.asarray(value, dtype=float).tolist()
    return np.asarray(value, dtype=float)


def case(code, value, tolerance=1e-12):
    value = np.asarray(value, dtype=float)
    cases.append({"code": code, "shape": list(value.shape), "values": value.ravel().tolist(), "tolerance": tolerance})


def positive(vectors, other=None):
    """The columns with the signs, or phases, that make the largest element of each real and positive."""
    place = np.argmax(np.abs(vectors), axis=0)
    largest = vectors[place, np.arange(vectors.shape[1])]
    phase = np.abs(largest) / largest
    return (vectors if other is None else other) * phase


A = named("a", np.round(rng.normal(size=(4, 4)), 3))
B = named("b", np.round(rng.normal(size=(4, 2)), 3))
T = named("tall", np.round(rng.normal(size=(6, 3)), 3))
W = named("wide", np.round(rng.normal(size=(3, 5)), 3))
S = named("s", np.round(A + A.T, 3))
P = named("p", np.round(A @ A.T + np.eye(4), 3))
C = named("c", np.round(rng.normal(size=(6, 2)), 3))
LOW = named("low", T[:, :2] @ W[:2])  # rank 2
BATCH = named("batch", np.round(rng.normal(size=(2, 3, 3)), 3))
HILBERT = named("hilbert", sl.hilbert(8))
BIG = named("big", np.round(rng.normal(size=(30, 30)), 3))
STEEP = named("steep", [[1, 1e6], [0, -1]])
SCALED = named("scaled", np.diag([1.0, 1e-20, 1e20]) + np.array([[0, 0, 0], [0, 0, 0], [1e10, 0, 0]]))

case("solve(a, b)", sl.solve(A, B))
case("solve(a, b[.., 0])", sl.solve(A, B[:, 0]))
case("solve(transpose(a), b)", sl.solve(A.T, B))
case("solve(batch, wide[.., 0..<2])", [sl.solve(M, W[:, :2]) for M in BATCH])
case("solve(hilbert, hilbert @ ones(8, \"f64\"))", np.ones(8), 1e-5)
case("solve(scaled, tensor([1.0, 2.0, 3.0], type: \"f64\"))", [1, 2e20, (3 - 1e10) / 1e20])
case("solve(big, big[.., 0..<3])", np.eye(30)[:, :3], 1e-11)
case("inverse(a)", sl.inv(A))
case("solve_triangular(a, b)", sl.solve_triangular(A, B, lower=True))
case("solve_triangular(a, b, upper: true)", sl.solve_triangular(A, B))
case("det(a)", sl.det(A))
case("det(batch)", [sl.det(M) for M in BATCH])
case("logdet(big).log", np.linalg.slogdet(BIG)[1])
case("logdet(big).sign", np.linalg.slogdet(BIG)[0])
case("cholesky(p)", sl.cholesky(P, lower=True))
for name, M in [("tall", T), ("wide", W), ("a", A)]:
    q, r = sl.qr(M, mode="economic")
    sign = np.sign(np.diag(r))
    case(f"qr({name}).q", q * sign)
    case(f"qr({name}).r", r * sign[:, None])
    u, s, vt = sl.svd(M, full_matrices=False)
    case(f"svd({name}).s", s)
    case(f"svd({name}).u", positive(u))
    case(f"svd({name}).v", positive(u, vt.T))
    case(f"singular_values({name})", s)
    case(f"pinv({name})", sl.pinv(M))
    case(f"nuclear_norm({name})", np.linalg.norm(M, "nuc"))
    case(f"spectral_norm({name})", np.linalg.norm(M, 2))
    case(f"frobenius_norm({name})", np.linalg.norm(M))
    case(f"condition_number({name})", np.linalg.cond(M))
case("singular_values(hilbert)", sl.svdvals(HILBERT))
for name, M in [("s", S), ("p", P), ("hilbert", HILBERT)]:
    w, v = sl.eigh(M)
    case(f"eigh({name}).values", w)
    if name != "hilbert":
        case(f"eigh({name}).vectors", positive(v), 1e-11)
for name, M in [("a", A), ("steep", STEEP), ("batch[1]", BATCH[1])]:
    w, v = sl.eig(M)
    order = np.lexsort((w.imag, w.real))
    w, v = w[order], positive(v[:, order])
    case(f"eigenvalues({name}).real", w.real, 1e-11)
    case(f"eigenvalues({name}).imaginary", w.imag, 1e-11)
    case(f"eig({name}).vectors.real", v.real, 1e-10)
    case(f"eig({name}).vectors.imaginary", v.imag, 1e-10)
case("lstsq(tall, c)", sl.lstsq(T, C)[0])
case("lstsq(wide, b[0..<3])", sl.lstsq(W, B[:3])[0])
case("lstsq(low, c)", sl.lstsq(LOW, C, cond=1e-12)[0], 1e-11)
case("pinv(low)", sl.pinv(LOW, rtol=1e-12), 1e-11)
case("matrix_rank(low)", 2)
case("matrix_rank(hilbert)", 8)
case("matrix_rank(hilbert, cutoff: 1e-6)", np.linalg.matrix_rank(HILBERT, tol=1e-6 * sl.svdvals(HILBERT)[0]))
case("expm(a)", sl.expm(A))
case("expm(a * 1e-3)", sl.expm(A * 1e-3))
case("expm(a * 30)", sl.expm(A * 30), 1e-10)
case("expm(batch)", [sl.expm(M) for M in BATCH])
case("expm(steep)", [[np.e, 1e6 * np.sinh(1)], [0, 1 / np.e]])
case("expm(a - transpose(a))", sl.expm(A - A.T))
case("matrix_power(a, 5)", np.linalg.matrix_power(A, 5))
case("matrix_power(a, -3)", np.linalg.matrix_power(A, -3), 1e-11)
case("kron(wide, c)", np.kron(W, C))
case("outer(a[0], c[.., 1])", np.outer(A[0], C[:, 1]))
case("matrix_trace(batch)", np.trace(BATCH, axis1=1, axis2=2))
case("diagonal(wide, offset: 2)", np.diag(W, 2))
case("diagonal_matrix(a[0], offset: -1)", np.diag(A[0], -1))
case("tril(wide, offset: 1)", np.tril(W, 1))
case("triu(tall, offset: -1)", np.triu(T, -1))
case("symmetric_function(p, sqrt)", sl.sqrtm(P))
case("symmetric_function(p, log)", sl.logm(P), 1e-11)
n = sl.null_space(LOW)
case("null_space(low) @ transpose(null_space(low))", n @ n.T, 1e-11)

print(json.dumps({"matrices": matrices, "cases": cases}, indent=None, separators=(",", ":")).replace('{"code"', '\n{"code"'))
