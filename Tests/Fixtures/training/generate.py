"""Writes what PyTorch gives for layers, losses and optimisers: layers.json, losses.json, optimisers.json.

Usage: python generate.py, with torch (2.x). Every number is drawn from a seeded generator and rounded to three decimals, so
that the inputs are exact in the files; PyTorch computes in double precision.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(7)
here = pathlib.Path(__file__).parent


def draw(*shape, scale=1.0):
    return (torch.randn(*shape, generator=generator) * scale * 1000).round() / 1000


def numbers(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.9g}") for v in t.detach().reshape(-1).tolist()]}


def write(name, cases):
    (here / name).write_text(json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":")) + "\n")


def layer_case(name, code, x, parameters, f, training=False, state=None):
    """f(parameters, x) is differentiated for Σ output · seed; the gradients of x and of all parameters are kept."""
    leaves = {k: v.clone().requires_grad_(True) for k, v in parameters.items()}
    at = x.clone().requires_grad_(x.is_floating_point())
    result = f(leaves, at)
    output, after = result if isinstance(result, tuple) else (result, {})
    seed = draw(*output.shape)
    (output * seed).sum().backward()
    case = {
        "name": name, "code": code, "x": numbers(x), "training": training,
        "parameters": {k: numbers(v) for k, v in parameters.items()},
        "state": {k: numbers(v) for k, v in (state or {}).items()},
        "output": numbers(output), "seed": numbers(seed),
        "gradients": {k: numbers(v.grad) for k, v in leaves.items()},
        "after": {k: numbers(v) for k, v in after.items()},
    }
    if at.grad is not None:
        case["slope"] = numbers(at.grad)
    return case


def layers():
    cases = []
    add = lambda *a, **k: cases.append(layer_case(*a, **k))
    add("dense", "dense(3)", draw(4, 5), {"weight": draw(3, 5), "bias": draw(3)},
        lambda p, x: F.linear(x, p["weight"], p["bias"]))
    add("conv", "conv(4, stride: 2, padding: 1)", draw(2, 3, 6, 5), {"weight": draw(4, 3, 3, 3), "bias": draw(4)},
        lambda p, x: F.conv2d(x, p["weight"], p["bias"], 2, 1))
    add("conv, groups and dilation", "conv(4, groups: 2, dilation: 2, padding: \"same\")", draw(2, 4, 6, 6),
        {"weight": draw(4, 2, 3, 3), "bias": draw(4)},
        lambda p, x: F.conv2d(x, p["weight"], p["bias"], 1, 2, 2, 2))
    add("depthwise", "depthwise(padding: 1)", draw(2, 3, 5, 5), {"weight": draw(3, 1, 3, 3), "bias": draw(3)},
        lambda p, x: F.conv2d(x, p["weight"], p["bias"], 1, 1, 1, 3))
    add("convolution of series", "conv_series(3, kernel: 4, stride: 2, padding: 1)", draw(2, 2, 9),
        {"weight": draw(3, 2, 4), "bias": draw(3)}, lambda p, x: F.conv1d(x, p["weight"], p["bias"], 2, 1))
    add("embedding", "embedding(6, 3)", torch.tensor([[1, 4, 1], [0, 5, 4]]), {"weight": draw(6, 3)},
        lambda p, x: F.embedding(x, p["weight"]))
    mean, var = draw(3), draw(3).abs() + 0.5
    state = {"running_mean": mean, "running_var": var}

    def batch(training):
        def f(p, x):
            m, v = mean.clone(), var.clone()
            y = F.batch_norm(x, m, v, p["weight"], p["bias"], training, 0.1, 1e-5)
            return y, ({"running_mean": m, "running_var": v} if training else {})
        return f

    add("batch normalisation", "batch_norm()", draw(4, 3, 2, 3), {"weight": draw(3), "bias": draw(3)}, batch(False), state=state)
    add("batch normalisation in training", "batch_norm()", draw(4, 3, 2, 3), {"weight": draw(3), "bias": draw(3)},
        batch(True), training=True, state=state)
    add("layer normalisation", "layer_norm()", draw(2, 3, 5), {"weight": draw(5), "bias": draw(5)},
        lambda p, x: F.layer_norm(x, (5,), p["weight"], p["bias"]))
    add("root mean square normalisation", "rms_norm()", draw(2, 3, 5), {"weight": draw(5)},
        lambda p, x: F.rms_norm(x, (5,), p["weight"], 1e-6))
    add("group normalisation", "group_norm(2)", draw(2, 4, 3, 2), {"weight": draw(4), "bias": draw(4)},
        lambda p, x: F.group_norm(x, 2, p["weight"], p["bias"]))
    add("instance normalisation", "instance_norm()", draw(2, 3, 3, 4), {"weight": draw(3), "bias": draw(3)},
        lambda p, x: F.instance_norm(x, weight=p["weight"], bias=p["bias"]))

    def attention(causal):
        def f(p, x):
            def side(n):
                y = F.linear(x, p[f"{n}.weight"], p[f"{n}.bias"])
                return y.view(2, 5, 2, 3).transpose(1, 2)
            y = F.scaled_dot_product_attention(side("query"), side("key"), side("value"), is_causal=causal)
            return F.linear(y.transpose(1, 2).reshape(2, 5, 6), p["output.weight"], p["output.bias"])
        return f

    def projections():
        return {f"{n}.{k}": draw(*s, scale=0.6) for n in ("query", "key", "value", "output")
                for k, s in (("weight", (6, 6)), ("bias", (6,)))}

    add("attention", "attention(6, heads: 2)", draw(2, 5, 6), projections(), attention(False))
    add("causal attention", "attention(6, heads: 2, causal: true)", draw(2, 5, 6), projections(), attention(True))

    def recurrent(kind, gates):
        def f(p, x):
            module = kind(3, 4, batch_first=True)
            names = {"weight_ih_l0": "input_weight", "weight_hh_l0": "hidden_weight",
                     "bias_ih_l0": "input_bias", "bias_hh_l0": "hidden_bias"}
            return torch.func.functional_call(module, {k: p[v] for k, v in names.items()}, (x,))[0]
        return f

    def sizes(gates):
        return {"input_weight": draw(gates * 4, 3, scale=0.6), "hidden_weight": draw(gates * 4, 4, scale=0.6),
                "input_bias": draw(gates * 4), "hidden_bias": draw(gates * 4)}

    add("long short-term memory", "lstm(4)", draw(2, 5, 3), sizes(4), recurrent(torch.nn.LSTM, 4))
    add("gated recurrent unit", "gru(4)", draw(2, 5, 3), sizes(3), recurrent(torch.nn.GRU, 3))
    windowed(add)
    write("layers.json", cases)


def windowed(add):
    """Layers with windows, from numbers of their own, so that those of the other cases stay as they are."""
    global generator
    kept, generator = generator, torch.Generator().manual_seed(8)
    add("convolution of series in groups", "conv_series(4, kernel: 3, groups: 2, dilation: 2, padding: \"same\", bias: false)",
        draw(2, 4, 6), {"weight": draw(4, 2, 3)}, lambda p, x: F.conv1d(x, p["weight"], None, 1, 2, 2, 2))
    add("convolution of volumes", "conv_volumes(2, kernel: [2, 3, 1], stride: [1, 2, 1], padding: [0, 1, 0])",
        draw(1, 2, 3, 4, 2), {"weight": draw(2, 2, 2, 3, 1), "bias": draw(2)},
        lambda p, x: F.conv3d(x, p["weight"], p["bias"], (1, 2, 1), (0, 1, 0)))
    add("transposed convolution", "conv_transpose(4, kernel: 3, padding: 1, output_padding: 1, groups: 2)",
        draw(2, 2, 3, 2), {"weight": draw(2, 2, 3, 3), "bias": draw(4)},
        lambda p, x: F.conv_transpose2d(x, p["weight"], p["bias"], 2, 1, 1, 2))
    add("transposed convolution of series", "conv_transpose(1, axes: 1)", draw(1, 2, 3),
        {"weight": draw(2, 1, 2), "bias": draw(1)}, lambda p, x: F.conv_transpose1d(x, p["weight"], p["bias"], 2))
    add("pooling of series", "pool(3, stride: 2, padding: 1)", draw(1, 2, 7), {}, lambda p, x: F.max_pool1d(x, 3, 2, 1))
    add("mean pooling of volumes", "mean_pool(2, ceiling: true)", draw(1, 1, 3, 4, 2), {},
        lambda p, x: F.avg_pool3d(x, 2, ceil_mode=True))
    add("adaptive pooling", "adaptive_pool([2, 3])", draw(1, 2, 5, 4), {}, lambda p, x: F.adaptive_avg_pool2d(x, (2, 3)))
    add("upsampling", "upsample(2, mode: \"bilinear\")", draw(1, 2, 2, 3), {},
        lambda p, x: F.interpolate(x, scale_factor=2, mode="bilinear"))
    add("border", "border([1, [2, 1]], mode: \"reflect\")", draw(1, 1, 3, 4), {},
        lambda p, x: F.pad(x, (2, 1, 1, 1), "reflect"))
    generator = kept


def losses():
    cases = []

    def add(name, code, output, target, f, **more):
        leaf = output.clone().requires_grad_(True)
        value = f(leaf, target)
        value.backward()
        cases.append({"name": name, "code": code, "output": numbers(output), "target": numbers(target),
                      "whole": not target.is_floating_point(), "more": {k: numbers(v) for k, v in more.items()},
                      "value": value.item(), "slope": numbers(leaf.grad)})

    logits, classes = draw(5, 4), torch.tensor([0, 3, 1, 2, 3])
    weights = draw(4).abs() + 0.2
    add("cross-entropy", "cross_entropy(o, t)", logits, classes, F.cross_entropy)
    add("cross-entropy with smoothing", "cross_entropy(o, t, smoothing: 0.1)", logits, classes,
        lambda o, t: F.cross_entropy(o, t, label_smoothing=0.1))
    add("cross-entropy with weights", "cross_entropy(o, t, weights: more.weights)", logits, classes,
        lambda o, t: F.cross_entropy(o, t, weight=weights), weights=weights)
    add("cross-entropy with both", "cross_entropy(o, t, smoothing: 0.2, weights: more.weights)", logits, classes,
        lambda o, t: F.cross_entropy(o, t, weight=weights, label_smoothing=0.2), weights=weights)
    add("negative log-likelihood", "nll(o, t)", F.log_softmax(logits, -1), classes, F.nll_loss)
    binary = (draw(6) > 0).double()
    add("binary cross-entropy", "binary_cross_entropy(o, t)", draw(6, scale=3.0), binary,
        F.binary_cross_entropy_with_logits)
    target = draw(4, 3)
    add("mean squared error", "mse(o, t)", draw(4, 3), target, F.mse_loss)
    add("mean absolute error", "mae(o, t)", draw(4, 3), target, F.l1_loss)
    add("Huber", "huber(o, t, delta: 0.7)", draw(4, 3, scale=2.0), target, lambda o, t: F.huber_loss(o, t, delta=0.7))
    chances = F.softmax(draw(3, 4), -1)
    add("Kullback-Leibler", "kl(o, t)", F.log_softmax(draw(3, 4), -1), chances,
        lambda o, t: F.kl_div(o, t, reduction="batchmean"))
    other, third = draw(4, 3), draw(4, 3)
    add("triplet", "triplet(o, more.positive, more.negative)", draw(4, 3), target,
        lambda o, t: F.triplet_margin_loss(o, other, third, eps=0.0), positive=other, negative=third)
    write("losses.json", cases)


def optimisers():
    x, y = draw(12, 3), draw(12, 2)
    start = {"w1": draw(5, 3, scale=0.7), "b1": draw(5), "w2": draw(2, 5, scale=0.7), "b2": draw(2)}

    def quadratic(p):
        d = p["w1"] - 0.5
        return (d * d).sum() + (p["b1"] ** 2).sum() * 3 + (p["w2"] - p["w2"].mean()).pow(2).sum() + p["b2"].pow(2).sum()

    def network(p):
        hidden = torch.tanh(F.linear(x, p["w1"], p["b1"]))
        return F.mse_loss(F.linear(hidden, p["w2"], p["b2"]), y)

    kinds = {
        "sgd(rate: 0.05)": lambda p: torch.optim.SGD(p, lr=0.05),
        "sgd(rate: 0.05, momentum: 0.9, decay: 0.01)": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
        "sgd(rate: 0.05, momentum: 0.9, nesterov: true)": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
        "adam(rate: 0.05)": lambda p: torch.optim.Adam(p, lr=0.05),
        "adam(rate: 0.05, decay: 0.1)": lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.1),
        "adamw(rate: 0.05, decay: 0.1)": lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1),
        "rmsprop(rate: 0.02)": lambda p: torch.optim.RMSprop(p, lr=0.02),
        "rmsprop(rate: 0.02, momentum: 0.5)": lambda p: torch.optim.RMSprop(p, lr=0.02, momentum=0.5),
    }
    cases = []
    for problem, f in (("quadratic", quadratic), ("network", network)):
        for code, make in kinds.items():
            p = {k: v.clone().requires_grad_(True) for k, v in start.items()}
            optimiser = make(list(p.values()))
            path = []
            for _ in range(6):
                optimiser.zero_grad()
                f(p).backward()
                optimiser.step()
                path.append({k: numbers(v) for k, v in p.items()})
            cases.append({"problem": problem, "code": code, "steps": [path[0], path[2], path[5]], "at": [1, 3, 6]})
        p = {k: v.clone().requires_grad_(True) for k, v in start.items()}
        optimiser = torch.optim.LBFGS(list(p.values()), lr=0.5, max_iter=6, history_size=10)

        def closure():
            optimiser.zero_grad()
            value = f(p)
            value.backward()
            return value

        optimiser.step(closure)
        cases.append({"problem": problem, "code": "lbfgs", "steps": [{k: numbers(v) for k, v in p.items()}], "at": [6]})
    (here / "optimisers.json").write_text(json.dumps(
        {"torch": torch.__version__, "x": numbers(x), "y": numbers(y), "start": {k: numbers(v) for k, v in start.items()},
         "cases": cases}, separators=(",", ":")) + "\n")


layers()
losses()
optimisers()
