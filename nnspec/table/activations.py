"""Activations. Each is also a layer of the same name and arguments."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import cast

from nnspec.record import replace
from nnspec.table.axes import counted_with_batch
from nnspec.table.entry import ActivationEntry, Argument, Arguments, Shape, Use
from nnspec.table.kinds import Flag, Integer, Optional, Real

_SLOPE = Argument("negative_slope", Real(minimum=0), 0.0, "slope on the left")
_LARGEST = Argument("max_value", Optional(Real(above=0)), None, "largest output")
_THRESHOLD = Argument("threshold", Real(minimum=0), 0.0, "where x begins to pass")
_SHRUNK = Argument("threshold", Real(minimum=0), 0.5, "up to which |x| becomes 0")
_AXIS = Argument(
    "axis", Integer(), -1, "the axis to sum over; 0 is that of the batch, -1 the last"
)


def _needs(*names: str) -> Callable[[Arguments], frozenset[str]]:
    return lambda _: frozenset(names)


def _within(low: float, high: float) -> Callable[[Arguments], tuple[float, float]]:
    return lambda _: (low, high)


def _above_minus_alpha(arguments: Arguments) -> tuple[float, float]:
    return (-cast(float, arguments["alpha"]), inf)


def _relu_limits(arguments: Arguments) -> tuple[float, float]:
    largest = cast("float | None", arguments.get("max_value"))
    return (-inf if arguments["negative_slope"] else 0.0, largest or inf)


def _threshold_limits(arguments: Arguments) -> tuple[float, float]:
    low, other = (cast(float, arguments[n]) for n in ("threshold", "default_value"))
    return (min(low, other), inf)


def summed_axis(shape: Shape, use: Use) -> int:
    """The axis along which a normalizing activation sums, from 1; or `Misfit`."""
    return counted_with_batch([cast(int, use.arguments["axis"])], shape, use.name)[0]


def sums_last(shape: Shape, use: Use) -> bool:
    """Whether that is the last axis, or the activation works on single values."""
    return "axis" not in use.arguments or use.arguments["axis"] in (-1, len(shape))


ACTIVATIONS = (
    ActivationEntry("linear", "x", flops=0, needs=_needs()),
    ActivationEntry("sigmoid", "1 / (1 + exp(-x))", flops=4, limits=_within(0, 1)),
    ActivationEntry(
        "hard_sigmoid",
        "min(max(x / 6 + 0.5, 0), 1) (Howard et al., 2019).",
        flops=4,
        limits=_within(0, 1),
    ),
    ActivationEntry(
        "tanh",
        "(exp(x) - exp(-x)) / (exp(x) + exp(-x))",
        flops=5,
        limits=_within(-1, 1),
    ),
    ActivationEntry(
        "hard_tanh",
        "min(max(x, -1), 1) (Collobert, 2004).",
        flops=2,
        limits=_within(-1, 1),
    ),
    ActivationEntry(
        "relu",
        "max(x, 0); with its arguments x up to `max_value`, and "
        "`negative_slope * (x - threshold)` up to the threshold.",
        (_SLOPE, _LARGEST, _THRESHOLD),
        layer_arguments=(_LARGEST, _SLOPE, _THRESHOLD),
        needs=lambda arguments: frozenset(
            {"sign" if arguments["max_value"] is None else "output"}
        ),
        limits=_relu_limits,
    ),
    ActivationEntry(
        "relu6",
        "min(max(x, 0), 6) (Krizhevsky, 2010).",
        flops=2,
        limits=_within(0, 6),
    ),
    ActivationEntry(
        "leaky_relu",
        "x where positive, else negative_slope * x (Maas et al., 2013); the slope is "
        "0.2 for an activation and 0.3 for a layer, as in Keras.",
        (replace(_SLOPE, default=0.2),),
        layer_arguments=(replace(_SLOPE, default=0.3),),
        flops=2,
        needs=_needs("sign"),
        limits=_relu_limits,
    ),
    ActivationEntry(
        "elu",
        "x where positive, else alpha * (exp(x) - 1) (Clevert et al., 2016).",
        (Argument("alpha", Real(minimum=0), 1.0, "minus the limit on the left"),),
        flops=4,
        limits=_above_minus_alpha,
    ),
    ActivationEntry(
        "selu",
        "1.0507 * elu(x, alpha=1.6733) (Klambauer et al., 2017).",
        flops=5,
        limits=_within(-1.7580993408473766, inf),
    ),
    ActivationEntry(
        "celu",
        "x where positive, else alpha * (exp(x / alpha) - 1) (Barron, 2017).",
        (Argument("alpha", Real(above=0), 1.0, "minus the limit on the left"),),
        flops=5,
        limits=_above_minus_alpha,
    ),
    ActivationEntry(
        "gelu",
        "x * P(X <= x) for a standard normal X (Hendrycks and Gimpel, 2016).",
        (
            Argument(
                "approximate",
                Flag(),
                False,
                "by 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x³)))",
            ),
        ),
        flops=5,
        needs=_needs("input", "gate"),
        files=lambda arguments: () if arguments["approximate"] else ("erf",),
        limits=_within(-0.171, inf),
    ),
    ActivationEntry(
        "silu",
        "x * sigmoid(x) (Elfwing et al., 2018).",
        aliases=("swish",),
        flops=5,
        needs=_needs("output", "gate"),
        limits=_within(-0.279, inf),
    ),
    ActivationEntry(
        "hard_silu",
        "x * hard_sigmoid(x) (Howard et al., 2019).",
        aliases=("hard_swish",),
        flops=5,
        needs=_needs("gate"),
        limits=_within(-0.375, inf),
    ),
    ActivationEntry(
        "mish",
        "x * tanh(log(1 + exp(x))) (Misra, 2019).",
        flops=9,
        needs=_needs("input", "gate"),
        limits=_within(-0.309, inf),
    ),
    ActivationEntry(
        "softplus",
        "log(1 + exp(x)) (Dugas et al., 2001).",
        flops=3,
        limits=_within(0, inf),
    ),
    ActivationEntry(
        "squareplus",
        "(x + sqrt(x² + b)) / 2 (Barron, 2021).",
        (
            Argument(
                "b",
                Real(above=0),
                4.0,
                "how wide the bend is; at x = 0, y = sqrt(b) / 2",
            ),
        ),
        flops=5,
        limits=_within(0, inf),
    ),
    ActivationEntry(
        "softsign",
        "x / (1 + |x|) (Turian et al., 2009).",
        flops=3,
        limits=_within(-1, 1),
    ),
    ActivationEntry("exponential", "exp(x)", limits=_within(0, inf)),
    ActivationEntry(
        "softmax",
        "exp(x) / sum(exp(x)) over an axis.",
        (_AXIS,),
        flops=5,
        verify=summed_axis,
        limits=_within(0, 1),
        normalizes=True,
    ),
    ActivationEntry(
        "log_softmax",
        "log(softmax(x)) over an axis: x - log(sum(exp(x))).",
        (_AXIS,),
        flops=5,
        verify=summed_axis,
        limits=_within(-inf, 0),
        normalizes=True,
        logits="softmax",
    ),
    ActivationEntry(
        "log_sigmoid",
        "log(sigmoid(x)): -log(1 + exp(-x)).",
        flops=5,
        limits=_within(-inf, 0),
    ),
    ActivationEntry(
        "hard_shrink",
        "x where |x| is above the threshold, else 0.",
        (_SHRUNK,),
        flops=2,
        needs=_needs("sign"),
    ),
    ActivationEntry(
        "soft_shrink",
        "x moved towards 0 by the threshold, and 0 where it is nearer than that.",
        (replace(_SHRUNK, doc="how far x is moved"),),
        flops=2,
        needs=_needs("sign"),
    ),
    ActivationEntry("tanh_shrink", "x - tanh(x)", flops=6, needs=_needs("gate")),
    ActivationEntry(
        "threshold",
        "x where it is above the threshold, else default_value.",
        (
            Argument("threshold", Real(), doc="above which x stays", example="0.1"),
            Argument(
                "default_value", Real(), doc="what all else becomes", example="0.0"
            ),
        ),
        needs=_needs("input"),
        limits=_threshold_limits,
    ),
    ActivationEntry(
        "sparse_plus",
        "0 up to -1, (x + 1)² / 4 between, x from 1 on; a softplus that can be 0.",
        flops=5,
        limits=_within(0, inf),
    ),
    ActivationEntry(
        "sparse_sigmoid",
        "min(max((x + 1) / 2, 0), 1): the derivative of sparse_plus.",
        flops=4,
        limits=_within(0, 1),
    ),
    ActivationEntry(
        "sparsemax",
        "The distribution over an axis that is nearest to x, in which many shares are "
        "0: max(x - t, 0), with the t that makes their sum 1 (Martins and Astudillo, "
        "2016).",
        (_AXIS,),
        flops=8,
        verify=summed_axis,
        files=lambda _: ("sparsemax",),
        limits=_within(0, 1),
        normalizes=True,
    ),
)
