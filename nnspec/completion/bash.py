"""Completion for bash, without the package bash-completion."""

from __future__ import annotations

from nnspec.completion.words import (
    LETS,
    SCRIPT,
    Found,
    Grammar,
    filled,
    grammars,
    taking,
)

_TEMPLATE = r"""# Completion of nnspec for bash: eval "$(nnspec completion bash)"

_nnspec_files() {  # names that begin like $cur, of folders and those that end like $1
    local name
    while IFS= read -r name; do
        [[ -d $name || $name == *$1 ]] && COMPREPLY+=("$name")
    done < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null || true
}

_nnspec_lets() {  # NAME= for each `let` of the specs on the line
    local word names
    for word in "${COMP_WORDS[@]}"; do
        [[ $word == *.nn && -f $word ]] || continue
        names+=" $(sed -n '@LETS@' < "$word")"
    done
    COMPREPLY=($(compgen -W "$names" -- "$cur"))
    compopt -o nospace 2>/dev/null || true
}

_nnspec_values() {  # what may follow the option $2 of the command $1; fails if nothing
    case "$1 $2" in
@VALUES@
        *) return 1 ;;
    esac
}

_nnspec() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local command= spec= word i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == -* ]]; then
            # The value of an option is no argument; bash parts --option=value.
            [[ ${COMP_WORDS[i + 1]} == = ]] && ((i += 2)) && continue
            [[ ' @TAKING@ ' == *" $word "* ]] && ((i++))
        elif [[ -z $command ]]; then
            command=$word
        elif [[ $command == run && -z $spec ]]; then
            spec=$word
        fi
    done
    [[ $cur == = ]] && cur=
    if [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    [[ -n $spec ]] && command=@SCRIPT@
    _nnspec_values "$command" "$prev" && return
    if [[ $cur == -* ]]; then
        case "$command" in
@OPTIONS@
        esac
        return
    fi
    case "$command" in
@ARGUMENTS@
    esac
}

complete -F _nnspec nnspec
"""


def bash() -> str:
    """A script that bash reads."""
    known = list(grammars())
    values = [
        f"        {'|'.join(repr(f'{g.name} {name}') for name in option.names)})"
        f" {_reply(option.values)} ;;"
        for g in known
        for option in g.options
        if option.values is not None
    ]
    options = [f"            {g.name!r}) {_reply(_names(g))} ;;" for g in known]
    arguments = [f"        {g.name!r}) {_reply(g.arguments)} ;;" for g in known]
    parts = {
        "@VALUES@": "\n".join(values),
        "@OPTIONS@": "\n".join(options),
        "@ARGUMENTS@": "\n".join(arguments),
        "@TAKING@": " ".join(taking()),
        "@SCRIPT@": SCRIPT,
        "@LETS@": LETS,
    }
    return filled(_TEMPLATE, parts)


def _names(grammar: Grammar) -> tuple[str, ...]:
    return tuple(name for option in grammar.options for name in option.names)


def _reply(values: tuple[str, ...] | Found) -> str:
    """The command that offers these values."""
    match values:
        case "specs":
            return "_nnspec_files .nn"
        case "files":
            return "_nnspec_files ''"
        case "lets":
            return "_nnspec_lets"
        case ():
            return "return 0"
    return f"COMPREPLY=($(compgen -W '{' '.join(values)}' -- \"$cur\"))"
