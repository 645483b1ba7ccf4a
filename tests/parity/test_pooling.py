"""What layers over windows give, and the derivative by what they are given, in Keras.

Windows of all sizes, strides and paddings; samples in which many cells are the largest.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.parity.conftest import WHY
from tests.windows import KINDS, Alone, alone, grid, samples

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

import jax  # noqa: E402

from tests.parity.keras_model import class_of, given  # noqa: E402


def compare(ours: Alone) -> None:
    """One layer beside the same one of Keras."""
    use = ours.script.model.network.calls[-1].use
    theirs = class_of(keras.layers, use.entry.name)(**given(use))
    x = samples(ours.shape)
    y, g, dx = ours.run(x)
    expected, back = jax.vjp(theirs, x)
    told = {"rtol": 1e-12, "atol": 1e-12, "err_msg": f"{ours.layer} of {ours.shape}"}
    np.testing.assert_allclose(y, expected, **told)
    np.testing.assert_allclose(dx, back(jax.numpy.asarray(g))[0], **told)


@pytest.mark.parametrize(("kind", "rank", "padding"), KINDS)
def test_poolings(kind: str, rank: int, padding: str) -> None:
    layers = grid(kind, rank, padding)
    assert len(layers) > (25, 25, 7)[rank - 1]
    for layer in layers:
        compare(layer)


OTHERS = {
    (4, 3): (
        "global_max_pooling1d",
        "global_max_pooling1d(true)",
        "global_average_pooling1d",
        "global_average_pooling1d(true)",
        "zero_padding1d",
        "zero_padding1d(2)",
        "zero_padding1d((0, 3))",
        "zero_padding1d(0)",
        "cropping1d",
        "cropping1d(0)",
        "cropping1d((2, 0))",
        "cropping1d((0, 3))",
        "upsampling1d",
        "upsampling1d(1)",
        "upsampling1d(5)",
        *(
            f"adaptive_{kind}_pooling1d({size})"
            for kind in ("max", "average")
            for size in (1, 3, 4, 6)
        ),
    ),
    (3, 4, 2): (
        "global_max_pooling2d",
        "global_max_pooling2d(true)",
        "global_average_pooling2d",
        "global_average_pooling2d(true)",
        "zero_padding2d",
        "zero_padding2d(2)",
        "zero_padding2d((0, 3))",
        "zero_padding2d(((1, 0), (0, 2)))",
        "zero_padding2d((2, (3, 1)))",
        "cropping2d",
        "cropping2d(1)",
        "cropping2d((0, 1))",
        "cropping2d(((2, 0), (0, 3)))",
        "cropping2d(((0, 1), 1))",
        "upsampling2d",
        "upsampling2d(3)",
        "upsampling2d((1, 4))",
        "upsampling2d((3, 1), nearest)",
        "upsampling2d(2, bilinear)",
        "upsampling2d(3, bilinear)",
        "upsampling2d((4, 5), bilinear)",
        "upsampling2d((1, 2), bilinear)",
        "upsampling2d(1, bilinear)",
        *(
            f"adaptive_{kind}_pooling2d({size})"
            for kind in ("max", "average")
            for size in (1, 2, "(2, 3)", "(3, 5)")
        ),
    ),
    (3, 4, 5, 2): (
        "global_max_pooling3d",
        "global_max_pooling3d(true)",
        "global_average_pooling3d",
        "global_average_pooling3d(true)",
        "zero_padding3d",
        "zero_padding3d(2)",
        "zero_padding3d((0, 3, 1))",
        "zero_padding3d(((1, 0), (0, 2), 1))",
        "cropping3d",
        "cropping3d(1)",
        "cropping3d((0, 1, 2))",
        "cropping3d(((2, 0), (0, 3), 0))",
        "upsampling3d",
        "upsampling3d((1, 4, 2))",
        *(
            f"adaptive_{kind}_pooling3d({size})"
            for kind in ("max", "average")
            for size in (1, 2, "(2, 3, 4)")
        ),
    ),
    (1, 1, 3): ("upsampling2d((3, 2), bilinear)", "global_max_pooling2d"),
}


@pytest.mark.parametrize("shape", OTHERS, ids=str)
def test_others(shape: tuple[int, ...]) -> None:
    for layer in OTHERS[shape]:
        compare(alone(layer, shape))
