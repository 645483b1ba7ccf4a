"""Scripts of networks that are graphs: each gradient is that of the loss."""

from __future__ import annotations

import re

import numpy as np
import pytest

from nnspec import compiler
from nnspec.source import Source
from nnspec.targets.numpy import network
from nnspec.targets.numpy.arrays import Arrays
from tests.cases import CASES
from tests.scripts import Array, Run, Script, script
from tests.smooth_graphs import random_graph


@pytest.mark.share(19)
@pytest.mark.parametrize("seed", range(1900))
def test_gradients_of_random_graphs(seed: int) -> None:
    assert script(random_graph(seed)).gradcheck() == 0


def trained(s: Script) -> Array:
    """The parameters after two updates."""
    run, rng = Run(s), np.random.default_rng(0)
    for _ in range(2):
        run.update(s.samples(rng, 5), s.labels(rng, 5))
    return run.parameters


@pytest.mark.share(29)
@pytest.mark.parametrize("text", [*map(random_graph, range(200)), *CASES.values()])
def test_shared_memory_changes_no_bit(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = trained(script(text))
    monkeypatch.setattr(
        network, "Arrays", lambda taken, _, *uses: Arrays(taken, False, *uses)
    )
    analysis = compiler.check(Source("alone.nn", text + "\n"))
    assert np.array_equal(trained(script(text + "\n")), shared, equal_nan=True)
    assert "only one is needed at a time" not in compiler.script(analysis)


def test_arrays_that_are_never_needed_at_once_share_memory() -> None:
    lines = "\n".join("dense(4, tanh)" for _ in range(4))
    text = f"network {{\ninput(4)\n{lines}\n}}\ntraining {{\nloss = mse\n}}\n"
    code = script(text).text
    assert code.count("only one is needed at a time") == 1
    assert len(re.findall(r"^    d?a\.\w+ = d?a\.\w+$", code, re.MULTILINE)) == 3


def test_names_of_layers_in_blocks_are_whole_words_or_their_beginnings() -> None:
    text = """block normalized {
conv2d(2, 3, padding=same)
batch_normalization
}
block residual {
normalized
normalized
add(input)
layer_normalization
}
network {
input(4, 4, 2)
residual
residual
flatten
dense(1)
}
training {
loss = mse
}
"""
    code = script(text).text
    assert "a.residual_layer_norm = " in code
    assert "a.resi_1_norm_1_batch_norm = " in code
    assert code.count("layer_normalization: y = gamma * x_hat + beta") == 1
    assert code.count("# several layers take this value: their derivatives") == 1
