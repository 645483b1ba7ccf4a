"""What the files of a spec tell of it, at the time of compilation."""

from __future__ import annotations

import gzip
import struct
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import nnspec
from nnspec.compiler import Analysis, check, script
from nnspec.facts import Request, Table
from nnspec.facts.reader import FileReader
from nnspec.source import Source

TABLE = (
    "size,city,note,sold\n"
    "1,Rome,,1\n2,Oslo,,0\n3,Rome,,1\n4,Bern,,0\n5,Rome,,1\n6,Oslo,,0\n"
)
DATA = 'csv("t.csv", target="sold", features=["size", "city"])\n  one_hot()'
BINARY = "  dense(4, relu)\n  dense(1, sigmoid)"


def spec(data: str = DATA, net: str = BINARY, loss: str = "binary_crossentropy") -> str:
    return (
        f"data {{\n  {data}\n}}\nnetwork {{\n{net}\n}}\n"
        f"training {{\n  loss = {loss}\n}}\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def checked(text: str, folder: Path, cache: Path | None = None) -> Analysis:
    return check(Source("net.nn", text), facts=FileReader(folder, lambda: cache))


def errors(analysis: Analysis) -> list[str]:
    return [d.message for d in analysis.diagnostics if d.severity == "error"]


def codes(analysis: Analysis) -> list[str]:
    return [d.code for d in analysis.diagnostics]


def shape(analysis: Analysis) -> tuple[int, ...]:
    assert analysis.model is not None, analysis.diagnostics
    return analysis.model.input_shape


def test_the_width_is_told_by_the_table(folder: Path) -> None:
    assert shape(checked(spec(), folder)) == (4,)


def test_a_width_that_the_table_contradicts(folder: Path) -> None:
    analysis = checked(spec(net=f"  input(7)\n{BINARY}"), folder)
    assert errors(analysis) == [
        "the network takes (7,), but the data gives (4,): 1 column as it is, "
        "`city` becomes 3"
    ]
    assert not analysis.blames_data


def test_what_is_learnt_is_that_of_the_training_part(folder: Path) -> None:
    """The last two rows have no city of their own; the last three have."""
    data = f"{DATA}\n  split(test={{}})"
    assert shape(checked(spec(data.format(2)), folder)) == (4,)
    assert not codes(checked(spec(data.format(3)), folder))
    strict = data.replace("one_hot(", "one_hot(unknown=error, ").replace(", )", ")")
    assert strict != data
    analysis = checked(spec(strict.format(3)), folder)
    assert codes(analysis) == ["unseen-text"]
    assert "line 5, column `city`: `Bern`" in errors(analysis)[0]


@pytest.mark.parametrize("how", ["seed=3", "seed=4", "stratify=true"])
def test_parts_are_drawn_as_scripts_draw_them(how: str, folder: Path) -> None:
    rows = "".join(f"{i},c{i % 7},,{i % 2}\n" for i in range(40))
    (folder / "t.csv").write_text(f"size,city,note,sold\n{rows}", encoding="utf-8")
    text = spec(f"{DATA}\n  split(validation=0.3, test=3, {how})")
    read = FileReader(folder, lambda: None)
    found: list[Table] = []

    def kept(request: Request) -> object:
        facts = read(request)
        assert isinstance(facts, Table)
        found.append(facts)
        return facts

    analysis = check(Source("net.nn", text), facts=kept)  # type: ignore[arg-type]
    module: dict[str, object] = {"__name__": "net", "__file__": str(folder / "net.py")}
    exec(script(analysis), module)
    options = type("Options", (), {"data_dir": None, "data": None})()
    parts, _ = module["load_data"](options)  # type: ignore[operator]
    for part in found[0].parts:
        x, y = parts[part.name]
        assert len(x) == part.rows
        labels = Counter(str(int(label)) for label in y.reshape(-1))
        assert dict(part.labels or ()) == labels


def test_with_an_input_the_script_does_not_depend_on_the_file(folder: Path) -> None:
    text = spec(net=f"  input(4)\n{BINARY}")
    with_file = script(checked(text, folder))
    (folder / "t.csv").unlink()
    assert script(checked(text, folder)) == with_file
    assert script(check(Source("net.nn", text))) == with_file


def test_without_the_file_the_input_is_asked_for(tmp_path: Path) -> None:
    analysis = checked(spec(), tmp_path)
    assert codes(analysis) == ["missing-input"]
    assert analysis.blames_data
    # Where the spec tells the width, nobody needs the file.
    data = 'csv("t.csv", target="sold", features=["size"])'
    assert shape(checked(spec(data), tmp_path)) == (1,)


@pytest.mark.parametrize(
    ("data", "words", "help"),
    [
        (
            'csv("t.csv", target="sodl")',
            't.csv has no column called "sodl"',
            "did you mean `sold`?",
        ),
        (
            'csv("t.csv", target="sold", features=["Size"])',
            't.csv has no column called "Size"',
            "did you mean `size`?",
        ),
        (
            'csv("t.csv", target="sold")\n  one_hot(["town"])',
            't.csv has no column called "town"',
            "it has `size`, `city`, `note`, `sold`",
        ),
        (
            'csv("t.csv", target=4)',
            "t.csv has no column number 4",
            "columns have numbers from 0 to 3; -1 is the last",
        ),
    ],
)
def test_columns_that_the_table_lacks(
    data: str, words: str, help: str, folder: Path
) -> None:
    analysis = checked(spec(data), folder)
    assert errors(analysis) == [f"{folder / 't.csv'}{words[5:]}"]
    assert analysis.diagnostics[0].help == help
    assert not analysis.blames_data


@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ("1,x,0\n,y,1\n,x,1\n", "missing-value", "line 3, column `a`: the value is "),
        ("1,x,0\nz,y,1\n2,x,1\n", "odd-cell", "line 3, column `a`: `z` is no number"),
        ("1,,0\n2,y,1\n2,x,1\n", "missing-value", "line 2, column `b`: the value is "),
        (
            "1,x,0\n2,y,\n2,x,1\n",
            "missing-target",
            "line 3, column `y`: the target ",
        ),
        ("1,,0\n2,,0\n2,,1\n", "empty-column", "column `b`: there is no value"),
    ],
)
def test_cells_that_no_script_takes(
    cells: str, code: str, words: str, folder: Path
) -> None:
    (folder / "t.csv").write_text(f"a,b,y\n{cells}", encoding="utf-8")
    analysis = checked(spec('csv("t.csv", target="y")\n  one_hot()'), folder)
    assert codes(analysis) == [code]
    assert words in errors(analysis)[0]
    assert analysis.blames_data


def test_tickets_are_left_out(folder: Path) -> None:
    """A column of numbers and texts that all differ is no column of categories."""
    rows = "".join(f"{'A/5 ' * (i % 2)}{i},{i % 2}\n" for i in range(20))
    (folder / "t.csv").write_text(f"ticket,y\n{rows}", encoding="utf-8")
    (found,) = checked(spec('csv("t.csv", target="y")'), folder).diagnostics
    assert found.code == "odd-cell"
    assert found.help == 'leave the column out: `drop=["ticket"]` in `csv`'


def labels(*values: object) -> str:
    return "a,y\n" + "".join(f"{i}.5,{value}\n" for i, value in enumerate(values))


@pytest.mark.parametrize(
    ("table", "net", "loss", "words"),
    [
        (
            labels("x", "y", "z"),
            BINARY,
            "binary_crossentropy",
            "has 3 classes in the training part (`x`, `y`, `z`), but the network tells "
            "2 apart",
        ),
        (
            labels(0, 1, 2, 3),
            "  dense(3, softmax)",
            "sparse_categorical_crossentropy",
            "has 4 classes in the training part (`0`, `1`, `2`, `3`), but the network "
            "tells 3 apart",
        ),
        (
            labels("x", "y"),
            "  dense(3, softmax)",
            "sparse_categorical_crossentropy",
            "has 2 classes in the training part (`x`, `y`), but the network tells 3 "
            "apart",
        ),
        (
            labels("x", "y", "x"),
            "  dense(1)",
            "mse",
            "holds texts (`x`, `y`), but `mean_squared_error` takes numbers",
        ),
    ],
)
def test_labels_against_outputs(
    table: str, net: str, loss: str, words: str, folder: Path
) -> None:
    (folder / "t.csv").write_text(table, encoding="utf-8")
    analysis = checked(spec('csv("t.csv", target="y")', net, loss), folder)
    (message,) = errors(analysis)
    assert message.endswith(words)
    assert not analysis.blames_data


def test_a_text_among_numbers_of_the_target(folder: Path) -> None:
    (folder / "t.csv").write_text(labels("1.5", "2", "x"), encoding="utf-8")
    analysis = checked(spec('csv("t.csv", target="y")', "  dense(1)", "mse"), folder)
    assert codes(analysis) == ["odd-cell"]
    assert "line 4, column `y`: `x` is no number" in errors(analysis)[0]
    assert analysis.blames_data


@pytest.mark.parametrize(
    ("table", "net"),
    [
        (labels(0, 2, 2), "  dense(3, softmax)"),  # class 1 is just not there
        (labels(1, 2, 3), "  dense(3, softmax)"),
        (labels("x", "y", "x"), "  dense(2, softmax)"),
    ],
)
def test_labels_that_fit(table: str, net: str, folder: Path) -> None:
    (folder / "t.csv").write_text(table, encoding="utf-8")
    text = spec('csv("t.csv", target="y")', net, "sparse_categorical_crossentropy")
    assert codes(checked(text, folder)) == []


def test_shares_are_no_classes(folder: Path) -> None:
    (folder / "t.csv").write_text(labels(0, 0.5, 0.25, 1), encoding="utf-8")
    assert not errors(checked(spec('csv("t.csv", target="y")'), folder))


def test_several_targets(folder: Path) -> None:
    (folder / "t.csv").write_text("a,y,z\n1,2,3\n2,3,4\n", encoding="utf-8")
    data = 'csv("t.csv", target=["y", "z"])'
    assert shape(checked(spec(data, "  dense(2)", "mse"), folder)) == (1,)


def test_words_are_those_of_one_column(folder: Path) -> None:
    rows = "1,a good film,0\n2,a bad film,1\n"
    (folder / "t.csv").write_text(f"n,text,y\n{rows}", encoding="utf-8")
    text = spec('csv("t.csv", target="y")\n  bag_of_words(10)', "  dense(1, sigmoid)")
    analysis = checked(text, folder)
    assert codes(analysis) == ["several-texts"]
    assert analysis.diagnostics[0].help == (
        'write `of="text"` in the transform, and the others stay beside its words; or '
        'leave them out: `features=["text"]`'
    )


def test_a_path_outside_is_not_read(folder: Path) -> None:
    def never(_: Request) -> None:
        raise AssertionError

    text = spec('csv("../t.csv", target="sold")')
    analysis = check(Source("net.nn", text), facts=never)
    assert codes(analysis)[0] == "path-outside"


def idx(shape: tuple[int, ...]) -> bytes:
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)


def test_arrays_tell_their_shapes(tmp_path: Path) -> None:
    x = np.zeros((5, 2, 3))
    np.save(tmp_path / "x.npy", x)
    np.savez(tmp_path / "a.npz", x_train=x, y_train=np.zeros(5))
    (tmp_path / "x.idx").write_bytes(idx((5, 2, 3)) + bytes(30))
    (tmp_path / "x.gz").write_bytes(gzip.compress(idx((5, 2, 3)) + bytes(30)))
    sources = [
        'npy(x="x.npy", y="y.npy")',
        'npz("a.npz")',
        'idx(x="x.idx", y="y.idx")',
        'idx(x="x.gz", y="y.gz")',
    ]
    net = "  flatten\n  dense(1)"
    for source in sources:
        assert shape(checked(spec(source, net, "mse"), tmp_path)) == (2, 3)
    data = f"{sources[0]}\n  reshape(3, -1)"
    assert shape(checked(spec(data, net, "mse"), tmp_path)) == (3, 2)
    analysis = checked(spec(sources[1], f"  input(6)\n{net}", "mse"), tmp_path)
    assert errors(analysis) == ["the network takes (6,), but the data gives (2, 3)"]
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 no archive")
    analysis = checked(spec(sources[1], net, "mse"), tmp_path)
    assert codes(analysis)[0] == "unreadable-data"
    assert analysis.blames_data


def test_large_tables_are_read_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    rows: Mapping[int, str] = {i: f"{i},c{i % 3},,{i % 2}\n" for i in range(60_000)}
    (folder / "t.csv").write_text(TABLE + "".join(rows.values()), encoding="utf-8")
    first = checked(spec(), folder, cache)
    with monkeypatch.context() as context:
        context.setattr("nnspec.facts.reader.read_table", lambda *_: 1 / 0)
        assert checked(spec(), folder, cache) == first
        with pytest.raises(ZeroDivisionError):  # other rows are for training
            checked(spec(f"{DATA}\n  split(test=5)"), folder, cache)
    with (folder / "t.csv").open("a", encoding="utf-8") as file:
        file.write("7,new,,1\n")
    assert shape(checked(spec(), folder, cache)) == (8,)
    for kept in cache.iterdir():
        kept.write_text("{}", encoding="utf-8")
    assert shape(checked(spec(), folder, cache)) == (8,)


def test_the_api_reads_what_is_beside_a_spec(folder: Path) -> None:
    (folder / "net.nn").write_text(spec(), encoding="utf-8")
    assert nnspec.load(folder / "net.nn").input_shape == (4,)
    with pytest.raises(nnspec.SpecError):
        nnspec.compile(spec())
    facts = FileReader(folder, lambda: None)
    assert "INPUT_SHAPE = (4,)" in nnspec.compile(spec(), facts=facts)
