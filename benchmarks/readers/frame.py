"""pandas reads a table: TABLE."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd


def main(table: str) -> None:
    """Make of a table what the script does, in the lines that one writes."""
    frame = pd.read_csv(table)
    y = frame.pop("y").to_numpy(np.float32)
    frame = pd.get_dummies(frame)
    frame = (frame - frame.mean()) / frame.std(ddof=0)
    x = frame.to_numpy(np.float32)
    del frame
    from benchmarks.readers.figures import tell  # noqa: PLC0415

    tell(x, y)


if __name__ == "__main__":
    main(*sys.argv[1:])
