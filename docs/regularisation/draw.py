"""Trains the examples of the page on regularisation, and draws their curves.

python docs/regularisation/draw.py            trains, keeps each history.csv, draws
python docs/regularisation/draw.py --no-runs  draws the histories that are kept
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "examples"
EPOCHS = 20
#: The pictures: the runs in each, and what they are called.
PICTURES = {
    "imdb": {
        "imdb": "16-16-1",
        "imdb_smaller": "4-4-1",
        "imdb_larger": "512-512-1",
        "imdb_l2": "L2",
        "imdb_dropout": "dropout",
    },
    "mnist": {
        "mnist": "784-512-10",
        "mnist_l2": "L2",
        "mnist_half_dropout": "dropout",
        "mnist_batch_normalization": "batch normalisation",
        "mnist_early_stopping": "early stopping",
    },
}


def train(name: str) -> None:
    """Train an example, and keep its history."""
    with tempfile.TemporaryDirectory() as folder:
        spec = next(
            f / f"{name}.nn" for f in (HERE, EXAMPLES) if (f / f"{name}.nn").exists()
        )
        command = [sys.executable, "-m", "nnspec", "run", str(spec)]
        subprocess.run([*command, "--epochs", str(EPOCHS), "--out", folder], check=True)
        history = Path(folder, "history.csv").read_text("utf-8")
    (HERE / f"{name}.csv").write_text(history, "utf-8")


def draw(picture: str, runs: dict[str, str]) -> None:
    """One picture: loss and accuracy on the validation part, a line for each run."""
    figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    titles = {"val_loss": "validation loss", "val_accuracy": "validation accuracy"}
    for panel, (key, title) in zip(axes, titles.items(), strict=True):
        for name, label in runs.items():
            curve(panel, HERE / f"{name}.csv", key, label)
        panel.set(title=title, xlabel="epoch", xticks=range(2, EPOCHS + 1, 2))
        panel.grid(color="#ddd")
    axes[0].legend()
    figure.savefig(HERE / f"{picture}.svg", metadata={"Date": None})
    plt.close(figure)


def curve(panel: Axes, path: Path, key: str, label: str) -> None:
    """A column of a history as a line."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    epochs = [int(row["epoch"]) for row in rows]
    panel.plot(epochs, [float(row[key]) for row in rows], marker=".", label=label)


def main() -> None:
    """Train unless told not to, and draw."""
    mpl.rcParams["svg.hashsalt"] = "nnspec"  # the same histories, the same bytes
    for picture, runs in PICTURES.items():
        for name in runs:
            if "--no-runs" not in sys.argv:
                train(name)
        draw(picture, runs)


if __name__ == "__main__":
    main()
