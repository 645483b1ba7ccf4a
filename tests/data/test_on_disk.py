"""A table larger than memory: kept on disk, for the same numbers."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnspec
from nnspec.compiler import check
from nnspec.facts.reader import FileReader
from nnspec.facts.runtime import runtime
from nnspec.source import Source
from tests.data.section import binary, classes, load, options, section, values
from tests.data.test_sample import HEADER, lines_of, write

KEPT = "runs/spec.table"


@pytest.fixture(autouse=True)
def _beside_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def source(more: str = "", data: str = "one_hot()\nimpute(mean)\nstandardize()") -> str:
    return f'csv("t.csv", target="y"{more})\n{data}\n'


def bits(value: Any) -> Any:
    """An array as bytes, its type and its shape."""
    array = np.asarray(value)
    return array.dtype, array.shape, array.tobytes()


def same(one: str, other: str, folder: Path, **more: Any) -> None:
    """Two data sections give the same arrays, and learn the same."""
    modules = [section(text, folder) for text in (one, other)]
    (a, known), (b, learnt) = (m.load_data(options(), **more) for m in modules)
    assert [*a] == [*b]
    for part in a:
        for i in range(2):
            assert bits(a[part][i]) == bits(b[part][i]), part
    assert {k: bits(v) for k, v in known.items()} == {
        k: bits(v) for k, v in learnt.items()
    }


@pytest.mark.share(7)
@pytest.mark.parametrize(
    "data",
    [
        "one_hot()\nimpute(mean)\nstandardize()\nsplit(validation=0.2)",
        "one_hot()\nimpute(median)\nminmax()\nsplit(test=500, seed=1)",
        "one_hot()\nimpute(0)\nscale(2)\nsplit(test=0.3, seed=1, stratify=true)",
        'one_hot(minimum=5, of="word")\nimpute(mean, of="mixed")\nstandardize()',
        'impute(mean)\nordinal("word", ["u", "v", "w, x", "z"])\nstandardize()',
    ],
)
@pytest.mark.parametrize(
    "more", ["", ', test="test.csv"', ', drop="mixed"', ", without_target=drop"]
)
def test_the_bits_are_those_of_a_table_in_memory(
    tmp_path: Path, data: str, more: str
) -> None:
    if ("test" in more and "test" in data) or ("drop=" in more and "mixed" in data):
        return
    lines = lines_of(20_000)
    if "without" in more:
        lines[7] = lines[7].rpartition(",")[0] + ","
    write(tmp_path, lines)
    write(tmp_path, lines_of(3_000), "test.csv")
    width = "3" if "ordinal" in data else "7" if "minimum" in data else "6"
    width = str(int(width) - ("drop=" in more))
    texts = [classes(source(more + m, data), width, 2) for m in ("", ", on_disk=true")]
    same(*texts, tmp_path)


@pytest.mark.parametrize("seed", ["0", "none"])
def test_folds_are_those_of_a_table_in_memory(tmp_path: Path, seed: str) -> None:
    write(tmp_path, lines_of(9_001))
    data = f"one_hot()\nimpute(mean)\nstandardize()\nfolds(4, seed={seed})"
    texts = [binary(source(m, data), "6") for m in ("", ", on_disk=true")]
    for fold in (1, 4):
        same(*texts, tmp_path, fold=fold)


def test_several_outputs_and_a_sample(tmp_path: Path) -> None:
    write(tmp_path, lines_of(3_000))
    data = 'csv("t.csv", target=[a: "number", b: "y"]{})\none_hot()\nimpute(mean)\n'
    text = (
        "data {{\n{}\n}}\nnetwork {{\ninput(5)\ndense(4, relu) as top\n"
        "dense(1) as a from top\ndense(1, sigmoid) as b from top\noutput (a, b)\n}}\n"
        "training {{\nloss = [a: mse, b: binary_crossentropy]\n}}\n"
    )
    for more in ("", ', sample=500, validation="t.csv"'):
        one, other = (data.format(more + m) for m in ("", ", on_disk=true"))
        modules = [section(text.format(d), tmp_path) for d in (one, other)]
        (a, _), (b, _) = (m.load_data(options()) for m in modules)
        for part in a:
            assert bits(a[part][0]) == bits(b[part][0])
            for name in ("a", "b"):
                assert bits(a[part][1][name]) == bits(b[part][1][name])


def test_a_bad_cell_is_told_as_of_a_table_in_memory(tmp_path: Path) -> None:
    lines = lines_of(20_000)
    for row in (9_000, 17_000):
        lines[row] = "x" + lines[row]
    write(tmp_path, lines)
    told = []
    for more in ("", ", on_disk=true"):
        module = section(values(source(more), "6"), tmp_path)
        with pytest.raises(module.InputError) as found:
            module.load_data(options())
        told.append(str(found.value))
    assert told[0] == told[1]
    assert "line 9002" in told[0]
    assert "(and 1 more cells)" in told[0]


def test_a_table_is_converted_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As long as file, columns and the way to read it are the same."""
    path, text = write(tmp_path, lines_of(500)), values(source(", on_disk=true"), "6")

    def converted(text: str) -> bool:
        load(text, tmp_path)
        return f"{path}: converted once, to {KEPT}" in capsys.readouterr().err

    assert converted(text)
    assert not converted(text)
    assert not converted(text.replace("standardize", "minmax"))
    assert converted(text.replace("true", 'true, missing=["?!"]'))
    assert converted(text)
    write(tmp_path, lines_of(501))
    assert converted(text)
    stat = path.stat()
    path.write_bytes(path.read_bytes().replace(b",u,", b",q,"))
    assert converted(text)  # of the same size
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert converted(text)
    for suffix in ("cells", "json"):
        (one,) = Path(KEPT).glob(f"*.{suffix}")
        one.unlink()  # for room on the disk
        assert converted(text)
    kept = {p.suffix for p in Path(KEPT).iterdir() if p.name != ".lock"}
    assert kept == {".json", ".cells"}
    assert len([*Path(KEPT).iterdir()]) == 3


def test_nothing_half_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a conversion that was killed leaves is not taken, and goes."""
    lines = lines_of(20_000)
    lines[15_000] += ",1"
    write(tmp_path, lines)
    text = values(source(", on_disk=true"), "6")
    module = section(text, tmp_path)
    with pytest.raises(module.InputError, match="line 15002: 5 cells"):
        module.load_data(options())
    assert not [*Path(KEPT).glob("*.json")]
    (part,) = Path(KEPT).glob(".*.part")
    part.rename(part.with_name(f"{part.name[:16]}0123.part"))
    lines[15_000] = lines[15_001]
    write(tmp_path, lines)
    same(values(source(), "6"), text, tmp_path)
    assert not [*Path(KEPT).glob(".*.part")]
    assert "converted once" in capsys.readouterr().err


def ran(script: Path, *arguments: str, **options: Any) -> tuple[int, str, str]:
    """Exit code and output of a script."""
    command = [sys.executable, str(script), *arguments]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, **options
    )
    return run.returncode, run.stdout, run.stderr


def test_commands_give_what_they_give_of_a_table_in_memory(tmp_path: Path) -> None:
    """Dates, a target in its own units, a training that goes on, a file to judge."""
    rng, lines = np.random.default_rng(1), lines_of(4_000)
    days = rng.integers(1, 29, 4_000).tolist()
    lines = [f"2024-05-{d:02},{line}5" for d, line in zip(days, lines, strict=True)]
    header = f"day,{HEADER}"
    for name, some in (("t.csv", lines), ("more.csv", lines[:700])):
        (tmp_path / name).write_text("\n".join([header, *some, ""]), encoding="utf-8")
    data = 'dates(["day"])\none_hot()\nimpute(mean)\nstandardize()\nlog(target)\n'
    data += "split(test=0.2, validation=0.2, seed=3)"
    told = []
    for i, more in enumerate(("", ", on_disk=true")):
        folder = tmp_path / str(i)
        folder.mkdir()
        text = values(source(more, data), "11")
        script = tmp_path / "spec.py"
        script.write_text(nnspec.compile(text, "spec.nn"), encoding="utf-8")
        train = "--epochs", "1", "--data-dir", str(tmp_path)
        commands = [
            train,
            ("--resume", "--epochs", "3", *train[2:]),
            ("evaluate", *train[2:]),
            ("evaluate", str(tmp_path / "more.csv")),
            ("predict", str(tmp_path / "more.csv"), "--keep", "day"),
        ]
        results = [ran(script, *command, cwd=folder) for command in commands]
        assert [code for code, *_ in results] == [0] * 5, results
        weights = np.load(folder / "runs" / "spec" / "weights.npz")
        told.append(([out for _, out, _ in results[2:]], {**weights}))
    (outputs, known), (others, learnt) = told
    assert outputs == others
    assert {k: bits(v) for k, v in known.items()} == {
        k: bits(v) for k, v in learnt.items()
    }


@pytest.mark.skipif(sys.platform == "win32", reason="it has no limits of processes")
@pytest.mark.parametrize("kept", [False, True])
def test_a_full_disk_is_told_in_a_line(tmp_path: Path, kept: bool) -> None:
    write(tmp_path, lines_of(20_000))
    script = tmp_path / "spec.py"
    text = values(source(", on_disk=true"), "6")
    script.write_text(nnspec.compile(text, "spec.nn"), encoding="utf-8")
    if kept:
        assert ran(script, "--epochs", "1")[0] == 0
        shutil.rmtree("runs/spec")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    code, _, error = ran(script, "--epochs", "1", preexec_fn=limit)
    needed = "0.0 GB are needed, " if kept else ""
    assert code == 3
    way_out = "run it in a folder on a disk with room"
    assert error == f"error: {KEPT}: {needed}File too large; {way_out}\n"


def test_tables_of_one_name_do_not_take_turns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, lines_of(900))
    (tmp_path / "more").mkdir()
    write(tmp_path, lines_of(300), "more/t.csv")
    text = values(source(', test="more/t.csv", on_disk=true'), "6")
    load(text, tmp_path)
    assert capsys.readouterr().err.count("converted once") == 2
    load(text, tmp_path)
    assert not capsys.readouterr().err


def test_more_bytes_than_memory_are_told_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By scripts, and by the command line, which reads the table, too."""
    path = write(tmp_path, lines_of(900))
    text = values(source(), "6")
    told = f"{path}: 0.0 GB, and there are 0.0 GB of memory; "
    way_out = "write on_disk=true in csv(), or sample=10000 for a look"
    module = section(text, tmp_path)
    monkeypatch.setattr(module, "memory_size", lambda: 900)
    with pytest.raises(module.InputError, match=re.escape(told + way_out)):
        module.load_data(options())
    memory = runtime("check_memory", "memory_size").__globals__
    monkeypatch.setitem(memory, "memory_size", lambda: 900)
    reader = FileReader(tmp_path, lambda: None)
    (found,) = check(Source("spec.nn", text), facts=reader).diagnostics
    assert found.message + "; " in told
    assert found.help == way_out
    with_disk = values(source(", on_disk=true"), "6")
    assert not check(Source("spec.nn", with_disk), facts=reader).diagnostics


def test_no_memory_for_what_a_table_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and with more memory the table is read; a large one, too."""
    path = write(tmp_path, lines_of(20_000))
    reader = FileReader(tmp_path, lambda: tmp_path)
    source_of = Source("spec.nn", values(source(), "6"))

    def fail(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("nnspec.facts.reader.read_table", fail)
        (found,) = check(source_of, facts=reader).diagnostics
    assert found.message == f"{path}: there is not enough memory for it"
    assert found.help == "write on_disk=true in csv(), or sample=10000"
    assert not check(source_of, facts=reader).diagnostics


LIMIT = """
import resource, sys
sys.argv = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[1]),) * 2)
sys.argv[1:] = ["--epochs", "1", "--threads", "1"]
import runpy
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_DATA counts maps elsewhere")
def test_a_table_larger_than_memory_trains(tmp_path: Path) -> None:
    """With a limit of memory at which the same table, held there, does not."""
    rng, columns = np.random.default_rng(0), 60
    rows = rng.integers(0, 9, (120_000, columns + 1)).astype("U1")
    names = ",".join([*map("c{}".format, range(columns)), "y"])
    text = "\n".join([names, *map(",".join, rows.tolist()), ""])
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    limit, codes, errors = 170_000_000, [], []
    for more in ("", ", on_disk=true"):
        script = tmp_path / "spec.py"
        data = source(more, "standardize()\nsplit(test=0.1, seed=1)")
        spec_text = values(data, str(columns)).replace("float64", "float32")
        script.write_text(nnspec.compile(spec_text, "spec.nn"), encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-c", LIMIT, script, str(limit)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        codes.append(run.returncode)
        errors.append(run.stderr)
    assert codes == [3, 0], errors
    assert errors[0] == (
        "error: not enough memory; for a large table write on_disk=true in csv(), "
        "or sample=10000 for a look at it\n"
    )


@pytest.mark.parametrize(
    "data",
    [
        'csv("t.csv", target="y", on_disk=true)\nwindows(4)',
        'csv("t.csv", target="y", on_disk=true)\nbag_of_words(9)',
    ],
)
def test_what_needs_the_table_in_memory(data: str) -> None:
    found = check(Source("spec.nn", values(data, "9"))).diagnostics
    assert found[0].code == "argument-conflict"
    assert "`on_disk`" in found[0].message


def test_the_width_is_told_with_a_sample_beside(tmp_path: Path) -> None:
    write(tmp_path, lines_of(200))
    reader = FileReader(tmp_path, lambda: None)
    text = values(source(", on_disk=true"), "6").replace("input(6)\n", "")
    (found,) = check(Source("spec.nn", text), facts=reader).diagnostics
    assert found.code == "missing-input"
    assert "`csv` has `sample=10000`, too" in (found.help or "")
    sampled = text.replace("on_disk", "sample=10000, on_disk")
    model = check(Source("spec.nn", sampled), facts=reader).model
    assert model is not None
    assert model.network.inputs[0].output_shape == (6,)


def test_only_these_scripts_keep_tables() -> None:
    script = nnspec.compile(values(source(), "6"), "s.nn")
    assert "_on_disk" not in script
    assert "CACHE" not in script
