"""A sample of a large table: drawn in one pass, as if the file held its rows alone."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import nnspec
from nnspec.compiler import check
from nnspec.facts import Request, Table
from nnspec.facts.reader import FileReader
from nnspec.record import replace
from nnspec.source import Source
from nnspec.table import TABLE
from templates.runtime.open_csv import open_csv
from templates.runtime.read_sample import read_sample
from tests.data.section import Array, classes, load, options, section, spec, values

WORDS = ["", "?", "na"]
HEADER = "number,word,mixed,y"


def lines_of(rows: int) -> list[str]:
    """Rows of numbers, of texts, some quoted, and of numbers with words for missing."""
    rng = np.random.default_rng(4)
    words = rng.choice(["u", "v", '"w, x"', "z"], rows)
    mixed = np.where(rng.random(rows) < 0.1, "na", rng.integers(9, size=rows))
    columns = rng.normal(size=rows), words, mixed, rng.integers(2, size=rows)
    cells = zip(*columns, strict=True)
    return [",".join(map(str, row)) for row in cells]


def write(folder: Path, lines: list[str], name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


def drawn(path: Path, size: float, seed: int = 0) -> list[int]:
    """The numbers of the rows that a sample of a file holds."""
    with path.open(encoding="utf-8") as file:
        names, read = open_csv(path, file, ",", True, '"', WORDS)
        rows = read_sample(size, seed, path, names, read, names, (), None, tell=False)
    return [int(rows.where(i).split()[-1]) - 2 for i in range(len(rows))]


@pytest.mark.share(2)
@pytest.mark.parametrize("size", [2, 700, 9_000, 0.01, 0.9])
def test_a_sample_is_drawn_evenly_and_by_its_seed(tmp_path: Path, size: float) -> None:
    path, count = write(tmp_path, lines_of(30_000)), 30_000
    found = drawn(path, size)
    assert found == sorted({*found})
    # Those with the smallest numbers of one stream, whatever the blocks are.
    numbers = np.random.default_rng(0).random(count)
    limit = size if size < 1 else np.sort(numbers)[int(size)]
    assert found == np.flatnonzero(numbers < limit).tolist()
    assert found == drawn(path, size)
    assert found != drawn(path, size, seed=1)


TRANSFORMS = "one_hot()\nimpute(mean)\nstandardize()\n"


def source(more: str = "") -> str:
    return f'csv("t.csv", target="y"{more})\n{TRANSFORMS}'


@pytest.mark.parametrize("size", ["500", "0.05"])
@pytest.mark.parametrize("split", ["validation=0.2", "test=100, seed=1, stratify=true"])
def test_a_script_learns_from_these_rows_alone(
    tmp_path: Path, size: str, split: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = lines_of(12_000)
    path = write(tmp_path, lines)
    text = classes(source(f", sample={size}, seed=3") + f"split({split})", "6", 2)
    parts, learnt = load(text, tmp_path)
    rows = drawn(path, float(size) if "." in size else int(size), seed=3)
    told = f"{path}: {len(rows):,} of 12,000 rows, drawn at random\n"
    assert capsys.readouterr().err == told
    write(tmp_path, [lines[row] for row in rows])
    alone, known = load(classes(source() + f"split({split})", "6", 2), tmp_path)
    assert len(alone["train"][0]) < len(rows)
    assert_alike(parts, alone)
    assert_alike({"": [*learnt.values()]}, {"": [*known.values()]})


def assert_alike(one: dict[str, Array], other: dict[str, Array]) -> None:
    assert [*one] == [*other]
    for part, arrays in one.items():
        for a, b in zip(arrays, other[part], strict=True):
            np.testing.assert_array_equal(a, b)


def test_files_of_other_parts_are_read_whole(tmp_path: Path) -> None:
    write(tmp_path, lines_of(3_000))
    write(tmp_path, lines_of(300), "test.csv")
    text = classes(source(', test="test.csv", sample=1000'), "6", 2)
    parts, _ = load(text, tmp_path)
    assert {part: len(x) for part, (x, _) in parts.items()} == {
        "train": 1000,
        "test": 300,
    }


@pytest.mark.parametrize(
    ("size", "rows", "told"),
    [
        ("50", 50, "all 50 rows, for there are no more than sample=50"),
        ("500", 50, "all 50 rows, for there are no more than sample=500"),
        ("49", 49, "49 of 50 rows, drawn at random"),
    ],
)
def test_more_rows_than_there_are(
    tmp_path: Path,
    size: str,
    rows: int,
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = write(tmp_path, lines_of(50))
    parts, _ = load(values(source(f", sample={size}"), "6"), tmp_path)
    assert len(parts["train"][0]) == rows
    assert capsys.readouterr().err == f"{path}: {told}\n"


def test_a_share_that_draws_hardly_a_row(tmp_path: Path) -> None:
    path = write(tmp_path, lines_of(50))
    module = section(values(source(", sample=1e-9"), "6"), tmp_path)
    with pytest.raises(module.InputError) as found:
        module.load_data(options())
    assert str(found.value) == (
        f"{path}: sample=1e-09 draws 0 of 50 rows; "
        "write a larger share, or how many rows to draw"
    )


def test_a_bad_cell_is_told_by_its_line(tmp_path: Path) -> None:
    lines = lines_of(2_000)
    row = drawn(write(tmp_path, lines), 100)[7]
    lines[row] = "x" + lines[row]
    path = write(tmp_path, lines)
    module = section(values(source(", sample=100"), "6"), tmp_path)
    with pytest.raises(module.InputError, match=f"^{path}, line {row + 2}, column "):
        module.load_data(options())


def test_facts_are_those_of_the_rows_that_the_script_draws(tmp_path: Path) -> None:
    """The width of `one_hot` is told by them, and so is every warning."""
    lines = lines_of(2_000)
    rows = drawn(write(tmp_path, lines), 40, seed=5)
    entry = {"train": "t.csv"}
    read = FileReader(tmp_path, lambda: None)
    arguments = dict(_csv_defaults(), target=("y",))
    sampled = read(Request("csv", entry, {**arguments, "sample": 40, "seed": 5}))
    write(tmp_path, [lines[row] for row in rows])
    alone = read(Request("csv", entry, arguments))
    assert isinstance(sampled, Table)
    assert isinstance(alone, Table)
    assert [replace(c, blank=None) for c in sampled.columns] == [
        replace(c, blank=None) for c in alone.columns
    ]
    assert sampled.parts == alone.parts
    (place,) = [c.blank.place for c in sampled.columns if c.blank]  # in the whole file
    assert int(place.split()[-1]) - 2 in rows
    assert sampled.columns[0].rows == 40


def _csv_defaults() -> dict[str, object]:
    return {a.name: a.default for a in TABLE["source"]["csv"].arguments}


def test_several_inputs_and_outputs(tmp_path: Path) -> None:
    lines = lines_of(2_000)
    rows = drawn(write(tmp_path, lines), 60)
    data = (
        'csv("t.csv", target=[side: "y"], '
        'features=[left: ["number"], right: ["word"]]{})\none_hot()'
    )
    text = (
        "data {{\n{}\n}}\nnetwork {{\ninput(1) as left\ninput(4) as right\n"
        "concatenate() from left, right\ndense(1, sigmoid) as side\n}}\n"
        "training {{\nloss = binary_crossentropy\n}}\n"
    )
    data = data.replace('target=[side: "y"]', 'target="y"')
    parts, _ = load(text.format(data.format(", sample=60")), tmp_path)
    write(tmp_path, [lines[row] for row in rows])
    alone, _ = load(text.format(data.format("")), tmp_path)
    for name in ("left", "right"):
        one, other = (p["train"][0][name] for p in (parts, alone))
        np.testing.assert_array_equal(one, other)


def test_folds_tell_it_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, lines_of(500))
    text = classes(source(", sample=100") + "folds(5)", "6", 2)
    module = section(text, tmp_path)
    sizes = []
    for fold in range(1, 6):
        parts, _ = module.load_data(options(), fold=fold)
        sizes.append(len(parts["validation"][0]))
    assert sizes == [20] * 5
    assert capsys.readouterr().err.count("100 of 500 rows") == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("sample=0", "argument-type"),
        ("sample=1", "argument-type"),
        ("sample=-5", "argument-type"),
        ("sample=2.5", "argument-type"),
        ('sample="all"', "argument-type"),
        ("sample=10, seed=-1", "argument-type"),
        ("seed=1", "argument-conflict"),
    ],
)
def test_what_is_no_sample(given: str, code: str) -> None:
    text = values(f'csv("t.csv", target="y", {given})', "6")
    assert [d.code for d in check(Source("spec.nn", text)).diagnostics] == [code]


def test_windows_need_rows_that_follow_on_each_other() -> None:
    data = 'csv("t.csv", target="y", sample=9)\nwindows(4)'
    text = spec(data, "4, 2", "gru(3)\ndense(1)", "mse")
    (found,) = check(Source("spec.nn", text)).diagnostics
    assert found.code == "transform-conflict"
    assert "`sample`" in found.message


def test_only_these_scripts_draw() -> None:
    assert "read_sample" not in nnspec.compile(values(source(), "6"), "s.nn")


def test_a_script_for_keras_draws_the_same(tmp_path: Path) -> None:
    text = values(source(", sample=7, seed=2"), "6")
    for target in ("numpy", "keras"):
        script = nnspec.compile(text, "s.nn", target=target)
        assert re.search(r"partial\(read_sample, 7, 2\)", script)
