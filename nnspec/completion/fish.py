"""Completion for fish."""

from __future__ import annotations

from collections.abc import Iterator

from nnspec.completion.words import (
    LETS,
    SCRIPT,
    Found,
    Grammar,
    filled,
    grammars,
    taking,
)
from nnspec.options import COMMANDS

_TEMPLATE = r"""# Completion of nnspec for fish: nnspec completion fish | source

function __nnspec_is --argument-names asked  # whether the line is in this command
    set -l words (commandline -opc)
    set -e words[1]
    set -l found
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
        else if contains -- $word @TAKING@
            set skip 1
        else if not string match -q -- '-*' $word
            set -a found $word
        end
    end
    set -l command "$found[1]"
    if test "$command" = run -a (count $found) -gt 1
        set command @SCRIPT@
    end
    test "$command" = "$asked"
end

function __nnspec_lets  # NAME= for each `let` of the specs on the line
    for word in (commandline -op)
        if string match -q -- '*.nn' $word; and test -f $word
            sed -n '@LETS@' < $word
        end
    end
end

complete -c nnspec -e
complete -c nnspec -f
@LINES@
"""


def fish() -> str:
    """A script that fish reads."""
    lines = [line for grammar in grammars() for line in _lines(grammar)]
    parts = {"@LINES@": "\n".join(lines), "@TAKING@": " ".join(taking())}
    return filled(_TEMPLATE, {**parts, "@SCRIPT@": SCRIPT, "@LETS@": LETS})


def _lines(grammar: Grammar) -> Iterator[str]:
    start = f"complete -c nnspec -n '__nnspec_is \"{grammar.name}\"'"
    for option in grammar.options:
        names = " ".join(
            f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"
            for name in option.names
        )
        taken = "" if option.values is None else f" -r{_values(option.values)}"
        yield f"{start} {names}{taken} -d {_quoted(option.does)}"
    if not grammar.name:
        for name, command in COMMANDS.items():
            yield f"{start} -a {name} -d {_quoted(command.does)}"
    elif grammar.arguments:
        yield f"{start}{_values(grammar.arguments)}"


def _values(values: tuple[str, ...] | Found) -> str:
    match values:
        case "specs":
            return " -k -a '(__fish_complete_suffix .nn)'"
        case "files":
            return " -F"
        case "lets":
            return " -f -a '(__nnspec_lets)'"
        case ():
            return " -f"
    return f" -f -a '{' '.join(values)}'"


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
