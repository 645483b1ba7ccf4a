"""PyTorch's own updates, all tensors at once (`foreach`), with Keras's settings."""

from __future__ import annotations

import sys

import torch

from benchmarks.updates.clock import LEARNING_RATE, PARAMETERS, gradients, report

OPTIMIZERS = {
    "adam": lambda p: torch.optim.Adam(p, lr=LEARNING_RATE, eps=1e-7, foreach=True),
    "rmsprop": lambda p: torch.optim.RMSprop(
        p, lr=LEARNING_RATE, alpha=0.9, eps=1e-7, foreach=True
    ),
    "sgd": lambda p: torch.optim.SGD(p, lr=LEARNING_RATE, momentum=0.9, foreach=True),
}


def main(name: str) -> None:
    """Time an optimizer."""
    fresh = torch.from_numpy(gradients())
    flat = torch.zeros(PARAMETERS)
    shapes = ((1000, 1000), (1000,))
    sizes = [1000 * 1000, 1000]
    views = [p.view(s) for p, s in zip(flat.split(sizes), shapes, strict=True)]
    grads = [g.view(s) for g, s in zip(fresh.split(sizes), shapes, strict=True)]
    for view, grad in zip(views, grads, strict=True):
        view.grad = grad.clone()
    optimizer = OPTIMIZERS[name](views)

    def prepare() -> None:
        for view, grad in zip(views, grads, strict=True):
            view.grad.copy_(grad)

    report(prepare, optimizer.step, flat.numpy())


if __name__ == "__main__":
    main(sys.argv[1])
