"""What a spec may say of convolutions, and what comes of it."""

from __future__ import annotations

import pytest

from nnspec import compiler
from nnspec.source import Source
from nnspec.table.entry import Use
from tests.scripts import spec


def layer(call: str, shape: str = "28, 28, 3"):  # type: ignore[no-untyped-def]
    model = compiler.check(
        Source("model.nn", spec(call.split("; "), shape=shape))
    ).model
    assert model is not None
    return model.network.calls[-1]


def errors(call: str, shape: str = "28, 28, 3") -> list[tuple[str, str, str | None]]:
    analysis = compiler.check(Source("model.nn", spec([call], shape=shape)))
    return [
        (d.code, d.message, d.help)
        for d in analysis.diagnostics
        if d.severity == "error"
    ]


@pytest.mark.parametrize(
    ("call", "shape"),
    [
        ("conv2d(8, 3)", (26, 26, 8)),
        ("conv2d(8, 3, 2)", (13, 13, 8)),
        ("conv2d(8, 3, 2, same)", (14, 14, 8)),
        ('conv2d(8, (5, 3), padding="same")', (28, 28, 8)),
        ("conv2d(9, 3, dilation_rate=2, groups=3)", (24, 24, 9)),
        ("depthwise_conv2d(3, depth_multiplier=2)", (26, 26, 6)),
        ("separable_conv2d(5, 3, 3)", (9, 9, 5)),
        ("reshape(28, 84); depthwise_conv1d(3, 2, depth_multiplier=2)", (13, 168)),
        ("reshape(28, 84); separable_conv1d(5, 4, padding=same)", (28, 5)),
        ("reshape(4, 7, 28, 3); conv3d(8, (1, 2, 3), 2)", (2, 3, 13, 8)),
        (
            "reshape(4, 7, 28, 3); conv3d_transpose(8, 2, (1, 2, 3), same)",
            (4, 14, 84, 8),
        ),
        ("prelu; reshape(4, 7, 28, 3); max_pooling3d", (2, 3, 14, 3)),
        (
            "prelu; reshape(4, 7, 28, 3); zero_padding3d; cropping3d((0, 1, 2))",
            (6, 7, 26, 3),
        ),
        ("prelu; reshape(4, 7, 28, 3); upsampling3d((1, 2, 3))", (4, 14, 84, 3)),
        ("conv2d_transpose(4, 3, 2)", (57, 57, 4)),
        ("conv2d_transpose(4, 3, 2, same)", (56, 56, 4)),
        ("conv2d_transpose(4, 3, 2, same, 0)", (55, 55, 4)),
        ("conv2d_transpose(4, 2, 3)", (84, 84, 4)),
    ],
)
def test_shapes(call: str, shape: tuple[int, ...]) -> None:
    assert layer(call).output_shape == shape


@pytest.mark.parametrize(
    "call",
    [
        "conv2d(8, 3, relu)",
        "conv2d(8, 3, relu, 1)",
        "conv2d(8, 3, 1, relu)",
        "conv2d(8, 3, 1, valid, relu)",
        "conv2d(8, 3, activation=relu)",
        "conv2d(8, 3, 1, valid, 1, 1, relu, true)",
    ],
)
def test_an_activation_needs_no_name(call: str) -> None:
    use = layer(call).use
    activation = use.arguments["activation"]
    assert isinstance(activation, Use)
    assert activation.entry.name == "relu"
    assert use.arguments["strides"] == (1, 1)
    assert use.arguments["use_bias"] is True


def test_two_activations_are_one_too_many() -> None:
    ((code, message, _),) = errors("conv2d(8, 3, relu, tanh)")
    assert (code, message) == (
        "doubled-argument",
        "`conv2d` is given `activation` twice",
    )


def test_flops_count_each_weight_at_each_site() -> None:
    assert layer("conv2d(8, 3)").flops == 26 * 26 * 8 * (2 * 9 * 3 + 1)
    assert layer("conv2d(9, 3, groups=3)").flops == 26 * 26 * 9 * (2 * 9 + 1)
    assert layer("depthwise_conv2d(3)").flops == 26 * 26 * 3 * (2 * 9 + 1)
    separable = layer("separable_conv2d(8, 3)")
    assert separable.flops == 26 * 26 * (2 * 9 * 3 + 8 * (2 * 3 + 1))
    volume = layer("reshape(4, 7, 28, 3); conv3d(8, 3)")
    assert volume.flops == 2 * 5 * 26 * 8 * (2 * 27 * 3 + 1)
    transposed = layer("conv2d_transpose(8, 3, 2, same)")
    assert transposed.flops == 2 * 28 * 28 * 9 * 3 * 8 + 56 * 56 * 8


@pytest.mark.parametrize(
    ("call", "shape", "code", "message", "help"),
    [
        (
            "conv2d(8, 3)",
            "784",
            "shape-mismatch",
            "`conv2d` needs an image of shape (height, width, channels), got (784,)",
            "put `reshape(28, 28, 1)` before it",
        ),
        (
            "conv3d(8, 3)",
            "16, 28, 28",
            "shape-mismatch",
            "`conv3d` needs a volume of shape (depth, height, width, channels), got "
            "(16, 28, 28)",
            "put `reshape(16, 28, 28, 1)` before it",
        ),
        (
            "conv3d(8, (3, 3, 5))",
            "6, 6, 4, 1",
            "shape-mismatch",
            "the windows of `conv3d` are 3 x 3 x 5, and its input only 6 x 6 x 4",
            "take smaller ones, or `padding=same`",
        ),
        (
            "conv3d(8, 3, 2, dilation_rate=2)",
            "6, 6, 6, 3",
            "argument-type",
            "`conv3d` takes strides above 1 or a dilation above 1, not both",
            "leave one of them at 1",
        ),
        (
            "conv3d_transpose(8, 3, (1, 2, 2), output_padding=(1, 0, 0))",
            "6, 6, 6, 3",
            "argument-type",
            "`output_padding` of `conv3d_transpose` must be less than its strides",
            "larger outputs come of larger `strides`",
        ),
        (
            "separable_conv1d(8, 3)",
            "28, 28, 1",
            "shape-mismatch",
            "`separable_conv1d` needs a sequence of shape (steps, features), got "
            "(28, 28, 1)",
            "put `reshape(28, 28)` before it",
        ),
        (
            "depthwise_conv1d(4)",
            "3, 2",
            "shape-mismatch",
            "the windows of `depthwise_conv1d` are 4 long, and its input only 3 long",
            "take smaller ones, or `padding=same`",
        ),
        (
            "depthwise_conv1d(4, padding=causal)",
            "6, 2",
            "argument-type",
            "`padding` of `depthwise_conv1d` needs one of `valid`, `same`, got "
            "`causal`",
            None,
        ),
        (
            "max_pooling3d(2)",
            "28, 28, 4",
            "shape-mismatch",
            "`max_pooling3d` needs a volume of shape (depth, height, width, channels), "
            "got (28, 28, 4)",
            "put `reshape(28, 28, 4, 1)` before it",
        ),
        (
            "average_pooling3d(2)",
            "784",
            "shape-mismatch",
            "`average_pooling3d` needs a volume of shape (depth, height, width, "
            "channels), got (784,)",
            "put `reshape(depth, height, width, channels)` before it; what is no "
            "volume takes `dense`",
        ),
        (
            "adaptive_max_pooling2d(2)",
            "28, 28",
            "shape-mismatch",
            "`adaptive_max_pooling2d` needs an image of shape (height, width, "
            "channels), got (28, 28)",
            "put `reshape(28, 28, 1)` before it",
        ),
        (
            "adaptive_average_pooling3d((2, 0, 1))",
            "4, 4, 4, 1",
            "argument-type",
            "`output_size` of `adaptive_average_pooling3d` needs an integer of at "
            "least 1, or a list of three such, got `0`",
            None,
        ),
        (
            "max_pooling3d((2, 2))",
            "4, 4, 4, 1",
            "argument-type",
            "`pool_size` of `max_pooling3d` needs an integer of at least 1, or a list "
            "of three such, got a list",
            None,
        ),
        (
            "cropping3d(((1, 1), (2, 1), 0))",
            "4, 3, 4, 1",
            "shape-mismatch",
            "`cropping3d` takes 2 + 1 away from a height of 3, which leaves nothing",
            "take less away",
        ),
        (
            "zero_padding3d((1, 2))",
            "4, 3, 4, 1",
            "argument-type",
            "`padding` of `zero_padding3d` needs an integer of at least 0, or a list "
            "of three such: for depth, height and width, of which each may be a pair "
            "as well, got a list",
            None,
        ),
        (
            "conv1d(8, 3)",
            "28",
            "shape-mismatch",
            "`conv1d` needs a sequence of shape (steps, features), got (28,)",
            "put `reshape(28, 1)` before it",
        ),
        (
            "conv2d(8, (3, 9))",
            "6, 6, 1",
            "shape-mismatch",
            "the windows of `conv2d` are 3 x 9, and its input only 6 x 6",
            "take smaller ones, or `padding=same`",
        ),
        (
            "conv2d(8, 3, groups=2)",
            "6, 6, 3",
            "shape-mismatch",
            "`conv2d` cannot make 2 groups of 3 channels",
            "3 must be a multiple of `groups`",
        ),
        (
            "conv2d(7, 3, groups=3)",
            "6, 6, 3",
            "shape-mismatch",
            "`conv2d` cannot make 3 groups of 7 filters",
            "7 must be a multiple of `groups`",
        ),
        (
            "conv1d(8, 3, 2, dilation_rate=2)",
            "6, 3",
            "argument-type",
            "`conv1d` takes strides above 1 or a dilation above 1, not both",
            "leave one of them at 1",
        ),
        (
            "conv2d_transpose(8, 3, 2, output_padding=(0, 2))",
            "6, 6, 3",
            "argument-type",
            "`output_padding` of `conv2d_transpose` must be less than its strides",
            "larger outputs come of larger `strides`",
        ),
        (
            "conv1d_transpose(8, 2, 2, same, 0)",
            "1, 3",
            "shape-mismatch",
            "`conv1d_transpose` leaves nothing of (1, 3)",
            "take a larger `output_padding`, or leave it out",
        ),
        (
            "conv2d(8, (3, 3, 3))",
            "6, 6, 3",
            "argument-type",
            "`kernel_size` of `conv2d` needs an integer of at least 1, or a pair of "
            "such, got a list",
            None,
        ),
        (
            "conv2d(8, 3, padding=causal)",
            "6, 6, 3",
            "argument-type",
            "`padding` of `conv2d` needs one of `valid`, `same`, got `causal`",
            None,
        ),
    ],
)
def test_what_cannot_be(
    call: str, shape: str, code: str, message: str, help: str | None
) -> None:
    ((found, text, way_out),) = errors(call, shape)
    assert (found, text) == (code, message)
    assert help is None or way_out == help
