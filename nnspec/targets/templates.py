"""What scripts of all targets are made with: templates, plain files, imports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from nnspec.resources import folder
from nnspec.targets.bytecode import Bytecode
from nnspec.targets.line_breaks import WIDTH, fit
from nnspec.targets.quote import Code
from nnspec.targets.seal import seal


def finished(text: str, constants: Mapping[str, Code], imports: set[str]) -> str:
    """A script with its lines broken, the imports and those constants that it uses."""
    used = _names(text)
    lines = "".join(
        f"{name} = {value}\n"
        for name, value in constants.items()
        if name in used or f"{name}." in used
    )
    block = _import_block(used | _names(lines), imports)
    text = "\n".join(_fitted(text.replace(f"{CONSTANTS}\n", lines))).rstrip("\n")
    return seal(text.replace(IMPORTS, block) + "\n")


def _fitted(text: str) -> Iterator[str]:
    """The lines of a script, those too long broken; a text in quotes stays as it is."""
    quoted = False
    for line in text.split("\n"):
        if '"""' in line and line.count('"""') % 2 == 1:
            quoted = not quoted
            yield line
        elif quoted or len(line) <= WIDTH:
            yield line
        else:
            yield from fit(line)


@lru_cache(maxsize=1)
def environment_of(cache: Path | None) -> Environment:
    """The templates, each read and compiled once: that takes longer than to render."""
    environment = Environment(
        loader=FileSystemLoader(folder("templates")),
        bytecode_cache=Bytecode(cache) if cache else None,
        trim_blocks=True,
        keep_trailing_newline=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_only_code,
    )
    environment.filters["indent"] = _indented
    # Jinja looks for files that have changed whenever it is asked for one.
    module = lru_cache(maxsize=None)(
        lambda kind, name: environment.get_template(f"{kind}/{name}.j2").module
    )
    environment.globals["macro"] = lambda kind, name, macro, operand: _printed(
        getattr(module(kind, name), macro), operand
    )
    return environment


def _indented(text: Markup, width: int, *, first: bool = False) -> Markup:
    """What Jinja's own filter does, which pieces `Markup` together line by line."""
    if not isinstance(text, Markup):
        raise TypeError(f"a template indents {type(text).__name__}")
    space = " " * width
    start, *lines = str(text).split("\n")
    lines = [space + line if line else line for line in lines]
    return Markup("\n".join([space + start if first else start, *lines]))


def _only_code(value: object) -> object:
    """What a template prints must be code: no other text of a spec comes through."""
    if isinstance(value, (Code, Markup, int)) and not isinstance(value, bool):
        return value
    raise TypeError(f"a template prints {type(value).__name__} {value!r}, not Code")


def _printed(macro: Callable[[object], Markup], operand: object) -> Markup:
    """The lines that a macro prints for an operand."""
    return Markup(str(macro(operand)).rstrip("\n"))


# -- Plain files -----------------------------------------------------------------------

#: Stand for lines that are known once the rest is; no text of a spec holds a NUL.
IMPORTS, CONSTANTS = "\0imports", "\0constants"
_IMPORT = re.compile(r"(?:import|from) .*(?:\((?:[^)]*)\))?\n")


@dataclass
class PlainFiles:
    """The files of `templates/runtime` that a script holds, each once.

    Those of another folder are named with it: `keras/batches`.
    """

    pasted: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)

    def paste(self, names: Iterable[str]) -> str:
        """The code of files, and of those they import, that is not pasted yet."""
        return "\n\n\n".join(code for name in names for code in self._collect(name))

    def _collect(self, name: str) -> Iterator[str]:
        if name in self.pasted:
            return
        self.pasted.add(name)
        path = folder("templates") / ("" if "/" in name else "runtime") / f"{name}.py"
        text = path.read_text("utf-8").lstrip("\n")
        while match := _IMPORT.match(text):
            line = match.group().rstrip("\n")
            text = text[match.end() :].lstrip("\n")
            if line.startswith("from ."):
                place, _, other = line.split()[1].rpartition(".")
                beside = name.rpartition("/")[0] if not place else ""
                yield from self._collect(f"{beside}/{other}" if beside else other)
            else:
                self.imports.add(line)
        yield text.strip("\n")


#: What the templates themselves may use of the standard library.
_KNOWN = (
    "import argparse",
    "import csv",
    "import bisect",
    "import functools",
    "from collections import Counter",
    "from concurrent.futures import BrokenExecutor",
    "from concurrent.futures import ProcessPoolExecutor",
    "from functools import cache",
    "from functools import partial",
    "import io",
    "import itertools",
    "import contextlib",
    "import json",
    "import math",
    "import multiprocessing",
    "import os",
    "import re",
    "import shlex",
    "import signal",
    "import sys",
    "import tempfile",
    "import time",
    "import traceback",
    "import zipfile",
    "from pathlib import Path",
    "from types import SimpleNamespace",
)


#: Those that stand by themselves, after all others.
_LAST = {"import numpy as np", "import keras", "from keras import ops"}


def _import_block(used: set[str], imports: set[str]) -> str:
    """The import lines, merged and sorted as isort does; NumPy's stands by itself.

    Of those that every script may need, it takes those of a name that is `used`.
    """
    known = {line for line in _KNOWN if _is_used(line, used)}
    plain, names = set[str](), dict[str, set[str]]()
    for line in (imports | known) - _LAST:
        words = line.replace(",", " ").split()
        if words[0] == "import":
            plain.add(line)
        else:
            names.setdefault(words[1], set()).update(words[3:])
    merged = [_import_from(module, _sorted(names[module])) for module in sorted(names)]
    return "\n".join([*sorted(plain), *merged])


def _import_from(module: str, names: list[str]) -> str:
    """The import of names, each on a line of its own if they do not fit on one."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {n}," for n in names), ")"])


def _sorted(names: set[str]) -> list[str]:
    """Constants, then classes, then functions, each in alphabetical order."""
    return sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))


#: Strings and comments. Of these, only f-strings hold code, and no text of a spec;
#: those of many lines hold no name that is not used elsewhere.
_NO_CODE = re.compile(
    r"""\"{3}[^"]*(?:"(?!"")[^"]*)*\"{3}"""
    r"""|"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|#.*"""
)


def _names(text: str) -> set[str]:
    """The names in code that are no attributes, with the point after them, if any."""

    def code_of(found: re.Match[str]) -> str:
        formatted = text[found.start() - 1] == "f" and found[0][:3] != '"""'
        return found[0] if formatted else " "

    paths = {*re.findall(r"[\w.]+", _NO_CODE.sub(code_of, text))}
    heads = (path.partition(".") for path in paths)
    return {name + point for name, point, _ in heads if name}


def _is_used(line: str, names: set[str]) -> bool:
    """Whether what a line imports is; of a module, it is the attributes that are."""
    name = line.rsplit(maxsplit=1)[-1]
    return f"{name}." in names or (line.startswith("from") and name in names)
