"""`nnspec compile`: writes the scripts of specs."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from nnspec.commands import specs
from nnspec.commands.compare import explain
from nnspec.commands.files import hides_module, replace_file, spec_folder, way
from nnspec.commands.terminal import (
    DONE,
    FILE_FAULT,
    SPEC_FAULT,
    USAGE,
    Stop,
    complain,
    say,
    write_exactly,
)
from nnspec.origin import Origin
from nnspec.targets.seal import is_sealed

STDOUT = "-"


def run(options: Namespace) -> int:
    """Compile each of `options.specs`; a fault of one does not stop the others."""
    _verify(options)
    codes = {DONE}
    for spec in options.specs:
        try:
            codes.add(_compile(spec, _output(spec, options), options))
        except Stop as stop:
            if stop.message:
                complain(stop.message, stop.help)
            codes.add(stop.code)
    return max(codes)


def _verify(options: Namespace) -> None:
    """Each script needs a file of its own; `--bare` and `--mpi` are of NumPy alone."""
    if options.bare and options.target != "numpy":
        words = f"`--bare` writes mathematics in NumPy, not for {options.target}"
        raise Stop(USAGE, words, "leave out `--bare` or `--target`")
    if options.mpi and options.target != "numpy":
        words = f"`--mpi` is for scripts in NumPy, not for {options.target}"
        raise Stop(USAGE, words, "leave out `--mpi` or `--target`")
    if options.mpi and options.bare:
        words = "`--bare` writes the mathematics alone, for one process"
        raise Stop(USAGE, words, "leave out `--mpi` or `--bare`")
    first, *others = options.specs
    if others and others[0].endswith(".py"):
        use = f"nnspec compile {first} -o {others[0]}"
        raise Stop(USAGE, f"`{others[0]}` is no spec", f"name the script by `{use}`")
    if others and options.output:
        words = f"{len(options.specs)} specs cannot share one `--output`"
        raise Stop(USAGE, words, "leave `-o` out, or compile them one by one")
    if others and specs.STDIN in options.specs:
        raise Stop(USAGE, "`-` cannot stand beside other specs", "compile it by itself")
    for spec in options.specs:
        _output(spec, options)


def _output(spec: str, options: Namespace) -> str:
    """Where the script goes."""
    piped = spec == specs.STDIN
    own = Origin(bare=options.bare, target=options.target).script(spec)
    output: str = options.output or (STDOUT if piped else own)
    if output == STDOUT:
        if options.check:
            words = "`--check` needs a file to compare with, not `-`"
            raise Stop(USAGE, words, "name it: `-o FILE`")
    elif os.path.exists(spec) and os.path.realpath(output) == os.path.realpath(spec):
        use = f"nnspec compile {spec} -o script.py"
        raise Stop(USAGE, f"{output} is the spec itself", f"name the script: `{use}`")
    else:
        _verify_name(output)
    return output


def _compile(spec: str, output: str, options: Namespace) -> int:
    analysis, model = specs.model(spec, options.set)
    here = spec_folder(spec)
    there = here if output == STDOUT else Path(os.path.realpath(output)).parent
    settings = specs.settings(options.set)
    origin = Origin(
        way(there, here),
        settings=settings,
        bare=options.bare,
        ranks=options.mpi,
        target=options.target,
    )
    script = specs.script(spec, analysis, origin)
    if output == STDOUT:
        write_exactly(script)
        return DONE
    current = _content(output)
    if options.check:
        return _compare(spec, output, current, script, options)
    if not (options.force or current is None or is_sealed(current)):
        raise Stop(
            SPEC_FAULT,
            f"{output} is kept: it was edited by hand, or is not from nnspec at all",
            "give the script another name with `-o`, or overwrite it with `--force`",
        )
    replace_file(output, script.encode())
    lines = script.count("\n")
    say(f"wrote {output} ({model.network.parameters:,} parameters, {lines:,} lines)")
    return DONE


def _verify_name(output: str) -> None:
    stem, suffix = os.path.splitext(output)
    name = os.path.basename(stem)
    if suffix == ".py" and hides_module(name):
        raise Stop(
            USAGE,
            f"{output} would hide Python's module `{name}` from the scripts beside it",
            f"name the script with `-o {stem}_model.py`",
        )


def _content(output: str) -> str | None:
    """What the file holds; None where there is no file that could be overwritten."""
    path = Path(output)
    try:
        data = path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise Stop(FILE_FAULT, f"cannot read {output}: {error.strerror}") from None
    return None if data is None else data.decode(errors="replace")


def _compare(
    spec: str, output: str, current: str | None, script: str, options: Namespace
) -> int:
    if current == script:
        say(f"{output} is up to date")
        return DONE
    name = specs.source_name(spec)
    if current is None:
        words, form = f"{output} is missing", " --bare" * options.bare
        form += f" --mpi {options.mpi}" * (options.mpi > 0)
        form += f" --target {options.target}" * (options.target != "numpy")
        use = f"nnspec compile {name}{form} -o {output}"
        raise Stop(SPEC_FAULT, words, f"write it: `{use}`")
    message, help, difference = explain(spec, current, script)
    complain(f"{output} is not what {name} compiles to: {message}", help)
    for line in difference:
        say(line)
    return SPEC_FAULT
