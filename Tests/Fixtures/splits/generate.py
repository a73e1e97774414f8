"""Contextual decompositions of a recurrent cell and of a transformer block, written out layer by layer in double precision.

Murdoch, Liu and Yu 2018, "Beyond Word Importance: Contextual Decomposition to Extract Interactions from LSTMs", equations 9 to 26:
every quantity is beta (of the phrase), gamma (the rest) and the bias. Two things are as the paper's text allows but does not
choose: the output gate is decomposed like the others, and the product of two biases, which the paper gives to whichever part
the word belongs to, stays a bias; the bias of the last state is shared by |beta| : |gamma|.

Singh, Murdoch and Yu 2019, "Hierarchical Interpretations for Neural Network Predictions", section 3.1, and Hsu et al. 2024,
"Efficient Automated Circuit Discovery in Transformers using Contextual Decomposition", section 3: biases are shared as they are
added, an activation gives the relevant part its value alone, or what it adds to the rest; in the last, parts of opposite sign
cancel into the larger after every sum of two split values inside the network, and where attention mixes the values.

    python3 generate.py    writes lstm.json and block.json
"""
import json
from math import erf

import numpy as np

random = np.random.default_rng(7)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gelu(x):
    return 0.5 * x * (1 + np.vectorize(erf)(x / np.sqrt(2)))


def shares(beta, gamma, bias):
    """The bias shared by |beta| : |gamma|."""
    part = np.abs(beta) / (np.abs(beta) + np.abs(gamma))
    return beta + part * bias, gamma + (1 - part) * bias


# --- the cell by Murdoch, Liu and Yu ---


def linearised(f, beta, gamma, bias):
    """L_f of each of the three terms: the bias first, then the mean over both orders of the others."""
    total = f(beta + gamma + bias)
    of_beta = 0.5 * ((f(bias + beta) - f(bias)) + (total - f(bias + gamma)))
    of_gamma = 0.5 * ((f(bias + gamma) - f(bias)) + (total - f(bias + beta)))
    return of_beta, of_gamma, f(bias)


def product(x, y):
    """Terms without gamma belong to the phrase, those with gamma to the rest, bias times bias to neither."""
    beta = x[0] * y[0] + x[0] * y[2] + x[2] * y[0]
    gamma = x[1] * (y[0] + y[1] + y[2]) + (x[0] + x[2]) * y[1]
    return beta, gamma, x[2] * y[2]


def shapley_cell(p, words, phrase):
    n = p["hidden_weight"].shape[1]
    h = (np.zeros(n), np.zeros(n), np.zeros(n))
    c = (np.zeros(n), np.zeros(n), np.zeros(n))
    rows = {gate: slice(k * n, (k + 1) * n) for k, gate in enumerate("ifgo")}
    for t, word in enumerate(words):
        gates = {}
        for gate, row in rows.items():
            own = p["input_weight"][row] @ word
            recurrent = [p["hidden_weight"][row] @ part for part in h]
            bias = p["input_bias"][row] + p["hidden_bias"][row]
            f = np.tanh if gate == "g" else sigmoid
            gates[gate] = linearised(
                f, recurrent[0] + own * phrase[t], recurrent[1] + own * (1 - phrase[t]), recurrent[2] + bias)
        kept, new = product(gates["f"], c), product(gates["i"], gates["g"])
        c = tuple(a + b for a, b in zip(kept, new))
        h = product(gates["o"], linearised(np.tanh, *c))
    return shares(*h)


# --- pairs by Singh, Murdoch and Yu and by Hsu et al. ---


class Rules:
    def __init__(self, relevant_first, cancels):
        self.relevant_first = relevant_first
        self.cancels = cancels

    def cancel(self, r, i):
        if not self.cancels:
            return r, i
        opposite, larger, total = r * i < 0, np.abs(r) >= np.abs(i), r + i
        return (np.where(opposite, np.where(larger, total, 0), r), np.where(opposite, np.where(larger, 0, total), i))

    def affine(self, weight, pair, bias):
        return shares(pair[0] @ weight.T, pair[1] @ weight.T, bias)

    def plus(self, x, y):
        return self.cancel(x[0] + y[0], x[1] + y[1])

    def activation(self, f, pair):
        """The value at 0, if there is one, is a bias."""
        r, i = pair
        at_zero, total = f(np.zeros_like(r)), f(r + i)
        if self.relevant_first:
            return shares(f(r) - at_zero, total - f(r), at_zero)
        return shares(total - f(i), f(i) - at_zero, at_zero)

    def product(self, x, y):
        return x[0] * y[0], x[1] * (y[0] + y[1]) + x[0] * y[1]


def pair_cell(rules, p, words, phrase):
    """Parts of the first state, which is 0, are 0, so that of the products of step 0 only the input's are there."""
    n = p["hidden_weight"].shape[1]
    h = c = None
    for t, word in enumerate(words):
        own = (word * phrase[t], word * (1 - phrase[t]))
        # A word is wholly in or out: it takes the whole bias.
        gates = rules.affine(p["input_weight"], own, p["input_bias"])
        if h is None:
            gates = shares(*gates, p["hidden_bias"])
        else:
            gates = rules.plus(gates, rules.affine(p["hidden_weight"], h, p["hidden_bias"]))
        part = lambda k: (gates[0][k * n:(k + 1) * n], gates[1][k * n:(k + 1) * n])
        i, f, o = (rules.activation(sigmoid, part(k)) for k in (0, 1, 3))
        new = rules.product(i, rules.activation(np.tanh, part(2)))
        c = new if c is None else rules.plus(rules.product(f, c), new)
        h = rules.product(o, rules.activation(np.tanh, c))
    return h


def lstm(p, words):
    n = p["hidden_weight"].shape[1]
    h, c = np.zeros(n), np.zeros(n)
    for word in words:
        z = p["input_weight"] @ word + p["input_bias"] + p["hidden_weight"] @ h + p["hidden_bias"]
        c = sigmoid(z[n:2 * n]) * c + sigmoid(z[:n]) * np.tanh(z[2 * n:3 * n])
        h = sigmoid(z[3 * n:]) * np.tanh(c)
    return h


# --- a transformer block, its normalisations first ---


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def heads_of(x, heads):
    return x.reshape(x.shape[0], heads, -1).swapaxes(0, 1)


def block(rules, p, x, mask, heads, epsilon=1e-5):
    def norm(name, pair):
        total = pair[0] + pair[1]
        deviation = np.sqrt(total.var(-1, keepdims=True) + epsilon)
        scaled = [(part - part.mean(-1, keepdims=True)) / deviation * p[name + ".weight"] for part in pair]
        return shares(*scaled, p[name + ".bias"])

    def dense(name, pair):
        return rules.affine(p[name + ".weight"], pair, p[name + ".bias"])

    pair = (x * mask, x * (1 - mask))
    seen = norm("norm1", pair)
    whole = seen[0] + seen[1]
    query, key = (heads_of(whole @ p[f"attention.{n}.weight"].T + p[f"attention.{n}.bias"], heads) for n in ("query", "key"))
    weights = softmax(query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1]))
    mixed = rules.cancel(*[
        (weights @ heads_of(part, heads)).swapaxes(0, 1).reshape(x.shape) for part in dense("attention.value", seen)])
    pair = rules.plus(pair, dense("attention.output", mixed))
    inner = rules.activation(gelu, dense("feed1", norm("norm2", pair)))
    added = dense("feed2", inner)
    return pair[0] + added[0], pair[1] + added[1]


# --- the cases ---


def numbers(array):
    array = np.asarray(array, dtype=float)
    return {"shape": list(array.shape), "values": array.ravel().tolist()}


rules_by_name = {"acd": Rules(True, False), "cdt": Rules(False, True)}


def recurrent_cases():
    cases = []
    for units, features in ((1, 2), (3, 2)):
        p = {
            "input_weight": random.normal(size=(4 * units, features)),
            "hidden_weight": random.normal(size=(4 * units, units)),
            "input_bias": 0.5 * random.normal(size=4 * units),
            "hidden_bias": 0.5 * random.normal(size=4 * units),
        }
        words = random.normal(size=(4, features))
        for phrase in ((0, 1, 1, 0), (0, 0, 0, 1), (1, 0, 1, 1)):
            for rules in ("shapley", "acd", "cdt"):
                pair = (
                    shapley_cell(p, words, phrase) if rules == "shapley" else
                    pair_cell(rules_by_name[rules], p, words, phrase))
                assert np.allclose(pair[0] + pair[1], lstm(p, words), atol=1e-12)
                cases.append({
                    "rules": rules, "parameters": {name: numbers(value) for name, value in p.items()},
                    "x": numbers(words), "mask": numbers([[m] for m in phrase]),
                    "relevant": numbers(pair[0]), "irrelevant": numbers(pair[1])})
    return cases


def block_cases():
    width, hidden, tokens, heads = 4, 6, 3, 2
    shapes = {"feed1": (hidden, width), "feed2": (width, hidden)}
    shapes |= {f"attention.{n}": (width, width) for n in ("query", "key", "value", "output")}
    p = {}
    for name, shape in shapes.items():
        p[name + ".weight"] = random.normal(size=shape) / np.sqrt(shape[1])
        p[name + ".bias"] = 0.3 * random.normal(size=shape[0])
    for name in ("norm1", "norm2"):
        p[name + ".weight"] = 1 + 0.2 * random.normal(size=width)
        p[name + ".bias"] = 0.2 * random.normal(size=width)
    x = random.normal(size=(tokens, width))
    cases = []
    for places in ((1, 0, 0), (0, 1, 1)):
        mask = np.array(places, dtype=float)[:, None]
        for rules in ("acd", "cdt"):
            r, i = block(rules_by_name[rules], p, x, mask, heads)
            cases.append({
                "rules": rules, "parameters": {name: numbers(value) for name, value in p.items()},
                "x": numbers(x), "mask": numbers(mask), "relevant": numbers(r), "irrelevant": numbers(i)})
    return cases


for name, cases in (("lstm", recurrent_cases()), ("block", block_cases())):
    with open(f"{name}.json", "w") as file:
        json.dump({"cases": cases}, file, separators=(",", ":"))
        file.write("\n")
