#!/usr/bin/env python3
"""Makes the pictures of this folder: each file beside the samples that it must decode to, as .pam.

PNG files are written by hand (every bit depth, palettes, interlacing); JPEG files and the resized
pictures by Pillow 13, which is what their samples are compared with.  pip install numpy pillow
"""

import pathlib
import struct
import zlib

import numpy
from PIL import Image

HERE = pathlib.Path(__file__).parent
GENERATOR = numpy.random.default_rng(7)
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def pam(name, samples):
    """Writes height × width × channels samples."""
    samples = numpy.asarray(samples, numpy.uint8)
    height, width, depth = samples.shape
    kind = {1: "GRAYSCALE", 3: "RGB", 4: "RGB_ALPHA"}[depth]
    header = f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {depth}\nMAXVAL 255\nTUPLTYPE {kind}\nENDHDR\n"
    (HERE / f"{name}.pam").write_bytes(header.encode() + samples.tobytes())


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def rows(samples, depth):
    """Unfiltered scanlines of height × width × channels samples."""
    if samples.size == 0:
        return b""
    result = b""
    for row in samples:
        flat = row.reshape(-1)
        if depth == 16:
            packed = flat.astype(">u2").tobytes()
        elif depth == 8:
            packed = flat.astype(numpy.uint8).tobytes()
        else:
            bits = "".join(format(int(value), f"0{depth}b") for value in flat)
            bits += "0" * (-len(bits) % 8)
            packed = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
        result += b"\0" + packed
    return result


def png(name, samples, depth, colour, extra=b"", interlaced=False):
    height, width = samples.shape[:2]
    data = rows(samples, depth)
    if interlaced:
        data = b"".join(rows(samples[y::dy, x::dx], depth) for x, y, dx, dy in ADAM7)
    (HERE / f"{name}.png").write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced)))
        + extra + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


def noise(channels, top, width=13, height=9):
    return GENERATOR.integers(0, top + 1, (height, width, channels))


def make_png():
    for depth in (1, 2, 4):
        samples = noise(1, 2**depth - 1)
        png(f"gray{depth}", samples, depth, 0)
        pam(f"gray{depth}", samples * 255 // (2**depth - 1))
    for name, channels, colour in (("gray8", 1, 0), ("rgb8", 3, 2), ("rgba8", 4, 6)):
        samples = noise(channels, 255)
        png(name, samples, 8, colour)
        pam(name, samples)
    samples = noise(3, 255)
    png("interlaced", samples, 8, 2, interlaced=True)
    pam("interlaced", samples)
    for name, channels, colour in (("gray16", 1, 0), ("rgb16", 3, 2)):
        samples = noise(channels, 65535)
        png(name, samples, 16, colour)
        pam(name, numpy.round(samples / 257))
    samples = noise(2, 255)
    png("grayalpha8", samples, 8, 4)
    pam("grayalpha8", samples[..., [0, 0, 0, 1]])
    palette = noise(3, 255, 5, 1)[0]
    samples = noise(1, 4)
    png("palette4", samples, 4, 3, chunk(b"PLTE", bytes(palette.reshape(-1).tolist())))
    pam("palette4", palette[samples[..., 0]])
    opacity = numpy.array([0, 128, 255, 255, 255])
    png("palettealpha", samples, 8, 3,
        chunk(b"PLTE", bytes(palette.reshape(-1).tolist())) + chunk(b"tRNS", bytes([0, 128])))
    pam("palettealpha", numpy.dstack([palette[samples[..., 0]], opacity[samples[..., 0]]]))


def make_jpeg():
    wave = numpy.fromfunction(lambda y, x, c: 127 + 120 * numpy.sin(x / (3 + c) + y / 5), (20, 27, 3))
    picture = Image.fromarray(wave.astype(numpy.uint8))
    for name, image, options in (
            ("rgb", picture, {}), ("gray", picture.convert("L"), {}),
            ("progressive", picture, {"progressive": True}), ("cmyk", picture.convert("CMYK"), {})):
        image.save(HERE / f"{name}.jpg", quality=90, **options)
        if name != "cmyk":
            decoded = numpy.asarray(Image.open(HERE / f"{name}.jpg"))
            pam(f"{name}.jpg", decoded.reshape(*decoded.shape[:2], -1))


def make_resized():
    """Name: source-filter-width×height."""
    for source in ("gray8", "rgb8", "rgba8"):
        image = Image.open(HERE / f"{source}.png")
        for name, method in (("bilinear", Image.Resampling.BILINEAR), ("bicubic", Image.Resampling.BICUBIC),
                             ("nearest", Image.Resampling.NEAREST)):
            for size in ((5, 4), (31, 9), (13, 20), (40, 3)):
                result = numpy.asarray(image.resize(size, method))
                pam(f"{source}-{name}-{size[0]}x{size[1]}", result.reshape(*result.shape[:2], -1))
    pam("rgb8-gray", numpy.asarray(Image.open(HERE / "rgb8.png").convert("L"))[..., None])


make_png()
make_jpeg()
make_resized()
