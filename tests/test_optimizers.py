"""Optimizers and learning rates: what a spec says, and whole trainings."""

from __future__ import annotations

import csv
import json
import re
from math import cos, pi, sqrt
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import nnspec
from nnspec import compiler
from nnspec.source import Source
from nnspec.table import TABLE
from tests.cases import OPTIMIZER_NAMES
from tests.scripts import Array, Run, load, script, spec
from tests.test_network_scripts import lint

close = np.testing.assert_allclose


def compiled(optimizer: str, more: str = "") -> str:
    """The script, without the lines that tell how its spec is written."""
    text = nnspec.compile(
        spec(["dense(4)", "dense(1)"], optimizer=optimizer, more=more)
    )
    return re.sub(r"(?m)^(ORIGIN = |# nnspec sha256:).*\n", "", text)


# -- Updates of whole weights ----------------------------------------------------------


def lamb(w: Array, gs: Array, rate: float) -> Array:
    m = v = np.zeros_like(w)
    for t, g in enumerate(gs, 1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        u = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-7)
        ratio = np.linalg.norm(w) / np.linalg.norm(u) if w.any() and u.any() else 1.0
        w = w - rate * ratio * u
    return w


def adafactor(w: Array, gs: Array, rate: float) -> Array:
    rows = columns = mean = np.zeros(1)
    for t, g in enumerate(gs, 1):
        squares, memory = g * g + 1e-30, 1 - t**-0.8
        if w.ndim < 2:
            mean = memory * mean + (1 - memory) * squares
        else:
            rows = memory * rows + (1 - memory) * squares.mean(-1, keepdims=True)
            columns = memory * columns + (1 - memory) * squares.mean(-2, keepdims=True)
            mean = rows * columns / rows.mean(-2, keepdims=True)
        u = g / np.sqrt(mean)
        u /= max(1.0, sqrt(np.mean(u * u)))
        w = w - min(rate, 1 / sqrt(t)) * max(1e-3, sqrt(np.mean(w * w))) * u
    return w


@pytest.mark.parametrize("update", [lamb, adafactor])
@pytest.mark.parametrize("shape", [(6, 4), (1, 5), (7, 1), (2, 3, 4), (3, 2, 4, 5)])
def test_updates_by_weight(update: Any, shape: tuple[int, ...]) -> None:
    """The first weight of a script is given any shape, the second stays at 0."""
    text = compiled(update.__name__, "precision = float64")
    assert text.count('"dense/kernel": (6, 4)') == 1
    module = load(text.replace('"dense/kernel": (6, 4)', f'"dense/kernel": {shape}'))
    rng = np.random.default_rng(0)
    parameters = rng.normal(size=module.PARAMETERS)
    w = module.views(parameters)
    w.dense_bias[:] = 0.0
    start = {name: value.copy() for name, value in vars(w).items()}
    gradients = rng.normal(size=(4, parameters.size))
    slots = np.zeros((2, parameters.size))
    if update is adafactor:
        *_, last = module.factored(module.SHAPES.values())
        slots = np.zeros(last[-1].stop)
    for step, gradient in enumerate(gradients, 1):
        getattr(module, update.__name__)(parameters, gradient.copy(), slots, 0.01, step)
    for name, value in start.items():
        gs = np.array([getattr(module.views(g), name) for g in gradients])
        close(getattr(w, name), update(value, gs, 0.01), rtol=1e-12, err_msg=name)


def by_singular_values(g: Array) -> Array:
    """What five steps of the polynomial make of the singular values of g."""
    u, s, v = np.linalg.svd(g, full_matrices=False)
    s /= np.linalg.norm(s) + 1e-7
    for _ in range(5):
        s = 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5
    return u * s @ v


@pytest.mark.parametrize("width", [3, 6, 9])
def test_muon_makes_the_steps_of_matrices_orthogonal(width: int) -> None:
    """Whichever side is the longer one; the bias has Adam's first step."""
    text = spec([f"dense({width})"], optimizer="muon(0.1, weight_decay=none)")
    run, rng = Run(script(text)), np.random.default_rng(0)
    start, kernel = run.w.dense_bias.copy(), run.w.dense_kernel.copy()
    run.gradients[:] = rng.normal(size=run.gradients.size)
    g = run.named(run.gradients)["dense/kernel"].copy()
    run.apply()
    step = by_singular_values(g + 0.95 * g)
    assert np.abs(np.linalg.svd(step, compute_uv=False) - 1).max() < 0.5
    expected = kernel - 0.1 * 0.2 * sqrt(max(6, width)) * step
    close(run.w.dense_kernel, expected, rtol=1e-12)
    close(np.abs(run.w.dense_bias - start), 0.1, rtol=1e-4)


@pytest.mark.parametrize(
    ("more", "matrices"),
    [
        ("", ["dense/kernel", "dense_1/kernel"]),
        (", exclude_embeddings=false", ["embedding/embeddings", "dense/kernel"]),
        (', exclude_layers=["dense"]', []),
        (', exclude_layers=["dense_1", "none_such"]', ["dense/kernel"]),
    ],
)
def test_muon_is_for_matrices_alone(more: str, matrices: list[str]) -> None:
    layers = ["embedding(9, 4)", "dense(4)", "conv1d(3, 2)", "flatten", "dense(1)"]
    s = script(spec(layers, optimizer=f"muon(0.1{more})", shape="5"))
    assert s.module.MATRICES[: len(matrices)] == matrices
    assert len(s.module.MATRICES) == len(matrices) + ("=false" in more)
    assert s.module.MATRICES[-1:] in ([], ["dense_1/kernel"], ["dense/kernel"])


def test_muon_excludes_by_words_that_mean_themselves() -> None:
    text = spec(["dense(1)"], optimizer='muon(exclude_layers=["dense.*"])')
    (error,) = compiler.check(Source("a.nn", text)).diagnostics
    assert error.code == "argument-type"
    assert "letters, digits and `_`" in error.message


def test_a_gradient_that_is_not_finite_shows_in_every_weight() -> None:
    run = Run(script(spec(["dense(3)"], optimizer="sgd(global_clipnorm=1)")))
    run.gradients[0] = np.inf
    with np.errstate(invalid="ignore"):
        run.apply()
    assert np.isnan(run.parameters).all()


# -- Scripts ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZER_NAMES)
def test_a_script_has_nothing_that_its_spec_does_not_use(name: str) -> None:
    text = compiled(name)
    for word in ("average", "accumulated ", "norm(gr", "np.clip", "schedule"):
        own = text.replace("average_gradient", "").replace("schedule_free", "")
        assert word not in own, word
    assert ("weight decay" in text) is (name == "adamw")
    assert "weight decay" not in compiled("adamw(weight_decay=0)").split('"""')[-1]
    assert "LEARNING_RATE = 0.0" in text
    assert "def learning_rate" not in text


def test_ruff_has_nothing_to_say_of_updates_that_threads_share(tmp_path: Path) -> None:
    options = ("", "clipnorm=1", "use_ema=true, ema_overwrite_frequency=2")
    for name in OPTIMIZER_NAMES:
        for i, more in enumerate(options):
            text = spec(["dense(500)"], shape="600", optimizer=f"{name}({more})")
            (tmp_path / f"{name}_{i}.py").write_text(nnspec.compile(text), "utf-8")
    lint(tmp_path)


def test_the_setting_and_the_argument_are_the_same() -> None:
    def code(*given: str) -> str:
        """The script without what it says of its spec, and its seal."""
        return compiled(*given).partition("__all__")[2].rpartition("\n#")[0]

    argument = code("adam(gradient_accumulation_steps=4)")
    setting = code("adam", "gradient_accumulation = 4")
    both = code("adam(gradient_accumulation_steps=4)", "gradient_accumulation = 4")
    assert argument == setting == both
    assert code("adam", "gradient_accumulation = 1") == code("adam")


class Watched(np.ndarray[Any, Any]):
    """An array that works with none of higher precision, and no such scalar."""

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
    ) -> Any:
        for x in inputs:
            if isinstance(x, np.ndarray | np.generic):
                assert x.dtype != np.float64, ufunc.__name__
        plain = [x.view(np.ndarray) if isinstance(x, Watched) else x for x in inputs]
        if outputs := kwargs.pop("out", None):
            kwargs["out"] = tuple(x.view(np.ndarray) for x in outputs)
        result = getattr(ufunc, method)(*plain, **kwargs)
        return result.view(Watched) if isinstance(result, np.ndarray) else result


@pytest.mark.parametrize("optimizer", OPTIMIZER_NAMES)
@pytest.mark.parametrize("clip", ["clipnorm", "global_clipnorm", "clipvalue"])
def test_float32_stays_float32(optimizer: str, clip: str) -> None:
    more = f"cosine_decay(0.1, 10), use_ema=true, {clip}=0.01, weight_decay=0.1"
    run = Run(script(spec(["dense(4)"], optimizer=f"{optimizer}({more})", more="")))
    run.parameters, run.gradients, run.slots = (
        array.view(Watched) for array in (run.parameters, run.gradients, run.slots)
    )
    for _ in range(2):
        run.gradients[:] = 1.0
        run.apply()
    assert run.parameters.dtype == run.slots.dtype == np.float32


# -- Schedules -------------------------------------------------------------------------

RATES = {
    "exponential_decay(0.1, 10, 0.5)": {0: 0.1, 5: 0.1 * sqrt(0.5), 20: 0.025},
    "exponential_decay(0.1, 10, 0.5, true)": {0: 0.1, 9: 0.1, 10: 0.05, 29: 0.025},
    "piecewise_constant_decay([2, 5], [3, 2, 1])": {
        0: 3,
        2: 3,
        3: 2,
        5: 2,
        6: 1,
        99: 1,
    },
    "polynomial_decay(1.1, 10, 0.1)": {0: 1.1, 5: 0.6, 10: 0.1, 50: 0.1},
    "polynomial_decay(1.1, 10, 0.1, 2)": {0: 1.1, 5: 0.35, 10: 0.1},
    "polynomial_decay(1.1, 10, 0.1, 0)": {0: 1.1, 5: 1.1, 10: 1.1},
    "polynomial_decay(1.1, 10, 0.1, cycle=true)": {0: 1.1, 10: 0.1, 15: 0.35, 20: 0.1},
    "polynomial_decay(1, 10, 0)": {0: 1, 5: 0.5, 10: 0, 50: 0},
    "polynomial_decay(1, 10, 0, 2, true)": {0: 1, 5: 0.25, 10: 0, 15: 1 / 16},
    "inverse_time_decay(1, 10, 0.5)": {0: 1, 5: 0.8, 10: 1 / 1.5, 20: 0.5},
    "inverse_time_decay(1, 10, 0.5, true)": {0: 1, 9: 1, 10: 1 / 1.5, 20: 0.5},
    "cosine_decay(0.1, 10)": {0: 0.1, 5: 0.05, 10: 0, 11: 0},
    "cosine_decay(1, 10, 0.2)": {0: 1, 5: 0.6, 10: 0.2, 11: 0.2},
    "cosine_decay(0, 10, 0, 1, 4)": {0: 0, 1: 0.25, 4: 1, 9: 0.5, 14: 0, 15: 0},
    "cosine_decay(0.5, 10, 0, 1)": {0: 1, 5: 0.5, 10: 0},
    "cosine_decay_restarts(1, 10)": {0: 1, 5: 0.5, 10: 1, 20: 0.5, 30: 1, 70: 1},
    "cosine_decay_restarts(1, 10, 1)": {0: 1, 5: 0.5, 10: 1, 15: 0.5, 1000: 1},
    "cosine_decay_restarts(1, 10, 3, 0.5)": {
        0: 1,
        10: 0.5,
        25: 0.25,
        40: 0.25,
        130: 1 / 8,
    },
    "cosine_decay_restarts(1, 10, 1, 0.5, 0.1)": {0: 1, 10: 0.55, 5: 0.55, 20: 0.325},
    "one_cycle(1, 10)": {0: 0.04, 1: 0.52, 2: 1, 9: 4e-6, 10: 4e-6, 99: 4e-6},
    "one_cycle(1, 10, 0.5, 10, 100)": {0: 0.1, 2: 0.55, 4: 1, 9: 1e-3, 99: 1e-3},
    "one_cycle(1, 10, 0.1)": {0: 1, 9: 4e-6},
    "one_cycle(1, 10, 0)": {0: 4e-6 + (1 - 4e-6) * (1 + cos(pi / 10)) / 2, 9: 4e-6},
    "one_cycle(1, 1)": {0: 4e-6},
}


@pytest.mark.parametrize("schedule", RATES)
def test_rates(schedule: str) -> None:
    module = load(compiled(f"sgd({schedule})"))
    for step, rate in RATES[schedule].items():
        found = module.learning_rate(step)
        close(found, rate, rtol=1e-12, atol=1e-15, err_msg=f"step {step}")
        assert type(found) is float


def test_every_schedule_has_its_rates() -> None:
    assert {schedule.partition("(")[0] for schedule in RATES} == set(TABLE["schedule"])


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("cosine_decay(0.1, 0)", "`decay_steps` of `cosine_decay` needs an integer of"),
        ("cosine_decay(0.1, 10.0)", "`decay_steps` of `cosine_decay` needs an integer"),
        ("cosine_decay(0.1)", "`cosine_decay` needs `decay_steps`"),
        ("cosine_decay(0.1, 9, name=1)", "`cosine_decay` has no argument `name`"),
        ("cosine_decay(-0.1, 9)", "needs a number of at least 0, got `-0.1`"),
        ("cosine_decay(0.1, 9, warmup_steps=-1)", "`warmup_steps` of `cosine_decay`"),
        ("exponential_decay(0.1, 9, 96)", "a number from 0 to 1, got `96`"),
        ("polynomial_decay(0.1, 9, power=-1)", "`power` of `polynomial_decay` needs"),
        ("cosine_decay_restarts(0.1, 9, 0.5)", "`t_mul` of `cosine_decay_restarts`"),
        ("piecewise_constant_decay([], [1])", "and above the one before, got a list"),
        ("piecewise_constant_decay([1, 3, 2], [1])", "the one before, got `2`"),
        ("piecewise_constant_decay([1.5], [1, 2])", "one before, got `1.5`"),
        ("piecewise_constant_decay([1], [1])", "but there is 1"),
        ("one_cycle(0.1, pct_start=1)", "`pct_start` of `one_cycle` needs"),
        ("one_cycle(0.1, div_factor=0)", "`div_factor` of `one_cycle` needs"),
        ('"cosine_decay"', "a number of at least 0, or a schedule, got"),
        ("none", "a number of at least 0, or a schedule, got `none`"),
        ("adam", "there is no schedule called `adam`"),
    ],
)
def test_a_schedule_that_is_none(schedule: str, message: str) -> None:
    text = spec(["dense(1)"], optimizer=f"sgd({schedule})")
    (found,) = compiler.check(Source("model.nn", text)).diagnostics
    assert message in found.message
    start = text.index("optimizer = sgd(") + len("optimizer = sgd(")
    assert start <= found.span.start < start + len(schedule)


# -- Whole trainings -------------------------------------------------------------------

DATA = """
data {
  blobs(samples=75, classes=3)
  split(validation=5, test=20, seed=1)
}
"""


def options(module: ModuleType, out: Path, **given: Any) -> SimpleNamespace:
    """The options of a training, as the command line would give them."""
    settings: dict[str, Any] = {
        "epochs": module.EPOCHS,
        "batch_size": module.BATCH_SIZE,
        "seed": module.SEED,
        "out": out,
        "resume": False,
        "force": not given.get("resume"),
        "quiet": True,
        "argv": [],
        "files": [],
        "until": None,
        "partial": False,
    }
    others = dict.fromkeys(("data_dir", "data", "initial_weights", "json"))
    return SimpleNamespace(**settings | others | given)


def train(text: str, out: Path, **given: Any) -> list[dict[str, float]]:
    """A training of a spec; the rows of its history."""
    module = load(nnspec.compile(text))
    module.run_train(options(module, out, **given))
    with (out / "history.csv").open() as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def interrupt_training(text: str, out: Path, batches: int, **given: Any) -> None:
    """A training that Ctrl-C ends in the middle of an epoch."""
    module = load(nnspec.compile(text))
    forward, left = module.forward, iter(range(batches))

    def break_off(*given: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        forward(*given)

    module.forward = break_off
    with pytest.raises(KeyboardInterrupt):
        module.run_train(options(module, out, **given))


def arrays(out: Path, name: str = "weights") -> dict[str, Array]:
    with np.load(out / f"{name}.npz") as file:
        return dict(file)


def model(optimizer: str, more: str = "") -> str:
    layers = ["dense(5, tanh)", "dense(3, softmax)"]
    text = spec(
        layers,
        shape="2",
        loss="sparse_categorical_crossentropy",
        optimizer=optimizer,
        metrics="accuracy",
        more=f"epochs = 4; batch_size = 8; {more}".replace("; ", "\n  "),
    )
    return DATA + text


#: 50 samples make 7 batches an epoch, which 3 does not divide.
@pytest.mark.share(5)
@pytest.mark.parametrize(
    "optimizer",
    [
        *OPTIMIZER_NAMES,
        "adam(use_ema=true, ema_momentum=0.9)",
        "sgd(0.1, momentum=0.9, use_ema=true, ema_overwrite_frequency=5)",
        "nadam(gradient_accumulation_steps=3)",
        "adafactor(0.1, gradient_accumulation_steps=3, use_ema=true)",
        "rmsprop(cosine_decay_restarts(0.01, 9), gradient_accumulation_steps=3, "
        "use_ema=true, clipnorm=0.1, weight_decay=0.1)",
        "adamw(one_cycle(0.01, 28))",
    ],
)
def test_a_resumed_training_is_the_same(optimizer: str, tmp_path: Path) -> None:
    text, whole, parts = model(optimizer), tmp_path / "whole", tmp_path / "parts"
    expected = train(text, whole)
    train(text, parts, epochs=1)
    ended = arrays(parts)
    interrupt_training(text, parts, 4, resume=True)
    changed = arrays(parts)
    assert any((changed[name] != ended[name]).any() for name in ended)
    train(text, parts, epochs=3, resume=True)
    found = train(text, parts, resume=True)
    for one, other in zip(found, expected, strict=True):
        assert one | {"seconds": 0} == other | {"seconds": 0}
    for name in ("weights", "checkpoint"):
        same, other_arrays = arrays(parts, name), arrays(whole, name)
        assert list(same) == list(other_arrays)
        for key in set(same) - {"training/history"}:
            np.testing.assert_array_equal(same[key], other_arrays[key])


def test_an_average_before_the_first_update_is_that_of_the_weights() -> None:
    """A constraint may have changed them since; Keras takes them as they are."""
    text = model("adam(gradient_accumulation_steps=3, use_ema=true)")
    module = load(nnspec.compile(text))
    parameters, gradients = np.ones(module.PARAMETERS), np.ones(module.PARAMETERS)
    slots = np.zeros((len(module.SLOTS), module.PARAMETERS))
    for step in (1, 2):
        parameters *= 0.5
        module.adam(parameters, gradients, slots, 0.1, step)
        average = slots[module.SLOTS.index("average")]
        np.testing.assert_array_equal(average, parameters)


def test_averages_are_left_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, averaged = tmp_path / "plain", tmp_path / "averaged"
    kept: list[dict[str, Array]] = []
    for epochs in range(1, 5):
        train(model("sgd(0.5)"), plain, batch_size=50, epochs=epochs)
        kept.append(arrays(plain))
    text = model("sgd(0.5, use_ema=true, ema_momentum=0.6)")
    train(text, averaged, batch_size=50, quiet=False, json=True)
    last = json.loads(capsys.readouterr().out.splitlines()[-1])

    expected = kept[0]
    for weights in kept[1:]:
        expected = {k: 0.6 * expected[k] + 0.4 * w for k, w in weights.items()}
    found, left = arrays(averaged), arrays(averaged, "checkpoint")
    for name, weight in kept[-1].items():
        close(found[name], expected[name], rtol=1e-4)
        np.testing.assert_array_equal(left[name], weight)
        assert not np.allclose(found[name], weight, rtol=1e-3)

    module = load(nnspec.compile(model("sgd(0.5)")))
    parts = module.load_data(options(module, averaged))
    w = module.views(np.concatenate([np.ravel(found[k]) for k in module.SHAPES]))
    assert last == module.evaluate_part(w, *parts["test"], "test_")


@pytest.mark.parametrize(("start", "best"), [(0, True), (100, False)])
def test_the_best_weights_take_the_place_of_averages(
    start: int, best: bool, tmp_path: Path
) -> None:
    """Every epoch is the best so far, or none is looked at."""
    stopping = (
        f"early_stopping(loss, restore_best_weights=true, start_from_epoch={start})"
    )
    rows = train(model("sgd(0.1, use_ema=true)", stopping), tmp_path)
    losses = [row["loss"] for row in rows]
    assert losses == sorted(losses, reverse=True)
    found, left = arrays(tmp_path), arrays(tmp_path, "checkpoint")
    for name, weight in found.items():
        assert np.array_equal(weight, left[name]) is best, name


def test_weights_that_are_not_trained_have_no_averages(tmp_path: Path) -> None:
    layers = ["dense(5, tanh)", "dense(4, tanh, trainable=false)", "dense(3, softmax)"]
    text = spec(
        layers,
        shape="2",
        loss="sparse_categorical_crossentropy",
        optimizer="adafactor(0.1, use_ema=true, ema_momentum=0.5)",
        more="",
    )
    train(DATA + text, tmp_path)
    found, left = arrays(tmp_path), arrays(tmp_path, "checkpoint")
    assert list(found) == [name for name in left if not name.startswith("training/")]
    for name, weight in found.items():
        assert np.array_equal(weight, left[name]) is name.startswith("dense_1/"), name


def test_accumulated_batches_are_one_large_batch(tmp_path: Path) -> None:
    """Where all batches are as large; an epoch of 4 batches makes 2 updates."""
    some, large = tmp_path / "some", tmp_path / "large"
    data = DATA.replace("75", "65")
    assert data != DATA
    for optimizer in ("sgd(0.1, momentum=0.9", "adam(0.01"):
        one = model(f"{optimizer}, gradient_accumulation_steps=2)", "shuffle = false")
        other = model(f"{optimizer})", "shuffle = false")
        train(one.replace(DATA, data), some, batch_size=10)
        train(other.replace(DATA, data), large, batch_size=20)
        for name, weight in arrays(large).items():
            close(arrays(some)[name], weight, rtol=1e-4, atol=1e-6)


def test_one_cycle_is_as_long_as_the_training(tmp_path: Path) -> None:
    text = model("sgd(one_cycle(0.1))")
    low = 0.1 / 25 / 1e4
    rates = [row["learning_rate"] for row in train(text, tmp_path)]
    assert rates[-1] == pytest.approx(low)
    assert rates == sorted(rates, reverse=True)
    assert rates[2] > 100 * low
    rates = [
        row["learning_rate"] for row in train(text, tmp_path, epochs=2, batch_size=3)
    ]
    assert rates[-1] == pytest.approx(low)
    assert rates[0] > 0.01


def test_the_history_has_the_rate_of_the_next_step(tmp_path: Path) -> None:
    rows = train(model("sgd(inverse_time_decay(1, 7, 1))"), tmp_path)
    close([row["learning_rate"] for row in rows], [1 / 2, 1 / 3, 1 / 4, 1 / 5])
