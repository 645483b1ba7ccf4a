"""From the program to the text of the script."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from nnspec.fit import fit
from nnspec.plan.program import Program
from nnspec.quote import Code
from nnspec.resources import folder


def render(program: Program) -> str:
    """The script. The same program gives the same text, on every machine."""
    environment = _environment()
    data = environment.get_template("data.j2").render(d=program.data, p=program)
    pasted, imports = _paste(program.runtime)
    text = environment.get_template("script.py.j2").render(
        p=program,
        n=program.network,
        o=program.optimizer,
        data=Code(data.strip()),
        runtime=Code(pasted),
        imports=Code(_IMPORTS),
        constants=Code(_CONSTANTS),
    )
    constants = "".join(
        f"{name} = {value}\n"
        for name, value in program.constants.items()
        if re.search(rf"\b{name}\b", text)
    )
    text = text.replace(f"{_CONSTANTS}\n", constants)
    fitted = [part for line in text.split("\n") for part in fit(line)]
    text = "\n".join(fitted).rstrip("\n") + "\n"
    return text.replace(_IMPORTS, _import_block(text, imports))


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder("templates")),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_only_code,
    )
    environment.globals["macro"] = lambda *names: _macro(environment, *names)
    return environment


def _only_code(value: object) -> object:
    """What a template prints must be code: no other text of a spec comes through."""
    if isinstance(value, Code | Markup | int) and not isinstance(value, bool):
        return value
    raise TypeError(f"a template prints {type(value).__name__} {value!r}, not Code")


def _macro(
    environment: Environment, kind: str, template: str, macro: str, operand: object
) -> Markup:
    """The lines that a macro of `templates/KIND/TEMPLATE.j2` prints for an operand."""
    module: Any = environment.get_template(f"{kind}/{template}.j2").module
    return Markup(str(getattr(module, macro)(operand)).rstrip("\n"))


# -- Plain files -----------------------------------------------------------------------

_IMPORTS, _CONSTANTS = "# imports", "# constants"
_IMPORT = re.compile(r"(?:import|from) .*(?:\((?:[^)]*)\))?\n")


def _paste(names: Iterable[str]) -> tuple[str, set[str]]:
    """The code of plain files and of those they import, and their import lines."""
    done: dict[str, str] = {}
    imports: set[str] = set()
    for name in names:
        _collect(name, done, imports)
    return "\n\n\n".join(code for code in done.values()), imports


def _collect(name: str, done: dict[str, str], imports: set[str]) -> None:
    if name in done:
        return
    text = (folder("templates") / "runtime" / f"{name}.py").read_text("utf-8")
    while match := _IMPORT.match(text.lstrip("\n")):
        line = match.group().rstrip("\n")
        text = text.lstrip("\n")[match.end() :]
        if line.startswith("from ."):
            _collect(line.split()[1].removeprefix("."), done, imports)
        else:
            imports.add(line)
    done[name] = text.strip("\n")


#: What the templates themselves may use of the standard library.
_KNOWN = (
    "import argparse",
    "import csv",
    "import functools",
    "import json",
    "import math",
    "import os",
    "import sys",
    "import time",
    "from contextlib import nullcontext",
    "from pathlib import Path",
    "from types import SimpleNamespace",
)


def _import_block(text: str, imports: set[str]) -> str:
    """The import lines, sorted as isort sorts them; NumPy's comes later by itself."""
    used = {line for line in _KNOWN if _uses(text, line)}
    lines = (imports | used) - {"import numpy as np"}
    return "\n".join(sorted(lines, key=lambda line: (line.startswith("from"), line)))


def _uses(text: str, line: str) -> bool:
    name = line.rsplit(maxsplit=1)[-1]
    suffix = r"\." if line.startswith("import") else r"\b"
    return re.search(rf"\b{name}{suffix}", text) is not None
