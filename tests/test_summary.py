"""The summary: its numbers, and how it is laid out."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from nnspec import compiler, summary
from nnspec.ir import Model
from nnspec.source import Source
from tests.cases import CASES
from tests.scripts import Array, script

NETWORK = """
network {{
  input(28, 28)
  flatten
  dense(512, relu)
  dropout(0.2)
  dense(10, softmax{last})
}}
"""
TRAINING = """
training {{
  loss = sparse_categorical_crossentropy
  optimizer = {optimizer}
  batch_size = 128
  precision = {precision}
}}
"""


def model_of(text: str, name: str = "mnist.nn") -> Model:
    model = compiler.check(Source(name, text)).model
    assert model is not None
    return model


def trained(optimizer: str = "rmsprop", precision: str = "float32") -> Model:
    settings = TRAINING.format(optimizer=optimizer, precision=precision)
    return model_of(NETWORK.format(last="") + settings)


def untrained() -> Model:
    return model_of(NETWORK.format(last=""))


def chain(*layers: str) -> Model:
    return model_of("network {\n" + "\n".join(layers) + "\n}\n")


def test_counts_parameters() -> None:
    found = summary.summarize(trained())
    assert [layer.parameters for layer in found.layers] == [0, 0, 401_920, 0, 5_130]
    assert found.total_parameters == found.trainable_parameters == 407_050
    assert found.non_trainable_parameters == 0


def test_counts_what_is_not_trainable() -> None:
    layers = ["input(3)", "dense(4, trainable=false)", "relu", "dense(2)"]
    model = chain(*layers, "dense(5, trainable=false)")
    found = summary.summarize(model)
    assert found.total_parameters == 16 + 10 + 15
    assert found.trainable_parameters == 10
    assert found.non_trainable_parameters == 31
    assert [y.trainable_parameters for y in found.layers] == [0, 0, 0, 10, 0]
    assert found.memory.gradients == 10 * 4
    # There are no derivatives before the first trainable weight.
    # The activation lies over the sum before it, and a derivative over what no weight
    # that is trained needs.
    assert found.memory.activations == 32 * 4 * (3 + 4 + 2 + 2 * 5)


def test_counts_running_means_as_not_trainable() -> None:
    found = summary.summarize(chain("input(3)", "dense(4)", "batch_normalization"))
    assert found.total_parameters == 16 + 16
    assert found.trainable_parameters == 16 + 8
    assert found.non_trainable_parameters == 8
    shown = summary.text(found)
    assert "Trainable params: 24 (96 B)\nNon-trainable params: 8 (32 B)\n" in shown
    layer = summary.as_json(found)["layers"][2]
    assert (layer["parameters"], layer["trainable_parameters"]) == (16, 8)


@pytest.mark.parametrize(
    ("layer", "forward", "by_weights", "by_input"),
    [
        # mean, difference, square, its mean, factor, beta
        ("batch_normalization", 6, 3, 4),
        ("batch_normalization(scale=false)", 6, 1, 6),
        ("batch_normalization(center=false, scale=false)", 5, 0, 7),
        ("batch_normalization(trainable=false)", 3, 0, 1),
        # mean, difference, square, its mean, quotient, gamma, beta
        ("layer_normalization", 7, 3, 8),
        ("layer_normalization(center=false)", 6, 2, 8),
        ("group_normalization(2)", 7, 3, 8),
        ("rms_normalization", 4, 2, 6),
        ("rms_normalization(trainable=false)", 4, 0, 6),
        ("unit_normalization", 3, 0, 5),
        ("prelu", 2, 3, 3),
        ("rescaling(2)", 1, 0, 1),
        ("rescaling(2, 1)", 2, 0, 1),
        ("gaussian_noise(0.1)", 1, 0, 0),
        ("gaussian_dropout(0.1)", 1, 0, 1),
        ("alpha_dropout(0.1)", 3, 0, 1),
        ("permute(1)", 0, 0, 0),
    ],
)
def test_flops_for_each_value(
    layer: str, forward: int, by_weights: int, by_input: int
) -> None:
    first = summary.summarize(chain("input(6)", layer))
    assert first.forward_flops == 6 * forward
    assert first.backward_flops == 6 * by_weights
    before = summary.summarize(chain("input(1)", "dense(6, use_bias=false)"))
    both = summary.summarize(chain("input(1)", "dense(6, use_bias=false)", layer))
    assert both.backward_flops - before.backward_flops == 6 * (by_weights + by_input)


def test_repeating_a_vector_is_free_but_its_derivative_is_a_sum() -> None:
    layers = ("input(1)", "dense(6, use_bias=false)")
    found = summary.summarize(chain(*layers, "repeat_vector(5)"))
    assert found.forward_flops == 12
    assert found.backward_flops == 12 + 30


def test_forward_flops_are_the_sum_of_the_layers() -> None:
    found = summary.summarize(chain("input(3)", "dense(4)", "relu", "dense(2)"))
    assert [y.forward_flops for y in found.layers] == [0, 28, 4, 18]
    assert found.forward_flops == 50


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        # dW = x.T @ da: 2*3*4; db: 4; no dx before the first weights
        (("input(3)", "dense(4)"), 24 + 4),
        # no bias, no db
        (("input(3)", "dense(4, use_bias=false)"), 24),
        # what stands before the first weights is not derived
        (("input(3)", "relu", "dense(4)"), 24 + 4),
        # relu once; the second dense: dW 2*4*2, db 2, dx 2*4*2
        (("input(3)", "dense(4)", "relu", "dense(2)"), 28 + 4 + 16 + 2 + 16),
        # dW 2*4*2 and db 2 of the one, dx 2*2*5 of the other
        (
            (
                "input(3)",
                "dense(4, trainable=false)",
                "relu",
                "dense(2)",
                "dense(5, trainable=false)",
            ),
            16 + 2 + 20,
        ),
        (("input(3)", "flatten"), 0),
    ],
)
def test_backward_flops(layers: tuple[str, ...], expected: int) -> None:
    assert summary.summarize(chain(*layers)).backward_flops == expected


@pytest.mark.parametrize(
    ("optimizer", "slots"),
    [
        ("sgd", 0),
        ("sgd(momentum=0.9)", 1),
        ("rmsprop", 1),
        ("adam", 2),
        ("adam(amsgrad=true)", 3),
        ("adam(use_ema=true)", 3),
        ("sgd(gradient_accumulation_steps=4, use_ema=true)", 2),
        ("lion", 1),
    ],
)
def test_memory_of_the_optimizer(optimizer: str, slots: int) -> None:
    memory = summary.summarize(trained(optimizer)).memory
    assert memory.optimizer == slots * memory.parameters == slots * 407_050 * 4


@pytest.mark.parametrize(("more", "slots"), [("", 0), ("use_ema=true", 1)])
def test_adafactor_keeps_a_mean_for_each_row_and_column(more: str, slots: int) -> None:
    memory = summary.summarize(trained(f"adafactor({more})")).memory
    means = 784 + 512 + 512 + 512 + 10 + 10  # of two kernels and two biases
    assert memory.optimizer == slots * memory.parameters + means * 4


def test_accumulation_by_the_setting_counts_too() -> None:
    settings = TRAINING.format(optimizer="sgd", precision="float32")
    settings = settings.replace("}", "  gradient_accumulation = 2\n}")
    memory = summary.summarize(model_of(NETWORK.format(last="") + settings)).memory
    assert memory.optimizer == memory.parameters


def test_memory_of_a_batch() -> None:
    memory = summary.summarize(trained()).memory
    # The input has no derivative, and `flatten` shares its memory.
    # ReLU and dropout lie over the sum before them; softmax does not, as the loss needs
    # its logits. The dropout has a mask.
    assert memory.activations == 128 * 4 * (784 + 2 * (512 + 10) + 512 + 10)
    assert memory.work == 407_050 // 2 * 4  # the update's, for half of them at a time
    weights = 2 * memory.parameters + memory.optimizer
    assert memory.total == weights + memory.activations + memory.work


@pytest.mark.parametrize(("reduction", "copies"), [("sum", 1), ("mean", 5)])
def test_each_share_of_a_batch_has_gradients(reduction: str, copies: int) -> None:
    loss = f"mse(reduction={reduction})"
    training = f"training {{\nloss = {loss}\noptimizer = sgd\n}}\n"
    layers = "\n".join(("input(8, 8, 1)", "conv2d(2, 3)"))
    memory = summary.summarize(model_of(f"network {{\n{layers}\n}}\n{training}")).memory
    assert memory.parameters == 20 * 4
    assert memory.gradients == copies * memory.parameters
    assert memory.work == 32 * 36 * 9 * 4  # 32 images, each of 36 windows of 9 cells
    arrays = memory.activations + memory.work
    assert memory.total == (1 + copies) * memory.parameters + arrays


def test_float64_takes_twice_the_memory() -> None:
    single = summary.summarize(trained(precision="float32")).memory
    double = summary.summarize(trained(precision="float64")).memory
    assert double.total == 2 * single.total


@pytest.mark.parametrize("first", ["", "dropout(0.5)\n"])
def test_sparse_samples(first: str) -> None:
    data = "data {\nimdb\nbag_of_words(1000)\n}\n"
    model = model_of(f"{data}network {{\n{first}dense(4)\ndense(1, sigmoid)\n}}\n")
    found = summary.summarize(model, batch_size=10)
    sparse = not first
    assert found.sparse == sparse == summary.as_json(found)["sparse"]
    assert ("\nSparse: zeros of the input" in summary.text(found)) == sparse
    assert found.forward_flops == 8004 + 9 + (0 if sparse else 1000)
    held = 0 if sparse else 3 * 1000  # the input, the mask, what the dropout makes
    assert found.memory.activations == 10 * 4 * (held + 2 * (4 + 1))


def test_batch_size() -> None:
    assert summary.summarize(trained()).batch_size == 128
    assert summary.summarize(untrained()).batch_size == 32
    one, ten = (summary.summarize(trained(), n).memory for n in (1, 10))
    assert ten.activations == 10 * one.activations
    assert ten.parameters == one.parameters


def test_without_training_there_is_no_optimizer() -> None:
    assert summary.summarize(untrained()).memory.optimizer == 0


def test_json() -> None:
    data = summary.as_json(summary.summarize(trained()))
    assert list(data) == [
        "model",
        "layers",
        "total_parameters",
        "trainable_parameters",
        "non_trainable_parameters",
        "forward_flops",
        "backward_flops",
        "memory_bytes",
        "sparse",
    ]
    assert data["layers"][2] == {
        "name": "dense",
        "type": "dense",
        "output_shape": [512],
        "parameters": 401_920,
        "trainable_parameters": 401_920,
        "inputs": ["flatten"],
        "forward_flops": 2 * 784 * 512 + 512,
        "activation_bytes": 128 * 4 * 2 * 512,
        "receptive_field": None,
    }
    assert list(data["memory_bytes"]) == [
        "parameters",
        "gradients",
        "optimizer",
        "activations",
        "work",
        "total",
    ]
    assert json.loads(json.dumps(data)) == data


def test_text() -> None:
    model = chain("input(3)", "dense(4)", "relu as bend", "dense(2)")
    assert summary.text(summary.summarize(model)) == (
        "Model: mnist\n"
        "┌──────────────┬──────────────┬─────────┬───────┬──────────────┐\n"
        "│ Layer (type) │ Output Shape │ Param # │ FLOPs │ Connected to │\n"
        "├──────────────┼──────────────┼─────────┼───────┼──────────────┤\n"
        "│ input_layer  │ (None, 3)    │       0 │     0 │ -            │\n"
        "│ dense        │ (None, 4)    │      16 │    28 │ input_layer  │\n"
        "│ bend (relu)  │ (None, 4)    │       0 │     4 │ dense        │\n"
        "│ dense_1      │ (None, 2)    │      10 │    18 │ bend         │\n"
        "└──────────────┴──────────────┴─────────┴───────┴──────────────┘\n"
        "Total params: 26 (104 B)\n"
        "Trainable params: 26 (104 B)\n"
        "Non-trainable params: 0 (0 B)\n"
        "Forward FLOPs per sample: 50\n"
        "Backward FLOPs per sample: 66\n"
        "Memory for a batch of 32 in float32: 2.08 KB\n"
        "  parameters: 104 B\n"
        "  gradients: 104 B\n"
        "  optimizer: 0 B\n"
        "  activations: 1.88 KB\n"
        "  work of a thread: 0 B\n"
    )


IMAGES = ("input(8, 8, 1)", "conv2d(2, (3, 2), relu)", "flatten", "dense(3)")


def test_activations_of_each_layer() -> None:
    found = summary.summarize(chain(*IMAGES), batch_size=10)
    counts = [64, 2 * 6 * 7 * 2, 0, 2 * 3]  # with derivatives, but by the input
    assert [y.activation_bytes for y in found.layers] == [40 * n for n in counts]
    assert sum(counts) * 40 == found.memory.activations


@pytest.mark.share(5)
@pytest.mark.parametrize("name", CASES)
def test_activations_are_the_arrays_of_the_script(name: str) -> None:
    s = script(CASES[name])
    spaces = s.module.buffers(3, s.module.DTYPE)
    arrays = [a for space in spaces for a in vars(space).values()]
    owners = {id(base): base for base in map(owner, arrays) if base is not None}
    told = summary.summarize(s.model, batch_size=3).memory.activations
    assert told == sum(array.nbytes for array in owners.values())


def owner(value: object) -> Array | None:
    """The array that has the memory of one."""
    base = getattr(value, "base", None)
    return value if isinstance(value, np.ndarray) and base is None else base


def test_receptive_fields_as_json() -> None:
    layers = summary.as_json(summary.summarize(chain(*IMAGES)))["layers"]
    fields = [None, [3, 2], "whole", "whole"]
    assert [layer["receptive_field"] for layer in layers] == fields


def test_a_second_table_where_there_are_windows() -> None:
    found = summary.summarize(chain(*IMAGES), batch_size=1)
    assert (
        "┘\n"
        "┌─────────────┬─────────────┬─────────────────┐\n"
        "│ Layer       │ Activations │ Receptive field │\n"
        "├─────────────┼─────────────┼─────────────────┤\n"
        "│ input_layer │       256 B │ -               │\n"
        "│ conv2d      │       672 B │ 3 x 2           │\n"
        "│ flatten     │         0 B │ whole           │\n"
        "│ dense       │        24 B │ whole           │\n"
        "└─────────────┴─────────────┴─────────────────┘\n"
        "Total params: "
    ) in summary.text(found)
    assert "+\n+----" in summary.text(found, boxes=False)
    assert "\n\n| Layer | Activations | Receptive field |\n" in summary.markdown(found)
    assert "\n| conv2d | 672 B | 3 x 2 |\n" in summary.markdown(found)


def test_names_in_the_second_table_are_cut_too() -> None:
    name = "a" * 100
    model = chain("input(8, 1)", f"conv1d(1, 3) as {name}")
    shown = summary.text(summary.summarize(model), width=80)
    assert max(map(len, shown.splitlines())) == 80
    assert name in summary.text(summary.summarize(model))


def test_scalars_have_a_shape_too() -> None:
    assert "(None,)" in summary.text(summary.summarize(chain("input(())", "relu")))


LONG = "a_layer_whose_name_says_everything_that_there_is_to_say_about_it"


@pytest.mark.parametrize("boxes", [True, False])
def test_long_names_and_large_numbers_fit_in_80_columns(boxes: bool) -> None:
    layers = [f"input({2**24})", f"dense(100, relu) as {LONG}_1"]
    layers += [f"dense(10) as {LONG}_2"]
    model = model_of("network {\n" + "\n".join(layers) + "\n}\n", f"{'model' * 40}.nn")
    found = summary.summarize(model, 2**31 - 1)
    shown = summary.text(found, boxes=boxes, width=80)
    assert max(map(len, shown.splitlines())) == 80
    assert shown.isascii() is not boxes
    for name in ("it_1 ", "it_2 "):  # cut, but not alike
        assert re.search(rf"a_l\w*\W+{name}", shown)
    assert "1,677,721,700" in shown


def test_where_no_terminal_has_a_width_nothing_is_cut() -> None:
    layers = ["input(4)", f"dense(3) as {LONG}", f"dense(2) as {LONG}_2"]
    shown = summary.text(summary.summarize(chain(*layers)))
    assert f"│ {LONG}_2 (dense) │" in shown
    assert "…" not in shown


def test_a_chain_can_do_without_its_last_column() -> None:
    chained = summary.summarize(chain("input(4)", "dense(3)", "dense(2)"))
    assert "Connected" in summary.text(chained, width=64)
    narrow = summary.text(chained, width=63)
    assert "Connected" not in narrow
    assert "…" not in narrow
    assert "│ dense_1      │ (None, 2)    │       8 │    14 │\n" in narrow


def test_names_are_cut_before_shapes() -> None:
    layers = ["input(128, 128, 3)", "conv2d(256, 3, padding=same) as a_long_name"]
    layers += ["conv2d(256, 3, padding=same) as the_name_of_another", "relu"]
    shown = summary.text(summary.summarize(chain(*layers)), boxes=False, width=65)
    assert max(map(len, shown.splitlines())) == 65
    assert shown.count("| (None, 128, 128, 256) |") == 3
    assert "| the_na...ther |" in shown


@pytest.mark.parametrize("width", [30, 40, 50])
def test_what_has_no_room_for_a_table_is_a_list(width: int) -> None:
    shown = summary.text(summary.summarize(chain(*IMAGES)), width=width)
    assert max(map(len, shown.splitlines())) <= width
    if width < 50:
        assert "\nconv2d\n  Output Shape  (None, 6," in shown
        assert "\n  Param #       14\n" in shown
        assert "\n  Receptive field  3 x 2\n" in shown


def test_many_axes_are_listed() -> None:
    axes = ", ".join(["2"] * 24)
    shown = summary.text(summary.summarize(chain(f"input({axes})", "relu")), width=80)
    assert max(map(len, shown.splitlines())) <= 80
    assert f"(None, {axes})" in " ".join(shown.split())


def test_control_characters_in_a_file_name_reach_no_terminal() -> None:
    model = model_of("network {\ninput(2)\nrelu\n}\n", "a\x1b[31m`b\n.nn")
    found = summary.summarize(model)
    assert summary.text(found).startswith("Model: a?[31m`b?\n")
    assert summary.markdown(found).startswith("## `a?[31m?b?`\n")


def test_markdown() -> None:
    lines = summary.markdown(summary.summarize(chain("input(3)", "dense(4)")))
    assert lines.splitlines()[:6] == [
        "## `mnist`",
        "",
        "| Layer (type) | Output Shape | Param # | FLOPs | Connected to |",
        "| :-- | :-- | --: | --: | :-- |",
        "| input_layer | (None, 3) | 0 | 0 | - |",
        "| dense | (None, 4) | 16 | 28 | input_layer |",
    ]
    assert "- Total params: 16 (64 B)" in lines
    assert "  - parameters: 64 B" in lines
