"""The loss of the network section, and what the classes' weights do to it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import cast

from nnspec import ir
from nnspec.analyze.classes import weighed_classes
from nnspec.record import replace
from nnspec.table.axes import as_axis
from nnspec.table.entry import Arguments, Shape, Use
from nnspec.table.training_entry import LossEntry
from nnspec.targets.numpy.formulas.loss import with_formula
from nnspec.targets.numpy.labels import names_classes
from nnspec.targets.numpy.layout import Output, quoted, rows
from nnspec.targets.numpy.measures import ClassWeights, Loss
from nnspec.targets.quote import Code, literal


def fused_with(training: ir.Training) -> str | None:
    """The activation that the loss takes the logits of, if the network ends in it."""
    if training.loss.arguments.get("from_logits"):
        return None
    return cast(LossEntry, training.loss.entry).fused


def logits_of(training: ir.Training) -> str | None:
    """The activation that makes probabilities of a network's logits, for its loss."""
    of_logits = training.loss.arguments.get("from_logits")
    return cast(LossEntry, training.loss.entry).fused if of_logits else None


def plan_loss(training: ir.Training, output: Output, shape: Shape) -> Loss:
    """The loss, of the logits where the network ends in what it is fused with."""
    assert output.dz is not None, "it is only predicted"
    p, z, dz = output.p.a, output.z.a, output.dz.a
    places = {
        "fused": output.fused,
        "p": p,
        "p_rows": rows(p, shape),
        "z": z,
        "z_rows": rows(z, shape),
        "dy": dz,
        "dy_rows": rows(dz, shape),
        "peak": output.peak,
        "total": output.total,
        "weighted": training.class_weight is not None,
    }
    alphas = _of("ALPHA", training)
    return _loss(training.loss, shape, places, alphas, metrics=bool(training.metrics))


def plan_measured_loss(use: Use, entry: LossEntry, shape: Shape) -> Loss:
    """A loss that is measured beside another: of `p`, or `logits` if it is given these.

    The script has a function for it, which has nothing but labels and outputs.
    """
    arguments, p, z = use.arguments, Code("p"), Code("logits")
    fused = bool(arguments.get("from_logits"))
    softmax = fused and entry.fused == "softmax"
    if fused:
        p = Code("powers / total" if softmax else "sigmoid(logits)")
    places = {
        "fused": fused,
        "p": p,
        "p_rows": rows(p, shape),
        "z": z,
        "z_rows": rows(z, shape),
        "dy": Code("slope"),
        "dy_rows": Code("slope"),
        "peak": Code("peak" if softmax else ""),
        "total": Code("total" if softmax else ""),
        "weighted": False,
    }
    alphas, given = Code(""), arguments.get("alpha")
    if isinstance(given, tuple):
        alphas = Code(f"np.array({literal([*given])}, DTYPE)")
    return _loss(replace(use, entry=entry), shape, places, alphas, metrics=False)


def _loss(
    use: Use,
    shape: Shape,
    places: Mapping[str, object],
    alphas: Code,
    *,
    metrics: bool,
) -> Loss:
    """A loss with its operands in these places, and `alphas` for a factor of each."""
    entry = cast(LossEntry, use.entry)
    averaged = use.arguments.get("reduction") != "sum"
    smoothing = cast(float, use.arguments.get("label_smoothing", 0.0))
    classes = shape[-1] if entry.target == "distribution" else 2
    ignored = use.arguments.get("ignore_class")
    operands: dict[str, object] = {
        "template": entry.name,
        "doc": _doc(entry, averaged, metrics),
        "arguments": {**quoted(use.arguments), **_derived(use.arguments, alphas)},
        "y": Code("t" if smoothing or ignored is not None else "y"),
        "averaged": averaged,
        "flat": len(shape) == 1,
        "values": _values(averaged, shape),
        "samples": _samples(entry, averaged, shape, ignored is not None),
        "smoothing": smoothing > 0,
        "keep": literal(1 - smoothing),
        "spread": Code(f"{literal(smoothing)} / {classes}"),
        "ignored": None if ignored is None else literal(ignored),
        "files": entry.files,
    }
    found = Loss(**{**operands, **places})  # type: ignore[arg-type]
    return with_formula(found, use, shape) if entry.build else found


#: One line up to here: the sentence of most classifiers, with its metrics.
_LONGEST_DOC = 84


def _doc(entry: LossEntry, averaged: bool, metrics: bool) -> Code:
    """What `measure` gives, with the formula of the loss; broken where it is long."""
    what, formula = "mean" if averaged else "sum", entry.doc.partition("; ")[0]
    words = f"Return the {what} of {formula}{', then the metrics' * metrics}."
    if len(words) <= _LONGEST_DOC:
        return Code(words)
    lines = textwrap.wrap(words, 81, break_on_hyphens=False)
    return Code("\n    ".join([*lines, ""]))


def _values(averaged: bool, shape: Shape) -> Code:
    """What a sum over all outputs is divided by, if by anything."""
    if averaged:
        return Code("y.size")
    return literal(shape[-1]) if shape[-1] > 1 else Code("")


def _samples(entry: LossEntry, averaged: bool, shape: Shape, ignores: bool) -> Code:
    """What a sum over all samples is divided by, if by anything."""
    if not averaged:
        return Code("")
    if ignores:
        return Code("max(np.count_nonzero(kept), 1)")
    if entry.target == "sequence":
        return Code("len(y)")
    if entry.target == "index":
        return Code("len(y)" if len(shape) == 1 else "y.size")
    return Code("len(y)" if len(shape) == 1 else "y[..., 0].size")


# -- Numbers that follow from arguments ------------------------------------------------


def _derived(arguments: Arguments, alphas: Code) -> dict[str, Code]:
    """Parts of formulas that the templates would have to work out."""
    found: dict[str, Code] = {}
    if "delta" in arguments:
        delta = cast(float, arguments["delta"])
        factor = "" if delta == 1 else f"{literal(delta)} * "
        found["line"] = Code(f"{factor}e - {literal(delta**2 / 2)}")
    if "axis" in arguments and arguments["axis"] != -1:
        axes = cast("tuple[int, ...] | None", arguments["axis"])
        keep = ", keepdims=True"
        found["over"] = Code(f", axis={as_axis(axes)}{keep}" if axes else "")
    if "remove_diagonal" in arguments:
        found["pairs"] = literal(arguments["remove_diagonal"])
    if "gamma" in arguments and "alpha" in arguments:
        gamma, alpha = cast(float, arguments["gamma"]), arguments["alpha"]
        found["focus"] = _power("miss", gamma) if gamma else Code("")
        found["focus_slope"] = _power_slope("miss", gamma)
        if isinstance(alpha, tuple):
            found["alpha"] = alphas
        else:
            found["rest"] = literal(1 - cast(float, alpha))
    return found


def _power(base: str, exponent: float) -> Code:
    if exponent == 1:
        return Code(base)
    if exponent < 0:  # the base may be 0
        return Code(f"np.maximum({base}, 1e-7) ** {literal(exponent)}")
    short = int(exponent) if exponent.is_integer() else exponent
    return Code(f"{base}**{literal(short)}")


def _power_slope(base: str, exponent: float) -> Code:
    """The derivative of a power, empty where it is constant."""
    if exponent in (0, 1):
        return Code("")
    return Code(f"{literal(exponent)} * {_power(base, exponent - 1)}")


def plan_constants(model: ir.Model) -> dict[str, Code]:
    """Arrays of numbers that the spec gives for the classes of each output."""
    found = [
        (one.training.only, _constants(one, one.training))
        for one in model.by_output()
        if one.training
    ]
    if len(found) == 1:
        return found[0][1]
    names = dict.fromkeys(name for _, constants in found for name in constants)
    return {name: _by_output(name, found) for name in names}


def _by_output(name: str, found: list[tuple[ir.Objective, dict[str, Code]]]) -> Code:
    """A constant of several outputs: the value of each that has one."""
    pairs = (
        f"{literal(objective.name)}: {constants[name]}"
        for objective, constants in found
        if name in constants
    )
    return Code(f"{{{', '.join(pairs)}}}")


def _constants(model: ir.Model, training: ir.Training) -> dict[str, Code]:
    found: dict[str, Code] = {}
    if isinstance(alpha := training.loss.arguments.get("alpha"), tuple):
        found["ALPHA"] = Code(f"np.array({literal(list(alpha))}, DTYPE)")
    if isinstance(training.class_weight, tuple):
        weights = {pair.key: pair.value for pair in training.class_weight}
        if names_classes(model):
            return {**found, "CLASS_WEIGHT": literal(weights)}
        classes = range(cast(int, weighed_classes(model, training)))
        listed = literal([weights.get(i, 1.0) for i in classes])
        found["CLASS_WEIGHT"] = Code(f"np.array({listed}, DTYPE)")
    return found


def _of(name: str, training: ir.Training) -> Code:
    """What is there for each output, where there are several: `ALPHA["sold"]`."""
    only = training.only
    return Code(f"{name}[{literal(only.name)}]" if only.prefix else name)


# -- Weights of classes ----------------------------------------------------------------


def plan_class_weights(model: ir.Model, training: ir.Training) -> ClassWeights | None:
    """How labels are weighed, None where all count alike."""
    if training.class_weight is None:
        return None
    classes = cast(int, weighed_classes(model, training))
    arguments = training.loss.arguments
    ignored = arguments.get("ignore_class")
    learnt = training.class_weight == "balanced"
    given = names_classes(model) and not learnt
    known = not (learnt or given)
    constant = _of("CLASS_WEIGHT", training)
    return ClassWeights(
        classes=literal(classes),
        labels=classes_of_labels(model, training),
        ignored=None if ignored is None else literal(ignored),
        of_weights=arguments["reduction"] == "mean_with_sample_weight",
        learnt=learnt,
        given=given,
        constant=constant,
        weights=constant if known else _of("state.class_weight", training),
        drawn=constant if known else Code(f"rng.uniform(0.5, 2.0, {classes})"),
    )


def classes_of_labels(model: ir.Model, training: ir.Training) -> Code:
    """The classes of labels y, without the axis of the outputs."""
    target = cast(LossEntry, training.loss.entry).target
    if target == "index":
        return Code("y")
    if model.output_shape[-1] > 1:
        return Code("y.argmax(axis=-1)")
    return Code(f"(y[..., 0] > {'0.0' if target == 'sign' else '0.5'}).astype(int)")
