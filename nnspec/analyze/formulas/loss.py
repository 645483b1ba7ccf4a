"""Losses of one's own."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.formulas.body import Body, computed
from nnspec.analyze.formulas.fault import Fault
from nnspec.analyze.formulas.head import Head
from nnspec.analyze.formulas.warnings import warn_of_domain
from nnspec.analyze.targets import one_hot_labels
from nnspec.analyze.ways import activations
from nnspec.diagnostics import Diagnostics, Note
from nnspec.formulas.expression import Expression, Shape, ordered, value
from nnspec.record import replace
from nnspec.table.entry import ActivationEntry, Arguments, Use
from nnspec.table.losses import REDUCTION
from nnspec.table.training_entry import LossEntry

#: Parts that bring values of one label together with those of another.
_MIXING = frozenset({"transpose", "reshape", "concatenate", "slice", "matmul"})
_OVER_AXES = frozenset({"sum", "mean", "max", "min", "log_sum_exp"})


def loss_entry(head: Head) -> LossEntry:
    """The entry of a loss; raises `Fault` for what is wrong in its formula."""
    label, output = head.values

    def body(y: Expression, p: Expression, arguments: Arguments) -> Body:
        settings = {s.name: arguments[s.name] for s in head.settings}
        return computed(head.formula, {label: y, output: p, **settings}, head.binder)

    return LossEntry(
        head.name,
        f"{head.name}({label}, {output})",
        (*head.settings, REDUCTION),
        build=body,
        definition=head.definition,
    )


def settled(model: ir.Model, diagnostics: Diagnostics) -> ir.Model:
    """The model with what the labels of its own losses are; what is wrong is reported.

    They are shares of the classes where the data makes them one-hot, 0 and 1 where the
    network gives numbers from 0 to 1, and any numbers elsewhere.
    """
    if model.training is None:
        return model
    objectives = tuple(
        _settled(one, one.training, diagnostics)
        for one in model.by_output()
        if one.training
    )
    return replace(model, training=replace(model.training, objectives=objectives))


def _settled(
    model: ir.Model, training: ir.Training, diagnostics: Diagnostics
) -> ir.Objective:
    if cast(LossEntry, training.loss.entry).build is None:
        return training.only
    use, entry = training.loss, cast(LossEntry, training.loss.entry)
    try:
        _verify(model, training, diagnostics)
    except Fault as fault:
        if fault.code:
            diagnostics.error(
                fault.code,
                fault.message,
                fault.span,
                help=fault.help,
                notes=[Note(use.span, f"of outputs {model.output_shape}")],
            )
        return training.only
    settled = replace(use, entry=replace(entry, target=_target(model)))
    return replace(training.only, loss=settled)


def _target(model: ir.Model) -> str:
    if model.data and one_hot_labels(model.data):
        return "distribution"
    activation = activations(model.network)[model.network.outputs[0]]
    return "indicator" if activation and _gives_shares(activation) else "value"


def _gives_shares(use: Use) -> bool:
    entry = cast(ActivationEntry, use.entry)
    return not entry.normalizes and entry.limits(use.arguments) == (0, 1)


def _verify(model: ir.Model, training: ir.Training, diagnostics: Diagnostics) -> None:
    """Whether the formula takes the network's outputs, and weights of classes."""
    use, shape = training.loss, model.output_shape
    build = cast(LossEntry, use.entry).build
    assert build is not None
    p = value("p", shape)
    body = build(value("y", shape), p, use.arguments)
    result = body.result
    if isinstance(body, Body):
        warn_of_domain(body, use.span, diagnostics)
    if training.class_weight is not None and len(shape) > 1 and _mixes(result, shape):
        diagnostics.error(
            "class-weight",
            f"`{use.entry.name}` takes the labels of a sample together, so that none "
            "can be weighed by itself",
            training.class_weight_span,
            help="remove `class_weight`, or let the formula reduce the last axis alone",
            notes=[Note(use.span, "the loss")],
        )


def _is_aligned(node: Expression) -> bool:
    """Whether it has but more axes of length 1, or fewer."""
    sizes = [[n for n in e.shape if n != 1] for e in (node, node.operands[0])]
    return node.operator == "reshape" and sizes[0] == sizes[1]


def _mixes(result: Expression, shape: Shape) -> bool:
    last = len(shape) - 1
    for node in ordered([result]):
        if node.operator in _OVER_AXES and node.facts[0] != (last,):
            return True
        if node.operator in ("softmax", "log_softmax") and node.facts[0] != last:
            return True
        if node.operator in _MIXING and not _is_aligned(node):
            return True
    return False
