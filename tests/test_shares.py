"""Threads that share batches make the same of them as one alone."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from nnspec import compiler
from nnspec.analyze.shares import shares_of
from nnspec.origin import Origin
from nnspec.source import Source
from nnspec.targets.numpy.script import plan
from tests.cases import CASES
from tests.scripts import Run, load, script, spec

LAYERS = ["conv2d(3, 2, tanh)", "conv2d(2, 3, elu, padding=same)", "flatten"]
END = ["dense(3, softmax)"]
LOSS = "sparse_categorical_crossentropy"


def text(
    layers: list[str], loss: str = LOSS, more: str = "", metrics: str = "accuracy"
) -> str:
    more = f"precision = float64\n  batch_size = 7\n  epochs = 3\n  {more}"
    optimizer = "sgd(0.1, momentum=0.9)"
    return spec(
        layers, shape="5, 4, 2", loss=loss, optimizer=optimizer, metrics=metrics,
        more=more,
    )  # fmt: skip


def run(folder: Path, source: str, *options: str) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """The weights after a training of 24 samples: the last batch has 3."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(24, 5, 4, 2)), rng.integers(3, size=24)
    np.savez(folder / "data.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    (folder / "model.py").write_text(script(source).text, "utf-8")
    command = [sys.executable, "model.py", "--data", "data.npz", "--quiet", *options]
    subprocess.run(command, cwd=folder, check=True)
    with np.load(folder / "runs" / "model" / "weights.npz") as file:
        return dict(file)


NORMALIZED = [
    "batch_normalization",  # by the input nothing is derived
    "conv2d(3, 2, tanh)",
    "batch_normalization(momentum=0.8)",
    "conv2d(2, 3, elu, padding=same)",
    "batch_normalization(scale=false)",
    "batch_normalization(1, center=false)",
    "batch_normalization(center=false, scale=false)",
    "flatten",
    "batch_normalization",
    "batch_normalization(trainable=false)",
]


@pytest.mark.parametrize("layers", [LAYERS, NORMALIZED, [NORMALIZED[0], *LAYERS]])
def test_shared_batches_are_whole_ones(layers: list[str], tmp_path: Path) -> None:
    source = text([*layers, *END])
    found = run(tmp_path, source)
    s = script(source)
    alone = Run(s)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(24, 5, 4, 2)), rng.integers(3, size=24)
    for epoch in (1, 2, 3):
        order = np.random.default_rng([0, epoch]).permutation(24)
        for first in range(0, 24, 7):
            rows = order[first : first + 7]
            alone.update(x[rows], y[rows])
    for name, weight in alone.weights().items():
        np.testing.assert_allclose(found[name], weight, rtol=1e-10, err_msg=name)


def test_the_gradient_check_joins_shares() -> None:
    found = script(text([*NORMALIZED, *END])).text
    alone = found.replace(" * a.part", "")
    assert load(found).run_gradcheck(SimpleNamespace(seed=0)) == 0
    assert load(alone).run_gradcheck(SimpleNamespace(seed=0)) == 1


@pytest.mark.parametrize("layers", [LAYERS, NORMALIZED])
def test_threads_do_not_change_what_is_drawn(layers: list[str], tmp_path: Path) -> None:
    source = text(["dropout(0.2)", *layers, "dropout(0.5)", *END])
    one, two = (run(tmp_path, source, "--threads", n) for n in "12")
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_each_share_draws_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    s = script(text(["dropout(0.5)", *LAYERS, *END]))
    m, alone, masks = s.module, Run(s), list[bytes]()
    forward = m.forward

    def noted(w: SimpleNamespace, a: SimpleNamespace, rng: np.random.Generator) -> None:
        forward(w, a, rng)
        masks.append(a.dropout_mask.tobytes())

    monkeypatch.setattr(m, "forward", noted)
    shares = np.zeros((m.SHARES, m.PARAMETERS))
    more = {"shares": shares, "dw": [*map(m.views, shares)], "history": []}
    more["diverged"] = ""
    state = SimpleNamespace(**{**vars(alone), **more})
    options = SimpleNamespace(seed=0, quiet=True, epochs=1, batch_size=8)
    m.run_epoch(state, np.ones((8, 5, 4, 2)), np.zeros(8, int), options)
    assert len(masks) == len(set(masks)) == 4


@pytest.mark.parametrize(
    ("layers", "loss", "more"),
    [
        ([*LAYERS, "dropout(0.5, seed=3)", *END], LOSS, ""),
        ([*LAYERS, *END], f"{LOSS}(ignore_class=1)", ""),
        ([*LAYERS, *END], f"{LOSS}(reduction=sum)", ""),
        (
            [*LAYERS, *END],
            f"{LOSS}(reduction=mean_with_sample_weight)",
            "class_weight = [0: 2.0, 1: 1.0, 2: 0.5]",
        ),
        (["flatten", *END], LOSS, ""),
    ],
)
def test_a_batch_stays_whole_where_that_matters(
    layers: list[str], loss: str, more: str
) -> None:
    assert "SHARES" not in script(text(layers, loss, more)).text


def test_a_metric_by_whole_batches_keeps_them_whole() -> None:
    layers, loss = [*LAYERS, "dense(3, sigmoid)"], "binary_crossentropy"
    assert "SHARES" in script(text(layers, loss)).text
    assert "SHARES" not in script(text(layers, loss, metrics="accuracy, dice")).text


@pytest.mark.thorough
def test_no_network_that_needs_whole_batches_has_shares() -> None:
    kinds = set[tuple[bool, bool]]()
    for text in CASES.values():
        model = compiler.check(Source("model.nn", text)).model
        assert model is not None
        network = plan(model, Source("model.nn", text), Origin()).network
        assert not (network.shares and network.seeds)
        kinds.add((network.shares is not None, bool(network.seeds)))
    assert len(kinds) == 3


def test_a_weighed_mean_is_shared(tmp_path: Path) -> None:
    source = text([*LAYERS, *END], more="class_weight = [0: 2.0, 1: 1.0, 2: 0.5]")
    assert "SHARES" in script(source).text
    assert run(tmp_path, source)


#: Few of the cases of all layers, losses and metrics.
SOME = [*CASES.values()][::23]


@pytest.mark.share(3)
@pytest.mark.parametrize("text", SOME, ids=range(len(SOME)))
def test_shares_of_any_network_make_a_whole_batch(text: str) -> None:
    text = re.sub(r"(drop\w*|noise)\([\d.]+", r"\1(0.0", text)  # shares draw otherwise
    model = compiler.check(Source("model.nn", text)).model
    assert model is not None
    if model.data or len(model.network.last) > 1 or not shares_of(model, ranks=3):
        pytest.skip("it has data of its own, or needs whole batches")
    s, rng = script(text), np.random.default_rng(0)
    x = s.samples(rng, 11)
    parts = {"train": (x, s.labels(rng, 11))}
    parts["validation"] = parts["train"]
    modules = (load(compiler.compile(text, ranks=n)) for n in (0, 3))
    runs = [m.train(parts, epochs=2, batch_size=5) for m in modules]
    (alone, history), (found, rows) = runs
    near = {np.float64: 1e-8}.get(s.module.DTYPE, 1e-3)
    same = partial(np.testing.assert_allclose, rtol=near, atol=near)
    for name, value in vars(alone.w).items():
        same(getattr(found.w, name), value, err_msg=name)
    for name in history[-1].keys() - {"seconds"}:
        same(rows[-1][name], history[-1][name], err_msg=name)
