"""Writes onnx-exported.safetensors: small networks as PyTorch exports them, with inputs and the outputs that PyTorch gives.

Usage: python exported.py, with torch and onnx. Sizes in these files follow from the sizes of the input, through Shape, Gather,
Concat, Expand and the like; "open" ones leave the batch (and "times" also the number of times) open and are run with another
batch than they were exported with. Per case: "NAME/model" (bytes), "NAME/input.0", "NAME/output.0", "NAME/example" where the
shape of one example has to be stated.
"""

import io
import pathlib

import numpy as np
import torch
from torch import nn

from windows import write


class Recurrent(nn.Module):
    """The outputs of all times, or the last state of the last layer."""

    def __init__(self, kind, last=False, **settings):
        super().__init__()
        self.cells, self.last = kind(3, 4, batch_first=True, **settings), last

    def forward(self, x):
        outputs, state = self.cells(x)
        state = state[0] if isinstance(state, tuple) else state
        return state[-1] if self.last else outputs


class Attention(nn.Module):
    def __init__(self, causal):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        mask = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1) if causal else None
        self.register_buffer("mask", mask)

    def forward(self, x):
        return self.attention(x, x, x, attn_mask=self.mask, need_weights=False)[0]


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def resized(x):
    half = [x.shape[2] // 2, x.shape[3] * 2]
    return nn.functional.interpolate(x, size=half, mode="bilinear", align_corners=False)


class Sampled(nn.Module):
    """The input at places that are computed from it."""

    def __init__(self):
        super().__init__()
        self.places = nn.Conv2d(2, 2, 3, padding=1)

    def forward(self, x):
        grid = 1.2 * torch.tanh(self.places(x)).permute(0, 2, 3, 1)
        return nn.functional.grid_sample(x, grid, padding_mode="reflection", align_corners=False)


def spectrum(x):
    frames = torch.stft(x, 8, hop_length=4, window=torch.hann_window(8), center=False, return_complex=False)
    return frames.pow(2).sum(-1)


def marked(x):
    """1 at the largest element, times the element."""
    return nn.functional.one_hot(x.argmax(-1), 6).float() * x


def places_set(x):
    y = x.clone()
    y[:, 1:3] = 0.5
    y[:, 0, ::2] = x[:, 3, 1::2]
    return y


def largest_doubled(x):
    order = x.argsort(1)
    return x.scatter(1, order[:, 3:], 2 * x[:, :2])


def places_added(x):
    return torch.zeros_like(x).scatter_add(1, (x > 0).long(), x)


def main():
    torch.manual_seed(7)
    tensors = {}

    def add(name, net, shape, dynamic=(), example=None):
        net.eval()
        axes = {"x": {axis: f"size{axis}" for axis in dynamic}, "y": {0: "size0"}} if dynamic else None
        file = io.BytesIO()
        torch.onnx.export(
            net, torch.randn(shape), file, dynamo=False, input_names=["x"], output_names=["y"], opset_version=17,
            dynamic_axes=axes)
        x = torch.randn((3, *shape[1:]) if dynamic else shape)
        tensors[f"{name}/model"] = np.frombuffer(file.getvalue(), np.uint8)
        tensors[f"{name}/input.0"] = x.numpy()
        tensors[f"{name}/output.0"] = net(x).detach().numpy()
        if example:
            tensors[f"{name}/example"] = np.array(example, np.int64)

    for name, kind in [("lstm", nn.LSTM), ("gru", nn.GRU), ("rnn", nn.RNN)]:
        add(f"{name}_of_two_layers", Recurrent(kind, num_layers=2), (2, 4, 3))
        add(f"{name}_of_two_layers_open", Recurrent(kind, num_layers=2, bidirectional=True), (2, 4, 3), [0])
        add(f"{name}_last_open_times", Recurrent(kind, last=True), (2, 4, 3), [0, 1], example=[4, 3])
    add("attention_open", Attention(False), (2, 5, 8), [0])
    add("attention_causal", Attention(True), (2, 5, 8))
    add("resized_to_computed_sizes", Function(resized), (2, 3, 6, 5))
    add("resized_to_computed_sizes_open", Function(resized), (2, 3, 6, 5), [0])
    add("pixels_shuffled_open", Function(nn.PixelShuffle(2)), (2, 8, 3, 2), [0])
    add("largest_three_open", Function(lambda x: torch.topk(x, 3, dim=-1)[0]), (2, 3, 6), [0])
    add("sorted", Function(lambda x: torch.sort(x, dim=1, descending=True)[0]), (2, 5, 3))
    add("scores_open", Function(lambda x: torch.einsum("bqhd,bkhd->bhqk", x, x)), (2, 3, 2, 4), [0])
    add("norms_open", Function(lambda x: x / torch.linalg.vector_norm(x, dim=-1, keepdim=True)), (2, 3, 4), [0])
    add("curves", nn.Sequential(nn.SELU(), nn.CELU(1.5), nn.Softsign(), nn.Mish(), nn.SiLU()), (2, 7))
    add("marks_open", Function(marked), (2, 3, 6), [0])
    add("places_set_open", Function(places_set), (2, 4, 6), [0])
    add("places_set", Function(places_set), (2, 4, 6))
    add("largest_doubled_open", Function(largest_doubled), (2, 5, 3), [0])
    add("places_added_open", Function(places_added), (2, 5, 3), [0])
    add("elements_taken", Function(lambda x: x[torch.tensor([0, 1, 1]), torch.tensor([2, 0, 1])]), (2, 3, 4))
    add("rows_taken_open", Function(lambda x: x[:, torch.tensor([2, 0]), torch.tensor([1, 3])]), (2, 3, 4), [0])
    add("approximate_gelu", nn.GELU(approximate="tanh"), (2, 7))
    add("sampled_open", Sampled(), (2, 2, 5, 4), [0])
    add("spectrum", Function(spectrum), (2, 20))
    write(pathlib.Path(__file__).parent / "onnx-exported.safetensors", tensors)
    print(len([name for name in tensors if name.endswith("/model")]), "networks")


main()
