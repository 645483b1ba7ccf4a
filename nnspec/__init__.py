"""nnspec turns a spec of a neural network into one training script in NumPy.

import nnspec

model = nnspec.load("mnist.nn")       # checked: layers, shapes, parameters, FLOPs
script = nnspec.compile(text)         # the training script
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in `typing`, which would take a while to load
if TYPE_CHECKING:
    from nnspec.compiler import compile, load
    from nnspec.diagnostics import SpecError

__all__ = ["SpecError", "__version__", "compile", "load"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load the compiler when it is first used: the command line starts without it."""
    if name not in __all__:
        raise AttributeError(f"module 'nnspec' has no attribute {name!r}")
    from nnspec import compiler, diagnostics  # noqa: PLC0415

    globals().update(
        SpecError=diagnostics.SpecError, compile=compiler.compile, load=compiler.load
    )
    return globals()[name]
