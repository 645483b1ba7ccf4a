"""Libraries that some commands need, and nnspec does without."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
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


def need_keras(purpose: str) -> ModuleType:
    """Keras with a backend that is installed, in either precision."""
    usual = ("jax", "tensorflow", "torch")
    chosen = os.environ.get("KERAS_BACKEND") or next(filter(find_spec, usual), "jax")
    os.environ["KERAS_BACKEND"] = chosen
    known = chosen in (*usual, "numpy", "openvino")
    if find_spec("keras") and not (known and find_spec(chosen)):
        message = f"Keras is to compute with {chosen}, no backend that is installed"
        raise Stop(
            USAGE, message, "pip install 'nnspec[keras]', and unset KERAS_BACKEND"
        )
    os.environ.setdefault("JAX_ENABLE_X64", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return need("keras", "keras", purpose)
