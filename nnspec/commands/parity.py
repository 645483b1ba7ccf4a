"""`nnspec parity`: the scripts of NumPy and Keras, trained alike and compared."""

from __future__ import annotations

import os
from argparse import Namespace
from importlib.util import find_spec

from nnspec.commands import specs
from nnspec.commands.files import spec_folder
from nnspec.commands.terminal import DONE, FILE_FAULT, SPEC_FAULT, Stop, complain, write
from nnspec.diagnostics import SpecError

#: Differences up to here are rounding.
_TOLERANCE = 1e-10


def run(options: Namespace) -> int:
    """Print the greatest differences; exit 1 if one is above the tolerance."""
    analysis, _ = specs.model(options.spec, options.set)
    for name in ("keras", options.backend):
        if find_spec(name) is None:
            words = f"parity needs Keras and {options.backend}: there is no `{name}`"
            use = f"pip install 'nnspec[keras]' {options.backend}"
            raise Stop(FILE_FAULT, words, f"install them: `{use}`")
    os.environ.update(KERAS_BACKEND=options.backend, JAX_ENABLE_X64="1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Only here: it takes a second, and Keras.
    from nnspec.parity.compare import compare  # noqa: PLC0415

    try:
        found = compare(analysis, options.steps, str(spec_folder(options.spec)))
    except SpecError as error:
        raise Stop(specs.tell(options.spec, analysis, error)) from None
    lines = [found.title, *found.told]
    lines += [f"{name:12} {value:.1e}" for name, value in found.differences.items()]
    write("\n".join(lines) + "\n")
    worst = max(found.differences.values())
    if worst <= _TOLERANCE:
        return DONE
    complain(f"they differ by {worst:.1e}, more than {_TOLERANCE:.0e}", None)
    return SPEC_FAULT
