"""Numbers that a script writes as its spec does."""

from __future__ import annotations

import numpy as np
import pytest

import nnspec
from tests.scripts import load, spec


def text(transforms: str, more: str = "") -> str:
    return nnspec.compile(
        spec(
            ["dense(3, softmax)"],
            loss=f"categorical_crossentropy{more}",
            more="",
            data=f'  npz("a.npz")\n  {transforms}',
        )
    )


@pytest.mark.parametrize(
    ("transforms", "line"),
    [
        ("scale(1/255)", "x = np.multiply(x, 1 / 255, dtype=DTYPE)"),
        ("scale(1.5/7)", "x = np.multiply(x, 1.5 / 7, dtype=DTYPE)"),
        ("scale(0.5)", "x = np.multiply(x, 0.5, dtype=DTYPE)"),
        ("scale(2*3)", "x = np.multiply(x, 6.0, dtype=DTYPE)"),
        ("standardize\n  scale(1/3, 2)", "x = x * (1 / 3) + 2.0"),
    ],
)
def test_a_factor_is_written_as_in_the_spec(transforms: str, line: str) -> None:
    script = text(transforms)
    assert f"{line}\n" in script
    if "standardize" not in transforms:
        factor = eval(transforms.removeprefix("scale"))
        x = np.arange(12.0).reshape(2, 6)
        assert np.allclose(load(script).prepare(x), x * factor, rtol=1e-6)


def test_smoothing_is_shared_out_by_a_quotient() -> None:
    assert "+ 0.2 / 3  # label smoothing" in text("", "(label_smoothing=0.2)")
