"""`nnspec compile`: writes the script of a spec."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from nnspec.commands import specs
from nnspec.commands.files import hides_module, replace_file, spec_folder, way
from nnspec.commands.terminal import (
    DONE,
    FILE_FAULT,
    SPEC_FAULT,
    USAGE,
    Stop,
    say,
    write_exactly,
)
from nnspec.seal import is_sealed

STDOUT = "-"


def run(options: Namespace) -> int:
    """Compile `options.spec` to a file or to standard output."""
    output = _output(options)
    analysis, model = specs.model(options.spec, options.set)
    here = spec_folder(options.spec)
    there = here if output == STDOUT else Path(os.path.realpath(output)).parent
    script = specs.script(options.spec, analysis, way(there, here))
    data = script.encode()
    if output == STDOUT:
        write_exactly(script)
        return DONE
    current = _content(output)
    if options.check:
        return _compare(options.spec, output, current, data)
    if not (options.force or current is None or _is_ours(current)):
        raise Stop(
            SPEC_FAULT,
            f"{output} is kept: it was edited by hand, or is not from nnspec at all",
            "give the script another name with `-o`, or overwrite it with `--force`",
        )
    replace_file(output, data)
    lines = script.count("\n")
    say(f"wrote {output} ({model.parameters:,} parameters, {lines:,} lines)")
    return DONE


def _output(options: Namespace) -> str:
    """Where the script goes."""
    piped = options.spec == specs.STDIN
    default = STDOUT if piped else f"{os.path.splitext(options.spec)[0]}.py"
    output: str = options.output or default
    if output == STDOUT:
        if options.check:
            raise Stop(USAGE, "`--check` needs a file to compare with, not `-`")
    elif not piped and os.path.realpath(output) == os.path.realpath(options.spec):
        raise Stop(USAGE, f"{output} is the spec itself; name the script with `-o`")
    else:
        _verify_name(output)
    return output


def _verify_name(output: str) -> None:
    stem, suffix = os.path.splitext(output)
    name = os.path.basename(stem)
    if suffix == ".py" and hides_module(name):
        raise Stop(
            USAGE,
            f"{output} would hide Python's module `{name}` from the scripts beside it",
            f"name the script with `-o {stem}_model.py`",
        )


def _content(output: str) -> bytes | None:
    """What the file holds; None where there is no file that could be overwritten."""
    path = Path(output)
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise Stop(FILE_FAULT, f"cannot read {output}: {error.strerror}") from None


def _compare(spec: str, output: str, current: bytes | None, data: bytes) -> int:
    if current == data:
        say(f"{output} is up to date")
        return DONE
    name = specs.source_name(spec)
    say(
        f"{output} is missing"
        if current is None
        else f"{output} is not what {name} compiles to"
    )
    return SPEC_FAULT


def _is_ours(data: bytes) -> bool:
    return is_sealed(data.decode(errors="replace"))
