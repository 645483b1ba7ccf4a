"""What a source gives by name: an array or columns for each input, and each output."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from nnspec import ir
from nnspec.diagnostics import Diagnostics, Note, did_you_mean
from nnspec.source import Span
from nnspec.table.data_entry import SourceEntry, column_argument, part_of
from nnspec.table.pairs import ForOutputs, Pair


def verify_given(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report names that the network has not, or that are given nothing."""
    if model.data is None:
        return
    source = model.data.source
    objectives = model.training.objectives if model.training else ()
    names = {
        "input": [call.name for call in model.network.inputs],
        "output": [objective.name for objective in objectives],
    }
    for argument, kind in cast(SourceEntry, source.entry).by_name.items():
        value = model.data.by_name.get(argument, source.arguments[argument])
        if isinstance(value, ForOutputs) and (kind == "input" or objectives):
            span = source.span_of(argument)
            _verify(value.pairs, kind, names[kind], span, diagnostics)
    listed = source.arguments.get("classes")
    if isinstance(listed, ForOutputs) and objectives:
        span = source.span_of("classes")
        _verify(listed.pairs, "output", names["output"], span, diagnostics, each=False)
    for use in model.data.labels if objectives else ():
        part = part_of(use)
        if part and part.name not in names["output"]:
            diagnostics.error(
                "unknown-output",
                f"the output `{part.name}` has no loss, so no labels to transform",
                use.span_of(column_argument(use)),
                help=f"remove `{use.entry.name}`, or give `{part.name}` a loss",
            )


def _verify(
    pairs: Iterable[Pair],
    kind: str,
    names: list[str],
    span: Span,
    diagnostics: Diagnostics,
    *,
    each: bool = True,
) -> None:
    first: dict[object, Pair] = {}
    told = len(diagnostics.found)
    for pair in pairs:
        if pair.key not in names:
            known = ", ".join(f"`{known}`" for known in names)
            diagnostics.error(
                f"unknown-{kind}",
                f"the network has no {kind} `{pair.key}`"
                + " with a loss" * (kind == "output"),
                pair.span,
                help=did_you_mean(cast(str, pair.key), names)
                or f"its {kind}s are {known}",
            )
        elif pair.key in first:
            diagnostics.error(
                "doubled-name",
                f"`{pair.key}` is given twice",
                pair.span,
                help="remove one of the two",
                notes=[Note(first[pair.key].span, "the first one")],
            )
        first.setdefault(pair.key, pair)
    for name in names if each and len(diagnostics.found) == told else ():
        if name not in first:
            diagnostics.error(
                f"unknown-{kind}",
                f"the {kind} `{name}` is given nothing",
                span,
                help=f"add it, as in `{name}: ...`",
            )
