"""The peers' side of operators.xai: prints `peer name nanoseconds` lines for each of NumPy and PyTorch that is there."""

import time

ROUNDS, CALLS = 60, 2000


def add(a, b, n):
    for _ in range(n):
        a + b


def product(a, b, n):
    for _ in range(n):
        a @ b


def nanoseconds(f, a, b):
    f(a, b, CALLS)
    least = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        f(a, b, CALLS)
        least = min(least, (time.perf_counter() - begun) / CALLS * 1e9)
    return least


def report(peer, row, square):
    print(f"{peer} add {nanoseconds(add, row, row + 1):.1f}")
    print(f"{peer} product {nanoseconds(product, square, square + 1):.1f}")


try:
    import numpy

    report("NumPy", numpy.arange(16, dtype="f4"), numpy.arange(64, dtype="f4").reshape(8, 8))
except ImportError:
    pass
try:
    import torch

    torch.set_num_threads(1)
    with torch.no_grad():
        report("PyTorch", torch.arange(16.0), torch.arange(64.0).reshape(8, 8))
except ImportError:
    pass
