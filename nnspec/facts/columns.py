"""What there is to say of a column, from its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from nnspec.facts import Cells, Column
from nnspec.facts.looks import date_format, forms, looks_like
from nnspec.facts.runtime import runtime
from nnspec.record import Record, replace

COMMON = 10  # values that are kept
_COUNTED = 10_000  # categories whose rows are counted


class Piece(Record):
    """A column in one part of a table: its rows, as scripts hold them.

    `values` are its numbers, NaN for other cells; those that are `absent` stand for a
    missing value.
    """

    name: str
    rows: Any
    values: Any
    absent: Any

    @property
    def odd(self) -> Any:
        """Which cells are neither missing nor numbers."""
        return (self.values != self.values) & ~self.absent

    def texts(self, some: Any) -> Counter[str]:
        """The texts of some cells, and how many have each; numbers as Python writes."""
        import numpy as np  # noqa: PLC0415 -- only tables wait for it

        rows = self.rows[some]
        codes, known = rows.codes(self.name), rows.columns[self.name].texts
        counts = np.bincount(codes[codes >= 0], minlength=len(known)).tolist()
        found = Counter({known[i]: n for i, n in enumerate(counts) if n})
        found.update(rows[codes < 0].texts(self.name).tolist())
        return found


def column(
    name: str,
    parts: Sequence[Any],
    missing: Mapping[str, Sequence[str]],
    most: int = COMMON,
    filler: str | None = None,
    chosen: bool = False,
) -> Column:
    """The facts of a column of rows in parts, of which the first is for training.

    Of its values, the `most` frequent ones are kept. In a column of texts, a `filler`
    stands in for what is missing. One that is `chosen` is taken for texts.
    """
    has_numbers = runtime("learn_categories", "has_numbers")
    is_numbers = has_numbers(parts[0], name, missing)
    words = missing["numbers" if is_numbers and not chosen else "texts"]
    read = runtime("column_numbers")
    pieces = [Piece(name, rows, *read(rows, name, words)) for rows in parts]
    found = (
        _numbers(pieces, most, filler) if is_numbers else _texts(pieces, most, filler)
    )
    return replace(found, blank=_cells(pieces, [piece.absent for piece in pieces]))


def _present(piece: Piece, filler: str | None) -> Counter[str]:
    """The texts of a part, and how many rows have each, the filled ones, too."""
    found, blank = piece.texts(~piece.absent), int(piece.absent.sum())
    return found + Counter({filler: blank} if filler is not None and blank else {})


def _texts(pieces: Sequence[Piece], most: int, filler: str | None) -> Column:
    """A column of texts."""
    present = [_present(piece, filler) for piece in pieces]
    values: Counter[str] = sum(present, Counter())
    total, looks = values.total(), looks_like(values)
    return Column(
        name=pieces[0].name,
        kind="texts" if present[0] else "empty",
        rows=sum(len(piece.rows) for piece in pieces),
        distinct=len(values),
        categories=len(present[0]),
        frequencies=_frequencies(present[0]),
        unseen=_unseen(pieces, values.keys() - present[0].keys()),
        looks=looks,
        forms=forms(values) if looks else (),
        dates=date_format(values) if looks == "date" else None,
        common=tuple(sorted(values.items(), key=lambda v: (-v[1], v[0]))[:most]),
        longest=max(map(len, values), default=0),
        words=sum(len(t.split()) * n for t, n in values.items()) / max(total, 1),
    )


def _frequencies(counts: Counter[str]) -> tuple[int, ...]:
    """The numbers of rows of categories, if these are not too many."""
    return tuple(sorted(counts.values())) if len(counts) <= _COUNTED else ()


def _numbers(pieces: Sequence[Piece], most: int, filler: str | None) -> Column:
    """A column of numbers, with texts among them or without."""
    import numpy as np  # noqa: PLC0415 -- only tables wait for it

    values = np.concatenate([piece.values for piece in pieces])
    numbers, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    top = np.argsort(-counts, kind="stable")[:most]
    common = zip(numbers[top].tolist(), counts[top].tolist(), strict=True)
    odd = [piece.odd for piece in pieces]
    texts = {
        t for piece, some in zip(pieces, odd, strict=True) for t in piece.texts(some)
    }
    known = _known(pieces[0], filler)
    other = set[str]()
    if known is not None:
        other = {t for piece in pieces for t in piece.texts(~piece.absent)} - known
    looks = looks_like(texts)
    whole = bool((numbers == np.floor(numbers)).all())
    rows = len(values)
    return Column(
        name=pieces[0].name,
        kind="numbers",
        rows=rows,
        distinct=len(numbers),
        categories=_different(pieces[0]) if known is None else len(known),
        frequencies=() if known is None else _frequencies(_present(pieces[0], filler)),
        odd=_cells(pieces, odd),
        odd_texts=tuple(sorted(texts)[:COMMON]),
        unseen=_unseen(pieces, other),
        low=float(numbers[0]),
        high=float(numbers[-1]),
        mean=float((numbers * (counts / counts.sum())).sum()),
        whole=whole,
        counts=whole and len(numbers) == rows == int(numbers[-1] - numbers[0]) + 1,
        looks=looks,
        forms=forms(texts) if looks else (),
        common=tuple((repr(x).removesuffix(".0"), n) for x, n in common),
    )


def _different(piece: Piece) -> int:
    """How many different values a column of numbers and texts has in a part."""
    import numpy as np  # noqa: PLC0415 -- only tables wait for it

    numbers = piece.values[~np.isnan(piece.values)]
    return len(np.unique(numbers)) + len(piece.texts(piece.odd))


def _known(training: Piece, filler: str | None) -> set[str] | None:
    """The texts of a column of numbers that a transform takes for texts."""
    if not training.rows.columns[training.name].of_texts:
        return None
    return {*_present(training, filler)}


def _cells(pieces: Sequence[Piece], masks: Sequence[Any]) -> Cells | None:
    """How many cells are under the masks, and where the first one is."""
    count = sum(int(mask.sum()) for mask in masks)
    for piece, mask in zip(pieces, masks, strict=True):
        if mask.any():
            row = int(mask.argmax())
            text = piece.rows[[row]].texts(piece.name)[0]
            return Cells(count, piece.rows.where(row), text)
    return None


def _unseen(pieces: Sequence[Piece], texts: set[str]) -> Cells | None:
    """The cells of other parts whose texts the training part does not have."""
    import numpy as np  # noqa: PLC0415 -- only tables wait for it

    masks = [np.zeros(len(piece.rows), bool) for piece in pieces]
    for piece, mask in zip(pieces[1:], masks[1:], strict=True):
        if texts:
            cells = piece.rows.texts(piece.name).tolist()
            mask[:] = [cell in texts for cell in cells]
            mask[piece.absent] = False
    return _cells(pieces, masks)


def tell_each_other(cells: Sequence[str], target: Sequence[str]) -> bool:
    """Whether each value stands beside one of the target's only, and the other way.

    That is no wonder where nearly all values differ.
    """
    forth, back, equal = dict[str, str](), dict[str, str](), True
    for a, b in zip(cells, target, strict=True):
        if forth.setdefault(a, b) != b or back.setdefault(b, a) != a:
            return False
        equal = equal and a == b
    return len(forth) > 1 and (equal or len(forth) * 2 <= len(cells))
