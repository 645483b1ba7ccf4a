"""Optimizers, with Keras's arguments, defaults and arithmetic."""

from __future__ import annotations

from nnspec.table.entry import Argument, Optimizer
from nnspec.table.kinds import Flag, Real

_SHARE = Real(minimum=0, below=1)


def _rate(default: float) -> Argument:
    return Argument("learning_rate", Real(minimum=0), default, "size of a step")


_EPSILON = Argument("epsilon", Real(minimum=0), 1e-7, "keeps the division finite")

OPTIMIZERS = (
    Optimizer(
        "sgd",
        "Gradient descent: w -= learning_rate * g, or with momentum "
        "v = momentum * v - learning_rate * g; w += v.",
        (
            _rate(0.01),
            Argument("momentum", Real(0, 1), 0.0, "share of the last step kept"),
            Argument("nesterov", Flag(), False, "look ahead (Nesterov, 1983)"),
        ),
        slots=lambda arguments: ("velocity",) if arguments["momentum"] else (),
        scratch=False,
    ),
    Optimizer(
        "rmsprop",
        "w -= learning_rate * g / sqrt(v + epsilon), v a running mean of g² "
        "(Hinton, 2012).",
        (
            _rate(0.001),
            Argument("rho", _SHARE, 0.9, "memory of the running means"),
            Argument("momentum", Real(0, 1), 0.0, "share of the last step kept"),
            _EPSILON,
            Argument("centered", Flag(), False, "subtract the squared mean of g"),
        ),
        slots=lambda arguments: (
            "velocity",
            *(("momentum",) if arguments["momentum"] else ()),
            *(("average_gradient",) if arguments["centered"] else ()),
        ),
    ),
    Optimizer(
        "adam",
        "w -= learning_rate * m / (sqrt(v) + epsilon), m and v running means of g and "
        "g², corrected for their start at 0 (Kingma and Ba, 2015).",
        (
            _rate(0.001),
            Argument("beta_1", _SHARE, 0.9, "memory of m"),
            Argument("beta_2", _SHARE, 0.999, "memory of v"),
            _EPSILON,
            Argument("amsgrad", Flag(), False, "divide by the largest v so far"),
        ),
        slots=lambda arguments: (
            "m",
            "v",
            *(("v_max",) if arguments["amsgrad"] else ()),
        ),
        steps=True,
    ),
)
