"""What is a number in a file: ASCII, and no identifier."""

import pytest

from templates.runtime.finite_number import finite_number
from templates.runtime.is_number import is_number


@pytest.mark.parametrize(
    "text", ["1", "-2.5", "+.5", "5.", "1e-3", "1E5", " 7 ", "007"]
)
def test_numbers(text: str) -> None:
    assert is_number(text)
    assert finite_number(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "12_34", "2020_01", "\uff11\uff12", "\u0663", "1\u00a0", "0x1", "1,5"],
)
def test_texts(text: str) -> None:
    assert not is_number(text)
    assert not finite_number(text)


@pytest.mark.parametrize("text", ["inf", "-Infinity", "nan", "1e999"])
def test_numbers_that_are_not_finite(text: str) -> None:
    assert is_number(text)
    assert not finite_number(text)
