"""Which samples the batches of an epoch hold, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from types import SimpleNamespace

import numpy as np

from tests.scripts import Run, script, spec

SAMPLES, BATCH = 50, 8  # the last batch holds two


def epochs(shuffle: str = "true", seed: int = 0) -> Iterator[list[list[int]]]:
    """For each of three epochs its batches, as the numbers of their samples."""
    more = f"precision = float64\n  shuffle = {shuffle}"
    s = script(spec(["dense(1)"], shape="1", optimizer="sgd(0.0)", more=more))
    run, backward = Run(s), s.module.backward
    numbers = np.arange(float(SAMPLES)).reshape(-1, 1)
    state = SimpleNamespace(**vars(run), history=[], diverged="")
    options = SimpleNamespace(seed=seed, epochs=3, batch_size=BATCH, quiet=True)
    batches: list[list[int]] = []

    def watched(w, dw, a, da, y):
        assert np.array_equal(a.x, y)  # samples have their own labels
        batches.append(y[:, 0].astype(int).tolist())
        backward(w, dw, a, da, y)

    s.module.backward = watched
    try:
        for _ in range(3):
            state.history.append(s.module.run_epoch(state, numbers, numbers, options))
            yield batches[:]
            batches.clear()
    finally:
        s.module.backward = backward


def order(batches: list[list[int]]) -> list[int]:
    return [*chain.from_iterable(batches)]


def test_an_epoch_takes_every_sample_once() -> None:
    for shuffle in ("true", "false"):
        for batches in epochs(shuffle):
            assert [len(batch) for batch in batches] == [8, 8, 8, 8, 8, 8, 2]
            assert sorted(order(batches)) == list(range(SAMPLES))


def test_every_epoch_has_another_order() -> None:
    orders = [order(batches) for batches in epochs()]
    assert len({*map(tuple, orders)}) == 3
    assert list(range(SAMPLES)) not in orders


def test_the_order_follows_from_the_seed() -> None:
    assert list(epochs(seed=1)) == list(epochs(seed=1))
    assert list(epochs(seed=1)) != list(epochs(seed=2))


def test_without_shuffling_the_order_is_that_of_the_data() -> None:
    for batches in epochs("false"):
        assert order(batches) == list(range(SAMPLES))
