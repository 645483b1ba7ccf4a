"""`nnspec describe`: the columns of a table."""

from __future__ import annotations

import io
import json
import re
import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import IO

from nnspec.commands.specs import STDIN, source_name
from nnspec.commands.terminal import DONE, FILE_FAULT, Stop, columns, write
from nnspec.facts import Request, Table, Unreadable, described
from nnspec.facts.encoding import encoding_of
from nnspec.facts.foreign import what_it_is
from nnspec.facts.notation import notation
from nnspec.facts.opened import opened
from nnspec.facts.reader import read
from nnspec.facts.runtime import input_error
from nnspec.record import EMPTY
from nnspec.table import TABLE
from nnspec.table.spelling import spell


def run(options: Namespace) -> int:
    """Describe `options.file`."""
    table = described_table(options.file)
    if options.format == "json":
        write(json.dumps(described.as_json(table), indent=2) + "\n")
    else:
        form = form_of(options.file) | notation(table.columns)
        given = [f"{option}={spell(value)}" for option, value in form.items()]
        notes = [f"in a spec, `csv` needs `{argument}`" for argument in given]
        write(described.text(table, columns(sys.stdout), notes))
    return DONE


def described_table(
    file: str,
    target: str | None = None,
    *,
    named: bool | None = None,
    form: Mapping[str, object] = EMPTY,
) -> Table:
    """The facts of a table as `csv` reads it, with the arguments of `form`.

    The encoding is found out, as no spec does it.
    Columns may be compared with a target. Whether they are named is found out where
    nobody says it.
    """
    path: Path = _Stdin() if file == STDIN else Path(file)  # type: ignore[assignment]
    if file != STDIN and not path.is_file():
        what = "a folder" if path.is_dir() else "no file"
        raise Stop(FILE_FAULT, f"cannot read {file}: it is {what}", _near(path))
    foreign = None if file == STDIN else what_it_is(path)
    form = form_of(file) | dict(form) if foreign is None else form
    facts = foreign or read(_request(target, form, named=bool(named)), {"train": path})
    if isinstance(facts, Table):
        is_open = named is None and not facts.named
        return _with_header(facts, path, form) if is_open else facts
    assert isinstance(facts, Unreadable)  # a table is no array
    raise Stop(FILE_FAULT, facts.message, facts.help)


def form_of(file: str) -> dict[str, object]:
    """What `csv` has to know of a file that is not in UTF-8, or has lines above."""
    if file == STDIN:
        return {}
    encoding = encoding_of(Path(file))
    form: dict[str, object] = {} if encoding == "utf-8" else {"encoding": encoding}
    for _ in _LINES:
        form |= _above(Path(file), form)
    return form


#: What `csv` can say of lines that are no rows, as errors name it.
_LINES = (re.compile(r"write (skip)=(\d+) in"), re.compile(r'write (comment)="(.)" in'))


def _above(path: Path, form: Mapping[str, object]) -> dict[str, object]:
    """The option that the error of a file names, which is opened in this form."""
    try:
        opened(path, _request(form=form, named=False))
    except input_error() as error:
        found = [m for option in _LINES if (m := option.search(str(error)))]
        return {m[1]: int(m[2]) if m[1] == "skip" else m[2] for m in found}
    return {}


def _request(
    target: str | None = None, form: Mapping[str, object] = EMPTY, *, named: bool
) -> Request:
    defaults = {a.name: a.default for a in TABLE["source"]["csv"].arguments}
    given = {**defaults, **form, "target": () if target is None else (target,)}
    return Request("csv", {}, given, named=named)


def _with_header(table: Table, path: Path, form: Mapping[str, object]) -> Table:
    """The table, its first row as names if each stands in no cell below it.

    `csv` takes a first row for names only where a number is below a text.
    """
    named = read(_request(form=form, named=True), {"train": path})
    if not isinstance(named, Table):
        return table
    pairs = [*zip(table.columns, named.columns, strict=True)]
    apart = all(a.distinct == b.distinct + 1 and a.kind == "texts" for a, b in pairs)
    repeated = any(b.distinct < b.rows for _, b in pairs)
    return named if apart and repeated else table


def _near(path: Path) -> str | None:
    from nnspec.diagnostics import did_you_mean  # noqa: PLC0415 -- on errors only

    folder = path if path.is_dir() else path.parent
    tables = [p.name for p in folder.glob("*.csv*")] if folder.is_dir() else []
    if path.is_dir():
        some = ", ".join(sorted(tables)[:5])
        return f"name a table in it: {some}" if some else "name a table"
    return did_you_mean(path.name, tables)


class _Stdin:
    """Standard input as a path that can be opened, and more than once."""

    def __init__(self) -> None:
        self._data = sys.stdin.buffer.read()

    def open(self, mode: str) -> IO[bytes]:
        """All of it, in bytes."""
        assert mode == "rb", mode
        return io.BufferedReader(io.BytesIO(self._data))

    def stat(self) -> SimpleNamespace:
        """Its size in bytes."""
        return SimpleNamespace(st_size=len(self._data))

    def __str__(self) -> str:
        return source_name(STDIN)
