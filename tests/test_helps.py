"""What help lines offer is part of the language, and habits are not."""

from __future__ import annotations

from importlib import import_module

import pytest

from nnspec import habits
from nnspec import suggestions as helps
from nnspec.bind import Binder
from nnspec.diagnostics import Diagnostics
from nnspec.source import Source, Span
from nnspec.syntax import nodes
from nnspec.syntax.parser import parse
from nnspec.table import TABLE
from nnspec.table.entry import REQUIRED
from nnspec.table.settings import TRAINING
from nnspec.values import Scope
from tests.fixes import applied

ENTRIES = [
    (category, name)
    for category, entries in TABLE.items()
    for name, entry in entries.items()
    if any(argument.default is REQUIRED for argument in entry.arguments)
]


def is_sound(category: str, call: str) -> bool:
    """Whether a call binds to an entry of the category."""
    diagnostics = Diagnostics()
    spec = parse(Source("spec.nn", f"let it = {call}"), diagnostics)
    (let,) = spec.statements
    assert isinstance(let, nodes.Let)
    binder = Binder(Scope({}, diagnostics), diagnostics)
    value = binder.scope.resolve(let.value)
    assert value is not None
    return binder.use(category, value) is not None and not diagnostics.found


@pytest.mark.parametrize(("category", "name"), ENTRIES)
def test_an_example_is_a_use(category: str, name: str) -> None:
    example = helps.needed(TABLE[category][name]).split("`")[1]
    assert is_sound(category, example)


#: `F.relu(x)`: with a value where ours has none, and a dot before it.
OURS_WITH_OTHER_ARGUMENTS = {"linear", "relu", "sigmoid", "tanh", "softmax", "flatten"}
OURS_WITH_OTHER_ARGUMENTS |= {"log_softmax"}
NUMBERS = habits.merged("NUMBERS")
CATEGORIES = [
    (kind, category)
    for kind in ("NAMES", "CALLS", "ARGUMENTS")
    for category in TABLE
    if habits.merged(kind, category)
]


@pytest.mark.parametrize("category", NUMBERS)
def test_a_number_stands_for_a_use(category: str) -> None:
    assert is_sound(category, NUMBERS[category].replace("VALUE", "0.5"))


def test_no_table_is_for_a_category_that_there_is_not() -> None:
    for name in habits.ORIGINS:
        origin = import_module(f"nnspec.habits.{name}")
        for kind in ("NAMES", "CALLS", "ARGUMENTS"):
            assert getattr(origin, kind, {}).keys() <= TABLE.keys()
        assert getattr(origin, "REMOVED", {}).keys() <= {"data", "network", "training"}


@pytest.mark.parametrize(("kind", "category"), CATEGORIES)
def test_habits_are_not_ours_but_mean_something_that_is(
    kind: str, category: str
) -> None:
    known = TABLE[category].keys()
    for habit, meant in habits.merged(kind, category).items():
        head = habit.partition("(")[0]
        if kind == "ARGUMENTS":
            assert not meant or "VALUE" in meant or has_argument(category, meant)
            continue
        target = meant[0] if kind == "CALLS" and isinstance(meant, tuple) else meant
        names = (target,) if isinstance(target, str) else target
        names = {name.partition("(")[0] for name in names} - {""}
        assert names <= known
        assert names or kind == "CALLS"
        assert head not in known or head in OURS_WITH_OTHER_ARGUMENTS


def has_argument(category: str, name: str) -> bool:
    entries = TABLE[category].values()
    return any(a.name == name for entry in entries for a in entry.arguments)


def test_habits_are_no_settings() -> None:
    known = {argument.name for argument in TRAINING.arguments}
    assert habits.merged("SETTINGS").keys().isdisjoint(known)
    assert habits.merged("REMOVED", "training").keys().isdisjoint(known)
    assert habits.merged("REMOVED", "training").keys().isdisjoint(TABLE["callback"])


@pytest.mark.parametrize(
    ("category", "written", "meant"),
    [
        ("layer", "Conv2D(8, 3)", "conv2d(8, 3)"),
        ("layer", "Conv2d(1, 32, 3)", "conv2d(32, 3)"),
        ("layer", "nn.Conv2d(1, 32, 3, padding=1)", "conv2d(32, 3, padding=same)"),
        ("layer", "Conv1D(8, 3)", "conv1d(8, 3)"),
        ("layer", "CONV2D(8, 3)", "conv2d(8, 3)"),
        ("layer", "ReLU", "relu"),
        ("layer", "RELU", "relu"),
        ("layer", "nn.ReLU()", "relu"),
        ("layer", "F.relu(x)", "relu"),
        ("layer", "linear(784, 128)", "dense(128)"),
        ("layer", "nn.Linear(784, 128)", "dense(128)"),
        ("layer", "Linear(784, 128, bias=False)", "dense(128, use_bias=false)"),
        ("layer", "tf.keras.layers.Dense(64)", "dense(64)"),
        ("layer", "MaxPooling2D(2)", "max_pooling2d(2)"),
        ("layer", "MaxPool2D(2)", "max_pooling2d(2)"),
        ("layer", "nn.MaxPool2d(2, 2)", "max_pooling2d(2, strides=2)"),
        ("layer", "BatchNorm1d(64)", "batch_normalization"),
        ("layer", "BatchNormalization()", "batch_normalization"),
        ("layer", "drop_out(0.5)", "dropout(0.5)"),
        ("layer", "x.view(-1, 784)", "flatten"),
        ("layer", "Input(4)", "input(4)"),
        ("activation", "ReLU", "relu"),
        ("activation", "LeakyReLU", "leaky_relu"),
        ("activation", "logistic", "sigmoid"),
        ("loss", "BCELoss()", "binary_crossentropy"),
        ("loss", "nn.BCEWithLogitsLoss()", "binary_crossentropy(from_logits=true)"),
        (
            "loss",
            "CrossEntropyLoss()",
            "sparse_categorical_crossentropy(from_logits=true)",
        ),
        ("loss", "F.cross_entropy", "sparse_categorical_crossentropy"),
        ("loss", "NLLLoss()", "sparse_categorical_crossentropy"),
        ("loss", "L1Loss()", "mean_absolute_error"),
        ("loss", "MSELoss", "mean_squared_error"),
        ("loss", "MeanSquaredError", "mean_squared_error"),
        ("loss", "log_loss", "sparse_categorical_crossentropy"),
        ("loss", "binary_cross_entropy", "binary_crossentropy"),
        (
            "optimizer",
            "torch.optim.Adam(model.network.parameters(), lr=0.1)",
            "adam(learning_rate=0.1)",
        ),
        ("optimizer", "SGD(0.1)", "sgd(0.1)"),
        ("optimizer", "RMSProp", "rmsprop"),
        ("initializer", "kaiming_normal_", "he_normal"),
        ("initializer", "HeNormal", "he_normal"),
        ("metric", "Accuracy", "accuracy"),
        ("metric", "f1", "f1_score"),
        ("callback", "EarlyStopping(patience=3)", "early_stopping(patience=3)"),
        ("callback", "ReduceLROnPlateau()", "reduce_lr_on_plateau"),
        ("source", 'pd.read_csv("a.csv", sep=";")', 'csv("a.csv", delimiter=";")'),
        ("source", "make_moons(100)", "moons(100)"),
        ("source", "FashionMNIST()", "fashion_mnist"),
        (
            "transform",
            "train_test_split(X, y, test_size=0.2, random_state=42)",
            "split(test=0.2, seed=42)",
        ),
        ("transform", "StandardScaler()", "standardize"),
        ("transform", "normalize()", "standardize"),
        ("transform", "MinMaxScaler()", "minmax"),
        (
            "transform",
            "keras.utils.to_categorical(y, num_classes=10)",
            "one_hot(target, classes=10)",
        ),
    ],
)
def test_what_is_meant(category: str, written: str, meant: str) -> None:
    """The fix of a habit is what it is here, and a use of the table."""
    before = "let it = "
    diagnostics = Diagnostics()
    spec = parse(Source("spec.nn", before + written), diagnostics)
    (let,) = spec.statements
    assert isinstance(let, nodes.Let)
    binder = Binder(Scope({}, diagnostics), diagnostics)
    value = binder.scope.resolve(let.value)
    assert value is not None
    binder.use(category, value)
    first = diagnostics.found[0]
    found = applied(before + written, first.fix).removeprefix(before)
    assert found.removesuffix("()") == meant


def test_no_help_for_a_call_of_ours() -> None:
    """What the table has is what is meant, whatever others call so."""
    for category, entries in TABLE.items():
        for name in entries:
            call = nodes.Call(Span(0, 0), nodes.Name(Span(0, 0), name), ())
            binder = Binder(Scope({}, Diagnostics()), Diagnostics())
            assert binder.meant(category, call) is None
