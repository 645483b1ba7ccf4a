"""Whole files that are no spec: Python, a notebook, JSON, YAML or a table.

Such a file gets one message in place of one for each line; JSON and YAML with the spec
that they stand for, as far as that can be told.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from typing import Any

from nnspec.diagnostics import Diagnostic, Edit, Fix
from nnspec.otherwise.translated import spec_of
from nnspec.otherwise.yaml import is_yaml, read_yaml
from nnspec.source import Source, Span
from nnspec.targets.seal import MARK

#: Larger files are read line by line: nobody wrote them by hand.
_MOST = 1_000_000
_SECTION = re.compile(r"^\s*(data|network|training)\s*\{", re.MULTILINE)
_START = "`nnspec init NAME` writes a spec to start from"


def other_file(source: Source) -> Diagnostic | None:
    """What to say of a file that is no spec at all."""
    text = source.text
    if len(text) > _MOST or not text.strip():
        return None
    if text.lstrip()[0] in "{[":
        return _json(text)
    if _SECTION.search(text):
        return None
    if _is_python(text):
        name = source.name.removesuffix(".py")
        made = f"give the spec that it was made of, such as `{name}.nn`"
        return _finding("Python", text, made if MARK in text else _START)
    if is_yaml(text):
        return _finding("YAML", text, _translation(read_yaml(text), text))
    if _is_table(text):
        call = f'csv("{source.name.rpartition("/")[2]}", target=...)'
        return _finding("a table", text, f"a spec reads it: `data {{ {call} }}`")
    return None


def _finding(what: str, text: str, help: str) -> Diagnostic:
    start = len(text) - len(text.lstrip())
    end = len(text[start:].partition("\n")[0].rstrip()) + start
    place = Span(start, end)
    fix = help.at(place) if isinstance(help, Fix) else ()
    message = f"this is {what}, not a spec"
    return Diagnostic("not-a-spec", "error", message, place, str(help), (), fix)


def _json(text: str) -> Diagnostic | None:
    if '"nbformat"' in text:
        return _finding("a notebook", text, _START)
    try:
        return _finding("JSON", text, _translation(json.loads(text), text))
    except (ValueError, RecursionError):
        return _finding("JSON", text, _START) if re.match(r'\s*{\s*"', text) else None


def _translation(data: Any, text: str) -> str:
    """The spec that data stands for, as the help."""
    spec = spec_of(data)
    if spec is None:
        return _START
    return Fix(f"as a spec it is:\n{spec}", Edit(Span(0, len(text)), f"{spec}\n"))


def _is_python(text: str) -> bool:
    """Whether it is a script: imports, definitions or calls of methods."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    return any(isinstance(s, kinds) or _calls_method(s) for s in tree.body)


def _calls_method(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)


def _is_table(text: str) -> bool:
    """Whether the first lines have the same number of cells, and more than one."""
    lines = [line for line in text.splitlines()[:10] if line.strip()]
    if len(lines) < 3 or any(character in text for character in "{}()="):
        return False
    return any(len({line.count(sign) for line in lines} - {0}) == 1 for sign in ",;\t")
