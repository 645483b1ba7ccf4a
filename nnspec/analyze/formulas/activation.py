"""Activations of one's own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from nnspec.analyze.formulas.body import Body, computed
from nnspec.analyze.formulas.fault import Fault
from nnspec.analyze.formulas.head import Head
from nnspec.analyze.formulas.warnings import warn_of_domain
from nnspec.formulas.bounds import intervals
from nnspec.formulas.cost import flops
from nnspec.formulas.expression import Expression, value
from nnspec.syntax import nodes
from nnspec.table.entry import ActivationEntry, Arguments, Misfit, Shape, Use

#: How many bodies are remembered: each use asks for its own several times.
_REMEMBERED = 64


def activation_entry(head: Head) -> ActivationEntry:
    """The entry of an activation; raises `Fault` for what is wrong in its formula."""
    formula, (parameter,) = head.formula, head.values

    known: deque[tuple[object, Body]] = deque(maxlen=_REMEMBERED)

    def body(x: Expression, arguments: Arguments) -> Body:
        settings = {s.name: arguments[s.name] for s in head.settings}
        key = x, [(type(value), value) for value in settings.values()]
        for other, found in known:  # else activations of activations take forever
            if other == key:
                return found
        found = computed(formula, {parameter: x, **settings}, head.binder)
        _verify_shape(found.result, x, formula)
        known.append((key, found))
        return found

    x = value(parameter, ())
    whole = body(x, {s.name: s.default for s in head.settings})
    warn_of_domain(whole, formula.name.span, head.binder.diagnostics)
    return ActivationEntry(
        head.name,
        f"{head.doc}.",
        head.settings,
        flops=flops([whole.result]),
        verify=_verify(body),
        build=body,
        limits=lambda a: _limits(body(x, a).result),
        definition=head.definition,
    )


def _verify_shape(found: Expression, x: Expression, formula: nodes.Formula) -> None:
    if found.shape != x.shape:
        raise Fault(
            f"an activation works on each element, but {x.shape} becomes {found.shape}",
            formula.lines[-1].span,
            "write it as a `layer`",
        )


def _verify(
    build: Callable[[Expression, Arguments], Body],
) -> Callable[[Shape, Use], object]:
    """What verifies a use with its own settings."""

    def verify(shape: Shape, use: Use) -> None:
        try:
            build(value("x", shape), use.arguments)
        except Fault as fault:
            first = next(iter(use.spans), use.name)
            raise Misfit(
                fault.message, fault.help, code=fault.code, argument=first
            ) from None

    return verify


def _limits(result: Expression) -> tuple[float, float]:
    return intervals(result)[result]
