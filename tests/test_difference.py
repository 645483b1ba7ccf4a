"""What is different in the meaning of two specs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nnspec.cli import main
from nnspec.compiler import check
from nnspec.difference import Difference, as_json, difference, text
from nnspec.source import Source
from tests.graphs import random_graph

SPEC = """let width = 64
data {
  mnist()
  scale(1/255)
  split(validation=10000)
}
network {
  input(28, 28)
  flatten
  dense(width, relu) as hidden
  dense(10, softmax)
}
training {
  loss = sparse_categorical_crossentropy
  optimizer = adam
  epochs = 5
}
"""


def between(*changes: tuple[str, str], spec: str = SPEC) -> Difference:
    new = spec
    for old, other in changes:
        assert old in new
        new = new.replace(old, other)
    models = [check(Source("net.nn", text)).model for text in (spec, new)]
    assert models[0] and models[1]
    return difference(*models)


def test_what_is_written_otherwise_means_the_same() -> None:
    found = between(
        ("let width = 64\n", "# a comment\n"),
        ("dense(width, relu)", "dense(32 * 2, activation=relu, use_bias=true)"),
        ("optimizer = adam", "optimizer = adam(0.001)"),
    )
    assert found.is_none
    assert found.fit.load == "all"
    assert text(found) == (
        "both specs mean the same\n\nweights of the old one load into the new one\n"
    )


def test_a_wider_layer_changes_weights_and_costs() -> None:
    found = between(("width = 64", "width = 128"))
    (pair,) = (pair for pair in found.layers if pair.name == "hidden")
    assert pair.changes == {
        "units": ("64", "128"),
        "output": ("(64,)", "(128,)"),
        "parameters": ("50,240", "100,480"),
    }
    assert found.costs["parameters"] == (50_890, 101_770)
    assert found.fit.load == "none"  # the last bias fits, but not its layer
    assert "do not load into the new one: no layer fits\n" in text(found)
    assert {change.name for change in found.fit.shapes} == {
        *("hidden/kernel", "hidden/bias", "dense/kernel")
    }
    assert "hidden/kernel: (784, 64) -> (784, 128)" in text(found)


def test_a_layer_between_leaves_what_bears_a_label() -> None:
    found = between(("as hidden\n", "as hidden\n  dense(64, relu)\n"))
    added = [pair.name for pair in found.layers if pair.old is None]
    assert added == ["dense"]
    (renamed,) = (pair for pair in found.layers if pair.old and pair.new)
    assert renamed.changes["name"] == ("dense", "dense_1")
    assert found.fit.load == "partial"
    assert found.fit.fitting == 1
    assert "`--initial-weights FILE --partial` takes those of 1 layer\n" in text(found)
    assert found.fit.missing == ("dense_1/kernel", "dense_1/bias")
    assert not found.outputs


def test_settings_and_data_are_told_each_by_itself() -> None:
    found = between(
        ("optimizer = adam", "optimizer = adam(learning_rate=0.01)"),
        ("epochs = 5", "epochs = 6\n  early_stopping(patience=2)"),
        ("scale(1/255)", "standardize"),
        ("10000", "0.1"),
    )
    assert [(c.name, c.old, c.new) for c in found.settings] == [
        ("epochs", "5", "6"),
        ("optimizer's learning_rate", "0.001", "0.01"),
        ("early_stopping", "", "early_stopping(patience=2)"),
    ]
    assert [c.name for c in found.data] == ["transform 1", "split"]
    assert found.fit.load == "all"
    assert not found.layers


def test_other_ways_between_the_same_layers_are_told() -> None:
    spec = """network {
  input(4) as whole
  dense(4) as a
  dense(4) as b
  add(a)
  dense(2)
}
"""
    found = between(("add(a)", "add(whole)"), ("as b", "from a as b"), spec=spec)
    (pair,) = found.layers
    assert pair.changes == {"takes": ("b, a", "b, whole")}


def test_outputs_are_compared() -> None:
    spec = (
        "network {\n  input(4)\n  dense(4) as a\n  dense(2) as b\n  output(a, b)\n}\n"
    )
    (change,) = between(("output(a, b)", "output(b, a)"), spec=spec).outputs
    assert (change.old, change.new) == ("a, b", "b, a")


@pytest.mark.parametrize("seed", range(12))
def test_a_graph_is_as_itself_and_unlike_others(seed: int) -> None:
    one, other = (
        check(Source("net.nn", random_graph(n))).model for n in (seed, seed + 1)
    )
    assert one and other
    assert difference(one, one).is_none
    assert difference(one, one).fit.load == "all"
    found = difference(one, other)
    assert not found.is_none
    assert json.dumps(as_json(found)) and text(found)


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other, wrong = (tmp_path / f"{name}.nn" for name in ("one", "other", "wrong"))
    one.write_text(SPEC, "utf-8")
    other.write_text(SPEC.replace("epochs = 5", "epochs = 6"), "utf-8")
    wrong.write_text("network {\n}\n", "utf-8")
    assert main(["diff", str(one), str(other)]) == 0
    assert "  ~ epochs: 5 -> 6\n" in capsys.readouterr().out
    assert main(["diff", str(one), str(one), "--check"]) == 0
    assert main(["diff", str(one), str(other), "--check"]) == 1
    capsys.readouterr()
    assert main(["diff", str(one), str(other), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["same"] is False
    assert found["training"] == [{"name": "epochs", "old": "5", "new": "6"}]
    assert found["weights"]["load"] == "all"
    assert main(["diff", str(one), str(wrong)]) == 1
    assert main(["diff", str(one), str(tmp_path / "none.nn")]) == 3
    assert main(["diff", "-", "-"]) == 2
