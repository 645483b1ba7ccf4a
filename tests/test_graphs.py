"""Networks that are graphs: what layers take, what they are called, what they give."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnspec import ir, summary
from nnspec.compiler import check
from nnspec.source import Source
from nnspec.targets.numpy.identity import of_weights
from tests.graphs import random_graph


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


RESIDUAL = """
block residual(units, act=relu) {
  dense(units, act)
  add(input)
}
shared tower {
  dense(8, relu)
  repeat 2 {
    dense(8) as h
  }
}
"""


def names(model: ir.Model) -> list[str]:
    return [call.name for call in model.network.calls]


def test_uses_of_a_block_have_names_and_weights_of_their_own() -> None:
    model = model_of(
        "input(4)",
        "residual(4)",
        "residual(4, tanh)",
        "residual(4) as top",
        before=RESIDUAL.partition("shared")[0],
    )
    assert names(model)[1:] == [
        *("residual/dense", "residual/add", "residual_1/dense", "residual_1/add"),
        *("top/dense", "top/add"),
    ]
    assert wired(model)["top/add"] == ("top/dense", "residual_1/add")
    found = model.network.by_name["residual_1/dense"]
    assert [weight.name for weight in found.weights] == [
        "residual_1/dense/kernel",
        "residual_1/dense/bias",
    ]
    assert found.scope == ("residual_1",)
    assert len(found.trace) == 1


def test_uses_of_a_shared_group_have_the_same_weights() -> None:
    model = model_of(
        "input(8) as a",
        "input(8) as b",
        "tower from a as left",
        "tower from b",
        "tower",
        "concatenate(left)",
        before=RESIDUAL[RESIDUAL.index("shared") :],
    )
    calls = model.network.by_name
    assert calls["left/dense"].weights == calls["tower_1/dense"].weights
    pairs = zip(calls["left/h_1"].weights, calls["tower/h_1"].weights, strict=True)
    assert all(one is other for one, other in pairs)
    assert {w.name for w in model.network.weights} == {
        f"tower/{layer}/{kind}"
        for layer in ("dense", "h", "h_1")
        for kind in ("kernel", "bias")
    }
    found = summary.summarize(model)
    assert found.total_parameters == model.network.parameters == 3 * 72
    rows = {layer.name: layer.parameters for layer in found.layers}
    assert rows["left/dense"] == 72 and rows["tower/dense"] == 0


def test_blocks_within_blocks_count_anew_and_hand_on_what_they_are_given() -> None:
    model = model_of(
        "input(8)",
        "outer(8, random_normal(stddev=size/10))",
        before="""
let size = 1
block inner(units, init, size=3) {
  dense(units, kernel_initializer=init)
  dense(size)
}
block outer(units, init) {
  inner(units, init) as first
  inner(units * 2, init, units - 1)
  inner(units, init)
}
""",
    )
    assert names(model)[1:] == [
        *("outer/first/dense", "outer/first/dense_1"),
        *("outer/inner/dense", "outer/inner/dense_1"),
        *("outer/inner_1/dense", "outer/inner_1/dense_1"),
    ]
    shapes = [call.output_shape for call in model.network.calls[1:]]
    assert shapes == [(8,), (3,), (16,), (7,), (8,), (3,)]
    kernel = model.network.by_name["outer/inner/dense"].weights[0]
    # `size` is what it is where the initializer is written, not a block's parameter.
    assert kernel.initializer.arguments["stddev"] == 0.1


def test_trainable_of_a_use_is_that_of_all_its_weights() -> None:
    model = model_of(
        "input(4)",
        "residual(4, trainable=false)",
        "residual(4)",
        before=RESIDUAL.partition("shared")[0],
    )
    trained = {w.name: w.trainable for w in model.network.weights}
    assert not trained["residual/dense/kernel"]
    assert trained["residual_1/dense/kernel"]


def test_a_block_without_parameters_needs_no_brackets() -> None:
    model = model_of("input(4)", "b", "b()", before="block b {\n  relu\n}")
    assert names(model)[1:] == ["b/relu", "b_1/relu"]


def test_a_shared_group_in_a_block_is_one() -> None:
    model = model_of(
        "input(8)",
        "twice",
        "twice",
        before=RESIDUAL[RESIDUAL.index("shared") :] + "block twice() {\n  tower\n}\n",
    )
    assert model.network.parameters == 3 * 72
    assert names(model)[1] == "twice/tower/dense"
    assert model.network.calls[1].weights[0].name == "tower/dense/kernel"


@pytest.mark.parametrize(
    ("definition", "use", "codes"),
    [
        ("block b(n) {\n  b(n)\n}", "b(4)", ["circular-block"]),
        ("block b() {\n  c\n}\nblock c() {\n  b\n}", "b", ["circular-block"]),
        ("block b() {\n}", "b", ["empty-block"]),
        ("block b() {\n  input(4)\n  dense(4)\n}", "b", ["not-in-block"]),
        ("block b() {\n  dense(4) as x\n  output(x)\n}", "b", ["not-in-block"]),
        ("block b() {\n  dense(4) as input\n}", "b", ["name-taken"]),
        ("block b() {\n  dense(4)\n  dense(3) from input\n}", "b", ["unused-value"]),
        ("block b() {\n  dense(4) from a\n}", "b", ["unknown-name"]),
        ("block b(n) {\n  dense(n)\n}", "b", ["missing-argument"]),
        ("block b(n) {\n  dense(n)\n}", "b(2, 3)", ["too-many-arguments"]),
        ("block b(n) {\n  dense(n)\n}", "b(units=3)", ["unknown-argument"]),
        ("block b(n) {\n  dense(n)\n}", 'b("a")', ["argument-type"]),
        ("block b(n) {\n  dense(n)\n}", "b(4) from a, a", ["number-of-values"]),
        ("block b(n, n) {\n  dense(n)\n}", "b(4)", ["doubled-name"]),
        ("block b(trainable) {\n  dense(4)\n}", "b(true)", ["name-taken"]),
        ("block b() {\n  dense(4)\n}\nshared b {\n  relu\n}", "b", ["doubled-name"]),
        ("block input() {\n  dense(4)\n}", "relu", ["name-taken"]),
        ("block relu() {\n  dense(4)\n}", "relu", ["hidden-name"]),
        ("block b() {\n  dense(4)\n}", "relu", ["unused-definition"]),
        ("shared s {\n  dense(4)\n}", "dense(3) as s", ["name-taken"]),
        ("shared s {\n  dense(4)\n}", "s\n  dense(3)\n  s", ["shape-mismatch"]),
        (
            "shared s {\n  dense(4)\n}",
            "s\n  s(trainable=false)",
            ["argument-conflict"],
        ),
        ("block b( {\n  relu\n}", "b\n  b as c\n  relu from c", ["unclosed-bracket"]),
        ("shared b() {\n  relu\n}", "b\n  b as c\n  relu from c", ["syntax"]),
    ],
)
def test_what_blocks_cannot_be_is_told_once(
    definition: str, use: str, codes: list[str]
) -> None:
    assert told("input(4) as a", *use.split("\n"), before=definition) == codes


def test_a_finding_in_a_block_is_told_with_its_use() -> None:
    text = """block b(n) {
  reshape(n)
}
block c() {
  b(4)
  b(3)
}
network {
  input(4)
  c
  c
}
"""
    (found,) = check(Source("net.nn", text)).diagnostics
    assert found.code == "shape-mismatch"
    assert text[found.span.start :].startswith("n)\n}")
    notes = [
        (text[: note.span.start].count("\n") + 1, note.message) for note in found.notes
    ]
    assert notes == [
        (5, "its output is (4,)"),
        (6, "`n` is given here"),
        (6, "`b` is used here"),
        (10, "`c` is used here"),
    ]


def test_layers_without_end_are_told() -> None:
    blocks = "block b0() {\n  relu\n}\n" + "".join(
        f"block b{n}() {{\n" + f"  b{n - 1}\n" * 8 + "}\n" for n in range(1, 8)
    )
    assert told("input(4)", "b7", before=blocks) == ["too-many-layers"]


NETWORKS = Path(__file__).parent / "networks"


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("residual_mlp", 84_810),
        ("resnet8", 78_666),  # as MLPerf Tiny counts them
        ("mobilenet", 475_544),  # as keras.applications.MobileNet does
        ("inception", 13_406),
        ("siamese", 26_370),
        ("offers", 1_268),
    ],
)
def test_known_networks_have_their_parameters(name: str, parameters: int) -> None:
    text = (NETWORKS / f"{name}.nn").read_text("utf-8")
    analysis = check(Source(f"{name}.nn", text))
    assert analysis.diagnostics == ()
    assert analysis.model is not None
    assert summary.summarize(analysis.model).total_parameters == parameters


@pytest.mark.parametrize("seed", range(30))
def test_random_graphs_are_sound(seed: int) -> None:
    analysis = check(Source("net.nn", random_graph(seed)))
    assert all(d.severity == "warning" for d in analysis.diagnostics)
    assert analysis.model is not None
    network = analysis.model.network
    known = set[str]()
    for call in network.calls:
        assert known.issuperset(call.inputs)
        shapes = [network.by_name[name].output_shape for name in call.inputs]
        assert [*call.input_shapes] == shapes
        known.add(call.name)
    found = summary.summarize(analysis.model)
    assert found.total_parameters == network.parameters
    assert found.trainable_parameters == network.trainable_parameters


@pytest.mark.usefixtures("timed_alone")
def test_a_thousand_layers_are_checked_in_linear_time() -> None:
    def seconds(count: int) -> float:
        lines = (f"dense(8, relu) as l{n}\nadd(l{n - 1})" for n in range(1, count))
        lines = (*lines, f"concatenate(l{count - 1})\ndense(3)")
        text = "network {\ninput(8) as l0\n" + "\n".join(lines) + "\n}\n"
        begun = time.process_time()
        model = check(Source("net.nn", text)).model
        assert model is not None
        summary.summarize(model)
        return time.process_time() - begun

    few, many = (min(seconds(n) for _ in range(2)) for n in (250, 1000))
    assert many < 8 * few


def text_of(*lines: str, before: str = "") -> str:
    """What predictions of a network go by, as scripts keep it beside the weights."""
    found = of_weights(model_of(*lines, before=before))
    return " ".join(map(str, found.values()))


def test_what_weights_are_of_does_not_depend_on_labels() -> None:
    one = text_of("input(4) as a", "dense(4) as b", "add(a)", "dense(2)")
    other = text_of("input(4) as x", "dense(4)", "add(x) as y", "dense(2) from y")
    assert one == other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # The same layers, with other values.
        (("dense(4) as b", "add(a)"), ("dense(4) as b", "add(b)", "linear", "add(a)")),
        (("dense(4)", "subtract(a)"), ("dense(4) as b", "subtract(a, b)")),
        (("tower", "tower"), ("dense(4)", "dense(4)")),
        (("tower", "tower", "dense(4)"), ("tower", "dense(4)", "tower")),
    ],
)
def test_what_weights_are_of_depends_on_ways_and_shared_weights(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    tower = "shared tower {\n  dense(4)\n}"

    def told_by(lines: tuple[str, ...]) -> str:
        before = tower if any(line.startswith("tower") for line in lines) else ""
        return text_of("input(4) as a", *lines, "dense(2)", before=before)

    assert told_by(one) != told_by(other)


def test_an_output_is_called_as_it_is_named() -> None:
    model = model_of(
        "input(4) as a",
        "b as top",
        "dense(2) as end",
        "output(top, end)",
        before="block b {\n  dense(3)\n  relu\n}",
    )
    assert model.network.outputs == ("top/relu", "end")
    assert model.network.output_names == ("top", "end")
    assert model_of("input(4)", "dense(2)").network.output_names == ("dense",)
    single = model_of("input(4)", "b", before="block b {\n  dense(3)\n}")
    assert single.network.output_names == ("b",)


@pytest.mark.parametrize(
    "use",
    ["dropout(0.5", "relu(", "add(a", "flatten(", "max_pooling1d(2, padding=same"],
)
def test_every_use_takes_trainable(use: str) -> None:
    more = ", " * (not use.endswith("("))
    first = ("input(3, 4) as a", "dense(4)")
    lines = (*first, f"{use}{more}trainable=false)", "dense(2)")
    plain = (*first, f"{use})", "dense(2)")
    one, other = model_of(*lines), model_of(*plain)
    assert wired(one) == wired(other)
    assert one.network.weights[0].trainable
    wrong = (*first, f"{use}{more}trainable=3)", "dense(2)")
    assert told(*wrong) == ["argument-type"]
