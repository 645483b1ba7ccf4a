"""Predictions by a trained network, in processes of nnspec's script and its peers."""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from benchmarks.child import ChildError, run

NNSPEC = "nnspec"
SPEC = "examples/mnist_512.nn"
#: What a contender needs beside Python: packages whose files are counted.
NEEDS = {
    NNSPEC: ("numpy",),
    "scikit-learn": ("numpy", "scipy", "scikit-learn", "joblib", "threadpoolctl"),
    "pytorch": ("torch",),
}
SERVERS = {NNSPEC: "script", "scikit-learn": "scikit_learn", "pytorch": "pytorch"}
#: One thread each: a server has a process for each core.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
#: How far apart the outputs of two contenders may be, which have the same weights.
TOLERANCE = 1e-5


@dataclass(frozen=True)
class Served:
    """The figures of one process: seconds, and bytes of memory."""

    first: float
    p50: float
    p99: float
    batch: float
    memory: int
    outputs: tuple[float, ...]
    others: float | None


@dataclass
class Serving:
    """The processes of each contender, the bytes it needs on disk, or why not."""

    runs: dict[str, list[Served]] = field(default_factory=dict)
    installed: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: str = ""


def hold(names: list[str], rounds: int, folder: Path) -> Serving:
    """Let each contender predict in each round; `folder` is for scripts and weights."""
    serving = Serving()
    try:
        _prepare(names, folder, serving)
        for number in range(rounds):
            for name in serving.runs:
                serving.runs[name].append(_serve(name, folder))
                _compare(name, serving)
            print(f"round {number + 1}/{rounds} of serving", file=sys.stderr)
    except ChildError as error:
        serving.failed = str(error)
        print(f"serving failed: {error}", file=sys.stderr)
    return serving


def _prepare(names: list[str], folder: Path, serving: Serving) -> None:
    """Write each contender's model, all with the same weights."""
    script, weights = str(folder / "script.py"), str(folder / "weights.npz")
    run(["-m", "nnspec", "compile", SPEC, "-o", script])
    run(["-m", "benchmarks.servers.script", "--prepare", script, weights])
    for name in names:
        missing = [package for package in NEEDS[name] if not _files(package)]
        if missing:
            serving.skipped[name] = f"not installed: {', '.join(missing)}"
            continue
        if name != NNSPEC:
            server = f"benchmarks.servers.{SERVERS[name]}"
            run(["-m", server, "--prepare", weights, str(folder / name)])
        own = [folder / name] if name != NNSPEC else [Path(script), Path(weights)]
        packages = [path for package in NEEDS[name] for path in _files(package)]
        sizes = [path.stat().st_size for path in [*own, *packages] if path.is_file()]
        serving.installed[name] = sum(sizes)
        serving.runs[name] = []


def _files(package: str) -> list[Path]:
    """The files of a package; none if it is not installed."""
    module = {"scikit-learn": "sklearn"}.get(package, package)
    if importlib.util.find_spec(module) is None:
        return []
    found = metadata.files(package) or []
    return [Path(str(file.locate())) for file in found]


def _serve(name: str, folder: Path) -> Served:
    given = [str(folder / name)]
    if name == NNSPEC:
        given = [str(folder / "script.py"), str(folder / "weights.npz")]
    child = run(["-m", f"benchmarks.servers.{SERVERS[name]}", *given], ENVIRONMENT)
    try:
        figures = json.loads(child.stdout)
        outputs = tuple(figures.pop("outputs"))
        return Served(**figures, outputs=outputs, others=child.others)
    except (ValueError, TypeError, KeyError) as error:
        raise ChildError(f"no line of results: {child.stdout[-200:]!r}") from error


def _compare(name: str, serving: Serving) -> None:
    """All must predict the same."""
    ours, theirs = serving.runs[NNSPEC][0].outputs, serving.runs[name][-1].outputs
    if any(
        not math.isclose(a, b, abs_tol=TOLERANCE)
        for a, b in zip(ours, theirs, strict=True)
    ):
        raise ChildError(f"{name} predicts {theirs}, nnspec {ours}")
