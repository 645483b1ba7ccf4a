"""Windows of what follows on each other, as the script makes them."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.record import Record
from nnspec.table.data_entry import SourceEntry, TransformEntry
from nnspec.targets.quote import Code, literal


class Following(Record):
    """The windows of a data section.

    They are of a `text` of at most so many characters, the `most`, or of rows. `places`
    says that a label stands at each place of a window; `labels` tells what they are.
    """

    text: bool
    length: Code
    every: Code
    stride: Code
    #: How many rows a window reaches over.
    span: Code
    #: So many rows after its last stands its label, the farthest of several.
    horizon: Code
    #: From the first row of a window to its last, and to the only label.
    last: Code
    first: Code | None
    places: bool
    labels: Code
    most: Code
    #: Whether samples, and labels, have names.
    several: tuple[bool, bool]


def plan_following(model: ir.Model) -> Following | None:
    """The windows, None where samples are none."""
    data = model.data
    if data is None or data.sliding is None:
        return None
    _, windows = data.sliding
    alone = len(windows.horizons) == 1
    span = (windows.length - 1) * windows.every + 1
    places = windows.own and len(model.output_shape) == 2
    which = f"after each place (N, {windows.length})" if places else "after it (N,)"
    return Following(
        text=cast(SourceEntry, data.source.entry).gives == "text",
        length=literal(windows.length),
        every=literal(windows.every),
        span=literal(span),
        horizon=literal(max(windows.horizons)),
        last=literal(span - 1),
        first=literal(span - 1 + windows.horizons[0]) if alone else None,
        stride=literal(windows.stride),
        places=places,
        several=(len(model.network.inputs) > 1, len(model.network.outputs) > 1),
        labels=Code(f"the one {which}"),
        most=literal(min(model.ids or 0, model.output_shape[-1])),
    )


def files_of_text(data: ir.Data) -> tuple[str, ...]:
    """The plain files that the section of a text calls, in the order of their use."""
    names = list(cast(SourceEntry, data.source.entry).files)
    names += ["given_samples", "as_text", "as_windows", "character_names"]
    names += ["split_off"] * (data.split is not None)
    for use in data.transforms:
        names += cast(TransformEntry, use.entry).files(use.arguments)
    return (*names, "check_learnt", "as_learnt")
