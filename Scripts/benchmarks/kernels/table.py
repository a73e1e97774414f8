"""Reads `side line microseconds` lines and prints, for each row of the shapes, what xai takes, its rate, and the ratios to the others.

Usage: table.py SHAPES.csv < lines. A ratio above 1 means that xai is faster.
"""

import csv
import math
import sys

PEERS = ["oneDNN", "OpenBLAS", "PyTorch", "memcpy"]


def operations(row):
    """Floating-point operations, or bytes moved by kernels that do next to none."""
    n, c, o, size, kernel, stride, groups = (int(row[k]) for k in list(row)[1:])
    if row["kind"] == "product":
        return 2 * n * c * o, "GFLOP/s"
    if row["kind"] in ("forward", "gradient"):
        small = (size - 1) // stride + 1
        return 2 * n * small * small * o * c // groups * kernel * kernel, "GFLOP/s"
    if row["kind"] in ("softmax", "layer_norm"):
        return 8 * n * c, "GB/s"
    return {"add": 12, "sum": 4}.get(row["kind"], 8) * size, "GB/s"


def described(row):
    n, c, o, size, kernel, stride, groups = (int(row[k]) for k in list(row)[1:])
    if row["kind"] == "product":
        return f"product {n}x{c}x{o}"
    if row["kind"] in ("forward", "gradient"):
        form = f"depthwise {kernel}x{kernel} {c}" if groups > 1 else f"{kernel}x{kernel} {c}-{o}"
        return f"{row['kind']} b{n} {form} @{size}" + (f" s{stride}" if stride > 1 else "")
    return f"{row['kind']} {n}x{c}" if n > 1 else f"{row['kind']} {size}"


def main():
    least = {}
    for line in sys.stdin:
        side, number, time = line.split()
        key = side, int(number)
        least[key] = min(least.get(key, math.inf), float(time))
    print(f"{'':38} {'µs':>10} {'rate':>14}" + "".join(f"{peer:>10}" for peer in PEERS))
    for number, row in enumerate(csv.DictReader(open(sys.argv[1]))):
        ours = least.get(("xai", number))
        if ours is None:
            continue
        work, unit = operations(row)
        ratios = (least.get((peer, number)) for peer in PEERS)
        shown = "".join(f"{theirs / ours:10.2f}" if theirs else " " * 10 for theirs in ratios)
        print(f"{described(row):38} {ours:10.1f} {work / ours / 1e3:8.1f} {unit:7}" + shown)


main()
