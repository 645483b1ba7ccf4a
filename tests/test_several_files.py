"""Arrays in a file for each input and output: mapped, and trained with as read ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnspec
from nnspec import SpecError
from tests.data.section import options, section
from tests.runtime.test_idx import idx_bytes
from tests.several_files import NPY, NPZ, SECTIONS, spec, written
from tests.test_bare import both, longer
from tests.test_network_scripts import lint, unused
from tests.test_several import arrays, run


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


@pytest.mark.parametrize("name", SECTIONS)
def test_files_train_as_an_archive_does(name: str, tmp_path: Path) -> None:
    x = written(tmp_path, numbers=name == "horizons")
    found = {}
    for kind, source in {"npz": NPZ, "npy": NPY}.items():
        module, out = section(spec(name, source), tmp_path), tmp_path / kind
        code, printed, said = run(module, "train", "--json", "--out", out)
        assert code == 0, said
        rows = [json.loads(line) for line in printed.splitlines()]
        model = module.Model(out / "weights.npz")
        weights = np.load(out / "weights.npz")
        arrays = {n: weights[n] for n in weights if not n.startswith("nnspec")}
        found[kind] = (
            [{k: v for k, v in row.items() if k != "seconds"} for row in rows],
            arrays,
            model.predict(x),
        )
        code, _, said = run(module, "evaluate", "--weights", out / "weights.npz")
        assert code == 0 or "test" not in SECTIONS[name], said
    (rows, weights, p), (other_rows, other_weights, q) = found.values()
    assert rows == other_rows
    assert {*weights} == {*other_weights}
    for name_of, array in weights.items():
        np.testing.assert_array_equal(array, other_weights[name_of])
    assert {*p} == {"sold", "kind"}
    for output in p:
        np.testing.assert_array_equal(p[output], q[output])


def test_rows_are_read_when_they_are_used(tmp_path: Path) -> None:
    x = written(tmp_path)
    module = section(spec("alike", NPY), tmp_path)
    parts, learnt = module.load_data(options())
    samples, _ = parts["train"]
    assert isinstance(samples.x["left"].array, np.memmap)
    order = np.random.default_rng(2).permutation(80)[:56]
    left = x["left"][order]
    some = samples[np.array([5, 2])]["left"]
    assert some.dtype == np.float32
    expected = (left[[5, 2]] - left.mean(axis=0)) / left.std(axis=0)
    np.testing.assert_allclose(some, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(learnt["data/left/mean"], left.mean(axis=0))


def test_folds_of_files(tmp_path: Path) -> None:
    written(tmp_path)
    told = {}
    for kind, source in {"npz": NPZ, "npy": NPY}.items():
        text = spec("alike", source).replace(
            "split(validation=0.3, seed=2)", "folds(3)"
        )
        module = section(text, tmp_path)
        code, printed, said = run(module, "cross_validate", "--json")
        assert code == 0, said
        rows = [json.loads(line) for line in printed.splitlines()]
        told[kind] = [{k: v for k, v in r.items() if k != "seconds"} for r in rows]
    assert len(told["npz"]) > 3
    assert told["npz"] == told["npy"]


def test_bare_scripts_read_files(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path)
    found, full = both(longer(spec("learnt", NPY)), ["."], ["--data-dir", "."])
    assert found == full
    assert len(found) > 2


def test_one_file_may_serve_all_inputs_or_outputs(tmp_path: Path) -> None:
    x, y = arrays(40)
    np.save(tmp_path / "x.npy", x["left"])
    np.save(tmp_path / "y.npy", y["sold"])
    text = spec("the last", 'npy(x="x.npy", y="y.npy")').replace("test=20", "test=8")
    text = text.replace("input(4, 3) as right", "input(5) as right")
    text = (
        text[: text.index("  metrics")]
        .replace("sparse_", "")
        .replace("kind: categorical", "kind: binary")
        .replace("dense(3, softmax)", "dense(1, sigmoid)")
        + "}\n"
    )
    module = section(text, tmp_path)
    parts, _ = module.load_data(options())
    samples, labels = parts["test"]
    for name in ("left", "right"):
        np.testing.assert_allclose(samples[:][name], x["left"][-8:], rtol=1e-6)
    np.testing.assert_array_equal(labels["sold"], labels["kind"])


def test_idx_files_by_name(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    files = {
        "l": rng.integers(256, size=(30, 5), dtype=np.uint8),
        "r": rng.integers(256, size=(30, 4, 3), dtype=np.uint8),
        "s": rng.integers(2, size=30, dtype=np.uint8),
        "k": np.arange(30, dtype=np.uint8) % 3,
    }
    for name, array in files.items():
        (tmp_path / name).write_bytes(idx_bytes(array))
    source = 'idx(x=[left: "l", right: "r"], y=[sold: "s", kind: "k"])'
    text = spec("the last", source).replace("test=20", "test=6")
    text = text.replace('  class_weight = [sold: ["yes": 3.0]]\n', "")
    text = text.replace('class_id="yes"', "class_id=1")
    module = section(text, tmp_path)
    parts, _ = module.load_data(options())
    samples, labels = parts["test"]
    np.testing.assert_array_equal(samples["right"], files["r"][-6:])
    np.testing.assert_array_equal(labels["kind"], files["k"][-6:])


def test_scripts_are_clean(tmp_path: Path) -> None:
    for kind, source in {"npz": NPZ, "npy": NPY}.items():
        for name in SECTIONS:
            code = nnspec.compile(spec(name, source))
            assert unused(code) == [], name
            (tmp_path / f"{kind}_{name}.py").write_text(code, "utf-8")
    lint(tmp_path)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (NPY.replace("xr.npy", "../xr.npy"), "path-outside"),
        (NPY.replace("xr.npy", ""), "path-invalid"),
        (NPY.replace("right:", "wrong:"), "unknown-input"),
        (NPY.replace(', right: "xr.npy"', ""), "unknown-input"),
        (NPY.replace("kind:", "price:"), "unknown-output"),
    ],
)
def test_files_that_do_not_fit(source: str, code: str) -> None:
    with pytest.raises(SpecError) as error:
        nnspec.compile(spec("as they are", source))
    assert code in {d.code for d in error.value.diagnostics}


def test_files_of_other_lengths(tmp_path: Path) -> None:
    written(tmp_path)
    np.save(tmp_path / "xr.npy", arrays(79)[0]["right"])
    module = section(spec("as they are", NPY), tmp_path)
    code, _, said = run(module, "train", "--out", tmp_path / "out")
    assert code == 3
    assert "there are 80 of left, 79 of right; give as many of each" in said
