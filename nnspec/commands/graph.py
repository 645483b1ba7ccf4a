"""`nnspec graph`: a picture of a network."""

from __future__ import annotations

from argparse import Namespace

from nnspec.commands import specs
from nnspec.commands.files import replace_file
from nnspec.commands.terminal import DONE, say, write_exactly
from nnspec.drawing import diagram_of, dot, mermaid, svg

STDOUT = "-"
_DRAWN = {"svg": svg, "mermaid": mermaid, "dot": dot}


def run(options: Namespace) -> int:
    """Draw the network of `options.spec`."""
    _, model = specs.model(options.spec, options.set)
    text = _DRAWN[options.format](diagram_of(model))
    if options.output in (None, STDOUT):
        write_exactly(text)
    else:
        replace_file(options.output, text.encode())
        say(f"wrote {options.output}")
    return DONE
