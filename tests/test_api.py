"""A script as a module: Model, train and main, as those who ship it call them."""

from __future__ import annotations

import csv
import inspect
import io
import os
import re
import subprocess
import sys
import threading
import tomllib
import tracemalloc
import zipfile
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import nnspec
from tests.conftest import ROOT
from tests.data.section import saved, section, spec

Array = np.ndarray[Any, Any]

SPARSE = "sparse_categorical_crossentropy"
NETWORKS = {
    "dense": ("dense(7, relu)\ndense(3, softmax)", SPARSE),
    "an activation first": ("relu\ndense(3, softmax)", SPARSE),
    "a rescaling first": ("rescaling(0.5)\nsoftmax\ndense(3, softmax)", SPARSE),
    "batch normalization": (
        "batch_normalization\ndense(5, tanh)\nbatch_normalization\ndense(3, softmax)",
        SPARSE,
    ),
    "dropout": ("dropout(0.5)\ndense(3, softmax)", SPARSE),
    "logits": ("dense(3)", f"{SPARSE}(from_logits=true)"),
    "values": ("dense(2)", "mse"),
    "shared batches": (
        "reshape(2, 2, 1)\nconv2d(3, 2)\nbatch_normalization\n"
        "flatten\ndense(3, softmax)",
        SPARSE,
    ),
}
TABLE = """age,town,y
20,Rome,yes
30,Oslo,no
40,Rome,no
50,Oslo,yes
60,Bern,no
"""
ROWS = [
    {"age": 20, "town": "Rome"},
    {"town": "Bern", "age": "60", "more": 1},
    {"age": np.float32(30.5), "town": np.str_("Oslo")},
]


def trained(module: ModuleType, seed: int = 0) -> Any:
    """A model with weights that are drawn."""
    weights = module.views(np.zeros(module.PARAMETERS, module.DTYPE))
    module.initialize(weights, np.random.default_rng(seed))
    file = io.BytesIO()
    np.savez(file, **module.named(weights))
    return module.Model(file)


@pytest.fixture(params=NETWORKS)
def module(request: pytest.FixtureRequest, tmp_path: Path) -> ModuleType:
    """The script of a network that takes the arrays of an archive."""
    layers, loss = NETWORKS[request.param]
    return section(spec('npz("a.npz")', "4", layers, loss), tmp_path)


@pytest.fixture
def dense(tmp_path: Path) -> ModuleType:
    return section(spec('npz("a.npz")', "4", *NETWORKS["dense"]), tmp_path)


@pytest.fixture
def table(tmp_path: Path) -> ModuleType:
    """The script of a table with numbers and categories."""
    (tmp_path / "t.csv").write_text(TABLE)
    data = 'csv("t.csv", target="y")\none_hot(unknown=error)\nstandardize()'
    return section(
        spec(data, "4", "dense(1, sigmoid)", "binary_crossentropy"), tmp_path
    )


def test_what_a_script_offers(dense: ModuleType) -> None:
    assert {*dense.__all__} == {"Model", "train", "main", "InputError"}
    assert str(inspect.signature(dense.main)) == "(argv=None)"
    assert str(inspect.signature(dense.train)) == (
        "(parts=None, *, out=None, epochs=1, batch_size=32, seed=0, quiet=True)"
    )


def test_outputs_are_those_of_forward_and_nothing_is_changed(
    module: ModuleType,
) -> None:
    x = np.random.default_rng(0).normal(size=(600, 4)).astype(np.float32)
    before, model = x.copy(), trained(module)
    outputs = model.predict(x)
    assert np.array_equal(x, before)
    assert outputs.shape == (600, *module.OUTPUT_SHAPE)
    assert outputs.dtype == np.float32
    assert (model.classes is None) == (module.OUTPUT_SHAPE == (2,))
    if model.classes:
        assert model.classes == [0, 1, 2]
        np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-5)
    again = model.predict(x.tolist())
    assert np.array_equal(again, outputs)
    outputs[:] = 0  # is the caller's own
    assert np.array_equal(model.predict(x), again)


def test_eight_threads_get_the_same_bits(module: ModuleType) -> None:
    model, rng = trained(module), np.random.default_rng(1)
    samples = [rng.normal(size=(n, 4)) for n in (1, 2, 5, 33, 600) for _ in range(8)]
    alone = [model.predict(x) for x in samples]
    with ThreadPoolExecutor(8) as pool:
        together = [*pool.map(model.predict, samples)]
    assert all(map(np.array_equal, alone, together))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork is of Unix")
def test_a_model_works_after_a_fork(module: ModuleType) -> None:
    model, x = trained(module), np.ones((3, 4))
    expected = model.predict(x)
    receiver, sender = os.pipe()
    if not (child := os.fork()):
        os.write(sender, model.predict(x).tobytes())
        os._exit(0)
    os.close(sender)
    with open(receiver, "rb") as file:
        assert file.read() == expected.tobytes()
    assert os.waitpid(child, 0)[1] == 0


def test_two_models_in_one_process(dense: ModuleType) -> None:
    x = np.ones((2, 4))
    first, second = trained(dense, 1), trained(dense, 2)
    outputs = first.predict(x)
    assert not np.array_equal(second.predict(x), outputs)
    assert np.array_equal(first.predict(x), outputs)


def test_weights_by_their_path(dense: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "w.npz").write_bytes(saved(dense).getvalue())
    for path in (tmp_path / "w.npz", str(tmp_path / "w.npz")):
        assert dense.Model(path).predict(np.ones((1, 4))).shape == (1, 3)
    with pytest.raises(dense.InputError, match=r"none\.npz: No such file"):
        dense.Model("none.npz")


def test_a_script_is_imported_from_a_zip_without_side_effects(tmp_path: Path) -> None:
    text = nnspec.compile(spec('npz("a.npz")', "4", *NETWORKS["dense"]), "m.nn")
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        archive.writestr("m.py", text)
    program = """
import os, sys, threading
sys.path.insert(0, "m.zip")
before = dict(os.environ)
import m
assert threading.active_count() == 1 and dict(os.environ) == before
assert os.listdir() == ["m.zip"], os.listdir()
"""
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)


# -- What a caller can get wrong -------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.ones(4), r"row 0: an array float64 \(4,\) does not hold samples \(4,\)"),
        (np.ones((2, 5)), "does not hold samples"),
        (np.ones((0, 4)), "does not hold samples"),
        (np.ones((2, 4, 1)), "does not hold samples"),
        (1.0, "does not hold samples"),
        ("text", "does not hold samples"),
        ([], "does not hold samples"),
        ([[1, 2, 3, 4], [1, 2]], "rows: .*inhomogeneous.*; give an array of samples"),
        ([[1, 2, 3, None]], "does not hold samples"),
        (
            [[0] * 4, [1, 2, np.nan, 4]],
            r"row 1: nan at \(2,\); give numbers up to 1e38",
        ),
        ([[1, 2, 3, -np.inf]], r"row 0: -inf at \(3,\)"),
        ([[1, 2, 3, 1e39]], r"row 0: 1e\+39 at \(3,\)"),
        ([{"a": 1}], "does not hold samples"),
    ],
)
def test_arrays_at_fault(dense: ModuleType, rows: object, message: str) -> None:
    with pytest.raises(dense.InputError, match=message) as fault:
        trained(dense).predict(rows)
    assert "\n" not in str(fault.value)


def test_images_need_a_batch_axis(tmp_path: Path) -> None:
    module = section(
        spec('npz("a.npz")', "28, 28", "flatten\ndense(3, softmax)", SPARSE), tmp_path
    )
    with pytest.raises(module.InputError, match=r"give numbers \(N, 28, 28\)"):
        trained(module).predict(np.ones((28, 28)))


@pytest.fixture
def towns(table: ModuleType) -> Any:
    return table.train(epochs=1)[0]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (ROWS[0], "rows: give a list of rows, even for one"),
        ("text", "rows: give a list of rows"),
        (5, "rows: give a list of rows"),
        ([], "rows: there are none"),
        ([5], r"row 0: 1 values for the columns \['age', 'town'\]; give one for each"),
        ([ROWS[0], {"age": 1}], "row 1: there is no column 'town'; it has"),
        ([{"Age": 1, "town": "Rome"}], "row 0: there is no column 'age'; is 'Age' me"),
        (
            [ROWS[0], {"age": 1, "town": "Mars"}],
            "row 1, column 'town': 'Mars' is no category that the model knows; "
            "it knows 'Bern', 'Oslo', 'Rome'$",
        ),
        (
            [{"age": "old", "town": "Rome"}],
            r"row 0, column 'age': 'old' is no number \(up to 1e38\); correct it$",
        ),
        (
            [{"age": None, "town": "Rome"}],
            "column 'age': the value is missing; fill it i",
        ),
        ([{"age": np.nan, "town": "Rome"}], "column 'age': the value is missing"),
        ([{"age": 1, "town": ""}], "column 'town': the value is missing; fill it in$"),
        (np.ones((2, 3)), "row 0: 3 values for the columns"),
        (np.ones((2, 2)), "row 0, column 'town': '1.0' is no category"),
    ],
)
def test_rows_at_fault(
    table: ModuleType, towns: Any, rows: object, message: str
) -> None:
    with pytest.raises(table.InputError, match=message) as fault:
        towns.predict(rows)
    for word in ("training part", "split", "missing=", "impute", "spec", "\n"):
        assert word not in str(fault.value)


def test_rows_in_every_form_are_as_those_of_a_file(
    table: ModuleType, towns: Any, tmp_path: Path
) -> None:
    assert towns.classes == ["no", "yes"]
    outputs = towns.predict(ROWS)
    assert outputs.shape == (3, 1)
    as_lists = [["20", "Rome"], (60.0, "Bern"), np.array([30.5, "Oslo"], object)]
    assert np.array_equal(towns.predict(as_lists), outputs)
    assert np.array_equal(towns.predict(np.array(as_lists, object)), outputs)
    assert np.array_equal(towns.predict(iter(ROWS)), outputs)
    path = tmp_path / "in.csv"
    path.write_text("town,age\nRome,20\nBern,60\nOslo,30.5\n")
    (blocks,) = table.read_input(path, towns.learnt)
    assert np.array_equal(towns.predict(*blocks), outputs)


def test_what_is_missing_is_imputed(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    data = 'csv("t.csv", target="y", missing=["none"])\nimpute(mean)'
    module = section(
        spec(data, "2", "dense(1, sigmoid)", "binary_crossentropy"), tmp_path
    )
    model, _ = module.train()
    given, left_out = model.predict([[40, "Oslo"], [None, "Oslo"]])
    assert given == left_out
    assert model.predict([[np.nan, "Oslo"]]) == given


def test_texts(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("text,y\ngood film,1\nbad film,0\nfine,1\n")
    text = spec(
        'csv("t.csv", target="y")\nbag_of_words(4)',
        "4",
        "dense(1, sigmoid)",
        "binary_crossentropy",
    )
    module = section(text, tmp_path)
    model, _ = module.train()
    outputs = model.predict(["a good film", "bad"])
    assert np.array_equal(outputs, model.predict([{"text": "good A film!"}, ["bad"]]))
    with pytest.raises(module.InputError, match="rows: give a list of rows, even for"):
        model.predict("a good film")
    with pytest.raises(module.InputError, match="row 1, column 'text': the text is m"):
        model.predict(["good", " "])


# -- Training --------------------------------------------------------------------------


def parts(n: int = 30) -> dict[str, tuple[Array, Array]]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 4))
    return {part: (x, rng.integers(3, size=n)) for part in ("train", "validation")}


def test_training_from_python_is_that_of_the_command_line(
    dense: ModuleType, tmp_path: Path
) -> None:
    arrays = {
        f"{axis}_{part}": array
        for part, pair in parts().items()
        for axis, array in zip("xy", pair, strict=True)
    }
    np.savez(tmp_path / "a.npz", **arrays)
    out = tmp_path / "out"
    data = ["--data", str(tmp_path / "a.npz"), "--out", str(out), "--quiet"]
    assert dense.main(["--epochs", "3", "--batch-size", "8", "--seed", "5", *data]) == 0
    x, before = np.ones((2, 4)), {k: v.copy() for k, v in arrays.items()}
    model, history = dense.train(parts(), epochs=3, batch_size=8, seed=5)
    expected = dense.Model(out / "weights.npz").predict(x)
    assert np.array_equal(model.predict(x), expected)
    table = csv.DictReader((out / "history.csv").read_text().splitlines())
    assert [row["val_loss"] for row in table] == [str(h["val_loss"]) for h in history]
    assert all(np.array_equal(arrays[k], before[k]) for k in arrays)


def test_training_writes_where_it_is_told_to_and_nowhere_else(
    dense: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder := tmp_path / "empty").mkdir()
    monkeypatch.chdir(folder)
    threads = threading.active_count()
    dense.train(parts())
    assert not any(folder.iterdir())
    assert threading.active_count() == threads
    dense.train(parts(), out="there")
    assert (folder / "there" / "weights.npz").exists()


def test_training_on_the_data_of_the_spec(table: ModuleType) -> None:
    model, history = table.train(epochs=2)
    assert [row["epoch"] for row in history] == [1, 2]
    rows = [dict(zip(("age", "town"), line.split(","), strict=False)) for line in LINES]
    labels = [line.split(",")[2] for line in LINES]
    again, other = table.train({"train": (rows, labels)}, epochs=2)
    assert again.classes == model.classes
    assert np.array_equal(again.predict(ROWS), model.predict(ROWS))
    assert [row["loss"] for row in other] == [row["loss"] for row in history]
    in_order = [[row["age"], row["town"]] for row in rows]
    third, _ = table.train({"train": (in_order, labels)}, epochs=2)
    assert np.array_equal(third.predict(in_order), model.predict(in_order))


LINES = TABLE.splitlines()[1:]


@pytest.mark.parametrize("target", ["0", "1", "-1"])
def test_targets_by_number(tmp_path: Path, target: str) -> None:
    data = f'csv("none.csv", target={target})'
    module = section(spec(data, "2", "dense(1)", "mse"), tmp_path)
    x, y = np.arange(6.0).reshape(3, 2), np.array([1.0, 2.0, 3.0])
    model, _ = module.train({"train": (x, y)})
    path = tmp_path / "in.csv"
    path.write_text("0,1\n2,3\n4,5\n")
    (rows,) = module.read_input(path, model.learnt)
    assert np.array_equal(model.predict(*rows), model.predict(x))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, r"parts: these are \[\]; give \{\"train\": \(x, y\)\}"),
        ({"test": (0, 0)}, r"parts: these are \['test'\]"),
        ({"train": (0, 0), "val": (0, 0)}, r"parts: these are \['train', 'val'\]"),
        ({"train": (np.ones((2, 4)),)}, "parts: not enough values"),
        ({"train": (np.ones((2, 4)), [0])}, "parts, train, row 0: labels"),
        ({"train": (np.ones((2, 3)), [0, 1])}, "parts, train, row 0: an array"),
        ({"train": (np.ones((2, 4)), [0, 3])}, "parts: 2 classes in the training part"),
        ([], r"parts: these are \[\]"),
    ],
)
def test_parts_at_fault(dense: ModuleType, given: Any, message: str) -> None:
    with pytest.raises(dense.InputError, match=message):
        dense.train(given)


@pytest.mark.parametrize("more", [{"epochs": 0}, {"batch_size": 0}, {"seed": -1}])
def test_numbers_at_fault(dense: ModuleType, more: dict[str, int]) -> None:
    with pytest.raises(dense.InputError, match="must be at least 1, and seed 0"):
        dense.train(parts(), **more)


# -- The command line ------------------------------------------------------------------


def test_main_gives_exit_codes(
    dense: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert dense.main(["gradcheck"]) == 0
    assert dense.main(["--help"]) == 0
    assert dense.main(["predict"]) == 2
    assert dense.main(["-f", "kernel.json"]) == 2  # as Jupyter starts Python
    assert dense.main(["--data", "none.npz"]) == 3
    monkeypatch.setattr(sys, "argv", ["ipykernel_launcher.py", "-f", "kernel.json"])
    assert dense.main() == 2
    capsys.readouterr()


def test_only_a_derivative_that_is_wrong_gives_1(
    dense: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    measure = dense.measure
    monkeypatch.setattr(dense, "measure", lambda a, y: 2 * measure(a, y))
    assert dense.main(["gradcheck"]) == 1
    errors = {KeyError("x"): 70, MemoryError("all is taken"): 3, MemoryError(): 3}
    for error, code in errors.items():

        def fail(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(dense, "measure", fail)
        assert dense.main(["gradcheck"]) == code
    told = capsys.readouterr().err
    assert "KeyError" in told
    assert told.endswith("error: all is taken\nerror: not enough memory\n")


@pytest.fixture
def folder(dense: ModuleType, tmp_path: Path) -> Path:
    """A folder with the script, a run of it, and samples."""
    dense.train(parts(), out=tmp_path / "runs" / "spec")
    np.save(tmp_path / "x.npy", np.ones((3, 4)))
    np.savez(tmp_path / "data.npz", x_train=np.ones((3, 4)), y_train=[0, 1, 2])
    return tmp_path


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a line of sh in which $S is the script."""
    script = f"{sys.executable} script_under_test.py"
    return subprocess.run(
        ["sh", "-c", command.replace("$S", script)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("closed", ["2>&-", ">&-", ">&- 2>&-", "<&-", "<&- >&- 2>&-"])
def test_trainings_do_not_need_streams(folder: Path, closed: str) -> None:
    done = shell(folder, f"$S --data data.npz --out r {closed}")
    assert (done.returncode, (folder / "r" / "weights.npz").exists()) == (0, True)
    assert "saved to" not in done.stdout


def test_predictions_without_streams(folder: Path) -> None:
    expected = shell(folder, "$S predict x.npy").stdout
    assert len(expected.splitlines()) == 4
    assert shell(folder, "$S predict x.npy 2>&-").stdout == expected
    done = shell(folder, "$S predict x.npy >&-")
    assert done.returncode == 3
    assert done.stderr.endswith("output is closed; name a file with --output\n")
    for closed in (">&-", ">&- 2>&-", "2>&-"):
        assert shell(folder, f"$S predict x.npy --output p {closed}").returncode == 0
        assert (folder / "p").read_text() == expected
        (folder / "p").unlink()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="it is of Linux")
@pytest.mark.parametrize("command", ["predict x.npy", "gradcheck", "--data data.npz"])
def test_an_output_that_is_full_is_told_once(folder: Path, command: str) -> None:
    done = shell(folder, f"$S {command} > /dev/full")
    assert done.returncode == 3
    assert done.stderr.count("No space left on device") == 1
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_who_has_read_enough_is_told_nothing(folder: Path) -> None:
    np.save(folder / "x.npy", np.ones((20_000, 4)))
    done = shell(folder, "($S predict x.npy; echo code $? >&2) | head -1")
    assert done.stdout.startswith("prediction,")
    said, code = done.stderr.splitlines()
    assert said == "weights of runs/spec/weights.npz, the newest finished run"
    assert code == "code 0"


def test_samples_come_through_a_pipe(folder: Path) -> None:
    expected = shell(folder, "$S predict x.npy").stdout
    for command in ("cat x.npy | $S predict -", "$S predict - < x.npy"):
        assert shell(folder, command).stdout == expected


def test_tables_come_through_a_pipe(table: ModuleType, tmp_path: Path) -> None:
    table.train(out=tmp_path / "runs" / "spec")
    expected = shell(tmp_path, "$S predict t.csv").stdout
    assert len(expected.splitlines()) == 6
    for command in ("cat t.csv | $S predict -", "gzip -c t.csv | $S predict -"):
        assert shell(tmp_path, command).stdout == expected


def test_the_newest_run_of_the_model_is_taken(folder: Path) -> None:
    weights = (folder / "runs" / "spec" / "weights.npz").read_bytes()
    for name, when in (("spec-2", 9e8), ("spec-10", 2e9), ("spec-x", 3e9)):
        (folder / "runs" / name).mkdir()
        path = folder / "runs" / name / "weights.npz"
        path.write_bytes(weights)
        os.utime(path, (when, when))
    done = shell(folder, "$S predict x.npy")
    said = "weights of runs/spec-10/weights.npz, the newest finished run\n"
    assert done.stderr == said
    (folder / "runs").rename(folder / "others")
    done = shell(folder, "$S predict x.npy")
    assert done.returncode == 3
    assert (
        "there is no finished run in runs/spec; give --weights FILE.npz" in done.stderr
    )


def test_a_wrong_row_late_in_a_file_leaves_the_result_as_it_was(folder: Path) -> None:
    x = np.ones((5000, 4))
    x[4321, 2] = np.nan
    np.save(folder / "x.npy", x)
    (folder / "p.csv").write_text("what was there")
    done = shell(folder, "$S predict x.npy --output p.csv")
    assert done.returncode == 3
    assert "error: x.npy, row 4321: nan at (2,)" in done.stderr
    assert (folder / "p.csv").read_text() == "what was there"
    assert not [*folder.glob(".*.part")]


def test_large_files_are_read_block_by_block(
    dense: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "w.npz").write_bytes(saved(dense).getvalue())
    table = tmp_path / "x.csv"
    np.save(tmp_path / "x.npy", np.ones((60_000, 4)))  # 1.92 MB
    tracemalloc.start()
    given = ["--weights", str(tmp_path / "w.npz"), "--output", str(table)]
    assert dense.main(["predict", str(tmp_path / "x.npy"), *given]) == 0
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000
    assert len(table.read_text().splitlines()) == 60_001
    capsys.readouterr()


@pytest.mark.thorough
def test_large_tables_are_read_block_by_block(
    table: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.train(out=tmp_path / "run")
    (tmp_path / "in.csv").write_text("age,town\n" + "30,Oslo\n" * 40_000)
    given = ["--weights", str(tmp_path / "run" / "weights.npz")]
    given += ["--output", str(tmp_path / "out.csv")]
    tracemalloc.start()
    assert table.main(["predict", str(tmp_path / "in.csv"), *given]) == 0
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3_000_000
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 40_001
    capsys.readouterr()


def test_no_home_for_a_cache_is_told(tmp_path: Path) -> None:
    text = spec("mnist()", "28, 28", "flatten\ndense(10, softmax)", SPARSE)
    (tmp_path / "m.py").write_text(nnspec.compile(text, "m.nn"))
    program = """
import os
os.path.expanduser = lambda path: path  # as it is where no home is known
import m
print(m.main([]))
"""
    environment = {k: v for k, v in os.environ.items() if k[:4] not in ("XDG_", "NNSP")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "3\n"
    assert done.stderr.endswith("home folder for a cache; set XDG_CACHE_HOME\n")
    assert not (tmp_path / "~").exists()


# -- What it says of itself ------------------------------------------------------------

METADATA = re.compile(r"\A# /// script\n((?:# .*\n)+)# ///\n\"\"\"")


def metadata(text: str) -> dict[str, Any]:
    """The metadata of PEP 723."""
    found = METADATA.match(text)
    assert found
    return tomllib.loads(re.sub("(?m)^# ", "", found[1]))


def test_a_script_says_what_it_is_of_and_needs() -> None:
    source = (ROOT / "examples" / "mnist_512.nn").read_bytes()
    text = (ROOT / "examples" / "mnist_512.py").read_text()
    assert metadata(text) == {
        "requires-python": ">=3.11",
        "dependencies": ["numpy>=1.26"],
    }
    header = text.partition('"""')[2].partition('"""')[0]
    assert f"nnspec {nnspec.__version__} from mnist_512.nn " in header
    assert f"(SHA-256 {sha256(source).hexdigest()[:12]}...)" in header
    assert "The output is yours; nnspec claims no rights in it." in header


def test_images_need_pillow() -> None:
    data = 'images("flowers", size=(8, 8))'
    text = spec(data, "8, 8, 3", "flatten\ndense(3, softmax)", SPARSE)
    needed = metadata(nnspec.compile(text, "model.nn"))["dependencies"]
    assert needed == ["numpy>=1.26", "pillow"]


def test_mypy_finds_nothing() -> None:
    scripts = sorted((ROOT / "examples").glob("*.py"))
    scripts = [s for s in scripts if not s.stem.endswith("_keras")]  # it is not here
    mypy = [sys.executable, "-m", "mypy", "--config-file="]
    done = subprocess.run(
        [*mypy, *scripts], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout
