"""`nnspec diff`: what is different in two specs, and whether weights fit."""

from __future__ import annotations

import json
from argparse import Namespace

from nnspec.commands import specs
from nnspec.commands.terminal import DONE, SPEC_FAULT, USAGE, Stop, write
from nnspec.difference import as_json, difference, text


def run(options: Namespace) -> int:
    """Compare `options.old` with `options.new`."""
    if options.old == options.new == specs.STDIN:
        raise Stop(USAGE, "only one of the specs can be standard input", "name a file")
    _, old = specs.model(options.old, ())
    _, new = specs.model(options.new, ())
    found = difference(old, new)
    if options.format == "json":
        write(json.dumps(as_json(found), indent=2) + "\n")
    else:
        write(text(found))
    return SPEC_FAULT if options.check and not found.is_none else DONE
