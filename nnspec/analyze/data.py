"""The data section: one source, then transforms; what they settle about the samples."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.beside import read_words, with_words, words_alone
from nnspec.analyze.columns import verify_columns, verify_once
from nnspec.analyze.files import verify_files
from nnspec.analyze.folds import read_folds
from nnspec.analyze.following import verify_following
from nnspec.analyze.part_names import PartNames, settle_parts
from nnspec.analyze.reconstruct import LABELS, read_reconstruction
from nnspec.analyze.samples import verify_samples
from nnspec.analyze.shapes import after
from nnspec.analyze.split import read_split
from nnspec.analyze.tables import verify_table
from nnspec.bind import Binder
from nnspec.diagnostics import Note, nearest
from nnspec.record import replace
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table import PLANNED, TABLE
from nnspec.table.data_entry import SourceEntry, is_about_labels, part_of, slides
from nnspec.table.entry import (
    Shape,
    Use,
)
from nnspec.table.pairs import ForOutputs


def analyze_data(
    section: nodes.Data | None, binder: Binder, names: PartNames | None = None
) -> ir.Data | None:
    """What a data section means; all its errors are reported.

    `names` are those of the network's inputs and outputs. None where there is no
    section or no source to speak of; where other errors were reported, what could be
    settled nevertheless.
    """
    if section is None:
        return None
    source, transforms = _bind(section, binder)
    _report_order(section, binder)
    if source is None:
        verify_once(transforms, binder.diagnostics)
        return None
    entry = cast(SourceEntry, source.entry)
    source, by_name = _flat(source) if entry.table else (source, {})
    if names is not None:
        found = settle_parts(transforms, names, source, by_name, binder.diagnostics)
        transforms = [*found]
    transforms = [words_alone(source, use) for use in transforms]
    verify_once(transforms, binder.diagnostics)
    own = any(use.entry.name == "reconstruct" for use in transforms)
    verify_files(source, binder.diagnostics, spared=LABELS if own else ())
    if entry.table:
        verify_table(source, transforms, binder.diagnostics)
    verify_columns(source, transforms, binder.diagnostics)
    verify_following(source, transforms, binder.diagnostics)
    splits = [use for use in transforms if use.entry.name == "split"]
    folds = [use for use in transforms if use.entry.name == "folds"]
    apart = ("split", "reconstruct", "folds")
    others = [use for use in transforms if use.entry.name not in apart]
    labels = tuple(use for use in others if is_about_labels(use))
    kept = [use for use in others if not is_about_labels(use)]
    words, samples = read_words(source, kept, binder.diagnostics)
    samples = tuple(sorted(samples, key=slides))  # windows are made of what is left
    verify_samples(source, samples, binder.diagnostics)
    reconstruct = read_reconstruction(source, transforms, samples, binder.diagnostics)
    unread = bool(section.unread)
    shape = None if unread else _feature_shape(source, samples, binder)
    return ir.Data(
        source=source,
        transforms=samples,
        labels=labels,
        split=read_split(splits[0], source, binder.diagnostics) if splits else None,
        feature_shape=with_words(shape, words),
        classes=None if unread else _classes(source, labels),
        span=source.span,
        reconstruct=reconstruct,
        folds=read_folds(folds[0], source, binder.diagnostics) if folds else None,
        by_name=by_name,
        words=words,
    )


def _flat(source: Use) -> tuple[Use, dict[str, ForOutputs]]:
    """A table whose arguments list all columns, and those that are given by name."""
    named = cast(SourceEntry, source.entry).by_name
    found = {
        argument: value
        for argument, value in source.arguments.items()
        if argument in named and isinstance(value, ForOutputs)
    }
    lists = {name: value.items for name, value in found.items()}
    return replace(source, arguments={**source.arguments, **lists}), found


def _bind(section: nodes.Data, binder: Binder) -> tuple[Use | None, list[Use]]:
    """The source and the transforms, as far as they could be bound."""
    source: Use | None = None
    transforms: list[Use] = []
    seen = False
    if any(call.name.text == "reconstruct" for call in section.calls):
        binder = replace(binder, spared=LABELS)
    for call, category in _categories(section, binder):
        use = binder.call(category, call)
        if category == "source":
            source, seen = source if seen else use, True
        elif use is not None:
            transforms.append(use)
    return source, transforms


def _categories(section: nodes.Data, binder: Binder) -> list[tuple[nodes.Call, str]]:
    """Each call and whether it is a source or a transform, as far as its name tells."""
    categories = [_category(call, binder) for call in section.calls]
    if "source" not in categories and None in categories:
        categories[categories.index(None)] = "source"
    found = zip(section.calls, categories, strict=True)
    return [(call, category or "transform") for call, category in found]


def _category(call: nodes.Call, binder: Binder) -> str | None:
    name = call.name.text
    words = {
        word: category
        for category in ("transform", "source")
        for word in (*TABLE[category], *PLANNED[category])
    }
    if name in words:
        return words[name]
    for category in ("source", "transform"):
        if (meant := binder.meant(category, call)) and meant.call:
            return category
    if meant:  # to be removed, whatever it is
        return "transform"
    return words.get(nearest(name, words) or "")


def _report_order(section: nodes.Data, binder: Binder) -> None:
    """One source, before all transforms."""
    source: Span | None = None
    early: list[nodes.Call] = []
    for call, category in _categories(section, binder):
        if category == "transform":
            early += [call] if source is None else []
        elif source is None:
            source = call.name.span
        else:
            binder.diagnostics.error(
                "doubled-source",
                f"`{call.name.text}` is a second source; a data section has one",
                call.name.span,
                help="remove one of the two",
                notes=[Note(source, "the first one")],
            )
    if source is None and section.unread:
        return
    if source is None:
        binder.diagnostics.error(
            "missing-source",
            "the data section has no source",
            section.keyword.span,
            help='begin it with one, such as `csv("data.csv", target="y")`',
        )
        return
    for call in early:
        binder.diagnostics.error(
            "transform-before-source",
            f"`{call.name.text}` stands before the source whose data it transforms",
            call.name.span,
            help="begin the section with the source",
            notes=[Note(source, "the source")],
        )


def _feature_shape(
    source: Use, transforms: tuple[Use, ...], binder: Binder
) -> Shape | None:
    """The shape of one sample after all transforms, where that is settled."""
    shape = cast(SourceEntry, source.entry).shape(source.arguments)
    whole = [use for use in transforms if part_of(use) is None]
    return after(shape, whole, binder.diagnostics)


def _classes(source: Use, labels: tuple[Use, ...]) -> int | None:
    """How many classes the labels have, where that is settled."""
    for use in labels:
        if part_of(use) is None and use.arguments.get("classes") is not None:
            return cast(int, use.arguments["classes"])
    return cast(SourceEntry, source.entry).classes(source.arguments)
