"""Why a file is not the script that a spec compiles to."""

from __future__ import annotations

import difflib
import re
import shlex

from nnspec.targets.seal import is_sealed

_LINES = 10  # of a difference are shown
_OPTION = re.compile(
    r"^(?:Compiled with (--set|--mpi) (.*)|Only the mathematics \((--bare)\)"
    r"|A script of Keras 3 \((--target) (keras)\))",
    re.MULTILINE,
)


def explain(spec: str, current: str, script: str) -> tuple[str, str, list[str]]:
    """The reason, the way out, and the first lines that differ."""
    return *_reason(spec, current, script), _difference(current, script)


def _reason(spec: str, current: str, script: str) -> tuple[str, str]:
    had, has = map(_options, (current, script))
    if not is_sealed(current):
        return (
            "it was edited by hand, or is not from nnspec at all",
            "keep it under another name, or overwrite it with `--force`",
        )
    if had != has:
        command = shlex.join(["nnspec", "compile", spec, *had, "--check"])
        return (
            f"it was compiled {_told(had, has)}, not {_told(has, had)}",
            f"compile it anew, or write `{command}`",
        )
    return "the spec, or nnspec, has changed since", "compile it anew"


def _options(script: str) -> list[str]:
    """The words of the options that a script says it was compiled with."""
    return [word for words in _OPTION.findall(script) for word in words if word]


def _told(options: list[str], others: list[str]) -> str:
    """How it was compiled, beside a script with `others`."""
    if options:
        return f"with `{shlex.join(options)}`"
    forms = {"--bare", "--mpi", "--target"}
    return "without" if forms & {*others} else "with the spec's values"


def _difference(current: str, script: str) -> list[str]:
    """The first lines of the file (-) and of the script (+) that differ."""
    lines = [
        line
        for line in difflib.unified_diff(
            current.splitlines(), script.splitlines(), n=0, lineterm=""
        )
        if not line.startswith(("---", "+++")) and "# nnspec sha256:" not in line
    ]
    more = len(lines) - _LINES
    rest = [f"  ... and {more:,} lines more"] if more > 0 else []
    return [*(f"  {line}" for line in lines[:_LINES]), *rest]
