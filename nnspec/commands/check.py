"""`nnspec check`: every error and warning of specs."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import PurePath

from nnspec import __version__, formats, report
from nnspec.commands import specs
from nnspec.commands.terminal import (
    DONE,
    FILE_FAULT,
    USAGE,
    Stop,
    complain,
    has_color,
    write,
)
from nnspec.compiler import Analysis
from nnspec.diagnostics import Diagnostic
from nnspec.source import Source

#: What was checked, and the parameters of its model; None if it has errors.
_Checked = list[tuple[Source, tuple[Diagnostic, ...], int | None]]


def run(options: Namespace) -> int:
    """Check `options.specs`; those that cannot be read do not hide the others."""
    if options.specs.count(specs.STDIN) > 1:
        help = "write `-` once"
        raise Stop(USAGE, "standard input, `-`, can be read only once", help)
    specs_found, codes = _expanded(options.specs)
    checked: _Checked = []
    for spec in specs_found:
        try:
            analysis = specs.analyze(spec, options.set)
        except Stop as stop:
            complain(stop.message, stop.help)
            codes.add(stop.code)
        else:
            checked.append(_kept(spec, analysis))
            codes.add(DONE if analysis.model else specs.fault(analysis))
    write(_FORMATS[options.format](checked))
    return max(codes)


def _expanded(paths: Iterable[str]) -> tuple[Iterable[str], set[int]]:
    """The specs, each once, and those of folders; a folder without any is a fault."""
    found, codes = dict[str, None](), {DONE}
    for path in paths:
        folder = path != specs.STDIN and os.path.isdir(path)
        here = sorted(_below(path)) if folder else [path]
        if not here:
            help = "`nnspec init NAME` writes a spec to start from"
            complain(f"there is no spec, *.nn, in {path}", help)
            codes.add(FILE_FAULT)
        found.update(dict.fromkeys(here))
    return found, codes


def _below(folder: str) -> Iterator[str]:
    """The specs below a folder; what is hidden (.git, .venv) is passed over."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if name.endswith(".nn") and not name.startswith("."):
                yield str(PurePath(place, name))


def _kept(
    spec: str, analysis: Analysis
) -> tuple[Source, tuple[Diagnostic, ...], int | None]:
    parameters = analysis.model.network.parameters if analysis.model else None
    return specs.shown_source(spec, analysis), analysis.diagnostics, parameters


def _text(checked: _Checked) -> str:
    color = has_color(sys.stdout)
    blocks = [
        report.text(source, found, color=color)
        if found or parameters is None
        else f"{source.name}: no errors, {parameters:,} parameters\n"
        for source, found, parameters in checked
    ]
    if len(checked) > 1:
        found = [diagnostic for _, some, _ in checked for diagnostic in some]
        total = report.count(found) or "no errors"
        blocks.append(f"{len(checked)} specs: {total}\n")
    return _joined(blocks)


def _joined(blocks: list[str]) -> str:
    """Blocks of several lines stand apart, and single lines beside each other."""
    text = "".join(blocks[:1])
    for before, block in pairwise(blocks):
        apart = max(before.count("\n"), block.count("\n")) > 1
        text += f"\n{block}" if apart else block
    return text


def _concise(checked: _Checked) -> str:
    return "".join(x for source, d, _ in checked for x in formats.concise(source, d))


def _github(checked: _Checked) -> str:
    return "".join(x for source, d, _ in checked for x in formats.github(source, d))


def _json(checked: _Checked) -> str:
    return _dump([x for source, d, _ in checked for x in formats.as_json(source, d)])


def _sarif(checked: _Checked) -> str:
    results = ((source, found) for source, found, _ in checked)
    return _dump(formats.as_sarif(results, __version__))


def _dump(data: Iterable[object]) -> str:
    return json.dumps(data, indent=2) + "\n"


_FORMATS = {
    "text": _text,
    "concise": _concise,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
