"""`nnspec init --csv`: a spec that fits a table."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from pathlib import PurePath

from nnspec.analyze.by_facts.columns import find_column
from nnspec.analyze.files import leaves_folder
from nnspec.commands.describe import described_table, form_of
from nnspec.commands.terminal import FILE_FAULT, USAGE, Stop
from nnspec.diagnostics import did_you_mean
from nnspec.facts import Column, Table
from nnspec.facts.guess import Guess, guess
from nnspec.facts.notation import notation
from nnspec.facts.start import spec_of
from nnspec.table.spelling import spell

_FEW = 12  # columns are named


def spec_from_table(options: Namespace) -> tuple[str, list[str]]:
    """The spec for `options.csv`, and lines that say what was guessed."""
    file, asked = options.csv, options.target
    path = PurePath(os.path.normpath(file)).as_posix()
    if leaves_folder(path):
        help = "copy it into this folder: a spec names files in its own folder only"
        raise Stop(USAGE, f"{file} is in another folder", help)
    table = described_table(file, named=asked is not None and not _is_number(asked))
    if asked is None:
        help = f"name the one to predict: `--target COLUMN`; {_names(table)}"
        raise Stop(USAGE, "`--csv` needs `--target`", help)
    target = _target(table, asked)
    form = form_of(file) | notation(table.columns)
    # It is read again: in this form, and beside the target, which others may tell.
    table = described_table(file, target.name, named=table.named, form=form)
    target = _target(table, asked)
    found = guess(table, target)
    _verify(table, target, found)
    given = [f"{option}={spell(value)}" for option, value in form.items()]
    return spec_of(options.name, path, found, given), [*_told(found)]


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text.isascii()


def _target(table: Table, asked: str) -> Column:
    """The column of a name; or of a number, which may be from the end."""
    column = find_column(table.columns, asked)
    if column is None and _is_number(asked):
        column = find_column(table.columns, int(asked))
    if column is not None:
        return column
    near = did_you_mean(asked, [column.name for column in table.columns])
    raise Stop(USAGE, f"{table.path} has no column `{asked}`", near or _names(table))


def _names(table: Table) -> str:
    names = [f"`{column.name}`" for column in table.columns]
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return f"it has {', '.join(names[:_FEW])}{more}"


def _verify(table: Table, target: Column, found: Guess) -> None:
    """There must be something to predict, and something to predict it from."""
    if target.distinct < 2:
        what = "no value" if target.distinct == 0 else "one value only"
        words = f"{table.path}: the target `{target.name}` has {what}"
        raise Stop(FILE_FAULT, words, "take another target, or other rows")
    if found.classes * 2 > target.rows:
        words = f"{found.classes:,} different texts in {target.rows:,} rows"
        raise Stop(
            FILE_FAULT,
            f"{table.path}: the target `{target.name}` has {words}",
            "take a target with fewer classes, or write its numbers plainly",
        )
    if not found.features:
        reasons = "; ".join(f"`{c.name}` {why}" for c, why in found.left_out)
        words = f"{table.path} has no column to predict `{target.name}` from"
        raise Stop(FILE_FAULT, words, f"{reasons or 'there is no other'}")


def _told(found: Guess) -> Iterator[str]:
    """What was guessed, a line each."""
    name = found.target.name
    kind = f"{found.classes:,} classes" if found.classes else "a number"
    yield f"`{name}` is taken for {kind}"
    for column, why in found.left_out:
        yield f"`{column.name}` is left out: it {why}"
    for column in found.named:
        text = column.odd_texts[0]
        yield f"`{column.name}` is taken for texts, for it has some, such as `{text}`"
    if found.missing:
        words = ", ".join(f"`{word}`" for word in found.missing)
        yield f"{words} among numbers are taken for missing"
    if found.words:
        yield f"`{found.features[0].name}` is taken for words"
