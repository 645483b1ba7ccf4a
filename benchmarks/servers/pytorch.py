"""PyTorch: MODEL; with --prepare WEIGHTS, put them into MODEL."""

from __future__ import annotations

import time

BEGAN = time.perf_counter()

import sys  # noqa: E402

import torch  # noqa: E402


def network() -> torch.nn.Module:
    """The layers of the spec."""
    return torch.nn.Sequential(
        torch.nn.Flatten(),
        torch.nn.Linear(784, 512),
        torch.nn.ReLU(),
        torch.nn.Linear(512, 10),
        torch.nn.Softmax(dim=-1),
    )


def main(path: str) -> None:
    """Load the model and predict."""
    torch.set_num_threads(1)
    model = network().eval()
    model.load_state_dict(torch.load(path, weights_only=True))
    from benchmarks.servers.figures import Array, tell  # noqa: PLC0415

    def predict(x: Array) -> Array:
        with torch.inference_mode():
            outputs: Array = model(torch.from_numpy(x).float() * (1 / 255)).numpy()
        return outputs

    tell(BEGAN, predict)


def prepare(weights: str, path: str) -> None:
    """Save a model that has the weights."""
    import numpy as np  # noqa: PLC0415

    model = network()
    with np.load(weights) as arrays, torch.no_grad():
        for layer, name in ((model[1], "dense"), (model[3], "dense_1")):
            layer.weight.copy_(torch.from_numpy(arrays[f"{name}/kernel"].T))
            layer.bias.copy_(torch.from_numpy(arrays[f"{name}/bias"]))
    torch.save(model.state_dict(), path)


if __name__ == "__main__":
    if sys.argv[1] == "--prepare":
        prepare(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
