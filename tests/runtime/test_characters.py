"""Characters of a text: their ids, windows of them, and what is drawn."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from templates.runtime.character_ids import character_ids
from templates.runtime.drawn import drawn
from templates.runtime.input_error import InputError
from templates.runtime.learn_characters import learn_characters
from templates.runtime.read_text import read_text
from templates.runtime.sliding import sliding


def test_ids_are_places_among_the_sorted_characters() -> None:
    text = "zebra\n\0 ä😀"
    known = learn_characters(text, 10, "here")
    assert known.dtype == "<U1"
    expected = [sorted(text).index(character) for character in text]
    assert character_ids(text, known, "here").tolist() == expected
    assert character_ids("", known, "here").size == 0


def test_too_many_characters() -> None:
    with pytest.raises(InputError, match=r"here: 3 different .* tells 2 apart"):
        learn_characters("abcab", 2, "here")


@pytest.mark.parametrize("character", ["d", "B", "~", "\udcff", "\0"])
def test_a_character_that_was_not_learnt(character: str) -> None:
    known = learn_characters("abc\n", 10, "here")
    message = (
        f"there: the character {character!r} in {'a' + chr(10) + 'b' + character!r}"
    )
    with pytest.raises(InputError) as fault:
        character_ids(f"a\nb{character}", known, "there")
    assert str(fault.value).startswith(message)


def test_a_text_has_the_same_lines_wherever_it_is_from(tmp_path: Path) -> None:
    plain, packed = tmp_path / "t.txt", tmp_path / "t.txt.gz"
    plain.write_bytes("\ufeffä\r\nb\rc\n".encode())
    packed.write_bytes(gzip.compress("ä\nb\rc\n".encode()))
    assert read_text(plain) == read_text(packed) == "ä\nb\rc\n"
    plain.write_bytes(b"a\nb\xff\n")
    with pytest.raises(InputError, match=r"t\.txt, line 2: not UTF-8; save it as"):
        read_text(plain)


@pytest.mark.parametrize(
    ("every", "stride", "after"), [(1, 1, 1), (2, 3, 0), (3, 2, 4)]
)
def test_windows_share_the_memory_of_rows(every: int, stride: int, after: int) -> None:
    for x in (np.arange(30), np.arange(60).reshape(30, 2)):
        found = sliding(x, 4, every, stride, after, "here")
        starts = range(0, 30 - after - 3 * every, stride)
        expected = [[x[s + k * every] for k in range(4)] for s in starts]
        np.testing.assert_array_equal(found, expected)
        assert np.shares_memory(found, x)


def test_too_few_rows_for_a_window() -> None:
    assert len(sliding(np.arange(8), 4, 2, 1, 1, "here")) == 1
    with pytest.raises(InputError, match=r"here: 7 .* a window of 7 and 1 after it"):
        sliding(np.arange(7), 4, 2, 1, 1, "here")


def test_temperature() -> None:
    p, rng = np.array([0.1, 0.6, 0.3], np.float32), np.random.default_rng(0)
    assert {drawn(p, 0, rng) for _ in range(9)} == {1}
    assert {drawn(p, 1e-300, rng) for _ in range(9)} == {1}
    for temperature, power in ((1.0, 1.0), (0.5, 2.0), (2.0, 0.5)):
        counts = np.bincount([drawn(p, temperature, rng) for _ in range(20_000)])
        expected = p**power / np.sum(p**power)
        np.testing.assert_allclose(counts / 20_000, expected, atol=0.02)
    assert drawn(np.array([0.0, 1.0]), 5.0, rng) == 1
    with pytest.raises(InputError, match="no probabilities"):
        drawn(np.array([np.nan, 1.0]), 1.0, rng)
