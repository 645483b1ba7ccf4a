"""Write the data of the examples from scikit-learn's copies, and made-up curves.

Sources and licences are in README.md.
"""

import csv
import gzip
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
)

FOLDER = Path(__file__).resolve().parent


def main() -> None:
    """Write each table and archive beside this file."""
    for name, table in tables().items():
        data = table.encode()
        if name.endswith(".gz"):
            data = gzip.compress(data, mtime=0)
        (FOLDER / name).write_bytes(data)
    np.savez_compressed(FOLDER / "digit_pairs.npz", **pairs())


def pairs() -> dict[str, np.ndarray]:
    """Pairs of digits, half of them different; no digit is in both parts."""
    rng, digits = np.random.default_rng(0), load_digits()
    arrays = {}
    for part, own, count in (
        ("train", slice(1200), 1500),
        ("test", slice(1200, None), 500),
    ):
        x, y = digits.images[own].astype(np.uint8), digits.target[own]
        left = rng.integers(len(x), size=count)
        different = np.arange(count) % 2
        right = [
            rng.choice(np.flatnonzero((y != y[i]) == other))
            for i, other in zip(left, different, strict=True)
        ]
        arrays[f"left_{part}"], arrays[f"right_{part}"] = x[left], x[right]
        arrays[f"different_{part}"] = different.astype(np.uint8)
    return arrays


def tables() -> dict[str, str]:
    """The text of each table, by its file name."""
    iris, cancer, digits = load_iris(), load_breast_cancer(), load_digits()
    diabetes = load_diabetes(scaled=False)
    return {
        "breast_cancer.csv": table(
            [*names(cancer.feature_names), "diagnosis"],
            cancer.data,
            cancer.target_names[cancer.target],
        ),
        "curves.csv.gz": table(*curves()),
        "diabetes.csv": table(
            [*names(diabetes.feature_names), "progression"],
            diabetes.data,
            diabetes.target,
        ),
        "digits.csv.gz": table(
            [*names(digits.feature_names), "digit"], digits.data, digits.target
        ),
        "iris.csv": table(
            [*names(iris.feature_names), "species"],
            iris.data,
            iris.target_names[iris.target],
        ),
        "tides.csv": table(*tides()),
    }


def curves() -> tuple[list[str], list[list[float]], list[str]]:
    """Cylinders, bells and funnels (Saito, 1994): the columns, 300 curves, their names.

    Each has 128 steps of noise, and from one step to another a level, a rise or a fall.
    """
    rng, steps = np.random.default_rng(0), np.arange(128)
    shapes = ["cylinder", "bell", "funnel"] * 100
    rows = []
    for shape in shapes:
        first = rng.integers(16, 33)
        length = rng.integers(32, 97)
        part = (steps - first) / length
        inside = (part >= 0) & (part <= 1)
        rise = {"cylinder": 1.0, "bell": part, "funnel": 1 - part}[shape]
        row = (6 + rng.normal()) * inside * rise + rng.normal(size=128)
        rows.append(row.round(2).tolist())
    return [*(f"t{step}" for step in steps), "shape"], rows, shapes


def tides() -> tuple[list[str], list[list[float]], list[float]]:
    """Heights of made-up water, hour by hour: the moon, the sun and a day, and noise."""
    rng, hour = np.random.default_rng(7), np.arange(1000)
    height = 1.2 * np.sin(2 * np.pi * hour / 12.42)
    height += 0.5 * np.sin(2 * np.pi * hour / 12)
    height += 0.3 * np.sin(2 * np.pi * hour / 25.82 + 1) + 0.05 * rng.normal(size=1000)
    return ["hour", "height"], hour[:, None].tolist(), height.round(3).tolist()


def names(columns: Iterable[str]) -> list[str]:
    """Column names without spaces and units: `sepal length (cm)` as `sepal_length`."""
    return [column.removesuffix(" (cm)").replace(" ", "_") for column in columns]


def table(
    header: list[str], rows: Iterable[Iterable[float]], target: Iterable[float | str]
) -> str:
    """A CSV text: the features, then the target."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row, label in zip(rows, target, strict=True):
        writer.writerow([cell(value) for value in (*row, label)])
    return text.getvalue()


def cell(value: float | str) -> str:
    """A text as it is; a number as short as reads back the same: 5 for 5.0."""
    return value if isinstance(value, str) else repr(float(value)).removesuffix(".0")


if __name__ == "__main__":
    main()
