"""LSTMs of convolutions beside their equations, and what they cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from nnspec.compiler import check
from nnspec.source import Source
from tests.scripts import Array, script, spec


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def conv(x: Array, kernel: Array) -> Array:
    """A convolution of images that stay as large: windows of 3 x 3, or of 2 x 2."""
    k = kernel.shape[0]
    before, after = (k - 1) // 2, k // 2
    x = np.pad(x, ((0, 0), (before, after), (before, after), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(1, 2))
    return np.einsum("nhwcij,ijcf->nhwf", windows, kernel)


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("more", ["", ", go_backwards=true"])
def test_the_equations(size: int, more: str) -> None:
    s = script(
        spec([f"conv_lstm2d(2, {size}, padding=same{more})"], shape="3, 4, 5, 2")
    )
    rng = np.random.default_rng(0)
    w = s.module.views(rng.normal(0, 0.5, s.module.PARAMETERS))
    x = rng.normal(size=(2, 3, 4, 5, 2))
    h = c = np.zeros((2, 4, 5, 2))
    for t in reversed(range(3)) if more else range(3):
        z = conv(x[:, t], w.conv_lstm2d_kernel) + w.conv_lstm2d_bias
        z += conv(h, w.conv_lstm2d_recurrent_kernel)
        i, f, g, o = np.split(z, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    np.testing.assert_allclose(s.predict(w, x), h, atol=1e-13)


def test_dropouts_have_a_mask_for_each_gate_and_cell() -> None:
    """The same at all steps, for the input and for the state."""
    rates = "dropout=0.4, recurrent_dropout=0.5"
    s = script(spec([f"conv_lstm2d(2, 3, padding=same, {rates})"], shape="3, 4, 5, 2"))
    rng = np.random.default_rng(0)
    w = s.module.views(rng.normal(0, 0.5, s.module.PARAMETERS))
    x = rng.normal(size=(2, 3, 4, 5, 2))
    a = s.forward(w, x, np.random.default_rng(1))
    of_input, of_state = a.conv_lstm2d_mask, a.conv_lstm2d_masks
    assert of_input.shape == of_state.shape == (4, 2, 4, 5, 2)
    assert {*of_state.ravel().tolist()} == {0.0, 2.0}
    kernels = np.split(w.conv_lstm2d_kernel, 4, axis=-1)
    states = np.split(w.conv_lstm2d_recurrent_kernel, 4, axis=-1)
    h = c = np.zeros((2, 4, 5, 2))
    for t in range(3):
        i, f, g, o = (
            conv(x[:, t] * of_input[k], kernels[k]) + conv(h * of_state[k], states[k])
            for k in range(4)
        )
        c = sigmoid(f + 1) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    w.conv_lstm2d_bias[...] = [0, 0, 1, 1, 0, 0, 0, 0]
    a = s.forward(w, x, np.random.default_rng(1))
    np.testing.assert_allclose(a.conv_lstm2d, h, atol=1e-13)
    assert s.gradcheck() == 0


def test_the_last_step_is_the_last_of_all_steps() -> None:
    """Also where windows lie apart: the state is as large as what comes of them."""
    layer, shape = "conv_lstm1d(3, 2, 2", "4, 6, 2"
    last, steps = (
        script(spec([layer + more], shape=shape))
        for more in (")", ", return_sequences=true)")
    )
    assert last.model.output_shape == (3, 3)
    assert steps.model.output_shape == (4, 3, 3)
    rng = np.random.default_rng(0)
    w = last.module.views(rng.normal(size=last.module.PARAMETERS))
    x = rng.normal(size=(2, 4, 6, 2))
    np.testing.assert_array_equal(last.predict(w, x), steps.predict(w, x)[:, -1])


def flops(layer: str, shape: str) -> int:
    model = check(Source("model.nn", spec([layer], shape=shape))).model
    assert model is not None
    return model.network.calls[-1].flops


def test_operations_are_those_of_an_lstm_at_each_site() -> None:
    """Beside the products, with a kernel of 2 x 2."""
    once, sites = 2 * 4 * 3 * (2 + 3), 4 * 5 * 6
    others = flops("lstm(3)", "1, 2") - once
    found = flops("conv_lstm2d(3, 2, padding=same)", "4, 5, 6, 2")
    assert found == sites * (4 * once + others)


@pytest.mark.parametrize(
    ("call", "shape", "code", "message", "help"),
    [
        (
            "conv_lstm2d(3, 2)",
            "28, 28, 1",
            "shape-mismatch",
            "`conv_lstm2d` needs images, step by step, of shape (steps, height, width, "
            "channels), got (28, 28, 1)",
            "put `reshape(steps, height, width, channels)` before it",
        ),
        (
            "conv_lstm1d(3, 4)",
            "5, 3, 2",
            "shape-mismatch",
            "the windows of `conv_lstm1d` are 4 long, and its input only 3 long",
            "take smaller ones, or `padding=same`",
        ),
        (
            "conv_lstm1d(3, 2, 2, dilation_rate=2)",
            "5, 8, 2",
            "argument-type",
            "`conv_lstm1d` takes strides above 1 or a dilation above 1, not both",
            "leave one of them at 1",
        ),
    ],
)
def test_what_cannot_be(
    call: str, shape: str, code: str, message: str, help: str
) -> None:
    found = check(Source("model.nn", spec([call], shape=shape))).diagnostics
    (error,) = (d for d in found if d.severity == "error")
    assert (error.code, error.message, error.help) == (code, message, help)
