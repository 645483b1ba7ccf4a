"""The source that reads tables."""

from __future__ import annotations

from typing import cast

from nnspec.table.data_entry import SourceEntry
from nnspec.table.entry import Argument, Arguments, Shape
from nnspec.table.kinds import (
    AnyOf,
    Choice,
    Flag,
    Integer,
    ListOf,
    Optional,
    Real,
    String,
)
from nnspec.table.missing import MISSING, MISSING_NUMBERS
from nnspec.table.pairs import ByOutput

#: The arguments that name the file of each part.
PARTS = {"train": "path", "validation": "validation", "test": "test"}

_PATH = String("a path")
_COLUMN = AnyOf((String("a column"), Integer()))
_AUTO = Choice(("auto",))
_WORDS = ListOf(String("a text"))
_CHARACTER = String("a character")

_LABELS = ListOf(AnyOf((String("a label"), Integer(), Real())))

CLASSES = Argument(
    "classes",
    ByOutput(_LABELS, AnyOf((_AUTO, _LABELS))),
    "auto",
    "the labels of the classes, in order; `auto` takes numbers of classes as they are, "
    "and numbers other labels in order: numbers by size, texts by alphabet; of several "
    'outputs by name: `[sold: ["no", "yes"]]`',
    named=True,
)

#: Those that Python knows on every system, by the names that people write.
ENCODINGS = (
    *("utf-8", "utf-16", "ascii", "latin-1", "iso-8859-1", "iso-8859-2", "iso-8859-15"),
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp437", "cp850", "cp866"),
    *("mac-roman", "koi8-r", "shift_jis", "cp932", "euc-jp", "euc-kr", "cp949"),
    *("gbk", "gb18030", "big5"),
)


def _shape(arguments: Arguments) -> Shape | None:
    features = cast("tuple[object, ...] | None", arguments["features"])
    return (len(features),) if features else None


def _tables(arguments: Arguments) -> dict[str, str]:
    """The table of each part; one that stays on disk is not read for what it tells."""
    if arguments["on_disk"] and arguments["sample"] is None:
        return {}
    files = {part: arguments[name] for part, name in PARTS.items()}
    return {part: path for part, path in files.items() if isinstance(path, str)}


def _words(words: tuple[str, ...]) -> str:
    return " ".join(f"`{word}`" for word in words if word)


_COLUMNS = ListOf(_COLUMN, or_one=True)

CSV = SourceEntry(
    "csv",
    "A table, a sample in each row. A column of texts is one of categories: numbered "
    "in sorted order, or expanded by `one_hot`. A target of texts names classes. Rows "
    "without a value are passed over, and columns without a name that have no value in "
    "the first hundred rows. Spaces around a cell are not of it.",
    (
        Argument(
            "path",
            _PATH,
            doc="the file; `.gz` is read as it is",
            example='"data.csv"',
        ),
        Argument(
            "target",
            ByOutput(_COLUMNS, _COLUMNS),
            doc="the column to predict, or several: names, or numbers from 0 (-1 is "
            "the last); none with `reconstruct`; for several outputs "
            '`[price: "price", ...]`',
            example='"y"',
        ),
        Argument(
            "features",
            Optional(ByOutput(_COLUMNS, ListOf(_COLUMN))),
            None,
            "the columns to predict from; `none` takes all the others; for several "
            'inputs `[numbers: ["a", "b"], city: "city"]`',
        ),
        Argument(
            "drop",
            ListOf(_COLUMN, or_one=True),
            (),
            "columns to leave out of the features",
        ),
        Argument(
            "validation",
            Optional(_PATH),
            None,
            "another file, for the validation part",
        ),
        Argument("test", Optional(_PATH), None, "another file, for the test part"),
        Argument(
            "delimiter",
            AnyOf((_AUTO, String("a character"))),
            "auto",
            "what stands between cells; `auto` finds out `,` `;` tab, `|` and runs of "
            "white space, for which a space is written",
        ),
        Argument(
            "header",
            AnyOf((_AUTO, Flag())),
            "auto",
            "whether the first row holds the names; `auto`: it does if it holds no "
            "number, but a text above one; or years, which rise by 1; or if the spec "
            "names columns",
        ),
        Argument(
            "missing",
            _WORDS,
            (),
            "more cells that stand for a missing value, beside the empty one and, in "
            f"upper or lower case, {_words(MISSING)}, in a column of numbers "
            f"{_words(MISSING_NUMBERS)}, too",
        ),
        CLASSES,
        Argument(
            "missing_only",
            Optional(_WORDS),
            None,
            "the cells that stand for one, instead of all of these",
            named=True,
        ),
        Argument(
            "without_target",
            Choice(("error", "drop")),
            "error",
            "what is done about a row without a target",
            named=True,
        ),
        Argument(
            "encoding", Choice(ENCODINGS), "utf-8", "that of the file", named=True
        ),
        Argument("decimal", _CHARACTER, ".", "what stands before decimals", named=True),
        Argument(
            "thousands",
            Optional(_CHARACTER),
            None,
            "what stands between groups of three digits",
            named=True,
        ),
        Argument(
            "signs",
            Optional(String("characters")),
            None,
            "what may stand before or after a number and is no part of it; `5%` is 5",
            named=True,
        ),
        Argument(
            "quote",
            Optional(_CHARACTER),
            '"',
            "what stands around a cell that holds a delimiter or a line break",
            named=True,
        ),
        Argument(
            "comment",
            Optional(_CHARACTER),
            None,
            "where the rest of a line is no part of the table",
            named=True,
        ),
        Argument(
            "skip", Integer(0), 0, "how many lines stand above the table", named=True
        ),
        Argument(
            "sample",
            Optional(AnyOf((Integer(2), Real(above=0, below=1)))),
            None,
            "for a look at a large table: trains on so many of its rows, or on a share "
            "of them, drawn at random; the files of other parts are read whole",
            named=True,
        ),
        Argument("seed", Integer(0), 0, "draws the sample", named=True),
        Argument(
            "on_disk",
            Flag(),
            False,
            "for a table larger than memory: converts it once, beside the runs, and "
            "reads samples from there batch by batch",
            named=True,
        ),
    ),
    paths=("path", "validation", "test"),
    parts={"validation": ("validation",), "test": ("test",)},
    told_by=_tables,
    shape=_shape,
    files=(
        "text_lines",
        "open_csv",
        "read_tables",
        "check_columns",
        "encode_cells",
        "read_features",
        "data_folders",
        "find_file",
    ),
    reader="read_features",
    gives="columns",
    by_name={"features": "input", "target": "output"},
    table=True,
    any_labels=True,
)
