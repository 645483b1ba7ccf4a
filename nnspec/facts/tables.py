"""Facts of tables: read and parted as scripts read and part them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from nnspec.facts import Column, Part, Request, Table
from nnspec.facts.columns import Texts, column
from nnspec.facts.runtime import runtime
from nnspec.plan.tables import delimiters
from nnspec.record import Record
from nnspec.table.missing import missing_words

_LABELS = 1_000  # of a part are counted; more are hardly classes


class _Rows(Record):
    """The rows of a part: the cells of each column, and where each row is."""

    cells: Any  # (rows, columns), texts
    places: Any


def read_table(request: Request, files: Mapping[str, Path]) -> Table:
    """The facts of a table; `files` are those of its parts.

    Raises the error of scripts for a file that cannot be read.
    """
    names, parts = _read(request, files)
    target = _places(request.arguments["target"], names)
    if request.arguments["without_target"] == "drop":
        parts = _with_target(request, parts, target)
    parts = _parted(request, parts, target)
    labels = target[0] if len(target) == 1 else None
    missing = missing_words(request.arguments)
    return Table(
        path=str(files["train"]),
        columns=tuple(_columns(names, parts, missing, labels)),
        parts=tuple(
            Part(name, len(rows.cells), _labels(rows, labels, missing["texts"]))
            for name, rows in parts.items()
        ),
        named=names != [str(number) for number in range(len(names))],
    )


def _read(
    request: Request, files: Mapping[str, Path]
) -> tuple[list[str], dict[str, _Rows]]:
    """The names of the columns, and the rows of each file in their order."""
    columns, parts = list[str](), dict[str, _Rows]()
    for part, path in files.items():
        names, read = _opened(path, request)
        columns = columns or names
        chosen = range(len(names))
        if part != "train":
            chosen = runtime("find_columns")(columns, names, path)
        blocks = read([*chosen], False, 8192)
        parts[part] = _rows(path, blocks, len(columns), _plain(request.arguments))
    return columns, parts


def _opened(path: Path, request: Request) -> Any:
    """The names of the columns of a file, and the function that reads them."""
    given = request.arguments
    lines = runtime("text_lines")(path, given["encoding"], "save it as UTF-8")
    if given["skip"]:
        lines = runtime("blanked")(lines, given["skip"])
    if given["comment"]:
        lines = runtime("without_comments")(lines, given["comment"], given["quote"])
    header = _or_none(given["header"])
    return runtime("open_csv")(
        path,
        lines,
        delimiters(given),
        True if header is None and request.named else header,
        given["quote"],
        missing_words(given)["texts"],
    )


def _plain(given: Mapping[str, object]) -> Callable[[str], str]:
    """What writes a number as Python does, and leaves other texts alone."""
    decimal, thousands = given["decimal"], given["thousands"]
    if decimal == "." and not thousands:
        return str
    localized, is_number = runtime("localized"), runtime("is_number")

    def plain(text: str) -> str:
        number: str = localized(text, decimal, thousands)
        return number if is_number(number) else text

    return plain


def _with_target(
    request: Request, parts: Mapping[str, _Rows], target: list[int]
) -> dict[str, _Rows]:
    """The rows that have a target."""
    import numpy as np  # noqa: PLC0415 -- only tables wait for it

    words, finite = missing_words(request.arguments), runtime("finite_number")
    known = parts["train"].cells[:, target].ravel().tolist()
    missing = words["numbers" if any(map(finite, known)) else "texts"]
    left = {}
    for name, rows in parts.items():
        cells = rows.cells[:, target].tolist()
        kept = [not any(c.lower() in missing for c in row) for row in cells]
        some = np.array(kept, dtype=bool)
        left[name] = _Rows(rows.cells[some], rows.places[some])
    return left


def _rows(path: Path, blocks: Any, width: int, plain: Callable[[str], str]) -> _Rows:
    """The rows of blocks, their cells without spaces around."""
    import numpy as np  # noqa: PLC0415 -- only tables wait for it

    cells, places = list[Any](), list[str]()
    for block, lines in blocks:
        cells += [
            [plain(cell.strip(" ")) for cell in row] for row in zip(*block, strict=True)
        ]
        places += [f"{path}, line {line}" for line in lines.tolist()]
    array = np.empty((len(cells), width), dtype=object)
    array[:] = cells
    return _Rows(array, np.array(places, dtype=object))


def _or_none(value: object) -> object:
    """None for what is to be found out."""
    return None if value == "auto" else value


def _places(columns: object, names: Sequence[str]) -> list[int]:
    """Where the columns are; those that are not there are told elsewhere."""
    count, known = len(names), {name: i for i, name in enumerate(names)}
    found = []
    for name in cast("tuple[str | int, ...]", columns):
        if isinstance(name, int) and -count <= name < count:
            found.append(name % count)
        elif name in known:
            found.append(known[str(name)])
    return found


def _parted(
    request: Request, parts: dict[str, _Rows], target: list[int]
) -> dict[str, _Rows]:
    """The parts after `split`."""
    import numpy as np  # noqa: PLC0415 -- only tables wait for it

    if not request.validation and not request.test:
        return parts
    rows = parts["train"]
    order = np.arange(len(rows.cells))
    if request.stratify:
        y = rows.cells[:, target]
        order = runtime("stratified_order")(y, request.seed or 0)
    elif request.seed is not None:
        order = np.random.default_rng(request.seed).permutation(len(order))
    split = {name: (part.cells, part.places) for name, part in parts.items()}
    split["train"] = rows.cells[order], rows.places[order]
    runtime("split_off")(split, request.validation, request.test)
    return {
        name: _Rows(*split[name]) for name in ("train", *(split.keys() - {"train"}))
    }


def _columns(
    names: Sequence[str],
    parts: Mapping[str, _Rows],
    missing: Mapping[str, tuple[str, ...]],
    target: int | None,
) -> Iterator[Column]:
    places = [place for rows in parts.values() for place in rows.places.tolist()]
    training = len(parts["train"].cells)

    def cells(number: int) -> list[str]:
        return [c for rows in parts.values() for c in rows.cells[:, number].tolist()]

    labels = None if target is None else cells(target)
    for number, name in enumerate(names):
        texts = Texts(name, cells(number), places, training, missing)
        yield column(texts, None if number == target else labels)


def _labels(
    rows: _Rows, target: int | None, missing: tuple[str, ...]
) -> tuple[tuple[str, int], ...] | None:
    if target is None:
        return None
    counts = Counter(
        c for c in rows.cells[:, target].tolist() if c.lower() not in missing
    )
    return tuple(sorted(counts.items())) if len(counts) <= _LABELS else None
