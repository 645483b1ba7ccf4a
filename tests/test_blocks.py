"""Blocks that are used several times alike are functions of the script."""

from __future__ import annotations

import time

import numpy as np
import pytest

import nnspec
from nnspec.targets.numpy import network
from tests.blocks import random_blocks
from tests.scripts import Array, Run, Script, script


def trained(s: Script) -> list[Array]:
    """What two updates come to: predictions, what is measured, gradients, weights."""
    run, rng, found = Run(s), np.random.default_rng(0), []
    for _ in range(2):
        x = rng.normal(size=(5, *s.model.input_shape))
        a = run.update(x, s.labels(rng, 5))
        found += [getattr(a, s.prediction), np.array([*run.measured.values()])]
        found += [run.gradients.copy(), run.parameters.copy()]
    return found


def straight(text: str, monkeypatch: pytest.MonkeyPatch) -> Script:
    """The script of a spec without functions of blocks."""
    with monkeypatch.context() as context:
        context.setattr(network, "repeated", lambda *_: ())
        found = script(text + "\n")  # another text, which is not compiled yet
    assert "USES = {" not in found.text
    return found


@pytest.mark.share(61)
@pytest.mark.parametrize("seed", range(60))
def test_functions_compute_the_same_bits(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = random_blocks(seed)
    plain = trained(straight(text, monkeypatch))
    for one, other in zip(trained(script(text)), plain, strict=True):
        assert np.array_equal(one, other, equal_nan=True)
    assert script(text).gradcheck() == 0


TEXT = """block attending {
  layer_normalization
  multi_head_attention(2, 3, causal=true)
  gru(6, return_sequences=true)
  add(input)
}
data {
  text("all.txt")
  next_characters(5)
}
network {
  embedding(9, 6)
  position_embedding(5)
  repeat 3 {
    attending
  }
  dense(9, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  precision = float64
}
"""


def test_steps_of_a_text_give_what_the_window_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    s = script(TEXT)
    assert "x = step_attending(weights_in(w, use), a.blocks[use], x" in s.text
    m, w, ids = s.module, Run(s).w, np.array([3, 8, 0, 1, 4])
    whole, a = s.predict(w, ids[None]), m.first_state()
    for place, one in enumerate(ids):
        a.x[...] = one
        m.step(w, a)
        assert np.allclose(a.p[0, 0], whole[0, place], rtol=1e-12)
    plain = straight(TEXT, monkeypatch)
    assert np.array_equal(plain.predict(w, ids[None]), whole)


DEEP = """block normal(rule, units=6) {
  dense(units, gelu, kernel_initializer=rule, kernel_constraint=max_norm(0.5))
  batch_normalization
  spectral_normalization(dense(6))
  add(input)
}
network {
  input(6)
  dense(6)
  repeat 3 {
    normal(he_normal)
  }
  normal(zeros)
  normal(ones)
  repeat 4 {
    normal(glorot_normal)
  }
  dense(2)
}
training {
  loss = mse
  precision = float64
}
"""


def test_weights_of_uses_are_in_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    s, plain = script(DEEP), straight(DEEP, monkeypatch)
    assert [*s.module.SHAPES.items()] == [*plain.module.SHAPES.items()]
    for lines in (
        'for use in USES["normal"]:\n    SHAPES |= {\n        f"{use}/dense/kernel": ',
        'for use in USES["normal"][:3]:\n        own = weights_in(w, use)\n        dev',
        "    w.normal_4_dense_kernel[...] = 1.0",
        'for use in USES["normal"][5:]:\n        own = weights_in(w, use)\n        dev',
        'for use in USES["normal"]:\n        own = weights_in(w, use)\n        # max',
        "divide_spectrum(\n            own.spectral_normalization_dense_kernel,",
    ):
        assert lines in s.text
    for one, other in zip(trained(s), trained(plain), strict=True):
        assert np.array_equal(one, other)


def test_limits_of_initial_values_are_told_once_in_a_row() -> None:
    layers = (
        *("dense(6)", "dense(6)", "dense(6, kernel_initializer=he_normal)"),
        *("dense(6)", "layer_normalization", "dense(6)", "dense(3)"),
    )
    text = "network {{\ninput(6)\n{}\n}}\ntraining {{\nloss = mse\n}}\n"
    s = script(text.format("\n".join(layers)))
    body = s.text.partition("def initialize(")[2].partition("\ndef ")[0]
    told = [line.partition("# ")[2] for line in body.split("\n") if "# " in line]
    assert told == [
        *("glorot_uniform", "he_normal", "glorot_uniform", "glorot_uniform")
    ]
    bounds = [abs(v).max() for n, v in Run(s).weights().items() if "kernel" in n]
    limits = [*(0.5**0.5,) * 2, 2 * (1 / 3) ** 0.5 / 0.8796, *(0.5**0.5,) * 2]
    for bound, limit in zip(bounds, [*limits, (2 / 3) ** 0.5], strict=True):
        assert 0.7 * limit < bound < limit


def test_names_that_differ_by_a_slash_alone_are_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = """block wide {
  dense(4, tanh) as b_c
  dense(4, tanh) as c
  dense(4)
  add(input)
}
network {
  input(4)
  dense(4)
  wide as a
  wide as a_b
  wide as d
  wide as e
  dense(1)
}
training {
  loss = mse
  precision = float64
}
"""
    s = script(text)
    assert "def forward_wide(" in s.text and "w.a_b_c_kernel_" in s.text
    for one, other in zip(
        trained(s), trained(straight(text, monkeypatch)), strict=True
    ):
        assert np.array_equal(one, other)


def test_functions_for_other_sizes_are_named_by_them() -> None:
    text = """block wide(units, inside) {
  dense(inside)
  layer_normalization
  dense(units)
}
network {
  input(6)
  dense(6)
  USES
  dense(1)
}
training {
  loss = mse
}
"""

    def found(*uses: str) -> list[str]:
        s = script(text.replace("USES", "\n".join(uses)))
        return [
            line for line in s.text.split("\n") if line.startswith("def forward_wide")
        ]

    few = ("wide(6, 8)",) * 4
    assert found(*few) == ["def forward_wide(w, a, x):"]
    assert found(*few, *["wide(9, 8)"] * 5) == [
        "def forward_wide_of_6(w, a, x):",
        "def forward_wide_of_9(w, a, x):",
    ]
    images = ("reshape(2, 3)", *["wide(3, 8)"] * 4, "reshape(1, 2, 3)")
    assert found(*images, *["wide(3, 8)"] * 4, "flatten") == [
        "def forward_wide_of_2x3(w, a, x):",
        "def forward_wide_of_1x2x3(w, a, x):",
    ]


def deep(layers: int, sizes: int) -> str:
    """A network of blocks, of which there are some for each of several sizes."""
    uses = "\n".join(f"wide({8 + i % sizes})\nrelu" for i in range(layers // 5))
    return f"""block wide(units) {{
  dense(units)
  layer_normalization
  dense(4)
  add(input)
}}
network {{
  input(4)
  dense(4)
  {uses}
}}
training {{
  loss = mse
}}
"""


@pytest.mark.share(3)
@pytest.mark.usefixtures("timed_alone")
@pytest.mark.parametrize("sizes", [1, 7, 100])
def test_a_thousand_layers_are_compiled_in_linear_time(sizes: int) -> None:
    def seconds(layers: int) -> float:
        begun = time.process_time()
        nnspec.compile(deep(layers, sizes))
        return time.process_time() - begun

    few, many = (min(seconds(layers) for _ in range(2)) for layers in (250, 1000))
    assert many < 8 * few


def test_blocks_that_differ_stay_lines() -> None:
    text = """block wide(units, act=relu) {
  dense(units, act)
  layer_normalization
  dense(4)
  add(input)
}
shared tower {
  wide(7)
}
network {
  input(4)
  dense(4)
  wide(8)
  wide(6)
  wide(8, tanh)
  tower
  tower
  wide(5, trainable=false)
  dropout(0.1, seed=1)
}
training {
  loss = mse
}
"""
    assert "USES" not in script(text).text
    alike = script(text.replace("wide(6)", "wide(8)").replace("(8, tanh)", "(8)")).text
    assert "def forward_wide(w, a, x):" in alike
    assert '"wide": ("wide", "wide_1", "wide_2"),' in alike
