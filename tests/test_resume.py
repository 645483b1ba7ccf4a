"""A spec is edited between a training and its resumption: refused by name, or right."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

import nnspec
from tests.scripts import load

SPEC = """
data {
  spirals(samples=90, classes=3, seed=2)
  standardize
  split(validation=0.2, test=0.2)
}
network {
  dense(8, relu)
  dense(6, tanh, use_bias=false)
  dropout(0.1)
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  optimizer = OPTIMIZER
  metrics = [accuracy]
  epochs = 3
  batch_size = 16
}
"""


def options(module: ModuleType, out: Path, **given: object) -> SimpleNamespace:
    """The options of a training, as the command line would give them."""
    settings = {
        "epochs": module.EPOCHS,
        "batch_size": module.BATCH_SIZE,
        "seed": module.SEED,
        "out": out,
        "resume": False,
        "force": False,
        "quiet": False,
        "json": False,
        "argv": [],
        "files": [],
        "until": None,
        "partial": False,
    }
    others = dict.fromkeys(("data_dir", "data", "initial_weights"))
    return SimpleNamespace(**settings | others | given)


def train(text: str, out: Path, **given: object) -> ModuleType:
    module = load(nnspec.compile(text))
    module.run_train(options(module, out, **given))
    return module


def files(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


def arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


#: The optimizer, another one, and what is told of the two.
OPTIMIZERS = [
    ("sgd(0.05, momentum=0.9)", "sgd(0.05, use_ema=true)"),
    ("sgd(0.05, use_ema=true)", "sgd(0.05, momentum=0.9)"),
    ("sgd(0.05, use_ema=true)", "sgd(0.05, gradient_accumulation_steps=2)"),
    ("sgd(0.05, momentum=0.9)", "sgd(0.05, momentum=0.9, nesterov=true)"),
    ("sgd(0.05)", "sgd(0.05, momentum=0.9)"),
    ("adam(use_ema=true)", "adam(amsgrad=true)"),
    ("adam(use_ema=true)", "adam(gradient_accumulation_steps=2)"),
    ("adam(use_ema=true)", "adam(use_ema=true, ema_momentum=0.9)"),
    ("adam", "adam(beta_1=0.5)"),
    ("adam", "adam(beta_2=0.9)"),
    ("adam", "adam(epsilon=1e-3)"),
    ("adam", "adam(clipnorm=1.0)"),
    ("adam", "adam(weight_decay=0.1)"),
    ("adam", "adamw"),
    ("adam", "nadam"),
    ("adam", "lamb"),
    ("rmsprop", "rmsprop(rho=0.5)"),
    ("rmsprop(momentum=0.9)", "rmsprop(centered=true)"),
    ("adadelta", "adam"),
    ("adafactor", "adam"),
    ("adagrad", "adagrad(initial_accumulator_value=0.5)"),
    ("lion", "sgd(momentum=0.9)"),
]


@pytest.mark.parametrize(("first", "then"), OPTIMIZERS)
def test_another_optimizer_is_refused_by_name(
    first: str, then: str, tmp_path: Path
) -> None:
    train(SPEC.replace("OPTIMIZER", first), tmp_path)
    before = files(tmp_path)
    module = load(nnspec.compile(SPEC.replace("OPTIMIZER", then)))
    with pytest.raises(module.InputError) as fault:
        module.run_train(options(module, tmp_path, epochs=5, resume=True))
    said = str(fault.value)
    rate = re.compile(r"0\.05,? ?")
    old, new = (rate.sub("", text).removesuffix("()") for text in (first, then))
    old, new = (text.replace("epsilon=1e-3", "epsilon=0.001") for text in (old, new))
    assert f"it was trained with optimizer {old!r}, this script has {new!r}" in said
    assert "\n" not in said
    assert files(tmp_path) == before


#: An edit of the spec, and what a refusal names.
EDITS = [
    ("dense(8, relu)", "dense(8, elu)", "network"),
    ("dense(8, relu)", "dense(8, relu)\n  layer_normalization", "network"),
    ("dense(8, relu)", "dense(8, leaky_relu(0.3))", "network"),
    ("dense(8, relu)", "dense(9, relu)", "network"),
    ("dense(6, tanh, use_bias=false)", "dense(6, tanh)", "network"),
    ("dropout(0.1)", "dense(6, relu)", "network"),
    ("dropout(0.1)", "dropout(0.2)", "layers"),
    ("  dropout(0.1)\n", "", "layers"),
    ("dropout(0.1)", "dropout(0.1, seed=3)", "layers"),
    ("dropout(0.1)", "gaussian_noise(0.1)", "layers"),
    ("dense(8, relu)", "dense(8, relu, kernel_regularizer=l2(0.1))", "layers"),
    ("dense(8, relu)", "dense(8, relu, kernel_constraint=non_neg)", "layers"),
    ("dense(8, relu)", "dense(8, relu, trainable=false)", "layers"),
    ("  standardize\n", "", "transforms"),
    ("standardize", "scale(0.5)\n  standardize", "transforms"),
    ("standardize", "minmax", "transforms"),
    ("seed=2", "seed=3", "data"),
    ("samples=90", "samples=100", "data"),
    ("seed=2)", "seed=2, noise=0.3)", "data"),
    ("validation=0.2, test", "validation=0.3, test", "data"),
    ("test=0.2)", "test=0.2, seed=1)", "data"),
    ("test=0.2)", "test=0.2, stratify=true)", "data"),
    ("validation=0.2, test", "test", "data"),
    ("epochs = 3", "epochs = 3\n  shuffle = false", "data"),
    ("metrics = [accuracy]", "metrics = []", "loss"),
    ("metrics = [accuracy]", "metrics = [accuracy, f1_score]", "loss"),
    ("metrics = [accuracy]", "metrics = [f1_score]", "loss"),
    (
        "= sparse_categorical_crossentropy",
        "= sparse_categorical_crossentropy(ignore_class=1)",
        "loss",
    ),
    ("epochs = 3", "epochs = 3\n  class_weight = [0: 2.0]", "loss"),
    ("epochs = 3", "epochs = 3\n  class_weight = balanced", "loss"),
    ("epochs = 3", "epochs = 3\n  precision = float64", "loss"),
    ("epochs = 3", "epochs = 3\n  seed = 4", "seed"),
    (
        "epochs = 3",
        "epochs = 3\n  early_stopping(restore_best_weights=true)",
        "best weights",
    ),
]


@pytest.mark.parametrize(("old", "new", "named"), EDITS)
def test_another_spec_is_refused_by_name(
    old: str, new: str, named: str, tmp_path: Path
) -> None:
    spec = SPEC.replace("OPTIMIZER", "adam")
    assert spec.count(old) == 1
    train(spec, tmp_path)
    before = files(tmp_path)
    module = load(nnspec.compile(spec.replace(old, new)))
    with pytest.raises(module.InputError) as fault:
        module.run_train(options(module, tmp_path, epochs=5, resume=True))
    said = str(fault.value)
    assert re.search(rf"it was trained with {named} .*, this script has ", said), said
    assert "\n" not in said and len(said) < 400
    assert files(tmp_path) == before


#: Edits after which a training goes on, and what is told.
MAY = [
    ("epochs = 3", "epochs = 9", ""),
    ("batch_size = 16", "batch_size = 8", "batch_size 8 follows on 16"),
    ("adam", "adam(0.01)", "learning_rate 0.01 follows on 0.001"),
    (
        "adam",
        "adam(cosine_decay(0.01, 9))",
        "learning_rate cosine_decay(0.01, 9) follows on 0.001",
    ),
    ("epochs = 3", 'epochs = 3\n  csv_logger("log.csv")', ""),
    ("epochs = 3", 'epochs = 3\n  checkpoint("{epoch}.npz")', ""),
    ("epochs = 3", "epochs = 3\n  early_stopping(loss, patience=9)", ""),
    ("epochs = 3", "epochs = 3\n  reduce_lr_on_plateau(loss)", ""),
    ("epochs = 3", "epochs = 3\n  terminate_on_nan", ""),
    ("dense(8, relu)", "dense(units=8, activation=relu, use_bias=true)", ""),
    ("dense(8, relu)", "dense(8, relu)  # as before", ""),
    ("dense(8, relu)", "dense(8, relu, kernel_initializer=he_normal)", ""),
]


@pytest.mark.parametrize(("old", "new", "told"), MAY)
def test_a_training_goes_on_after_an_edit_that_may_be(
    old: str,
    new: str,
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spec = SPEC.replace("OPTIMIZER", "adam")
    train(spec, tmp_path)
    first = (tmp_path / "history.csv").read_text().splitlines()
    capsys.readouterr()
    module = load(nnspec.compile(spec.replace(old, new, 1)))
    module.run_train(options(module, tmp_path, epochs=5, resume=True))
    said = capsys.readouterr().err
    assert "epochs 5 follows on 3\n" in said
    assert told in said
    rows = (tmp_path / "history.csv").read_text().splitlines()
    assert rows[:4] == first and len(rows) == 6
    assert rows[5].startswith("5,")
