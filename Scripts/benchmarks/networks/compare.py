"""Whole networks in xai, onnxruntime and PyTorch eager: times, agreement, memory, in one table of ratios.

Usage: compare.py XAI PYTHON THREADS ROUNDS FOLDER [NAME...]. PYTHON is the interpreter with torch and onnx (and
onnxruntime), which writes the networks into FOLDER; without it only xai is timed, on the network of the shelf or those
that are there. The sides take turns in processes of their own; a figure is the median over the rounds of medians.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
NAMES = {"resnet18": 0, "efficientnet-lite0": 0, "minilm": 128, "vit-s16": 0}
SECONDS = os.environ.get("SECONDS_EACH", "2")
LARGEST_ERROR = 1e-3


class Sides:
    """How the processes of both sides are started."""

    def __init__(self, xai, python, threads, folder):
        self.xai, self.python, self.threads, self.folder = xai, python, threads, folder
        self.environment = {**os.environ, "XAI_THREADS": threads, "OMP_NUM_THREADS": threads}

    def ours(self, name, *options):
        file = self.folder / f"{name}.onnx"
        model = str(file) if file.exists() else name
        return [
            self.xai, "run", HERE / "network.xai", "--model", model, "--tokens", str(NAMES[name]),
            "--seconds", SECONDS, *options]

    def theirs(self, name, *options):
        return [self.python, HERE / "peer.py", self.folder, name, self.threads, SECONDS, *options]

    def lines(self, command):
        run = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, text=True)
        if run.returncode:
            sys.exit(f"{' '.join(map(str, command))} failed")
        return [line.split() for line in run.stdout.splitlines()]

    def megabytes(self, command, *batch):
        """What a process holds when it is ready, and the most that it holds afterwards."""
        with tempfile.TemporaryDirectory() as folder:
            ready = pathlib.Path(folder) / "ready"
            process = subprocess.Popen([*command, ready, *batch], env=self.environment)
            while not ready.exists() and process.poll() is None:
                time.sleep(0.01)
            if process.returncode is not None:
                sys.exit(f"{' '.join(map(str, command))} failed")
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            loaded = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
            # 5 resets the peak to what is held now (proc(5)).
            pathlib.Path(f"/proc/{process.pid}/clear_refs").write_text("5")
            _, process.returncode, usage = os.wait4(process.pid, 0)
        if process.returncode:
            sys.exit(f"{' '.join(map(str, command))} failed")
        return loaded / 1024, usage.ru_maxrss / 1024


def times(sides, names, rounds, have_peer):
    """found[name, what, batch, side]: the median milliseconds of the rounds."""
    found = {}
    for _ in range(rounds):
        for name in names:
            lines = [["xai", *line] for line in sides.lines(sides.ours(name))]
            if have_peer:
                lines += sides.lines(sides.theirs(name))
            for side, what, batch, milliseconds in lines:
                found.setdefault((name, what, batch, side), []).append(float(milliseconds))
    return {key: statistics.median(values) for key, values in found.items()}


def errors(sides, name):
    """The largest difference from PyTorch's numbers, relative to the largest of them, of each thing compared."""
    lines = [["xai", *line] for line in sides.lines(sides.ours(name, "--numbers", "true"))]
    lines += sides.lines(sides.theirs(name, "numbers"))
    values = {tuple(line[:3]): [float(number) for number in line[3:]] for line in lines}
    result = {}
    for (side, what, batch), own in values.items():
        expected = values["PyTorch", what, batch]
        if side != "PyTorch":
            largest = max(abs(a - b) for a, b in zip(own, expected, strict=True))
            result[side, what, batch] = largest / max(map(abs, expected))
    return result


def cell(value, form="{:.2f}"):
    return "–" if value is None else form.format(value)


def print_times(found, names):
    print("| network | what | batch | xai ms | onnxruntime ms | PyTorch ms | onnxruntime/xai | PyTorch/xai |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name in names:
        for what in ("forward", "gradient"):
            for batch in ("1", "16"):
                own = found.get((name, what, batch, "xai"))
                if own is None:
                    continue
                others = [found.get((name, what, batch, side)) for side in ("onnxruntime", "PyTorch")]
                ratios = [other and other / own for other in others]
                cells = [name, what, batch, cell(own), *map(cell, others), *map(cell, ratios)]
                print("| " + " | ".join(cells) + " |")


def print_memory(sides, names, have_peer):
    print("\nMemory of a process: with the network loaded, and what forward and gradient add to it at most, in MB\n")
    print("| network | batch | xai loaded | xai adds | PyTorch loaded | PyTorch adds | xai/PyTorch, added | peaks |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name in names:
        for batch in ("1", "16"):
            loaded, peak = sides.megabytes(sides.ours(name, "--batch", batch, "--ready"))
            cells = [name, batch, cell(loaded, "{:.0f}"), cell(peak - loaded, "{:.0f}")]
            if have_peer:
                base, most = sides.megabytes(sides.theirs(name, "ready"), batch)
                cells += [cell(base, "{:.0f}"), cell(most - base, "{:.0f}")]
                cells += [cell((peak - loaded) / (most - base)), cell(peak / most)]
            else:
                cells += ["–"] * 4
            print("| " + " | ".join(cells) + " |", flush=True)


def main():
    xai, python, threads, rounds = sys.argv[1:5]
    folder, chosen = pathlib.Path(sys.argv[5]), sys.argv[6:] or list(NAMES)
    sides = Sides(xai, python, threads, folder)
    have_peer = not subprocess.run([python, "-c", "import torch, onnx"], stderr=subprocess.DEVNULL).returncode
    if have_peer:
        sides.lines([python, "-W", "ignore", HERE / "networks.py", folder])
    else:
        print(f"torch or onnx is missing in {python}: only xai is timed", file=sys.stderr)
    names = [name for name in chosen if (folder / f"{name}.onnx").exists() or name == "efficientnet-lite0"]
    found = times(sides, names, int(rounds), have_peer)
    print(f"Whole networks, {threads} threads, medians of {rounds} alternating rounds\n")
    print_times(found, names)
    if have_peer:
        print("\nLargest difference from PyTorch's numbers, relative to the largest number\n")
    wrong = []
    for name in names if have_peer else []:
        for (side, what, batch), error in errors(sides, name).items():
            print(f"{name} {what} batch {batch}: {side} {error:.1e}")
            if not error <= LARGEST_ERROR:
                wrong.append(name)
    print_memory(sides, names, have_peer)
    if wrong:
        sys.exit(f"the numbers of {', '.join(sorted(set(wrong)))} differ by more than {LARGEST_ERROR}")


if __name__ == "__main__":
    main()
