"""Libraries that some commands need, and nnspec does without."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from nnspec.commands.terminal import USAGE, Stop


def need(module: str, extra: str, purpose: str) -> ModuleType:
    """A module of an extra; where it is not installed, how to have it is told."""
    try:
        return import_module(module)
    except ImportError:
        library = module.partition(".")[0]
        message = f"{purpose} needs the library {library}, which is not installed"
        raise Stop(USAGE, message, f"pip install 'nnspec[{extra}]'") from None
