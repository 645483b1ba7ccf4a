"""PyTorch, eager: all data in memory, a batch by a slice of a permutation."""

from __future__ import annotations

import time
from argparse import Namespace
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.peers.task import TEST_BATCH, Task, options, report

#: With Keras's settings, which nnspec has, too.
OPTIMIZERS = {
    "adam": partial(torch.optim.Adam, eps=1e-7),
    "rmsprop": partial(torch.optim.RMSprop, alpha=0.9, eps=1e-7),
}
#: How wide the vectors of the transformer are, and how many heads it has.
WIDTH, HEADS = 128, 4


class Positions(nn.Module):
    """A vector for each place."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.vectors = nn.Parameter(0.02 * torch.randn(length, WIDTH))

    def forward(self, x: Tensor) -> Tensor:
        """Add them."""
        return x + self.vectors


class Steps(nn.Module):
    """An LSTM that gives a value for each step."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(32, units, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """Leave the states out."""
        values, _ = self.lstm(x)
        return values


class Transformer(nn.Module):
    """Attention to the steps so far, then two dense layers; a way around each."""

    def __init__(self) -> None:
        super().__init__()
        self.before = nn.LayerNorm(WIDTH, eps=1e-3)
        self.asked = nn.Linear(WIDTH, 3 * WIDTH)  # queries, keys and values at once
        self.told = nn.Linear(WIDTH, WIDTH)
        self.dense = nn.Sequential(
            nn.LayerNorm(WIDTH, eps=1e-3),
            nn.Linear(WIDTH, 4 * WIDTH),
            nn.GELU(),
            nn.Linear(4 * WIDTH, WIDTH),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Values (N, steps, width)."""
        parts = self.asked(self.before(x)).split(WIDTH, dim=2)
        heads = (part.unflatten(2, (HEADS, -1)).transpose(1, 2) for part in parts)
        seen = nn.functional.scaled_dot_product_attention(*heads, is_causal=True)
        x = x + self.told(seen.transpose(1, 2).flatten(2))
        return x + self.dense(x)


#: Those with weights find out how many channels or features they get.
LAYERS = {
    "conv2d": lambda filters, size: (nn.LazyConv2d(filters, size), nn.ReLU()),
    "normalized_conv2d": lambda filters, size: (
        nn.LazyConv2d(filters, size, bias=False),
        nn.LazyBatchNorm2d(eps=1e-3, momentum=0.1),
    ),
    "normalized_dense": lambda units: (
        nn.LazyLinear(units, bias=False),
        nn.LazyBatchNorm1d(eps=1e-3, momentum=0.1),
    ),
    "relu": lambda: (nn.ReLU(),),
    "max_pooling2d": lambda size: (nn.MaxPool2d(size),),
    "dropout": lambda rate: (nn.Dropout(rate),),
    "flatten": lambda: (nn.Flatten(),),
    "dense": lambda units: (nn.LazyLinear(units), nn.ReLU()),
    "embedding": lambda count, width: (nn.Embedding(count, width),),
    "mean_embedding": lambda count, width: (nn.EmbeddingBag(count, width),),
    "position_embedding": lambda length: (Positions(length),),
    "lstm": lambda units: (Steps(units),),
    "transformer": lambda: (Transformer(),),
    "layer_normalization": lambda: (nn.LayerNorm(WIDTH, eps=1e-3),),
}


def build(task: Task, x: Tensor, layout: torch.memory_format) -> nn.Module:
    """The network for samples like x, up to its logits."""
    layers = [layer for k, *size in task.merged_layers for layer in LAYERS[k](*size)]
    model = nn.Sequential(*layers[:-1])
    with torch.no_grad():
        model(x[:2])  # one sample has no variance
    return model.to(memory_format=layout)


def tensor(x: np.ndarray, layout: torch.memory_format) -> Tensor:
    """The samples; grey images become (N, 1, height, width), in this layout.

    These are views: nothing is copied. With one channel, it is the strides alone that
    tell the layout, and the first convolution goes by them.
    """
    samples = torch.from_numpy(x)
    if samples.ndim < 4:
        return samples
    if layout == torch.channels_last:
        return samples.movedim(3, 1)
    return samples.squeeze(3).unsqueeze(1)


def loss(task: Task, z: Tensor, y: Tensor) -> Tensor:
    """The mean loss of logits."""
    if task.binary:
        return nn.functional.binary_cross_entropy_with_logits(z[:, 0], y.float())
    return nn.functional.cross_entropy(z.flatten(0, -2), y.flatten())


def accuracy(task: Task, model: nn.Module, x: Tensor, y: Tensor) -> float:
    """The share of right answers."""
    hits = 0
    model.eval()
    with torch.inference_mode():
        for some, labels in zip(x.split(TEST_BATCH), y.split(TEST_BATCH), strict=True):
            z = model(some)
            answers = z[:, 0] > 0 if task.binary else z.argmax(dim=-1)
            hits += int((answers == labels).sum())
    model.train()
    return hits / y.numel()


def main(options: Namespace) -> None:
    """Train, evaluate, save."""
    torch.manual_seed(0)
    task = options.task
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    parts = {
        part: (tensor(x, layout), torch.from_numpy(y))
        for part, (x, y) in task.load(options.data_dir).items()
    }
    x, y = parts["train"]
    model = build(task, x, layout)
    optimizer = OPTIMIZERS[task.optimizer](model.parameters(), lr=task.learning_rate)
    epochs = []
    for _ in range(options.epochs):
        began = time.perf_counter()
        for rows in torch.randperm(len(x)).split(options.batch_size):
            optimizer.zero_grad(set_to_none=True)
            loss(task, model(x[rows]), y[rows]).backward()
            optimizer.step()
        if "validation" in parts:
            accuracy(task, model, *parts["validation"])
        epochs.append(time.perf_counter() - began)

    tested = accuracy(task, model, *parts["test"])
    torch.save(model.state_dict(), options.out / "weights.pt")
    report(epochs, tested)


if __name__ == "__main__":
    main(options("--channels-last"))
