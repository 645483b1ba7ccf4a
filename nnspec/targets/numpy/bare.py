"""What a bare script has otherwise than the full one, whose mathematics it has.

No thread shares anything: a batch stays whole unless its shares draw random numbers,
each from a generator of its own, and products are NumPy's. Data is converted and not
checked, and nothing is written but the weights.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from nnspec import ir
from nnspec.analyze.batches import images_by_batch
from nnspec.diagnostics import Diagnostic
from nnspec.record import replace
from nnspec.table.training_entry import CallbackEntry
from nnspec.targets.numpy.layout import Layout
from nnspec.targets.numpy.program import Form
from nnspec.targets.quote import Code

FULL = Form(
    bare=False,
    options=Code(", options"),
    epochs=Code("options.epochs"),
    batch_size=Code("options.batch_size"),
    seed=Code("options.seed"),
    each=Code("in_threads"),
)
BARE = Form(
    bare=True,
    options=Code(""),
    epochs=Code("EPOCHS"),
    batch_size=Code("BATCH_SIZE"),
    seed=Code("SEED"),
    each=Code("map"),
)


def refused(model: ir.Model) -> Iterable[Diagnostic]:
    """An error for each callback that writes a file, and for folds."""
    if model.data and model.data.folds:
        yield Diagnostic(
            "not-in-bare",
            "error",
            "`folds` is for the command `cross_validate`, and a bare script has none",
            model.data.folds.span,
            "leave it out, or compile without `--bare`",
        )
    for use in model.training.callbacks if model.training else ():
        if cast(CallbackEntry, use.entry).file:
            yield Diagnostic(
                "not-in-bare",
                "error",
                f"`{use.name}` writes a file, and a bare script writes none but its "
                "weights",
                use.span,
                "leave it out, or compile without `--bare`",
            )


def draws(model: ir.Model, layout: Layout) -> bool:
    """Whether something is drawn for the batches of a training."""
    augments = any(image is not None for *_, image in images_by_batch(model))
    return bool(layout.draws) or augments


def simplify(layout: Layout) -> None:
    """Let ReLUs compare with a number: with an array they are faster, not clearer."""
    layout.zeros = 0
    layout.forward = tuple(
        replace(step, zero=Code("0.0")) if step.zero else step
        for step in layout.forward
    )
