"""Measure nnspec beside its peers, and tell which goals are met.

Exit codes: 0 measured, 1 a contender failed, 2 usage or data, 3 a file cannot be
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
from itertools import chain
from pathlib import Path

from benchmarks import (
    busy,
    compile_time,
    contest,
    machine,
    optimizer_step,
    ranks,
    reading,
    report,
    serving,
)
from benchmarks.child import ROOT, ChildError
from benchmarks.share import ShareError

COMPILE, STEP, SERVING, RANKS = "compile", "optimizer", "serving", "ranks"
TABLES = "tables"
PARTS = (STEP, SERVING, TABLES, RANKS, COMPILE)
NAMES = [contest.NNSPEC, *contest.PEERS, *contest.TASKS, *PARTS]


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
    add(
        "--busy",
        type=int,
        choices=range(1, 65),
        default=0,
        metavar="N",
        help="processes that take the cores meanwhile (default: none)",
    )
    add("--json", type=Path, metavar="FILE", help="where to write all figures")
    options = parser.parse_args()
    tasks = _tasks(options)
    if RANKS in options.only:
        tasks = [*tasks, *(contest.TASKS[name] for name in ranks.TASKS)]
    if tasks:
        if options.data_dir is None:
            parser.error("say where the data is: --data-dir DIR, or NNSPEC_DATA")
        options.data_dir = Path(options.data_dir).resolve()
        for path in [options.data_dir / f for task in tasks for f in task.files]:
            if not path.is_file() and not path.with_suffix("").is_file():
                parser.error(f"{path}: no such file, nor one without .gz")
    return options


def _tasks(options: argparse.Namespace) -> list[contest.Task]:
    """The tasks that are asked for; where none is, those of the contenders."""
    named = [task for name, task in contest.TASKS.items() if name in options.only]
    tasks = contest.TASKS.values()
    return named or [t for t in tasks if {contest.NNSPEC, *t.peers} & {*options.only}]


def _contenders(options: argparse.Namespace, task: contest.Task) -> list[str]:
    """nnspec and the peers of a task that are asked for; where none is, all."""
    named = [peer for peer in task.peers if peer in options.only]
    alone = contest.NNSPEC in options.only
    return [contest.NNSPEC, *(named if named or alone else task.peers)]


@dataclasses.dataclass
class Measured:
    """All figures and goals, and whether everything ran."""

    figures: dict[str, object] = dataclasses.field(default_factory=dict)
    goals: list[report.Goal] = dataclasses.field(default_factory=list)
    sound: bool = True


def measure(options: argparse.Namespace) -> Measured:
    """Run and print everything."""
    host, found = machine.describe(), Measured()
    print(host, flush=True)
    found.figures |= {"machine": dataclasses.asdict(host), "busy": options.busy}
    for task in _tasks(options):
        train(task, options, found)
    if STEP in options.only:
        update(options, found)
    if SERVING in options.only:
        serve(options, found)
    if TABLES in options.only:
        read_tables(options, found)
    if RANKS in options.only:
        share_trainings(options, found)
    if COMPILE in options.only:
        compile_specs(options, found)
    found.figures["goals"] = [dataclasses.asdict(goal) for goal in found.goals]
    print("", report.goal_table(found.goals), sep="\n")
    return found


def train(task: contest.Task, options: argparse.Namespace, found: Measured) -> None:
    """A network by nnspec and its peers."""
    names = _contenders(options, task)
    with tempfile.TemporaryDirectory() as folder:
        result = contest.hold(
            task, names, options.rounds, options.data_dir, Path(folder)
        )
    found.figures[task.name] = dataclasses.asdict(result)
    found.goals += report.contest_goals(result)
    found.sound &= not result.failed
    print(f"\n{task.spec}", report.contest_table(result), sep="\n\n")
    runs = chain.from_iterable(result.runs.values())
    print("", report.noise(runs, options.busy), sep="\n")
    for line in report.absent(result):
        print(line)


def update(options: argparse.Namespace, found: Measured) -> None:
    """One step of each optimizer."""
    with tempfile.TemporaryDirectory() as folder:
        steps = optimizer_step.hold(options.rounds, Path(folder))
    found.figures[STEP] = dataclasses.asdict(steps)
    found.goals += report.step_goals(steps)
    found.sound &= not steps.failed
    if steps.skipped or steps.failed:
        print(f"\nNo figures for optimizer steps: {steps.skipped or 'see above'}")
        return
    runs = (
        run for both in steps.runs.values() for some in both.values() for run in some
    )
    print("", report.step_table(steps), "", report.noise(runs, options.busy), sep="\n")


def serve(options: argparse.Namespace, found: Measured) -> None:
    """Predictions by a trained network."""
    peers = [name for name in serving.SERVERS if name in options.only]
    names = [
        serving.NNSPEC,
        *(n for n in peers or serving.SERVERS if n != serving.NNSPEC),
    ]
    with tempfile.TemporaryDirectory() as folder:
        served = serving.hold(names, options.rounds, Path(folder))
    found.figures[SERVING] = dataclasses.asdict(served)
    found.sound &= not served.failed
    runs = chain.from_iterable(served.runs.values())
    print("", report.serving_table(served), "", report.noise(runs), sep="\n")
    for name, why in served.skipped.items():
        print(f"No figures for {report.title(name)}: {why}")


def read_tables(options: argparse.Namespace, found: Measured) -> None:
    """Large tables, until the first epoch."""
    with tempfile.TemporaryDirectory() as folder:
        readings = reading.hold(options.rounds, Path(folder))
    found.figures[TABLES] = dataclasses.asdict(readings)
    found.goals += report.reading_goals(readings)
    found.sound &= not readings.failed
    if readings.skipped or readings.failed:
        print(f"\nNo figures for tables: {readings.skipped or 'see above'}")
        return
    runs = (r for of in readings.runs.values() for some in of.values() for r in some)
    print("", report.reading_table(readings), "", report.noise(runs), sep="\n")


def share_trainings(options: argparse.Namespace, found: Measured) -> None:
    """Trainings in several processes."""
    for name in ranks.TASKS:
        with tempfile.TemporaryDirectory() as folder:
            shared = ranks.hold(name, options.rounds, options.data_dir, Path(folder))
        found.figures[f"{RANKS} {name}"] = dataclasses.asdict(shared)
        found.sound &= not shared.failed
        if shared.skipped or shared.failed:
            why = shared.skipped or "see above"
            print(f"\nNo figures for {name} in processes: {why}")
            continue
        runs = chain.from_iterable(shared.runs.values())
        print("", report.ranks_table(shared), "", report.noise(runs), sep="\n")
        print("", report.paper_table(shared), sep="\n")


def compile_specs(options: argparse.Namespace, found: Measured) -> None:
    """The time that nnspec takes itself."""
    try:
        seconds = compile_time.measure(options.compile_rounds)
    except ChildError as error:
        print(f"compile time failed: {error}", file=sys.stderr)
        found.sound = False
        return
    found.figures[COMPILE] = seconds
    found.goals += report.compile_goals(seconds)
    print("", report.compile_table(seconds), sep="\n")


def main() -> int:
    """The command line; the exit code."""
    options = parse()
    name = time.strftime("%Y-%m-%d_%H-%M-%S.json")
    file = options.json or ROOT / "benchmarks" / "results" / name
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with busy.loops(options.busy):
            found = measure(options)
        text = json.dumps(found.figures, indent=2) + "\n"
        file.write_text(text, encoding="utf-8")
    except ShareError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    print(f"\nAll figures: {file}")
    return 0 if found.sound else 1


if __name__ == "__main__":
    sys.exit(main())
