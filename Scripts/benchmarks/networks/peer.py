"""The peers' side of network.xai: PyTorch eager on the module, onnxruntime on the file that was written from it.

Usage: peer.py FOLDER NAME THREADS SECONDS [numbers | ready FILE BATCH]. Prints lines
`side name batch milliseconds`, or outputs and slopes in place of times, or takes one gradient a second after writing
FILE, for its memory.
"""

import pathlib
import statistics
import sys
import time

import torch

import networks


def session(path, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def median_milliseconds(f, seconds):
    f()
    times = []
    while not times or len(times) < max(3, min(50, int(seconds / times[0]))):
        begun = time.perf_counter()
        f()
        times.append(time.perf_counter() - begun)
    return statistics.median(times[1:]) * 1000


def sides(network, name, x):
    """The functions to compare: the output, and the gradient of the sum of its first column."""
    start, rest = x, network
    if name == "minilm":
        start, rest = network.embed(x), network.rest

    def forward():
        with torch.no_grad():
            return network(x)

    def gradient():
        leaf = start.clone().requires_grad_(True)
        return torch.autograd.grad(rest(leaf)[:, 0].sum(), leaf)[0]

    return forward, gradient


def show(*words, values):
    print(*words, *[f"{float(v):.9e}" for v in values])


def main():
    folder, name, threads, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    what = sys.argv[5] if len(sys.argv) > 5 else "times"
    torch.set_num_threads(threads)
    network = networks.network(name)
    if what == "ready":
        gradient = sides(network, name, networks.batch(name, int(sys.argv[7])))[1]
        pathlib.Path(sys.argv[6]).write_text("ready")
        time.sleep(1)
        gradient()
        return
    try:
        runtime = session(f"{folder}/{name}.onnx", threads)
    except ImportError:
        runtime = None
    for count in (1, 16):
        x = networks.batch(name, count)
        feed = {"x": x.numpy()}
        forward, gradient = sides(network, name, x)
        if what == "numbers":
            show("PyTorch", "forward", count, values=forward()[-1])
            show("PyTorch", "gradient", count, values=gradient()[-1].reshape(-1)[:1000])
            if runtime:
                show("onnxruntime", "forward", count, values=runtime.run(None, feed)[0][-1])
            continue
        if runtime:
            took = median_milliseconds(lambda: runtime.run(None, feed), seconds)
            print(f"onnxruntime forward {count} {took:.3f}")
        print(f"PyTorch forward {count} {median_milliseconds(forward, seconds):.3f}")
        print(f"PyTorch gradient {count} {median_milliseconds(gradient, seconds):.3f}")


main()
