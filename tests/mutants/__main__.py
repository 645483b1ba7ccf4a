"""Plant every mutant, or those that are named, and tell which the tests do not find.

Exit codes: 0 all were found, 1 one was not, or a test fails without any, 2 usage,
130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests import copies, mutants
from tests.copies import Copy
from tests.mutants.hunt import (
    FOUND,
    PARITY,
    REACH,
    SECONDS,
    Outcome,
    Unsound,
    by_python,
    hunt,
    run_tests,
)
from tests.mutants.mutant import Mutant


def areas() -> dict[str, tuple[Mutant, ...]]:
    """The mutants of each file of this folder that has any."""
    names = [module.name for module in pkgutil.iter_modules(mutants.__path__)]
    modules = {
        name: importlib.import_module(f"{mutants.__name__}.{name}")
        for name in names
        if name != "__main__"
    }
    return {
        name: module.MUTANTS
        for name, module in modules.items()
        if hasattr(module, "MUTANTS")
    }


def chosen() -> list[Mutant]:
    """The mutants that the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a mutant or an area")
    names = parser.parse_args().names
    known = areas()
    every = [mutant for area in known.values() for mutant in area]
    unknown = {*names} - {*known, *(mutant.name for mutant in every)}
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    picked = {mutant.name for name in names for mutant in known.get(name, ())}
    some = [mutant for mutant in every if mutant.name in {*names, *picked}]
    found = some if names else every
    tests = [test for mutant in found for test in mutant.tests]
    for python, target in ((PARITY, "parity"), (REACH, "reach")):
        if str(python) in by_python(tests) and not python.exists():
            parser.error(f"{python} is not there: `make {target}` sets it up")
    return found


def fail_without(found: list[Mutant], pool: ThreadPoolExecutor, folder: Path) -> str:
    """What is wrong with the tests where there is no defect; an empty text: nothing."""
    tests = by_python(dict.fromkeys(test for m in found for test in m.tests))
    runs = {
        pool.submit(
            run_tests, Copy.make(folder / str(i)), python, names, 4 * SECONDS
        ): len(names)
        for i, (python, names) in enumerate(tests.items())
    }
    for run, least in runs.items():
        try:
            passed, failed = run.result()
        except Unsound as error:
            return str(error)
        if failed:
            return f"without any defect, these fail: {', '.join(failed)}"
        if passed < least:
            return f"of {least} tests, only {passed} have run"
    return ""


def plant_all(found: list[Mutant], folder: Path) -> dict[str, Outcome]:
    """The outcome of each mutant, told as it comes; none if the tests are at fault."""
    outcomes: dict[str, Outcome] = {}
    width = max(len(mutant.name) for mutant in found)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        if fault := fail_without(found, pool, folder / "untouched"):
            print(fault, file=sys.stderr)
            return {}
        print(f"The tests pass where there is no defect; {len(found)} mutants follow.")
        runs = {pool.submit(hunt, m, folder / m.name): m for m in found}
        try:
            for run in as_completed(runs):
                name, outcome = runs[run].name, run.result()
                outcomes[name] = outcome
                told = f"{name:{width}}  {outcome.verdict:8} {outcome.seconds:4.0f} s"
                print(f"{told}  {outcome.note}", flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            copies.stop()
            raise
    return outcomes


def main() -> int:
    """The command line; the exit code."""
    found = chosen()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        with tempfile.TemporaryDirectory() as folder:
            outcomes = plant_all(found, Path(folder))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    if not outcomes:
        return 1
    missed = [m for m in found if outcomes[m.name].verdict != FOUND]
    for mutant in missed:
        print(f"\n{mutant.name}: {outcomes[mutant.name].verdict}")
        print(f"  {mutant.defect}\n  {outcomes[mutant.name].note}")
    print(f"\n{len(found) - len(missed)} of {len(found)} mutants were found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
