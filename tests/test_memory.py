"""The memory that a summary tells is what a training takes at its peak."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnspec import summary
from tests.scripts import Script, script

_BLOCK = """block residual(filters) {
  conv2d(filters, 3, padding=same, use_bias=false)
  batch_normalization
  relu
  conv2d(filters, 3, padding=same, use_bias=false)
  batch_normalization
  add(input)
  relu
}
block transformer(width) {
  layer_normalization
  multi_head_attention(4, width // 4, causal=true)
  add(input) as attended
  layer_normalization
  dense(4 * width, gelu)
  dense(width)
  add(attended)
}
"""
#: Layers, the optimizer and the size of a batch.
SPECS = {
    "dense": ("input(784)\ndense(512, relu)", "rmsprop", 128),
    "convolutions": (
        "input(28, 28, 1)\nconv2d(32, 3, activation=relu)\nmax_pooling2d(2)\n"
        "conv2d(64, 3, activation=relu)\nmax_pooling2d(2)\nflatten",
        "adam",
        64,
    ),
    "residual": (
        "input(32, 32, 3)\nconv2d(16, 3, padding=same)\n"
        "repeat 3 {\nresidual(16)\n}\nglobal_average_pooling2d",
        "sgd(0.1, momentum=0.9)",
        64,
    ),
    "lstm": ("input(40, 32)\nlstm(64)", "adam", 64),
    "transformer": (
        "input(32, 32)\ndense(64)\nrepeat 3 {\ntransformer(64)\n}\nflatten",
        "adamw",
        32,
    ),
    "graph": (
        "input(200)\ndense(256, relu) as a\ndense(256, relu)\nadd(a)\n"
        "dense(256, tanh) as b\ndense(128, relu) from a\nconcatenate(b)\ndropout(0.2)",
        "adam",
        256,
    ),
    "separable": (
        "input(48, 48, 8)\nseparable_conv2d(32, 3, padding=same)\nbatch_normalization\n"
        "relu\nconv2d(16, 3, 2)\nglobal_max_pooling2d",
        "adam",
        32,
    ),
}


def built(name: str) -> Script:
    """The script of a network that ends in ten classes, for one thread."""
    layers, optimizer, size = SPECS[name]
    found = script(
        f"{_BLOCK}network {{\n{layers}\ndense(10, softmax)\n}}\n"
        "training {\nloss = sparse_categorical_crossentropy\n"
        f"optimizer = {optimizer}\nbatch_size = {size}\nepochs = 2\n}}\n"
    )
    found.module.THREADS = 1
    return found


def peaks(s: Script, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The most bytes that arrays have at once in a training, and in a validation."""
    m, rng, found = s.module, np.random.default_rng(0), dict[str, int]()
    size = summary.summarize(s.model).batch_size
    x = rng.normal(size=(3 * size, *s.model.input_shape)).astype(m.DTYPE)
    part = x, rng.integers(10, size=len(x))
    options = m.parse(["train", "--quiet"])
    options.out, options.files = None, None
    parts = m.load_data(options, {"train": part, "validation": part})

    def measured(function: Callable[..., object]) -> Callable[..., object]:
        def run(*given: object) -> object:
            tracemalloc.reset_peak()
            result = function(*given)
            found[function.__name__] = tracemalloc.get_traced_memory()[1]
            return result

        return run

    for name in ("run_epoch", "evaluate_part"):
        monkeypatch.setattr(m, name, measured(getattr(m, name)))
    tracemalloc.start()
    try:
        m.fit(options, parts)
    finally:
        tracemalloc.stop()
    return found


@pytest.mark.share(2)
@pytest.mark.parametrize("name", SPECS)
def test_a_training_takes_the_memory_that_is_told(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    s = built(name)
    told = summary.summarize(s.model).memory
    found = peaks(s, monkeypatch)
    assert 0.9 < found["run_epoch"] / told.total < 1.1
    # Small networks are validated many samples at a time, which is faster.
    assert found["evaluate_part"] < max(1.1 * told.total, 30e6)


def test_large_samples_are_validated_few_at_a_time() -> None:
    layers = "input(500, 64)\nlstm(256, return_sequences=true)\nflatten"
    text = (
        "network {{\n{}\ndense(2)\n}}\ntraining {{\nloss = mse\nbatch_size = {}\n}}\n"
    )
    sizes = (1, 32, 600)
    found = [script(text.format(layers, size)).text for size in sizes]
    for size, code in zip((4, 32, 512), found, strict=True):
        assert f"    for first in range(0, len(x), {size}):\n" in code
