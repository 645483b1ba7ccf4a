"""Initializers, with Keras's names, defaults and fans."""

from __future__ import annotations

from nnspec.table.entry import Argument, InitializerEntry
from nnspec.table.kinds import Choice, Integer, Optional, Real

_SEED = Argument(
    "seed",
    Optional(Integer(0)),
    None,
    "a seed of its own; otherwise the numbers follow from the training seed",
)
_MEAN = Argument("mean", Real(), 0.0, "mean")
_DEVIATION = Argument("stddev", Real(minimum=0), 0.05, "standard deviation")


def _scaled(name: str, doc: str, scaling: tuple[float, str, str]) -> InitializerEntry:
    """One of the family of variance scalings."""
    return InitializerEntry(name, doc, (_SEED,), scaling=lambda _: scaling)


INITIALIZERS = (
    InitializerEntry("zeros", "All 0."),
    InitializerEntry("ones", "All 1."),
    InitializerEntry(
        "constant",
        "All the same value.",
        (Argument("value", Real(), 0.0, "the value"),),
    ),
    InitializerEntry(
        "random_normal", "Normally distributed.", (_MEAN, _DEVIATION, _SEED)
    ),
    InitializerEntry(
        "random_uniform",
        "Uniform between two bounds.",
        (
            Argument("minval", Real(), -0.05, "lower bound"),
            Argument("maxval", Real(), 0.05, "upper bound"),
            _SEED,
        ),
    ),
    InitializerEntry(
        "truncated_normal",
        "Normally distributed, drawn again beyond two standard deviations.",
        (_MEAN, _DEVIATION, _SEED),
    ),
    InitializerEntry(
        "variance_scaling",
        "Variance `scale / fan`: the family of the Glorot, He and LeCun initializers.",
        (
            Argument("scale", Real(above=0), 1.0, "numerator of the variance"),
            Argument(
                "mode",
                Choice(("fan_in", "fan_out", "fan_avg")),
                "fan_in",
                "which number of connections divides it",
            ),
            Argument(
                "distribution",
                Choice(("truncated_normal", "normal", "untruncated_normal", "uniform")),
                "truncated_normal",
                "shape of the distribution; `normal` is the truncated one",
            ),
            _SEED,
        ),
        scaling=lambda a: (  # type: ignore
            a["scale"],
            a["mode"],
            "truncated_normal" if a["distribution"] == "normal" else a["distribution"],
        ),
    ),
    _scaled(
        "glorot_uniform",
        "Uniform in ±sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010).",
        (1.0, "fan_avg", "uniform"),
    ),
    _scaled(
        "glorot_normal",
        "Truncated normal of variance 2 / (fan_in + fan_out) (Glorot, Bengio, 2010).",
        (1.0, "fan_avg", "truncated_normal"),
    ),
    _scaled(
        "he_uniform",
        "Uniform in ±sqrt(6 / fan_in) (He et al., 2015).",
        (2.0, "fan_in", "uniform"),
    ),
    _scaled(
        "he_normal",
        "Truncated normal of variance 2 / fan_in (He et al., 2015).",
        (2.0, "fan_in", "truncated_normal"),
    ),
    _scaled(
        "lecun_uniform",
        "Uniform in ±sqrt(3 / fan_in) (LeCun et al., 1998).",
        (1.0, "fan_in", "uniform"),
    ),
    _scaled(
        "lecun_normal",
        "Truncated normal of variance 1 / fan_in (LeCun et al., 1998).",
        (1.0, "fan_in", "truncated_normal"),
    ),
    InitializerEntry(
        "orthogonal",
        "Orthogonal rows or columns, from the QR decomposition of a normal matrix "
        "(Saxe et al., 2014).",
        (Argument("gain", Real(), 1.0, "factor"), _SEED),
    ),
    InitializerEntry(
        "identity",
        "The identity matrix; for kernels of two dimensions.",
        (Argument("gain", Real(), 1.0, "factor"),),
    ),
)
