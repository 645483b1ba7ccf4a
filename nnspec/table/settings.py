"""The settings of the training section, as the arguments of one entry."""

from __future__ import annotations

from nnspec.table.entry import Argument, DefaultUse, Entry
from nnspec.table.kinds import (
    AnyOf,
    Choice,
    Flag,
    Integer,
    ListOf,
    OneOf,
    Optional,
    Real,
    String,
)
from nnspec.table.pairs import ByOutput, PairsOf

_CLASS = AnyOf((Integer(), Real(), String("a label")))
_WEIGHTS = PairsOf(("class", "weight"), _CLASS, Real(0), "[0: 1.0, 1: 5.0]")
_CLASS_WEIGHT = AnyOf((Choice(("balanced",)), _WEIGHTS))
_METRICS = ListOf(OneOf("metric"), or_one=True)

TRAINING = Entry(
    "training",
    "How the network is trained.",
    (
        Argument(
            "loss",
            ByOutput(Optional(OneOf("loss")), OneOf("loss")),
            doc="what training makes small; of several outputs one loss for all, or "
            "`[price: mse, sold: none]`, where `none` is of one that is only predicted",
            example="mse",
        ),
        Argument(
            "loss_weights",
            Optional(ByOutput(Real(0))),
            None,
            "what each output's loss counts in the sum of the losses",
        ),
        Argument(
            "optimizer",
            OneOf("optimizer"),
            DefaultUse("optimizer", "rmsprop"),
            "how the weights follow the gradients",
        ),
        Argument(
            "metrics",
            ByOutput(_METRICS, _METRICS),
            (),
            "what is printed beside the loss",
        ),
        Argument("epochs", Integer(1), 1, "how often all samples are seen"),
        Argument("batch_size", Integer(1), 32, "samples in one update"),
        Argument(
            "seed",
            Integer(0, 2**32 - 1),
            0,
            "of the initial weights, the order of the samples and the dropouts",
        ),
        Argument("shuffle", Flag(), True, "whether each epoch has its own order"),
        Argument(
            "precision",
            Choice(("float32", "float64")),
            "float32",
            "of all numbers in training",
        ),
        Argument(
            "class_weight",
            Optional(ByOutput(_CLASS_WEIGHT, _CLASS_WEIGHT)),
            None,
            "factors of the samples' losses in training, by their classes: labels, or "
            "numbers where labels are texts; `balanced`: the rarer a class, the larger",
        ),
        Argument(
            "gradient_accumulation",
            Integer(1),
            1,
            "batches whose mean gradient makes one update",
        ),
    ),
)
