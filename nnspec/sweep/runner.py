"""Runs the scripts of trials, some at a time, and reads what each epoch comes to."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from nnspec.sweep.study import DONE, FAILED, PRUNED, Study, Trial

#: Writes the script of a trial into its folder, and gives its name.
Compile = Callable[[Trial], str]
Tell = Callable[[Trial, str], None]
#: Exit codes above are those of a script that a signal has ended.
_KILLED = 128


class Runner:
    """Takes trial after trial of a study, in as many threads as `jobs`."""

    def __init__(
        self,
        study: Study,
        monitor: str,
        compile_script: Compile,
        tell: Tell,
        kept: tuple[int, ...] = (),
    ) -> None:
        """What trials inherit are the descriptors that are `kept`."""
        self._study, self._monitor, self._kept = study, monitor, kept
        self._compile, self._tell = compile_script, tell
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._stopped = False

    def run(self, jobs: int) -> None:
        """Run all trials. What interrupts it interrupts them, and they save."""
        with ThreadPoolExecutor(jobs) as pool:
            workers = [pool.submit(self._work) for _ in range(jobs)]
            try:
                wait(workers)
            finally:
                self._stop()
        for worker in workers:
            worker.result()

    def _stop(self) -> None:
        with self._lock:
            self._stopped = True
            for process in self._running:
                process.terminate()

    def _work(self) -> None:
        while True:
            with self._lock:
                trial = None if self._stopped else self._study.next()
            if trial is None:
                return
            self._train(trial)

    def _train(self, trial: Trial) -> None:
        script = self._compile(trial)
        words = [script, "--out", "run", "--resume", "--json"]
        with (trial.folder / "log.txt").open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=trial.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                pass_fds=self._kept,
            )
            with self._lock:
                self._running.add(process)
                if self._stopped:
                    process.terminate()
            with process:
                pruned = self._read(process, trial)
            with self._lock:
                self._running.discard(process)
                code = process.returncode
                if not pruned and (code < 0 or code > _KILLED):
                    self._tell(trial, "killed; the same command goes on with it")
                    return
                state = PRUNED if pruned else FAILED if process.returncode else DONE
                self._study.end(trial, state)
                self._tell(trial, state)

    def _read(self, process: subprocess.Popen[str], trial: Trial) -> bool:
        """Note the value of each epoch; whether the trial was given up."""
        assert process.stdout is not None
        pruned = False
        for line in process.stdout:
            row = json.loads(line)
            if "epoch" not in row or pruned:
                continue
            with self._lock:
                trial.course[row["epoch"]] = row[self._monitor]
                trial.save()
                pruned = self._study.hopeless(trial, row["epoch"])
            if pruned:
                process.terminate()
        return pruned
