"""A whole spec: its statements sorted, its sections analyzed, a model made of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TypeVar

from nnspec import ir, syntax
from nnspec.analyze.data import analyze_data
from nnspec.analyze.network import analyze_network
from nnspec.analyze.training import analyze_training
from nnspec.analyze.warnings import warn
from nnspec.bind import Binder
from nnspec.diagnostics import Diagnostics, Note, did_you_mean
from nnspec.source import Source, Span
from nnspec.values import Scope

_Section = TypeVar("_Section", bound=syntax.Statement)


def analyze(
    spec: syntax.Spec,
    source: Source,
    diagnostics: Diagnostics,
    overrides: Mapping[str, object] | None = None,
) -> ir.Model | None:
    """The model that a spec means, or None where errors were reported.

    `overrides` gives `let`s other values, as `--set` does.
    """
    binder = _binder(spec, diagnostics, overrides or {})
    _report_planned(spec, diagnostics)
    name = _only(spec, syntax.Model, "model", diagnostics)
    data_section = _only(spec, syntax.Data, "data", diagnostics)
    network = _only(spec, syntax.Network, "network", diagnostics)
    training_section = _only(spec, syntax.Training, "training", diagnostics)
    data = analyze_data(data_section, binder)
    if network is None:
        _missing_network(source, spec, diagnostics)
        layers = None
    else:
        layers = analyze_network(network, data, binder)
    training = analyze_training(training_section, binder) if training_section else None
    if layers and training and not any(layer.weights for layer in layers):
        diagnostics.error(
            "nothing-to-train",
            "no layer of this network has weights, so there is nothing to train",
            training.span,
            help="add a layer that learns, such as `dense(10, softmax)`",
        )
    if layers is None or diagnostics.has_errors:
        return None
    stem = PurePath(source.name).stem
    model = ir.Model(name.name.text if name else stem, layers, data, training)
    warn(model, diagnostics)
    return model


def _binder(
    spec: syntax.Spec, diagnostics: Diagnostics, overrides: Mapping[str, object]
) -> Binder:
    lets: dict[str, syntax.Let] = {}
    for let in spec.statements:
        if not isinstance(let, syntax.Let):
            continue
        if let.name.text in lets:
            diagnostics.error(
                "doubled-name",
                f"`{let.name.text}` is defined twice",
                let.name.span,
                notes=[Note(lets[let.name.text].name.span, "defined here already")],
            )
        else:
            lets[let.name.text] = let
    for name in overrides:
        if name not in lets:
            diagnostics.error(
                "unknown-let",
                f"there is no `let {name}` that `--set {name}=...` could change",
                Span(0, 0),
                help=did_you_mean(name, lets),
            )
    scope = Scope(lets, diagnostics, overrides)
    scope.resolve_all()
    return Binder(scope, diagnostics)


def _report_planned(spec: syntax.Spec, diagnostics: Diagnostics) -> None:
    for statement in spec.statements:
        match statement:
            case syntax.Block() | syntax.Shared():
                what = "blocks of layers"
            case syntax.Formula():
                what = f"{statement.kind} formulas"
            case _:
                continue
        diagnostics.error(
            "not-supported-yet",
            f"{what} are part of the language, but this version of nnspec does not "
            "compile them yet",
            statement.name.span,
        )


def _only(
    spec: syntax.Spec, kind: type[_Section], word: str, diagnostics: Diagnostics
) -> _Section | None:
    """The one statement of a kind that a spec may have."""
    found = [s for s in spec.statements if isinstance(s, kind)]
    for other in found[1:]:
        diagnostics.error(
            "doubled-section",
            f"there is more than one `{word}`",
            _head(other),
            notes=[Note(_head(found[0]), "the first one")],
        )
    return found[0] if found else None


def _head(statement: syntax.Statement) -> Span:
    if isinstance(statement, syntax.Data | syntax.Network | syntax.Training):
        return statement.keyword.span
    return statement.name.span


def _missing_network(
    source: Source, spec: syntax.Spec, diagnostics: Diagnostics
) -> None:
    if diagnostics.has_errors and not spec.statements:
        return
    end = len(source.text.rstrip())
    diagnostics.error(
        "missing-network",
        "a spec needs a `network` section" if source.text.strip() else "it is empty",
        Span(end, end),
        help="`nnspec init NAME` writes a spec to start from",
    )
