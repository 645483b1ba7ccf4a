"""Completion for zsh, by its own `_arguments`."""

from __future__ import annotations

from nnspec.completion.words import (
    LETS,
    SCRIPT,
    Found,
    Grammar,
    Option,
    filled,
    grammars,
)
from nnspec.options import COMMANDS

_TEMPLATE = r"""#compdef nnspec
# Completion of nnspec for zsh: eval "$(nnspec completion zsh)", after compinit

_nnspec_lets() {  # NAME= for each `let` of the specs on the line
    local word
    local -a names
    for word in $words; do
        [[ $word == *.nn && -f $word ]] || continue
        names+=(${(f)"$(sed -n '@LETS@' < $word)"})
    done
    compadd -S '' -a names
}

@FUNCTIONS@

if [[ $funcstack[1] == _nnspec ]]; then
    _nnspec "$@"
else
    compdef _nnspec nnspec
fi
"""

_FUNCTION = r"""_nnspec@NAME@() {
    local state
    _arguments -C -S \
@LINES@
    case $state in
        rest) @REST@ ;;
    esac
}"""


def zsh() -> str:
    """A script that zsh reads."""
    functions = "\n\n".join(map(_function, grammars()))
    return filled(_TEMPLATE, {"@FUNCTIONS@": functions, "@LETS@": LETS})


def _function(grammar: Grammar) -> str:
    lines = [line for option in grammar.options for line in _option(option)]
    lines += _arguments(grammar)
    rest = f"_nnspec_{SCRIPT}" if grammar.name == "run" else "_nnspec_$words[1]"
    parts = {
        "@NAME@": f"_{grammar.name}" if grammar.name else "",
        "@LINES@": " \\\n".join(f"        {line}" for line in lines),
        "@REST@": rest,
    }
    return filled(_FUNCTION, parts)


def _option(option: Option) -> list[str]:
    does = _plain(option.does)
    taken = "" if option.values is None else f":value:{_action(option.values)}"
    return [f"'*{name}[{does}]{taken}'" for name in option.names]


def _arguments(grammar: Grammar) -> list[str]:
    if not grammar.name:
        found = (f'{name}\\:"{_plain(c.does)}"' for name, c in COMMANDS.items())
        return [f"'1:command:(({' '.join(found)}))'", "'*::argument:->rest'"]
    action = _action(grammar.arguments)
    if grammar.name == "run":
        return [f"'1:spec:{action}'", "'*::argument:->rest'"]
    return [f"'*:argument:{action}'"]


def _action(values: tuple[str, ...] | Found) -> str:
    match values:
        case "specs":
            return '_files -g "*.nn"'
        case "files":
            return "_files"
        case "lets":
            return "_nnspec_lets"
        case ():
            return " "
    return f"({' '.join(values)})"


def _plain(words: str) -> str:
    """Words without what `_arguments` or quotes take for their own."""
    return "".join(c for c in words if c not in "'\"[]:\\`$")
