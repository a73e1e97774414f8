"""The peer's side of network.xai: the same network in PyTorch eager, operator by operator.

Usage: network.py MODEL.onnx THREADS. Prints `name milliseconds` lines. Batch normalisation is already folded into the
convolutions of the file, which favours this side.
"""

import sys
import time

import numpy as np
import onnx
import onnx.numpy_helper as helper
import torch
import torch.nn.functional as F


class Network(torch.nn.Module):
    """The nodes of an ONNX graph as PyTorch calls."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(path).graph
        self.values = {i.name: torch.from_numpy(helper.to_array(i).copy()) for i in graph.initializer}
        self.nodes = []
        for node in graph.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            if node.op_type == "Cast" and node.input[0] in self.values:
                self.values[node.output[0]] = self.values[node.input[0]].float()
            else:
                self.nodes.append((node.op_type, list(node.input), node.output[0], attributes))
        self.input, self.output = graph.input[0].name, graph.output[0].name

    def forward(self, x):
        found = {self.input: x}

        def value(name):
            return found[name] if name in found else self.values[name]

        for kind, inputs, output, attributes in self.nodes:
            a = value(inputs[0])
            if kind == "Conv":
                top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
                bias = value(inputs[2]) if len(inputs) > 2 else None
                stride, groups = attributes["strides"], attributes.get("group", 1)
                if top == bottom and left == right:
                    y = F.conv2d(a, value(inputs[1]), bias, stride, (top, left), 1, groups)
                else:
                    y = F.conv2d(F.pad(a, (left, right, top, bottom)), value(inputs[1]), bias, stride, 0, 1, groups)
            elif kind == "Clip":
                y = F.relu6(a)
            elif kind == "Add":
                y = a + value(inputs[1])
            elif kind == "GlobalAveragePool":
                y = F.adaptive_avg_pool2d(a, 1)
            elif kind in ("Reshape", "Flatten"):
                y = a.flatten(1)
            elif kind == "Gemm":
                y = F.linear(a, value(inputs[1]), value(inputs[2]))
            else:
                raise ValueError(kind)
            found[output] = y
        return found[self.output]


def median_milliseconds(f, rounds=30):
    f()
    f()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        f()
        times.append(time.perf_counter() - begun)
    return sorted(times)[rounds // 2] * 1000


def main():
    torch.set_num_threads(int(sys.argv[2]))
    network = Network(sys.argv[1])
    x = torch.from_numpy(np.random.default_rng(0).standard_normal((1, 3, 224, 224)).astype(np.float32))

    def forward():
        with torch.no_grad():
            network(x)

    def gradient():
        leaf = x.clone().requires_grad_(True)
        torch.autograd.grad(network(leaf)[0, 281], leaf)

    print(f"forward {median_milliseconds(forward):.3f}")
    print(f"gradient {median_milliseconds(gradient):.3f}")


main()
