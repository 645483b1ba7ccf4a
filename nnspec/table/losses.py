"""Losses, averaged over all samples of a batch."""

from __future__ import annotations

from nnspec.table.entry import Argument, Loss
from nnspec.table.kinds import Flag, Real

_FROM_LOGITS = Argument(
    "from_logits", Flag(), False, "whether the outputs are logits, not probabilities"
)
_SMOOTHING = Argument(
    "label_smoothing", Real(0, 1), 0.0, "share of each label spread over all classes"
)

LOSSES = (
    Loss(
        "mean_squared_error",
        "mean((y - p)²)",
        aliases=("mse",),
    ),
    Loss(
        "mean_absolute_error",
        "mean(|y - p|)",
        aliases=("mae",),
    ),
    Loss(
        "binary_crossentropy",
        "-mean(y log p + (1 - y) log(1 - p))",
        (_FROM_LOGITS, _SMOOTHING),
        fused="sigmoid",
        target="indicator",
    ),
    Loss(
        "categorical_crossentropy",
        "-sum(y log p), y a distribution over the classes, such as one-hot",
        (_FROM_LOGITS, _SMOOTHING),
        fused="softmax",
        target="distribution",
    ),
    Loss(
        "sparse_categorical_crossentropy",
        "-log p[y], y the index of the class",
        (_FROM_LOGITS,),
        fused="softmax",
        target="index",
    ),
)
