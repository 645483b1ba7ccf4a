"""The examples' goldens, byte for byte.

`python -m tests.golden` writes them anew, and the snapshots of messages, too.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import nnspec
from nnspec.cli import main
from nnspec.resources import folder
from tests import snapshots

EXAMPLES = sorted(folder("examples").glob("*.nn"))
#: Those that stand there as bare scripts, too.
BARE = ("mnist_512", "mnist_convolutions", "spirals")
#: Those that stand there as scripts of Keras, too.
KERAS = ("cifar10_residual", "formulas", "mnist_512")


def goldens(spec: Path) -> dict[Path, str]:
    """The files that stand beside an example, and what they should hold."""
    text = spec.read_text(encoding="utf-8")
    bare, keras = (spec.with_name(f"{spec.stem}_{e}.py") for e in ("bare", "keras"))
    return {
        spec.with_suffix(".py"): nnspec.compile(text, spec.name),
        **(
            {bare: nnspec.compile(text, spec.name, bare=True)}
            if spec.stem in BARE
            else {}
        ),
        **(
            {keras: nnspec.compile(text, spec.name, target="keras")}
            if spec.stem in KERAS
            else {}
        ),
        spec.with_suffix(".summary.txt"): summary(spec),
    }


def summary(spec: Path) -> str:
    """What `nnspec summary` prints."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        code = main(["summary", str(spec)])
    assert code == 0, f"nnspec summary {spec}: exit code {code}"
    return output.getvalue()


def renew() -> None:
    """Write every golden that is not what it should be, and name it."""
    for spec in EXAMPLES:
        for path, text in goldens(spec).items():
            data = text.encode()
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)
                print(path.name)


if __name__ == "__main__":
    renew()
    snapshots.renew()
