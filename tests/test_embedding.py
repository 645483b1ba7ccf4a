"""Ids on their way from the data to the vectors that are learnt for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnspec.compiler import check
from nnspec.source import Source
from templates.runtime.check_given_ids import check_given_ids
from templates.runtime.input_error import InputError
from templates.runtime.sum_rows import sum_rows
from templates.runtime.token_ids import token_ids
from tests.scripts import Run, script, spec

close = np.testing.assert_allclose


def test_rows_are_summed_by_id() -> None:
    ids = np.array([[3, 0], [3, 3]])
    dy, out = np.arange(12.0).reshape(2, 2, 3), np.full((5, 3), np.nan)
    sum_rows(ids, dy, out)
    expected = np.zeros((5, 3))
    np.add.at(expected, ids, dy)
    close(out, expected, rtol=0)


def test_words_of_texts() -> None:
    """2 and 3 are the words of the vocabulary, 1 is any other word, 0 is none."""
    texts = ["The film, the film", "", "a<br />b the film and more"]
    ids = token_ids(texts, np.array(["the", "film"]), 5)
    assert ids.tolist() == [[2, 3, 2, 3, 0], [0] * 5, [1, 1, 2, 3, 1]]


@pytest.mark.parametrize("odd", [-1, 4, 0.5, np.nan])
def test_what_is_no_id_is_told_with_its_place(odd: float) -> None:
    x = np.zeros((5, 3))
    check_given_ids(x, (3,), 4, "row {}".format)
    x[3, 2] = odd
    with pytest.raises(InputError, match=r"row 3: .* at") as told:
        check_given_ids(x, (3,), 4, "row {}".format)
    assert "id from 0 to 3" in str(told.value) or "1e38" in str(told.value)


def test_an_embedding_looks_up_and_learns_the_rows_of_the_batch() -> None:
    s = script(spec(["embedding(5, 2)", "flatten", "dense(1)"], shape="3"))
    run = Run(s)
    before = run.w.embedding_embeddings.copy()
    x = np.array([[1, 3, 1]])
    a = run.update(x, np.ones((1, 1)))
    assert a.embedding.tolist() == before[x].tolist()
    same = (run.w.embedding_embeddings == before).all(axis=1)
    assert same.tolist() == [True, False, True, False, True]


def test_two_embeddings_of_the_same_ids() -> None:
    layers = ["reshape(3) as x", "embedding(4, 2) as a", "embedding(6, 2) from x as b"]
    s = script(spec([*layers, "multiply(a, b)", "flatten", "dense(1)"], shape="3"))
    assert s.model.ids == 4
    assert s.gradcheck() == 0


SECTION = """data {{
  npz("a.npz")
  {}
}}
network {{
  input({})
  {}
}}
training {{
  loss = mse
}}
"""


@pytest.mark.parametrize(
    ("transform", "layers", "told"),
    [
        ("scale(2)", "embedding(4, 2)\nflatten\ndense(1)", "`scale` gives numbers"),
        ("", "dense(3)\nembedding(4, 2)\nflatten\ndense(1)", "`dense` computes"),
        ("", "dense(3) as a\nlinear from a", ""),
        ("reshape(3)", "embedding(4, 2)\nflatten\ndense(1)", ""),
        (
            "",
            "reshape(3) as x\nembedding(4, 3)\nflatten\ndense(3)\nadd(x)",
            "`add` takes ids for numbers",
        ),
    ],
)
def test_ids_and_numbers(transform: str, layers: str, told: str) -> None:
    found = check(Source("a.nn", SECTION.format(transform, 3, layers))).diagnostics
    errors = [d.message for d in found if d.severity == "error"]
    assert len(errors) == bool(told)
    assert all(told in message for message in errors)


def test_ids_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be stored as numbers of any type; samples to predict for, too."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    x = rng.integers(4, size=(40, 3)).astype(np.float32)
    np.savez("a.npz", x_train=x, y_train=x.sum(axis=1))
    text = SECTION.format("", 3, "embedding(4, 2)\nflatten\ndense(1)")
    module = script(text).module
    module.__file__ = str(tmp_path / "model.py")
    module.SPEC_FOLDER = tmp_path
    assert module.main(["train", "--out", "run", "--epochs", "2", "--quiet"]) == 0
    model = module.Model("run/weights.npz")
    close(model.predict(x), model.predict(x.astype(int)))
    with pytest.raises(module.InputError, match=r"row 1: 4 at \(0,\) is no id"):
        model.predict([[0, 1, 2], [4, 0, 0]])
