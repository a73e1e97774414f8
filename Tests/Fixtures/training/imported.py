"""Writes a small LeNet as imported.onnx, and what five steps of PyTorch's SGD make of it as imported.json.

Usage: python imported.py, with torch (2.x) and onnx. The numbers of the network are rounded to three decimals; PyTorch computes
its derivatives in double precision, with the running means as they are. The file shares what is equal, the fresh biases, and
has the weight of fc1 transposed by a node of its own, as PyTorch writes them.
"""

import copy
import json
import pathlib

import torch
import torch.nn.functional as F

generator = torch.Generator().manual_seed(11)
here = pathlib.Path(__file__).parent


def draw(*shape, scale=1.0):
    return (torch.randn(*shape, generator=generator) * scale * 1000).round() / 1000


def numbers(t):
    return {"shape": list(t.shape), "values": [float(f"{v:.9g}") for v in t.detach().reshape(-1).tolist()]}


class LeNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 4, 3, padding=1)
        self.norm1 = torch.nn.BatchNorm2d(4)
        self.conv2 = torch.nn.Conv2d(4, 6, 3)
        self.fc1 = torch.nn.Linear(24, 10, bias=False)
        self.fc2 = torch.nn.Linear(10, 4)

    def forward(self, x):
        x = F.max_pool2d(torch.relu(self.norm1(self.conv1(x))), 2)
        x = F.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.fc2(torch.relu(self.fc1(x.flatten(1))))


net = LeNet().eval()
with torch.no_grad():
    for name, p in net.named_parameters():
        fresh = name in ("conv1.bias", "norm1.bias")
        p.copy_(torch.zeros_like(p) if fresh else draw(*p.shape, scale=1.5 / max(1, p[0].numel()) ** 0.5))
    net.norm1.running_mean.copy_(draw(4, scale=0.2))
    net.norm1.running_var.copy_(draw(4).abs() + 0.5)
x, y = draw(6, 1, 12, 12), torch.tensor([0, 3, 1, 2, 2, 0])
torch.onnx.export(
    net, x, here / "imported.onnx", dynamo=False, do_constant_folding=False, input_names=["x"], output_names=["y"],
    dynamic_axes={"x": {0: "n"}, "y": {0: "n"}})

net, x = copy.deepcopy(net).double(), x.double()
optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
losses, gradients = [], {}
output = net(x)
for step in range(5):
    optimiser.zero_grad()
    loss = F.cross_entropy(net(x), y)
    loss.backward()
    losses.append(loss.item())
    if step == 0:
        gradients = {name: numbers(p.grad) for name, p in net.named_parameters()}
    optimiser.step()
case = {
    "torch": torch.__version__, "x": numbers(x), "y": numbers(y), "output": numbers(output), "losses": losses,
    "gradients": gradients, "after": {name: numbers(p) for name, p in net.named_parameters()},
}
(here / "imported.json").write_text(json.dumps(case, separators=(",", ":")) + "\n")
