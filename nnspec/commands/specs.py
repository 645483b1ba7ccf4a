"""Specs from files and from standard input, and what the compiler says of them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from nnspec import compiler, ir, report
from nnspec.commands.cache import facts_cache, template_cache
from nnspec.commands.terminal import FILE_FAULT, SPEC_FAULT, USAGE, Stop, has_color
from nnspec.compiler import Analysis
from nnspec.diagnostics import (
    Diagnostic,
    Diagnostics,
    SpecError,
    TooManyErrors,
    nearest,
    offer,
)
from nnspec.facts.reader import FileReader
from nnspec.origin import Origin
from nnspec.record import Record, fields, replace
from nnspec.resources import folder
from nnspec.source import Source, Span
from nnspec.syntax import nodes
from nnspec.syntax.parser import parse
from nnspec.values import Scope

STDIN = "-"

_WRITTEN = "write VALUE as in a spec: `--set width=64`, `--set 'file=\"a.csv\"'`"


class Override(NamedTuple):
    """A `let`, the value that `--set` gives it, and how that is written."""

    name: str
    value: object
    text: str


def override(text: str) -> Override:
    """What `NAME=VALUE` gives to which `let`; VALUE is written as in a spec."""
    name, equals, value = map(str.strip, text.partition("="))
    if not equals or not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
        help = "write `--set NAME=VALUE`, with the NAME of a `let` of the spec"
        raise Stop(USAGE, f"`--set` cannot be `{text}`", help)
    diagnostics = Diagnostics()
    with suppress(TooManyErrors):
        spec = parse(Source("--set", f"let {name} = {value}\n"), diagnostics)
        if not diagnostics.has_errors and len(spec.statements) == 1:
            (let,) = spec.statements
            if isinstance(let, nodes.Let):
                resolved = Scope({}, diagnostics).resolve(let.value)
                if resolved is not None:
                    return Override(name, _unplaced(resolved.value), f"{name}={value}")
    reasons = [d.message for d in diagnostics.in_order()] or ["it is no single value"]
    raise Stop(USAGE, f"`--set {name}={value}`: {reasons[0]}", _WRITTEN)


def settings(overrides: Iterable[Override]) -> tuple[str, ...]:
    """What is set, each name once."""
    return tuple({override.name: override.text for override in overrides}.values())


def _unplaced(value: Any) -> Any:
    """The value with all places in it at the spec's start: it stands in no spec."""
    if isinstance(value, Span):
        return Span(0, 0)
    if isinstance(value, tuple):
        return tuple(_unplaced(item) for item in value)
    if isinstance(value, Record):
        parts = {name: _unplaced(part) for name, part in fields(value).items()}
        return replace(value, **parts)
    return value


def analyze(spec: str, overrides: Iterable[Override]) -> Analysis:
    """Read and check a spec; a file that cannot be read stops the command."""
    # From standard input a spec has no name of its own to give to model and script.
    name = "model.nn" if spec == STDIN else spec
    values = {override.name: override.value for override in overrides}
    return compiler.read(name, _read(spec), values, reader(spec))


def reader(spec: str) -> FileReader:
    """What reads the data files of a spec."""
    folder = Path("." if spec == STDIN else os.path.dirname(spec))
    return FileReader(folder, facts_cache)


def fault(analysis: Analysis) -> int:
    """The exit code for a spec that has errors."""
    return FILE_FAULT if analysis.blames_data else SPEC_FAULT


def _read(spec: str) -> bytes:
    """The bytes of a spec; of one that is too large, as many as tell that."""
    most = compiler.MOST_BYTES + 1
    try:
        if spec == STDIN:
            return sys.stdin.buffer.read(most)
        with open(spec, "rb", opener=_at_once) as file:
            return file.read(most)
    except OSError as error:
        words = f"cannot read {source_name(spec)}: {error.strerror}"
        raise Stop(FILE_FAULT, words, _other_file(spec)) from None


def _other_file(spec: str) -> str | None:
    """The way out where a spec cannot be read."""
    path = Path(spec)
    if path.is_dir():
        return f"name one spec; `nnspec check {spec}` checks all of a folder"
    if path.exists() or spec == STDIN:
        return None
    known = sorted(p.stem for p in path.parent.glob("*.nn") if p.is_file())
    near = path.stem if path.stem in known else nearest(path.stem, known)
    if near:
        return offer([str(path.with_name(f"{near}.nn"))])
    if path.name != spec:  # what follows is about this folder
        return None
    if (folder("examples") / f"{path.stem}.nn").is_file():
        return f"`nnspec init {path.stem} --from {path.stem}` writes this example"
    return f"`nnspec init {near_name(path.stem)}` writes a spec to start from"


def near_name(text: str) -> str:
    """The name of a model that is nearest to a text."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")
    return f"net_{name}" if name[:1].isdigit() else name or "model"


def _at_once(path: str, flags: int) -> int:
    """Open a file; a named pipe that nobody writes to is empty, and not waited for."""
    if os.name != "posix":
        return os.open(path, flags)
    file = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(file, True)
    return file


def source_name(spec: str) -> str:
    """What messages call a spec."""
    return "<stdin>" if spec == STDIN else spec


def shown_source(spec: str, analysis: Analysis) -> Source:
    """The spec's text under the name that messages use for it."""
    return replace(analysis.source, name=source_name(spec))


def model(spec: str, overrides: Iterable[Override]) -> tuple[Analysis, ir.Model]:
    """A spec that has a model; its findings are told, and errors stop the command."""
    analysis = analyze(spec, overrides)
    _tell(shown_source(spec, analysis), analysis.diagnostics)
    if analysis.model is None:
        raise Stop(fault(analysis))
    return analysis, analysis.model


def script(spec: str, analysis: Analysis, origin: Origin) -> str:
    """The script of a spec whose findings have been told; more of them stop it."""
    try:
        return compiler.script(analysis, origin, template_cache())
    except SpecError as error:
        raise Stop(tell(spec, analysis, error)) from None


def tell(spec: str, analysis: Analysis, error: SpecError) -> int:
    """Tell what has not been told of a spec yet; return the exit code."""
    more = [d for d in error.diagnostics if d not in analysis.diagnostics]
    _tell(shown_source(spec, analysis), more)
    return SPEC_FAULT


def refused(spec: str, analysis: Analysis, diagnostics: Iterable[Diagnostic]) -> Stop:
    """Tell of what cannot be written of a spec that compiles; stop the command."""
    _tell(shown_source(spec, analysis), diagnostics)
    return Stop(SPEC_FAULT)


def _tell(source: Source, diagnostics: Iterable[Diagnostic]) -> None:
    sys.stderr.write(report.text(source, diagnostics, color=has_color(sys.stderr)))
