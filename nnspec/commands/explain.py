"""`nnspec explain`: what the code of an error or a warning means."""

from __future__ import annotations

from argparse import Namespace

from nnspec import explain
from nnspec.commands.terminal import DONE, USAGE, Stop, write
from nnspec.diagnostics import did_you_mean


def run(options: Namespace) -> int:
    """Tell what `options.code` means, or list all codes."""
    if options.code is None:
        write("".join(f"{code}\n" for code in explain.codes()))
        return DONE
    # As it stands in a message: `error[unknown-layer]`.
    code = options.code.rpartition("[")[2].rstrip("]: ").lower().replace("_", "-")
    page = explain.page(code)
    if page is None:
        raise Stop(
            USAGE,
            f"no error and no warning has the code `{options.code}`",
            did_you_mean(code, explain.codes()) or "`nnspec explain` lists all codes",
        )
    write(explain.plain(page))
    return DONE
