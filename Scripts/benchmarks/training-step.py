"""The peer's side of training-step.xai: the same network, batch and optimiser in PyTorch eager.

Usage: training-step.py THREADS. Prints `name milliseconds` lines.
"""

import sys
import time

import torch
from torch import nn


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(1568, 96), nn.ReLU(), nn.Linear(96, 10))
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-3)
    x, y = torch.rand(64, 1, 28, 28), torch.randint(0, 10, (64,))

    def step():
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(network((x - 0.1307) / 0.3081), y)
        loss.backward()
        optimiser.step()
        return loss.item()

    times = []
    for i in range(63):
        begun = time.perf_counter()
        step()
        if i >= 3:
            times.append(time.perf_counter() - begun)
    print(f"training {sorted(times)[len(times) // 2] * 1000:.3f}")


main()
