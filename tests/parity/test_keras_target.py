"""Scripts of Keras train as those of NumPy do, and both read the same weights.

`NNSPEC_PARITY=500` compares so many random specs, as `make alike` does.
"""

from __future__ import annotations

import csv
import inspect
import os
import re
import subprocess
import sys
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from typing import Any
from zlib import crc32

import keras
import numpy as np
import pytest

import nnspec
from nnspec.compiler import check
from nnspec.diagnostics import SpecError
from nnspec.facts.reader import FileReader
from nnspec.parity.compare import compare, difference
from nnspec.resources import folder
from nnspec.source import Source
from nnspec.table import TABLE
from nnspec.table.entry import REQUIRED, Argument, Entry
from nnspec.targets.keras.names import (
    CLASS_ALONE,
    CLASSES,
    FUNCTIONS,
    IN_CALL,
    LOSSES,
    MODULES,
    OWN,
    WRITTEN,
    camel,
    class_of,
)
from nnspec.targets.keras.own import _ATTRIBUTES
from nnspec.targets.numpy.identity import spelled
from tests.cases import CASES, FORMULAS, INITIALIZED, OPTIMIZED
from tests.formulas.layers import LAYERS, of
from tests.random_specs import OPTIMIZERS, random_spec
from tests.several import EVERYTHING, SPECS

EXAMPLES = sorted(folder("examples").glob("*.nn"))
RANDOM = int(os.environ.get("NNSPEC_PARITY", "12"))
EVERY = CASES | INITIALIZED | OPTIMIZED | FORMULAS | SPECS
EVERY |= {f"own {name}": of(name) for name in LAYERS}
#: Entries of which there is nothing of that name in Keras.
_NOT_CLASSES = {"input", "output", "confusion_matrix", "class_report"}


def entries() -> list[tuple[str, Entry]]:
    """What a script of Keras calls as a class."""
    return [
        (kind, entry)
        for kind in MODULES
        for entry in {e.name: e for e in TABLE[kind].values()}.values()
        if entry.name not in _NOT_CLASSES | OWN.keys()
        and not (kind == "layer" and entry.name in FUNCTIONS)
        and not (kind == "metric" and entry.name in LOSSES)
        and not (kind == "layer" and entry.name in TABLE["activation"])
    ]


@pytest.mark.parametrize(
    ("kind", "entry"), entries(), ids=lambda x: getattr(x, "name", x)
)
def test_keras_has_it_with_the_same_arguments_and_defaults(
    kind: str, entry: Entry
) -> None:
    """Else an argument that is not written would be another one there."""
    found: Any = eval(class_of(kind, entry.name), {"keras": keras})
    parameters = {
        **inspect.signature(keras.layers.Layer.__init__).parameters,  # which all take
        **inspect.signature(found.__init__).parameters,
    }
    for argument in entry.arguments:
        if argument.name in ("values", "trainable", *IN_CALL):
            continue
        assert argument.name in parameters, argument.name
        given = parameters[argument.name].default
        written = argument.name in WRITTEN.get(entry.name, ())
        if argument.default is not REQUIRED and not written:
            assert same(argument, given), (argument.name, given)


def same(argument: Argument, given: object) -> bool:
    """Whether a default is that of Keras, which has names for objects."""
    if isinstance(argument.default, tuple) and {*argument.default} == {given}:
        return True  # a number stands for all axes
    ours = spelled(argument.default).lower()
    theirs = {"uniform": "random_uniform"}.get(str(given), str(given)).lower()
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if number and isinstance(argument.default, int | float):
        return float(given) == float(argument.default)  # type: ignore[arg-type]
    return ours == theirs or argument.default == given


def test_attributes_of_layers_are_not_taken_for_weights() -> None:
    layer = keras.layers.Identity()
    layer.build((None, 1))
    names = {n for n in {*dir(layer), *vars(layer)} if not n.startswith("_")}
    assert names - _ATTRIBUTES == set()


@pytest.mark.share(7)
@pytest.mark.parametrize("part", range(20))
def test_whatever_a_script_calls_is_there(part: int) -> None:
    for text in [*EVERY.values()][part::20]:
        with suppress(SpecError):  # what it refuses is in tests/test_keras_scripts.py
            script = nnspec.compile(text, target="keras")
            for name in {*re.findall(r"(?<!\w)keras(?:\.\w+)+", script)}:
                attrgetter(name.partition(".")[2])(keras)


def verify(text: str, name: str = "net.nn", place: str = ".", steps: int = 3) -> None:
    keras.backend.clear_session()
    facts = FileReader(Path(place), lambda: None)
    analysis = check(Source(name, text), facts=facts)
    found = compare(analysis, steps, place)
    assert max(found.differences.values()) < 1e-10, (found.differences, text)


@pytest.mark.share(4)
@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda spec: spec.stem)
def test_examples(spec: Path) -> None:
    verify(spec.read_text("utf-8"), spec.name, str(spec.parent), steps=2)


@pytest.mark.parametrize("seed", range(RANDOM))
def test_random_specs(seed: int) -> None:
    verify(random_spec(seed))


@pytest.mark.parametrize("optimizer", [*OPTIMIZERS, "lamb", "schedule_free_adamw"])
def test_optimizers(optimizer: str) -> None:
    """With averages, predictions are those of the weights that a training leaves."""
    network = "network {\n  input(3)\n  dense(4, tanh)\n  dense(1)\n}\n"
    verify(f"{network}training {{\n  loss = mse\n  optimizer = {optimizer}\n}}\n")


@pytest.mark.parametrize("kind", ["optimizer", "loss"])
def test_keras_finds_all_by_their_names_but_those_of_a_class_alone(kind: str) -> None:
    for name in {entry.name for entry in TABLE[kind].values()} - CLASS_ALONE:
        by_class = CLASSES.get(name, camel(name)).lower() != name
        if kind == "loss" or not by_class:
            getattr(keras, MODULES[kind]).get(name)
    for name in CLASS_ALONE & {*TABLE[kind]}:
        with pytest.raises(ValueError, match="Could not interpret"):
            getattr(keras, MODULES[kind]).get(name)


def test_means_that_uses_of_a_shared_layer_update_in_turn_are_left_out() -> None:
    keras.backend.clear_session()
    found = compare(check(Source("net.nn", SPECS["siamese"])), 3, ".")
    left_out = "tower/batch_normalization/moving_mean"
    assert any(f"not compared: {left_out}" in line for line in found.told)
    assert {*found.differences} == {"losses", "metrics", "weights"}
    assert max(found.differences.values()) < 1e-10


#: A share of the cases; a new one does not change which are among them. Where words are
#: weighed by tfidf, networks are so sure that Keras cuts their probabilities off.
SOME = [
    name
    for name in EVERY
    if "tfidf" not in name and (RANDOM > 12 or crc32(name.encode()) % 40 == 0)
]


@pytest.mark.share(3)
@pytest.mark.parametrize("name", SOME)
def test_entries(name: str) -> None:
    try:
        verify(EVERY[name])
    except SpecError as error:  # what it refuses is in tests/test_keras_scripts.py
        faults = [d for d in error.diagnostics if d.severity == "error"]
        assert {fault.code for fault in faults} == {"not-supported-yet"}


STEPS = """
network {
  input(4, 3)
  dense(5, tanh)
  dense(3, softmax)
}
training {
"""
IGNORED = "loss = sparse_categorical_crossentropy(ignore_class=0)\n"
MEASURED = "metrics = [accuracy, top_k_accuracy(k=2), recall(class_id=1)]\n"
#: What Keras has no words for by itself: a metric that is wrapped, weights of samples.
WRAPPED = {
    "metrics beside ignore_class": f"{STEPS}{IGNORED}{MEASURED}}}",
    "weights beside ignore_class": f"{STEPS}{IGNORED}class_weight = [1: 3.0]\n}}",
    "balanced beside ignore_class": f"{STEPS}{IGNORED}class_weight = balanced\n}}",
    "weights of each step": f"{STEPS}loss = sparse_categorical_crossentropy\n"
    "metrics = [accuracy]\nclass_weight = [0: 2.0, 2: 0.5]\n}",
    "weights of shares of each step": f"{STEPS}loss = categorical_crossentropy\n"
    "class_weight = balanced\n}",
    "mean with weights": f"{STEPS}loss = categorical_crossentropy("
    "reduction=mean_with_sample_weight)\nclass_weight = [0: 2.0]\n}",
    "weights of some outputs": EVERYTHING,
    "frozen attention": """
network {
  input(4, 6)
  dense(6)
  multi_head_attention(2, 3, trainable=false)
  group_query_attention(2, 4, 2, trainable=false)
  attention(use_scale=true, trainable=false)
  dense(2)
}
training {
  loss = mse
  optimizer = adam(0.01)
}
""",
    "regressors that are counted": """
network {
  input(4)
  dense(3)
}
training {
  loss = mse
  metrics = [r2_score(num_regressors=2), r2_score(num_regressors=80), mae]
}
""",
    "layers for each step": """
activation twice(x) = 2 * tanh(x)
layer scaled(x) {
  scale = weight(size(x))
  scale * x
}
network {
  input(2, 4, 3)
  time_distributed(scaled)
  time_distributed(twice)
  time_distributed(dense(4, twice))
  time_distributed(time_distributed(dense(4, sparsemax)))
  dense(1)
}
training {
  loss = mse
}
""",
}


@pytest.mark.parametrize("name", WRAPPED)
def test_what_keras_has_no_words_for(name: str) -> None:
    verify(WRAPPED[name])


FRUIT = """
data {
  csv("fruit.csv", features=["a", "b"], target=[kind: "kind", price: "price"])
  log(of=price, offset=1)
  standardize(of=price)
}
network {
  input(2)
  dense(4, tanh) as h
  dense(3, softmax) as kind from h
  dense(1) as price from h
  output(kind, price)
}
training {
  loss = [kind: sparse_categorical_crossentropy, price: mse]
  metrics = [
    kind: [precision(class_id="pear"), accuracy], price: [mae, rmse, r2_score],
  ]
  class_weight = [kind: ["fig": 3.0]]
}
"""
#: The same of one output: its classes, and its prices.
KINDS = """
data {
  csv("fruit.csv", features=["a", "b"], target="kind")
}
network {
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  metrics = [recall(class_id="fig"), precision(class_id="apple")]
  optimizer = sgd(cosine_decay(0.1, 20))
}
"""
PRICES = """
data {
  csv("fruit.csv", features=["a", "b"], target="price")
  scale(0.5, 2.0, of=target)
  minmax(of=target)
}
network {
  dense(1)
}
training {
  loss = mse
  metrics = [mae, rmse, r2_score]
}
"""


#: Windows are made batch by batch, and so are the weights of their labels.
WINDOWS = """
data {
  csv("fruit.csv", features=["a", "b"], target="kind")
  windows(4)
}
network {
  flatten
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy(ignore_class=0)
  class_weight = ["fig": 3.0]
}
"""
BOTH = """
data {
  csv("fruit.csv", features=["a", "b"], target=[kind: "kind", price: "price"])
  windows(4)
}
network {
  input(4, 2)
  flatten as x
  dense(3, softmax) as kind from x
  dense(1) as price from x
  output(kind, price)
}
training {
  loss = [kind: sparse_categorical_crossentropy, price: mse]
  class_weight = [kind: ["fig": 3.0]]
}
"""


@pytest.mark.parametrize(
    "spec",
    [FRUIT, KINDS, PRICES, WINDOWS, BOTH],
    ids=["both", "kinds", "prices", "windows", "windows of both"],
)
def test_metrics_of_a_class_by_its_name_and_in_the_units_of_the_data(
    spec: str, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    with (tmp_path / "fruit.csv").open("w", newline="") as file:
        write = csv.writer(file).writerow
        write(["a", "b", "kind", "price"])
        for i in range(100):
            a, b = rng.normal((i % 3, i % 2), 0.5)
            write([a, b, ("apple", "fig", "pear")[i % 3], 100 + 50 * abs(a)])
    verify(spec, place=str(tmp_path))


BLOBS = """
data {
  csv("blobs.csv", target="kind")
  standardize()
  split(validation=0.2, test=0.2, seed=0)
}
network {
  input(2)
  dense(8, relu)
  dropout(0.1)
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  optimizer = adam(learning_rate=cosine_decay(0.05, 200))
  metrics = [accuracy, confusion_matrix]
  class_weight = balanced
  epochs = 15
  early_stopping(patience=10, restore_best_weights=true)
  checkpoint("best.npz", save_best_only=true)
  csv_logger("log.csv")
}
"""


def test_a_script_trains_and_its_weights_are_read_by_that_of_numpy(
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(0)
    with (tmp_path / "blobs.csv").open("w", newline="") as file:
        write = csv.writer(file).writerow
        write(["a", "b", "kind"])
        for i in range(300):
            a, b = rng.normal((i % 3, i % 2), 0.3)
            write([a, b, "xyz"[i % 3]])
    for name, target in (("mine.py", "numpy"), ("net.py", "keras")):
        script = nnspec.compile(BLOBS, target=target)
        (tmp_path / name).write_text(script, "utf-8")

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "KERAS_BACKEND": "jax"},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("net.py", "--out", "run", "--quiet")
    files = {path.name for path in (tmp_path / "run").iterdir()}
    assert files == {"weights.npz", "history.csv", "best.npz", "log.csv"}
    given = ("--weights", "run/weights.npz")
    theirs, mine = (run(n, "evaluate", "--json", *given) for n in ("net.py", "mine.py"))
    assert eval(theirs)["test_confusion_matrix"] == eval(mine)["test_confusion_matrix"]
    assert eval(theirs)["test_loss"] == pytest.approx(eval(mine)["test_loss"], rel=1e-5)
    assert eval(mine)["test_accuracy"] > 0.8
    theirs, mine = (
        run(n, "predict", "blobs.csv", *given) for n in ("net.py", "mine.py")
    )
    rows = [[*csv.reader(text.splitlines())] for text in (theirs, mine)]
    assert [row[0] for row in rows[0]] == [row[0] for row in rows[1]]
    numbers = [np.array([row[1:] for row in part[1:]], float) for part in rows]
    assert difference(*numbers) < 1e-5
    run(
        "net.py",
        "--initial-weights",
        "run/weights.npz",
        "--out",
        "next",
        "--epochs",
        "1",
    )
