"""The networks of the comparison as PyTorch modules with seeded random weights, and their ONNX files.

Usage: networks.py FOLDER. Writes FOLDER/NAME.onnx for those that are missing; the batch axis stays open. The numbers
of a network do not change how long it takes; its scales are chosen so that they stay of order one in every layer.
"""

import os
import sys

import torch
import torch.nn.functional as F
from torch import nn


class Normed(nn.Sequential):
    """A convolution with batch normalisation and, if wanted, an activation."""

    def __init__(self, inputs, outputs, size, stride=1, groups=1, activation=None):
        layers = [
            nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs),
        ]
        super().__init__(*layers, *([activation] if activation else []))


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions beside a shortcut (He et al. 2016, figure 2)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = Normed(inputs, outputs, 3, stride, activation=nn.ReLU())
        self.second = Normed(outputs, outputs, 3)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else Normed(inputs, outputs, 1, stride)

    def forward(self, x):
        return F.relu(self.second(self.first(x)) + self.shortcut(x))


def resnet18():
    """He et al. 2016, table 1, 18 layers."""
    blocks = [Normed(3, 64, 7, 2, activation=nn.ReLU()), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for outputs, stride in [(64, 1), (128, 2), (256, 2), (512, 2)]:
        blocks += [ResidualBlock(inputs, outputs, stride), ResidualBlock(outputs, outputs, 1)]
        inputs = outputs
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1000))


class InvertedBlock(nn.Module):
    """Wide, depthwise, narrow (Sandler et al. 2018, figure 4b), as EfficientNet-Lite has it: without squeezing."""

    def __init__(self, inputs, outputs, expansion, size, stride):
        super().__init__()
        wide = inputs * expansion
        layers = [Normed(inputs, wide, 1, activation=nn.ReLU6())] if expansion > 1 else []
        layers.append(Normed(wide, wide, size, stride, groups=wide, activation=nn.ReLU6()))
        self.layers = nn.Sequential(*layers, Normed(wide, outputs, 1))
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.layers(x) if self.adds else self.layers(x)


def efficientnet_lite0():
    """Tan and Le 2019, table 1, with the changes of its Lite variant: ReLU6, no squeezing, a fixed stem and head."""
    blocks = [Normed(3, 32, 3, 2, activation=nn.ReLU6())]
    inputs = 32
    stages = [
        (1, 16, 1, 3, 1), (6, 24, 2, 3, 2), (6, 40, 2, 5, 2), (6, 80, 3, 3, 2),
        (6, 112, 3, 5, 1), (6, 192, 4, 5, 2), (6, 320, 1, 3, 1)]
    for expansion, outputs, repeats, size, stride in stages:
        for place in range(repeats):
            blocks.append(InvertedBlock(inputs, outputs, expansion, size, stride if place == 0 else 1))
            inputs = outputs
    blocks.append(Normed(320, 1280, 1, activation=nn.ReLU6()))
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 1000))


class Attention(nn.Module):
    """Attention of several heads with its three projections in one product (Vaswani et al. 2017, section 3.2)."""

    def __init__(self, width, heads, joined):
        super().__init__()
        self.heads = heads
        self.joined = joined
        if joined:
            self.project = nn.Linear(width, 3 * width)
        else:
            self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.mix = nn.Linear(width, width)

    def forward(self, x):
        batch, places, width = x.shape
        parts = self.project(x).chunk(3, -1) if self.joined else (self.query(x), self.key(x), self.value(x))
        q, k, v = (part.view(batch, places, self.heads, width // self.heads).transpose(1, 2) for part in parts)
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2)
        return self.mix(mixed.reshape(batch, places, width))


class Layer(nn.Module):
    """A transformer layer, normalised after each half (BERT) or before (ViT)."""

    def __init__(self, width, heads, before, epsilon):
        super().__init__()
        self.before = before
        self.attention = Attention(width, heads, joined=before)
        self.norm1 = nn.LayerNorm(width, eps=epsilon)
        self.widen, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.norm2 = nn.LayerNorm(width, eps=epsilon)

    def feed(self, x):
        return self.narrow(F.gelu(self.widen(x)))

    def forward(self, x):
        if self.before:
            x = x + self.attention(self.norm1(x))
            return x + self.feed(self.norm2(x))
        x = self.norm1(x + self.attention(x))
        return self.norm2(x + self.feed(x))


class MiniLM(nn.Module):
    """The BERT encoder of sentence embeddings with 6 layers (Wang et al. 2020): token numbers in, their mean out."""

    def __init__(self, width=384, places=128, tokens=30522):
        super().__init__()
        self.words = nn.Embedding(tokens, width)
        self.place = nn.Parameter(torch.randn(places, width))
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.Sequential(*[Layer(width, 12, False, 1e-12) for _ in range(6)])

    def embed(self, tokens):
        return self.words(tokens)

    def rest(self, embedded):
        return self.layers(self.norm(embedded + self.place)).mean(1)

    def forward(self, tokens):
        return self.rest(self.embed(tokens))


class ViT(nn.Module):
    """A vision transformer, small, with patches of 16×16 (Dosovitskiy et al. 2021; Touvron et al. 2021, DeiT-S)."""

    def __init__(self, width=384, side=14):
        super().__init__()
        self.patches = nn.Conv2d(3, width, 16, 16)
        self.token = nn.Parameter(torch.randn(1, 1, width))
        self.place = nn.Parameter(torch.randn(1, side * side + 1, width))
        self.layers = nn.Sequential(*[Layer(width, 6, True, 1e-6) for _ in range(12)])
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, 1000)

    def forward(self, x):
        patches = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), patches], 1) + self.place
        return self.head(self.norm(self.layers(x))[:, 0])


NETWORKS = {
    "resnet18": resnet18,
    "efficientnet-lite0": efficientnet_lite0,
    "minilm": MiniLM,
    "vit-s16": ViT,
}


def network(name):
    """The network with its weights, for inference."""
    torch.manual_seed(0)
    made = NETWORKS[name]().eval()
    for module in made.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1)
            nn.init.normal_(module.bias, std=0.1)
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return made.requires_grad_(False)


def batch(name, count):
    """`count` inputs that network.xai makes alike, to the last bit: mixed token numbers, or pixels from -1 to 1."""
    if name == "minilm":
        return (torch.arange(count * 128) * 7919 % 30522).reshape(count, 128)
    mixed = torch.arange(count * 3 * 224 * 224) * 7919 % 1000
    return (mixed.float() / 500 - 1).reshape(count, 3, 224, 224)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name in NETWORKS:
        path = os.path.join(folder, name + ".onnx")
        if not os.path.exists(path):
            torch.onnx.export(
                network(name), batch(name, 2), path + ".part", dynamo=False, input_names=["x"],
                output_names=["y"], dynamic_axes={"x": {0: "n"}, "y": {0: "n"}})
            os.rename(path + ".part", path)


if __name__ == "__main__":
    main()
