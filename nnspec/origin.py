"""Where a script comes from."""

from __future__ import annotations

from os.path import splitext
from typing import Literal

from nnspec.record import Record

Target = Literal["numpy", "keras"]


class Origin(Record):
    """How a script came to be, as far as its text shows it.

    `folder` is the way from the script's folder to the spec's, in which data files are
    looked for. A `command` runs it in place of `python`: then `folder` is the way from
    the folder in which it runs. `settings` are the `NAME=VALUE` of `--set`. A `bare`
    script has the mathematics alone. As many `ranks` as there can be are processes that
    MPI starts, 0 if it is for one. The `target` is what it is written in.
    """

    folder: str = "."
    command: str | None = None
    settings: tuple[str, ...] = ()
    bare: bool = False
    ranks: int = 0
    target: Target = "numpy"

    def script(self, spec: str) -> str:
        """The script's name, or its path, where nothing else is said."""
        other = "" if self.target == "numpy" else f"_{self.target}"
        return f"{splitext(spec)[0]}{'_bare' * self.bare}{other}.py"
