"""Networks that are graphs train as Keras's functional models do."""

from __future__ import annotations

import numpy as np
import pytest

from tests.parity.keras_model import build
from tests.parity.test_training import compare_state, data, train
from tests.scripts import Run, script
from tests.smooth_graphs import random_graph


@pytest.mark.share(4)
@pytest.mark.parametrize("seed", range(40))
def test_random_graphs(seed: int) -> None:
    s = script(random_graph(seed))
    run, built = Run(s), build(s.model)
    run.parameters += np.random.default_rng(2).normal(0, 0.1, run.parameters.size)
    x, y = data(s)
    train(s, run, built, x, y)
    compare_state(s, run, built)
