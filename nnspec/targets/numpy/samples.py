"""What samples are on their way into the network: numbers, texts, lists of places."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.record import Record
from nnspec.table.data_entry import SourceEntry, TransformEntry, reads_words, reshapes
from nnspec.table.entry import (
    Shape,
    Use,
)
from nnspec.targets.numpy.transforms import expands, takes_some
from nnspec.targets.numpy.words import beside, plan_words
from nnspec.targets.quote import Code, literal


class Samples(Record):
    """The samples of a data section.

    `texts` says that they are texts before the transforms, and `ids` rows of ids;
    `sparse` that the network takes them as lists of what is not 0, `weighed` that this
    is not always 1. `dense` says that sparse samples become arrays batch by batch, and
    `whole` that all are one array. `check` is the call that looks at them, None where
    they are texts. `prepared` is what comes of x after all transforms. `irreplaceable`
    says why --data cannot stand in for the source.
    """

    texts: bool
    ids: bool
    #: How many ids there are, of samples that hold such, which the network looks up.
    count: Code | None
    sparse: bool
    weighed: bool
    dense: bool
    whole: bool
    check: Code | None
    prepared: Code
    irreplaceable: Code | None


def stays(model: ir.Model) -> bool:
    """Whether samples stay as they are read until their batch: on disk, or bytes."""
    source = cast(SourceEntry, model.data.source.entry) if model.data else None
    several = len(model.network.inputs) > 1 or len(model.network.outputs) > 1
    return bool(source and (source.lazy or (source.by_class and not several)))


def plan_samples(model: ir.Model, *, dense: bool = False) -> Samples:
    """What the data section of a model does with its samples.

    If they are to be `dense`, no layer takes them as lists of what is not 0.
    """
    data, sparse = model.data, model.sparse and not dense
    uses = data.transforms if data else ()
    use = data.sparse if data else None
    kinds = {cast(TransformEntry, u.entry).takes for u in uses}
    takes = next((k for k in ("texts", "text", "ids") if k in kinds), "numbers")
    lazy = stays(model)
    fills = any(cast(TransformEntry, u.entry).fills(u.arguments) for u in uses)
    nan = ", nan=True" * fills
    row = "ROW_SHAPE" if data and data.sliding else "INPUT_SHAPE"
    shape = "x.shape[1:]" if any(map(reshapes, uses)) else row
    check: str | None = f"check_samples(x, {shape}, where{nan})"
    if takes == "numbers" and model.ids:
        check = f"check_given_ids(x, {shape}, {model.ids}, where)"
    elif takes == "ids":
        size = _size(cast(Use, use))
        check = f"check_ids(x, {size}, where)"
    elif takes in ("texts", "text"):
        check = None
    return Samples(
        texts=takes in ("texts", "text"),
        ids=takes == "ids",
        count=literal(model.ids) if model.ids else None,
        sparse=sparse,
        weighed=use is not None and use.arguments.get("mode", "binary") != "binary",
        dense=use is not None and not sparse,
        whole=use is None and not (lazy or (data and (data.sliding or data.words))),
        check=Code(check) if check else None,
        prepared=_prepared(model, use, lazy, sparse=sparse),
        irreplaceable=_irreplaceable(data.all_transforms if data else (), takes),
    )


def _size(use: Use) -> int:
    """How many values a sample has after the transform that makes it sparse."""
    shape = cast(TransformEntry, use.entry).shape(None, use.arguments)
    assert shape is not None
    return shape[0]


def _prepared(model: ir.Model, use: Use | None, lazy: bool, *, sparse: bool) -> Code:
    """Samples that are not to stay sparse become arrays when a batch needs them."""
    if words := plan_words(model.data):
        return beside("np.ascontiguousarray(x, DTYPE)", words)
    if use is None:
        dtype = "np.intp" if model.ids else "DTYPE"
        return Code(f"np.ascontiguousarray(x, {dtype})")
    if sparse:
        return Code("x")
    if lazy:
        return Code(f"dense_rows(x, {_size(use)}, DTYPE)")
    rows = f"partial(dense_rows, size={_size(use)}, dtype=DTYPE)"
    return Code(f"PreparedRows(x, {rows})")


def _irreplaceable(uses: tuple[Use, ...], takes: str) -> Code | None:
    if takes in ("texts", "text"):
        what = "texts" if takes == "texts" else "a text"
        return literal(f"--data: arrays cannot replace {what}")
    if any(map(expands, uses)):
        return literal("--data: arrays cannot replace a table that one_hot expands")
    if any(map(reads_words, uses)):
        return literal("--data: arrays cannot replace a table with texts")
    if any(map(takes_some, uses)):
        return literal("--data: arrays cannot replace a table with columns to choose")
    return None


def plain_labels(name: str, shape: Shape, *, restored: bool, y: str = "y") -> Code:
    """Labels `y` as the loss takes them, without the checks of the plain file `name`.

    Those that are `restored` later go through transforms first.
    """
    if name in ("label_sequences", "class_labels"):
        one = ".reshape(-1)" if name == "class_labels" else ""
        return Code(f"{y}{one}.astype(np.intp)")
    if name in ("class_indices", "indices_or_ignored", "one_hot_labels"):
        places = "".join(f", {size}" for size in shape[:-1])
        indices = f"{y}.reshape(-1{places}).astype(np.intp)"
        if name != "one_hot_labels":
            return Code(indices)
        return Code(f"np.eye({shape[-1]}, dtype=DTYPE)[{indices}]")
    dtype = "float" if restored else "DTYPE"
    return Code(f"{y}.reshape(-1, {', '.join(map(str, shape))}).astype({dtype})")
