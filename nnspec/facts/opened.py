"""The rows of tables, opened and read by the plain files of scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from nnspec.facts import Request
from nnspec.facts.runtime import runtime
from nnspec.table.missing import missing_words
from nnspec.targets.numpy.tables import delimiters

_WAY_OUT = 'save it as UTF-8, or write encoding="cp1252" in csv(), or another'


def read_rows(
    request: Request, files: Mapping[str, Path]
) -> tuple[list[str], dict[str, Any]]:
    """The names of the columns, and the rows of each file, as scripts hold them."""
    columns, parts = list[str](), dict[str, Any]()
    for part, path in files.items():
        names, read = opened(path, request)
        columns = columns or [*dict.fromkeys(names)]
        chosen = [columns[i] for i in places(request.chosen, columns)]
        reader = _sampler(request) if part == "train" else runtime("read_rows")
        parts[part] = reader(
            path, names, read, columns, chosen, _plain(request.arguments)
        )
    return columns, parts


def _sampler(request: Request) -> Any:
    """What reads the training part: all rows, or those that scripts draw."""
    size, seed = (request.arguments[name] for name in ("sample", "seed"))
    if size is None:
        return runtime("read_rows")
    return partial(runtime("read_sample"), size, seed, tell=False)


def places(columns: object, names: Sequence[str]) -> list[int]:
    """Where the columns are; those that are not there are told elsewhere."""
    count, known = len(names), {name: i for i, name in enumerate(names)}
    found = []
    for name in cast("tuple[str | int, ...]", columns):
        if isinstance(name, int) and -count <= name < count:
            found.append(name % count)
        elif name in known:
            found.append(known[str(name)])
    return found


def opened(path: Path, request: Request) -> Any:
    """The names of the columns of a file, and the function that reads them."""
    given = request.arguments
    lines = runtime("text_lines")(path, given["encoding"], _WAY_OUT)
    if given["skip"]:
        lines = runtime("blanked")(lines, given["skip"])
    if given["comment"]:
        lines = runtime("without_comments")(lines, given["comment"], given["quote"])
    header = None if given["header"] == "auto" else given["header"]
    return runtime("open_csv")(
        path,
        lines,
        delimiters(given),
        True if header is None and request.named else header,
        given["quote"],
        missing_words(given)["texts"],
    )


def _plain(given: Mapping[str, object]) -> Any:
    """What writes a number of the table as Python does."""
    decimal, thousands, signs = (given[n] for n in ("decimal", "thousands", "signs"))
    if decimal == "." and not (thousands or signs):
        return None
    notation = {"decimal": decimal, "thousands": thousands, "signs": signs or ""}
    return partial(runtime("localized"), **notation)
