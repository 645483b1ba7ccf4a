"""Columns of a table whose words stand beside the other features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from nnspec import ir
from nnspec.record import Record
from nnspec.table.data_entry import TransformEntry
from nnspec.targets.numpy.transforms import Step, plan_step
from nnspec.targets.quote import Code, literal


class WordColumn(Record):
    """A column of texts and its words, which are so many values of a sample.

    Its vocabulary, of at most `most` words, is at `vocabulary`; `prepared` is what a
    network takes of the texts. `step` learns weights of words, if there are any.
    """

    size: int
    ids: bool
    vocabulary: Code
    most: Code
    prepared: Code
    keys: tuple[str, ...]
    step: Step | None
    files: tuple[str, ...]


def plan_words(data: ir.Data | None) -> tuple[WordColumn, ...]:
    """The columns of words; what they learn is named `_1` from the second on."""
    words = data.words if data else ()
    return tuple(_column(place, each) for place, each in enumerate(words))


def _column(place: int, words: ir.Words) -> WordColumn:
    entry, given = cast(TransformEntry, words.use.entry), words.use.arguments
    suffix = f"_{place}" if place else ""
    names = [f"{key}{suffix}" for key in entry.learnt(given)]
    keys = tuple(Code(f"learnt[{literal(name)}]") for name in names)
    texts, size = Code(f"texts[{place}]"), literal(given["vocabulary"])
    step = plan_step(words.use, keys, beside=Code(f"x.others[{place}]"))
    weights = keys[1] if step.idf else step.weights
    more = f", {weights}" if weights else ""
    prepared = f"bag_of_words({texts}, {keys[0]}, {size}{more})"
    if words.ids:
        prepared = f"token_ids({texts}, {keys[0]}, {literal(given['length'])})"
    return WordColumn(
        size=words.size,
        ids=words.ids,
        vocabulary=keys[0],
        most=Code(f"{size} - 1") if words.ids else size,
        prepared=Code(prepared),
        keys=tuple(names),
        step=step if step.idf else None,
        files=entry.files(given),
    )


def beside(numbers: str, words: Sequence[WordColumn]) -> Code:
    """An expression for numbers, and the bags of words that stand beside them."""
    bags = ", ".join(each.prepared for each in words)
    sizes = f"sizes=[{', '.join(str(each.size) for each in words)}]"
    rows = f"Beside({numbers}, [{bags}])"
    return Code(f"PreparedRows({rows}, partial(side_by_side, {sizes}, dtype=DTYPE))")


def files_of_words(data: ir.Data | None) -> Iterator[str]:
    """The plain files that they need."""
    found = plan_words(data)
    for each in found:
        yield from each.files
    if found:
        yield from ("word_columns", "texts_beside", "beside")
    if any(not each.ids for each in found):
        yield from ("prepared_rows", "dense_rows", "side_by_side")
