"""Which trial is next, and which is given up: of a plan, or as Optuna says.

What a trial came to stands in its folder, in trial.json, so that a sweep that was
killed goes on: a trial that has begun is the first to be gone on with.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from nnspec.sweep.tries import Try

#: How a trial may have ended.
DONE, PRUNED, FAILED = "done", "pruned", "failed"
#: A trial is given up if it is worse than half of the others were at the same epoch,
#: from this epoch on, and where so many others have come as far.
_EPOCHS, _OTHERS = 3, 4
Write = Callable[[Path, bytes], None]


class Unreachable(Exception):
    """A storage that Optuna cannot use; the message is a line."""


class Trial:
    """A trial: its values, what each epoch came to, and how it ended, if it has."""

    def __init__(self, folder: Path, values: dict[str, str], write: Write) -> None:
        self.folder, self.values, self._write = folder, values, write
        self.course: dict[int, float | None] = {}
        self.state = ""
        #: The number that a study of Optuna's knows it by.
        self.asked: int | None = None

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return int(self.folder.name.rpartition("-")[2])

    def save(self) -> None:
        """Write trial.json."""
        about = {"values": self.values, "course": self.course, "state": self.state}
        about |= {} if self.asked is None else {"asked": self.asked}
        text = json.dumps(about, indent=1) + "\n"
        self._write(self.folder / "trial.json", text.encode())

    @classmethod
    def load(cls, folder: Path, write: Write) -> Trial:
        """Read it. Raises `OSError`, `ValueError` or `KeyError`."""
        about = json.loads((folder / "trial.json").read_text("utf-8"))
        trial = cls(folder, about["values"], write)
        trial.course = {int(epoch): value for epoch, value in about["course"].items()}
        trial.state, trial.asked = about["state"], about.get("asked")
        return trial

    def best(self, *, rises: bool) -> float:
        """The best value of its epochs; the worst of all where none is a number."""
        known = [value for value in self.course.values() if value is not None]
        worst = -math.inf if rises else math.inf
        return (max if rises else min)(known, default=worst)


class Study:
    """The trials of a plan, in its order."""

    def __init__(
        self, folder: Path, plan: Sequence[dict[str, str]], write: Write, *, rises: bool
    ) -> None:
        self.rises, self._folder, self._write = rises, folder, write
        found = sorted(folder.glob("trial-*/trial.json"))
        self.trials = [Trial.load(path.parent, write) for path in found]
        # One that failed is tried again: what was wrong may have been put right.
        self._begun = [t for t in self.trials if t.state in ("", FAILED)]
        known = [trial.values for trial in self.trials]
        self._left = [values for values in plan if values not in known]
        self.asked = len(known) + len(self._left)

    def next(self) -> Trial | None:
        """The next trial, None where all have been."""
        if self._begun:
            return self._begun.pop(0)
        proposed = self._proposed()
        if proposed is None:
            return None
        folder = self._folder / f"trial-{len(self.trials) + 1:03}"
        values, asked = proposed
        trial = Trial(folder, values, self._write)
        trial.asked = asked
        trial.save()
        self.trials.append(trial)
        return trial

    def _proposed(self) -> tuple[dict[str, str], int | None] | None:
        """The next values, and what Optuna knows them by; None if there are no more."""
        return (self._left.pop(0), None) if self._left else None

    def hopeless(self, trial: Trial, epoch: int) -> bool:
        """Whether a trial is to be given up after an epoch."""
        others = [t.course.get(epoch) for t in self.trials if t is not trial]
        known = [value for value in others if value is not None]
        if epoch < _EPOCHS or len(known) < _OTHERS:
            return False
        best = trial.best(rises=self.rises)
        return best < median(known) if self.rises else best > median(known)

    def end(self, trial: Trial, state: str) -> None:
        """Note how a trial ended."""
        trial.state = state
        trial.save()

    def ranked(self) -> list[Trial]:
        """The trials that came to something, the best one first."""
        known = [
            t for t in self.trials if any(v is not None for v in t.course.values())
        ]
        return sorted(known, key=lambda t: t.best(rises=self.rises), reverse=self.rises)


class OptunaStudy(Study):
    """Trials whose values Optuna proposes, by what those before came to."""

    def __init__(
        self,
        optuna: Any,
        folder: Path,
        tries: Sequence[Try],
        count: int,
        write: Write,
        *,
        rises: bool,
        storage: str,
        name: str,
        seed: int,
    ) -> None:
        super().__init__(folder, (), write, rises=rises)
        self._tries, self._storage = tries, storage
        self.asked = max(count, len(self.trials))
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._optuna = optuna
        try:
            self._study = optuna.create_study(
                storage=storage,
                study_name=name,
                load_if_exists=True,
                direction="maximize" if rises else "minimize",
                sampler=optuna.samplers.TPESampler(seed=seed + len(self.trials)),
            )
        except Exception as error:  # each database has errors of its own
            reason = str(error).strip() or type(error).__name__
            raise Unreachable(reason.splitlines()[0]) from error
        for one in self.trials:  # it may have been killed before it told of the last
            if one.state and one.state != FAILED:
                self.end(one, one.state)

    def _proposed(self) -> tuple[dict[str, str], int | None] | None:
        if len(self.trials) >= self.asked:
            return None
        trial = self._study.ask()
        values = {each.name: self._suggest(trial, each) for each in self._tries}
        return values, trial.number

    def _suggest(self, trial: Any, each: Try) -> str:
        try:
            return self._suggested(trial, each.name, each)
        except ValueError:  # a study keeps to the values that it has known under a name
            return self._suggested(trial, f"{each.name} of {each.told}", each)

    def _suggested(self, trial: Any, name: str, each: Try) -> str:
        if each.values:
            return str(trial.suggest_categorical(name, each.values))
        if each.kind == "int":
            return str(trial.suggest_int(name, int(each.low), int(each.high)))
        log = each.kind == "log"
        return f"{trial.suggest_float(name, each.low, each.high, log=log):.4g}"

    def end(self, trial: Trial, state: str) -> None:
        """Tell Optuna as well."""
        super().end(trial, state)
        number, best = trial.asked, trial.best(rises=self.rises)
        if number is None:  # it is of a sweep without Optuna
            return
        if state == FAILED or not math.isfinite(best):
            failed = self._optuna.trial.TrialState.FAIL
            self._study.tell(number, state=failed, skip_if_finished=True)
        else:  # of one that was given up, too: the best that it came to
            self._study.tell(number, best, skip_if_finished=True)
