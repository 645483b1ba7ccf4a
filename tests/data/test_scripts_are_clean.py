"""Every kind of data section passes the linter and the formatter as it is rendered."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import nnspec
from tests.data.section import binary, classes, one_hot, spec, values

LONG = "a long name of a column to break lines at "
TABLES = [
    'csv("data/t.csv", target="y")',
    'csv("t.csv", target=-1, header=false, delimiter=";")',
    'csv("t.csv", "y", test="u.csv", features=["a", "b"], missing=[])',
    'csv("t.csv", ["y"], features=["'
    + '", "'.join(f"{LONG}{i}" for i in range(2))
    + '"])',
    f'csv("a folder of a very long name/and one within/{LONG}.csv", "it\'s \\"y\\"")',
]
ARRAYS = [
    "mnist()",
    "fashion_mnist()",
    "cifar10()",
    'images("a", (28, 28), 1)',
    f'images(folder="{LONG}", size=[28, 28], channels=4)',
    'npz("a.npz")',
    'npz("a.npz", x_validation="u", y_validation="v")',
    f'npz("{LONG}/{LONG}.npz")',
    'npy(x="x.npy", y="y.npy", x_test="u.npy", y_test="v.npy")',
    f'idx("{LONG}.x", "{LONG}.y", "{LONG}.x_test", "{LONG}.y_test")',
    "spirals(samples=123456, classes=12, noise=0.123456789012, seed=1234567890)",
    "sine()",
]
MORE_ARRAYS = {
    "moons(samples=90, noise=0.2, seed=1)": binary,
    "circles(samples=90, noise=0.2, seed=1)": binary,
    "blobs(samples=90, classes=3, noise=0.2, seed=1)": classes,
    "xor(samples=90, noise=0.2, seed=1)": binary,
    "sine(samples=90, noise=0.2, seed=1)": lambda data: values(data, "1"),
    "linear(samples=90, noise=0.2, seed=1)": lambda data: values(data, "1"),
    'npz("a.npz", x="u", y="v", x_test="s", y_test="t")': classes,
    'npy("x.npy", "y.npy", x_validation="u.npy", y_validation="v.npy")': classes,
}
TRANSFORMS = [
    "",
    "scale(1/255, -0.5)",
    "standardize()\nminmax()\nimpute(mean)\nscale(2)",
    "impute(median)\nreshape(2, -1)",
    "impute(0)\nstandardize()",
    "impute(most_frequent)\nminmax()",
]
#: Transforms of columns of a table.
COLUMNS = [
    'standardize(of="a")\nminmax(of=["b", "c"])\nscale(2, of="d")\none_hot()',
    'one_hot("a", minimum=5)\nstandardize(of="b")\nimpute(mean, of=["a", "b"])',
    'impute(median, of="a")\nimpute(0, of="b")\nimpute("none", of="c")\none_hot()',
    'impute("none")\nordinal("a", ["u", "v"])\none_hot(unknown=error)\ndates("day")',
    'dates(["day", "night"], format="%d.%m.%Y")\nstandardize(of="day")\nminmax()',
    'bag_of_words(9, of="a")\nstandardize()\none_hot()',
    'bag_of_words(9, tfidf, of="a")\nbag_of_words(9, of="b")\nimpute("x", of="b")',
]
#: Tables that are written in other ways.
FORMS = [
    'csv("t.csv", "y", drop=["a"], encoding="cp1252", decimal=",", thousands=".", '
    'signs="%$")',
    'csv("t.csv", "y", quote="\'", comment="#", skip=2, without_target=drop, '
    "sample=9, seed=1)",
    'csv("t.csv", "y", sample=0.25, seed=3)',
    'csv("t.csv", "y", validation="v.csv", missing_only=["x"], missing=["-9"])',
]
#: Sources, and transforms that make samples which are mostly 0.
PLACES = [
    ("imdb()", "bag_of_words()"),
    (TABLES[0], "bag_of_words(5000, count)"),
    ('csv("t.csv", "y", test="u.csv", features=["a"])', "bag_of_words(mode=tfidf)"),
    ('npz("a.npz")', "multi_hot(10_000)"),
    ('npy(x="x.npy", y="y.npy")', "multi_hot(10_000)"),
    (ARRAYS[5], "multi_hot(10_000)"),
]
#: Sources with a test part of their own.
OWN_TEST = ("mnist()", "fashion_mnist()", "cifar10()", "imdb()")
#: Transforms of images.
IMAGES = [
    "augment(horizontal)",
    "augment(vertical, brightness=0.1)",
    "augment(shift=3)\nstandardize()",
    "reshape(8, 98)\naugment(shift=0.125, rotate=33.3)\nreshape(28, 28)",
    "augment(flip=horizontal_and_vertical, shift=2, rotate=15, zoom=0.123456789, "
    "brightness=0.123456789)\nscale(1/255)",
]
SPLITS = ["", "split(0.2)", "split(test=0.1, seed=3)", "split(7, stratify=true)"]


def lines_of(source: str, transform: str, split: str) -> str:
    """A data section; no part is split off that the source has."""
    if "x_validation" in source:
        split = ""
    elif "test" in source or source in OWN_TEST:
        split = split.replace("split(test=", "split(")
    return f"{source}\n{transform}\n{split}"


#: Sources without their last bracket, and classes that they may list.
LISTED = (
    ('csv("t.csv", target="y"', '["b", "c", "a"]'),
    ('npz("a.npz"', "[3, 1, 2]"),
    ('npy(x="x.npy", y="y.npy"', '["b", "c", "a"]'),
    ('idx(x="x", y="y"', "[3, 1, 2]"),
)
VALUES = ('csv("t.csv", target="y")', 'npz("a.npz")', 'npy(x="x.npy", y="y.npy")')
TARGETS = (
    ["standardize()", "standardize(target)"],
    ["log(target, 1)", "scale(2, 1, of=target)", "minmax(target)"],
    ["scale(1/100, of=target)"],
)
#: Sources without labels, for `reconstruct`.
ALONE = (
    'csv("t.csv")',
    'csv("t.csv", drop=["a"])',
    'npz("a.npz", x_validation="u")',
    'npy(x="x.npy", x_test="u.npy")',
    'idx("x")',
    'images("a", (1, 2), 1)',
)
RECONSTRUCTED = (
    "reconstruct",
    "scale(1/255)\nreconstruct\nstandardize()",
    "standardize()\nreconstruct\nscale(2)",
)


def of_columns() -> list[str]:
    """Transforms of columns, and tables that are written in other ways."""
    kinds = itertools.cycle((values, classes, binary))
    forms = itertools.cycle((TABLES[0], *FORMS))
    found = [
        of_kind(f"{form}\n{steps}\nsplit(test=0.1)")
        for of_kind, form, steps in zip(
            kinds, forms, (*COLUMNS, *COLUMNS), strict=False
        )
    ]
    for columns in ("", 'of="a"'):
        lines = f'{TABLES[0]}\ncategory_ids({columns})\nimpute("none")'
        layers = "embedding(9, 2)\nflatten\ndense(1)"
        found.append(spec(lines, "2", layers, "mse"))
    for source in ("imdb()", TABLES[0]):
        layers = "embedding(99, 2)\nflatten\ndense(1, sigmoid)"
        lines = f"{source}\ntoken_ids(vocabulary=99, length=5)"
        found.append(spec(lines, "5", layers, "binary_crossentropy"))
    return found


def _reconstructed() -> Iterator[str]:
    """Samples that are their own labels."""
    for (source, transforms), split in zip(
        itertools.product(ALONE, RECONSTRUCTED),
        itertools.cycle(("", "split(0.2)", "split(0.1, seed=3)")),
        strict=False,
    ):
        more = "" if "validation" in source else split
        shape, units = ("1, 2, 1", 1) if "images" in source else ("2", 2)
        yield values(f"{source}\n{transforms}\n{more}", shape, units)


def _folded() -> Iterator[str]:
    """Sections with folds."""
    kinds = ("3", "5, stratify=true, seed=none")
    for source, kind in itertools.product(VALUES, kinds):
        data = f"{source}\nstandardize()\nsplit(0.1, 0.1)\nfolds({kind})"
        yield classes(data)
        yield values(f"{data}\nstandardize(target)")
    for source, transforms in itertools.product(ALONE[:-1], RECONSTRUCTED):
        if "validation" not in source:
            yield values(f"{source}\n{transforms}\nfolds(4, seed=1)", "2", 2)
    loss = "binary_crossentropy\nmetrics = [accuracy, auc, class_report]"
    for mode in ("count", "tfidf"):
        data = f"imdb()\nbag_of_words(900, mode={mode})\nfolds(3)"
        yield spec(data, "900", "dense(1, sigmoid)", loss)


def _on_disk() -> Iterator[str]:
    """Tables that stay on disk."""
    for more, lines in itertools.product(
        ("", ", sample=9", ', test="u.csv"'),
        ("", "one_hot()\nimpute(mean)", "split(0.2, seed=1)", "folds(4, seed=none)"),
    ):
        data = f'csv("t.csv", "y", on_disk=true{more})\n{lines}\nstandardize()'
        yield classes(data)
        yield values(f"{data}\nstandardize(target)")


def _following() -> Iterator[str]:
    """Windows of a text, with labels at each place and behind; some go step by step."""
    layers = (
        "gru(9, return_sequences=true)\ndropout(0.1)\ndense(70, softmax)",
        "lstm(9, dropout=0.1)\ndense(70)\nsoftmax",
        "position_embedding(64)\nbatch_normalization\ndense(70, softmax)",
        "bidirectional(simple_rnn(9))\ndense(70, softmax)",
        "multi_head_attention(2, 3, causal=true, dropout=0.1)\ndense(70, softmax)",
        "conv1d(9, 3, padding=causal)\nbatch_normalization\ndense(70, softmax)",
    )
    for layer, split in zip(
        layers, itertools.cycle(("", "split(0.1, 0.1)")), strict=False
    ):
        data = f'text("{LONG}.txt")\nnext_characters(64, stride=1{len(layer)})\n{split}'
        more = f"embedding(70, 9)\n{layer}"
        yield spec(
            data, "64", more, "sparse_categorical_crossentropy\nmetrics = [accuracy]"
        )


def _series() -> Iterator[str]:
    """Windows of rows, of a table and of arrays."""
    table = f'csv("t.csv", target="{LONG}", features=["a", "{LONG}"])'
    for source, windows in itertools.product(
        (table, 'csv("t.csv", target="y")', 'npz("a.npz")'),
        ("windows(24)", "windows(24, horizon=7, every=2, stride=3)"),
    ):
        data = f"{source}\nstandardize()\n{windows}\nsplit(0.1, 0.1)"
        yield spec(data, "24, 2", "gru(4)\ndense(1)", "mse", "float64")
    for transform, end in (("standardize()", 1), ("scale(2)", 23)):
        windows = f"windows(24, horizon={[*range(1, end + 1)]})"
        data = f'npy("x.npy", "y.npy")\n{transform}\n{windows}\nsplit(0.1, 0.1)'
        yield spec(data, "24, 2", f"gru(4)\ndense({end})", "mse", "float64")
    yield from _of_several()
    data = 'csv("t.csv", "y")\nimpute(mean)\nwindows(9)'
    yield spec(
        data, "9, 2", "flatten\ndense(3, softmax)", "sparse_categorical_crossentropy"
    )


def _of_several() -> Iterator[str]:
    """Windows of rows for several inputs and outputs, at two horizons each."""
    table = (
        'csv("t.csv", features=[one: "a", two: ["b", "c"]], target=[p: "a", q: "b"])'
    )
    arrays = 'npz("a.npz", x=[one: "x1", two: "x2"], y=[p: "y1", q: "y2"])'
    network = (
        "input(9, 1) as one\ngru(3) as first\ninput(9, 2) as two\n"
        "gru(3) as second\nconcatenate(first, second) as both\n"
        "dense(2) as p from both\ndense(2, sigmoid) as q from both\noutput(p, q)"
    )
    end = "training {\nloss = [p: mse, q: binary_crossentropy]\n}\n"
    for source in (table, arrays):
        data = f"{source}\nstandardize(of=p)\nwindows(9, horizon=[1, 3])\nsplit(0.1)"
        yield f"data {{\n{data}\n}}\nnetwork {{\n{network}\n}}\n{end}"


def specs() -> list[str]:
    """Each source, transform and split with each kind of labels at least once."""
    found = []
    more = ["one_hot()", 'scale(2)\none_hot(["a", 3])\nminmax()', *TRANSFORMS]
    for (source, transform), split in zip(
        itertools.product(TABLES, more), itertools.cycle(SPLITS), strict=False
    ):
        shape = "2, 3" if "reshape" in transform else "2"
        lines = lines_of(source, transform, split)
        label = [classes, binary][len(found) % 2]
        numbered = "header=false" in source or "features=" in source
        if shape == "2" and not (numbered and '"a"' in transform):
            found.append(label(lines))
    for (source, transform), split in zip(
        itertools.product(ARRAYS, TRANSFORMS), itertools.cycle(SPLITS[1:]), strict=False
    ):
        lines = lines_of(source, transform, split)
        if "sine" in source:
            lines = lines.replace("\nreshape(2, -1)", "")
            found.append(values(lines, "1"))
        elif source in OWN_TEST:
            shape = "32, 32, 3" if "cifar" in source else "28, 28"
            lines = lines.replace("reshape(2, -1)", "") + "\none_hot(target)"
            layers = "flatten\ndense(10, softmax)"
            found.append(spec(lines, shape, layers, "categorical_crossentropy"))
        elif "images" in source:
            lines = lines.replace("reshape(2, -1)", "reshape(-1)")
            layers = "flatten\ndense(12, softmax)"
            found.append(
                spec(lines, "", layers, "sparse_categorical_crossentropy").replace(
                    "input()\n", ""
                )
            )
        else:
            shape = "2, 1" if "reshape" in transform else "2"
            layers = "flatten\ndense(12, softmax)"
            found.append(spec(lines, shape, layers, "sparse_categorical_crossentropy"))
    found.append(one_hot('npz("a.npz")\none_hot(target, classes=3)'))
    found += [classes(f"{source}, classes={listed})") for source, listed in LISTED]
    found += [
        values("\n".join([source, *steps, "split(0.1)"]))
        for source, steps in itertools.product(VALUES, TARGETS)
    ]
    found += [
        *of_columns(),
        *_reconstructed(),
        *_folded(),
        *_on_disk(),
        *_following(),
        *_series(),
    ]
    found += [of_kind(data) for data, of_kind in MORE_ARRAYS.items()]
    for source, transform in itertools.product(("mnist()", 'npz("a.npz")'), IMAGES):
        if "reshape" not in transform or source == "mnist()":
            layers = "flatten\ndense(10, softmax)"
            lines = f"{source}\n{transform}"
            found.append(
                spec(lines, "28, 28", layers, "sparse_categorical_crossentropy")
            )
    for more in ("", "dropout(0.1)\n"):
        layers = f"conv2d(2, 3)\n{more}flatten\ndense(10, softmax)"
        lines = f"cifar10()\n{IMAGES[0]}"
        found.append(
            spec(lines, "32, 32, 3", layers, "sparse_categorical_crossentropy")
        )
    for (source, transform), split, layers in itertools.product(
        PLACES, SPLITS, ("", "dense(100)\n", "dropout(0.5)\n")
    ):
        size = "5000" if "5000" in transform else "10_000"
        lines = lines_of(source, transform, split)
        ending = f"{layers}dense(1, sigmoid)"
        found.append(spec(lines, size, ending, "binary_crossentropy"))
    return found


def test_scripts_are_clean(tmp_path: Path) -> None:
    for number, text in enumerate(specs()):
        script = nnspec.compile(text, "model.nn")
        (tmp_path / f"script_{number}.py").write_text(script, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "-q", "--output-format=concise"], ["format", "--check"]):
        run = subprocess.run(
            [*ruff, *command, "--isolated", tmp_path],
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            pytest.fail((run.stdout + run.stderr)[:3000])
