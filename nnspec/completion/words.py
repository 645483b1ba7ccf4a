"""What can stand where on a command line of nnspec."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Literal

from nnspec import explain, reference, script_options
from nnspec.commands.init import example_names
from nnspec.options import COMMANDS, parser_of
from nnspec.record import Record

#: The name of what stands behind the spec of `nnspec run`.
SCRIPT = "script"

#: By this program, `sed -n` prints NAME= for each `let` of a spec.
LETS = r"s/^[[:space:]]*let[[:space:]]\{1,\}\([A-Za-z_0-9]*\).*/\1=/p"

#: Words that a shell finds by itself: specs, files, and the `let`s of a spec.
Found = Literal["specs", "files", "lets"]


class Option(Record):
    """An option: its names, what it does, and its values; None if it takes none."""

    names: tuple[str, ...]
    does: str
    values: tuple[str, ...] | Found | None


class Grammar(Record):
    """A command: what it does, its options, and its arguments."""

    name: str
    does: str
    options: tuple[Option, ...]
    arguments: tuple[str, ...] | Found


def grammars() -> Iterator[Grammar]:
    """Every command; before them what stands before any, and then the script's."""
    for name in ("", *COMMANDS):
        actions = parser_of(name)._actions
        options = (a for a in actions if a.option_strings)
        places = [_values(a) for a in actions if not a.option_strings]
        yield Grammar(
            name,
            COMMANDS[name].does if name else "",
            tuple(
                Option(tuple(a.option_strings), _does(a), _taken(a)) for a in options
            ),
            places[0] if places else () if name else (*COMMANDS,),
        )
    yield _of_script()


def _of_script() -> Grammar:
    """What stands behind the spec of `nnspec run`."""
    values: dict[str, tuple[str, ...] | Found | None]
    values = {"": None, "N": (), "T": (), "FILE": "files", "DIR": "files"}
    options = tuple(
        Option((name,), does, values[value])
        for name, (value, does) in script_options.OPTIONS.items()
    )
    return Grammar(SCRIPT, "", options, tuple(script_options.COMMANDS))


def _does(action: argparse.Action) -> str:
    return (action.help or "").partition(";")[0]


def _taken(action: argparse.Action) -> tuple[str, ...] | Found | None:
    return None if action.nargs == 0 else _values(action)


def _values(action: argparse.Action) -> tuple[str, ...] | Found:
    """What an argument, or the value of an option, can be."""
    if action.choices:
        return tuple(map(str, action.choices))
    match action.dest:
        case "spec" | "specs":
            return "specs"
        case "output" | "file" | "csv":
            return "files"
        case "set":
            return "lets"
        case "entry":
            return tuple(sorted(reference.names() | reference.kinds().keys()))
        case "example":
            return tuple(example_names())
        case "topic":
            return (*COMMANDS,)
        case "code":
            return tuple(explain.codes())
    return ()


def taking() -> list[str]:
    """The names of the options that take a value."""
    options = (option for grammar in grammars() for option in grammar.options)
    return sorted({n for o in options if o.values is not None for n in o.names})


def filled(template: str, parts: dict[str, str]) -> str:
    """A template with its parts in place of their names."""
    for name, part in parts.items():
        template = template.replace(name, part)
    return template
