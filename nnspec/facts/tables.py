"""Facts of tables: read and parted as scripts read and part them."""

from __future__ import annotations

import io
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

from nnspec.facts import Column, Part, Request, Table
from nnspec.facts.columns import column, tell_each_other
from nnspec.facts.opened import places, read_rows
from nnspec.facts.runtime import runtime
from nnspec.record import replace
from nnspec.table.missing import missing_words

_LABELS = 1_000  # of a part are counted; more are hardly classes

#: The rows of each part, as scripts hold them.
_Parts = dict[str, Any]


def read_table(request: Request, files: Mapping[str, Path]) -> Table:
    """The facts of a table; `files` are those of its parts.

    Raises the error of scripts for a file that cannot be read.
    """
    names, parts = read_rows(request, files)
    missing = missing_words(request.arguments)
    targets = [names[i] for i in places(request.arguments["target"], names)]
    if request.arguments["without_target"] == "drop":
        parts = _with_target(parts, targets, missing)
    parts = _parted(request, parts, targets)
    label = targets[0] if len(targets) == 1 else None
    texts = {names[i] for i in places(request.chosen, names)}
    fillers = _fillers(request, names)
    columns = tuple(_columns(names, parts, missing, label, fillers, texts))
    return Table(
        path=str(files["train"]),
        columns=columns,
        parts=tuple(_counted(parts, label, missing)),
        named=names != [str(number) for number in range(len(names))],
    )


def _with_target(
    parts: _Parts, targets: Sequence[str], missing: Mapping[str, Sequence[str]]
) -> _Parts:
    """The rows that have a target."""
    pairs = {name: (rows, rows.only(targets)) for name, rows in parts.items()}
    with redirect_stderr(io.StringIO()):  # the script will say it
        runtime("drop_without_target")(pairs, missing)
    return {name: rows for name, (rows, _) in pairs.items()}


def _parted(request: Request, parts: _Parts, targets: Sequence[str]) -> _Parts:
    """The parts after `split`, that for training first."""
    import numpy as np  # noqa: PLC0415 -- only tables wait for it

    if not request.validation and not request.test:
        return parts
    rows = parts["train"]
    if request.stratify:
        rows = rows[runtime("stratified_order")(rows.only(targets), request.seed or 0)]
    elif request.seed is not None:
        rows = rows[np.random.default_rng(request.seed).permutation(len(rows))]
    split = {name: (part,) for name, part in {**parts, "train": rows}.items()}
    runtime("split_off")(split, request.validation, request.test)
    order = ("train", *(split.keys() - {"train"}))
    return {name: split[name][0] for name in order}


def _fillers(request: Request, names: Sequence[str]) -> dict[str, str]:
    """The texts for the missing cells of columns; the first that names one is it."""
    found = dict[str, str]()
    for columns, text in request.fillers:
        some = range(len(names)) if columns is None else places(columns, names)
        found = {names[i]: text for i in some} | found
    return found


def _columns(
    names: Sequence[str],
    parts: _Parts,
    missing: Mapping[str, Sequence[str]],
    label: str | None,
    fillers: Mapping[str, str],
    chosen: Container[str],
) -> Iterator[Column]:
    """The facts of each column; those that the target tells are its twins."""
    rows = [*parts.values()]
    found = {
        name: column(
            name, rows, missing, filler=fillers.get(name), chosen=name in chosen
        )
        for name in names
    }
    target = [] if label is None else _cells(rows, label)
    for name, one in found.items():
        like = label not in (None, name) and one.distinct == found[str(label)].distinct
        twin = like and tell_each_other(_cells(rows, name), target)
        yield replace(one, twin=twin)


def _cells(parts: Sequence[Any], name: str) -> list[str]:
    """The cells of a column in all parts, as texts."""
    return [text for rows in parts for text in rows.texts(name)]


def _counted(
    parts: _Parts, label: str | None, missing: Mapping[str, Sequence[str]]
) -> Iterator[Part]:
    """The parts with their labels."""
    for name, rows in parts.items():
        labels = None
        if label is not None:
            common = column(label, [rows], missing, most=_LABELS + 1).common
            labels = tuple(sorted(common)) if len(common) <= _LABELS else None
        yield Part(name, len(rows), labels)
