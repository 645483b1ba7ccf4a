"""The columns that a spec names, among those that its table has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from nnspec import ir
from nnspec.diagnostics import Diagnostics, Fix, did_you_mean, listed
from nnspec.facts import Column, Roles, Table
from nnspec.table.data_entry import column_argument
from nnspec.table.entry import Use
from nnspec.table.spelling import spell
from nnspec.values import spelled

_FEW = 10  # names are listed
_Names = tuple[str | int, ...]


def find_roles(data: ir.Data, table: Table, diagnostics: Diagnostics) -> Roles | None:
    """The features and the targets, or None where an error was reported."""
    source = data.source
    told = len(diagnostics.found)
    targets = _find(source, "target", table, diagnostics)
    dropped = _find(source, "drop", table, diagnostics)
    chosen = _find(source, "features", table, diagnostics)
    for use in data.all_transforms:
        _find(use, column_argument(use), table, diagnostics)
    if len(diagnostics.found) > told:
        return None
    left = [c for c in table.columns if c not in targets and c not in dropped]
    features = chosen or left
    if features:
        return Roles(tuple(features), tuple(targets))
    names = listed([column.name for column in table.columns])
    diagnostics.error(
        "no-features",
        f"{table.path} has no column but {names}, so nothing is left as a feature",
        source.span_of("target"),
        help="another `delimiter=` may part the cells",
    )
    return None


def _find(
    use: Use, argument: str, table: Table, diagnostics: Diagnostics
) -> list[Column]:
    """The columns of an argument; those that the table lacks are reported."""
    wanted = use.arguments.get(argument)
    if not isinstance(wanted, tuple):
        return []
    found = list[Column]()
    for name in cast(_Names, wanted):
        column = find_column(table.columns, name)
        if column is not None:
            found.append(column)
            continue
        diagnostics.error(
            "unknown-column",
            f"{table.path} has no column {_called(name)}",
            use.span_of(argument),
            help=_offer(name, table, alone=argument == "target" and len(wanted) == 1),
        )
    return found


def find_column(columns: Sequence[Column], name: str | int) -> Column | None:
    """The column of a name, or of a number from 0, or from -1 at the end."""
    if isinstance(name, int):
        there = -len(columns) <= name < len(columns)
        return columns[name] if there else None
    return next((column for column in columns if column.name == name), None)


def _called(name: str | int) -> str:
    return f"number {name}" if isinstance(name, int) else f"called {spell(name)}"


def _offer(name: str | int, table: Table, *, alone: bool) -> str:
    """The way out: the column that is meant, or those that there are."""
    names = [column.name for column in table.columns]
    if isinstance(name, int):
        return f"columns have numbers from 0 to {len(names) - 1}; -1 is the last"
    if near := did_you_mean(name, names):
        assert near.text is not None  # it offers a name
        return Fix(near, text=spelled(near.text)) if alone else str(near)
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    some = ", ".join(f"`{name}`" for name in names[:_FEW])
    return f"it has {some}{more}"
