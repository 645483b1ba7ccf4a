"""nnspec's script reads a table: SCRIPT FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace


def main(script: str, folder: str) -> None:
    """Load the data, as a training does before its first epoch."""
    sys.path.insert(0, str(Path(script).parent))
    module = __import__(Path(script).stem)
    parts, _ = module.load_data(SimpleNamespace(data=None, data_dir=Path(folder)))
    from benchmarks.readers.figures import tell  # noqa: PLC0415

    tell(*parts["train"])


if __name__ == "__main__":
    main(*sys.argv[1:])
