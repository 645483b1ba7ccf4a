"""Shakespeare for the peers: windows of ids of characters, and the ids that follow."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.peers.task import Part

LENGTH = 64
TEST = 0.1  # the last share of the text


def load(data_dir: Path, stride: int) -> dict[str, Part]:
    """Windows (N, 64) that begin so many characters apart, and labels (N, 64)."""
    text = (data_dir / "tinyshakespeare.txt").read_text("utf-8")
    cut = int(len(text) * (1 - TEST))
    ids = {character: i for i, character in enumerate(sorted({*text[:cut]}))}
    parts = {"train": text[:cut], "test": text[cut:]}
    return {
        part: _windows(np.array([ids[c] for c in some]), stride)
        for part, some in parts.items()
    }


def _windows(ids: np.ndarray, stride: int) -> Part:
    starts = np.arange(0, len(ids) - LENGTH, stride)
    places = starts[:, np.newaxis] + np.arange(LENGTH)
    return ids[places], ids[places + 1]
