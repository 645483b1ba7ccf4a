"""The data section of specs: what it settles, and every error at its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nnspec import compiler, ir
from nnspec.analyze.data import analyze_data
from nnspec.analyze.targets import verify_data
from nnspec.bind import Binder
from nnspec.diagnostics import Diagnostic, Diagnostics
from nnspec.source import Source
from nnspec.syntax import nodes
from nnspec.syntax.parser import parse
from nnspec.values import Scope
from tests.data.section import binary, classes, one_hot, spec, values

CSV = 'csv("t.csv", target="y")'


def analyze(data: str) -> tuple[ir.Data | None, list[tuple[str, str]]]:
    """What a section means; the code and the place of each error."""
    source = Source("spec.nn", f"data {{\n{data}\n}}\n")
    diagnostics = Diagnostics()
    (section,) = parse(source, diagnostics).statements
    assert isinstance(section, nodes.Data)
    found = analyze_data(section, Binder(Scope({}, diagnostics), diagnostics))
    return found, [
        (d.code, source.text[d.span.start : d.span.end]) for d in diagnostics.in_order()
    ]


def of_model(text: str) -> list[Diagnostic]:
    """Errors about the samples and labels of a model."""
    model = compiler.check(Source("spec.nn", text)).model
    diagnostics = Diagnostics()
    if model is not None:
        verify_data(model, diagnostics)
        return list(diagnostics.in_order())
    return list(compiler.check(Source("spec.nn", text)).diagnostics)


SHAPES = {
    "mnist": ((28, 28), 10),
    "mnist\nreshape(784)": ((784,), 10),
    "mnist\nreshape(-1, 2)\nscale(2)": ((392, 2), 10),
    CSV: (None, None),
    f"{CSV}\nreshape(2, 3)": ((2, 3), None),
    f"{CSV}\nreshape(2, -1)": (None, None),
    'csv("t.csv", "y", features=["a", "b"])': ((2,), None),
    'csv("t.csv", "y", features=["a", "b"])\none_hot()': (None, None),
    'csv("t.csv", "y", features=["a", "b"])\none_hot(target)': ((2,), None),
    f"{CSV}\none_hot(target, classes=4)": (None, 4),
    'npz("a.npz")': (None, None),
    "spirals(classes=5)": ((2,), 5),
    "blobs": ((2,), 3),
    "moons": ((2,), 2),
    "circles": ((2,), 2),
    "xor": ((2,), 2),
    "sine": ((1,), None),
    "linear": ((1,), None),
}


@pytest.mark.parametrize("data", SHAPES)
def test_what_a_section_settles(data: str) -> None:
    found, errors = analyze(data)
    assert errors == []
    assert found is not None
    assert (found.feature_shape, found.classes) == SHAPES[data]


@pytest.mark.parametrize("make", [classes, one_hot])
@pytest.mark.parametrize("data", ["spirals\nreshape(2, 1)", CSV, f"{CSV}\nscale(2)"])
def test_a_sample_with_one_label_has_one_row_of_outputs(
    data: str, make: Callable[[str, str], str]
) -> None:
    transforms = "\none_hot(target)" * (make is one_hot)
    (found,) = of_model(make(data + transforms, "2, 1"))
    assert found.code == "labels-and-units"
    assert found.message.startswith("the network has outputs of shape (2, 3)")


@pytest.mark.parametrize(
    "data", ['npz("a.npz")', 'npy(x="x.npy", y="y.npy")', 'idx(x="x", y="y")']
)
def test_labels_of_arrays_may_have_any_shape(data: str) -> None:
    assert of_model(classes(data, "28, 28")) == []
    assert of_model(one_hot(f"{data}\none_hot(target)", "28, 28")) == []
    assert of_model(binary(data, "28, 28")) == []


def test_a_split_stands_apart_from_the_transforms() -> None:
    found, _ = analyze("mnist\nsplit(0.1, seed=3, stratify=true)\nscale(1/255)")
    assert found is not None
    assert found.split == ir.Split(validation=0.1, test=0.0, seed=3, stratify=True)
    assert [use.entry.name for use in found.transforms] == ["scale"]


def test_defaults() -> None:
    found, _ = analyze("spirals")
    assert found is not None
    assert found.source.arguments == {
        "samples": 1000,
        "classes": 3,
        "noise": 0.1,
        "seed": 0,
    }
    found, _ = analyze("xor")
    assert found is not None
    assert found.source.arguments["samples"] == 200


ERRORS = {
    "": [("missing-source", "data")],
    "scale(2)": [("missing-source", "data")],
    'mnist\nnpz("a.npz")': [("doubled-source", "npz")],
    "scale(2)\nmnist": [("transform-before-source", "scale")],
    "mnsit()": [("unknown-source", "mnsit")],
    "mnist\nscael(2)": [("unknown-transform", "scael")],
    "mnist\nwobble()": [("unknown-transform", "wobble")],
    "wobble()": [("unknown-source", "wobble")],
    "mnist\nwindows()": [("missing-argument", "windows")],
    "mnist\naugment()": [("empty-augment", "augment()")],
    "mnist\nstandardize()\nstandardize()": [("doubled-transform", "standardize()")],
    "mnist\nsplit(0.1)\nsplit(0.1)": [("doubled-transform", "split(0.1)")],
    "mnist\none_hot(target)\none_hot(target)": [
        ("doubled-transform", "one_hot(target)")
    ],
    'csv("/etc/passwd", target="y")': [("path-outside", '"/etc/passwd"')],
    'csv("../t.csv", target="y")': [("path-outside", '"../t.csv"')],
    'csv("a/../../t.csv", target="y")': [("path-outside", '"a/../../t.csv"')],
    r'csv("a\\..\\..\\t.csv", target="y")': [("path-outside", r'"a\\..\\..\\t.csv"')],
    r'csv("C:\\t.csv", target="y")': [("path-outside", r'"C:\\t.csv"')],
    'csv("", target="y")': [("path-invalid", '""')],
    r'csv("a\nb", target="y")': [("path-invalid", r'"a\nb"')],
    'csv("t.csv", "y", test="../u.csv")': [("path-outside", '"../u.csv"')],
    'npz("/a.npz")': [("path-outside", '"/a.npz"')],
    'npy(x="x.npy", y="../y.npy")': [("path-outside", '"../y.npy"')],
    'csv("t.csv")': [("missing-argument", "csv")],
    'csv("t.csv", target=y)': [("argument-type", "y")],
    'csv("t.csv", target=[])': [("argument-type", "[]")],
    'csv("t.csv", "y", features=["a", "a"])': [("doubled-column", '["a", "a"]')],
    'csv("t.csv", "y", features=["a", "y"])': [("target-in-features", '["a", "y"]')],
    'csv("t.csv", "y", delimiter=";;")': [("argument-type", '";;"')],
    'csv("t.csv", "y", header=false)': [("header-needed", '"y"')],
    'csv("t.csv", 0, header=false)\none_hot("a")': [("header-needed", '"a"')],
    'csv("t.csv", "y", features=["age"])\none_hot("aeg")': [
        ("unknown-column", '"aeg"')
    ],
    f'{CSV}\none_hot("y")': [("target-in-features", '"y"')],
    f"{CSV}\none_hot(classes=3)": [("argument-type", "3")],
    f"{CSV}\nreshape(2, 2)\none_hot()": [("transform-order", "one_hot()")],
    'csv("t.csv", ["u", "v"])\none_hot(target)': [
        ("several-targets", "one_hot(target)")
    ],
    "mnist\none_hot()": [("no-columns", "one_hot()")],
    'npz("a.npz", x_validation="u")': [("missing-argument", '"u"')],
    'npz("a.npz", x_test=none)': [("missing-argument", 'npz("a.npz", x_test=none)')],
    'npy("x.npy", "y.npy", y_test="z.npy")': [("missing-argument", '"z.npy"')],
    "mnist\nreshape(783)": [("shape-mismatch", "783")],
    "mnist\nreshape(-1, -1)": [("argument-type", "-1, -1")],
    "mnist\nimpute(mode)": [("argument-type", "mode")],
    "mnist\nsplit()": [("empty-split", "split()")],
    "mnist\nsplit(1.5)": [("argument-type", "1.5")],
    "mnist\nsplit(60000)": [("split-too-large", "split(60000)")],
    "spirals(100)\nsplit(0.5, 50)": [("split-too-large", "split(0.5, 50)")],
    f"{CSV}\nsplit(0.5, 0.5)": [("split-too-large", "split(0.5, 0.5)")],
    "mnist\nsplit(test=0.1)": [("split-conflict", "0.1")],
    'csv("t.csv", "y", test="u.csv")\nsplit(test=9)': [("split-conflict", "9")],
    'npz("a.npz", x_test="u", y_test="v")\nsplit(test=9)': [("split-conflict", "9")],
    "spirals(samples=0)": [("argument-type", "0")],
    "spirals(noise=-1)": [("argument-type", "-1")],
    "sine(classes=3)": [("unknown-argument", "classes")],
    "scale(2)\nmnsit()\nsplit()": [
        ("transform-before-source", "scale"),
        ("unknown-source", "mnsit"),
    ],
}


@pytest.mark.parametrize("data", ERRORS)
def test_errors_and_their_places(data: str) -> None:
    assert analyze(data)[1] == ERRORS[data]


def test_unknown_columns_get_the_nearest_one() -> None:
    text = classes('csv("t.csv", "y", features=["age", "b"])\none_hot("aeg")')
    (found,) = compiler.check(Source("spec.nn", text)).diagnostics
    assert found.help == "did you mean `age`?"


MODELS = {
    classes("spirals\none_hot(target)"): "labels-and-loss",
    one_hot("spirals"): "labels-and-units",
    values("spirals", units=3): "labels-and-units",
    one_hot("spirals\none_hot(target)", units=4): "labels-and-units",
    one_hot("spirals\none_hot(target, classes=4)"): "labels-and-units",
    binary("spirals"): "labels-and-loss",
    classes("sine", "1"): "labels-and-loss",
    values("sine", "1", 2): "labels-and-units",
    values("sine\none_hot(target)", "1"): "labels-and-loss",
    classes('csv("t.csv", ["u", "v"])'): "several-targets",
    one_hot(CSV): "labels-and-units",
    values('csv("t.csv", ["u", "v"])'): "labels-and-units",
    spec(f"{CSV}\nreshape(3, -1)", "2, 2", "flatten\ndense(1)", "mse"): (
        "shape-mismatch"
    ),
}
SOUND = [
    classes("spirals"),
    one_hot("spirals\none_hot(target)"),
    one_hot("spirals\none_hot(target, classes=3)"),
    binary("moons"),
    values("sine", "1"),
    values("xor"),
    classes(CSV),
    one_hot(f"{CSV}\none_hot(target)"),
    values('csv("t.csv", ["u", "v"])', units=2),
    values(f"{CSV}\nreshape(-1)"),
    spec('npz("a.npz")', "2", "dense(7, sigmoid)", "binary_crossentropy"),
]


@pytest.mark.parametrize("text", MODELS)
def test_labels_that_cannot_fit(text: str) -> None:
    assert [found.code for found in of_model(text)] == [MODELS[text]]


@pytest.mark.parametrize("text", SOUND)
def test_labels_that_fit(text: str) -> None:
    assert of_model(text) == []
