"""`reshape` and `augment` of one of several inputs, and of all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnspec
from nnspec.compiler import check
from nnspec.source import Source
from tests.data.section import options, section
from tests.several_images import REST, SOURCES, N, spec, written
from tests.test_bare import both
from tests.test_network_scripts import lint, unused
from tests.test_several import run

RESHAPED = "reshape(4, 6, 1, of=image)"
FLIPPED = "augment(horizontal, of=image)"
TRANSFORMS = {
    "reshape": RESHAPED,
    "of one size": "standardize(of=more)\n  reshape(4, 6, -1, of=image)\n  scale(2)",
    "augment": f"{RESHAPED}\n  {FLIPPED}",
    "before": f"reshape(4, 6, of=image)\n  {FLIPPED}\n  {RESHAPED}",
    "rotate": f"scale(1/2)\n  {RESHAPED}\n  augment(rotate=9, shift=1, of=image)",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_one_input_takes_another_shape(source: str, tmp_path: Path) -> None:
    x = written(tmp_path)
    module = section(spec(TRANSFORMS["of one size"], source), tmp_path)
    parts, learnt = module.load_data(options())
    samples, _ = parts["test"]
    found = samples[:]
    expected = 2 * x["image"][-REST:].reshape(REST, 4, 6, 1)
    np.testing.assert_allclose(found["image"], expected, rtol=1e-6)
    mean, deviation = (f(x["more"][:-REST], axis=0) for f in (np.mean, np.std))
    expected = 2 * (x["more"][-REST:] - mean) / deviation
    np.testing.assert_allclose(found["more"], expected, rtol=1e-4, atol=1e-5)
    assert {*learnt} == {"data/more/mean", "data/more/deviation"}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_batches_are_changed_and_nothing_else(
    source: str, tmp_path: Path, monkeypatch: Any
) -> None:
    x = written(tmp_path)
    module = section(spec(TRANSFORMS["augment"], source), tmp_path)
    seen: list[Any] = []
    measure, augment = module.measure, module.augment

    def watched(a: Any, *rest: Any) -> Any:
        seen.append((a.image.copy(), a.more.copy()))
        return measure(a, *rest)

    monkeypatch.setattr(module, "measure", watched)
    code, printed, said = run(module, "train", "--json", "--out", tmp_path / "run")
    assert code == 0, said
    images = np.concatenate([image for image, _ in seen])[: N - REST]
    more = np.concatenate([more for _, more in seen])[: N - REST]
    order = [int(np.flatnonzero(np.isclose(x["more"], row).all(1))[0]) for row in more]
    plain = x["image"].reshape(N, 4, 6, 1)[order].astype(np.float32)
    flipped = (images == plain[:, :, ::-1]).all(axis=(1, 2, 3))
    assert np.all(flipped | (images == plain).all(axis=(1, 2, 3)))
    assert 0 < flipped.sum() < N - REST

    told = json.loads(printed.splitlines()[-1])
    monkeypatch.setattr(module, "augment", None)  # nothing else is changed
    model = module.Model(tmp_path / "run" / "weights.npz")
    p = model.predict({name: array[-REST:] for name, array in x.items()})
    mae = np.abs(p - x["more"][-REST:, :1]).mean()
    assert told["test_mae"] == pytest.approx(mae, rel=1e-5)
    assert augment is not None


def test_inputs_of_the_same_images_share_what_is_done_to_them(tmp_path: Path) -> None:
    both_images = (
        spec("reshape(4, 6, 1)\n  augment(vertical)", SOURCES["npz"])
        .replace("input(3) as more", "input(4, 6, 1) as more\n  flatten as seen")
        .replace("concatenate(more)", "concatenate(seen)")
    )
    written(tmp_path, more=(24,))
    module = section(both_images, tmp_path)
    assert hasattr(module, "augment")
    assert hasattr(module, "prepare_input")
    code, _, said = run(module, "train", "--out", tmp_path / "run")
    assert code == 0, said
    each = both_images.replace(
        "augment(vertical)", "augment(vertical, of=image)\n  augment(shift=1, of=more)"
    )
    module = section(each, tmp_path)
    assert hasattr(module, "augment_image")
    assert hasattr(module, "augment_more")
    code, _, said = run(module, "train", "--out", tmp_path / "other")
    assert code == 0, said


def test_bare_scripts(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path)
    for name in ("of one size", "rotate"):
        text = spec(TRANSFORMS[name], SOURCES["npz"])
        found, full = both(text, ["."], ["--data-dir", "."])
        assert found == full
        assert len(found) > 2


def test_scripts_are_clean(tmp_path: Path) -> None:
    for kind, source in SOURCES.items():
        for name, transforms in TRANSFORMS.items():
            for bare in (False, True):
                code = nnspec.compile(spec(transforms, source), bare=bare)
                assert unused(code) == [], name
                path = f"{kind}_{name}_{bare}.py"
                (tmp_path / path).write_text(code, "utf-8")
    lint(tmp_path)


@pytest.mark.parametrize(
    ("transforms", "code", "told"),
    [
        ("augment(horizontal)", "shape-mismatch", "of=image"),
        ("augment(horizontal, of=more)", "shape-mismatch", "`reshape`"),
        ("reshape(4, 6, of=image)", "shape-mismatch", "(4, 6)"),
        ("reshape(3, 6, -1, of=image)", "shape-mismatch", "(3, 6, -1)"),
        ("reshape(4, 6, 1)", "shape-mismatch", "takes (3,)"),
        ("augment(horizontal, of=imag)", "unknown-part", "did you mean `image`?"),
        ("augment(of=image)", "empty-augment", "changes nothing"),
        (f"{RESHAPED}\n  {FLIPPED}\n  {FLIPPED}", "doubled-transform", "twice"),
    ],
)
def test_what_does_not_fit(transforms: str, code: str, told: str) -> None:
    found = check(Source("net.nn", spec(transforms, SOURCES["npz"]))).diagnostics
    faults = [d for d in found if d.severity == "error"]
    assert [d.code for d in faults] == [code]
    assert told in f"{faults[0].message} {faults[0].help} {faults[0].notes}"


def test_made_up_samples_have_the_shape_that_an_input_takes() -> None:
    text = """
data {
  spirals(samples=60)
  reshape(1, 2, of=left)
}
network {
  input(1, 2) as left
  input(3) as right
  flatten from left
  concatenate(right)
  dense(3, softmax)
}
training {
  loss = sparse_categorical_crossentropy
}
"""
    (fault,) = check(Source("net.nn", text)).diagnostics
    assert fault.message == "the input `right` takes (3,), but the data gives (2,)"
    assert fault.help == "write `input(2) as right`"
    found = text.replace("input(3)", "input(2)")
    assert check(Source("net.nn", found)).diagnostics == ()
