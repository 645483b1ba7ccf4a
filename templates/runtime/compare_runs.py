import csv
import json

import numpy as np

from .file_errors import file_errors


def results_of(folder):
    """Return run.json of a folder, and what its training came to: arrays by name.

    Weights are left out where a run was interrupted in the middle of an epoch.
    """
    with file_errors(folder, "name the folder of a training"):
        run, found = json.loads((folder / "run.json").read_text("utf-8")), {}
        if run["whole"]:
            found.update(np.load(folder / "weights.npz"))
        with (folder / "history.csv").open(encoding="utf-8", newline="") as file:
            rows = [*csv.DictReader(file)]
        for name in filter("seconds".__ne__, rows[0]):
            found[f"history of {name}"] = np.array([float(row[name]) for row in rows])
        for name, value in (run["test"] or {}).items():
            found[name] = np.array(value, float)
    return run, found


def difference(one, other, tolerance):
    """Say how an array differs from another one, if by more than it may.

    That is the tolerance times its largest number, or times 1 if that is larger.
    """
    if other is None or one.shape != other.shape:
        return f"{one.shape}, now {getattr(other, 'shape', 'not there')}"
    if one.tobytes() == other.tobytes():
        return ""
    if one.dtype.kind not in "biuf":
        return "other texts"
    most = np.abs(np.subtract(one, other, dtype=float)).max()
    allowed = tolerance * max(1.0, np.abs(one).max())
    return "" if most <= allowed else f"differs by {most:.1e}, may by {allowed:.1e}"


def compare_runs(folder, again, tolerance):
    """Print what came of a run otherwise than of its repetition; return the exit code.

    On the same machine not a bit may differ; else the tolerance is allowed.
    """
    (run, before), (now, after) = results_of(folder), results_of(again)
    changed = [k for k in ("numpy", "blas", "processor") if run[k] != now[k]]
    allowed = tolerance if changed else 0.0
    found = {k: difference(v, after.get(k), allowed) for k, v in before.items()}
    told = [f"{name}: {text}" for name, text in found.items() if text]
    told += [f"{name}: {run[name]}, now {now[name]}" for name in changed]
    for line in told:
        print(line)
    how = f"within {tolerance:g}" if changed else "the same bits"
    what = "weights, history" if run["whole"] else "history"
    what += " and test values" * bool(run["test"])
    differ = sum(map(bool, found.values()))
    end = f"{differ} of {len(found)} DIFFER" if differ else how
    print(f"{run['epoch']} epochs trained again, {what}: {end}")
    return int(differ > 0)
