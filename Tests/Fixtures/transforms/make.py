"""Values of NumPy, SciPy and mpmath that the special functions, Fourier transforms, sums over products, orderings and sparse
matrices must give on tensors.

Made with: pip install numpy scipy mpmath; python make.py > values.json. The numbers alone are kept. In the code of a case
`data(shape, offset)` stands for the numbers ((37 k + 11 offset) mod 101) / 50 - 1 in double precision.
"""
import json, string
import mpmath as mp
import numpy as np
import scipy.sparse
import scipy.special as sp
import scipy.stats as st

mp.mp.dps = 40
groups = {}


def data(shape, offset=0):
    count = int(np.prod(shape))
    return (((37 * np.arange(count) + 11 * offset) % 101) / 50 - 1).reshape(shape)


def case(group, code, values, tolerance=1e-12):
    values = np.asarray(values, dtype=float)
    flat = ["nan" if np.isnan(v) else "inf" if v == np.inf else "-inf" if v == -np.inf else float(v) for v in values.ravel()]
    groups.setdefault(group, []).append(
        {"code": code, "shape": list(values.shape), "values": flat, "tolerance": tolerance})


def text(xs):
    return "tensor([" + ", ".join(repr(float(x)) for x in xs) + '], "f64")'


def exact(function, *columns):
    return [float(function(*[mp.mpf(float(c)) for c in row])) for row in zip(*columns)]


# --- special functions ---

x = np.array([-30.5, -7.25, -2.5, -1.001, -0.3, 1e-9, 0.1, 0.75, 1, 1.4616321449683622, 1.5, 2, 3.7, 9.9, 25, 1e3, 1e8])
case("special", f"log_gamma({text(x)})", exact(lambda v: mp.log(abs(mp.gamma(v))) if abs(v) < 2e3 else mp.loggamma(v), x), 1e-13)
case("special", f"digamma({text(x)})", exact(mp.digamma, x), 1e-13)
case("special", f"trigamma({text(x)})", exact(lambda v: mp.polygamma(1, v), x), 1e-13)
for order in (2, 3, 6):
    case("special", f"polygamma({order}, {text(x)})", exact(lambda v: mp.polygamma(order, v), x), 1e-12)
u = np.array([-30, -3, -1, -0.5, -1e-12, 0, 1e-5, 0.25, 1, 2.5, 6, 20, 26])
case("special", f"erf({text(u)})", exact(mp.erf, u), 1e-14)
case("special", f"erfc({text(u)})", exact(mp.erfc, u), 1e-13)
p = np.array([-0.999999, -0.75, -0.5, -1e-9, 0, 1e-300, 0.1, 0.4999, 0.6, 0.99, 1 - 1e-12])
case("special", f"inverse_erf({text(p)})", exact(mp.erfinv, p), 1e-14)
q = np.array([1e-300, 1e-100, 1e-12, 0.01, 0.3, 0.5, 0.50001, 1, 1.2, 1.7, 1.999])
case("special", f"inverse_erfc({text(q)})",
     exact(lambda v: mp.findroot(lambda z: mp.log(mp.erfc(z) / v), float(sp.erfcinv(float(v)))) if v != 1 else 0, q), 1e-13)
a = np.array([0.01, 0.5, 1, 3.5, 12, 60, 1e3, 1e6])
b = np.array([2.0, 0.5, 1e5, 0.001, 40, 60, 1e4, 1e6])
case("special", f"log_beta({text(a)}, {text(b)})", exact(lambda s, t: mp.loggamma(s) + mp.loggamma(t) - mp.loggamma(s + t), a, b), 1e-13)
v = np.array([0.001, 0.1, 3, 2, 15, 50, 1040, 998000])
case("special", f"incomplete_gamma({text(a)}, {text(v)})", exact(lambda s, t: mp.gammainc(s, 0, t, regularized=True), a, v), 1e-12)
case("special", f"incomplete_gamma({text(a)}, {text(v)}, upper: true)", exact(lambda s, t: mp.gammainc(s, t, mp.inf, regularized=True), a, v), 1e-12)
w = np.array([0.3, 0.9, 1e-5, 0.5, 0.2, 0.45, 0.1, 0.4999])
case("special", f"incomplete_beta({text(a)}, {text(b)}, {text(w)})", sp.betainc(a, b, w), 1e-10)
case("special", f"incomplete_beta({text(a[:6])}, {text(b[:6])}, {text(w[:6])}, upper: true)",
     exact(lambda s, t, z: mp.betainc(s, t, z, 1, regularized=True), a[:6], b[:6], w[:6]), 1e-12)
shares = np.array([1e-12, 1e-4, 0.05, 0.3, 0.5, 0.8, 0.99, 0.999999])
for shape in (0.3, 1.0, 4.5, 200.0):
    case("special", f"inverse_incomplete_gamma({shape}, {text(shares)})", sp.gammaincinv(shape, shares), 1e-11)
    case("special", f"inverse_incomplete_gamma({shape}, {text(shares)}, upper: true)", sp.gammainccinv(shape, shares), 1e-11)
for s, t in ((0.5, 0.5), (2, 5), (30, 0.7), (100, 300)):
    case("special", f"inverse_incomplete_beta({s}, {t}, {text(shares)})", sp.betaincinv(s, t, shares), 1e-10)
for df in (0.7, 1, 4, 33, 1e6):
    points = np.array([-40, -3, -0.5, -1e-8, 0, 0.3, 1, 7])
    case("special", f"student_cdf({text(points)}, {df})", exact(
        lambda t: 0.5 * mp.betainc(df / 2, 0.5, 0, df / (df + t * t), regularized=True) if t < 0
        else 1 - 0.5 * mp.betainc(df / 2, 0.5, 0, df / (df + t * t), regularized=True), points), 1e-11)
    case("special", f"student_quantile({text(shares)}, {df})", st.t.ppf(shares, df), 1e-9)
for m, n in ((1, 1), (3, 10), (20, 5)):
    points = np.array([0, 0.01, 0.7, 1, 4, 90])
    case("special", f"f_cdf({text(points)}, {m}, {n})", st.f.cdf(points, m, n), 1e-12)
    case("special", f"f_cdf({text(points)}, {m}, {n}, upper: true)", st.f.sf(points, m, n), 1e-12)
    case("special", f"f_quantile({text(shares)}, {m}, {n})", st.f.ppf(shares, m, n), 1e-10)
case("special", f"normal_cdf({text(u)}, mean: 0.5, sd: 2.0)", exact(lambda z: mp.ncdf(z, 0.5, 2), u), 1e-13)
case("special", f"normal_quantile({text(shares)})", st.norm.ppf(shares), 1e-13)
case("special", f"chi_squared_cdf({text(v[:6])}, 3)", st.chi2.cdf(v[:6], 3), 1e-12)
case("special", f"chi_squared_quantile({text(shares)}, 7)", st.chi2.ppf(shares, 7), 1e-11)
case("special", f"beta_cdf({text([-1, 0.2, 0.5, 2])}, 2.0, 3.0)", st.beta.cdf([-1, 0.2, 0.5, 2], 2, 3), 1e-13)
case("special", f"beta_quantile({text(shares)}, 2.0, 3.0)", st.beta.ppf(shares, 2, 3), 1e-11)
t = np.array([-0.9, -0.2, 0, 1e-7, 0.5, 0.99])
for name, function in (("tan", np.tan), ("asin", np.arcsin), ("acos", np.arccos), ("atan", np.arctan), ("sinh", np.sinh),
                       ("cosh", np.cosh), ("asinh", np.arcsinh), ("atanh", np.arctanh), ("log1p", np.log1p),
                       ("expm1", np.expm1), ("cbrt", np.cbrt)):
    case("special", f"{name}({text(t)})", function(t), 1e-15)
case("special", f"acosh({text(t + 2)})", np.arccosh(t + 2), 1e-15)
case("special", f"atan2({text(t)}, {text(t[::-1])})", np.arctan2(t, t[::-1]), 1e-15)
case("special", f"atan2(1.0, {text(t)})", np.arctan2(1.0, t), 1e-15)
case("special", f"hypot({text(t)}, 2.0)", np.hypot(t, 2), 1e-15)
# Outside of the domain.
case("special", f"incomplete_gamma({text([-1, 1, 1])}, {text([1, -1, np.inf])})".replace("inf", "1.0 / 0"), [np.nan, np.nan, 1])
case("special", f"inverse_erf({text([-2, 1, -1])})", [np.nan, np.inf, -np.inf])
case("special", f"student_quantile({text([0, 1])}, 3)", [-np.inf, np.inf])


# --- Fourier transforms ---

def split(z):
    return np.stack([np.real(z), np.imag(z)], axis=-1)


for n in (1, 2, 3, 5, 7, 12, 97, 120, 1009):
    z = data((n, 2), n)
    z = z[:, 0] + 1j * z[:, 1]
    some = sorted({0, 1 % n, n // 3, n // 2, n - 1})
    name = f"data([{n}, 2], {n})"
    case("fourier", f"fft({name})[{some}]", split(np.fft.fft(z))[some], 1e-11)
    case("fourier", f"ifft({name})[{some}]", split(np.fft.ifft(z))[some], 1e-13)
    case("fourier", f"fft({name}, orthonormal: true)[{some}]", split(np.fft.fft(z, norm="ortho"))[some], 1e-12)
    half = sorted({0, n // 4, n // 2})
    case("fourier", f"rfft(data([{n}]))[{half}]", split(np.fft.rfft(data((n,))))[half], 1e-11)
    m = n // 2 + 1
    g = data((m, 2), 3)
    case("fourier", f"irfft(data([{m}, 2], 3), size: {n})[{some}]", np.fft.irfft(g[:, 0] + 1j * g[:, 1], n)[some], 1e-12)
z = data((3, 4, 5, 2))
z = z[..., 0] + 1j * z[..., 1]
for axis in (0, 1, -1):
    case("fourier", f"fft(data([3, 4, 5, 2]), axis: {axis})", split(np.fft.fft(z, axis=axis)), 1e-12)
case("fourier", "fft(data([3, 4, 5, 2]), axis: [-2, -1])", split(np.fft.fft2(z)), 1e-12)
case("fourier", "ifft(data([3, 4, 5, 2]), axis: [0, 1, 2])", split(np.fft.ifftn(z)), 1e-13)
case("fourier", "rfft(data([3, 4, 5]), axis: [-2, -1])", split(np.fft.rfft2(data((3, 4, 5)))), 1e-12)
case("fourier", "rfft(data([4, 3, 5]), axis: [2, 0])", split(np.fft.rfftn(data((4, 3, 5)), axes=(2, 0))), 1e-12)
case("fourier", "irfft(data([3, 4, 5, 2]), size: 9, axis: [0, 2])", np.fft.irfftn(z, s=(3, 9), axes=(0, 2)), 1e-12)
case("fourier", "irfft(data([3, 4, 5, 2]), orthonormal: true)", np.fft.irfft(z, norm="ortho"), 1e-12)
case("fourier", "power_spectrum(data([3, 8]), axis: 1)",
     np.abs(np.fft.rfft(data((3, 8)))) ** 2 / 8 * np.array([1, 2, 2, 2, 1]), 1e-12)
case("fourier", "frequencies(5, step: 0.5)", np.fft.fftfreq(5, 0.5), 1e-7)

# --- sums over products ---

rng = np.random.default_rng(7)
specs = ["ij,jk->ik", "ij,jk", "ii", "ii->i", "iij->ij", "iij->ji", "ijk->", "ij->ji", "ij,ij->", "ij,ij->ij", "i,j->ij",
         "bij,bjk->bik", "bi,bi->b", "...ij,...jk->...ik", "...i->...", "i...->...i", "ab...,b...c->a...c", "ij,jk,kl->il",
         "ijk,ilm,njm,nlk,abc->", "ea,fb,abcd,gc,hd->efgh", "iijj->ij", "ba", "b,a,ab", "ijj,j->i", "abc,acd,ade->abe"]


def random_spec():
    letters = string.ascii_lowercase[:6]
    terms = []
    for _ in range(rng.integers(1, 6)):
        rank = int(rng.integers(0, 5))
        terms.append("".join(rng.choice(list(letters), rank)))
    known = sorted(set("".join(terms)))
    out = [c for c in known if rng.random() < 0.4]
    rng.shuffle(out)
    return ",".join(terms) + "->" + "".join(out)


specs += [random_spec() for _ in range(35)]
sizes = {c: int(rng.integers(1, 5)) for c in string.ascii_lowercase}
for spec in specs:
    terms = spec.split("->")[0].split(",")
    shapes = []
    for place, term in enumerate(terms):
        if "..." in term:
            before, after = term.split("...")
            dots = [[2, 3], [3], [2, 1]][place % 3] if len(terms) > 1 else [2, 3]
            shape = [sizes[c] for c in before] + dots + [sizes[c] for c in after]
        else:
            shape = [sizes[c] for c in term]
        shapes.append(shape)
    arrays = [data(s, i) for i, s in enumerate(shapes)]
    operands = ", ".join(f"data({s}, {i})" for i, s in enumerate(shapes))
    case("einsum", f'einsum("{spec}", {operands})', np.einsum(spec, *arrays), 1e-12)
case("einsum", 'einsum("ij,ij->ij", data([1, 3]), data([2, 1], 1))', data((1, 3)) * data((2, 1), 1))
case("einsum", 'einsum("i,i->", data([1]), data([4], 1))', (data((1,)) * data((4,), 1)).sum())
case("einsum", 'einsum("ij,jk->ik", zeros([2, 0]), zeros([0, 3]))', np.zeros((2, 3)))
chain = ",".join("abcdefghijklm"[i:i + 2] for i in range(12)) + "->am"
shapes = [[3 + i % 3, 3 + (i + 1) % 3] for i in range(12)]
case("einsum", f'einsum("{chain}", ' + ", ".join(f"data({s}, {i})" for i, s in enumerate(shapes)) + ")",
     np.linalg.multi_dot([data(s, i) for i, s in enumerate(shapes)]), 1e-11)

# --- orderings ---

for shape, axis in (((3, 7), 0), ((3, 7), 1), ((2, 3, 8), (0, 2)), ((5,), 0), ((4, 1), 1)):
    for method in ("linear", "lower", "higher", "nearest", "midpoint"):
        for share in (0, 0.125, 0.5, 0.75, 0.9, 1):
            where = list(axis) if isinstance(axis, tuple) else axis
            case("ordering", f'quantile(data({list(shape)}), {share}, axis: {where}, method: "{method}")',
                 np.quantile(data(shape), share, axis=axis, method=method), 1e-13)
case("ordering", "quantile(data([3, 7]), [0.2, 0.6], axis: 0)", np.quantile(data((3, 7)), [0.2, 0.6], axis=0), 1e-13)
case("ordering", "quantile(data([3, 7]), 0.3, axis: 1, keep: true)", np.quantile(data((3, 7)), 0.3, axis=1, keepdims=True), 1e-13)
case("ordering", "median(data([4, 6]), axis: [0, 1])", np.median(data((4, 6))), 1e-13)
for axis in (0, 1):
    case("ordering", f"cumulative_product(data([4, 5]) * 2, axis: {axis})", np.cumprod(data((4, 5)) * 2, axis=axis), 1e-13)
    case("ordering", f"cumulative_sum(data([4, 5]), axis: {axis})", np.cumsum(data((4, 5)), axis=axis), 1e-13)
    case("ordering", f"cumulative_max(data([4, 5]), axis: {axis})", np.maximum.accumulate(data((4, 5)), axis=axis))
    case("ordering", f"cumulative_min(data([4, 5]), axis: {axis})", np.minimum.accumulate(data((4, 5)), axis=axis))
repeated = (np.arange(60) * 17 % 23 % 7)
values, first, inverse, counts = np.unique(repeated, return_index=True, return_inverse=True, return_counts=True)
found = "unique_counts(tensor([k * 17 % 23 % 7 for k in 0..<60]))"
for name, expected in (("values", values), ("first", first), ("inverse", inverse), ("counts", counts)):
    case("ordering", f"{found}.{name}", expected)
rows = repeated.reshape(20, 3) % 2
values, inverse, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
found = "unique_counts(reshape(tensor([k * 17 % 23 % 7 % 2 for k in 0..<60]), [20, 3]), axis: 0)"
for name, expected in (("values", values), ("inverse", inverse.ravel()), ("counts", counts)):
    case("ordering", f"{found}.{name}", expected)
edges = [-0.9, -0.5, 0.1, 0.1, 0.8]
for right in (False, True):
    case("ordering", f'search_sorted(tensor({edges}, "f64"), data([4, 9]), right: {str(right).lower()})',
         np.searchsorted(edges, data((4, 9)), side="right" if right else "left"))
case("ordering", "bincount(tensor([k * 17 % 23 % 7 for k in 0..<60]), least: 9)", np.bincount(repeated, minlength=9))
case("ordering", "bincount(tensor([k * 17 % 23 % 7 for k in 0..<60]), weights: data([60]))", np.bincount(repeated, weights=data((60,))), 1e-13)
case("ordering", "tensor(histogram(data([90]), bins: 7).count)", np.histogram(data((90,)), bins=7)[0])
case("ordering", "tensor(histogram(data([90]), bins: [-0.5, 0, 0.3, 1]).count)", np.histogram(data((90,)), bins=[-0.5, 0, 0.3, 1])[0])
case("ordering", 'tensor(histogram(data([90]), bins: 7, weights: data([90], 4)).count, "f64")',
     np.histogram(data((90,)), bins=7, weights=data((90,), 4))[0], 1e-13)
case("ordering", "top_k(data([3, 6]), 2).values", np.sort(data((3, 6)))[:, ::-1][:, :2])
case("ordering", "top_k(data([3, 6]), 2, axis: 0, smallest: true).values", np.sort(data((3, 6)), axis=0)[:2])
case("ordering", "linear_recurrence(data([2, 5]), data([2, 5], 3))",
     [[sum(np.prod(data((2, 5))[r, j + 1:i + 1]) * data((2, 5), 3)[r, j] for j in range(i + 1)) for i in range(5)] for r in range(2)], 1e-13)

# --- sparse matrices ---

rows = [int(r) for r in (np.arange(14) * 5) % 6]
columns = [int(c) for c in (np.arange(14) * 11) % 8]
places = f"{rows}, {columns}"
a = scipy.sparse.coo_matrix((data((14,)), (rows, columns)), shape=(6, 8)).tocsr()
b = scipy.sparse.coo_matrix((data((14,), 5), (columns, rows)), shape=(8, 6)).tocsr()
A = f"sparse({places}, data([14]), shape: [6, 8])"
B = f"sparse({columns}, {rows}, data([14], 5), shape: [8, 6])"
case("sparse", f"to_dense({A})", a.toarray())
case("sparse", f"{A}.values", a.data)
case("sparse", f"{A}.columns", a.indices)
case("sparse", f"to_dense(transpose({A}))", a.T.toarray())
case("sparse", f"to_dense({A} * 2 + transpose({B}) / 4)", (a * 2 + b.T / 4).toarray())
case("sparse", f"to_dense(-{A} - transpose({B}))", (-a - b.T).toarray(), 1e-15)
case("sparse", f"{A} @ data([8], 2)", a @ data((8,), 2), 1e-14)
case("sparse", f"{A} @ data([8, 5], 2)", a @ data((8, 5), 2), 1e-14)
case("sparse", f"{A} @ data([3, 8, 5], 2)", np.stack([a @ m for m in data((3, 8, 5), 2)]), 1e-14)
case("sparse", f"data([6], 2) @ {A}", data((6,), 2) @ a, 1e-14)
case("sparse", f"data([5, 6], 2) @ {A}", data((5, 6), 2) @ a, 1e-14)
case("sparse", f"to_dense(to_sparse({A} @ data([8, 5], 2)))", a @ data((8, 5), 2), 1e-14)
ring = scipy.sparse.coo_matrix((np.ones(14), (rows, [c % 6 for c in columns])), shape=(6, 6)).tocsr()
ring = ((ring + ring.T) > 0).astype(float)
ring.setdiag(0)
ring.eliminate_zeros()
edges = ring.tocoo()
looped = ring.toarray() + np.eye(6)
scale = 1 / np.sqrt(looped.sum(axis=1))
graph = f"sparse({edges.row.tolist()}, {edges.col.tolist()}, 1.0, shape: [6, 6])"
case("sparse", f"to_dense(normalised_adjacency({graph}))", scale[:, None] * looped * scale, 1e-6)

print(json.dumps(groups, indent=None, separators=(",", ":")).replace('},{', '},\n{'))
