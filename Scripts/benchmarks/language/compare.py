"""Runs the programs of this folder in xai, CPython and Lua side by side and prints the ratios of their costs.

Usage: compare.py XAI ROUNDS [--instructions] [NAME...]. The cost of a program is the CPU time of its process (user and
system, from wait4), the least of the alternating rounds, less that of `print(0)` in the same interpreter. With
--instructions it is the number of instructions that callgrind counts, which other work on the machine cannot disturb.
"""

import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
SCALAR = ["fib", "mandelbrot", "spectral", "loop", "sieve", "records", "closures"]
PROGRAMS = SCALAR + ["strings", "lists"]
ENDINGS = {"xai": ".xai", "CPython": ".py", "Lua": ".lua"}


def interpreters(xai):
    found = {"xai": [xai], "CPython": [os.environ.get("CPYTHON", "/usr/bin/python3")]}
    lua = shutil.which("lua5.4")
    if lua:
        found["Lua"] = [lua]
    else:
        print("lua5.4 is missing: compared with CPython only", file=sys.stderr)
    return found


def seconds(command):
    """CPU seconds and output of a process."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status:
            sys.exit(f"{' '.join(map(str, command))} failed")
        output.seek(0)
        return usage.ru_utime + usage.ru_stime, output.read()


def instructions(command):
    """Instructions (in millions) and output of a process under callgrind."""
    with tempfile.TemporaryDirectory() as folder:
        wrapped = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", *command]
        run = subprocess.run(wrapped, capture_output=True)
        counted = re.search(rb"Collected : (\d+)", run.stderr)
        if run.returncode or not counted:
            sys.exit(f"{' '.join(map(str, wrapped))} failed:\n{run.stderr.decode()}")
        return int(counted.group(1)) / 1e6, run.stdout


def costs(measure, found, names, rounds):
    """least[name][interpreter], rounds alternating; the outputs of a program must be the same."""
    least = {name: dict.fromkeys(found, math.inf) for name in ["", *names]}
    with tempfile.TemporaryDirectory() as folder:
        for ending in ENDINGS.values():
            (pathlib.Path(folder) / f"empty{ending}").write_text("print(0)\n")
        for _ in range(rounds):
            for name in least:
                outputs = set()
                for interpreter, command in found.items():
                    place = HERE / name if name else pathlib.Path(folder) / "empty"
                    cost, output = measure([*command, place.with_suffix(ENDINGS[interpreter])])
                    least[name][interpreter] = min(least[name][interpreter], cost)
                    outputs.add(output)
                if len(outputs) > 1:
                    sys.exit(f"the results of {name} differ: {outputs}")
    start = least.pop("")
    for costs_of_one in least.values():
        for interpreter in found:
            costs_of_one[interpreter] -= start[interpreter]
    return start, least


def mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def main():
    xai, rounds, *rest = sys.argv[1:]
    counts = "--instructions" in rest
    if counts and not shutil.which("valgrind"):
        sys.exit("valgrind is missing: instructions cannot be counted")
    names = [name for name in rest if not name.startswith("-")] or PROGRAMS
    if counts:
        # Valgrind gives up on debugging information that it does not understand.
        stripped = tempfile.NamedTemporaryFile()
        subprocess.run(["strip", "--strip-debug", "-o", stripped.name, xai], check=True)
        os.chmod(stripped.name, 0o755)
        xai = stripped.name
    found = interpreters(xai)
    measure, rounds, scale, unit = (
        (instructions, 1, 1, "million instructions") if counts else (seconds, int(rounds), 1000, "CPU milliseconds")
    )
    start, least = costs(measure, found, names, rounds)
    peers = [peer for peer in found if peer != "xai"]
    print(f"{unit}, least of {rounds}, less that of print(0)")
    print(f"{'':12}" + "".join(f"{peer:>10}" for peer in found) + "".join(f"{'xai/' + peer:>13}" for peer in peers))

    def line(name, of):
        figures = "".join(f"{of[interpreter] * scale:10.1f}" for interpreter in found)
        print(f"{name:12}{figures}" + "".join(f"{of['xai'] / of[peer]:13.2f}" for peer in peers))

    for name in names:
        line(name, least[name])
    scalars = [name for name in names if name in SCALAR]
    if len(scalars) > 1:
        means = (mean([least[name]["xai"] / least[name][peer] for name in scalars]) for peer in peers)
        print(f"{'scalar mean':{12 + 10 * len(found)}}" + "".join(f"{value:13.2f}" for value in means))
    line("print(0)", start)


main()
