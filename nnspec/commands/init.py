"""`nnspec init`: a spec to start from."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path, PurePath, PurePosixPath
from typing import cast

from nnspec import compiler
from nnspec.commands.files import hides_module, replace_file
from nnspec.commands.from_table import spec_from_table
from nnspec.commands.specs import near_name
from nnspec.commands.terminal import (
    DONE,
    FILE_FAULT,
    SPEC_FAULT,
    USAGE,
    Stop,
    columns,
    say,
    write,
)
from nnspec.diagnostics import did_you_mean
from nnspec.paragraphs import two_columns
from nnspec.resources import folder
from nnspec.table.data_entry import SourceEntry

#: What many examples are about, and the one to begin with.
_FAMILIES = {"mnist": "mnist_512"}
_MODEL_LINE = re.compile(r"^model[ \t]+\w+", re.MULTILINE)


def run(options: Namespace) -> int:
    """Write `options.name`.nn and the data that it needs, or list the examples."""
    examples = _examples()
    if options.list:
        write(_listing(examples))
        return DONE
    name: str | None = options.name
    if name is None:
        help = "write `nnspec init digits`; `nnspec init --list` lists the examples"
        raise Stop(USAGE, "`nnspec init` needs NAME", help)
    if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
        raise Stop(USAGE, f"`{name}` cannot name a model", _other_name(name))
    if hides_module(name):
        raise Stop(
            USAGE,
            f"the script of {name}.nn, {name}.py, would hide Python's module `{name}`",
            f"take another name, such as `{name}_model`",
        )
    if options.csv is None and options.target is not None:
        raise Stop(USAGE, "`--target` needs `--csv`", "name the table: `--csv FILE`")
    if options.csv is not None:
        return _from_table(name, options)
    asked = options.example or (name if name in example_names() else "digits")
    example = _FAMILIES.get(asked, asked)
    if example not in examples:
        near = did_you_mean(example, {*examples, *_FAMILIES})
        words = f"there is no example `{example}`"
        raise Stop(USAGE, words, near or "`nnspec init --list` lists all")
    _write(name, _files(name, examples[example]), options)
    return DONE


def _from_table(name: str, options: Namespace) -> int:
    """Write a spec that fits a table."""
    if options.example is not None:
        raise Stop(USAGE, "`--csv` and `--from` exclude each other", "leave one out")
    spec, guessed = spec_from_table(options)
    _write(name, {f"{name}.nn": spec.encode()}, options, guessed)
    return DONE


def _write(
    name: str, files: dict[str, bytes], options: Namespace, told: Iterable[str] = ()
) -> None:
    """Write files, and what comes next."""
    for path, data in files.items():
        if not options.force:
            _verify_free(path, data, is_spec=path == f"{name}.nn")
    for path, data in files.items():
        replace_file(path, data)
        say(f"wrote {path}")
    for line in told:
        say(f"  {line}")
    say(f"\nnext:\n  nnspec summary {name}.nn\n  nnspec run {name}.nn")


def _examples() -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder("examples").glob("*.nn"))}


def example_names() -> list[str]:
    """What `--from` takes."""
    return sorted({*_examples(), *_FAMILIES})


def _other_name(name: str) -> str:
    """The nearest name that can be one."""
    path = PurePath(name)
    near = near_name(path.stem if path.suffix in (".nn", ".py") else path.name)
    where = f" in the folder {path.parent}" if path.name != name else ""
    return (
        f"write `nnspec init {near}`{where}; "
        "a name has letters, digits and `_`, and begins with no digit"
    )


def _listing(examples: dict[str, Path]) -> str:
    lines = [(name, _headline(_text(path))) for name, path in examples.items()]
    return "".join(f"{x}\n" for x in two_columns(lines, columns(sys.stdout) or 80))


def _headline(spec: str) -> str:
    """The first comment."""
    lines = (line.strip() for line in spec.splitlines())
    return next((x.lstrip("# ") for x in lines if x.startswith("#")), "")


def _files(name: str, example: Path) -> dict[str, bytes]:
    """What is to be written, by path: the spec, and the data files that it names."""
    spec = _MODEL_LINE.sub(f"model {name}", _text(example), count=1)
    files = {f"{name}.nn": spec.encode()}
    data = compiler.load(example).data
    if data is not None:
        for argument in cast(SourceEntry, data.source.entry).paths:
            path = data.source.arguments[argument]
            if isinstance(path, str) and (example.parent / path).is_file():
                files[str(PurePosixPath(path))] = _bytes(example.parent / path)
    return files


def _verify_free(path: str, data: bytes, *, is_spec: bool) -> None:
    target = Path(path)
    if not target.exists() and not target.is_symlink():
        return
    if is_spec or not target.is_file() or _bytes(target) != data:
        raise Stop(
            SPEC_FAULT,
            f"{path} is there already and is kept",
            "take another name, or overwrite it with `--force`",
        )


def _text(path: Path) -> str:
    return _bytes(path).decode()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Stop(FILE_FAULT, f"cannot read {path}: {error.strerror}") from None
