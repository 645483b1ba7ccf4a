"""The head of a formula and the form of its lines."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from nnspec.analyze.formulas.fault import Fault
from nnspec.analyze.formulas.settings import setting
from nnspec.bind import Binder
from nnspec.record import Record, fields
from nnspec.syntax import nodes
from nnspec.table.entry import Argument, Definition, Entry
from nnspec.written import written

#: What the values of a formula are, and how one is written.
_FORMS = {
    "activation": (1, "one value", "activation NAME(x) = ..."),
    "loss": (2, "two values, the labels and the predictions", "loss NAME(y, p) = ..."),
}


class Head(Record):
    """A formula whose form is right: its values, its settings as arguments."""

    formula: nodes.Formula
    values: tuple[str, ...]
    settings: tuple[Argument, ...]
    binder: Binder
    definition: Definition

    @property
    def name(self) -> str:
        """What is defined."""
        return self.formula.name.text

    @property
    def doc(self) -> str:
        """The formula as it is written; of several lines, the last."""
        return written_line(self.formula.lines[-1])


def head_of(formula: nodes.Formula, binder: Binder) -> Head:
    """A formula, its form verified; raises `Fault`."""
    _verify_lines(formula)
    seen: set[str] = set()
    for name in _named(formula):
        if name.text in seen:
            raise Fault(
                f"`{name.text}` is defined twice in this formula",
                name.span,
                "give one of the two another name",
                "doubled-name",
            )
        seen.add(name.text)
    values = [p for p in formula.parameters if p.default is None]
    known = _FORMS.get(formula.kind)
    if (known and len(values) != known[0]) or not values:
        what, form = known[1:] if known else ("a value", "layer NAME(x) = ...")
        article = "an" if formula.kind[0] in "aeiou" else "a"
        raise Fault(
            f"{article} {formula.kind} takes {what}, got {len(values) or 'none'}",
            formula.name.span,
            f"write `{form}`; parameters with a default are settings",
        )
    settings = tuple(setting(p, binder) for p in formula.parameters if p.default)
    names = tuple(p.name.text for p in values)
    return Head(formula, names, settings, binder, _definition(formula, binder))


def _verify_lines(formula: nodes.Formula) -> None:
    if any(isinstance(line, nodes.Unread) for line in formula.lines):
        raise Fault("", formula.span, code="")
    *lines, last = formula.lines or (None,)
    if last is None or isinstance(last, nodes.Setting):
        raise Fault(
            "the last line of a formula is its result, and has no name",
            (last or formula.name).span,
            f"add a line `{last.name.text}`" if last else "write the expression",
        )
    for line in lines:
        if not isinstance(line, nodes.Setting):
            raise Fault(
                "each line but the last has a name",
                line.span if line else formula.span,
                "write `NAME = expression`",
            )


def _definition(formula: nodes.Formula, binder: Binder) -> Definition:
    parameters = ", ".join(
        f"{p.name.text}={written(p.default)}" if p.default else p.name.text
        for p in formula.parameters
    )
    lines = tuple(map(written_line, formula.lines))
    words = [f"{formula.kind}({parameters}) = {'; '.join(lines)}"]
    own = {**binder.library.own.get("activation", {})}
    for name in sorted({name.text for name in _names_in(formula)}):
        if name in binder.scope.lets:
            found = binder.scope.resolve(nodes.Name(formula.span, name))
            words.append(f"{name} = {found.describe() if found else None}")
        elif name in own:
            words.append(f"{name}: {_meaning(own[name])}")
    return Definition(lines, "; ".join(words), formula.name.span)


def _meaning(entry: Entry) -> str:
    """What an activation means, no longer however many others it goes by."""
    meaning = entry.definition.meaning if entry.definition else ""
    return sha256(meaning.encode()).hexdigest()[:16]


def _names_in(node: object) -> Iterator[nodes.Name]:
    if isinstance(node, nodes.Name):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _names_in(item)
    elif isinstance(node, nodes.Node):
        for part in fields(node).values():
            yield from _names_in(part)


def _named(formula: nodes.Formula) -> Iterator[nodes.Name]:
    yield from (p.name for p in formula.parameters)
    yield from (a.name for a in formula.lines if isinstance(a, nodes.Setting))


def written_line(line: object) -> str:
    """A line of a formula as a spec has it."""
    if isinstance(line, nodes.Setting):
        return f"{line.name.text} = {written(line.value)}"
    assert isinstance(line, nodes.Node)
    return written(line)  # type: ignore[arg-type]
