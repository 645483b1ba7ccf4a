"""Transforms of data."""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec.facts import Column
from nnspec.table.augment import AUGMENT, OF_INPUT
from nnspec.table.column_transforms import COLUMN_TRANSFORMS, COLUMNS
from nnspec.table.data_entry import TransformEntry, is_target
from nnspec.table.entry import (
    Argument,
    Arguments,
    Misfit,
    Shape,
)
from nnspec.table.following import FOLLOWING
from nnspec.table.kinds import (
    AnyOf,
    Choice,
    Flag,
    Integer,
    Optional,
    Real,
    String,
)
from nnspec.table.words import PartName


def _reshaped(shape: Shape | None, arguments: Arguments) -> Shape | None:
    target = cast("tuple[int, ...]", arguments["target_shape"])
    known = prod(n for n in target if n != -1)
    if 0 in target or target.count(-1) > 1:
        raise Misfit(
            "`reshape` takes sizes of at least 1, and -1 for at most one of them",
            code="argument-type",
            argument="target_shape",
        )
    if shape is None:
        return None if -1 in target else target
    size = prod(shape)
    if (size % known) if -1 in target else (size != known):
        raise Misfit(
            f"`reshape` cannot make {target} of samples of shape {shape}: "
            f"they have {size} values each",
            "the sizes must multiply to that number; -1 stands for what is left",
            argument="target_shape",
        )
    return tuple(size // known if n == -1 else n for n in target)


def _one_hot_shape(shape: Shape | None, arguments: Arguments) -> Shape | None:
    return shape if is_target(arguments["columns"]) else None


def _one_hot_width(column: Column, expanded: bool, arguments: Arguments) -> int:
    minimum = cast(int, arguments["minimum"])
    if expanded and minimum > 1:
        return sum(count >= minimum for count in column.frequencies) + 1
    return column.categories if expanded else 1


#: What `impute` learns to fill in; other words are filled in themselves.
STRATEGIES = ("mean", "median", "most_frequent")


def _fill(arguments: Arguments) -> tuple[str, ...]:
    return ("data/fill",) if arguments["strategy"] in STRATEGIES else ()


def _fills(arguments: Arguments) -> str:
    return "numbers" if _fill(arguments) or not filler(arguments) else "texts"


def filler(arguments: Arguments) -> str | None:
    """The text that an `impute` fills in, if it is one."""
    strategy = arguments.get("strategy")
    named = isinstance(strategy, str) and strategy not in STRATEGIES
    return cast(str, strategy) if named else None


def _fill_files(arguments: Arguments) -> tuple[str, ...]:
    match arguments["strategy"]:
        case "mean":
            return ("fill_mean",)
        case "median":
            return ("fill_value",)
        case "most_frequent":
            return ("fill_value", "most_frequent")
    return ("fill_texts",) if filler(arguments) else ()


def _one_hot_files(arguments: Arguments) -> tuple[str, ...]:
    if is_target(arguments["columns"]):
        return ()
    named = ("find_columns",) if arguments["columns"] else ()
    merged = ("merge_rare",) * (cast(int, arguments["minimum"]) > 1)
    unknown = ("tell_unknown",) * (arguments["unknown"] == "zeros")
    return (*named, *merged, "one_hot_widths", *unknown, "expand_codes")


def _one_hot_agrees(arguments: Arguments) -> None:
    if arguments["unknown"] == "error" and cast(int, arguments["minimum"]) > 1:
        raise Misfit(
            "with `minimum`, unknown categories share a column with rare ones",
            "remove one of the two",
            code="argument-conflict",
            argument="unknown",
            other="minimum",
        )


def _words(arguments: Arguments) -> tuple[str, ...]:
    weights = ("data/idf",) if arguments["mode"] == "tfidf" else ()
    return ("data/vocabulary", *weights)


def _words_files(arguments: Arguments) -> tuple[str, ...]:
    weights = ("learn_idf",) if arguments["mode"] == "tfidf" else ()
    return ("learn_vocabulary", *weights, "bag_of_words")


def _split_files(arguments: Arguments) -> tuple[str, ...]:
    return (
        ("stratified_order", "split_off") if arguments["stratify"] else ("split_off",)
    )


_WORDS_OF = Argument(
    "of",
    Optional(AnyOf((COLUMNS, PartName()))),
    None,
    "the column of a table, or the input that takes it alone; the other features stay, "
    "and the words come after them; `none` where it is the only feature",
    named=True,
    aliases=("column", "columns"),
)

_OF = Argument(
    "of",
    Optional(AnyOf((Choice(("target",)), COLUMNS, PartName()))),
    None,
    "`target` takes the labels: the loss is in the units that it makes, metrics and "
    "predictions in those of the data; of a table, the columns that are named change; "
    "the name of an input or output takes that one of several",
    aliases=("columns",),
)

TRANSFORMS = (
    TransformEntry(
        "scale",
        "x * factor + offset.",
        (
            Argument(
                "factor",
                Real(),
                doc="`1/255` brings bytes into 0 to 1",
                example="1/255",
            ),
            Argument("offset", Real(), 0.0, "added after the factor"),
            _OF,
        ),
        once=False,
    ),
    TransformEntry(
        "standardize",
        "(x - mean) / deviation, for each feature; a constant one becomes 0.",
        (_OF,),
        learnt=lambda _: ("data/mean", "data/deviation"),
        files=lambda _: ("mean_and_deviation",),
    ),
    TransformEntry(
        "minmax",
        "(x - smallest) / (largest - smallest), for each feature: 0 to 1 in the "
        "training part; a constant one becomes 0.",
        (_OF,),
        learnt=lambda _: ("data/low", "data/range"),
        files=lambda _: ("low_and_range",),
    ),
    TransformEntry(
        "log",
        "log(y + offset) of targets; a sum that is not above 0 is an error.",
        (
            Argument(
                "of",
                AnyOf((Choice(("target",)), PartName())),
                doc="`target`: the labels, or those of the output that is named; "
                "metrics and predictions are in their units",
                example="target",
            ),
            Argument("offset", Real(), 0.0, "added before the logarithm"),
        ),
        files=lambda _: ("log_of",),
        once=False,
    ),
    TransformEntry(
        "impute",
        "Fills in missing values, for each feature. In a column of categories the most "
        "frequent one is taken, unless a text is to be filled in there.",
        (
            Argument(
                "strategy",
                AnyOf((Choice(STRATEGIES), Real(), String("a text"))),
                doc="what to fill in; a number is taken as it is; a text is a category "
                'of columns of texts: `impute("missing")`',
                example="mean",
            ),
            Argument(
                "of",
                Optional(AnyOf((COLUMNS, PartName()))),
                None,
                "which columns of a table, or input of several; `none` takes all that "
                "the strategy can fill",
                aliases=("columns",),
            ),
        ),
        learnt=_fill,
        files=_fill_files,
        fills=_fills,
    ),
    TransformEntry(
        "one_hot",
        "A column for each category, 1 where a sample has it and 0 elsewhere; or, as "
        "`one_hot(target)`, the same for labels. Transforms before it leave the codes "
        "of these categories alone.",
        (
            Argument(
                "columns",
                Optional(AnyOf((Choice(("target",)), COLUMNS, PartName()))),
                None,
                "which columns of a table, numbers or texts, or input of several; "
                "`none` takes every column of texts; `target` takes the labels, the "
                "name of an output its own",
                aliases=("of",),
            ),
            Argument(
                "classes",
                Optional(Integer(2)),
                None,
                "how many classes labels have; `none` takes the network's outputs",
            ),
            Argument(
                "unknown",
                Choice(("zeros", "error")),
                "zeros",
                "what becomes of a category that the training part does not have: 0 in "
                "all columns, or an error",
                named=True,
            ),
            Argument(
                "minimum",
                Integer(1),
                1,
                "categories with fewer samples share a column, the last, with unknown "
                "ones",
                named=True,
            ),
        ),
        agree=_one_hot_agrees,
        shape=_one_hot_shape,
        width=_one_hot_width,
        categories=True,
        opens=lambda arguments: arguments["unknown"] == "zeros",
        files=_one_hot_files,
        once=False,
    ),
    TransformEntry(
        "bag_of_words",
        "Texts as samples with a place for each word of a vocabulary, which holds the "
        "most frequent words of the training part. Place 0 is for all other words.",
        (
            Argument(
                "vocabulary",
                Integer(2),
                10_000,
                "how many places there are; as in Keras, that for other words counts",
            ),
            Argument(
                "mode",
                Choice(("binary", "count", "tfidf")),
                "binary",
                "`binary`: 1 for each word that is there; `count`: how often it is; "
                "`tfidf`: that times log(1 + texts / (1 + those with the word))",
            ),
            _WORDS_OF,
        ),
        takes="texts",
        shape=lambda _, arguments: (cast(int, arguments["vocabulary"]),),
        learnt=_words,
        files=_words_files,
        sparse=True,
    ),
    TransformEntry(
        "token_ids",
        "Texts as sequences of ids, one for each word: from 2 on those of the most "
        "frequent words of the training part, 1 for all other words. A text that is "
        "shorter is filled up with 0, a longer one loses its end.",
        (
            Argument(
                "vocabulary",
                Integer(3),
                10_000,
                "how many ids there are; as in Keras, 0 and 1 count",
            ),
            Argument("length", Integer(1), 256, "how many ids a sample has"),
            _WORDS_OF,
        ),
        takes="texts",
        shape=lambda _, arguments: (cast(int, arguments["length"]),),
        learnt=lambda _: ("data/vocabulary",),
        files=lambda _: ("learn_vocabulary", "token_ids"),
        ids=lambda arguments: cast(int, arguments["vocabulary"]),
    ),
    TransformEntry(
        "multi_hot",
        "Rows of ids as samples with 1 in these places and 0 elsewhere. A row that is "
        "shorter than others is filled up with -1.",
        (
            Argument(
                "size",
                Integer(1),
                doc="how many places there are, from 0",
                example="10_000",
            ),
        ),
        takes="ids",
        shape=lambda _, arguments: (cast(int, arguments["size"]),),
        files=lambda _: ("check_ids", "multi_hot"),
        sparse=True,
    ),
    TransformEntry(
        "reshape",
        "The features of each sample in another shape, the last axis running fastest.",
        (
            Argument(
                "target_shape",
                Integer(-1),
                doc="the sizes without the batch axis; one may be -1: what is left",
                variadic=True,
                example="28, 28, 1",
            ),
            OF_INPUT,
        ),
        shape=_reshaped,
        files=lambda _: ("reshape_samples",),
        once=False,
        keeps_values=True,
    ),
    *FOLLOWING,
    *COLUMN_TRANSFORMS,
    AUGMENT,
    TransformEntry(
        "reconstruct",
        "The label of a sample is the sample itself, as it is at this place: for "
        "autoencoders. The source needs no target then.",
    ),
    TransformEntry(
        "folds",
        "For `cross_validate` alone: so many trainings, each on all folds but one, "
        "which is its validation part. A test part stays out; a validation part that "
        "`split` made goes back to the training part before.",
        (
            Argument("k", Integer(2, 10**6), doc="how many folds", example="5"),
            Argument(
                "stratify",
                Flag(),
                False,
                "deals samples out so that each fold has its share of each class",
            ),
            Argument(
                "seed",
                Optional(Integer(0)),
                0,
                "draws the folds; `none` cuts them in the order of the samples",
            ),
        ),
    ),
    TransformEntry(
        "split",
        "Sets samples of the training part apart: the last ones, before any shuffling; "
        "with `seed` or `stratify`, some drawn at random. A part that the data brings "
        "with it stays as it is.",
        (
            Argument(
                "validation",
                Real(minimum=0),
                0.0,
                "for validation: below 1 a share, from 1 on a count",
            ),
            Argument("test", Real(minimum=0), 0.0, "for the test: a share or a count"),
            Argument(
                "seed",
                Optional(Integer(0)),
                None,
                "draws the samples at random instead of taking the last",
            ),
            Argument(
                "stratify",
                Flag(),
                False,
                "draws them so that every part has the same share of each class",
            ),
        ),
        files=_split_files,
    ),
)
