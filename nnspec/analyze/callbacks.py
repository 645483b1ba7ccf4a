"""Whether the callbacks of a training can do what they are asked for."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import cast

from nnspec import ir
from nnspec.analyze.files import leaves_folder
from nnspec.diagnostics import Diagnostics, Edit, Fix, Note, nearest, offer
from nnspec.source import Span
from nnspec.table import TABLE
from nnspec.table.data_entry import SourceEntry
from nnspec.table.entry import Use
from nnspec.table.training_entry import CallbackEntry

#: What a training writes by itself.
_OWN_FILES = (
    "weights.npz",
    "checkpoint.npz",
    "history.csv",
    "curves.svg",
    "run.json",
    ".lock",
)
#: How a value may be formatted in the name of a file: `02d`, `.4f`.
_FORMAT = re.compile(r"0?\d{0,2}(\.\d{1,2})?[deEfFgG%]?")


def verify_callbacks(model: ir.Model, diagnostics: Diagnostics) -> None:
    """Report what callbacks cannot go by, cannot write, or can never do."""
    training = model.training
    if training is None:
        return
    first: dict[str, Use] = {}
    files: dict[str, Span] = {}
    for use in training.callbacks:
        _verify_doubled(use, first.setdefault(use.entry.name, use), diagnostics)
        _verify_file(use, files, diagnostics)
        _verify_rate(use, training, diagnostics)
        for name, span in monitored_by(use):
            _verify_monitor(name, span, use, model, training, diagnostics)
        if not diagnostics.has_errors:
            _warn_of_direction(use, training, diagnostics)
            _warn_of_patience(use, training, diagnostics)


def monitored_by(use: Use) -> Iterator[tuple[str, Span]]:
    """The values of the history that a callback needs, and where it names them."""
    entry = cast(CallbackEntry, use.entry)
    if entry.monitors(use.arguments) or "monitor" in use.spans:
        yield cast(str, use.arguments["monitor"]), use.span_of("monitor")
    if entry.suffix and entry.file:
        for name in fields(cast(str, use.arguments[entry.file])):
            if name != "epoch":
                yield name, use.span_of(entry.file)


def fields(path: str) -> list[str]:
    """The values that stand in the name of a file, in braces."""
    try:
        names = [name or "" for _, name, _, _ in string.Formatter().parse(path)]
        return [name for name in names if name.isidentifier()]
    except ValueError:
        return []


def brings_validation(data: ir.Data | None) -> bool:
    """Whether a data section has, or may have, a validation part."""
    if data is None:
        return True
    source = cast(SourceEntry, data.source.entry)
    names = source.parts.get("validation", ())
    return (
        bool(data.split and data.split.validation)
        or "validation" in source.own_parts
        or any(data.source.arguments[name] is not None for name in names)
    )


def _verify_doubled(use: Use, first: Use, diagnostics: Diagnostics) -> None:
    """Only several checkpoints make sense: to several files."""
    if first is not use and not cast(CallbackEntry, use.entry).suffix:
        diagnostics.error(
            "doubled-callback",
            f"`{use.name}` is there twice",
            use.span,
            help="remove one of the two",
            notes=[Note(first.span, "the first one")],
        )


def _verify_rate(use: Use, training: ir.Training, diagnostics: Diagnostics) -> None:
    """A rate that a schedule sets at every step is none for a callback to set."""
    schedule = training.optimizer.arguments["learning_rate"]
    if cast(CallbackEntry, use.entry).sets_rate and isinstance(schedule, Use):
        diagnostics.error(
            "argument-conflict",
            f"`{use.name}` sets the learning rate, and so does "
            f"`{schedule.entry.name}`, at every step",
            use.span,
            help="remove one of the two",
            notes=[Note(training.optimizer.span_of("learning_rate"), "the schedule")],
        )


def _verify_file(use: Use, files: dict[str, Span], diagnostics: Diagnostics) -> None:
    """A file is one in the folder of the results, and no other's in `files`."""
    entry = cast(CallbackEntry, use.entry)
    if entry.file is None:
        return
    path, span = cast(str, use.arguments[entry.file]), use.span_of(entry.file)
    if leaves_folder(path):
        diagnostics.error(
            "path-outside",
            f"`{use.name}` writes into the folder of the results only",
            span,
            help="write a name without folders; `--out` says where the results go",
        )
    elif fault := _fault_of(path, entry.suffix):
        example = f"{{epoch:02d}}{entry.suffix}" if entry.suffix else "log.csv"
        diagnostics.error(
            "path-invalid", fault, span, help=f'write a name such as "{example}"'
        )
    elif path.casefold() in _OWN_FILES:
        diagnostics.error(
            "path-taken",
            f"`{path}` is a file that each training writes by itself",
            span,
            help="give it another name",
        )
    elif (first := files.setdefault(path.casefold(), span)) is not span:
        diagnostics.error(
            "path-taken",
            f"two callbacks write to `{path}`",
            span,
            help="give one of them another name",
            notes=[Note(first, "the first one")],
        )


def _fault_of(path: str, suffix: str) -> str | None:
    """Why a path is no name of a file."""
    if not path.isprintable() or path in ("", ".", ".."):
        return "this is no name of a file"
    if re.search(r"[/\\]", path):
        return "this is a path, not the name of a file"
    if not path.endswith(suffix):
        return f"weights are written to a file whose name ends in `{suffix}`"
    return _fault_of_fields(path) if suffix else None


def _fault_of_fields(path: str) -> str | None:
    """Why braces in the name of a file do not stand for values."""
    try:
        parts = list(string.Formatter().parse(path))
    except ValueError:
        return "the braces in it do not match"
    for _, name, form, conversion in parts:
        if name is not None and (conversion or not _formats(name, form or "")):
            written = f"{name}:{form}" if form else name
            return f"`{{{written}}}` in it formats no value of the history"
    return None


def _formats(name: str, form: str) -> bool:
    """Whether a value of a name, a whole number or not, can be formatted in a way."""
    if not name.isidentifier() or not _FORMAT.fullmatch(form):
        return False
    try:
        format(1 if name == "epoch" else 0.5, form)
    except ValueError:
        return False
    return True


def _verify_monitor(
    name: str,
    span: Span,
    use: Use,
    model: ir.Model,
    training: ir.Training,
    diagnostics: Diagnostics,
) -> None:
    """A value must be computed, of a part that is there."""
    base = name.removeprefix("val_")
    if base not in training.monitored:
        help = _monitor_help(name, training)  # no fix for a part of a file's name
        diagnostics.error(
            "unknown-monitor",
            f"`{name}` is not in the history of this training",
            span,
            help=help if span == use.spans.get("monitor") else str(help),
        )
    elif base != name and model.data and not brings_validation(model.data):
        diagnostics.error(
            "missing-validation",
            f"`{use.name}` goes by `{name}`, but the data has no validation part",
            span,
            help="set samples apart: `split(validation=0.2)` in the data section; or "
            f"go by `{base}`",
            notes=[Note(model.data.span, "the data")],
        )


def _monitor_help(name: str, training: ir.Training) -> str:
    base = name.removeprefix("val_")
    prefix = name[: -len(base)]
    entry = TABLE["metric"].get(base)
    for objective in training.objectives:
        for label, use in zip(objective.labels, objective.metrics, strict=True):
            name = objective.prefix + label
            if use.entry is entry and name in training.monitored:
                return offer([prefix + name]) or ""
    if base == "confusion_matrix":
        return "a matrix has no place in it: go by a metric that is a number"
    if entry is not None:
        return _more_metrics(base, training)
    if (match := nearest(base, training.monitored)) is not None:
        return offer([prefix + match]) or ""
    if (match := nearest(base, TABLE["metric"])) is not None:
        return f"add `{match}` to the `metrics`, if it was meant"
    return "it has " + ", ".join(f"`{known}`" for known in training.monitored)


def _more_metrics(name: str, training: ir.Training) -> str:
    """The way out for a metric that is watched, but not asked for."""
    help = f"add `{name}` to the `metrics`"
    metrics = [use for one in training.objectives for use in one.metrics]
    if not metrics or len(training.objectives) > 1:
        return help
    end = metrics[-1].span.end
    return Fix(help, Edit(Span(end, end), f", {name}"))


def _warn_of_direction(
    use: Use, training: ir.Training, diagnostics: Diagnostics
) -> None:
    """A mode that takes the worst for the best."""
    if not cast(CallbackEntry, use.entry).monitors(use.arguments):
        return
    mode, name = use.arguments["mode"], cast(str, use.arguments["monitor"])
    natural = "max" if training.monitored[name.removeprefix("val_")] else "min"
    if mode not in ("auto", natural):
        diagnostics.warning(
            "mode-and-monitor",
            f"with `mode={mode}`, the worst `{name}` counts as the best",
            use.span_of("mode"),
            help=f"write `mode={natural}`, or leave it out",
        )


def _warn_of_patience(
    use: Use, training: ir.Training, diagnostics: Diagnostics
) -> None:
    """Epochs that are over before patience is."""
    entry = cast(CallbackEntry, use.entry)
    if "patience" not in use.arguments or entry.restores(use.arguments):
        return
    first, epochs = first_act(use), training.epochs
    if first > epochs - entry.sets_rate:  # a rate after the last epoch is of no use
        diagnostics.warning(
            "patience-too-long",
            f"`{use.name}` can act after epoch {first} at the earliest, but there "
            f"{'is 1 epoch' if epochs == 1 else f'are {epochs} epochs'}",
            use.span_of("patience"),
            help="lower `patience`, or raise `epochs`",
        )


def first_act(use: Use) -> int:
    """The first epoch, from 1 on, after which a patience can be at its end."""
    patience = max(cast(int, use.arguments["patience"]), 1)
    if use.arguments.get("baseline") is not None:
        patience = max(patience - 1, 1)  # the first epoch may count, too
    return cast(int, use.arguments.get("start_from_epoch", 0)) + 1 + patience
