"""PyTorch, eager: all data in memory, a batch by a slice of a permutation."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmarks.peers.task import Task, report, task


def build(task: Task, features: int) -> nn.Module:
    """The network, up to its logits."""
    layers: list[nn.Module] = []
    for width in task.widths:
        layers += [nn.Linear(features, width), nn.ReLU()]
        features = width
    return nn.Sequential(*layers[:-1])


def loss(task: Task, z: Tensor, y: Tensor) -> Tensor:
    """The mean loss of logits."""
    if task.binary:
        return nn.functional.binary_cross_entropy_with_logits(z[:, 0], y.float())
    return nn.functional.cross_entropy(z, y)


def accuracy(task: Task, model: nn.Module, x: Tensor, y: Tensor) -> float:
    """The share of right answers."""
    with torch.inference_mode():
        z = model(x)
        hits = (z[:, 0] > 0) == y if task.binary else z.argmax(dim=1) == y
        return hits.float().mean().item()


def main(task: Task, data_dir: Path, out: Path) -> None:
    """Train, evaluate, save."""
    torch.manual_seed(0)
    parts = {
        part: (torch.from_numpy(x), torch.from_numpy(y))
        for part, (x, y) in task.load(data_dir).items()
    }
    x, y = parts["train"]
    model = build(task, x.shape[1])
    # Keras's rho and epsilon, which nnspec has, too.
    optimizer = torch.optim.RMSprop(
        model.parameters(), lr=task.learning_rate, alpha=0.9, eps=1e-7
    )
    epochs = []
    for _ in range(task.epochs):
        began = time.perf_counter()
        for rows in torch.randperm(len(x)).split(task.batch_size):
            optimizer.zero_grad(set_to_none=True)
            loss(task, model(x[rows]), y[rows]).backward()
            optimizer.step()
        if "validation" in parts:
            accuracy(task, model, *parts["validation"])
        epochs.append(time.perf_counter() - began)

    tested = accuracy(task, model, *parts["test"])
    torch.save(model.state_dict(), out / "weights.pt")
    report(epochs, tested)


if __name__ == "__main__":
    main(task(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
