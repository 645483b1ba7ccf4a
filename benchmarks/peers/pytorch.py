"""PyTorch, eager: all data in memory, a batch by a slice of a permutation."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmarks.peers.mnist import (
    BATCH_SIZE,
    CLASSES,
    EPOCHS,
    HIDDEN,
    LEARNING_RATE,
    load,
    report,
)


def train_epoch(
    model: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor
) -> float:
    """One pass over all samples; its seconds."""
    began = time.perf_counter()
    for rows in torch.randperm(len(x)).split(BATCH_SIZE):
        optimizer.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    return time.perf_counter() - began


def main(data_dir: Path, out: Path) -> None:
    """Train, evaluate, save."""
    torch.manual_seed(0)
    x, y = map(torch.from_numpy, load(data_dir, "train"))
    x_test, y_test = map(torch.from_numpy, load(data_dir, "t10k"))

    model = nn.Sequential(
        nn.Linear(x.shape[1], HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES)
    )
    # Keras's rho and epsilon, which nnspec has, too.
    optimizer = torch.optim.RMSprop(
        model.parameters(), lr=LEARNING_RATE, alpha=0.9, eps=1e-7
    )
    epochs = [train_epoch(model, optimizer, x, y) for _ in range(EPOCHS)]

    with torch.inference_mode():
        hits = model(x_test).argmax(dim=1) == y_test
    torch.save(model.state_dict(), out / "weights.pt")
    report(epochs, hits.float().mean().item())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
