"""Arrays: archives, mapped files, IDX files and what is made up on the spot."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import pytest

import nnspec
from tests.data.section import (
    Array,
    binary,
    classes,
    load,
    one_hot,
    options,
    read,
    section,
    spec,
    values,
)

NPZ = 'npz("a.npz")\n'
IDX = 'idx(x="x", y="y")\n'
NPY = 'npy(x="x.npy", y="y.npy")\n'
X = np.arange(20.0).reshape(10, 2)
Y = np.arange(10) % 3


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


def archive(folder: Path, **arrays: Array) -> None:
    np.savez(folder / "a.npz", **{"x_train": X, "y_train": Y} | arrays)  # type: ignore[arg-type]


def files(folder: Path, x: Array = X, y: Array = Y) -> None:
    np.save(folder / "x.npy", x)
    np.save(folder / "y.npy", y)


def test_an_archive(tmp_path: Path) -> None:
    archive(tmp_path, x_test=X[:3], y_test=Y[:3])
    parts, learnt = load(classes(NPZ), tmp_path)
    assert {part: len(x) for part, (x, _) in parts.items()} == {"train": 10, "test": 3}
    assert parts["train"][0].dtype == np.float32
    assert parts["train"][1].dtype == np.intp
    assert learnt == {}


def test_arrays_of_other_names(tmp_path: Path) -> None:
    archive(tmp_path, u=X[:4], v=Y[:4])
    text = classes('npz("a.npz", x="u", y="v", x_test="x_train", y_test="y_train")')
    parts, _ = load(text, tmp_path)
    assert (len(parts["train"][0]), len(parts["test"][0])) == (4, 10)


def test_named_arrays_must_be_there(tmp_path: Path) -> None:
    archive(tmp_path)
    assert list(load(classes(NPZ), tmp_path)[0]) == ["train"]
    told(classes('npz("a.npz", x_test="u", y_test="v")'), tmp_path, "a.npz: no u and v")


def test_no_data_section(tmp_path: Path) -> None:
    text = classes("").replace("data {\n\n}\n", "")
    told(text, tmp_path, "give some with --data FILE.npz")
    archive(tmp_path, x_validation=X[:3], y_validation=Y[:3])
    parts, _ = load(text, tmp_path, data=tmp_path / "a.npz")
    assert sorted(parts) == ["train", "validation"]


@pytest.mark.parametrize("split", ["", "split(0.2)", "split(0.2, stratify=true)"])
def test_an_evaluation_needs_the_test_part_alone(tmp_path: Path, split: str) -> None:
    module = section(classes(f"spirals()\nstandardize()\n{split}"), tmp_path)
    _, learnt = module.load_data(options())
    given = options(data=tmp_path / "a.npz")
    np.savez(given.data, x_test=X, y_test=Y)
    with pytest.raises(
        module.InputError, match=r"\['x_test', 'y_test'\], but not x_train"
    ):
        module.load_data(given)
    given.weights = tmp_path / "weights.npz"
    parts, _ = module.load_data(given, learnt)
    assert list(parts) == ["test"]
    assert np.allclose(
        parts["test"][0], (X - learnt["data/mean"]) / learnt["data/deviation"]
    )


@pytest.mark.parametrize("source", [NPZ, "spirals()", NPY])
def test_a_data_directory_must_be_there(tmp_path: Path, source: str) -> None:
    archive(tmp_path)
    module = section(classes(source), tmp_path)
    with pytest.raises(
        module.InputError, match=r"--data-dir .*typo: there is no such folder"
    ):
        module.load_data(options(data_dir=tmp_path / "typo"))


def test_scale_makes_floats_of_bytes(tmp_path: Path) -> None:
    archive(tmp_path, x_train=np.array([[0, 255], [51, 102]], np.uint8), y_train=Y[:2])
    x = load(classes(NPZ + "scale(1/255)"), tmp_path)[0]["train"][0]
    assert np.allclose(x, [[0, 1], [0.2, 0.4]])
    assert x.dtype == np.float32
    x = load(classes(NPZ + "scale(2, -1)\nscale(0.5, 1)"), tmp_path)[0]["train"][0]
    assert x.tolist() == [[0.5, 255.5], [51.5, 102.5]]


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float16, np.float32, bool])
def test_any_numbers_can_be_standardized(tmp_path: Path, dtype: type) -> None:
    x = np.array([[0, 1], [1, 1], [1, 1]]).astype(dtype)
    archive(tmp_path, x_train=x, y_train=Y[:3])
    got = load(classes(NPZ + "standardize()"), tmp_path)[0]["train"][0]
    expected = (x - x.mean(axis=0, dtype=float)) / [x.std(axis=0, dtype=float)[0], 1]
    assert np.allclose(got, expected, atol=1e-6)


SECONDS = 1_700_000_000 + np.arange(400)[:, None]


@pytest.mark.parametrize("dtype", [np.int64, np.uint32, np.float64])
@pytest.mark.parametrize(
    "transforms",
    [
        "scale(1/1000)\nstandardize()",
        "scale(1, -1700000000)\nstandardize()",
        "scale(1/1000)\nscale(1, -1700000)\nminmax()",
        "scale(2, offset=-3400000000)",
        "impute(mean)\nscale(1/1000)\nminmax()",
    ],
)
def test_large_numbers_that_differ_by_little_stay_different(
    transforms: str, dtype: type, tmp_path: Path
) -> None:
    archive(tmp_path, x_train=SECONDS.astype(dtype), y_train=np.arange(400) % 3)
    x = load(classes(NPZ + transforms, "1"), tmp_path)[0]["train"][0]
    assert x.dtype == np.float32
    steps = np.diff(x[:, 0].astype(float))
    assert np.allclose(steps, np.ptp(x) / 399, rtol=1e-3)


def test_fortran_order_becomes_c_order(tmp_path: Path) -> None:
    archive(tmp_path, x_train=np.asfortranarray(X))
    for more in ("", "scale(2)", "minmax()"):
        x = load(classes(NPZ + more), tmp_path)[0]["train"][0]
        assert x.flags.c_contiguous


def test_reshape(tmp_path: Path) -> None:
    archive(tmp_path, x_train=np.arange(60).reshape(10, 6))
    data = NPZ + "standardize()\nreshape(2, -1)"
    text = spec(data, "2, 3", "flatten\ndense(3, softmax)", _SPARSE)
    module = section(text, tmp_path)
    parts, learnt = module.load_data(options())
    assert parts["train"][0].shape == (10, 2, 3)
    np.save(tmp_path / "in.npy", np.arange(6).reshape(1, 6))
    found = read(module, tmp_path / "in.npy", learnt)
    assert np.array_equal(found, parts["train"][0][:1])
    archive(tmp_path, x_train=X)
    told(text, tmp_path, "a sample of shape (2,) cannot take the shape (2, 3)")


def test_images_to_predict_for_are_reshaped_as_others_are(tmp_path: Path) -> None:
    """The file has the shape of the source's samples, not that of the network's."""
    for name, axes in (("x", (10, 2, 3)), ("y", (10,))):
        data = np.arange(math.prod(axes), dtype=np.uint8) % 3
        head = bytes([0, 0, 8, len(axes)]) + struct.pack(f">{len(axes)}i", *axes)
        (tmp_path / name).write_bytes(head + data.tobytes())
    text = spec(
        IDX + "reshape(3, 2, 1)", "3, 2, 1", "flatten\ndense(3, softmax)", _SPARSE
    )
    module = section(text, tmp_path)
    parts, _ = module.load_data(options())
    found = read(module, tmp_path / "x")
    assert found.shape == (10, 3, 2, 1)
    assert np.array_equal(found, parts["train"][0])


_SPARSE = "sparse_categorical_crossentropy"


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent"])
def test_impute(tmp_path: Path, strategy: str) -> None:
    x = np.array([[1, np.nan], [1, 2], [4, 4], [np.nan, 6]])
    archive(tmp_path, x_train=x, y_train=Y[:4])
    got, learnt = load(values(NPZ + f"impute({strategy})"), tmp_path)
    fill = {"mean": [2, 4], "median": [1, 4], "most_frequent": [1, 2]}[strategy]
    assert learnt["data/fill"].tolist() == fill
    assert np.array_equal(got["train"][0], np.where(np.isnan(x), fill, x))


def test_standardize_before_impute_ignores_what_is_missing(tmp_path: Path) -> None:
    x = np.array([[1, 5], [3, np.nan], [np.nan, 5]])
    archive(tmp_path, x_train=x, y_train=Y[:3])
    got = load(values(NPZ + "standardize()\nimpute(0)"), tmp_path)[0]["train"][0]
    assert got.tolist() == [[-1, 0], [1, 0], [0, 0]]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_largest_numbers_do_not_overflow(tmp_path: Path, dtype: type) -> None:
    largest = min(9.9e37, float(np.finfo(dtype).max))
    x = np.array([[-largest, 0], [largest, 1]], dtype)
    archive(tmp_path, x_train=x, y_train=Y[:2])
    for transform, low in {"standardize": -1, "minmax": 0}.items():
        got = load(classes(NPZ + transform), tmp_path)[0]["train"][0]
        np.testing.assert_allclose(got, [[low, low], [1, 1]], rtol=1e-3)


IN_ORDER = {
    "scale(2, 1)\nstandardize()": (X - X.mean(axis=0)) / X.std(axis=0),
    "standardize()\nscale(2, 1)": (X - X.mean(axis=0)) / X.std(axis=0) * 2 + 1,
    "standardize()\nminmax()": (X - [0, 1]) / 18,
    "minmax()\nscale(2, 1)": (X - [0, 1]) / 9 + 1,
    "scale(-1)\nminmax()": 1 - (X - [0, 1]) / 18,
}


@pytest.mark.parametrize("transforms", IN_ORDER)
def test_transforms_go_in_their_order(tmp_path: Path, transforms: str) -> None:
    """Each learns from what those before it have made."""
    archive(tmp_path)
    x = load(values(NPZ + transforms), tmp_path)[0]["train"][0]
    np.testing.assert_allclose(x, IN_ORDER[transforms], atol=1e-12)


# -- labels ----------------------------------------------------------------------------


@pytest.mark.parametrize("y", [Y, Y[:, None], Y.astype(float), Y.astype(np.uint8)])
def test_indices(tmp_path: Path, y: Array) -> None:
    archive(tmp_path, y_train=y)
    got = load(classes(NPZ), tmp_path)[0]["train"][1]
    assert got.tolist() == Y.tolist()
    assert got.dtype == np.intp


def test_one_hot_labels(tmp_path: Path) -> None:
    archive(tmp_path)
    got = load(one_hot(NPZ + "one_hot(target, classes=3)"), tmp_path)[0]["train"][1]
    assert np.array_equal(got, np.eye(3)[Y])
    archive(tmp_path, y_train=np.eye(3)[Y])
    assert np.array_equal(load(one_hot(NPZ), tmp_path)[0]["train"][1], np.eye(3)[Y])


def test_labels_of_one_output(tmp_path: Path) -> None:
    archive(tmp_path, y_train=Y % 2)
    got = load(binary(NPZ), tmp_path)[0]["train"][1]
    assert got.tolist() == (Y % 2)[:, None].tolist()
    archive(tmp_path, y_train=Y / 2)
    assert load(values(NPZ), tmp_path)[0]["train"][1].shape == (10, 1)


FAULTS: dict[str, tuple[str, dict[str, Array], str]] = {
    "lengths": (
        classes(NPZ),
        {"y_train": Y[:9]},
        "labels int64 (9,) for 10 samples; give each",
    ),
    "shape": (
        classes(NPZ),
        {"x_train": X.reshape(10, 2, 1)},
        "float64 (10, 2, 1) does not hold samples (2,)",
    ),
    "texts for numbers": (
        classes(NPZ),
        {"x_train": X.astype(str)},
        "an array <U32 (10, 2) does not hold samples (2,)",
    ),
    "no samples": (
        classes(NPZ),
        {"x_train": X[:0], "y_train": Y[:0]},
        "float64 (0, 2) does not hold samples (2,); give numbers",
    ),
    "lengths of values": (values(NPZ), {"y_train": Y[:9]}, "labels int64 (9,) for 10"),
    "no features": (
        classes(NPZ),
        {"x_train": X[:, 0]},
        "float64 (10,) does not hold samples (2,); give",
    ),
    "NaN": (
        classes(NPZ),
        {"x_train": np.where(X == 7, np.nan, X)},
        "a.npz, train, row 3: nan at (1,)",
    ),
    "infinite": (
        classes(NPZ + "impute(0)"),
        {"x_train": np.where(X == 6, np.inf, X)},
        "a.npz, train, row 3: inf at (0,); give numbers up to 1e38, NaN only to",
    ),
    "beyond float32": (
        classes(NPZ + "standardize"),
        {"x_train": np.where(X == 7, -1e200, X)},
        "a.npz, train, row 3: -1e+200 at (1,)",
    ),
    "a label beyond float32": (
        values(NPZ),
        {"y_train": np.where(Y == 2, 1e300, Y)},
        "train, row 2: the label 1e+300 is no number up to 1e38",
    ),
    "outside": (
        classes(NPZ, units=2),
        {},
        "a.npz: 3 classes in the training part (0, 1, 2), but the network tells 2",
    ),
    "outside in another part": (
        classes(NPZ),
        {"x_test": X, "y_test": Y + 1},
        "a.npz, test, row 2: the label 3 is no class from 0 to 2; classes count from 0",
    ),
    "another class": (
        classes(NPZ),
        {"y_train": Y + 1.0, "x_test": X, "y_test": Y},
        "a.npz, test, row 0: the label 0 is none of the classes 1, 2, 3; correct it",
    ),
    "one-hot": (
        classes(NPZ),
        {"y_train": np.eye(3)[Y]},
        "labels float64 (10, 3) for 10 samples",
    ),
    "indices": (one_hot(NPZ), {}, "for 10 samples with outputs (3,); change the"),
    "not binary": (binary(NPZ), {}, "3 classes in the training part (0, 1, 2), but"),
    "no value": (
        values(NPZ),
        {"y_train": np.where(Y == 2, np.nan, Y)},
        "train, row 2: the label nan",
    ),
    "texts": (
        classes(NPZ),
        {"y_train": Y.astype(str), "x_test": X, "y_test": Y[:3].astype(str)},
        "labels int64 (3,) for 10 samples",
    ),
    "objects": (classes(NPZ), {"y_train": Y.astype(object)}, "a.npz: "),
    "the test part": (
        classes(NPZ),
        {"x_test": X[:3], "y_test": Y[:3] + 1},
        "a.npz, test, row 2: the label 3",
    ),
    "all missing": (
        classes(NPZ + "impute(mean)"),
        {"x_train": X * [1, np.nan]},
        "no value for feature [1] in the training part",
    ),
    "too few": (classes(NPZ + "split(validation=10)"), {}, "10 samples: too few"),
    "too small": (
        classes(NPZ + "split(test=5, validation=0.5)"),
        {},
        "10 samples: too",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults(tmp_path: Path, name: str) -> None:
    text, arrays, message = FAULTS[name]
    archive(tmp_path, **arrays)
    told(text, tmp_path, message)


def told(text: str, folder: Path, message: str) -> None:
    """One line, with this in it, is all there is."""
    module = section(text, folder)
    with pytest.raises(module.InputError) as fault:
        module.load_data(options())
    assert message in str(fault.value)
    assert "\n" not in str(fault.value)


def test_weights_without_what_was_learnt(tmp_path: Path) -> None:
    archive(tmp_path)
    module = section(classes(NPZ + "standardize()"), tmp_path)
    with pytest.raises(module.InputError, match="without data/mean, data/deviation"):
        module.load_data(options(), {})
    np.save(tmp_path / "in.npy", X)
    with pytest.raises(module.InputError, match="without data/mean, data/deviation"):
        read(module, tmp_path / "in.npy", {})


def test_input(tmp_path: Path) -> None:
    archive(tmp_path)
    module = section(classes(NPZ + "minmax()"), tmp_path)
    parts, learnt = module.load_data(options())
    np.save(tmp_path / "in.npy", X)
    found = read(module, tmp_path / "in.npy", learnt)
    assert np.array_equal(found, parts["train"][0])
    np.save(tmp_path / "in.npy", np.where(X == 5, np.inf, X))
    with pytest.raises(module.InputError, match=r"in\.npy, row 2: inf"):
        read(module, tmp_path / "in.npy", learnt)


# -- on disk ---------------------------------------------------------------------------


@pytest.mark.parametrize("split", ["", "split(0.2)", "split(0.2, seed=3)"])
def test_mapped_arrays_stay_on_disk(tmp_path: Path, split: str) -> None:
    files(tmp_path, X.astype(np.float32))
    module = section(classes(f"{NPY}standardize()\nscale(2)\n{split}"), tmp_path)
    parts, learnt = module.load_data(options())
    x, y = parts["train"]
    assert isinstance(getattr(x.x, "array", x.x), np.memmap)
    assert len(x) == len(y) == (8 if split else 10)
    assert x[:].dtype == np.float32
    assert np.array_equal(x[:][[2, 0]], x[np.array([2, 0])])
    raw = x[:] / 2 * learnt["data/deviation"] + learnt["data/mean"]
    assert np.array_equal(np.rint(raw[:, 0] / 2) % 3, y)  # x and y keep together
    assert np.allclose(learnt["data/mean"], raw.mean(axis=0))


def test_mapped_files_are_checked(tmp_path: Path) -> None:
    files(tmp_path, np.where(X == 7, np.nan, X))
    told(classes(NPY), tmp_path, "x.npy and y.npy, train, row 3: nan at (1,)")


def test_idx_files(tmp_path: Path) -> None:
    for name, array in {"x.idx": X.reshape(10, 1, 2), "y.idx": Y}.items():
        head = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
        (tmp_path / name).write_bytes(head + array.astype(np.uint8).tobytes())
    text = spec('idx("x.idx", "y.idx")', "1, 2", "flatten\ndense(3, softmax)", _SPARSE)
    parts, _ = load(text, tmp_path)
    assert np.array_equal(parts["train"][0], X.reshape(10, 1, 2))
    told(classes('idx("x.idx", "y.idx")'), tmp_path, "x.idx and y.idx, train, row 0: ")


def test_mnist(tmp_path: Path, mnist: Path) -> None:
    data = "mnist()\nscale(1/255)\nsplit(validation=10000)"
    text = spec(data, "28, 28", "flatten\ndense(10, softmax)", _SPARSE)
    parts, _ = load(text, tmp_path, data_dir=mnist.parent)
    sizes = {part: len(x) for part, (x, _) in parts.items()}
    assert sizes == {"train": 50_000, "validation": 10_000, "test": 10_000}
    assert parts["train"][0].max() == 1
    assert parts["train"][1][:5].tolist() == [5, 0, 4, 1, 9]


MADE_UP = {
    "spirals(samples=90, classes=3)": classes,
    "blobs(samples=90, classes=3, seed=4)": classes,
    "moons(samples=90)": binary,
    "circles(samples=90, noise=0)": binary,
    "xor(samples=90)": binary,
}


@pytest.mark.parametrize("source", MADE_UP)
def test_made_up_classes(tmp_path: Path, source: str) -> None:
    parts, _ = load(MADE_UP[source](f"{source}\nsplit(0.1, stratify=true)"), tmp_path)
    assert parts["train"][0].shape == (81, 2)
    assert len(np.unique(parts["train"][1])) == len(np.unique(parts["validation"][1]))


@pytest.mark.parametrize("source", ["sine(samples=50)", "linear(samples=50, noise=0)"])
def test_made_up_values(tmp_path: Path, source: str) -> None:
    x, y = load(values(source, "1"), tmp_path)[0]["train"]
    assert x.shape == y.shape == (50, 1)


# -- splits ----------------------------------------------------------------------------

SPLITS = {
    "split(0.2)": {"train": 0, "validation": 8},
    "split(0.25)": {"train": 0, "validation": 7},  # floor(10 * 0.75) is the cut
    "split(test=3)": {"train": 0, "test": 7},
    "split(validation=2, test=0.3)": {"train": 0, "validation": 5, "test": 7},
}


@pytest.mark.parametrize("split", SPLITS)
def test_the_last_samples_are_split_off(tmp_path: Path, split: str) -> None:
    archive(tmp_path)
    parts, _ = load(classes(NPZ + split), tmp_path)
    starts = {part: int(x[0, 0]) // 2 for part, (x, _) in parts.items()}
    assert starts == SPLITS[split]
    assert sum(len(x) for x, _ in parts.values()) == 10


def test_a_part_of_its_own_is_kept(tmp_path: Path) -> None:
    archive(tmp_path, x_validation=X[:1], y_validation=Y[:1])
    text = classes("spirals()\nsplit(validation=500)")
    parts, _ = load(text, tmp_path, data=tmp_path / "a.npz")
    assert {part: len(x) for part, (x, _) in parts.items()} == {
        "train": 10,
        "validation": 1,
    }


def test_made_up_samples_have_a_bound() -> None:
    assert nnspec.compile(classes("spirals(samples=10_000_000)"), "a.nn")
    with pytest.raises(nnspec.SpecError, match="an integer from 2 to 10000000"):
        nnspec.compile(classes("spirals(samples=10_000_001)"), "a.nn")


def test_a_seed_draws_the_samples(tmp_path: Path) -> None:
    archive(tmp_path)
    drawn = [
        load(classes(NPZ + f"split(3, seed={seed})"), tmp_path)[0]["validation"][0]
        for seed in (0, 0, 1)
    ]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])
    order = np.random.default_rng(0).permutation(10)
    assert np.array_equal(drawn[0], X[order][-3:])


@pytest.mark.parametrize("how", ["seed=3", "stratify=true"])
def test_drawn_samples_keep_their_labels(tmp_path: Path, how: str) -> None:
    archive(tmp_path)
    parts, _ = load(classes(NPZ + f"split(0.3, {how})"), tmp_path)
    for x, y in parts.values():
        assert np.array_equal(x[:, 0] // 2 % 3, y)
