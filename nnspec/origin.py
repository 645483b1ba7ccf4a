"""Where a script comes from."""

from __future__ import annotations

from nnspec.record import Record


class Origin(Record):
    """How a script came to be, as far as its text shows it.

    `folder` is the way from the script's folder to the spec's, in which data files are
    looked for. A `command` runs it in place of `python`: then `folder` is the way from
    the folder in which it runs. `settings` are the `NAME=VALUE` of `--set`.
    """

    folder: str = "."
    command: str | None = None
    settings: tuple[str, ...] = ()
