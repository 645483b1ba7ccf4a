"""What an entry of the data section is made of: a source, or a transform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from nnspec.facts import Column
from nnspec.record import EMPTY, Record
from nnspec.table.entry import Arguments, Entry, Shape, Use
from nnspec.values import Symbol


class Sliding(Record):
    """Windows of so many rows, `every` rows apart, that begin at each `stride` rows.

    The label of a window is what stands `horizons` rows after its last: one number, or
    several, each a unit of the output. It is their `own` where it is the next of what
    they are made of.
    """

    length: int
    horizons: tuple[int, ...]
    every: int
    stride: int
    own: bool = False


class SourceEntry(Entry):
    """A source of data: what its arguments settle, None where only the data tells.

    `paths` names the arguments that are files, `parts` the arguments for x and y of
    each part but the training part. `shape` is that of one sample, `samples` how many
    are for training; `labels` is what a label is: an `index` of a class, or a `value`.
    `table` says that its columns have names, `lazy` that it stays on disk. `gives` is
    what transforms find there: `numbers`, `arrays` of numbers in files, `columns` of
    numbers or texts, `texts`, or one long `text`. `files` are the plain files that its
    template calls, and `bare_files` those of a bare script, where they are others;
    `reader` is the one that reads samples to predict for: in a file like those of the
    source, with the arguments `reader_takes`, and in `blocks` where it yields some at a
    time; `by_file` with their files, for each sample is one. What it reads is `shaped`
    like the samples of the source, or else it may be rows of numbers. `by_class` says
    that the samples stand class by class, and that the names of classes are learnt from
    them. `told_by` gives the files that tell the shape of a sample, by their parts.
    Where labels can be `any_labels`, the script numbers those that are no numbers of
    classes. Arguments that can be pairs are `by_name` of an `input` or `output`. One
    that is `made_up` reads nothing, and `needs` are the packages beside NumPy that its
    scripts need.
    """

    paths: tuple[str, ...] = ()
    parts: Mapping[str, tuple[str, ...]] = EMPTY
    told_by: Callable[[Arguments], Mapping[str, str]] = lambda _: EMPTY
    shape: Callable[[Arguments], Shape | None] = lambda _: None
    samples: Callable[[Arguments], int | None] = lambda _: None
    classes: Callable[[Arguments], int | None] = lambda _: None
    labels: str | None = None
    own_parts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    bare_files: tuple[str, ...] | None = None
    reader: str = "load_array"
    reader_takes: tuple[str, ...] = ()
    blocks: bool = False
    by_file: bool = False
    shaped: bool = False
    by_class: bool = False
    any_labels: bool = False
    made_up: bool = False
    by_name: Mapping[str, str] = EMPTY
    gives: str = "numbers"
    table: bool = False
    lazy: bool = False
    needs: tuple[str, ...] = ()


class TransformEntry(Entry):
    """A transform of data.

    `takes` is what it works on: `numbers`, `texts`, `ids` or a long `text`. `shape`
    gives a sample's shape after it, None where that is not settled, or raises `Misfit`.
    `learnt` names the arrays that it learns from the training part. `once` says that a
    second use has no meaning, `sparse` that it makes samples that are mostly 0,
    `by_batch` that it changes those of a batch, and only in training. `files` are the
    plain files that its template calls. Where it makes others of a table's columns,
    `width` says how many of one, which it takes or not. It may take columns as
    `categories`, whatever they hold, and `fills` cells that are missing: those of
    "numbers" (and of categories), or those of "texts" alone.
    """

    takes: str = "numbers"

    shape: Callable[[Shape | None, Arguments], Shape | None] = lambda x, _: x
    learnt: Callable[[Arguments], tuple[str, ...]] = lambda _: ()
    files: Callable[[Arguments], tuple[str, ...]] = lambda _: ()
    once: bool = True
    sparse: bool = False
    by_batch: bool = False
    width: Callable[[Column, bool, Arguments], int] | None = None
    categories: bool = False
    fills: Callable[[Arguments], str | None] = lambda _: None
    #: It takes categories that the training part does not have.
    opens: Callable[[Arguments], bool] = lambda _: False
    #: All categories that a column may have, in their order.
    order: Callable[[Arguments], tuple[str, ...]] | None = None
    #: It reads the texts of columns that it names, and makes numbers of them.
    reads: bool = False
    #: How many ids there are, of a transform that makes ids: whole numbers from 0. None
    #: where only the data tells.
    ids: Callable[[Arguments], int | None] | None = None
    #: Samples hold the same values as before, in another shape.
    keeps_values: bool = False
    #: It makes windows of rows that follow on each other, once the parts are cut.
    slides: Callable[[Arguments], Sliding] | None = None


class OfInput(Symbol):
    """The input of several that a transform is for."""


class OfOutput(Symbol):
    """The output whose labels a transform is for."""


#: The arguments of transforms that name columns of a table, or what else they are for.
COLUMN_ARGUMENTS = ("columns", "of", "column")


def columns_of(use: Use) -> tuple[str | int, ...] | None:
    """The columns that a transform names; None where it names none."""
    name = column_argument(use)
    given = use.arguments.get(name)
    if name == "column":
        return (cast("str | int", given),)
    return given if isinstance(given, tuple) else None


def takes_texts(use: Use) -> bool:
    """Whether a transform takes columns of a table for texts."""
    entry = cast(TransformEntry, use.entry)
    return entry.categories or entry.reads or reads_words(use)


def reads_words(use: Use) -> bool:
    """Whether a transform takes the words of a column that it names."""
    entry = cast(TransformEntry, use.entry)
    return entry.takes == "texts" and columns_of(use) is not None


def column_argument(use: Use) -> str:
    """The argument by which a transform names columns."""
    return next((name for name in COLUMN_ARGUMENTS if name in use.arguments), "of")


def takes_labels(entry: Entry) -> bool:
    """Whether a transform may be one of `target`."""
    return any(
        a.name in COLUMN_ARGUMENTS and "`target`" in a.kind.describe()
        for a in entry.arguments
    )


def reshapes(use: Use) -> bool:
    """Whether a transform gives samples another shape, and nothing else."""
    return cast(TransformEntry, use.entry).keeps_values


def takes_whole(use: Use) -> bool:
    """Whether a transform takes samples as a whole: their shape, or their images."""
    return reshapes(use) or cast(TransformEntry, use.entry).by_batch


def makes_classes(use: Use) -> bool:
    """Whether a transform of labels makes them classes, rather than other values."""
    return cast(TransformEntry, use.entry).categories


def part_of(use: Use) -> Symbol | None:
    """The input or output that a transform names; None where it names none."""
    given = use.arguments.get(column_argument(use))
    return given if isinstance(given, Symbol) else None


def slides(use: Use) -> bool:
    """Whether a transform makes windows."""
    return cast(TransformEntry, use.entry).slides is not None


def is_about_labels(use: Use) -> bool:
    """Whether a transform is one of what is to be told of the samples."""
    return is_target(use.arguments.get(column_argument(use)))


def is_target(given: object) -> bool:
    """Whether a transform of this is one of labels: of all, or those of an output."""
    return given == "target" or isinstance(given, OfOutput)
