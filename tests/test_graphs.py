"""Networks that are graphs: what layers take, what they are called, what they give."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from nnspec import ir, summary
from nnspec.compiler import check
from nnspec.source import Source


def model_of(*lines: str, before: str = "", after: str = "") -> ir.Model:
    """The model of a network of these lines; a spec with any finding has none."""
    text = f"{before}\nnetwork {{\n" + "\n".join(lines) + f"\n}}\n{after}\n"
    analysis = check(Source("net.nn", text))
    assert analysis.diagnostics == ()
    assert analysis.model is not None
    return analysis.model


def wired(model: ir.Model) -> dict[str, tuple[str, ...]]:
    """What each call takes."""
    return {call.name: call.inputs for call in model.network.calls}


def told(*lines: str, before: str = "", after: str = "") -> list[str]:
    """The codes of what is found."""
    text = f"{before}\nnetwork {{\n" + "\n".join(lines) + f"\n}}\n{after}\n"
    return [d.code for d in check(Source("net.nn", text)).diagnostics]


def test_layers_take_what_from_and_brackets_name() -> None:
    model = model_of(
        "input(4) as whole",
        "dense(4) as left",
        "dense(4) from whole as right",
        "subtract(left) as first",
        "add(right) from left as second",
        "concatenate(first, whole) from second",
        "dense(2)",
    )
    assert wired(model) == {
        "whole": (),
        "left": ("whole",),
        "right": ("whole",),
        "first": ("right", "left"),  # the value before comes first
        "second": ("left", "right"),  # those of `from` stand before those in brackets
        "concatenate": ("second", "first", "whole"),
        "dense": ("concatenate",),
    }


@pytest.mark.parametrize(
    ("merge", "shapes", "expected"),
    [
        ("add(a)", ("3", "3"), (3,)),
        ("add(a)", ("4, 3", "3"), (4, 3)),
        ("multiply(a)", ("1, 3", "4, 1"), (4, 3)),
        ("maximum(a)", ("5, 1, 3", "4, 1"), (5, 4, 3)),
        ("average(a)", ("1", "8, 8, 2"), (8, 8, 2)),
        ("concatenate(a)", ("4, 3", "4, 2"), (4, 5)),
        ("concatenate(a, axis=1)", ("4, 3", "2, 3"), (6, 3)),
        ("dot(a, axes=1)", ("3", "3"), (1,)),
        ("dot(a, axes=[2, 1])", ("4, 3", "3, 5"), (4, 5)),
        ("dot(a, axes=-1, normalize=true)", ("4, 3", "2, 3"), (4, 2)),
        ("dot(a, axes=(1, 2))", ("4", "3, 5, 4"), None),
        ("add(a)", ("3", "4"), None),
        ("concatenate(a)", ("4, 3", "3"), None),
        ("concatenate(a, axis=0)", ("3", "3"), None),
        ("dot(a, axes=1)", ("3", "4"), None),
        ("dot(a, axes=[1, 1, 1])", ("3", "3"), None),
    ],
)
def test_merges_have_the_shape_that_keras_gives(
    merge: str, shapes: tuple[str, str], expected: tuple[int, ...] | None
) -> None:
    one, other = shapes
    lines = (f"input({other}) as a", f"input({one})", merge)
    if expected is None:
        assert set(told(*lines)) == {"shape-mismatch"}
    else:
        assert model_of(*lines).output_shape == expected


def test_outputs_are_those_that_are_named() -> None:
    model = model_of(
        "input(4)",
        "dense(8) as h",
        "dense(2) as a",
        "dense(1) from h as b",
        "output(b, a)",
    )
    assert model.network.outputs == ("b", "a")
    assert [call.name for call in model.network.last] == ["b", "a"]
    assert model_of("input(4)", "dense(2)").network.outputs == ("dense",)


def test_no_let_is_looked_up_where_names_stand() -> None:
    model = model_of("input(4) as a", "dense(4)", "add(a)", before="let a = 3")
    assert wired(model)["add"] == ("dense", "a")


def test_counting_passes_over_labels() -> None:
    model = model_of(
        "input(4)", "dense(4)", "dense(4)", "dense(3)", "dense(4) as dense_1"
    )
    names = ["input_layer", "dense", "dense_2", "dense_3", "dense_1"]
    assert [call.name for call in model.network.calls] == names


def test_labels_in_a_repeat_are_counted_and_seen_in_their_round() -> None:
    model = model_of(
        "input(4)",
        "repeat 3 {",
        "  linear as skip",
        "  dense(4) as h",
        "  add(skip)",
        "}",
        "dense(2)",
    )
    found = wired(model)
    assert found["skip"] == ("input_layer",)
    assert found["add_2"] == ("h_2", "skip_2")
    assert found["skip_2"] == ("add_1",)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("input(4) as a", "dense(4) as a"), "doubled-name"),
        (("input(4) as data", "dense(4)"), "name-taken"),
        (("input(4) as a", "add"), "number-of-values"),
        (("input(4) as a", "dense(4) from a, a"), "number-of-values"),
        (("input(4) as a", "input(4) from a"), "number-of-values"),
        (("input(4) as a", "dense(3)", "dense(4) from a"), "unused-value"),
        (("input(4) as a", "input(3)", "dense(4)"), "unused-value"),
        (("input(4)", "dense(4) as a", "dense(3)", "output(a)"), "unused-value"),
        (("input(4)", "dense(4) as a", "output(a, a)"), "doubled-name"),
        (("input(4)", "dense(4) as a", "output(a)", "output(a)"), "doubled-section"),
        (("input(4)", "dense(4) as a", "output(b)"), "unknown-name"),
        (("input(4)", "dense(4)", "output"), "missing-argument"),
        (("input(4)", "dense(4)", "add(3)"), "argument-type"),
        (("input(4)", "dense(4)", "add(axis=1)"), "unknown-argument"),
    ],
)
def test_what_cannot_be_is_told(lines: tuple[str, ...], code: str) -> None:
    assert told(*lines) == [code]


def test_an_unread_statement_hides_no_label() -> None:
    assert told("input(4)", "dense(4)) as a", "dense(3) from a") == ["syntax"]


def ensemble(*ends: str) -> Iterator[str]:
    yield "input(4) as whole"
    for place, end in enumerate(ends):
        yield f"dense(3, {end}) from whole as e{place}"
    yield "average(e0, e1)"


def test_lints_know_what_merges_make() -> None:
    training = "training {\n  loss = categorical_crossentropy\n}"
    assert told(*ensemble("softmax", "softmax"), after=training) == []
    assert told(*ensemble("linear", "linear"), after=training) == [
        "probabilities-expected"
    ]
    assert told(*ensemble("linear", "softmax"), after=training) == []


def test_a_residual_network_that_begins_at_zero_is_fine() -> None:
    training = "training {\n  loss = mse\n}"
    lines = (
        "input(4) as whole",
        "dense(4, kernel_initializer=zeros)",
        "add(whole)",
        "relu",
        "dense(1)",
    )
    assert told(*lines, after=training) == []


def test_the_summary_counts_what_flows_back_along_each_way() -> None:
    found = summary.summarize(
        model_of(
            "input(4) as whole",
            "dense(4, use_bias=false) as left",
            "multiply(whole)",
            "add(left)",
            "dense(1, use_bias=false)",
        )
    )
    # dense: 2*4*4 by its weights; multiply: 4 by left alone; the sum of both ways: 4;
    # dense_1: 2*4 by its weights and by its input.
    assert found.backward_flops == 32 + 4 + 4 + 8 + 8
    assert [layer.inputs for layer in found.layers][2] == ("left", "whole")
    assert json.dumps(summary.as_json(found))


def test_receptive_fields_of_merges_are_of_all_that_is_seen() -> None:
    found = summary.summarize(
        model_of(
            "input(16, 16, 2) as image",
            "conv2d(2, 3, padding=same)",
            "conv2d(2, 3, padding=same)",
            "add(image)",
            "conv2d(2, 3, padding=same) as last",
            "global_average_pooling2d",
            "multiply(last)",
            "conv2d(2, 3)",
        )
    )
    fields = {layer.name: layer.receptive_field for layer in found.layers}
    assert fields["add"] == (5, 5)
    assert fields["last"] == (7, 7)
    assert fields["multiply"] == "whole"
