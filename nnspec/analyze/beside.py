"""Columns of texts whose words stand beside the other features of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from nnspec import ir
from nnspec.diagnostics import Diagnostics, Note
from nnspec.record import replace
from nnspec.table.data_entry import (
    SourceEntry,
    TransformEntry,
    column_argument,
    columns_of,
    is_about_labels,
    reads_words,
)
from nnspec.table.entry import Shape, Use
from nnspec.table.spelling import spell
from nnspec.table.transforms import filler

Columns = tuple[str | int, ...]


def words_alone(source: Use, use: Use) -> Use:
    """A transform of words; it names no column where that is the only feature."""
    table = cast(SourceEntry, source.entry).table
    if table and reads_words(use) and source.arguments["features"] == columns_of(use):
        return replace(use, arguments={**use.arguments, column_argument(use): None})
    return use


def read_words(
    source: Use, transforms: Sequence[Use], diagnostics: Diagnostics
) -> tuple[tuple[ir.Words, ...], tuple[Use, ...]]:
    """The columns of words beside others, and the transforms of the other features."""
    makers = [use for use in transforms if reads_words(use)]
    if not (makers and cast(SourceEntry, source.entry).table):
        return (), tuple(transforms)
    makers = [use for use in makers if _verify_column(use, diagnostics)]
    taken = {column: use for use in makers for column in columns_of(use) or ()}
    found, left = dict[str | int, str](), list[Use]()
    for use in transforms:
        named, text = columns_of(use), filler(use.arguments)
        if reads_words(use):
            continue
        if text is not None:
            fills = taken if named is None else [c for c in named if c in taken]
            found |= {column: text for column in fills if column not in found}
        else:
            _verify_other(use, taken, diagnostics)
        rest = tuple(c for c in named or () if text is None or c not in taken)
        if named is None or rest:
            more = {} if named is None else {column_argument(use): rest}
            left.append(replace(use, arguments={**use.arguments, **more}))
    words = tuple(ir.Words(use, c, found.get(c)) for c, use in taken.items())
    return words, tuple(left)


def _verify_column(use: Use, diagnostics: Diagnostics) -> bool:
    """Report several columns: each has a vocabulary of its own."""
    columns = columns_of(use) or ()
    if len(columns) != 1:
        diagnostics.error(
            "several-texts",
            f"`{use.entry.name}` takes one column of texts, but `of` names "
            f"{len(columns)}",
            use.span_of("of"),
            help=f"write a `{use.entry.name}` for each of them",
        )
    return len(columns) == 1


def _verify_other(
    use: Use, taken: dict[str | int, Use], diagnostics: Diagnostics
) -> None:
    """Report a transform that cannot stand beside words, or takes their column."""
    entry = cast(TransformEntry, use.entry)
    maker = next(iter(taken.values()), None)
    if maker is None or is_about_labels(use) or entry.categories or entry.reads:
        return  # those of categories are told elsewhere
    both = [column for column in columns_of(use) or () if column in taken]
    alone = entry.slides or entry.keeps_values
    if both:
        diagnostics.error(
            "transform-conflict",
            f"`{use.entry.name}` takes the column {spell(both[0])}, of which "
            f"`{taken[both[0]].entry.name}` takes the words",
            use.span_of(column_argument(use)),
            help=f"take the column out of `{use.entry.name}`",
            notes=[Note(taken[both[0]].span, "the words")],
        )
    elif alone or entry.by_batch or entry.takes != "numbers":
        diagnostics.error(
            "transform-conflict",
            f"`{use.entry.name}` cannot be applied to features that have the words of "
            "a column beside them",
            use.span,
            help=f"remove `{use.entry.name}`",
            notes=[Note(maker.span, "the words")],
        )


def with_words(
    shape: Shape | None, words: Sequence[ir.Words], columns: Columns | None = None
) -> Shape | None:
    """The shape of samples with words; each column of them counted as one before.

    Those of one input, if it takes these `columns` of the table.
    """
    own = [w for w in words if columns is None or w.column in columns]
    if shape is None or not own:
        return shape
    return (shape[0] - len(own) + sum(w.size for w in own),)


def verify_words(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report ids of words that no input has to itself, and inputs that do not fit."""
    network, data = model.network, model.data
    if data is None or not data.words:
        return
    given = data.by_name.get("features")
    if given is None:
        for words in (w for w in data.words if w.ids):
            _report_ids(words, diagnostics)
        return
    for words in data.words:
        if words.column not in given.items:
            diagnostics.error(
                "unknown-column",
                f"no feature is written {spell(words.column)}",
                words.use.span_of("of"),
                help="name the column as `features` does",
                notes=[Note(data.source.span_of("features"), "the features")],
            )
    for call in network.inputs:
        columns = cast(Columns, given.get(call.name) or ())
        own = [words for words in data.words if words.column in columns]
        for words in own:
            _verify_input(words, call, columns, network.ids.get(call.name), diagnostics)
        if own and len(own) == len(columns):
            _verify_shape(own, call, diagnostics)


def _verify_shape(
    own: Sequence[ir.Words], call: ir.Call, diagnostics: Diagnostics
) -> None:
    """Report an input of words alone that is written with another shape."""
    size, note = sum(w.size for w in own), Note(own[0].use.span, "the words")
    if call.output_shape != (size,):
        diagnostics.error(
            "shape-mismatch",
            f"`{own[0].use.entry.name}` gives samples of shape {(size,)}, and "
            f"`{call.name}` takes {call.output_shape}",
            call.span,
            help=f"write `input({size})`",
            notes=[note],
        )


def _report_ids(words: ir.Words, diagnostics: Diagnostics) -> None:
    column = spell(words.column)
    diagnostics.error(
        "ids-expected",
        f"`{words.use.entry.name}` gives ids, which cannot stand beside other features "
        "in one input",
        words.use.span,
        help="give the column an input of its own, such as "
        f"`features=[words: {column}, numbers: [...]]`",
    )


def _verify_input(
    words: ir.Words,
    call: ir.Call,
    columns: Columns,
    looked_up: int | None,
    diagnostics: Diagnostics,
) -> None:
    """Report an input that takes the words of a column for something else."""
    name, note = words.use.entry.name, [Note(words.use.span, "the words")]
    if bool(looked_up) != words.ids:
        diagnostics.error(
            "ids-expected",
            f"`{name}` gives {'ids' if words.ids else 'numbers'}, and the network "
            f"takes {'ids' if looked_up else 'numbers'} from `{call.name}`",
            call.span,
            help=f"write `{'token_ids' if looked_up else 'bag_of_words'}` instead, or "
            f"{'an' if words.ids else 'no'} `embedding` after the input",
            notes=note,
        )
    elif words.ids and len(columns) > 1:
        _report_ids(words, diagnostics)
    elif words.ids and words.count > cast(int, looked_up):
        diagnostics.error(
            "ids-expected",
            f"`{name}` gives ids below {words.count}, and there are vectors for those "
            f"below {looked_up}",
            call.span,
            help=f"write `embedding({words.count}, ...)`",
            notes=note,
        )
