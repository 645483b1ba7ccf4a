"""Of another network's weights, the layers that fit are taken, whole or not at all."""

from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from templates.runtime.input_error import InputError
from templates.runtime.load_fitting import load_fitting

SHAPES = {"data/bias": (3,), "dense/kernel": (2, 3), "dense/bias": (3,)}


def fitted(path: Path, **arrays: np.ndarray) -> SimpleNamespace:
    np.savez(path, **{name.replace("__", "/"): a for name, a in arrays.items()})
    w = SimpleNamespace(**{k.replace("/", "_"): np.zeros(s) for k, s in SHAPES.items()})
    load_fitting(Namespace(initial_weights=path, quiet=False), w, SHAPES)
    return w


def test_a_layer_is_taken_whole_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kernel, bias = np.ones((4, 3)), np.ones(3)
    given = {"dense__kernel": kernel, "dense__bias": bias, "data__bias": bias}
    w = fitted(tmp_path / "w.npz", **given, data__mean=bias, top__bias=bias)
    assert w.data_bias.all()
    assert not w.dense_bias.any()  # it fits, but its kernel does not
    assert capsys.readouterr().err.splitlines() == [
        "data/bias     taken",
        "dense/kernel  not taken: (4, 3) in the file",
        "dense/bias    not taken: (3,) in the file",
    ]


def test_a_file_of_which_nothing_fits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no layer fits: it has \['top/bias'\], not"):
        fitted(tmp_path / "w.npz", top__bias=np.ones(3))
