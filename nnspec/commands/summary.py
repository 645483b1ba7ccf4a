"""`nnspec summary`: layers, shapes, parameters, FLOPs and memory of a spec."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

from nnspec import summary
from nnspec.commands import specs
from nnspec.commands.terminal import DONE, columns, has_boxes, write


def run(options: Namespace) -> int:
    """Summarize `options.spec`."""
    _, model = specs.model(options.spec, options.set)
    found = summary.summarize(model, options.batch_size)
    match options.format:
        case "json":
            write(json.dumps(summary.as_json(found), indent=2) + "\n")
        case "markdown":
            write(summary.markdown(found))
        case _:
            boxes, width = has_boxes(sys.stdout), columns(sys.stdout)
            write(summary.text(found, boxes=boxes, width=width))
    return DONE
