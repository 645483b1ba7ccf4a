"""What scripts of several inputs and outputs cannot have: where, and the way out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nnspec
from nnspec import SpecError
from nnspec.compiler import check
from nnspec.source import Source
from tests import several_images
from tests.data.section import section
from tests.test_several import run

TABLE = 'csv("t.csv", features=[image: ["a", "b", "c", "d"], more: ["e"]], target="y")'
NETWORK = """
network {
  input(5) as x
  dense(5) as a
  dense(5) as b
  OUTPUT
}
training {
  loss = mse
}
"""


def of_images(transform: str, source: str = several_images.SOURCES["npz"]) -> str:
    return several_images.spec(transform, source)


def outputs(data: str) -> str:
    text = NETWORK.replace("OUTPUT", "output(a, b)")
    return f"data {{\n  {data}\n}}{text}"


WORDS = """
data {
  imdb()
  bag_of_words(5)
}
network {
  input(5) as x
  input(5) as z
  add(x, z)
  dense(1, sigmoid)
}
training {
  loss = binary_crossentropy
}
"""
CHARACTERS = """
data {
  text("t.txt")
  next_characters(5)
}
network {
  input(5) as x
  embedding(9, 4) as e
  dense(9, softmax) as a
  dense(9, softmax) from e as b
  output(a, b)
}
training {
  loss = sparse_categorical_crossentropy
}
"""

CASES = {
    "reshape(2, 2, 1, of=image)": (
        of_images("reshape(2, 2, 1, of=image)", TABLE),
        "write the layer `reshape(2, 2, 1)` after the input instead",
    ),
    "augment(horizontal, of=image)": (
        of_images("augment(horizontal, of=image)", TABLE),
        "take arrays of images, by `npz` or `npy`",
    ),
    "multi_hot(9)": (
        of_images("multi_hot(9)"),
        "let an `embedding` look the ids up, or give arrays of 0 and 1",
    ),
    "bag_of_words(5)": (
        WORDS,
        "give the network one input, which all may take",
    ),
    "next_characters(5)": (
        CHARACTERS,
        "let the last layer alone be an output",
    ),
    "reconstruct": (
        outputs('npz("data.npz")\n  reconstruct'),
        "name the samples as the labels, too, where they are in files: "
        '`npz("data.npz", y="x_train")`',
    ),
}


@pytest.mark.parametrize("place", CASES)
def test_what_is_refused_has_its_place_and_a_way_out(place: str) -> None:
    text, help = CASES[place]
    with pytest.raises(SpecError) as error:
        nnspec.compile(text)
    faults = [d for d in error.value.diagnostics if d.severity == "error"]
    (fault,) = [d for d in faults if d.code == "not-supported-yet"]
    assert text[fault.span.start : fault.span.end] == place
    assert fault.help == help


def test_samples_may_be_named_as_labels(tmp_path: Path) -> None:
    """The way out of `reconstruct`, which every output then learns."""
    x = np.random.default_rng(0).normal(size=(40, 5))
    np.savez(tmp_path / "data.npz", x_train=x)
    module = section(outputs('npz("data.npz", y="x_train")'), tmp_path)
    code, _, said = run(module, "train", "--out", tmp_path / "out")
    assert code == 0, said


@pytest.mark.parametrize(
    ("transforms", "told"),
    [
        ("reshape(3, of=left)\n  augment(horizontal, of=left)", "cannot make (3,)"),
        ("reshape(1, 2)", "the input `right` takes (2,), but the data gives (1, 2)"),
    ],
)
def test_shapes_that_do_not_fit_are_told_once(transforms: str, told: str) -> None:
    text = f"""
data {{
  spirals(samples=60)
  {transforms}
}}
network {{
  input(1, 2) as left
  input(2) as right
  flatten from left
  concatenate(right)
  dense(3, softmax)
}}
training {{
  loss = sparse_categorical_crossentropy
}}
"""
    (fault,) = check(Source("net.nn", text)).diagnostics
    assert told in fault.message
