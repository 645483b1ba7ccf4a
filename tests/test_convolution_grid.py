"""The derivatives of convolutions, over the grid of them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.convolutions import LAYERS, grid
from tests.scripts import script


@pytest.mark.thorough
def test_the_grid_is_wide() -> None:
    assert sum(len(grid(layer)) for layer in LAYERS) >= 600


#: What a layer is given changes with periods of 2, 3 and 4: each part has some of all.
PARTS = 11


@pytest.mark.share(PARTS)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("layer", LAYERS)
def test_derivatives_and_shapes(layer: str, part: int) -> None:
    for given in grid(layer)[part::PARTS]:
        s = script(given)
        assert s.gradcheck() == 0, given
        w = s.module.views(np.zeros(s.module.PARAMETERS))
        a = s.forward(w, np.zeros((2, *s.model.input_shape)))
        assert getattr(a, s.prediction).shape == (2, *s.model.output_shape), given
