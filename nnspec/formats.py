"""Diagnostics a line each: for editors and `grep`, and as annotations of GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nnspec.diagnostics import Diagnostic
from nnspec.report import harmless
from nnspec.source import Source


def concise(source: Source, diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """`FILE:LINE:COLUMN: SEVERITY[CODE]: MESSAGE; help: HELP` for each."""
    for found in diagnostics:
        line, column = source.position(found.span.start)
        help = f"; help: {found.help}" if found.help else ""
        words = f"{found.severity}[{found.code}]: {found.message}{help}"
        yield harmless(f"{source.name}:{line}:{column}: {words}") + "\n"


def github(source: Source, diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """The commands by which a GitHub workflow annotates the lines of a file."""
    for found in diagnostics:
        line, column = source.position(found.span.start)
        end_line, end_column = source.position(found.span.end)
        places = {
            "file": source.name,
            "line": line,
            "endLine": end_line,
            "col": column,
            "endColumn": end_column,
            "title": f"nnspec {found.code}",
        }
        if end_line != line:  # GitHub takes columns within one line only
            del places["col"], places["endColumn"]
        named = ",".join(f"{name}={_property(x)}" for name, x in places.items())
        help = f"\nhelp: {found.help}" if found.help else ""
        yield f"::{found.severity} {named}::{_data(f'{found.message}{help}')}\n"


def _data(text: str) -> str:
    """Words that end no line and no command."""
    lines = "\n".join(harmless(line) for line in text.split("\n"))
    return lines.replace("%", "%25").replace("\n", "%0A")


def _property(value: object) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
