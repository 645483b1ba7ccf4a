"""Sums in pairs; those of several processes: `reach/test_ranks.py`."""

from __future__ import annotations

import numpy as np
import pytest

from templates.runtime.ranks import add_up, in_pairs


@pytest.mark.parametrize("count", range(1, 10))
def test_all_rows_are_added_up(count: int) -> None:
    rows = np.arange(3.0 * count).reshape(count, 3)
    expected = rows.sum(axis=0)
    assert add_up(rows).tolist() == rows[0].tolist() == expected.tolist()


@pytest.mark.parametrize("ranks", [2, 4, 8])
def test_pairs_of_ranks_are_pairs_of_shares(ranks: int) -> None:
    shares = np.random.default_rng(0).normal(size=(8, 1000)).astype(np.float32)
    found = np.stack([in_pairs(shares[rank::ranks].copy()) for rank in range(ranks)])
    assert in_pairs(found).tobytes() == in_pairs(shares).tobytes()
