"""The plain files of scripts, as modules: facts are found as scripts will find them."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from nnspec.resources import folder

_PACKAGE = "nnspec_runtime"


def runtime(module: str, name: str | None = None) -> Any:
    """What a file of `templates/runtime` defines: by default what it is named for."""
    _load()
    return getattr(import_module(f"{_PACKAGE}.{module}"), name or module)


def input_error() -> type[Exception]:
    """The error of what a script says of its data: a line."""
    found: type[Exception] = runtime("input_error", "InputError")
    return found


@cache
def _load() -> None:
    """Make the folder a package; its name depends on how nnspec is installed."""
    path = folder("templates") / "runtime"
    spec = spec_from_file_location(
        _PACKAGE, path / "__init__.py", submodule_search_locations=[str(path)]
    )
    assert spec is not None and spec.loader is not None  # the file is there
    package = sys.modules[_PACKAGE] = module_from_spec(spec)
    spec.loader.exec_module(package)
