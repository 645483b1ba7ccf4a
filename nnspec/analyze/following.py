"""Windows of what follows on each other: parts are cut in its order, labels follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from nnspec import ir
from nnspec.analyze.endings import ending
from nnspec.diagnostics import Diagnostics, Edit, Fix, Note
from nnspec.facts import Text
from nnspec.table.data_entry import (
    Sliding,
    SourceEntry,
    TransformEntry,
    is_about_labels,
    reshapes,
    slides,
)
from nnspec.table.entry import Use
from nnspec.table.training_entry import LossEntry


def verify_following(
    source: Use, transforms: Sequence[Use], diagnostics: Diagnostics
) -> None:
    """Report what would tear apart or reorder what windows are made of."""
    sliding = next(filter(slides, transforms), None)
    if sliding is None:
        return
    entry = cast(SourceEntry, source.entry)
    if entry.by_class or entry.gives == "texts":
        diagnostics.error(
            "transform-and-source",
            f"`{sliding.entry.name}` takes rows that follow on each other, and "
            f"`{entry.name}` gives others",
            sliding.span,
            help="take `csv`, `npz` or `npy`",
            notes=[Note(source.span, "the source")],
        )
    for use in (source, *transforms):
        if conflict := _conflict(use, sliding):
            reason, argument, way_out = conflict
            diagnostics.error(
                "transform-conflict",
                f"{reason}, and the windows of `{sliding.entry.name}` need rows that "
                "follow on each other",
                use.span_of(argument),
                help=way_out,
                notes=[Note(sliding.span, "windows are made here")],
            )


_DRAWN = "`csv` draws rows at random with `sample`"


def _conflict(use: Use, sliding: Use) -> tuple[str, str, str] | None:
    """Why a use cannot stand beside windows, at which argument, the way out."""
    name, entry = use.entry.name, use.entry
    if isinstance(entry, SourceEntry):
        drawn = entry.table and use.arguments["sample"] is not None
        return (_DRAWN, "sample", "remove `sample=`") if drawn else None
    entry = cast(TransformEntry, entry)
    alone = entry.by_batch or entry.sparse or entry.takes == "texts" or reshapes(use)
    if alone or name == "reconstruct":
        if cast(TransformEntry, sliding.entry).takes == "numbers":
            return f"`{name}` is for samples alone", "", f"remove `{name}`"
    elif name == "folds":
        return "`folds` sets samples in between apart", "", "use `split`"
    if name == "split" and use.arguments["stratify"]:
        return "`split` draws samples with `stratify`", "stratify", "remove `stratify`"
    if name == "split" and use.arguments["seed"] is not None:
        return "`split` draws samples with `seed`", "seed", "remove `seed`"
    return None


def verify_next(model: ir.Model, diagnostics: Diagnostics) -> bool:
    """Whether labels are what follows in the windows; outputs that do not fit it, and
    losses, are reported."""
    sliding = model.data.sliding if model.data else None
    if model.data is None or sliding is None or not sliding[1].own:
        return False
    use, windows = sliding
    for other in model.data.labels:
        _report_labels(other, use, diagnostics)
    shape, last = model.output_shape, model.network.last[0]
    if len(shape) != 1 and (len(shape), shape[0]) != (2, windows.length):
        diagnostics.error(
            "labels-and-units",
            f"the network has outputs of shape {shape}, but the labels of "
            f"`{use.name}` are characters: one for each window, or for each of its "
            f"{windows.length} places",
            last.span,
            help=f"keep its {windows.length} places, or make one of them by `gru(32)`",
            notes=[Note(use.span, "the labels")],
        )
    training = model.training
    if training and cast(LossEntry, training.loss.entry).target != "index":
        loss = "sparse_categorical_crossentropy"
        diagnostics.error(
            "labels-and-loss",
            f"the labels of `{use.name}` are ids of characters, and "
            f"`{training.loss.name}` takes others",
            training.loss.span,
            help=Fix(f"use `{loss}`", Edit(training.loss.span, loss)),
            notes=[Note(use.span, "the labels")],
        )
    if isinstance(model.data.facts, Text):
        _verify_text(model, model.data.facts, use, windows, diagnostics)
    return True


def verify_horizons(model: ir.Model, diagnostics: Diagnostics) -> bool:
    """Whether a label has several horizons, and does not fit the loss or the outputs;
    reported then."""
    sliding, training = model.data and model.data.sliding, model.training
    if not sliding or training is None or len(sliding[1].horizons) == 1:
        return False
    (use, windows), shape = sliding, model.output_shape
    count, loss = len(windows.horizons), cast(LossEntry, training.loss.entry)
    if loss.target in ("index", "distribution"):
        diagnostics.error(
            "several-targets",
            f"`{loss.name}` takes one class for each window, but there are {count} "
            "horizons",
            use.span_of("horizon"),
            help="write one number, or take a loss of values, such as "
            "`mean_squared_error`",
            notes=[Note(training.loss.span, "the loss")],
        )
        return True
    if len(shape) == 1 and shape[0] % count == 0:
        return False
    last = model.network.last[0]
    diagnostics.error(
        "labels-and-units",
        f"the network has outputs of shape {shape}, but each target has a label at "
        f"{count} horizons",
        last.span,
        help=ending(count, loss, last),
        notes=[Note(use.span_of("horizon"), "the horizons")],
    )
    return True


def _verify_text(
    model: ir.Model, text: Text, use: Use, windows: Sliding, diagnostics: Diagnostics
) -> None:
    """Report what the text itself has too much of, or too little."""
    last, known = model.network.last[0], model.output_shape[-1]
    if text.characters > known:
        diagnostics.error(
            "labels-and-units",
            f"the network has outputs for {known} characters, and the training part "
            f"of `{text.path}` has {text.characters}",
            last.span,
            help=f"give the last layer {text.characters} units",
            notes=[Note(use.span, "the labels")],
        )
    for part, size in text.parts:
        if size <= windows.length:
            diagnostics.error(
                "shape-mismatch",
                f"`{use.name}` needs {windows.length} characters and the one after, "
                f"and the {part.replace('train', 'training')} part of `{text.path}` "
                f"has {size}",
                use.span_of("length"),
                help="shorten the windows, or give the part more",
                of_data=True,
            )
    if text.unseen:
        diagnostics.error(
            "unseen-text",
            f"{text.path}, {text.unseen.place}: the character {text.unseen.text!r} is "
            "not in the training part",
            model.data.source.span if model.data else use.span,
            help="take it out of the text, or cut the parts elsewhere",
            of_data=True,
        )


def _report_labels(other: Use, use: Use, diagnostics: Diagnostics) -> None:
    assert is_about_labels(other)
    diagnostics.error(
        "transform-conflict",
        f"`{other.entry.name}` is about labels, and those of `{use.name}` are the "
        "characters that follow",
        other.span,
        help=f"remove `{other.entry.name}(target)`",
        notes=[Note(use.span, "the labels")],
    )
