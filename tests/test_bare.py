"""Bare scripts: whole specs of all kinds, with the losses of the full scripts."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import nnspec
from nnspec import SpecError
from nnspec.cli import main
from templates.runtime.read_idx import read_idx
from tests.cases import CASES, INITIALIZED, OPTIMIZED
from tests.conftest import ROOT
from tests.data.test_augment import EVERY, TRAINED
from tests.data.test_scripts_are_clean import specs as data_specs
from tests.golden import BARE
from tests.scripts import load, script, spec
from tests.test_network_scripts import PARTS, lint, unused

ALL = CASES | INITIALIZED | OPTIMIZED
#: What writes files, and so is told instead of written.
WRITES = ("checkpoint(", "csv_logger(", "folds(")
#: What is not compiled yet.
SLIDING = ("windows(", "next_characters(")


def bare(text: str, name: str = "model.nn") -> str:
    return nnspec.compile(text, name, bare=True)


def refused(text: str) -> list[str]:
    """The parts of a spec that a bare script cannot have."""
    with pytest.raises(SpecError) as error:
        bare(text)
    faults = [d for d in error.value.diagnostics if d.severity == "error"]
    assert {fault.code for fault in faults} == {"not-in-bare"}
    return [text[fault.span.start : fault.span.end] for fault in faults]


@pytest.mark.share(8)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_case_is_written_or_told(part: int, tmp_path: Path) -> None:
    for i, text in enumerate([*ALL.values(), *data_specs()][part::PARTS]):
        if any(name in text for name in WRITES):
            told = refused(text)
            assert len(told) == sum(map(text.count, WRITES))
            assert all(fault.startswith(WRITES) for fault in told)
            continue
        if any(name in text for name in SLIDING):
            with pytest.raises(SpecError, match="no bare scripts of windows"):
                bare(text)
            continue
        code = bare(text)
        load(code)
        (tmp_path / f"script_{i}.py").write_text(code, "utf-8")
        assert unused(code) == [], text
    lint(tmp_path)


def test_the_examples_are_fresh_and_clean() -> None:
    for name in BARE:
        spec, path = (ROOT / "examples" / f"{name}{end}" for end in (".nn", "_bare.py"))
        assert main(["compile", str(spec), "--bare", "--check"]) == 0
        lint(path)


@pytest.mark.parametrize("layers", [[], ["dropout(0.1)"]])
def test_no_generator_is_made_in_vain(layers: list[str], tmp_path: Path) -> None:
    text = spec([*layers, "dense(2)"], more="shuffle = false")
    for name, code in {"full": nnspec.compile(text), "bare": bare(text)}.items():
        assert ("rng = " in code.partition("def run_epoch")[2]) or not layers
        (tmp_path / f"{name}.py").write_text(code, "utf-8")
    lint(tmp_path)


# -- The same losses -------------------------------------------------------------------

Rows = list[dict[str, str]]


def printed(module: ModuleType, *arguments: str) -> list[str]:
    """The lines that a bare script prints, run in this folder."""
    before, sys.argv = sys.argv, ["model.py", *arguments]
    try:
        with contextlib.redirect_stdout(io.StringIO()) as output:
            module.main()
    finally:
        sys.argv = before
    return output.getvalue().splitlines()


def of_bare(module: ModuleType, *arguments: str) -> Rows:
    """What a bare script tells of each epoch, and of the test if there is one."""
    lines = [re.split("  +", line) for line in printed(module, *arguments)]
    return [
        dict(word.split(" ") for word in words)
        for title, *words in lines
        if re.fullmatch(r"epoch \d+|test", title)
    ]


def of_full(module: ModuleType, *options: str) -> Rows:
    """What the full script tells of the same."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        code = module.main(["train", "--json", "--out", "out", "--force", *options])
    assert code == 0
    rows = [json.loads(line) for line in output.getvalue().splitlines()]
    left_out = ("epoch", "learning_rate", "seconds")
    return [
        {
            k: "nan" if v is None else f"{v:.4g}"
            for k, v in row.items()
            if not (k in left_out or isinstance(v, list | dict))  # tables
        }
        for row in rows
    ]


def both(
    text: str, at: list[str], options: Iterable[str], script: ModuleType | None = None
) -> tuple[Rows, Rows]:
    """The results of the bare and of the full script, and weights that are alike."""
    found = of_bare(load(bare(text)), *at)
    full = of_full(script or load(nnspec.compile(text)), *options)
    with np.load("weights.npz") as ours, np.load("out/weights.npz") as theirs:
        assert {*ours} == {*theirs}
        for name, weight in ours.items():
            if weight.dtype.kind in "UO":  # names that were learnt
                assert weight.tolist() == theirs[name].tolist()
                continue
            np.testing.assert_allclose(weight, theirs[name], rtol=1e-3, atol=1e-4)
    return found, full


def trained(text: str, folder: Path, samples: int = 22) -> tuple[Rows, Rows]:
    """Both scripts of a spec without a data section, trained on random samples."""
    s, rng = script(text), np.random.default_rng(0)
    sizes = {"train": samples, "validation": 9, "test": 7}
    arrays = {f"x_{part}": s.samples(rng, n) for part, n in sizes.items()}
    arrays |= {f"y_{part}": s.labels(rng, n) for part, n in sizes.items()}
    with contextlib.chdir(folder):
        np.savez("data.npz", **arrays)
        return both(text, ["data.npz"], ["--data", "data.npz"], s.module)


def longer(text: str) -> str:
    """Three epochs, of which the last batch is smaller."""
    return text.replace("training {", "training {\n  epochs = 3\n  batch_size = 8\n", 1)


@pytest.mark.share(29)
@pytest.mark.parametrize(
    "name", [n for n, text in ALL.items() if not any(w in text for w in WRITES)]
)
def test_every_case_has_the_losses_of_the_full_script(
    name: str, tmp_path: Path
) -> None:
    text = ALL[name]
    if text.startswith("data"):
        pytest.skip("its data is in files: see below")
    found, full = trained(longer(text), tmp_path)
    assert found == full
    assert found


SHARED = {
    "plain": ["conv2d(3, 2, tanh)", "flatten"],
    "dropout": ["conv2d(3, 2, tanh)", "dropout(0.4)", "flatten"],
    "joined": ["conv2d(3, 2, tanh)", "batch_normalization", "flatten"],
    "both": ["conv2d(3, 2, tanh)", "batch_normalization", "flatten", "dropout(0.3)"],
}


@pytest.mark.parametrize("kind", SHARED)
def test_shares_of_a_batch(kind: str, tmp_path: Path) -> None:
    text = spec(
        [*SHARED[kind], "dense(3, softmax)"],
        shape="5, 4, 2",
        loss="sparse_categorical_crossentropy",
        optimizer="sgd(0.1, momentum=0.9)",
        metrics="accuracy",
    )
    code = bare(longer(text))
    assert ("SHARES = 4" in code) == (kind in ("dropout", "both"))
    assert ("yield" in code) == (kind == "both")
    found, full = trained(longer(text), tmp_path, 50)
    assert found == full
    assert len(found) == 4


#: What callbacks, schedules and the like do to the weights, all of it at once or alone.
COURSES = {
    "stops and restores": (
        "sgd(2.0)",
        "epochs = 30\n  early_stopping(patience=1, restore_best_weights=true)",
    ),
    "plateaus": (
        "sgd(1.5, momentum=0.9)",
        "epochs = 12\n  reduce_lr_on_plateau(patience=1, min_delta=0.01)",
    ),
    "averages": ("adam(0.05, use_ema=true, ema_momentum=0.9)", "epochs = 4"),
    "averages that are taken": (
        "adam(0.05, use_ema=true, ema_momentum=0.9, ema_overwrite_frequency=3)",
        "epochs = 4",
    ),
    "accumulates": (
        "adam(0.05, gradient_accumulation_steps=3, use_ema=true)",
        "epochs = 5",
    ),
    "clips": ("rmsprop(0.05, clipnorm=0.1)", "epochs = 3"),
    "clips all": ("adamw(0.05, global_clipnorm=0.1)", "epochs = 3"),
    "clips values": ("lamb(0.05, clipvalue=0.01)", "epochs = 3"),
    "factors": ("adafactor(0.05)", "epochs = 3"),
    "a schedule": ("adam(cosine_decay(0.1, 20))", "epochs = 6"),
    "in order": ("adagrad(0.1)", "epochs = 3\n  shuffle = false\n  seed = 7"),
    "ends at once": ("sgd(1e30)", "epochs = 3\n  terminate_on_nan"),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of the last course
@pytest.mark.parametrize("name", COURSES)
def test_the_course_of_a_training(name: str, tmp_path: Path) -> None:
    optimizer, more = COURSES[name]
    text = spec(
        ["dense(16, relu, kernel_constraint=max_norm(1.5))", "dense(3, softmax)"],
        loss="sparse_categorical_crossentropy",
        optimizer=optimizer,
        metrics="accuracy, f1_score" if name == "averages" else "accuracy",
        more=f"class_weight = balanced\n  batch_size = 8\n  {more}",
    )
    found, full = trained(text, tmp_path, 60)
    assert found == full
    if name == "stops and restores":
        assert len(found) < 20


@pytest.mark.parametrize("layer", ["", "conv2d(2, 3, tanh)\n  "])
def test_images_that_change(layer: str, tmp_path: Path) -> None:
    text = TRAINED % (EVERY, "4, 6, 3")
    text = text.replace("flatten", f"{layer}flatten")
    rng = np.random.default_rng(1)
    arrays = {}
    for part in ("train", "validation", "test"):
        arrays[f"x_{part}"] = rng.integers(256, size=(40, 4, 6, 3), dtype=np.uint8)
        arrays[f"y_{part}"] = np.arange(40) % 3
    with contextlib.chdir(tmp_path):
        np.savez("a.npz", **arrays)
        found, full = both(text, ["."], ["--data-dir", "."])
    assert found == full


@pytest.mark.share(3)
@pytest.mark.parametrize("name", BARE)
def test_the_examples(name: str, tmp_path: Path, mnist: Path) -> None:
    text = (ROOT / "examples" / f"{name}.nn").read_text("utf-8")
    text = re.sub("epochs = .*", "epochs = 2", text)
    few_digits(mnist, tmp_path / "mnist")
    with contextlib.chdir(tmp_path):
        at = [] if name == "spirals" else ["."]
        found, full = both(text, at, ["--data-dir", "."])
    assert found == full
    assert len(found) == 3
    assert float(found[-1]["test_accuracy"]) > 0.4


def few_digits(source: Path, folder: Path) -> None:
    """The first digits of both parts, in files like those of MNIST."""
    folder.mkdir()
    for path in source.glob("*.gz"):
        array = read_idx(path)[:700]
        header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        (folder / path.name).write_bytes(gzip.compress(header + array.tobytes(), 1))


TABLES = ("breast_cancer", "curves", "diabetes", "digits", "iris", "xor")


@pytest.mark.parametrize("name", TABLES)
def test_examples_with_tables(name: str, tmp_path: Path) -> None:
    text = (ROOT / "examples" / f"{name}.nn").read_text("utf-8")
    text = re.sub("epochs = .*", "epochs = 2", text)
    where = str(ROOT / "examples")
    with contextlib.chdir(tmp_path):
        at = [] if name == "xor" else [where]
        found, full = both(text, at, ["--data-dir", where])
    assert found == full
    assert len(found) == 3


TEXTS = """data {
  csv("reviews.csv", target="good", features=["text"])
  bag_of_words(50, tfidf)
  split(validation=0.2, test=0.2)
}
network {
  dense(4, relu)
  dense(1, sigmoid)
}
training {
  loss = binary_crossentropy
  optimizer = adam(0.01)
  epochs = 3
}
"""


def test_texts(tmp_path: Path) -> None:
    words = "fine good dull poor film plot old new".split()
    rng = np.random.default_rng(3)
    with contextlib.chdir(tmp_path):
        with open("reviews.csv", "w", newline="") as file:
            rows = [[" ".join(rng.choice(words, 5)), i % 2] for i in range(60)]
            csv.writer(file).writerows([["text", "good"], *rows])
        found, full = both(TEXTS, ["."], ["--data-dir", "."])
    assert found == full
