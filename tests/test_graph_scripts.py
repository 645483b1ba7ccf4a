"""Scripts of networks that are graphs: each gradient is that of the loss."""

from __future__ import annotations

import pytest

from tests.scripts import script
from tests.smooth_graphs import random_graph


@pytest.mark.share(19)
@pytest.mark.parametrize("seed", range(1900))
def test_gradients_of_random_graphs(seed: int) -> None:
    assert script(random_graph(seed)).gradcheck() == 0
