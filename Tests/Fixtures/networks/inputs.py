"""Writes two-branches.onnx, words.onnx and words-open.onnx, small networks with several inputs and drawn weights as PyTorch exports
them, and inputs.safetensors with inputs, the outputs that onnxruntime gives, and derivatives that PyTorch gives.

Usage: python inputs.py, with torch, onnx, onnxruntime and numpy. "words" is a transformer that takes words, a mask and the kinds of
the words, as exports of BERT do; "words-open" leaves the batch and the number of words open. Per network: "NAME/INPUT" for a batch,
"NAME/output", and "NAME/gradient.INPUT": the gradient of the sum of the outputs of class 1. "words/hidden" is the output of the
first layer's sum, and "words/gradient.hidden" the gradient there.
"""

import io
import pathlib

import numpy as np
import onnxruntime
import torch
from torch import nn

from windows import write

HERE = pathlib.Path(__file__).parent


class Branches(nn.Module):
    """A picture and a row of a table, told apart by three classes."""

    def __init__(self):
        super().__init__()
        self.conv, self.side = nn.Conv2d(1, 3, 3, padding=1), nn.Linear(4, 3)
        self.head = nn.Linear(3 * 9 + 3, 3)

    def forward(self, image, table):
        maps = nn.functional.max_pool2d(torch.relu(self.conv(image)), 2)
        return self.head(torch.cat([maps.flatten(1), torch.tanh(self.side(table))], 1))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(8, 8) for _ in range(4))
        self.norm1, self.norm2 = nn.LayerNorm(8), nn.LayerNorm(8)
        self.wide, self.narrow = nn.Linear(8, 16), nn.Linear(16, 8)

    def heads(self, x):
        return x.view(x.shape[0], x.shape[1], 2, 4).permute(0, 2, 1, 3)

    def forward(self, x, mask):
        scores = self.heads(self.query(x)) @ self.heads(self.key(x)).transpose(-1, -2) / 2 + mask
        mixed = (scores.softmax(-1) @ self.heads(self.value(x))).permute(0, 2, 1, 3).flatten(2)
        x = self.norm1(x + self.out(mixed))
        return self.norm2(x + self.narrow(nn.functional.gelu(self.wide(x))))


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.places, self.kinds = nn.Embedding(20, 8), nn.Embedding(6, 8), nn.Embedding(2, 8)
        self.norm, self.blocks = nn.LayerNorm(8), nn.ModuleList([Block(), Block()])
        self.head = nn.Linear(8, 3)
        self.register_buffer("order", torch.arange(6)[None])

    def after(self, hidden, attention_mask):
        mask = (1.0 - attention_mask[:, None, None, :].float()) * -10000.0
        for block in self.blocks:
            hidden = block(hidden, mask)
        return self.head(torch.tanh(hidden[:, 0]))

    def embedded(self, input_ids, token_type_ids):
        places = self.places(self.order[:, :input_ids.shape[1]])
        return self.norm(self.words(input_ids) + places + self.kinds(token_type_ids))

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.after(self.embedded(input_ids, token_type_ids), attention_mask)


def export(file, net, inputs, dynamic=None):
    names = list(inputs)
    content = io.BytesIO()
    torch.onnx.export(
        net, tuple(inputs.values()), content, dynamo=False, input_names=names, output_names=["logits"], opset_version=17,
        dynamic_axes=dynamic)
    (HERE / file).write_bytes(content.getvalue())


def run(file, inputs):
    session = onnxruntime.InferenceSession(HERE / file)
    return session.run(None, {name: value.numpy() for name, value in inputs.items()})[0]


def main():
    torch.manual_seed(3)
    tensors = {}
    branches = Branches().eval()
    one = {"image": torch.rand(1, 1, 6, 6), "table": torch.randn(1, 4)}
    export("two-branches.onnx", branches, one, {"image": {0: "batch"}, "table": {0: "batch"}, "logits": {0: "batch"}})
    batch = {"image": torch.rand(3, 1, 6, 6), "table": torch.randn(3, 4)}
    leaves = {name: value.clone().requires_grad_() for name, value in batch.items()}
    branches(**leaves)[:, 1].sum().backward()
    for name, value in batch.items():
        tensors[f"two-branches/{name}"] = value.numpy()
        tensors[f"two-branches/gradient.{name}"] = leaves[name].grad.numpy()
    tensors["two-branches/output"] = run("two-branches.onnx", batch)

    words = Words().eval()
    ids = torch.randint(0, 20, (2, 5))
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    batch = {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.tensor([[0, 0, 1, 1, 1], [0, 1, 1, 0, 0]])}
    export("words.onnx", words, {name: value[:1] for name, value in batch.items()})
    axes = {name: {0: "batch", 1: "sequence"} for name in batch}
    export("words-open.onnx", words, batch, axes | {"logits": {0: "batch"}})
    output = run("words-open.onnx", batch)
    alone = [run("words.onnx", {name: value[i:i + 1] for name, value in batch.items()})[0] for i in range(2)]
    assert np.allclose(output, np.stack(alone), atol=1e-6)
    hidden = words.embedded(ids, batch["token_type_ids"]).detach().requires_grad_()
    words.after(hidden, mask)[:, 1].sum().backward()
    for name, value in batch.items():
        tensors[f"words/{name}"] = value.numpy()
    tensors |= {
        "words/hidden": hidden.detach().numpy(), "words/gradient.hidden": hidden.grad.numpy(), "words/output": output}
    write(HERE / "inputs.safetensors", tensors)


if __name__ == "__main__":
    main()
