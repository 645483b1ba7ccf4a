"""Specs that are made to keep the compiler busy: one clear error, and at once."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from nnspec import compiler
from nnspec.commands.specs import override
from nnspec.commands.terminal import Stop
from nnspec.compiler import Analysis
from nnspec.source import Source
from tests.scripts import load

NETWORK = "network {\n  input(4)\n  dense(2)\n}\n"
#: Seconds of the processor within which any spec is checked, on a slow machine.
SOON = 15


def check(text: str, **overrides: object) -> Analysis:
    """The analysis of a spec, which must be there soon."""
    start = time.process_time()
    analysis = compiler.check(Source("spec.nn", text), overrides)
    assert time.process_time() - start < SOON
    return analysis


def codes(analysis: Analysis) -> list[str]:
    """The codes of all findings."""
    return [finding.code for finding in analysis.diagnostics]


def doubling(first: str, item: str, count: int = 60) -> str:
    """Lets of which each holds the one before it twice."""
    more = (f"let a{i} = {item.replace('@', f'a{i - 1}')}" for i in range(1, count))
    return "\n".join([f"let a0 = {first}", *more]) + "\n"


def training(*lines: str) -> str:
    """A training section."""
    return "\n".join(["training {", "  loss = mse", *lines, "}", ""])


@pytest.mark.parametrize(
    "item", ["[@, @]", "(@, @)", "[@: @]", "f(@, x=@)", "[[@], @]"]
)
@pytest.mark.parametrize(
    "rest",
    [
        NETWORK + training("  metrics = a59"),
        NETWORK + training("  class_weight = a59"),
        NETWORK + training("  optimizer = sgd(a59)"),
        NETWORK + training("  epochs = a59"),
        "network {\n  input(a59)\n  rescaling([a59, a59])\n}\n",
        "network {\n  input(4)\n  repeat a59 {\n    dense(2)\n  }\n}\n",
        'data {\n  csv("a.csv", target=a59)\n}\n' + NETWORK,
    ],
)
def test_lets_that_double_are_one_error_with_a_place(item: str, rest: str) -> None:
    analysis = check(doubling("[1]", item) + rest)
    (finding,) = analysis.diagnostics
    assert finding.code == "too-large"
    place = analysis.source.text[finding.span.start : finding.span.end]
    assert place.startswith(("[", "(", "f("))


def test_lets_that_double_are_found_where_they_are_used_often_enough() -> None:
    lets = doubling("[1]", "[@, @]", 17)  # as such they are small enough
    layers = "  rescaling(a16)\n" * 100
    analysis = check(f"{lets}network {{\n  input(4)\n{layers}}}\n")
    assert codes(analysis).count("too-large") == 1
    assert analysis.model is None


def test_lets_that_double_as_numbers_are_no_lists() -> None:
    text = doubling("1", "(@ + @) // 2", 100) + NETWORK.replace("2", "a99")
    assert check(text).model is not None


def test_a_value_that_is_set_counts_as_one_that_is_written() -> None:
    name, value, _ = override(f"a0=[{'1, ' * 1000}]")
    analysis = check(doubling("1", "[@, @]", 12) + NETWORK, **{name: value})
    assert codes(analysis) == ["too-large"]
    assert check(doubling("1", "[@, @]", 12) + NETWORK).model is not None


def many(line: str, count: int) -> str:
    """The line again and again, `@` being its number."""
    return "".join(f"  {line.replace('@', str(i))}\n" for i in range(count))


def listed(item: str, count: int) -> str:
    """The item again and again, `@` being its number from 1 on."""
    return ", ".join(item.replace("@", f"{i + 1:09}") for i in range(count))


BINARY = (
    "network {\n  input(4)\n  dense(1, sigmoid)\n}\n"
    "training {\n  loss = binary_crossentropy\n  metrics = ["
)
TABLE = 'data {\n  csv("a.csv", target="y")\n'
COLUMNS = "[" + listed('"@"', 9_000) + "]"

#: Each would take minutes if its time grew with the square of its size.
LONG = {
    "metrics": BINARY + listed("precision(0.@)", 8_000) + "]\n}\n",
    "metrics twice": BINARY + listed("auc", 8_000) + "]\n}\n",
    "one_hot": TABLE + many('one_hot(columns=["c@"])', 4_000) + "}\n" + NETWORK,
    "columns": TABLE.replace('"y"', COLUMNS) + "}\n" + NETWORK,
    "checkpoints": NETWORK + training(many('checkpoint("@.npz")', 6_000)),
    "checkpoint twice": NETWORK + training(many('checkpoint("a.npz")', 4_000)),
    "unknown sources": NETWORK.replace("}", many("dense(2) from b@", 4_000) + "}"),
    "unknown names": many("let a@ = b@ + 1", 3_000) + NETWORK,
    "empty repeats": NETWORK.replace(
        "dense(2)",
        "repeat 5000 {\n  dense(2)\n" + many("repeat 9 {\n}", 3000) + "}",
    ),
}


@pytest.mark.share(7)
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_specs_take_no_longer_than_they_are_long(text: str) -> None:
    check(text)


@pytest.mark.share(3)
@pytest.mark.parametrize(
    "line",
    [
        "dense(2) as a_long_label_of_a_layer_@",
        "dense(2, activity_regularizer=l2(0.1))",
        "activity_regularization(l2=0.1)",
    ],
)
def test_long_networks_are_planned_soon(line: str) -> None:
    network = NETWORK.replace("}", many(line, 2_000) + "}")
    analysis = check(network + training())
    start = time.process_time()
    assert compiler.script(analysis)
    assert time.process_time() - start < SOON


def test_a_thousand_errors_are_enough() -> None:
    found = check(NETWORK + training(many("epochs@ = 2", 5_000))).diagnostics
    assert len(found) == 1_001
    assert [d.code for d in found].count("too-many-errors") == 1
    assert found[-1].code == "too-many-errors"
    with pytest.raises(Stop):
        override("a=" + "? \n" * 2_000)


def test_samples_have_few_enough_axes_for_numpy() -> None:
    ones = ", ".join(["1"] * 30)
    for shape, fault in ((ones, None), (f"{ones}, 1", "too-many-axes")):
        layers = "batch_normalization\ngroup_normalization(1)\nsoftmax\nprelu\nflatten"
        network = f"network {{\n  input({shape})\n{layers}\n  dense(1)\n}}\n"
        analysis = check(network + training())
        assert fault in (None, *codes(analysis))
        if fault is None:
            module = load(compiler.script(analysis))
            assert module.run_gradcheck(SimpleNamespace(seed=0)) == 0
        layers = (
            f"network {{\n  input(1)\n  reshape({shape})\n  flatten\n  dense(1)\n}}\n"
        )
        assert codes(check(layers)) == ([fault] if fault else [])
        data = f'data {{\n  npz("a.npz")\n  reshape(4, {shape[3:]})\n  reshape(4)\n}}\n'
        assert codes(check(data + NETWORK)) == ([fault] if fault else [])


@pytest.mark.parametrize("text", [r"\n", "a b", r"\u202e", "`", "x" * 10_000])
def test_help_lines_are_short_and_hold_no_odd_text(text: str) -> None:
    for setting in (f'loss = "{text}"', f'optimiser = "{text}"', f'batch = "{text}"'):
        section = training(setting).replace("loss = mse", "epochs = 1")
        for finding in check(NETWORK + section).diagnostics:
            help = finding.help or ""
            assert help.isprintable()
            assert len(help) < 500
