"""`nnspec check`: every error and warning of specs."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable

from nnspec import __version__, report
from nnspec.commands import specs
from nnspec.commands.terminal import (
    DONE,
    SPEC_FAULT,
    USAGE,
    Stop,
    complain,
    has_color,
    write,
)
from nnspec.compiler import Analysis

_Checked = list[tuple[str, Analysis]]


def run(options: Namespace) -> int:
    """Check `options.specs`; those that cannot be read do not hide the others."""
    if options.specs.count(specs.STDIN) > 1:
        raise Stop(USAGE, "standard input, `-`, can be read only once")
    checked: _Checked = []
    codes = {DONE}
    for spec in options.specs:
        try:
            analysis = specs.analyze(spec, options.set)
        except Stop as stop:
            complain(stop.message)
            codes.add(stop.code)
        else:
            checked.append((spec, analysis))
            codes.add(DONE if analysis.model else SPEC_FAULT)
    write(_FORMATS[options.format](checked))
    return max(codes)


def _text(checked: _Checked) -> str:
    return "\n".join(_findings(spec, analysis) for spec, analysis in checked)


def _findings(spec: str, analysis: Analysis) -> str:
    source = specs.shown_source(spec, analysis)
    if analysis.model is None or analysis.diagnostics:
        color = has_color(sys.stdout)
        return report.text(source, analysis.diagnostics, color=color)
    return f"{source.name}: no errors, {analysis.model.parameters:,} parameters\n"


def _json(checked: _Checked) -> str:
    found = [
        finding
        for spec, analysis in checked
        for finding in report.as_json(
            specs.shown_source(spec, analysis), analysis.diagnostics
        )
    ]
    return _dump(found)


def _sarif(checked: _Checked) -> str:
    results = ((specs.shown_source(s, a), a.diagnostics) for s, a in checked)
    return _dump(report.as_sarif(results, __version__))


def _dump(data: Iterable[object]) -> str:
    return json.dumps(data, indent=2) + "\n"


_FORMATS = {"text": _text, "json": _json, "sarif": _sarif}
