"""Specs from files and from standard input, and what the compiler says of them."""

from __future__ import annotations

import os
import re
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from nnspec import compiler, ir, report, syntax
from nnspec.commands.cache import template_cache
from nnspec.commands.terminal import FILE_FAULT, SPEC_FAULT, Stop, has_color
from nnspec.compiler import Analysis
from nnspec.diagnostics import Diagnostic, Diagnostics, SpecError, TooManyErrors
from nnspec.parse import parse
from nnspec.record import Record, fields, replace
from nnspec.source import Source, Span
from nnspec.values import Scope

STDIN = "-"

#: A `let` and the value that `--set` gives it.
Override = tuple[str, object]


def override(text: str) -> Override:
    """What `NAME=VALUE` gives to which `let`; VALUE is written as in a spec."""
    name, equals, value = map(str.strip, text.partition("="))
    if not equals or not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
        raise ArgumentTypeError(f"expected NAME=VALUE, got {text!r}")
    diagnostics = Diagnostics()
    with suppress(TooManyErrors):
        spec = parse(Source("--set", f"let {name} = {value}\n"), diagnostics)
        if not diagnostics.has_errors and len(spec.statements) == 1:
            (let,) = spec.statements
            if isinstance(let, syntax.Let):
                resolved = Scope({}, diagnostics).resolve(let.value)
                if resolved is not None:
                    return name, _unplaced(resolved.value)
    reasons = [d.message for d in diagnostics.in_order()] or ["it is no single value"]
    raise ArgumentTypeError(f"{text!r}: {reasons[0]}")


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
    return compiler.read(name, _read(spec), dict(overrides))


def _read(spec: str) -> bytes:
    """The bytes of a spec; of one that is too large, as many as tell that."""
    most = compiler.MOST_BYTES + 1
    try:
        if spec == STDIN:
            return sys.stdin.buffer.read(most)
        with open(spec, "rb", opener=_at_once) as file:
            return file.read(most)
    except OSError as error:
        name = source_name(spec)
        raise Stop(FILE_FAULT, f"cannot read {name}: {error.strerror}") from None


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
        raise Stop(SPEC_FAULT)
    return analysis, analysis.model


def script(spec: str, analysis: Analysis, spec_folder: str) -> str:
    """The script of a spec whose findings have been told; more of them stop it."""
    try:
        return compiler.script(analysis, spec_folder, template_cache())
    except SpecError as error:
        more = [d for d in error.diagnostics if d not in analysis.diagnostics]
        _tell(shown_source(spec, analysis), more)
        raise Stop(SPEC_FAULT) from None


def _tell(source: Source, diagnostics: Iterable[Diagnostic]) -> None:
    sys.stderr.write(report.text(source, diagnostics, color=has_color(sys.stderr)))
