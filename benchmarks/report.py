"""Figures as Markdown tables, and the goals that they meet or do not meet."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.compile_time import IMPORTS
from benchmarks.contest import NNSPEC, PEERS, Contest, Run
from benchmarks.optimizer_step import OPTIMIZERS, PYTORCH, Step, Steps
from benchmarks.ranks import ALONE, Shared, on_paper
from benchmarks.reading import PANDAS, TABLES, Reading, Readings
from benchmarks.serving import Served, Serving

TWICE, AS_FAST = 2.0, 1.0
#: How many times the peer's time is at least that of nnspec; by task.
EPOCH_GOALS = {
    "mnist": {"pytorch": TWICE, "scikit-learn": TWICE, "keras-jax": AS_FAST},
    "imdb": {"pytorch": 3.0, "keras-jax": 3.0, "keras-tensorflow": 3.0},
    "embedding": {"pytorch": AS_FAST},
    "lstm": {"keras-jax": AS_FAST},
    "transformer": {"pytorch": AS_FAST},
}
PROCESS_GOALS = {"mnist": dict.fromkeys(PEERS, TWICE)}
ACCURACY_GOALS = {
    "mnist": 0.975,
    "imdb": 0.87,
    "convolutions": 0.97,
    "normalized": 0.97,
    "embedding": 0.84,
    "lstm": 0.25,
    "transformer": 0.25,
}
MEMORY_GOALS = {"imdb": 700}  # MB
COMPILE_GOAL = 2.0
#: How many times the figure of pandas is at most that of nnspec, reading a table.
READING_GOALS = {"processor": 2.0, "memory": 1.5}
QUIET = 0.1  # cores busy with other things


@dataclass(frozen=True)
class Ratio:
    """The ratio of two medians, and the least and the greatest of a single round."""

    of_medians: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.of_medians:.2f} ({self.low:.2f}..{self.high:.2f})"


@dataclass(frozen=True)
class Goal:
    """What is wanted, what came out, and whether that will do; None: not measured."""

    wanted: str
    measured: str
    met: bool | None


def ratio(over: Sequence[float], under: Sequence[float]) -> Ratio:
    """`over` by `under`; both have a value for each round."""
    rounds = [a / b for a, b in zip(over, under, strict=True)]
    of_medians = statistics.median(over) / statistics.median(under)
    return Ratio(of_medians, min(rounds), max(rounds))


def against(
    contest: Contest, peer: str, figure: Callable[[Run], float]
) -> Ratio | None:
    """Peer by nnspec, if both have run: above 1 where nnspec needs less."""
    theirs, ours = contest.runs.get(peer), contest.runs.get(NNSPEC)
    if not theirs or not ours:
        return None
    return ratio([figure(run) for run in theirs], [figure(run) for run in ours])


def contest_table(contest: Contest) -> str:
    """A row for each contender, medians over the rounds."""
    pace = "step" if contest.steps else "epoch"
    header = ["", pace, "/ nnspec", "first epoch", "process", "/ nnspec"]
    header += ["peak memory", "/ nnspec", "test accuracy"]
    rows = []
    for name, runs in contest.runs.items():
        epoch, process, memory = (
            "1" if name == NNSPEC else str(against(contest, name, figure) or "")
            for figure in (_epoch, _process, _memory)
        )
        seconds = _median(runs, _epoch)
        step = f"{1e3 * seconds / contest.steps:.1f} ms" if contest.steps else ""
        if contest.characters:
            pace = contest.steps * contest.characters / seconds
            step += f", {pace:,.0f} characters/s"
        rows.append(
            [
                title(name),
                step or f"{seconds:.3f} s",
                epoch,
                f"{_median(runs, lambda run: run.epochs[0]):.3f} s",
                f"{_median(runs, _process):.2f} s",
                process,
                f"{_median(runs, _memory) / 1e6:.0f} MB",
                memory,
                f"{_median(runs, lambda run: run.test_accuracy):.4f}",
            ]
        )
    return table(header, rows)


def absent(contest: Contest) -> list[str]:
    """A line for each contender that has no figures."""
    reasons = {**contest.skipped, **dict.fromkeys(contest.failed, "failed, see above")}
    return [f"No figures for {title(name)}: {why}" for name, why in reasons.items()]


def noise(runs: Iterable[Run | Step | Served | Reading], busy: int = 0) -> str:
    """How many cores others kept busy meanwhile, and what that means.

    With `busy` loops of our own, they were to.
    """
    others = [run.others for run in runs if run.others is not None]
    if not others:
        return "Whether other processes were in the way is not known."
    told = (
        f"Other processes kept {statistics.median(others):.2f} cores busy "
        f"(at most {max(others):.2f})"
    )
    if busy:
        return f"{told}, with {busy} loops of our own."
    if max(others) <= QUIET:
        return f"{told}."
    return f"{told}: MEASURE AGAIN, on a machine that has nothing else to do."


def step_table(steps: Steps) -> str:
    """A row for each optimizer: medians over the rounds, in thousandths of a second."""
    rows = []
    for name, seconds in step_seconds(steps).items():
        ours, theirs = (
            f"{1e3 * statistics.median(seconds[who]):.3f} ms"
            for who in (NNSPEC, PYTORCH)
        )
        times = ratio(seconds[PYTORCH], seconds[NNSPEC])
        rows.append([OPTIMIZERS[name], ours, theirs, str(times)])
    return table(["update", "nnspec", title(PYTORCH), "/ nnspec"], rows)


def step_seconds(steps: Steps) -> dict[str, dict[str, list[float]]]:
    """The seconds of each round, by optimizer and contender, where all have run."""
    if steps.skipped or steps.failed:
        return {}
    return {
        name: {who: [run.seconds for run in runs] for who, runs in both.items()}
        for name, both in steps.runs.items()
    }


def step_goals(steps: Steps) -> list[Goal]:
    """Each optimizer at least as fast as PyTorch's."""
    seconds = step_seconds(steps)
    goals = []
    for name, written in OPTIMIZERS.items():
        wanted = f"a step of {written} not slower than {title(PYTORCH)}"
        if name not in seconds:
            goals.append(Goal(wanted, "", None))
            continue
        times = ratio(seconds[name][PYTORCH], seconds[name][NNSPEC])
        goals.append(Goal(wanted, str(times), times.of_medians >= AS_FAST))
    return goals


def ranks_table(shared: Shared) -> str:
    """A row for each way of sharing a training, medians over the rounds."""
    rows = []
    for way, runs in shared.runs.items():
        seconds = _median(runs, _epoch)
        times = ratio(
            [run.epoch for run in shared.runs[ALONE]], [run.epoch for run in runs]
        )
        told = way if way == ALONE else f"{shared.cores} {way}"
        step = f"{1e3 * seconds / shared.steps:.2f} ms"
        rows.append([told, step, "1" if way == ALONE else str(times)])
    return table([shared.task, "step", "times as fast"], rows)


#: Bytes a second and seconds of latency: of 10 Gbit/s, and of what machines of a
#: cluster have among them.
NETWORKS = {"10 Gbit/s": (1.25e9, 3e-5), "100 Gbit/s": (1.25e10, 2e-6)}
ON_PAPER = (2, 4, 8, 16, 32)


def paper_table(shared: Shared) -> str:
    """How many times as fast many processes are, by what one was measured to need."""
    step = _median(shared.runs[ALONE], _epoch) / shared.steps
    rows = []
    for name, network in NETWORKS.items():
        times = (
            step / on_paper(step, shared.update, shared.message, ranks, *network)
            for ranks in ON_PAPER
        )
        rows.append([name, *(f"{value:.1f}" for value in times)])
    about = f"{shared.task}: {1e3 * step:.2f} ms, update {1e3 * shared.update:.2f} ms"
    about += f", {shared.message / 1e6:.1f} MB"
    return table([about, *map(str, ON_PAPER)], rows)


def serving_table(serving: Serving) -> str:
    """A row for each contender, medians over the rounds."""
    rows = []
    for name, runs in serving.runs.items():
        if not runs:
            continue
        first, p50, p99, batch, memory = (
            statistics.median(getattr(run, figure) for run in runs)
            for figure in ("first", "p50", "p99", "batch", "memory")
        )
        rows.append(
            [
                title(name),
                f"{1e3 * first:.0f} ms",
                f"{1e6 * p50:.0f} / {1e6 * p99:.0f} us",
                f"{1e3 * batch:.2f} ms",
                f"{memory / 1e6:.0f} MB",
                f"{serving.installed[name] / 1e6:.0f} MB",
            ]
        )
    header = ["", "start to first prediction", "1 row p50 / p99", "256 rows"]
    return table([*header, "peak memory", "installed"], rows)


def reading_table(readings: Readings) -> str:
    """A row for each table and contender, medians over the rounds."""
    rows = []
    for name, runs in readings.runs.items():
        for who, of_who in runs.items():
            row = [f"{name}, {who}"]
            for figure, unit, digits in (("processor", "s", 1), ("memory", "MB", 0)):
                value = statistics.median(getattr(run, figure) for run in of_who)
                value /= 1e6 if unit == "MB" else 1
                times = _by_pandas(runs, figure) if who == NNSPEC else 1
                row += [f"{value:.{digits}f} {unit}", str(times)]
            rows.append(row)
    return table(["", "processor", "/ pandas", "peak memory", "/ pandas"], rows)


def reading_goals(readings: Readings) -> list[Goal]:
    """The time of the processor and the memory of each table, beside pandas."""
    goals, measured = [], not (readings.skipped or readings.failed)
    for name in TABLES:
        for figure, most in READING_GOALS.items():
            wanted = f"table of {name}: {figure} at most {most:g} times that of pandas"
            times = _by_pandas(readings.runs[name], figure) if measured else None
            met = None if times is None else times.of_medians <= most
            goals.append(Goal(wanted, str(times or ""), met))
    return goals


def _by_pandas(runs: dict[str, list[Reading]], figure: str) -> Ratio:
    ours, theirs = (
        [getattr(run, figure) for run in runs[who]] for who in (NNSPEC, PANDAS)
    )
    return ratio(ours, theirs)


def compile_table(seconds: dict[str, list[float]]) -> str:
    """A row for each command, with its ratio to the imports."""
    rows = [
        [f"`{name}`", f"{statistics.median(s):.3f} s", str(ratio(s, seconds[IMPORTS]))]
        for name, s in seconds.items()
    ]
    return table(["", "seconds", "/ imports"], rows)


def contest_goals(contest: Contest) -> list[Goal]:
    """The goals of speed, for each peer that was to run, and of accuracy."""
    goals = []
    peers = {*contest.runs, *contest.skipped, *contest.failed}
    for what, figure, wanted in (
        ("an epoch", _epoch, EPOCH_GOALS.get(contest.task, {})),
        ("the process", _process, PROCESS_GOALS.get(contest.task, {})),
    ):
        for peer in [peer for peer in wanted if peer in peers]:
            least, result = wanted[peer], against(contest, peer, figure)
            pace = f"{least:g} times as fast as" if least > 1 else "not slower than"
            goals.append(
                Goal(
                    f"{contest.task}: {what} {pace} {title(peer)}",
                    str(result) if result else "",
                    result.of_medians >= least if result else None,
                )
            )
    runs = contest.runs.get(NNSPEC, [])
    least_accuracy, most = ACCURACY_GOALS[contest.task], MEMORY_GOALS.get(contest.task)
    accuracy = min((run.test_accuracy for run in runs), default=0.0)
    goals.append(
        Goal(
            f"{contest.task}: test accuracy at least {least_accuracy}",
            f"{accuracy:.4f}" if runs else "",
            accuracy >= least_accuracy if runs else None,
        )
    )
    if most:
        memory = max(map(_memory, runs), default=0.0) / 1e6
        wanted = f"{contest.task}: peak memory at most {most} MB"
        met = memory <= most if runs else None
        goals.append(Goal(wanted, f"{memory:.0f} MB" if runs else "", met))
    return goals


def compile_goals(seconds: dict[str, list[float]]) -> list[Goal]:
    """The goals of compile time."""
    goals = []
    for name in [name for name in seconds if name != IMPORTS]:
        result = ratio(seconds[name], seconds[IMPORTS])
        wanted = f"`{name}` at most {COMPILE_GOAL:g} times `{IMPORTS}`"
        goals.append(Goal(wanted, str(result), result.of_medians <= COMPILE_GOAL))
    return goals


def goal_table(goals: Sequence[Goal]) -> str:
    """A row for each goal."""
    words = {True: "met", False: "not met", None: "not measured"}
    rows = [[goal.wanted, goal.measured, words[goal.met]] for goal in goals]
    return table(["goal", "measured", ""], rows)


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table with its columns in line."""
    cells = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    head, *body = (
        "| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in cells
    )
    return "\n".join([head, "|" + "|".join("-" * (w + 2) for w in widths) + "|", *body])


def title(name: str) -> str:
    """A contender as people call it."""
    return PEERS[name].title if name in PEERS else name


def _median(runs: list[Run], figure: Callable[[Run], float]) -> float:
    return statistics.median(map(figure, runs))


def _epoch(run: Run) -> float:
    return run.epoch


def _process(run: Run) -> float:
    return run.process


def _memory(run: Run) -> float:
    return run.peak_memory
