"""Layers of one's own."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from nnspec.analyze.formulas.body import Body, computed
from nnspec.analyze.formulas.fault import Fault
from nnspec.analyze.formulas.head import Head
from nnspec.analyze.formulas.warnings import warn_of_domain
from nnspec.formulas.cost import flops
from nnspec.formulas.derivative import gradients
from nnspec.formulas.expression import make, ordered, value, weight
from nnspec.record import fields
from nnspec.syntax import nodes
from nnspec.table.common import TRAINABLE
from nnspec.table.entry import Arguments, LayerEntry, Misfit, Shape, Shapes

#: How many bodies of a layer are remembered: each use asks for its own several times.
_REMEMBERED = 64


def layer_entry(head: Head) -> LayerEntry:
    """The entry of a layer, whose formula is computed for the shapes of each use."""
    if TRAINABLE.name in {setting.name for setting in head.settings}:
        raise Fault(
            f"no parameter is called `{TRAINABLE.name}`: every use of a layer takes it",
            head.formula.name.span,
            "remove it",
            "name-taken",
        )
    count = len(head.values)
    own = _Own(head)
    return LayerEntry(
        head.name,
        f"{head.doc}.",
        (*head.settings, TRAINABLE),
        takes=(count, count),
        shape=lambda x, a: own.body(_all(x, count), a).result.shape,
        weights=lambda x, a: own.body(_all(x, count), a).weights,
        flops=lambda x, _, a: flops([own.body(_all(x, count), a).result]),
        derivative_flops=lambda x, _, a: own.count_back(_all(x, count), a),
        step="formula",
        by_batch=any(_calls(head.formula, "moving")),
        sees=lambda *_: None,
        body=own.body,
        definition=head.definition,
    )


def _all(given: Shape | Shapes, count: int) -> Shapes:
    """The shapes of all values, where a function is given that of the one."""
    return given if count > 1 else (given,)  # type: ignore[return-value]


#: The values of the settings with their types, as 1 and 1.0 are two.
_Settings = tuple[tuple[type, object], ...]
_Given = tuple[Shapes, _Settings, bool]


class _Own:
    """The bodies of a layer, one for the shapes and arguments of a use."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._known: deque[tuple[_Given, Body | Fault]] = deque(maxlen=_REMEMBERED)
        self._warned = False

    def body(self, shapes: Shapes, arguments: Arguments) -> Body:
        """What the formula computes; raises `Misfit` at the place of what is wrong."""
        names = [setting.name for setting in self._head.settings]
        given = tuple((type(arguments[n]), arguments[n]) for n in names)
        key = shapes, given, bool(arguments[TRAINABLE.name])
        found = next((body for known, body in self._known if known == key), None)
        if found is None:
            found = self._compute(*key)
            self._known.append((key, found))
        if isinstance(found, Fault):
            raise Misfit(found.message, found.help, code=found.code, span=found.span)
        return found

    def _compute(
        self, shapes: Shapes, given: _Settings, trainable: bool
    ) -> Body | Fault:
        head = self._head
        settings = zip((s.name for s in head.settings), given, strict=True)
        values = zip(head.values, shapes, strict=True)
        names = {name: value(name, shape) for name, shape in values}
        names |= {name: found for name, (_, found) in settings}  # type: ignore[misc]
        try:
            body = computed(head.formula, names, head.binder, trainable=trainable)
        except Fault as fault:
            return fault
        if not self._warned:
            self._warned = True
            place, diagnostics = head.formula.name.span, head.binder.diagnostics
            warn_of_domain(body, place, diagnostics)
        return body

    def count_back(
        self, shapes: Shapes, arguments: Arguments
    ) -> tuple[int, int | tuple[int, ...]]:
        """The FLOPs of the gradients by the weights, and of those by each value."""
        body = self.body(shapes, arguments)
        dy = make("gradient", (), ("dy",), body.result.shape, batched=True)
        values = [value(n, s) for n, s in zip(self._head.values, shapes, strict=True)]
        trained = [weight(w.name, w.shape) for w in body.weights if w.trainable]
        found = gradients(body.result, dy, [*values, *trained])
        there = set(ordered([body.result]))
        counts = [flops([found[x]], there) for x in values]
        by_weights = flops([found[w] for w in trained], there)
        return by_weights, counts[0] if len(counts) == 1 else tuple(counts)


def _calls(node: object, name: str) -> Iterator[bool]:
    """Whether each call in a formula is of that name."""
    if isinstance(node, nodes.Call):
        yield node.name.text == name
    if isinstance(node, tuple):
        for item in node:
            yield from _calls(item, name)
    elif isinstance(node, nodes.Node):
        for part in fields(node).values():
            yield from _calls(part, name)
