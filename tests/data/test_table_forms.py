"""Tables as people have them: how they are written, and what stands around them."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnspec.compiler import check
from nnspec.source import Source
from tests.data.section import classes, load, options, read, section, values

ROWS = "a;b;y\n0,25;1.000;1\n-10,5;2.500;2\n2;30;3\n"


def table(folder: Path, text: str | bytes, name: str = "t.csv") -> None:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)


def x_of(text: str, folder: Path) -> list[list[float]]:
    rows: list[list[float]] = load(text, folder)[0]["train"][0].tolist()
    return rows


def fault(text: str, folder: Path) -> str:
    module = section(text, folder)
    with pytest.raises(module.InputError) as found:
        module.load_data(options())
    assert "\n" not in str(found.value)
    return str(found.value).removeprefix(f"{folder}/")


def csv(arguments: str = "", shape: str = "2", data: str = "") -> str:
    return values(f'csv("t.csv", target="y"{arguments})\n{data}', shape)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        (ROWS, 'decimal=",", thousands="."'),
        (ROWS.replace(".", " "), 'decimal=",", thousands=" "'),
        ("a,b,y\n.25,1000,1\n-10.5,2500,2\n2,30,3\n", ""),
        ('a,b,y\n.25,"1,000",1\n-10.5,"2,500",2\n2,30,3\n', 'thousands=","'),
        ("# by me\n\na,b,y\n.25,1000,1 # odd\n-10.5,2500,2\n2,30,3\n", 'comment="#"'),
        ("by me\nand you\na,b,y\n.25,1000,1\n-10.5,2500,2\n2,30,3\n", "skip=2"),
        ("a b y\n .25   1000 1\n-10.5 2500 2\n2\t30  3 \n", ""),
        ("a b y\n .25   1000 1\n-10.5 2500 2\n2\t30  3 \n", 'delimiter=" "'),
        ("a,,b,y,\n.25,,1000,1,\n-10.5,,2500,2,\n2,,30,3,\n,,,,\n", ""),
        ("a,b,y,a\n.25,1000,1,5\n-10.5,2500,2,6\n2,30,3,7\n", 'features=["b"]'),
        ("c,a,b,y\nu,.25,1000,1\nv,-10.5,2500,2\nw,2,30,3\n", 'drop=["c"]'),
        ("c,a,b,y\nu,.25,1000,1\nv,-10.5,2500,2\nw,2,30,3\n", "drop=0"),
    ],
)
def test_the_same_table(tmp_path: Path, text: str, arguments: str) -> None:
    table(tmp_path, text)
    if "features" in arguments:
        assert x_of(csv(f", {arguments}", "1"), tmp_path) == [[1000], [2500], [30]]
        return
    given = f", {arguments}" if arguments else ""
    expected = [[0.25, 1000], [-10.5, 2500], [2, 30]]
    assert x_of(csv(given), tmp_path) == expected
    module = section(csv(given), tmp_path)
    _, learnt = module.load_data(options())
    assert read(module, tmp_path / "t.csv", learnt).tolist() == expected


def test_signs_beside_numbers(tmp_path: Path) -> None:
    rows = 'a,b,y\n5%,"$1,000.50",1\n -7 % ,-$2,2\n8,$-30,3\n%1,4$,4\n'
    table(tmp_path, rows)
    text = csv(', thousands=",", signs="$%"')
    expected = [[5, 1000.5], [-7, -2], [8, -30], [1, 4]]
    assert x_of(text, tmp_path) == expected
    table(tmp_path, rows.replace("8,", "8x,"))
    assert "'8x' is no number" in fault(text, tmp_path)
    for signs in ("", "x", "5", ".", "$ "):
        found = check(Source("spec.nn", csv(f', signs="{signs}"'))).diagnostics
        assert [d.code for d in found] == ["argument-type"]


def test_another_notation_is_no_number(tmp_path: Path) -> None:
    table(tmp_path, "a;y\n1,5;1\n2.5;2\n3,5;3\n")
    found = fault(csv(', decimal=","', "1"), tmp_path)
    assert found.startswith("t.csv, line 3, column 'a': '2.5' is no number")
    for cell in ("1,00", "1,0000", ",100", "1,000,00", "1,000.5.5"):
        table(tmp_path, f"a;y\n5;1\n{cell};2\n6;3\n")
        assert "is no number" in fault(csv(', thousands=","', "1"), tmp_path)


def test_a_decimal_comma_is_told(tmp_path: Path) -> None:
    table(tmp_path, "a;y\n1;1\n2,5;2\n3,5;3\n")
    found = fault(csv("", "1"), tmp_path)
    assert found == (
        "t.csv, line 3, column 'a': '2,5' is no number (up to 1e38) (and 1 more cells);"
        ' correct it, or write decimal="," or thousands="," in csv()'
    )


def test_encodings(tmp_path: Path) -> None:
    text = "town,y\nZürich,1\nKöln,2\n"
    for name in ("latin-1", "cp1252", "utf-16", "utf-8", "cp850"):
        table(tmp_path, text.encode(name))
        given = f', encoding="{name}"'
        assert x_of(csv(given, "1"), tmp_path) == [[1], [0]]
        (tmp_path / "t.csv").write_bytes(gzip.compress(text.encode(name)))
        assert x_of(csv(given, "1"), tmp_path) == [[1], [0]]
    table(tmp_path, text.encode("latin-1"))
    assert fault(csv("", "1"), tmp_path) == (
        "t.csv, line 2: not UTF-8; save it as UTF-8, or write "
        'encoding="cp1252" in csv(), or another'
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\3\4....[Content_Types].xml", "an Excel workbook; save its sheet as CSV"),
        (b"PK\3\4....t.csv", "a ZIP archive; unpack it"),
        (b"\xd0\xcf\x11\xe0\xa1", "an Excel workbook; save its sheet as CSV"),
        ("a,y\n1,2\n".encode("utf-16"), 'text in UTF-16; write encoding="utf-16"'),
        (b"\n<!DOCTYPE html><html>", "a page of HTML; download the file itself"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS; `git"),
        (b"PAR1\0\0", "a Parquet file; save it as CSV"),
        (b"%PDF-1.7\n", "a PDF document; save its table as CSV"),
    ],
)
def test_what_is_no_table(tmp_path: Path, content: bytes, told: str) -> None:
    table(tmp_path, content)
    assert fault(csv(), tmp_path).startswith(f"t.csv: it is {told}")


MISSING = ["", "?", "NA", "na", "N/A", "n/a", "NaN", "nan", "null", "NULL", "#N/A"]


@pytest.mark.parametrize("word", [*MISSING, "none", "None", "-", "."])
def test_words_for_a_missing_value(tmp_path: Path, word: str) -> None:
    table(tmp_path, f"a,b,y\n1,u,1\n{word},v,2\n4,{word},3\n,u,4\n")
    x = np.array(x_of(csv(data="impute(0)"), tmp_path))
    assert x[:, 0].tolist() == [1, 0, 4, 0]
    if word in MISSING:  # the most frequent one
        assert x[:, 1].tolist() == [0, 1, 0, 0]
    else:  # it is a category, the first of three
        assert x[:, 1].tolist() == [1, 2, 0, 1]


def test_missing_adds_and_missing_only_replaces(tmp_path: Path) -> None:
    table(tmp_path, "a,b,y\n1,u,1\n-9,ND,2\n?,v,3\n")
    more = ', missing=["-9", "nd"]'
    assert x_of(csv(more, data="impute(0)"), tmp_path) == [[1, 0], [0, 0], [0, 1]]
    only = ', missing_only=["?"]'
    assert x_of(csv(only, data="impute(0)"), tmp_path) == [[1, 1], [-9, 0], [0, 2]]
    assert "'?' is no number" in fault(csv(", missing_only=[]"), tmp_path)


def test_a_file_of_its_own_for_validation(tmp_path: Path) -> None:
    table(tmp_path, "a,b,y\n1,u,1\n2,v,2\n")
    table(tmp_path, "y,b,a\n5,v,3\n", "v.csv")
    table(tmp_path, "y,b,a\n6,u,4\n", "u.csv")
    text = csv(', validation="v.csv", test="u.csv"', data="standardize()")
    parts, _ = load(text, tmp_path)
    assert parts["validation"][0].tolist() == [[3, 1]]
    assert parts["validation"][1].tolist() == [[5]]
    assert parts["test"][0].tolist() == [[5, -1]]


def test_rows_without_a_target(tmp_path: Path, capsys: Any) -> None:
    table(tmp_path, "a,b,y\n1,2,1\n3,4,-\n5,6,\n7,8,2\n")
    assert fault(csv(), tmp_path) == (
        "t.csv, line 3, column 'y': the value is missing (and 1 more cells); fill it "
        "in, or write without_target=drop in csv()"
    )
    text = csv(", without_target=drop", data="standardize()")
    parts, learnt = load(text, tmp_path)
    assert parts["train"][1].tolist() == [[1], [2]]
    assert learnt["data/mean"].tolist() == [4, 5]
    told = f"4 rows: 2 without a target are left out, the first at {tmp_path}/t.csv, "
    assert capsys.readouterr().err == f"{told}line 3\n"


def test_a_title_above_is_told(tmp_path: Path) -> None:
    table(tmp_path, "Made by x\n\na,b,y\n1,2,3\n4,5,6\n")
    found = fault(csv(), tmp_path)
    assert found.startswith("t.csv, line 1: 1 cells, but the rows below have 3; if it")
    assert x_of(csv(", skip=1"), tmp_path) == [[1, 2], [4, 5]]


def test_a_header_of_years(tmp_path: Path) -> None:
    table(tmp_path, "2019,2020,2021\n1,2,0\n3,4,1\n")
    parts, learnt = load(classes('csv("t.csv", target=-1)'), tmp_path)
    assert parts["train"][0].tolist() == [[1, 2], [3, 4]]
    assert learnt["data/columns"].tolist() == ["2019", "2020", "2021"]


def test_comments_in_quotes_are_text(tmp_path: Path) -> None:
    rows = 'b,y\n"u # v",1 # odd\n"w\n# x",2\nu,3\n'
    table(tmp_path, rows)
    _, learnt = load(csv(', comment="#"', "1"), tmp_path)
    assert learnt["data/categories/0"].tolist() == ["u", "u # v", "w\n# x"]


def test_other_quotes(tmp_path: Path) -> None:
    table(tmp_path, "b,y\n'u, v',1\nw,2\n")
    _, learnt = load(csv(', quote="\'"', "1"), tmp_path)
    assert learnt["data/categories/0"].tolist() == ["u, v", "w"]
    table(tmp_path, 'b,y\n"u,1\nw",2\n')
    _, learnt = load(csv(", quote=none", "1"), tmp_path)
    assert learnt["data/categories/0"].tolist() == ['"u', 'w"']


TRAIN = "c,a,y\nu,1,1\nv,2,2\nu,3,3\nw,4,4\nu,5,5\nv,6,6\n"


def test_unknown_categories_are_zeros_in_every_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table(tmp_path, TRAIN)
    table(tmp_path, "c,a,y\nx,1,1\nv,2,2\nz,3,3\n", "u.csv")
    module = section(csv(', test="u.csv"', "4", "one_hot()"), tmp_path)
    parts, learnt = module.load_data(options())
    expected = [[0, 0, 0, 1], [0, 1, 0, 2], [0, 0, 0, 3]]
    assert parts["test"][0].tolist() == expected
    told = "cells with categories that the training part lacks: 2 in column 'c'\n"
    assert capsys.readouterr().err == f"test part: {told}"
    table(tmp_path, "c,a\nx,1\nv,2\nz,3\n", "in.csv")
    assert read(module, tmp_path / "in.csv", learnt).tolist() == expected


def test_predict_counts_unknown_categories(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table(tmp_path, TRAIN)
    module = section(csv("", "4", "one_hot()"), tmp_path)
    _, learnt = module.load_data(options())
    np.savez(
        tmp_path / "w.npz",
        **{name: np.zeros(shape) for name, shape in module.SHAPES.items()},
        **learnt,
    )
    table(tmp_path, "c,a\n" + "x,1\nv,2\n" * 600, "in.csv")
    arguments = ["predict", str(tmp_path / "in.csv"), "--weights"]
    assert module.main([*arguments, str(tmp_path / "w.npz")]) == 0
    found = capsys.readouterr()
    assert len(found.out.splitlines()) == 1201
    assert "the training part lacks: 600 in column 'c'\n" in found.err


def test_unknown_categories_may_be_an_error(tmp_path: Path) -> None:
    table(tmp_path, TRAIN)
    table(tmp_path, "c,a,y\nx,1,1\nv,2,2\nz,3,3\n", "u.csv")
    text = csv(', test="u.csv"', "4", "one_hot(unknown=error)")
    assert fault(text, tmp_path) == (
        "u.csv, line 2, column 'c': 'x' is in no row of the training part (and 1 more "
        'cells); leave such rows out, or the column: drop=["c"]'
    )
    assert "'x' is in no row" in fault(csv(', test="u.csv"', "2"), tmp_path)


def test_rare_and_unknown_categories_share_a_column(tmp_path: Path) -> None:
    table(tmp_path, TRAIN)
    table(tmp_path, "c,a,y\nx,1,1\nv,2,2\n,3,3\n", "u.csv")
    data = "impute(0)\none_hot(minimum=2)"
    parts, learnt = load(csv(', test="u.csv"', "4", data), tmp_path)
    assert learnt["data/categories/0"].tolist() == ["u", "v"]
    assert parts["train"][0][:, :3].tolist() == [
        [1, 0, 0],
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 1],
        [1, 0, 0],
        [0, 1, 0],
    ]
    assert parts["test"][0][:, :3].tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    parts, learnt = load(csv("", "3", 'one_hot("c", minimum=3)'), tmp_path)
    assert parts["train"][0][:, :2].sum(axis=0).tolist() == [3, 3]
    parts, learnt = load(csv("", "2", 'one_hot("c", minimum=9)'), tmp_path)
    assert parts["train"][0][:, 0].tolist() == [1] * 6


def test_the_width_is_known_before_memory_is_taken(tmp_path: Path) -> None:
    rows = "".join(f"u{i},{i},{i}\n" for i in range(60_000))
    table(tmp_path, f"c,a,y\n{rows}")
    found = fault(csv("", "2", "one_hot()"), tmp_path)
    assert "samples of shape (60001,), but the network takes (2,)" in found


def test_large_tables_are_prepared_block_by_block(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    numbers, towns = rng.normal(size=20_000), rng.choice(["u", "v", "w"], 20_000)
    rows = "".join(
        f"{n!r},{t},1\n" for n, t in zip(numbers.tolist(), towns, strict=True)
    )
    table(tmp_path, f"a,c,y\n{rows}")
    x = load(csv("", "4", "standardize()\none_hot()"), tmp_path)[0]["train"][0]
    np.testing.assert_allclose(x[:, 0], (numbers - numbers.mean()) / numbers.std())
    assert np.array_equal(x[:, 1:], towns[:, None] == np.array(["u", "v", "w"]))


def test_a_table_with_the_target_is_evaluated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It needs no training data; its columns may be in another order."""
    table(tmp_path, TRAIN)
    text = csv("", "4", "standardize()\none_hot()\nsplit(test=2)")
    module = section(
        text.replace("loss = mse", "loss = mse\nmetrics = [mae]"), tmp_path
    )
    _, learnt = module.load_data(options())
    weights = {name: np.zeros(shape) for name, shape in module.SHAPES.items()}
    np.savez(tmp_path / "w.npz", **weights, **learnt)
    (tmp_path / "t.csv").unlink()
    table(tmp_path, "y,extra,a,c\n3,?,1,u\n-5,?,2,z\n", "in.csv")
    given = ["--weights", str(tmp_path / "w.npz"), "--json"]
    assert module.main(["evaluate", str(tmp_path / "in.csv"), *given]) == 0
    found = capsys.readouterr()
    assert '"test_loss": 17.0, "test_mae": 4.0' in found.out
    assert "the training part lacks: 1 in column 'c'" in found.err
    table(tmp_path, "a,c\n1,u\n", "in.csv")
    assert module.main(["evaluate", str(tmp_path / "in.csv"), *given]) == 3
    assert "there is no column 'y'" in capsys.readouterr().err
    assert module.main(["evaluate", str(tmp_path / "none.csv"), *given]) == 3
    assert "none.csv: No such file" in capsys.readouterr().err


def test_a_table_of_classes_is_evaluated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table(tmp_path, "1,2,u\n3,4,v\n5,6,w\n")
    module = section(classes('csv("t.csv", target=-1)'), tmp_path)
    _, learnt = module.load_data(options())
    weights = {name: np.zeros(shape) for name, shape in module.SHAPES.items()}
    np.savez(tmp_path / "w.npz", **weights, **learnt)
    table(tmp_path, "1,2,w\n5,5,\n", "in.csv")
    given = [str(tmp_path / "in.csv"), "--weights", str(tmp_path / "w.npz")]
    assert module.main(["evaluate", *given]) == 3
    assert "in.csv, line 2, column '2': the value is missing" in capsys.readouterr().err
    table(tmp_path, "1,2,w\n5,5,u\n", "in.csv")
    assert module.main(["evaluate", *given, "--json"]) == 0
    assert f'"test_loss": {np.log(3):.4f}' in capsys.readouterr().out


def test_predict_keeps_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table(tmp_path, TRAIN)
    module = section(csv("", "4", "one_hot()"), tmp_path)
    _, learnt = module.load_data(options())
    weights = {name: np.zeros(shape) for name, shape in module.SHAPES.items()}
    np.savez(tmp_path / "w.npz", **weights, **learnt)
    table(tmp_path, 'Id,c,a\n007,u,1.50\n"8, or 9",v,2\n', "in.csv")
    given = ["predict", str(tmp_path / "in.csv"), "--weights", str(tmp_path / "w.npz")]
    assert module.main([*given, "--keep", "Id", "--keep", "a"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out == ["Id,a,prediction", "007,1.50,0.0", '"8, or 9",2,0.0']
    assert module.main(given) == 0
    assert capsys.readouterr().out.splitlines() == ["prediction", "0.0", "0.0"]
    assert module.main([*given, "--keep", "id"]) == 3
    assert "there is no column 'id'; is 'Id' meant?" in capsys.readouterr().err
