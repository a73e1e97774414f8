"""Values of SciPy, NumPy and mpmath that the functions of Stdlib/statistics.xai, hypotheses.xai and distributions.xai and the special functions must give.

Made with: pip install scipy mpmath; python make.py > values.json. The numbers alone are kept, no text of those libraries.
"""
import json, math
import mpmath as mp
import numpy as np
import scipy, scipy.stats as st, scipy.special as sp

mp.mp.dps = 50
cases = []


def case(code, value, tolerance=1e-12):
    cases.append({"code": code, "value": float(value), "tolerance": tolerance})


def text(xs):
    return "[" + ", ".join(repr(float(x)) for x in xs) + "]"


rng = np.random.default_rng(20261121)
x = np.round(rng.normal(3, 2, 25), 3)
y = np.round(0.5 * x + rng.normal(0, 1, 25), 3)
z = np.round(rng.exponential(2, 18), 3)
ties = rng.integers(0, 6, 30).astype(float)
ties2 = rng.integers(1, 8, 30).astype(float)
X, Y, Z, T, S = map(text, (x, y, z, ties, ties2))

case(f"variance({X})", np.var(x, ddof=1))
case(f"sd({X}, ddof: 0)", np.std(x))
case(f"standard_error({X})", st.sem(x))
case(f"median({Z})", np.median(z))
for p in (0, 0.03, 0.25, 0.5, 0.9, 1):
    case(f"quantile({Z}, {p})", np.quantile(z, p))
case(f"iqr({X})", st.iqr(x))
case(f"skewness({Z})", st.skew(z))
case(f"skewness({Z}, unbiased: true)", st.skew(z, bias=False))
case(f"kurtosis({Z})", st.kurtosis(z))
case(f"kurtosis({Z}, unbiased: true)", st.kurtosis(z, bias=False))
case(f"mode({T})", st.mode(ties).mode if False else max(dict.fromkeys(ties), key=lambda v: list(ties).count(v)))
case(f"covariance({X}, {Y})", np.cov(x, y)[0, 1])
case(f"correlation({X}, {Y})", st.pearsonr(x, y)[0])
case(f'correlation({X}, {Y}, kind: "spearman")', st.spearmanr(x, y)[0])
case(f'correlation({T}, {S}, kind: "spearman")', st.spearmanr(ties, ties2)[0])
case(f'correlation({X}, {Y}, kind: "kendall")', st.kendalltau(x, y)[0])
case(f'correlation({T}, {S}, kind: "kendall")', st.kendalltau(ties, ties2)[0])
case(f"sum(ranks({T}) |> map(r => r * r))", (st.rankdata(ties) ** 2).sum())
line = st.linregress(x, y)
for field, value in (("slope", line.slope), ("intercept", line.intercept), ("slope_error", line.stderr),
                     ("intercept_error", line.intercept_stderr), ("r_squared", line.rvalue ** 2), ("p", line.pvalue)):
    case(f"linear_regression({X}, {Y}).{field}", value, 1e-10)
for name, result in (("t_test", st.ttest_ind(x, z, equal_var=False)),):
    case(f"{name}({X}, {Z}).t", result.statistic)
    case(f"{name}({X}, {Z}).p", result.pvalue, 1e-11)
    case(f"{name}({X}, {Z}).degrees", result.df)
paired = st.ttest_rel(x, y)
case(f"paired_t_test({X}, {Y}).t", paired.statistic)
case(f"paired_t_test({X}, {Y}).p", paired.pvalue, 1e-11)
interval = st.t.interval(0.9, len(x) - 1, loc=x.mean(), scale=st.sem(x))
case(f"confidence_interval({X}, level: 0.9).low", interval[0])
case(f"confidence_interval({X}, level: 0.9).high", interval[1])
small, other = x[:9], z[:7]
exact = st.mannwhitneyu(small, other, method="exact")
case(f"mann_whitney({text(small)}, {text(other)}).u", exact.statistic)
case(f"mann_whitney({text(small)}, {text(other)}).p", exact.pvalue)
approximate = st.mannwhitneyu(ties, ties2, method="asymptotic")
case(f"mann_whitney({T}, {S}).u", approximate.statistic)
case(f"mann_whitney({T}, {S}).p", approximate.pvalue, 1e-11)
signed = st.wilcoxon(x, y, method="exact")
case(f"wilcoxon({X}, {Y}).w", signed.statistic)
case(f"wilcoxon({X}, {Y}).p", signed.pvalue)
signed = st.wilcoxon(ties, ties2, method="asymptotic", correction=False)
case(f"wilcoxon({T}, {S}).w", signed.statistic)
case(f"wilcoxon({T}, {S}).p", signed.pvalue, 1e-11)

# Distributions: 50 digits of mpmath for the functions, and for quantiles what the function of the result must be.
for a, b, v in [(0.5, 0.5, 0.3), (2, 3, 0.5), (5, 0.5, 0.99), (0.5, 50, 0.001), (20, 30, 0.45), (100, 200, 0.31), (1e4, 2e4, 0.334),
                (3, 1e6, 2e-6), (16, 16, 0.2), (15.9, 40, 0.1), (0.01, 3, 1e-9), (1000, 0.3, 0.9999)]:
    # Boost's, which SciPy calls: 50 digits take too long for large parameters.
    case(f"incomplete_beta({a}, {b}, {v!r})", sp.betainc(a, b, v), 2e-12)
    case(f"incomplete_beta({a}, {b}, {v!r}, upper: true)", sp.betaincc(a, b, v), 2e-12)
for a, v in [(0.5, 0.1), (1, 2), (3, 10), (0.01, 1e-5), (10, 3), (15.9, 20), (16, 12), (100, 130), (1000, 950), (1e5, 1.002e5), (30, 5), (2, 40)]:
    exact = [mp.gammainc(a, 0, mp.mpf(v), regularized=True), mp.gammainc(a, mp.mpf(v), mp.inf, regularized=True)] \
        if a < 1e4 else [sp.gammainc(a, v), sp.gammaincc(a, v)]
    case(f"incomplete_gamma({a}, {v!r})", exact[0])
    case(f"incomplete_gamma({a}, {v!r}, upper: true)", exact[1])
for v in (-37.5, -10, -3, -0.5, 0.1, 2.5, 8):
    case(f"normal_cdf({v})", mp.ncdf(v))
    case(f"normal_cdf({v}, mean: 1, sd: 2, upper: true)", mp.ncdf(-(mp.mpf(v) - 1) / 2))
for p in (1e-300, 1e-20, 1e-5, 0.02425, 0.3, 0.5, 0.8, 0.999):
    case(f"normal_quantile({p!r})", mp.findroot(lambda q: mp.log(mp.ncdf(q)) - mp.log(mp.mpf(p)), float(st.norm.ppf(p))) if p != 0.5 else 0)


for v, degrees in [(-40, 3), (-2, 1), (-0.001, 5), (0.7, 2.5), (3, 30), (-5, 1000), (-1.96, 1e6)]:
    case(f"student_cdf({v}, {degrees})", st.t.cdf(v, degrees), 2e-12)
for p, degrees in [(0.975, 10), (0.001, 3), (0.6, 1), (1e-9, 7), (0.995, 250)]:
    case(f"student_quantile({p!r}, {degrees})", st.t.ppf(p, degrees), 1e-10)
for p, degrees in [(0.95, 1), (0.5, 2), (0.01, 10), (0.999, 100), (1e-8, 0.5)]:
    case(f"chi_squared_quantile({p!r}, {degrees})", st.chi2.ppf(p, degrees), 1e-10)
for v, a, b in [(0.2, 3, 5), (1.0, 5, 5), (4.5, 2, 17), (30, 10, 3), (1.1, 1000, 900)]:
    case(f"f_cdf({v}, {a}, {b})", st.f.cdf(v, a, b))
    case(f"f_cdf({v}, {a}, {b}, upper: true)", st.f.sf(v, a, b))
for p, a, b in [(0.95, 3, 10), (0.01, 5, 2), (0.5, 100, 100)]:
    case(f"f_quantile({p!r}, {a}, {b})", st.f.ppf(p, a, b), 1e-10)
for k, n, p in [(1, 2, 0.5), (3, 10, 0.3), (0, 50, 0.01), (480, 1000, 0.5), (999, 1000, 0.999)]:
    case(f"binomial_cdf({k}, {n}, {p})", st.binom.cdf(k, n, p))
    case(f"binomial_quantile(0.7, {n}, {p})", st.binom.ppf(0.7, n, p))
for k, m in [(0, 1.5), (3, 2.0), (100, 120.0)]:
    case(f"poisson_cdf({k}, {m})", st.poisson.cdf(k, m))

json.dump({"source": f"SciPy {scipy.__version__}, NumPy {np.__version__}, mpmath {mp.__version__}", "cases": cases}, __import__("sys").stdout, indent=0)
