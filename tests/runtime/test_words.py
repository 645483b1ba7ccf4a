"""Texts: their words, a vocabulary of them, and bags."""

from __future__ import annotations

import math
import string
from collections import Counter

import numpy as np
import pytest

from templates.runtime.bag_of_words import bag_of_words
from templates.runtime.dense_rows import dense_rows
from templates.runtime.input_error import InputError
from templates.runtime.learn_idf import learn_idf
from templates.runtime.learn_vocabulary import learn_vocabulary
from templates.runtime.tokens import tokens

TEXTS = ["the cat sat on the mat", "a cat, a dog", "the end"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The END.", ["the", "end"]),
        ("  two\n\twords  ", ["two", "words"]),
        ("I've seen it", ["ive", "seen", "it"]),
        ("good<br /><br />bad", ["good", "bad"]),
        ("Good.<BR />Bad", ["good", "bad"]),
        ("a-b a_b 3.5/10", ["ab", "ab", "3510"]),
        (string.punctuation, []),
        ("", []),
        ("ÄRGER Été", ["ärger", "été"]),
        ("no\xa0break\x85line", ["no", "break", "line"]),
        ("“quoted”", ["“quoted”"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert tokens(text) == words


def test_the_most_frequent_words_come_first() -> None:
    # Three times `the`; twice `cat` and `a`; the others once. Ties go from z to a.
    words = ["the", "cat", "a", "sat", "on", "mat", "end", "dog"]
    assert learn_vocabulary(TEXTS, 100).tolist() == words
    assert learn_vocabulary(TEXTS, 4).tolist() == words[:3]
    assert learn_vocabulary(iter(TEXTS), 2).tolist() == words[:1]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["...", ""], "0 words, up to 0 letters long"),
        (
            ["a " * 5000 + "b" * 5000 + " ".join(map(str, range(5000)))],
            "5[0-9]{3} letters",
        ),
    ],
)
def test_texts_without_a_vocabulary(texts: list[str], found: str) -> None:
    with pytest.raises(
        InputError, match=rf"vocabulary: .*{found}.*; give texts of words"
    ):
        learn_vocabulary(texts, 10_000)


def test_a_binary_bag() -> None:
    vocabulary = np.array(["the", "cat"])
    x = bag_of_words([*TEXTS, "", "cat cat"], vocabulary, 5)
    assert dense_rows(x, 5, float).tolist() == [
        [1, 1, 1, 0, 0],
        [1, 0, 1, 0, 0],
        [1, 1, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 1, 0, 0],
    ]


def test_a_counting_bag() -> None:
    x = bag_of_words(TEXTS, np.array(["the", "cat"]), 3, np.ones(3, np.float32))
    assert dense_rows(x, 3, float).tolist() == [[3, 2, 1], [3, 0, 1], [1, 1, 0]]
    assert x.common.dtype == np.float32


def test_a_weighed_bag() -> None:
    vocabulary = np.array(["the", "cat", "nowhere"])
    idf = learn_idf(TEXTS, vocabulary, 6)
    known = [math.log(1 + 3 / (1 + n)) for n in (2, 2, 0)]
    np.testing.assert_allclose(idf, [sum(known) / 3, *known, 0, 0])
    x = dense_rows(bag_of_words(TEXTS, vocabulary, 6, idf), 6, float)
    counts = [[3, 2, 1, 0, 0, 0], [3, 0, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0]]
    np.testing.assert_allclose(x, counts * idf)


def test_bags_of_many_words() -> None:
    rng = np.random.default_rng(0)
    letters = [chr(97 + i % 26) * (1 + i // 26) for i in range(2000)]
    texts = [" ".join(rng.choice(letters, size=rng.integers(300))) for _ in range(50)]
    vocabulary = learn_vocabulary(texts, 1500)
    assert len(vocabulary) == 1499
    known = {*vocabulary}
    x = dense_rows(bag_of_words(texts, vocabulary, 1500, np.ones(1500)), 1500, float)
    for row, text in zip(x, texts, strict=True):
        counts = Counter(tokens(text))
        found = {vocabulary[i - 1]: row[i] for i in np.flatnonzero(row) if i}
        assert found == {w: n for w, n in counts.items() if w in known}
        assert row.sum() == counts.total()
