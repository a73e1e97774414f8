"""The peers' side of kernels.xai: PyTorch, OpenBLAS at its best core type where its library is there, and a copy.

Usage: kernels.py SHAPES.csv THREADS SECONDS. Prints `peer line microseconds` lines, the least of the rounds.
"""

import csv
import ctypes
import ctypes.util
import os
import sys
import time

# Read by a constructor of the library, so before it is loaded: its own choice is slower on processors that it does not know.
if "avx512f" in open("/proc/cpuinfo").read():
    os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX")

THREADS, SECONDS = int(sys.argv[2]), float(sys.argv[3])


def least_time(f):
    f()
    begun = time.perf_counter()
    f()
    first = max(time.perf_counter() - begun, 1e-7)
    calls = min(max(int(0.002 / first), 1), 10000)
    rounds = min(max(int(SECONDS / max(first * calls, 1e-6)), 3), 100)
    least = float("inf")
    for _ in range(rounds):
        begun = time.perf_counter()
        for _ in range(calls):
            f()
        least = min(least, (time.perf_counter() - begun) / calls)
    return least * 1e6


def torch_kernel(torch, row):
    F = torch.nn.functional
    n, c, o, size, kernel, stride, groups = (int(row[k]) for k in list(row)[1:])
    a, long = torch.randn(n, c), torch.randn(size)
    if row["kind"] == "product":
        b = torch.randn(c, o)
        return lambda: a @ b
    if row["kind"] in ("forward", "gradient"):
        x = torch.randn(n, c, size, size)
        w = torch.randn(o, c // groups, kernel, kernel)
        pad = kernel // 2
        if row["kind"] == "forward":
            return lambda: F.conv2d(x, w, None, stride, pad, 1, groups)
        small = (size - 1) // stride + 1
        g = torch.randn(n, o, small, small)
        rest = size - ((small - 1) * stride + kernel - 2 * pad)
        return lambda: F.conv_transpose2d(g, w, None, stride, pad, rest, groups)
    return {
        "add": lambda: long + long,
        "relu": lambda: torch.relu(long),
        "exp": lambda: torch.exp(long),
        "sum": lambda: torch.sum(long),
        "softmax": lambda: torch.softmax(a, 1),
        "layer_norm": lambda: F.layer_norm(a, (c,)),
    }[row["kind"]]


def openblas_kernel(library, row):
    """cblas_sgemm on memory of its own, row-major."""
    m, k, n = int(row["batch"]), int(row["channels"]), int(row["outputs"])
    a, b, c = ((ctypes.c_float * count)(*([0.5] * count)) for count in (m * k, k * n, m * n))
    arguments = [101, 111, 111, m, n, k, ctypes.c_float(1), a, k, b, n, ctypes.c_float(0), c, n]
    return lambda: library.cblas_sgemm(*arguments)


def openblas():
    for path in ("/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0", ctypes.util.find_library("openblas")):
        try:
            library = ctypes.CDLL(path)
            library.openblas_set_num_threads(THREADS)
            return library
        except (OSError, TypeError):
            pass


def main():
    rows = list(csv.DictReader(open(sys.argv[1])))
    library = openblas()
    for line, row in enumerate(rows):
        if library and row["kind"] == "product":
            print(f"OpenBLAS {line} {least_time(openblas_kernel(library, row)):.3f}", flush=True)
        if row["kind"] == "relu":
            count = 4 * int(row["size"])
            a, b = (ctypes.create_string_buffer(count) for _ in range(2))
            print(f"memcpy {line} {least_time(lambda: ctypes.memmove(a, b, count)):.3f}", flush=True)
    try:
        import torch
    except ImportError:
        return
    torch.set_num_threads(THREADS)
    with torch.inference_mode():
        for line, row in enumerate(rows):
            print(f"PyTorch {line} {least_time(torch_kernel(torch, row)):.3f}", flush=True)


main()
