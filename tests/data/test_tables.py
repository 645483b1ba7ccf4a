"""Tables: what becomes of cells, and what is told of those that cannot be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from tests.data.section import (
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

IRIS = """a,b,kind
1,2,setosa
3,4,virginica
5,6,setosa
7,8,versicolor
"""
PEOPLE = """name,age,town,y
Ann,20,Rome,1
Bob,30,Oslo,0
Cid,,Rome,0
Dan,50,?,1
"""
CSV = 'csv("t.csv", target="kind")\n'


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


def table(folder: Path, text: str, name: str = "t.csv") -> None:
    (folder / name).write_text(text, encoding="utf-8", newline="")


def test_texts_of_the_target_are_classes_in_sorted_order(tmp_path: Path) -> None:
    table(tmp_path, IRIS)
    parts, learnt = load(classes(CSV), tmp_path)
    x, y = parts["train"]
    assert learnt["data/classes"].tolist() == ["setosa", "versicolor", "virginica"]
    assert y.tolist() == [0, 2, 0, 1]
    assert (y.dtype, x.dtype) == (np.intp, np.float32)
    assert x.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert x.flags.c_contiguous


@pytest.mark.parametrize(
    "texts", [("12_34", "5_6"), ("\uff11\uff12", "\uff13"), ("\u0663", "\u0664")]
)
def test_numbers_are_written_in_ascii_digits(
    tmp_path: Path, texts: tuple[str, str]
) -> None:
    """Identifiers such as 2020_01 are texts, though Python reads them as numbers."""
    high, low = sorted(texts, reverse=True)
    rows = f"a,y\n{high},{low}\n{low},{high}\n{high},{low}\n"
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    parts, learnt = load(classes('csv("t.csv", target="y")', "1", 2), tmp_path)
    assert {"data/categories/0", "data/classes"} <= learnt.keys()
    assert learnt["data/categories/0"].tolist() == [low, high]
    assert learnt["data/classes"].tolist() == [low, high]
    assert parts["train"][0].tolist() == [[1.0], [0.0], [1.0]]
    assert parts["train"][1].tolist() == [0, 1, 0]
    rows = f"a,y\n1,0\n{low},1\n"
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    told(
        classes('csv("t.csv", target="y")', "1", 2),
        tmp_path,
        f"line 3, column 'a': '{low}' is no number",
    )


def test_a_numeric_target_is_the_index_of_a_class(tmp_path: Path) -> None:
    table(tmp_path, "a,b,kind\n1,2,0\n3,4,2\n")
    parts, learnt = load(classes(CSV), tmp_path)
    assert parts["train"][1].tolist() == [0, 2]
    assert "data/classes" not in learnt


def test_two_classes_become_0_and_1(tmp_path: Path) -> None:
    table(tmp_path, "a,b,kind\n1,2,yes\n3,4,no\n5,6,yes\n")
    y = load(binary(CSV), tmp_path)[0]["train"][1]
    assert y.tolist() == [[1], [0], [1]]
    assert y.dtype == np.float32


def test_two_classes_have_signs(tmp_path: Path) -> None:
    table(tmp_path, "a,b,kind\n1,2,yes\n3,4,no\n5,6,yes\n")
    parts, learnt = load(spec(CSV, "2", "dense(1)", "hinge"), tmp_path)
    assert parts["train"][1].tolist() == [[1], [0], [1]]  # the loss makes -1 of 0
    assert learnt["data/classes"].tolist() == ["no", "yes"]


def test_labels_that_do_not_count(tmp_path: Path) -> None:
    table(tmp_path, "a,b,kind\n1,2,0\n3,4,-1\n5,6,2\n")
    loss = "sparse_categorical_crossentropy(ignore_class=-1)"
    text = spec(CSV, "2", "dense(3, softmax)", loss)
    y = load(text, tmp_path)[0]["train"][1]
    assert (y.tolist(), y.dtype) == ([0, -1, 2], np.intp)


def test_one_hot_labels(tmp_path: Path) -> None:
    table(tmp_path, IRIS)
    y = load(one_hot(CSV + "one_hot(target)"), tmp_path)[0]["train"][1]
    assert y.tolist() == [[1, 0, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]]


def test_several_targets_make_rows(tmp_path: Path) -> None:
    table(tmp_path, "a,u,b,v\n1,2,3,4\n5,6,7,8\n")
    parts, _ = load(values('csv("t.csv", target=["v", "u"])', units=2), tmp_path)
    assert parts["train"][0].tolist() == [[1, 3], [5, 7]]
    assert parts["train"][1].tolist() == [[4, 2], [8, 6]]
    assert parts["train"][0].dtype == np.float64


def test_features_are_taken_in_the_order_of_the_spec(tmp_path: Path) -> None:
    table(tmp_path, IRIS)
    text = classes('csv("t.csv", "kind", features=["b", "a"])')
    assert load(text, tmp_path)[0]["train"][0][0].tolist() == [2, 1]


@pytest.mark.parametrize("target", ["2", "-1", "[-1]"])
def test_columns_by_number_without_a_header(tmp_path: Path, target: str) -> None:
    table(tmp_path, "\n".join(IRIS.splitlines()[1:]))
    parts, learnt = load(classes(f'csv("t.csv", target={target})'), tmp_path)
    assert parts["train"][0].shape == (4, 2)
    assert learnt["data/columns"].tolist() == ["0", "1", "2"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_out(tmp_path: Path, delimiter: str) -> None:
    table(tmp_path, IRIS.replace(",", delimiter))
    assert load(classes(CSV), tmp_path)[0]["train"][0].shape == (4, 2)


def test_another_delimiter_is_named(tmp_path: Path) -> None:
    table(tmp_path, IRIS.replace(",", ":"))
    text = classes('csv("t.csv", target="kind", delimiter=":")')
    assert load(text, tmp_path)[0]["train"][0].shape == (4, 2)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(",", " , ").replace(" , ", ", "),
        lambda text: "\ufeff" + text,
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("\n", "\n\n  \n"),
        lambda text: text.replace("setosa", '"setosa"'),
    ],
)
def test_what_makes_no_difference(tmp_path: Path, change: object) -> None:
    table(tmp_path, change(IRIS))  # type: ignore[operator]
    parts, learnt = load(classes(CSV), tmp_path)
    assert parts["train"][1].tolist() == [0, 2, 0, 1]
    assert parts["train"][0].tolist()[-1] == [7, 8]
    assert learnt["data/columns"].tolist() == ["a", "b", "kind"]


def test_packed_tables(tmp_path: Path) -> None:
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(IRIS.encode()))
    text = classes('csv("t.csv.gz", target="kind")')
    assert load(text, tmp_path)[0]["train"][0].shape == (4, 2)


def test_a_second_table_for_the_test_with_its_columns_anyhow(tmp_path: Path) -> None:
    table(tmp_path, IRIS + "0,0,setosa\n")
    table(tmp_path, "kind,b,a\nvirginica,10,9\n", "u.csv")
    text = classes('csv("t.csv", target="kind", test="u.csv")\nsplit(0.2)')
    parts, _ = load(text, tmp_path)
    assert parts["test"][0].tolist() == [[9, 10]]
    assert parts["test"][1].tolist() == [2]
    assert len(parts["validation"][0]) == 1


FILL = {
    "mean": 100 / 3,
    "median": 30,
    "most_frequent": 20,
    "7": 7,
}


@pytest.mark.parametrize("strategy", FILL)
def test_impute(tmp_path: Path, strategy: str) -> None:
    table(tmp_path, PEOPLE)
    features = 'features=["age", "town"]'
    text = values(f'csv("t.csv", target="y", {features})\nimpute({strategy})')
    x = load(text, tmp_path)[0]["train"][0]
    assert np.allclose(x, [[20, 1], [30, 0], [FILL[strategy], 1], [50, 1]])


@pytest.mark.parametrize("columns", ["", '"town"', '["town"]', "columns=[2]"])
def test_one_hot_expands_categories_in_place(tmp_path: Path, columns: str) -> None:
    table(tmp_path, PEOPLE.replace(",,", ",40,").replace("?", "Bern"))
    text = values(
        f'csv("t.csv", "y", features=["town", "age"])\none_hot({columns})', "4"
    )
    x = load(text, tmp_path)[0]["train"][0]
    assert x.tolist() == [[0, 0, 1, 20], [0, 1, 0, 30], [0, 0, 1, 40], [1, 0, 0, 50]]


def test_numbers_are_categories_where_one_hot_names_them(tmp_path: Path) -> None:
    table(tmp_path, "deck,y\n10,1\n9,2\n10,3\n")
    text = values('csv("t.csv", "y")\none_hot("deck")', "2")
    assert load(text, tmp_path)[0]["train"][0].tolist() == [[1, 0], [0, 1], [1, 0]]


def test_transforms_before_one_hot_leave_its_codes_alone(tmp_path: Path) -> None:
    table(tmp_path, "c,v,y\nu,1,1\nw,3,2\nz,1,1\nz,3,1\n")
    data = 'csv("t.csv", "y")\nstandardize()\nscale(2, 1)\nminmax()\none_hot()'
    x = load(values(data, "4"), tmp_path)[0]["train"][0]
    assert x.tolist() == [[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 1, 1]]


def test_all_is_learnt_from_the_training_part_alone(tmp_path: Path) -> None:
    table(tmp_path, "v,w,y\n1,1,0\n3,1,0\n100,9,0\n")
    text = values('csv("t.csv", "y")\nsplit(test=1)\nstandardize()')
    parts, learnt = load(text, tmp_path)
    assert learnt["data/mean"].tolist() == [2, 1]
    assert learnt["data/deviation"].tolist() == [1, 1]  # a constant is divided by 1
    assert parts["train"][0].tolist() == [[-1, 0], [1, 0]]
    assert parts["test"][0].tolist() == [[98, 8]]


def test_what_was_learnt_is_used_for_evaluation(tmp_path: Path) -> None:
    table(tmp_path, PEOPLE)
    text = values('csv("t.csv", "y", features=["age", "town"])\nimpute(mean)\nminmax()')
    module = section(text, tmp_path)
    parts, learnt = module.load_data(options())
    table(tmp_path, PEOPLE.replace("20", "80").replace("Oslo", "Rome"))
    again, same = module.load_data(options(), learnt)
    assert same["data/low"].tolist() == learnt["data/low"].tolist() == [20, 0]
    assert again["train"][0][0].tolist() == [2, 1]
    assert parts["train"][0][0].tolist() == [0, 1]


def test_arrays_in_place_of_the_table(tmp_path: Path) -> None:
    arrays = {"x_train": np.array([[1, 2], [3, 4]]), "y_train": np.array([0, 2])}
    np.savez(tmp_path / "a.npz", **arrays)
    parts, _ = load(classes(CSV + "standardize"), tmp_path, data=tmp_path / "a.npz")
    assert parts["train"][0].tolist() == [[-1, -1], [1, 1]]
    assert parts["train"][1].tolist() == [0, 2]


# -- files to predict for --------------------------------------------------------------


def predicted(text: str, folder: Path, rows: str) -> list[list[float]]:
    module = section(text, folder)
    _, learnt = module.load_data(options())
    table(folder, rows, "in.csv")
    x = read(module, folder / "in.csv", learnt)
    assert x.dtype == module.DTYPE
    result: list[list[float]] = x.tolist()
    return result


@pytest.mark.parametrize(
    "rows",
    [
        "a,b\n10,20\n",
        "b,a\n20,10\n",
        "a;b;kind\n10;20;setosa\n",
        "id,a,b\nx1,10,20\n",
    ],
)
def test_input_columns_go_by_name(tmp_path: Path, rows: str) -> None:
    table(tmp_path, IRIS)
    assert predicted(classes(CSV), tmp_path, rows) == [[10, 20]]


@pytest.mark.parametrize(
    ("target", "rows"),
    [
        ("0", "10,20,30\n"),
        ("0", "1,10,20,30\n"),
        ("3", "10,20,30\n"),
        ("1", "10,20,30\n"),
    ],
)
def test_input_without_names_may_leave_the_target_out(
    tmp_path: Path, target: str, rows: str
) -> None:
    table(tmp_path, "0,1,2,0\n1,3,4,1\n")
    text = classes(f'csv("t.csv", target={target})', "3", 5)
    assert predicted(text, tmp_path, rows) == [[10, 20, 30]]


def test_chosen_features_without_names(tmp_path: Path) -> None:
    table(tmp_path, "0,1,2,3\n1,3,4,5\n")
    text = classes('csv("t.csv", target=0, features=[3, 1])')
    assert predicted(text, tmp_path, "7,8,9\n") == [[9, 7]]
    assert predicted(text, tmp_path, "0,7,8,9\n") == [[9, 7]]
    assert predicted(text, tmp_path, "9,7\n") == [[9, 7]]


def test_input_is_prepared_like_the_training_part(tmp_path: Path) -> None:
    table(tmp_path, PEOPLE)
    data = 'csv("t.csv", "y", features=["age", "town"])\nimpute(median)\nminmax()'
    rows = "age,town\n,Oslo\n80,\n"
    text = values(data + "\none_hot()", "3")
    assert np.allclose(predicted(text, tmp_path, rows), [[1 / 3, 1, 0], [2, 0, 1]])


# -- faults ----------------------------------------------------------------------------

FAULTS = {
    "empty": ("", "t.csv: the file is empty"),
    "blank": ("\n \n", "t.csv: the file is empty"),
    "only a header": ("a,b,kind\n", "t.csv: no rows below"),
    "one row": ("a,b,kind\n1,2,u\n", "t.csv: one row"),
    "ragged": (IRIS + "1,2\n", "t.csv, line 6: 2 cells, but the first row has 3"),
    "text": (IRIS + "1,two,setosa\n", "t.csv, line 6, column 'b': 'two' is no number"),
    "too large": (IRIS + "1,1e300,setosa\n", "column 'b': '1e300' is no number (up to"),
    "not named": (IRIS + "1,nil,virginica\n", 'name it in missing=["nil"]'),
    "infinite": (IRIS + "inf,2,setosa\n", "line 6, column 'a': 'inf' is no number"),
    "missing": (IRIS + "1,,setosa\n", "line 6, column 'b': the value is missing"),
    "missing target": (
        IRIS + "1,2,NA\n",
        "line 6, column 'kind': the value is missing",
    ),
    "all missing": ("a,b,kind\n1,,u\n2,,v\n", "column 'b': no value in the training"),
    "unclosed quote": (IRIS + '"1,2,setosa\n', "t.csv, line 6: "),
    "unclosed quote at the start": (
        'a,b,kind\n1,2,"u\n2,3,v\n3,1,w\n',
        "t.csv, line 2: unexpected end of data; check the quotes",
    ),
    "stray quote": (IRIS + '"1"1,2,setosa\n', "t.csv, line 6: "),
    "NUL": (IRIS + "1,2,set\0osa\n", "t.csv, line 6: a NUL byte"),
    "too many classes": (
        IRIS + "1,2,u\n",
        "column 'kind': 4 classes in the training part ('setosa', 'u', 'versicolor', "
        "'virginica'), but the network tells 3 apart; end it in dense(4, softmax), or",
    ),
    "too few classes": (
        "a,b,kind\n1,2,u\n3,4,v\n5,6,u\n",
        "column 'kind': 2 classes in the training part ('u', 'v'), but the network "
        "tells 3 apart; end it in dense(2, softmax), or give rows of other classes",
    ),
    "a class outside": (
        "a,b,kind\n1,2,0\n3,4,3\n",
        "t.csv, column 'kind': 2 classes in the training part (0, 3), but the network",
    ),
    "half a class": ("a,b,kind\n1,2,0.5\n3,4,1\n", "training part (0.5, 1.0), but"),
    "mixed labels": ("a,b,kind\n1,2,0\n3,4,u\n", "training part ('0', 'u'), but"),
    "no target": ("a,b,kin\n1,2,0\n3,4,1\n", "no column 'kind'; is 'kin' meant?"),
    "the same name": ("a,a,kind\n1,2,u\n3,4,v\n", "2 columns are called 'a'"),
    "fewer features": ("a,kind\n1,u\n3,v\n5,w\n", "samples of shape (1,), but"),
    "no features": ("kind\nu\nv\n", "there must be other columns than the target"),
    "another delimiter": ("a:b:kind\n1:2:u\n3:4:v\n", "there is no column 'kind'"),
    "a line break in a name": (
        'a,"b\nc",kind\n1,2,u\n3,x,v\n5,6,w\n',
        r"'b\nc': 'x' is no",
    ),
    "after a line break in a cell": (
        'a,b,kind\n1,2,"u\nv"\n3,4,w\n5,x,z\n',
        "t.csv, line 5, column 'b'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults(tmp_path: Path, name: str) -> None:
    text, message = FAULTS[name]
    table(tmp_path, text)
    told(classes(CSV), tmp_path, message)


def told(text: str, folder: Path, message: str) -> None:
    """One line, with this in it, is all there is."""
    module = section(text, folder)
    with pytest.raises(module.InputError) as fault:
        module.load_data(options())
    assert message in str(fault.value)
    assert "\n" not in str(fault.value)


def test_faults_of_files(tmp_path: Path) -> None:
    told(classes(CSV), tmp_path, "t.csv: no such file in")
    (tmp_path / "t.csv").write_bytes("a,b,kind\n1,2,ä\n".encode("latin-1"))
    told(classes(CSV), tmp_path, "t.csv, line 2: not UTF-8")
    (tmp_path / "t.csv").write_bytes(gzip.compress(IRIS.encode())[:-9])
    told(classes(CSV), tmp_path, "t.csv: ")


def test_faults_of_single_parts(tmp_path: Path) -> None:
    table(tmp_path, IRIS + "9,9,mars\n")
    told(
        classes(CSV + "split(test=1)"),
        tmp_path,
        "line 6, column 'kind': the label 'mars' is none of the classes 'setosa'",
    )
    way_out = "leave such rows out, or split with seed=0 or stratify=true"
    told(classes(CSV + "split(test=1)"), tmp_path, way_out)
    told(classes(CSV + "split(test=1, seed=2)"), tmp_path, "leave such rows out")
    table(tmp_path, IRIS)
    way_out = "or give rows of other classes, or split with stratify=true"
    told(classes(CSV + "split(test=1)"), tmp_path, way_out)
    table(tmp_path, "a,b\n1,2\n", "u.csv")
    text = classes('csv("t.csv", target="kind", test="u.csv")')
    told(text, tmp_path, "u.csv: there is no column 'kind'")
    table(tmp_path, "a,b,kind\n1,2,mars\n", "u.csv")
    told(text, tmp_path, "u.csv, line 2, column 'kind': the label 'mars' is none")
    told(classes(CSV + "split(validation=4)"), tmp_path, "split(validation=4)")


def test_faults_of_categories(tmp_path: Path) -> None:
    table(tmp_path, PEOPLE)
    data = 'csv("t.csv", "y", features=["age", "town"])\n'
    told(values(data), tmp_path, "line 4, column 'age': the value is missing")
    told(values(data + "impute(mean)\nsplit(test=3)"), tmp_path, "'Oslo' is in no row")
    told(values(data + "impute(mean)\none_hot()"), tmp_path, "(3,), but the network")
    told(values(data + "one_hot([0])\nimpute(mean)"), tmp_path, "'name' is no feature")


def test_texts_that_are_no_categories(tmp_path: Path) -> None:
    table(tmp_path, "t,y\n" + "".join(f"{'x' * 99_999}{i},1\n" for i in range(200)))
    told(values('csv("t.csv", "y")', "1"), tmp_path, "column 't': 200 different texts")


def test_faults_of_labels(tmp_path: Path) -> None:
    table(tmp_path, IRIS)
    told(values(CSV), tmp_path, "but the loss takes numbers")
    told(binary(CSV), tmp_path, "3 classes in the training part ('setosa', ")
    table(tmp_path, "a,b,kind\n1,2,u\n3,4,u\n")
    one = "1 class in the training part ('u'), but the network tells 2 apart; give rows"
    told(binary(CSV), tmp_path, one)
    table(tmp_path, "a,b,kind\n1,2,1\n3,4,2\n5,6,4\n")
    told(binary(CSV), tmp_path, "3 classes in the training part (1, 2, 4), but the")
    signs = spec(CSV, "2", "dense(1)", "hinge")
    told(signs, tmp_path, "end it in dense(3, softmax), with sparse_categorical_cross")
    table(tmp_path, "a,b,kind\n1,2,-1\n3,4,0\n")
    told(signs, tmp_path, "t.csv, line 3: the label 0.0 is neither -1 nor 1")
    table(tmp_path, "a,b,kind\n1,2,1\n3,4,2\n")
    table(tmp_path, "a,b,kind\n1,2,2\n3,4,0\n5,6,7\n")
    loss = "sparse_categorical_crossentropy(ignore_class=2)"
    text = spec(CSV + "split(test=1)", "2", "dense(3, softmax)", loss)
    told(text, tmp_path, "t.csv, line 4: the label 7.0 is no class from 0 to 2")


def test_faults_of_input(tmp_path: Path) -> None:
    table(tmp_path, PEOPLE)
    text = values('csv("t.csv", "y", features=["age", "town"])\nimpute(mean)')
    module = section(text, tmp_path)
    _, learnt = module.load_data(options())
    cases = {
        "age\n1\n": "there is no column 'town'",
        "age,town\n1,Mars\n": "in.csv, line 2, column 'town': 'Mars' is no category",
        "age,town\nold,Rome\n": "in.csv, line 2, column 'age': 'old' is no number",
        "age,town\n": "in.csv: no rows",
    }
    for rows, message in cases.items():
        table(tmp_path, rows, "in.csv")
        with pytest.raises(module.InputError) as fault:
            read(module, tmp_path / "in.csv", learnt)
        assert message in str(fault.value)
    with pytest.raises(module.InputError, match="the weights come without data/fill"):
        read(module, tmp_path / "in.csv", {})


DAMAGED = {
    "data/mean": np.ones(7),
    "data/deviation": np.array(["a", "b"]),
    "data/categories/1": np.array([["Oslo"], ["Rome"]]),
    "data/frequent": None,
    "data/one_hot": np.array([0, 2, 2]),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_was_learnt_must_go_with_the_samples(tmp_path: Path, name: str) -> None:
    table(tmp_path, PEOPLE)
    data = 'csv("t.csv", "y", features=["age", "town"])\nimpute(mean)\nstandardize()'
    module = section(values(data + "\none_hot()", "3"), tmp_path)
    _, learnt = module.load_data(options())
    learnt[name] = DAMAGED[name]
    if learnt[name] is None:
        del learnt[name]
    for use in (
        lambda: module.load_data(options(), learnt),
        lambda: read(module, tmp_path / "t.csv", learnt),
    ):
        with pytest.raises(
            module.InputError, match=r"learnt does not go .*; take the wei"
        ):
            use()


def test_classes_must_be_as_many_as_the_network_tells_apart(tmp_path: Path) -> None:
    table(tmp_path, IRIS)
    module = section(classes(CSV), tmp_path)
    _, learnt = module.load_data(options())
    for names in (np.array(list("abcd")), np.array([["a", "b", "c"]])):
        learnt["data/classes"] = names
        with pytest.raises(
            module.InputError, match="the weights' data/classes has the sh"
        ):
            read(module, tmp_path / "t.csv", learnt)


def test_numbered_input_of_another_width(tmp_path: Path) -> None:
    table(tmp_path, "0,1,2,3\n1,3,4,5\n")
    module = section(classes('csv("t.csv", target=0)', "3"), tmp_path)
    _, learnt = module.load_data(options())
    table(tmp_path, "1,2\n", "in.csv")
    with pytest.raises(
        module.InputError, match="2 columns, but the training data has 4"
    ):
        read(module, tmp_path / "in.csv", learnt)


def test_arrays_cannot_replace_categories(tmp_path: Path) -> None:
    text = values('csv("t.csv", "y", features=["age", "town"])\none_hot()', "3")
    module = section(text, tmp_path)
    with pytest.raises(module.InputError, match="--data: arrays cannot replace"):
        module.load_data(options(data=tmp_path / "a.npz"))


def test_files_are_looked_for_in_the_data_directory_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(tmp_path, IRIS)
    for name in ("given", "named"):
        (tmp_path / name).mkdir()
        table(tmp_path / name, IRIS + "9,9,setosa\n" * len(name))
    text = spec(CSV, "2", "dense(3, softmax)", "sparse_categorical_crossentropy")
    assert len(load(text, tmp_path)[0]["train"][0]) == 4
    monkeypatch.setenv("NNSPEC_DATA", str(tmp_path / "named"))
    assert len(load(text, tmp_path)[0]["train"][0]) == 9
    given = load(text, tmp_path, data_dir=tmp_path / "given")[0]["train"][0]
    assert len(given) == 9
    (tmp_path / "named" / "t.csv").unlink()
    assert len(load(text, tmp_path)[0]["train"][0]) == 4
