"""The inputs and outputs that transforms name by `of=`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from nnspec.diagnostics import Diagnostics, Fix, did_you_mean
from nnspec.record import Record, replace
from nnspec.syntax import nodes
from nnspec.table.data_entry import (
    OfInput,
    OfOutput,
    SourceEntry,
    column_argument,
    part_of,
    takes_labels,
    takes_whole,
)
from nnspec.table.entry import REQUIRED, Use
from nnspec.table.pairs import ForOutputs
from nnspec.values import spelled


class PartNames(Record):
    """The names that a network section gives to its inputs and outputs.

    They are known before the section is analyzed, for its shapes need the data.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def part_names(section: nodes.Network | None) -> PartNames | None:
    """The names, as they are written; None where a part of the section is unread."""
    layers = [s for s in section.body if isinstance(s, nodes.Layer)] if section else []
    if section is None or any(isinstance(s, nodes.Unread) for s in section.body):
        return None
    inputs = [s.label for s in layers if s.call.name.text == "input"]
    named = [s.call for s in layers if s.call.name.text == "output"]
    outputs = [_label(a.value) for call in named for a in call.arguments]
    if not named:
        last = layers[-1:] if section.body[-1:] == tuple(layers[-1:]) else []
        outputs = [layer.label for layer in last]
    return PartNames(
        tuple(label.text for label in inputs if label),
        tuple(label.text for label in outputs if label),
    )


def _label(value: nodes.Value) -> nodes.Name | None:
    return value if isinstance(value, nodes.Name) else None


def settle_parts(
    transforms: Iterable[Use],
    names: PartNames,
    source: Use,
    by_name: Mapping[str, ForOutputs],
    diagnostics: Diagnostics,
) -> Iterator[Use]:
    """The transforms, each for columns, an input or an output; unknown ones reported.

    Of a table, an input is the columns that it is given.
    """
    for use in transforms:
        part, argument = part_of(use), column_argument(use)
        of: object = None
        if part is None:
            yield use
            continue
        if part.name in names.outputs and takes_labels(use.entry):
            of = OfOutput(part.name)
        elif part.name in names.inputs and _takes_samples(use, argument):
            of = _input(part.name, use, names, source, by_name)
        else:
            _report(use, part.name, names, source, diagnostics)
            continue
        yield replace(use, arguments={**use.arguments, argument: of})


def _takes_samples(use: Use, argument: str) -> bool:
    """Whether a transform may be for samples; one of labels alone must say of which."""
    given = next(a for a in use.entry.arguments if a.name == argument)
    return not takes_labels(use.entry) or given.default is not REQUIRED


def _input(
    name: str,
    use: Use,
    names: PartNames,
    source: Use,
    by_name: Mapping[str, ForOutputs],
) -> object:
    """What a transform of an input is for: columns, an input of several, or all."""
    if cast(SourceEntry, source.entry).table and not takes_whole(use):
        given = by_name.get("features")
        return given.get(name) if given else source.arguments["features"]
    return OfInput(name) if len(names.inputs) > 1 else None


def _report(
    use: Use, name: str, names: PartNames, source: Use, diagnostics: Diagnostics
) -> None:
    """A name that no input or output has to which the transform could be applied."""
    takes = ["input"] * _takes_samples(use, column_argument(use))
    takes += ["output"] * takes_labels(use.entry)
    known = [*names.inputs * ("input" in takes), *names.outputs * ("output" in takes)]
    what = " or ".join(takes)
    columns = source.arguments.get("features", ()) if "input" in takes else ()
    columns = cast("tuple[object, ...] | None", columns)
    help: str | None = did_you_mean(name, [*known, *["target"] * ("output" in takes)])
    if name in (columns or ()) or (columns is None and not help):
        quoted = spelled(name)
        help = Fix(f"a column is written in quotes: {quoted}", text=quoted)
    if not help and known:
        help = f"its {what}s are {', '.join(f'`{each}`' for each in known)}"
    diagnostics.error(
        "unknown-part",
        f"`{use.entry.name}` is for an {what}, and no {what} is called `{name}`",
        use.span_of(column_argument(use)),
        help=help or f"label the {takes[-1]} that is meant: `as {name}`",
    )
