"""Kills trainings at random moments; what is resumed must end with the same bits.

`python -m tests.kills [KILLS] [SEED]` takes every configuration, half of the kills with
the time between two saves as it is, half with none, when saving is most of the work.
"""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import nnspec

Array = np.ndarray[Any, Any]

SPEC = """
data {{
  spirals(samples=120, classes=3, noise=0.3)
  standardize
  split(validation=0.25, test=0.2)
}}
network {{
  {layers}
}}
training {{
  loss = sparse_categorical_crossentropy
  optimizer = {optimizer}
  metrics = [accuracy]
  epochs = 40
  batch_size = 16
  {more}
}}
"""
PLAIN = "dense(16, tanh); dense(3, softmax)"
BEST = "early_stopping(loss, patience=100, restore_best_weights=true)"

#: Layers, optimizer, and more of the training section.
CONFIGURATIONS = (
    (PLAIN, "adam", ""),
    ("dense(16, relu); dropout(0.2, seed=3); dense(3, softmax)", "rmsprop", BEST),
    ("dense(16); batch_normalization; relu; dense(3, softmax)", "sgd(0.1)", BEST),
    (PLAIN, "sgd(0.1, momentum=0.9, use_ema=true, ema_overwrite_frequency=7)", BEST),
    (PLAIN, "nadam(gradient_accumulation_steps=3)", 'csv_logger("log.csv")'),
    (PLAIN, "adam(amsgrad=true)", 'csv_logger("log.csv", append=true)'),
    (PLAIN, "adafactor(0.1)", 'checkpoint("{epoch:02d}.npz")'),
    (
        PLAIN,
        "adam(one_cycle(0.05))",
        'checkpoint("best.npz", loss, save_best_only=true)',
    ),
    (
        PLAIN,
        "adam(0.05)",
        'reduce_lr_on_plateau(patience=2); csv_logger("a.csv", append=true)',
    ),
    (
        "dense(16, tanh); gaussian_noise(0.1); dense(3, softmax)",
        "lamb(cosine_decay(0.1, 150, warmup_steps=20, warmup_target=0.2))",
        "class_weight = balanced; terminate_on_nan",
    ),
)


def script(configuration: tuple[str, str, str], *, always: bool) -> str:
    """A script, which with `always` saves after each epoch."""
    layers, optimizer, more = configuration
    given = {"layers": layers, "optimizer": optimizer, "more": more}
    text = nnspec.compile(
        SPEC.format(**{k: v.replace("; ", "\n  ") for k, v in given.items()})
    )
    interval = "> saved + 10:"
    assert text.count(interval) == 1
    return text.replace(interval, "> saved:") if always else text


def start(folder: Path, out: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "net.py", "--quiet", "--resume", "--out", out]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE)


def kill_until_done(folder: Path, usual: float, rng: random.Random) -> int:
    """Train to the end, however often it is killed on the way; the number of kills."""
    kills = 0
    while True:
        process = start(folder, "killed")
        try:
            _, said = process.communicate(timeout=usual * rng.uniform(0.2, 1.6))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
        else:
            assert process.returncode == 0, said.decode()
            return kills


def results(folder: Path) -> dict[str, object]:
    """What a training has left, but for the seconds that it took."""
    found: dict[str, object] = {}
    for path in folder.iterdir():
        if path.suffix == ".npz":
            with np.load(path) as file:
                arrays = {name: file[name] for name in file.files}
            if "training/history" in arrays:
                arrays["training/history"] = arrays["training/history"][:, :-1]
            found[path.name] = {k: (a.dtype, a.tobytes()) for k, a in arrays.items()}
        elif path.suffix == ".csv":
            with path.open(newline="") as text:
                found[path.name] = [row[:-1] for row in csv.reader(text)]
        else:
            found[path.name] = None
    return found


def prove(
    configuration: tuple[str, str, str], kills: int, *, always: bool, seed: int
) -> int:
    """Kill trainings of a configuration until there were as many kills; how many."""
    rng, done = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "net.py").write_text(script(configuration, always=always))
        began = time.monotonic()
        whole = start(folder, "whole")
        _, said = whole.communicate()
        assert whole.returncode == 0, said.decode()
        usual = time.monotonic() - began
        expected = results(folder / "whole")
        while done < kills:
            done += kill_until_done(folder, usual, rng)
            found = results(folder / "killed")
            assert found.keys() == expected.keys(), found.keys() ^ expected.keys()
            for file, value in expected.items():
                assert found[file] == value, f"{configuration}: {file}"
            shutil.rmtree(folder / "killed")
    return done


def main(kills: int = 500, seed: int = 0) -> None:
    """Prove all configurations, and tell it."""
    share = -(-kills // (2 * len(CONFIGURATIONS)))
    total = 0
    for configuration in CONFIGURATIONS:
        for always in (False, True):
            done = prove(configuration, share, always=always, seed=seed)
            total += done
            often = "after each epoch" if always else "as it is"
            print(f"{done} kills, saved {often}: {configuration}", flush=True)
    print(f"{total} kills, and all trainings ended as if there had been none")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
