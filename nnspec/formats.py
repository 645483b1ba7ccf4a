"""Diagnostics for programs: editors and `grep`, GitHub, and any that read JSON."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from nnspec.diagnostics import NOWHERE, Diagnostic, Edit
from nnspec.report import harmless
from nnspec.source import Source, Span

_PLACE = ("line", "column", "end_line", "end_column")
_GITHUB_PLACE = ("line", "col", "endLine", "endColumn")
_SARIF_REGION = ("startLine", "startColumn", "endLine", "endColumn")
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def concise(source: Source, diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """`FILE:LINE:COLUMN: SEVERITY[CODE]: MESSAGE; help: HELP` for each."""
    for found in diagnostics:
        line, column, *_ = _place(source, found.span).values()
        help = f"; help: {found.help}" if found.help else ""
        words = f"{found.severity}[{found.code}]: {found.message}{help}"
        yield harmless(f"{source.name}:{line}:{column}: {words}") + "\n"


def github(source: Source, diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """The commands by which a GitHub workflow annotates the lines of a file."""
    for found in diagnostics:
        place = _place(source, found.span, _GITHUB_PLACE)
        one_line = place["line"] == place["endLine"]  # else GitHub takes no columns
        names = ["line", "endLine", *["col", "endColumn"] * one_line]
        places = {"file": source.name, **{name: place[name] for name in names}}
        places["title"] = f"nnspec {found.code}"
        named = ",".join(f"{name}={_property(x)}" for name, x in places.items())
        help = f"\nhelp: {found.help}" if found.help else ""
        yield f"::{found.severity} {named}::{_data(f'{found.message}{help}')}\n"


def as_json(source: Source, diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """The diagnostics as plain data; the lists of several sources can be joined.

    Lines and columns count from 1, columns in characters. `end_column` is the column
    after the last character, so an empty span ends where it starts. `help` is None
    where there is none; `fix` is what it says as texts in place of others, empty where
    it cannot be applied as it stands. Texts are as they are found: escaping is up to
    the encoder.
    """
    return [
        {
            "code": d.code,
            "severity": d.severity,
            "message": d.message,
            "file": source.name,
            **_place(source, d.span),
            "help": d.help,
            "notes": [
                {"message": note.message, **_place(source, note.span)}
                for note in d.notes
            ],
            "fix": [
                {"text": _indented(source, edit), **_place(source, edit.span)}
                for edit in d.fix
            ],
        }
        for d in diagnostics
    ]


def as_sarif(
    results: Iterable[tuple[Source, Iterable[Diagnostic]]], version: str
) -> dict[str, Any]:
    """A SARIF 2.1.0 log with one run of nnspec `version` over all the sources.

    The text of `help` stands in the message, on a line of its own.
    """
    found = [(source, d) for source, diagnostics in results for d in diagnostics]
    codes = sorted({d.code for _, d in found})
    rules = [
        {"id": c, "shortDescription": {"text": c.replace("-", " ").capitalize()}}
        for c in codes
    ]
    driver = {"name": "nnspec", "version": version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(s, d, codes.index(d.code)) for s, d in found],
    }
    return {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _place(
    source: Source, span: Span, keys: tuple[str, ...] = _PLACE
) -> dict[str, int]:
    """Where a span starts and ends, under four keys; nowhere is the file's start."""
    span = Span(0, 0) if span == NOWHERE else span
    numbers = (*source.position(span.start), *source.position(span.end))
    return dict(zip(keys, numbers, strict=True))


def _indented(source: Source, edit: Edit) -> str:
    """The text of an edit, its further lines indented like the one it comes into."""
    line = source.line(source.position(edit.span.start)[0])
    indent = line[: len(line) - len(line.lstrip())]
    return edit.text.replace("\n", f"\n{indent}")


def _sarif_result(
    source: Source, diagnostic: Diagnostic, rule_index: int
) -> dict[str, Any]:
    """One finding; the places of its notes are related locations."""
    help_lines = [] if diagnostic.help is None else [f"help: {diagnostic.help}"]
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule_index,
        "level": diagnostic.severity,
        "message": {"text": "\n".join([diagnostic.message, *help_lines])},
        "locations": [_sarif_location(source, diagnostic.span)],
    }
    if diagnostic.notes:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": note.message},
                **_sarif_location(source, note.span),
            }
            for number, note in enumerate(diagnostic.notes)
        ]
    return result


def _sarif_location(source: Source, span: Span) -> dict[str, Any]:
    location = {
        "artifactLocation": {"uri": _uri(source.name)},
        "region": _place(source, span, _SARIF_REGION),
    }
    return {"physicalLocation": location}


def _uri(name: str) -> str:
    """A file name as a URI: relative if the name is, else with the scheme `file`."""
    path = PurePath(name)
    quoted = quote(os.fsencode(path.as_posix()))
    return f"file:///{quoted.lstrip('/')}" if path.is_absolute() else quoted


def _data(text: str) -> str:
    """Words that end no line and no command."""
    lines = "\n".join(harmless(line) for line in text.split("\n"))
    return lines.replace("%", "%25").replace("\n", "%0A")


def _property(value: object) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
