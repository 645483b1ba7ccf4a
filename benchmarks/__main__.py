"""Measure nnspec beside its peers, and tell which goals are met.

Exit codes: 0 measured, 1 a contender failed, 2 usage, 3 a file cannot be
written, 130 interrupted.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import compile_time, contest, machine, report
from benchmarks.child import ROOT, ChildError

COMPILE = "compile"
NAMES = [contest.NNSPEC, *contest.PEERS, *contest.TASKS, COMPILE]


def positive(text: str) -> int:
    """A whole number of at least 1."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("it must be at least 1")
    return number


def parse() -> argparse.Namespace:
    """The options; a usage error where data is needed and not there."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0]
    )
    add = parser.add_argument
    add("--rounds", type=positive, default=5, help="of trainings (default: 5)")
    add(
        "--compile-rounds",
        type=positive,
        default=20,
        help="of compile times (default: 20)",
    )
    add(
        "--only",
        nargs="+",
        choices=NAMES,
        default=NAMES,
        metavar="NAME",
        help=f"some of {', '.join(NAMES)}; nnspec runs with every peer, and a peer "
        "at every task unless one is named",
    )
    add(
        "--data-dir",
        type=Path,
        default=os.environ.get("NNSPEC_DATA"),
        help="the folder that has mnist/ and imdb/ (default: $NNSPEC_DATA)",
    )
    add("--json", type=Path, metavar="FILE", help="where to write all figures")
    options = parser.parse_args()
    if set(options.only) != {COMPILE}:
        if options.data_dir is None:
            parser.error("say where the data is: --data-dir DIR, or NNSPEC_DATA")
        options.data_dir = Path(options.data_dir).resolve()
        for path in [
            options.data_dir / f for task in _tasks(options) for f in task.files
        ]:
            if not path.is_file() and not path.with_suffix("").is_file():
                parser.error(f"{path}: no such file, nor one without .gz")
    return options


def _tasks(options: argparse.Namespace) -> list[contest.Task]:
    """The tasks that are asked for; where none is, but a contender: all."""
    named = [task for name, task in contest.TASKS.items() if name in options.only]
    contenders = {contest.NNSPEC, *contest.PEERS} & {*options.only}
    return named or [*contest.TASKS.values()] * bool(contenders)


def _contenders(options: argparse.Namespace, task: contest.Task) -> list[str]:
    """nnspec and the peers of a task that are asked for; where none is, all."""
    named = [peer for peer in task.peers if peer in options.only]
    alone = contest.NNSPEC in options.only
    return [contest.NNSPEC, *(named if named or alone else task.peers)]


def measure(options: argparse.Namespace) -> tuple[dict[str, object], bool]:
    """Run and print everything; all figures, and whether everything ran."""
    host = machine.describe()
    print(host, flush=True)
    figures: dict[str, object] = {"machine": dataclasses.asdict(host)}
    goals, sound = [], True

    for task in _tasks(options):
        names = _contenders(options, task)
        with tempfile.TemporaryDirectory() as folder:
            result = contest.hold(
                task, names, options.rounds, options.data_dir, Path(folder)
            )
        figures[task.name] = dataclasses.asdict(result)
        goals += report.contest_goals(result)
        sound &= not result.failed
        print(f"\n{task.spec}", report.contest_table(result), sep="\n\n")
        print("", report.noise(result), sep="\n")
        for line in report.absent(result):
            print(line)
    if COMPILE in options.only:
        try:
            seconds = compile_time.measure(options.compile_rounds)
        except ChildError as error:
            print(f"compile time failed: {error}", file=sys.stderr)
            sound = False
        else:
            figures["compile"] = seconds
            goals += report.compile_goals(seconds)
            print("", report.compile_table(seconds), sep="\n")
    figures["goals"] = [dataclasses.asdict(goal) for goal in goals]
    print("", report.goal_table(goals), sep="\n")
    return figures, sound


def main() -> int:
    """The command line; the exit code."""
    options = parse()
    name = time.strftime("%Y-%m-%d_%H-%M-%S.json")
    file = options.json or ROOT / "benchmarks" / "results" / name
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        figures, sound = measure(options)
        file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    print(f"\nAll figures: {file}")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
