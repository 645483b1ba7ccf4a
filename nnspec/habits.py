"""What is written by habit, of Keras or of Python, and what to write in its place.

`VALUE` stands for the value that was written.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Names by category, and those that are meant.
NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "loss": {
        "bce": ("binary_crossentropy",),
        "cce": ("categorical_crossentropy",),
        "scce": ("sparse_categorical_crossentropy",),
        **dict.fromkeys(
            ("crossentropy", "cross_entropy"),
            (
                "binary_crossentropy",
                "categorical_crossentropy",
                "sparse_categorical_crossentropy",
            ),
        ),
    },
    "initializer": {"xavier": ("glorot_normal", "glorot_uniform")},
}

#: What a number stands for by itself, by category.
NUMBERS: Mapping[str, str] = {
    "constraint": "max_norm(VALUE)",
    "initializer": "constant(VALUE)",
    "optimizer": "rmsprop(learning_rate=VALUE)",
    "regularizer": "l2(VALUE)",
}

#: Python's names of values.
VALUES: Mapping[str, bool | None] = {"True": True, "False": False, "None": None}

_OF_THE_OPTIMIZER = (
    "it is an argument of the optimizer: `optimizer = rmsprop(learning_rate=VALUE)`"
)
_SPLIT = "samples are set apart in the data section: `split(validation={})`"

#: Settings that there are not.
SETTINGS: Mapping[str, str] = {
    "learning_rate": _OF_THE_OPTIMIZER,
    "lr": _OF_THE_OPTIMIZER,
    "validation_split": _SPLIT.format("VALUE"),
    "validation_data": _SPLIT.format("0.1"),
    "callbacks": "each callback is a statement of its own, such as "
    "`early_stopping(patience=5)`",
    "verbose": "remove it: the script has the option `--quiet`",
}

_INPUT = "begin the network with `input(VALUE)`"

#: Arguments that there are not, by category.
ARGUMENTS: Mapping[str, Mapping[str, str]] = {
    "layer": {
        "input_shape": _INPUT,
        "input_dim": _INPUT,
        "name": "a layer is named by what follows it: `as VALUE`",
    },
    "optimizer": {"lr": "write `learning_rate=VALUE`"},
}
