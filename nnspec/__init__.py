"""nnspec turns a spec of a neural network into one training script in NumPy.

import nnspec

model = nnspec.load("mnist.nn")       # checked: layers, shapes, parameters, FLOPs
script = nnspec.compile(text)         # the training script
"""

from nnspec.compiler import compile, load
from nnspec.diagnostics import SpecError

__all__ = ["SpecError", "__version__", "compile", "load"]
__version__ = "0.1.0"
