"""What the data files of a spec tell: facts, which the compiler is handed.

The records are plain values. `reader` is what the command line makes them with; nothing
else of nnspec reads data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from nnspec.record import EMPTY, Record

#: What texts look like that are no plain numbers, though they mean some.
Looks = Literal["decimal comma", "per cent", "currency", "thousands", "date"]


class Request(Record):
    """What is to be read: the arguments of a source, and how its rows are parted.

    `files` are those of its parts; `named` says that columns are called by their names,
    and `chosen` are columns that are texts, whatever they hold. `fillers` are texts
    for the missing cells of columns, or of all columns of texts.
    """

    source: str
    files: Mapping[str, str]
    arguments: Mapping[str, object] = EMPTY
    named: bool = False
    chosen: tuple[str | int, ...] = ()
    fillers: tuple[tuple[tuple[str | int, ...] | None, str], ...] = ()
    validation: float = 0
    test: float = 0
    seed: int | None = None
    stratify: bool = False


class Cells(Record):
    """Some cells of a column: how many, and where the first is and what it holds."""

    count: int
    place: str
    text: str


class Column(Record):
    """A column of a table, over all of its parts but where something else is said.

    Its cells are `numbers` if the training part has any, else `texts`; `empty` is one
    without a value there. `distinct` counts different values, `categories` those of the
    training part, and `unseen` are cells with others. `odd` are texts among numbers,
    and `odd_texts` the first of these. `counts` says that its integers go up by 1, in
    whatever order; `twin`, that it and the target tell each other. `forms` are the ways
    in which texts are written that look like numbers or dates, with a 0 for each digit,
    and `dates` is the one of dates, if they have one format. `common` are the most
    frequent values, and `frequencies` the numbers of rows of the categories, where
    these are not too many.
    """

    name: str
    kind: Literal["numbers", "texts", "empty"]
    rows: int
    distinct: int
    categories: int
    blank: Cells | None = None
    odd: Cells | None = None
    odd_texts: tuple[str, ...] = ()
    unseen: Cells | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    whole: bool = False
    counts: bool = False
    looks: Looks | None = None
    forms: tuple[str, ...] = ()
    dates: str | None = None
    twin: bool = False
    common: tuple[tuple[str, int], ...] = ()
    frequencies: tuple[int, ...] = ()
    longest: int = 0
    words: float = 0.0


class Part(Record):
    """A part: its rows, and how often it has each label, if these are not too many."""

    name: str
    rows: int
    labels: tuple[tuple[str, int], ...] | None = None


class Table(Record):
    """A table: the file of its training part, its columns, and its parts.

    Columns that are not `named` are called "0", "1", ...
    """

    path: str
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]
    named: bool

    def called(self, column: Column) -> str | int:
        """A column as a spec names it: by its number, where it has no name."""
        return column.name if self.named else int(column.name)


class Roles(Record):
    """Which columns of a table are features, and which are targets."""

    features: tuple[Column, ...]
    targets: tuple[Column, ...]


class Arrays(Record):
    """Arrays in files: the shape of one sample."""

    path: str
    shape: tuple[int, ...]


class Text(Record):
    """One long text: the `characters` of its training part, and how long parts are.

    Those of the other parts that the training part lacks are `unseen`.
    """

    path: str
    characters: int
    parts: tuple[tuple[str, int], ...]
    unseen: Cells | None = None


class Unreadable(Record):
    """A file that is there, but cannot be read: why, and the way out."""

    message: str
    help: str | None = None


Facts = Table | Arrays | Text | Unreadable

#: Gives the facts of a request, None where there is no such file.
Reader = Callable[[Request], "Facts | None"]


def nothing(_: Request) -> None:
    """The reader of those who read nothing."""
