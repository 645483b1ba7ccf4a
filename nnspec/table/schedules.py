"""Learning rates that change from step to step; a step is a batch, counted from 0."""

from __future__ import annotations

from typing import cast

from nnspec.table.entry import Argument, Arguments, Misfit
from nnspec.table.kinds import Ascending, Flag, Integer, ListOf, Optional, Real
from nnspec.table.training_entry import ScheduleEntry

_RATE = Real(minimum=0)
_POSITIVE = Real(above=0)
_COUNT = Integer(1)

_INITIAL = Argument(
    "initial_learning_rate", _RATE, doc="the rate at step 0", example="0.01"
)
_STAIRCASE = Argument(
    "staircase", Flag(), False, "go down once every `decay_steps`, not at every step"
)
_ALPHA = Argument(
    "alpha", _RATE, 0.0, "the rate at the end, as a share of that at the start"
)


def _decay_steps(doc: str) -> Argument:
    return Argument("decay_steps", _COUNT, doc=doc, example="10_000")


def _one_value_more(arguments: Arguments) -> None:
    boundaries = cast("tuple[int, ...]", arguments["boundaries"])
    values = cast("tuple[float, ...]", arguments["values"])
    if len(values) == len(boundaries) + 1:
        return
    raise Misfit(
        f"{_many(len(boundaries), 'boundary', 'boundaries')} stand between "
        f"{_many(len(boundaries) + 1, 'value', 'values')}, "
        f"but there {'is' if len(values) == 1 else 'are'} {len(values)}",
        "the first value holds up to the first boundary, the last one after the last",
        code="argument-conflict",
        argument="values",
        other="boundaries",
    )


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


SCHEDULES = (
    ScheduleEntry(
        "exponential_decay",
        "Falls by a factor every so many steps. It is "
        "initial_learning_rate * decay_rate**(step / decay_steps).",
        (
            _INITIAL,
            _decay_steps("steps that multiply the rate by `decay_rate`"),
            Argument(
                "decay_rate",
                Real(0, 1),
                doc="what the rate is multiplied by",
                example="0.9",
            ),
            _STAIRCASE,
        ),
    ),
    ScheduleEntry(
        "piecewise_constant_decay",
        "One rate after the other. Each holds up to a boundary, its step included, and "
        "the last one from there on.",
        (
            Argument(
                "boundaries",
                Ascending(Integer(0)),
                doc="the last step of each rate but the last",
                example="[1000, 2000]",
            ),
            Argument(
                "values",
                ListOf(_RATE),
                doc="the rates, one more of them",
                example="[0.1, 0.01, 0.001]",
            ),
        ),
        agree=_one_value_more,
    ),
    ScheduleEntry(
        "polynomial_decay",
        "Falls to an end in a line or a curve. It is "
        "(initial - end) * (1 - step / decay_steps)**power + end, and then the end.",
        (
            _INITIAL,
            _decay_steps("steps to the end"),
            Argument("end_learning_rate", _RATE, 0.0001, "the rate at the end"),
            Argument("power", _RATE, 1.0, "1 is a straight line"),
            Argument(
                "cycle",
                Flag(),
                False,
                "start anew, less high, for as long again, each time the end is there",
            ),
        ),
    ),
    ScheduleEntry(
        "inverse_time_decay",
        "Falls fast at first, and ever more slowly. It is "
        "initial_learning_rate / (1 + decay_rate * step / decay_steps).",
        (
            _INITIAL,
            _decay_steps("steps that add `decay_rate` to the divisor"),
            Argument("decay_rate", _RATE, doc="how fast the rate falls", example="0.5"),
            _STAIRCASE,
        ),
    ),
    ScheduleEntry(
        "cosine_decay",
        "Falls along half a wave of a cosine. Before that it may rise in a line, the "
        "warm-up; after it stays at the end (Loshchilov and Hutter, 2017).",
        (
            _INITIAL,
            _decay_steps("steps to the end, after those of the warm-up"),
            _ALPHA,
            Argument(
                "warmup_target",
                Optional(_RATE),
                None,
                "the rate to rise to, in a straight line, before it falls",
            ),
            Argument(
                "warmup_steps",
                Integer(0),
                0,
                "steps to rise in",
                needs="warmup_target",
            ),
        ),
    ),
    ScheduleEntry(
        "cosine_decay_restarts",
        "One cosine decay after the other. Each may take longer than the one before, "
        "and begin less high (Loshchilov and Hutter, 2017).",
        (
            _INITIAL,
            Argument(
                "first_decay_steps",
                _COUNT,
                doc="steps of the first one",
                example="1000",
            ),
            Argument("t_mul", Real(minimum=1), 2.0, "each takes so much longer"),
            Argument("m_mul", _RATE, 1.0, "each begins so much higher"),
            _ALPHA,
        ),
    ),
    ScheduleEntry(
        "one_cycle",
        "Rises, and falls to nearly nothing. Both are half waves of a cosine (Smith, "
        "2018). Keras has no such schedule: this is PyTorch's `OneCycleLR`.",
        (
            Argument(
                "max_learning_rate", _RATE, doc="the largest rate", example="0.01"
            ),
            Argument(
                "total_steps",
                Optional(_COUNT),
                None,
                "of the cycle; without it, those of the whole training",
            ),
            Argument("pct_start", Real(0, below=1), 0.3, "share of steps to rise in"),
            Argument(
                "div_factor", _POSITIVE, 25.0, "the largest rate by the first one"
            ),
            Argument(
                "final_div_factor", _POSITIVE, 1e4, "the first rate by the last one"
            ),
        ),
        steps=lambda arguments: arguments["total_steps"] is None,
    ),
)
