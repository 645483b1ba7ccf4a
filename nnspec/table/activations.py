"""Activations. Each is also a layer of the same name and arguments."""

from __future__ import annotations

from dataclasses import replace

from nnspec.table.entry import Activation, Argument
from nnspec.table.kinds import Integer, Optional, Real

_SLOPE = Argument("negative_slope", Real(minimum=0), 0.0, "slope on the left")
_LARGEST = Argument("max_value", Optional(Real(above=0)), None, "largest output")
_THRESHOLD = Argument("threshold", Real(minimum=0), 0.0, "where x begins to pass")

ACTIVATIONS = (
    Activation("linear", "x", flops=0, sign_only=lambda _: True),
    Activation("sigmoid", "1 / (1 + exp(-x))", flops=4),
    Activation("tanh", "(exp(x) - exp(-x)) / (exp(x) + exp(-x))", flops=5),
    Activation(
        "relu",
        "max(x, 0); with its arguments x up to `max_value`, and "
        "`negative_slope * (x - threshold)` up to the threshold.",
        (_SLOPE, _LARGEST, _THRESHOLD),
        layer_arguments=(_LARGEST, _SLOPE, _THRESHOLD),
        sign_only=lambda arguments: arguments["max_value"] is None,
    ),
    Activation(
        "leaky_relu",
        "x where positive, else negative_slope * x (Maas et al., 2013); the slope is "
        "0.2 for an activation and 0.3 for a layer, as in Keras.",
        (replace(_SLOPE, default=0.2),),
        layer_arguments=(replace(_SLOPE, default=0.3),),
        flops=2,
        sign_only=lambda _: True,
    ),
    Activation(
        "elu",
        "x where positive, else alpha * (exp(x) - 1) (Clevert et al., 2016).",
        (Argument("alpha", Real(minimum=0), 1.0, "minus the limit on the left"),),
        flops=4,
    ),
    Activation(
        "softmax",
        "exp(x) / sum(exp(x)) over the last axis.",
        (Argument("axis", Integer(-1, -1), -1, "the last axis"),),
        flops=5,
    ),
)
