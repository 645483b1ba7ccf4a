"""Specs that are made to keep the compiler busy: one clear error, and at once."""

from __future__ import annotations

import time

import pytest

from nnspec import compiler
from nnspec.commands.specs import override
from nnspec.compiler import Analysis
from nnspec.source import Source

NETWORK = "network {\n  input(4)\n  dense(2)\n}\n"
#: Seconds of the processor within which any spec is checked, on a slow machine.
SOON = 20


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


@pytest.mark.parametrize("item", ["[@, @]", "(@, @)", "[@: @]", "f(@, x=@)", "[[@], @]"])
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
    name, value = override(f"a0=[{'1, ' * 1000}]")
    analysis = check(doubling("1", "[@, @]", 12) + NETWORK, **{name: value})
    assert codes(analysis) == ["too-large"]
    assert check(doubling("1", "[@, @]", 12) + NETWORK).model is not None
