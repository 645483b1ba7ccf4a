"""Compiles specs around a data section, and imports the scripts where the data is."""

from __future__ import annotations

import importlib.util
import inspect
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

import nnspec

Array = np.ndarray[Any, Any]


def spec(
    data: str, shape: str, layers: str, loss: str, precision: str = "float32"
) -> str:
    """A spec around the lines of a data section."""
    return (
        f"data {{\n{data}\n}}\nnetwork {{\ninput({shape})\n{layers}\n}}\n"
        f"training {{\nloss = {loss}\nprecision = {precision}\n}}\n"
    )


def classes(data: str, shape: str = "2", units: int = 3) -> str:
    """A spec that tells classes apart by their indices."""
    return spec(data, shape, f"dense({units}, softmax)", _SPARSE)


def one_hot(data: str, shape: str = "2", units: int = 3) -> str:
    """A spec that tells classes apart by one-hot labels."""
    return spec(data, shape, f"dense({units}, softmax)", "categorical_crossentropy")


def binary(data: str, shape: str = "2", units: int = 1) -> str:
    """A spec that tells two classes apart."""
    return spec(data, shape, f"dense({units}, sigmoid)", "binary_crossentropy")


def values(data: str, shape: str = "2", units: int = 1) -> str:
    """A spec that predicts numbers, in float64."""
    return spec(data, shape, f"dense({units})", "mse", "float64")


_SPARSE = "sparse_categorical_crossentropy"


def section(text: str, folder: Path) -> ModuleType:
    """The script of a spec as a module; its file lies in `folder`, as does its data."""
    path = folder / "script_under_test.py"
    path.write_text(nnspec.compile(text, "spec.nn"), encoding="utf-8")
    found = importlib.util.spec_from_file_location(path.stem, path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def options(data: Path | None = None, data_dir: Path | None = None) -> SimpleNamespace:
    """What the script's command line gives to its data section."""
    return SimpleNamespace(data=data, data_dir=data_dir)


def saved(module: ModuleType, learnt: Mapping[str, Array] | None = None) -> io.BytesIO:
    """Weights of the script, all 0, and what its data section has learnt."""
    file = io.BytesIO()
    zeros = {name: np.zeros(shape) for name, shape in module.SHAPES.items()}
    np.savez(file, **zeros, **(learnt or {}))
    return file


def read(
    module: ModuleType, path: Path, learnt: Mapping[str, Array] | None = None
) -> Any:
    """The samples to predict for in a file, as the network takes them."""
    taken = []

    class Outputs:
        def __getattr__(self, _: str) -> Array:
            return np.zeros((1, 1))

    def forward_all(_: SimpleNamespace, x: Any) -> Iterator[tuple[slice, Outputs]]:
        taken.append(x)
        yield slice(0), Outputs()

    module.__dict__["forward_all"] = forward_all
    model = module.Model(saved(module, learnt))
    of_table = "learnt" in inspect.signature(module.read_input).parameters
    for rows, where in module.read_input(path, *([model.learnt] if of_table else [])):
        model.predict(rows, where)
    return taken[0] if len(taken) == 1 else np.concatenate(taken)


def load(text: str, folder: Path, **given: Path) -> tuple[Any, dict[str, Array]]:
    """The parts of the data of a spec, and what was learnt."""
    result = section(text, folder).load_data(options(**given))
    if isinstance(result, tuple):
        return result
    return result, {}
