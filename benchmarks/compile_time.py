"""The time of `nnspec compile` and `nnspec check`, beside that of their imports."""

from __future__ import annotations

from benchmarks.child import run
from benchmarks.contest import TASKS

IMPORTS = "import lark, jinja2"
COMMANDS = {
    IMPORTS: ["-c", IMPORTS],
    "nnspec compile": ["-m", "nnspec", "compile", TASKS["mnist"].spec, "-o", "-"],
    "nnspec check": ["-m", "nnspec", "check", TASKS["mnist"].spec],
}


def measure(rounds: int) -> dict[str, list[float]]:
    """Seconds of each command in each round.

    Raises `ChildError` if one of them fails.
    """
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for command in COMMANDS.values():
        run(command)  # not counted: Python writes its bytecode
    names = list(COMMANDS)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            seconds[name].append(run(COMMANDS[name]).seconds)
    return seconds
