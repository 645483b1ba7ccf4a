"""One update of a million weights by nnspec's scripts and by PyTorch."""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.child import ChildError, run

PYTORCH, NNSPEC = "pytorch", "nnspec"
#: The optimizers, as a spec writes them.
OPTIMIZERS = {"adam": "adam", "rmsprop": "rmsprop", "sgd": "sgd(momentum=0.9)"}
SPEC = """
network {{
  input(1000)
  dense(1000)
}}
training {{
  loss = mse
  optimizer = {}
}}
"""
#: How much further one may have moved the weights than the other.
TOLERANCE = 0.01


@dataclass(frozen=True)
class Step:
    """The median update of one process: seconds; `others`: cores that others kept."""

    seconds: float
    moved: float
    parameters: int
    others: float | None


@dataclass
class Steps:
    """The steps of each optimizer by each contender, or why there are none."""

    runs: dict[str, dict[str, list[Step]]] = field(default_factory=dict)
    skipped: str = ""
    failed: str = ""


def hold(rounds: int, folder: Path) -> Steps:
    """Time each optimizer of each contender in each round; `folder` is for scripts.

    Contenders of an optimizer run one right after the other, and take turns in being
    the first.
    """
    steps = Steps()
    if importlib.util.find_spec("torch") is None:
        steps.skipped = "not installed: torch"
        return steps
    try:
        for name, written in OPTIMIZERS.items():
            _compile(written, folder / f"{name}.py")
            steps.runs[name] = {NNSPEC: [], PYTORCH: []}
        for number in range(rounds):
            for name, runs in steps.runs.items():
                for contender in (NNSPEC, PYTORCH)[:: (-1) ** number]:
                    runs[contender].append(_time(name, contender, folder))
                _compare(name, runs)
            _tell(f"round {number + 1}/{rounds} of optimizer steps")
    except ChildError as error:
        steps.failed = str(error)
        _tell(f"optimizer steps failed: {error}")
    return steps


def _compile(optimizer: str, path: Path) -> None:
    spec = path.with_suffix(".nn")
    spec.write_text(SPEC.format(optimizer), encoding="utf-8")
    run(["-m", "nnspec", "compile", str(spec), "-o", str(path)])


def _time(name: str, contender: str, folder: Path) -> Step:
    commands = {
        NNSPEC: ["-m", "benchmarks.updates.script", str(folder / f"{name}.py")],
        PYTORCH: ["-m", "benchmarks.updates.pytorch", name],
    }
    child = run(commands[contender])
    try:
        return Step(**json.loads(child.stdout), others=child.others)
    except (ValueError, TypeError) as error:
        raise ChildError(f"no line of results: {child.stdout[-200:]!r}") from error


def _compare(name: str, runs: dict[str, list[Step]]) -> None:
    """Both must have done the same work."""
    ours, theirs = (runs[contender][-1].moved for contender in (NNSPEC, PYTORCH))
    if not abs(ours / theirs - 1) < TOLERANCE:
        raise ChildError(f"{name} moves weights by {ours:g}, PyTorch's by {theirs:g}")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
