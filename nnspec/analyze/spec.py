"""A whole spec: its statements sorted, its sections analyzed, a model made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import TypeVar

from nnspec import ir
from nnspec.analyze.batches import verify_batches
from nnspec.analyze.beside import verify_words
from nnspec.analyze.by_facts import (
    tell,
    verify_classes,
    warn_of_columns,
    warn_of_parts,
)
from nnspec.analyze.callbacks import verify_callbacks
from nnspec.analyze.classes import verify_listed_classes
from nnspec.analyze.data import analyze_data
from nnspec.analyze.definitions import groups_of, warn_of_unused
from nnspec.analyze.formulas.definitions import define, places_of
from nnspec.analyze.formulas.loss import settled
from nnspec.analyze.given_names import verify_given
from nnspec.analyze.ids import verify_ids
from nnspec.analyze.learning import warn_of_learning
from nnspec.analyze.likely import likely_losses
from nnspec.analyze.losses import verify_loss
from nnspec.analyze.masks import verify_masks
from nnspec.analyze.metrics import verify_metrics
from nnspec.analyze.names import free_definitions
from nnspec.analyze.network import analyze_network
from nnspec.analyze.part_names import part_names
from nnspec.analyze.target_values import are_values, verify_target
from nnspec.analyze.targets import verify_data
from nnspec.analyze.training import analyze_training
from nnspec.analyze.warnings import warn
from nnspec.bind import Binder
from nnspec.diagnostics import NOWHERE, Diagnostics, Note, did_you_mean
from nnspec.facts import Reader, nothing
from nnspec.library import LANGUAGE, Library
from nnspec.record import replace
from nnspec.source import Source, Span
from nnspec.syntax import nodes
from nnspec.values import Scope

_Section = TypeVar("_Section", bound=nodes.Statement)


def analyze(
    spec: nodes.Spec,
    source: Source,
    diagnostics: Diagnostics,
    overrides: Mapping[str, object] | None = None,
    read: Reader = nothing,
) -> ir.Model | None:
    """The model that a spec means, or None where errors were reported.

    `overrides` gives `let`s other values, as `--set` does; `read` gives facts of files.
    """
    binder = _binder(spec, diagnostics, overrides or {})
    name = _only(spec, nodes.Model, "model", diagnostics)
    data_section = _only(spec, nodes.Data, "data", diagnostics)
    network_section = _only(spec, nodes.Network, "network", diagnostics)
    training_section = _only(spec, nodes.Training, "training", diagnostics)
    told = len(diagnostics.found)
    data = analyze_data(data_section, binder, part_names(network_section))
    if (
        data
        and len(diagnostics.found) == told
        and not _may_hold(spec, data_section, "data")
    ):
        data = tell(data, read, diagnostics)
    unknown = len(diagnostics.found) > told or _may_hold(spec, data_section, "data")
    if network_section is None:
        if not _may_hold(spec, network_section, "network"):
            _missing_network(source, spec, diagnostics)
        network = None
    else:
        network = analyze_network(network_section, data, binder, unknown)
    training = None
    if training_section:
        binder = replace(
            binder, likely=likely_losses(network_section, data_section, binder)
        )
        training = analyze_training(training_section, data_section, network, binder)
    if network and training:
        _verify_trainable(network, training, diagnostics)
    if network is None or diagnostics.has_errors:
        return None
    stem = PurePath(source.name).stem
    model = ir.Model(name.name.text if name else stem, network, data, training)
    model = settled(model, diagnostics)
    if training:
        own = binder.library.own.get("loss", {})
        used = [objective.loss.entry.name for objective in training.objectives]
        warn_of_unused(places_of(own), used, diagnostics)
    verify_batches(model, diagnostics)
    verify_given(model, diagnostics)
    verify_ids(model, diagnostics)
    verify_words(model, diagnostics)
    verify_masks(model, diagnostics)
    of_values = [one for one in model.by_output() if are_values(one)]
    values = [name for one in of_values for name in one.network.output_names]
    for one in model.by_output():
        verify_data(one, diagnostics)
        verify_classes(one, diagnostics)
        verify_loss(one, diagnostics)
        verify_listed_classes(one, diagnostics)
        verify_target(one, diagnostics, values)
        verify_metrics(one, diagnostics)
    verify_callbacks(model, diagnostics)
    for one in model.by_output():
        warn(one, diagnostics)
    warn_of_learning(model, diagnostics)
    warn_of_columns(model, diagnostics)
    warn_of_parts(model, diagnostics)
    return None if diagnostics.has_errors else model


def _may_hold(
    spec: nodes.Spec, section: nodes.Data | nodes.Network | None, word: str
) -> bool:
    """Whether a section, or a part of it, may be in what could not be read."""
    if isinstance(section, nodes.Data):
        return bool(section.unread)
    others = {"model", "let", "data", "network", "training"} - {word}
    return any(not {*part.words[:1]} & others for part in spec.unread)


def _verify_trainable(
    network: ir.Network, training: ir.Training, diagnostics: Diagnostics
) -> None:
    """Report a network in which no weight has a gradient."""
    frozen = [call for call in network.calls if call.weights]
    if not frozen:
        diagnostics.error(
            "nothing-to-train",
            "no layer of this network has weights, so there is nothing to train",
            training.span,
            help="add a layer that learns, such as `dense(10, softmax)`",
        )
    elif not network.trainable_parameters:
        diagnostics.error(
            "nothing-to-train",
            "no weight of this network is trainable, so there is nothing to train",
            training.span,
            help="remove `trainable=false` from one of its layers"
            if any(call.use.arguments["trainable"] is False for call in frozen)
            else "add a layer that learns, such as `dense(10, softmax)`",
            notes=[Note(call.span, "not trained") for call in frozen],
        )


def _binder(
    spec: nodes.Spec, diagnostics: Diagnostics, overrides: Mapping[str, object]
) -> Binder:
    lets: dict[str, nodes.Let] = {}
    for let in spec.statements:
        if not isinstance(let, nodes.Let):
            continue
        if let.name.text in lets:
            diagnostics.error(
                "doubled-name",
                f"`{let.name.text}` is defined twice",
                let.name.span,
                help="remove one of the two, or give it another name",
                notes=[Note(lets[let.name.text].name.span, "defined here already")],
            )
        else:
            lets[let.name.text] = let
    for name in overrides:
        if name not in lets and not any(name in part.words for part in spec.unread):
            diagnostics.error(
                "unknown-let",
                f"there is no `let {name}` that `--set {name}=...` could change",
                NOWHERE,
                help=_other_let(name, lets),
            )
    unread = frozenset(word for part in spec.unread for word in part.words)
    scope = Scope(lets, diagnostics, overrides, unread)
    scope.resolve_all()
    defined = free_definitions(spec, diagnostics)
    groups, faulty = groups_of(spec, defined, diagnostics)
    library = Library(own={"layer": groups}) if groups else LANGUAGE
    return define(defined, Binder(scope, diagnostics, faulty, library=library))


def _other_let(name: str, lets: Iterable[str]) -> str:
    """The way out for a `--set` of what is no `let`."""
    if found := did_you_mean(name, lets):
        return str(found)
    names = ", ".join(f"`{known}`" for known in lets)
    return f"its `let`s are {names}" if names else f"write `let {name} = ...` in it"


def _only(
    spec: nodes.Spec, kind: type[_Section], word: str, diagnostics: Diagnostics
) -> _Section | None:
    """The one statement of a kind that a spec may have."""
    found = [s for s in spec.statements if isinstance(s, kind)]
    for other in found[1:]:
        diagnostics.error(
            "doubled-section",
            f"there is more than one `{word}`",
            _head(other),
            help="remove one of them, or make one of both",
            notes=[Note(_head(found[0]), "the first one")],
        )
    return found[0] if found else None


def _head(statement: nodes.Statement) -> Span:
    if isinstance(statement, nodes.Data | nodes.Network | nodes.Training):
        return statement.keyword.span
    return statement.name.span


def _missing_network(
    source: Source, spec: nodes.Spec, diagnostics: Diagnostics
) -> None:
    if diagnostics.has_errors and not spec.statements:
        return
    end = len(source.text.rstrip())
    diagnostics.error(
        "missing-network",
        "a spec needs a `network` section"
        if source.text.strip()
        else "the spec is empty; it needs a `network` section",
        Span(end, end),
        help="`nnspec init NAME` writes a spec to start from",
    )
