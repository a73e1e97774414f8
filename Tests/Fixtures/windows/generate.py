"""Writes what PyTorch gives for convolutions, poolings, padding, resampling and patches: windows.json.

Usage: python generate.py, with torch (2.x). Every number is drawn from a seeded generator and rounded to two decimals;
PyTorch computes in double precision. Each case is an expression of the language with the tensors that it names, its value,
and the gradients of the sum of value · seed.
"""

import itertools
import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(11)
cases = []


def draw(*shape):
    return (torch.randn(*shape, generator=generator) * 100).round() / 100


def numbers(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.9g}") for v in t.detach().reshape(-1).tolist()]}


def add(code, f, **inputs):
    leaves = {k: v.clone().requires_grad_(True) for k, v in inputs.items()}
    value = f(**leaves)
    seed = draw(*value.shape)
    (value * seed).sum().backward()
    cases.append({"code": code, "inputs": {k: numbers(v) for k, v in inputs.items()}, "value": numbers(value),
                  "seed": numbers(seed), "gradients": {k: numbers(v.grad) for k, v in leaves.items()}})


def convolutions():
    sizes = {1: (7,), 2: (5, 4), 3: (4, 4, 3)}
    convolve = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
    spread = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
    for axes in (1, 2, 3):
        kernel = (3, 2, 2)[:axes]
        for stride, padding, dilation, groups in itertools.product((1, 2), (0, 1), (1, 2), (1, 2)):
            if axes == 3 and (dilation == 2) != (groups == 2):
                continue
            padded = padding + (dilation - 1 if axes == 3 else 0)
            bias = draw(4) if stride == 1 else None
            more = {} if bias is None else {"b": bias}
            given = ", b" if more else ""
            words = f"stride: {stride}, padding: {padded}, dilation: {dilation}, groups: {groups}"
            add(f"conv{axes}d(x, w{given}, {words})",
                lambda x, w, b=None: convolve[axes](x, w, b, stride, padded, dilation, groups),
                x=draw(2, 4, *sizes[axes]), w=draw(4, 4 // groups, *kernel), **more)
        for stride, padding, output, dilation, groups in (
                (1, 0, 0, 1, 1), (2, 1, 1, 1, 1), (2, 0, 0, 2, 2), (3, 1, 2, 1, 2), (1, 1, 1, 2, 1)):
            add(f"conv_transpose{axes}d(x, w, b, stride: {stride}, padding: {padding}, output_padding: {output}, "
                f"dilation: {dilation}, groups: {groups})",
                lambda x, w, b: spread[axes](x, w, b, stride, padding, output, groups, dilation),
                x=draw(1, 2, *(3,) * axes), w=draw(2, 4 // groups, *kernel), b=draw(4))
    add('conv1d(x, w, padding: "same", dilation: 2)', lambda x, w: F.conv1d(x, w, padding="same", dilation=2),
        x=draw(1, 2, 6), w=draw(1, 2, 4))
    add('conv3d(x, w, padding: "same")', lambda x, w: F.conv3d(x, w, padding="same"),
        x=draw(1, 1, 3, 4, 3), w=draw(2, 1, 3, 2, 1))
    add("conv2d(x, w, padding: [[1, 0], [0, 2]])", lambda x, w: F.conv2d(F.pad(x, (0, 2, 1, 0)), w),
        x=draw(1, 1, 3, 3), w=draw(1, 1, 2, 2))


def poolings():
    sizes = {1: (7,), 2: (5, 6), 3: (4, 5, 4)}
    largest = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
    mean = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
    shares = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}
    maxima = {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d}
    for axes in (1, 2, 3):
        for stride, padding, dilation, ceiling in ((2, 0, 1, False), (1, 1, 1, False), (2, 1, 1, True), (3, 1, 2, True)):
            add(f"max_pool{axes}d(x, 3 - {dilation // 2}, stride: {stride}, padding: {padding}, dilation: {dilation}, "
                f"ceiling: {str(ceiling).lower()})",
                lambda x: largest[axes](x, 3 - dilation // 2, stride, padding, dilation, ceiling),
                x=draw(1, 2, *sizes[axes]))
        for stride, padding, ceiling, counts in ((2, 0, False, True), (2, 1, False, False), (2, 1, True, True), (3, 1, True, False)):
            add(f"avg_pool{axes}d(x, 3, stride: {stride}, padding: {padding}, ceiling: {str(ceiling).lower()}, "
                f"count_padding: {str(counts).lower()})",
                lambda x: mean[axes](x, 3, stride, padding, ceiling, counts), x=draw(1, 2, *sizes[axes]))
        target = (3, 4, 2)[:axes]
        add(f"adaptive_avg_pool(x, {list(target)})", lambda x: shares[axes](x, target), x=draw(1, 2, *sizes[axes]))
        add(f"adaptive_max_pool(x, {list(target)})", lambda x: maxima[axes](x, target), x=draw(1, 2, *sizes[axes]))
    add("adaptive_avg_pool(x, 1)", lambda x: F.adaptive_avg_pool2d(x, 1), x=draw(1, 2, 3, 4))
    add("adaptive_avg_pool(x, 5)", lambda x: F.adaptive_avg_pool1d(x, 5), x=draw(1, 1, 3))


def borders():
    words = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    for mode, word in words.items():
        add(f'pad(x, [[2, 1]], mode: "{word}")', lambda x: F.pad(x, (2, 1), mode), x=draw(1, 2, 4))
        add(f'pad(x, [[1, 2], [0, 3]], mode: "{word}")', lambda x: F.pad(x, (0, 3, 1, 2), mode), x=draw(1, 1, 3, 4))
        add(f'pad(x, [1, 1, [2, 0]], mode: "{word}")', lambda x: F.pad(x, (2, 0, 1, 1, 1, 1), mode), x=draw(1, 1, 3, 2, 3))
    add("pad(x, [[1, 2], [-1, 3]], value: 1.5)", lambda x: F.pad(x, (-1, 3, 1, 2), value=1.5), x=draw(2, 3, 4))


def resampling():
    def both(code, more, target, mode, **options):
        x = draw(1, 2, *{1: (5,), 2: (4, 5), 3: (3, 4, 2)}[len(target)])
        add(f'resize(x, {list(target)}, mode: "{code}"{more})', lambda x: F.interpolate(x, target, mode=mode, **options), x=x)

    for target in ((7,), (3,), (1,)):
        both("nearest", "", target, "nearest")
        both("nearest_exact", "", target, "nearest-exact")
        both("area", "", target, "area")
        both("linear", "", target, "linear")
        both("linear", ", align_corners: true", target, "linear", align_corners=True)
    for target in ((6, 3), (2, 9), (1, 1)):
        both("nearest", "", target, "nearest")
        both("area", "", target, "area")
        for mode in ("bilinear", "bicubic"):
            both(mode, "", target, mode)
            both(mode, ", align_corners: true", target, mode, align_corners=True)
            both(mode, ", antialias: true", target, mode, antialias=True)
    for target in ((5, 3, 3), (2, 5, 1)):
        both("nearest", "", target, "nearest")
        both("nearest_exact", "", target, "nearest-exact")
        both("trilinear", "", target, "trilinear")
        both("trilinear", ", align_corners: true", target, "trilinear", align_corners=True)
    for scale in (0.6, 1.7):
        add(f"resize(x, scale: {scale})",
            lambda x: F.interpolate(x, scale_factor=scale, mode="bilinear", recompute_scale_factor=False), x=draw(1, 1, 5, 6))
    add('resize(x, scale: [1.5, 0.5], mode: "bicubic")',
        lambda x: F.interpolate(x, scale_factor=(1.5, 0.5), mode="bicubic"), x=draw(1, 1, 4, 6))


def patches():
    for kernel, stride, padding, dilation in ((2, 1, 0, 1), ((2, 3), (2, 1), 1, 1), (2, 2, (1, 0), (1, 2))):
        kernel, stride, padding, dilation = ((v, v) if isinstance(v, int) else v for v in (kernel, stride, padding, dilation))
        words = f"{list(kernel)}, stride: {list(stride)}, padding: {list(padding)}, dilation: {list(dilation)}"
        add(f"unfold(x, {words})", lambda x: F.unfold(x, kernel, dilation, padding, stride), x=draw(2, 2, 4, 5))
        places = F.unfold(draw(1, 1, 4, 5), kernel, dilation, padding, stride).shape[2]
        add(f"fold(x, [4, 5], {words})", lambda x: F.fold(x, (4, 5), kernel, dilation, padding, stride),
            x=draw(1, 2 * kernel[0] * kernel[1], places))
    for axis, size, step in ((1, 2, 1), (-1, 3, 2), (0, 1, 1)):
        add(f"windows(x, {axis}, {size}, step: {step})", lambda x: x.unfold(axis, size, step), x=draw(2, 3, 6))


convolutions()
poolings()
borders()
resampling()
patches()
pathlib.Path(__file__).with_name("windows.json").write_text(
    json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":")) + "\n")
print(len(cases), "cases")
