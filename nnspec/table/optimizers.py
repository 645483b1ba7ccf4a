"""Optimizers, with Keras's arguments, defaults and arithmetic."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from typing import cast

from nnspec.record import replace
from nnspec.table.entry import Argument, Arguments, Misfit, Shape
from nnspec.table.kinds import (
    AnyOf,
    Flag,
    Integer,
    Kind,
    ListOf,
    OneOf,
    Optional,
    Real,
    String,
)
from nnspec.table.training_entry import OptimizerEntry

_SHARE = Real(minimum=0, below=1)
_POSITIVE = Real(above=0)


def _rate(default: float = 0.001) -> Argument:
    kind = AnyOf((Real(minimum=0), OneOf("schedule")))
    return Argument("learning_rate", kind, default, "size of a step")


def _beta_1(kind: Kind = _SHARE) -> Argument:
    return Argument("beta_1", kind, 0.9, "memory of m")


def _beta_2(default: float = 0.999, of: str = "v") -> Argument:
    return Argument("beta_2", _SHARE, default, f"memory of {of}")


_EPSILON = Argument("epsilon", Real(minimum=0), 1e-7, "keeps the division finite")
_AMSGRAD = Argument("amsgrad", Flag(), False, "divide by the largest v so far")
_MOMENTUM = Argument("momentum", Real(0, 1), 0.0, "share of the last step kept")
_DECAY = "share of each weight that a step takes away, times the learning rate"

#: What Muon takes, by name: Keras has it after what every optimizer takes.
_MUON = (
    Argument(
        "exclude_layers",
        Optional(ListOf(String("a part of a layer's name"))),
        None,
        "layers with AdamW: those whose names contain one of these",
        named=True,
    ),
    Argument(
        "exclude_embeddings", Flag(), True, "embeddings have AdamW, too", named=True
    ),
    Argument("muon_a", Real(), 3.4445, "of a * s + b * s³ + c * s⁵", named=True),
    Argument("muon_b", Real(), -4.775, "likewise", named=True),
    Argument("muon_c", Real(), 2.0315, "likewise", named=True),
    Argument(
        "adam_lr_ratio",
        Real(minimum=0),
        1.0,
        "AdamW's learning rate, as a share of the learning rate",
        named=True,
    ),
    Argument("momentum", Real(0, 1), 0.95, "share of m kept", named=True),
    Argument(
        "ns_steps", Integer(0), 5, "how often the polynomial is applied", named=True
    ),
    Argument("nesterov", Flag(), True, "look ahead (Nesterov, 1983)", named=True),
    Argument(
        "rms_rate",
        Optional(Real(above=0)),
        0.2,
        "about the root mean square of a step; `none`: steps are not scaled by sides",
        named=True,
    ),
)

#: What every optimizer takes after the arguments of its own.
_CLIPPING = (
    Argument(
        "clipnorm",
        Optional(_POSITIVE),
        None,
        "the norm that no weight's gradient exceeds",
    ),
    Argument(
        "clipvalue",
        Optional(_POSITIVE),
        None,
        "the value that no derivative exceeds",
    ),
    Argument(
        "global_clipnorm",
        Optional(_POSITIVE),
        None,
        "the norm that all gradients together do not exceed",
    ),
)
_COMMON = (
    Argument("weight_decay", Optional(Real(minimum=0)), None, _DECAY),
    *_CLIPPING,
    Argument(
        "use_ema",
        Flag(),
        False,
        "average the weights, and leave behind their averages",
    ),
    Argument(
        "ema_momentum",
        Real(0, 1),
        0.99,
        "memory of the averages",
        needs="use_ema",
    ),
    Argument(
        "ema_overwrite_frequency",
        Optional(Integer(1)),
        None,
        "go on from the averages after every so many updates",
        needs="use_ema",
    ),
    Argument(
        "gradient_accumulation_steps",
        Optional(Integer(2)),
        None,
        "batches whose mean gradient makes one update",
    ),
)


def _one_clipping(arguments: Arguments) -> None:
    """Gradients are clipped in one way."""
    for one, other in combinations((a.name for a in _CLIPPING), 2):
        if arguments[one] is not None and arguments[other] is not None:
            raise Misfit(
                f"gradients are clipped by `{one}` or by `{other}`, not by both",
                "remove one of the two",
                code="argument-conflict",
                argument=other,
                other=one,
            )


def _optimizer(
    name: str,
    doc: str,
    arguments: tuple[Argument, ...],
    slots: Callable[[Arguments], tuple[str, ...]],
    factors: Callable[[Shape], tuple[Shape, ...]] | None = None,
    *,
    scratch: bool = True,
    steps: bool = False,
    by_weight: bool = False,
    files: tuple[str, ...] = (),
    matrices: Callable[[str, Shape, Arguments], bool] | None = None,
    agree: Callable[[Arguments], None] = lambda _: None,
) -> OptimizerEntry:
    """An optimizer that takes what all take, beside the arguments of its own."""

    def both(given: Arguments) -> None:
        _one_clipping(given)
        agree(given)

    own = {a.name for a in arguments}
    common = (a for a in _COMMON if a.name not in own)
    return OptimizerEntry(
        name,
        doc,
        (*arguments, *common),
        agree=both,
        slots=slots,
        factors=factors,
        scratch=scratch,
        steps=steps,
        by_weight=by_weight,
        files=files,
        matrices=matrices,
    )


def _means_of_g(arguments: Arguments) -> tuple[str, ...]:
    """The slots of Adam and its kin."""
    return ("m", "v", *(("v_max",) if arguments.get("amsgrad") else ()))


def _factors(shape: Shape) -> tuple[Shape, ...]:
    """A mean for each row and each column; for each value of a vector."""
    if len(shape) < 2:
        return (shape,)
    return shape[:-1], (*shape[:-2], shape[-1])


def _has_muon(name: str, shape: Shape, arguments: Arguments) -> bool:
    """Whether a weight is a matrix that no argument leaves to AdamW."""
    if len(shape) != 2 or (arguments["exclude_embeddings"] and "embedding" in name):
        return False
    left = cast("tuple[str, ...] | None", arguments["exclude_layers"]) or ()
    return not any(word in name for word in left)


def _plain_words(arguments: Arguments) -> None:
    """Keras reads them as regular expressions; these are the same as words."""
    for word in cast("tuple[str, ...] | None", arguments["exclude_layers"]) or ():
        if not re.fullmatch(r"\w+", word, re.ASCII):
            raise Misfit(
                f"`exclude_layers` has words of letters, digits and `_`, got {word!r}",
                'write parts of names of layers, such as `["dense_1"]`',
                code="argument-type",
                argument="exclude_layers",
            )


OPTIMIZERS = (
    _optimizer(
        "sgd",
        "Gradient descent: w -= learning_rate * g, or with momentum "
        "v = momentum * v - learning_rate * g; w += v.",
        (
            _rate(0.01),
            _MOMENTUM,
            Argument(
                "nesterov",
                Flag(),
                False,
                "look ahead (Nesterov, 1983)",
                needs="momentum",
            ),
        ),
        slots=lambda arguments: ("velocity",) if arguments["momentum"] else (),
        scratch=False,
    ),
    _optimizer(
        "rmsprop",
        "w -= learning_rate * g / sqrt(v + epsilon), v a running mean of g² "
        "(Hinton, 2012).",
        (
            _rate(),
            Argument("rho", _SHARE, 0.9, "memory of the running means"),
            _MOMENTUM,
            _EPSILON,
            Argument("centered", Flag(), False, "subtract the squared mean of g"),
        ),
        slots=lambda arguments: (
            "velocity",
            *(("momentum",) if arguments["momentum"] else ()),
            *(("average_gradient",) if arguments["centered"] else ()),
        ),
    ),
    _optimizer(
        "adam",
        "w -= learning_rate * m / (sqrt(v) + epsilon), m and v running means of g and "
        "g², corrected for their start at 0 (Kingma and Ba, 2015).",
        (_rate(), _beta_1(), _beta_2(), _EPSILON, _AMSGRAD),
        slots=_means_of_g,
        steps=True,
    ),
    _optimizer(
        "adamw",
        "Adam after w -= learning_rate * weight_decay * w (Loshchilov and Hutter, "
        "2019).",
        (
            _rate(),
            Argument("weight_decay", Real(minimum=0), 0.004, _DECAY),
            _beta_1(),
            _beta_2(),
            _EPSILON,
            _AMSGRAD,
        ),
        slots=_means_of_g,
        steps=True,
    ),
    _optimizer(
        "nadam",
        "Adam that looks ahead with its momentum, as Nesterov's method does (Dozat, "
        "2016).",
        (_rate(), _beta_1(), _beta_2(), _EPSILON),
        slots=_means_of_g,
        steps=True,
        files=("momentum_product",),
    ),
    _optimizer(
        "adamax",
        "w -= learning_rate * m / (u + epsilon), m a running mean of g, u the largest "
        "of |g| and beta_2 * u (Kingma and Ba, 2015).",
        (_rate(), _beta_1(), _beta_2(of="u"), _EPSILON),
        slots=lambda _: ("m", "u"),
        steps=True,
    ),
    _optimizer(
        "adagrad",
        "w -= learning_rate * g / sqrt(a + epsilon), a the sum of all g² so far "
        "(Duchi and others, 2011).",
        (
            _rate(),
            Argument(
                "initial_accumulator_value",
                Real(minimum=0),
                0.1,
                "what the sum begins with",
            ),
            _EPSILON,
        ),
        slots=lambda _: ("accumulator",),
    ),
    _optimizer(
        "adadelta",
        "A step is g * sqrt(d + epsilon) / sqrt(a + epsilon), a and d running means "
        "of g² and of the squared steps; w -= learning_rate * step (Zeiler, 2012).",
        (
            _rate(),
            Argument("rho", _SHARE, 0.95, "memory of the running means"),
            _EPSILON,
        ),
        slots=lambda _: ("accumulated_grad", "accumulated_step"),
    ),
    _optimizer(
        "lion",
        "w -= learning_rate * sign(beta_1 * m + (1 - beta_1) * g), m a running mean "
        "of g with a memory of beta_2 (Chen and others, 2023).",
        (
            _rate(),
            Argument(
                "beta_1",
                Real(above=0, maximum=1),
                0.9,
                "share of m in the direction",
            ),
            _beta_2(0.99, of="m"),
        ),
        slots=lambda _: ("m",),
    ),
    _optimizer(
        "adafactor",
        "w -= max(epsilon_2, rms(w)) * rate * u, u being g by the root of a running "
        "mean of g² of which only the means of rows and columns are kept, and rate "
        "the smaller of learning_rate and 1 / sqrt(step) (Shazeer and Stern, 2018).",
        (
            _rate(),
            Argument(
                "beta_2_decay",
                Real(maximum=0),
                -0.8,
                "memory of the means is 1 - step**beta_2_decay",
            ),
            Argument("epsilon_1", Real(minimum=0), 1e-30, "is added to g²"),
            Argument("epsilon_2", Real(minimum=0), 1e-3, "the least rms of a weight"),
            Argument("clip_threshold", _POSITIVE, 1.0, "the largest rms of u"),
            Argument(
                "relative_step",
                Flag(),
                True,
                "no effect: either way the rate is at most 1 / sqrt(step), as in Keras",
            ),
        ),
        slots=lambda _: (),
        factors=_factors,
        steps=True,
        by_weight=True,
        files=("factored",),
    ),
    _optimizer(
        "lamb",
        "Adam whose step has, for each weight, the length of the weight times "
        "learning_rate (You and others, 2020).",
        (_rate(), _beta_1(), _beta_2(), _EPSILON),
        slots=_means_of_g,
        steps=True,
        by_weight=True,
    ),
    _optimizer(
        "muon",
        "Steps of matrices are made orthogonal: w -= learning_rate * rms_rate * "
        "sqrt(the longer side) * orthogonalized(g + momentum * m), where m = momentum "
        "* m + g; all else, and embeddings, have AdamW (Jordan and others, 2024).",
        (
            _rate(),
            replace(_beta_1(), name="adam_beta_1", doc="AdamW's memory of m"),
            replace(_beta_2(), name="adam_beta_2", doc="AdamW's memory of v"),
            Argument(
                "adam_weight_decay", Optional(Real(0)), 0.004, "that of other weights"
            ),
            replace(_EPSILON, doc="keeps AdamW's division finite"),
            Argument("weight_decay", Optional(Real(0)), 0.004, _DECAY),
            *_MUON,
        ),
        slots=_means_of_g,
        steps=True,
        by_weight=True,
        files=("orthogonalized",),
        matrices=_has_muon,
        agree=_plain_words,
    ),
    _optimizer(
        "ftrl",
        "w = (clip(l, -l1, l1) - l) / (a**power / learning_rate + 2 * l2), a the sum "
        "of all g² and l that of g, corrected for the rates so far; with l1, weights "
        "become 0 (McMahan and others, 2013).",
        (
            _rate(),
            Argument(
                "learning_rate_power",
                Real(maximum=0),
                -0.5,
                "minus the power of a; 0 is a fixed rate",
            ),
            Argument("initial_accumulator_value", _POSITIVE, 0.1, "what a begins with"),
            Argument(
                "l1_regularization_strength", Real(minimum=0), 0.0, "penalty of |w|"
            ),
            Argument(
                "l2_regularization_strength", Real(minimum=0), 0.0, "penalty of w²"
            ),
            Argument(
                "l2_shrinkage_regularization_strength",
                Real(minimum=0),
                0.0,
                "penalty of w², added to g, but not to a",
            ),
            Argument("beta", Real(minimum=0), 0.0, "is added to a**power"),
        ),
        slots=lambda _: ("accumulator", "linear"),
    ),
    _optimizer(
        "schedule_free_adamw",
        "Adam's step without its m from a point z, whose mean x of all steps takes the "
        "place of a schedule; w lies between x and z, and stays there after the "
        "training, as in Keras (Defazio and others, 2024).",
        (
            _rate(0.0025),
            Argument(
                "beta_1", Real(above=0, maximum=1), 0.9, "how near w is to x, from z on"
            ),
            _beta_2(),
            replace(_EPSILON, default=1e-8),
            Argument(
                "warmup_steps",
                Integer(0),
                0,
                "updates until the learning rate is reached",
            ),
        ),
        slots=lambda _: ("z", "v"),
        steps=True,
    ),
)
