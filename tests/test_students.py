"""Specs as students write them, who come from elsewhere, and how they arrive.

Each help is applied as it is told, by a program, until the spec compiles: no message
misleads, none is without a way out, and nobody has to guess.
"""

from __future__ import annotations

import pytest

import nnspec
from nnspec.compiler import check
from nnspec.source import Source
from tests.fixes import all_applied

#: More rounds of checking and correcting are too many.
MOST_ROUNDS = 5

DATA = """\
data {
  csv("iris.csv", target="species")
  split(test=0.2, seed=0, stratify=true)
}

"""
TRAINING = """
training {
  loss = sparse_categorical_crossentropy
  optimizer = adam
  metrics = [accuracy]
}
"""

SPECS = {
    "keras layers": """\
data {
  mnist()
  reshape(784)
}

network {
  Input(shape=(784,))
  Dense(64, activation="relu")
  Dense(10, activation='softmax')
}

training {
  loss = "sparse_categorical_crossentropy"
  optimizer = "adam"
  metrics = ["accuracy"]
}
""",
    "compile and fit": """\
data {
  mnist()
  scale(1/255)
}

network {
  flatten
  dense(128, relu)
  dense(10, softmax)
}

training {
  compile(optimizer="adam", loss="scce", metrics=["accuracy"])
  fit(x_train, y_train, epochs=5, batch_size=64, validation_split=0.1, verbose=1)
}
""",
    "pytorch modules": """\
data {
  mnist()
  ToTensor()
}

network {
  nn.Flatten()
  nn.Linear(784, 128)
  nn.ReLU()
  nn.Dropout(p=0.2)
  nn.Linear(128, 10)
}

training {
  loss = nn.CrossEntropyLoss()
  optimizer = torch.optim.Adam(model.network.parameters(), lr=1e-3)
  epochs = 5
}
""",
    "pytorch functions": """\
data {
  mnist()
  reshape(784)
}

network {
  linear(784, 128)
  ReLU
  linear(128, 10)
  softmax(dim=1)
}

training {
  loss = cross_entropy
  optimizer = adam(lr=0.001)
}
""",
    "yaml": """\
model: iris
data:
  source: csv
  path: iris.csv
  target: species
network:
  - input: 4
  - dense: {units: 16, activation: relu}
  - dense:
      units: 3
      activation: softmax
training:
  loss: sparse_categorical_crossentropy
  optimizer:
    name: adam
    lr: 0.01
  metrics:
    - accuracy
  epochs: 10
""",
    "json": """\
{
  "model": "iris-net",
  "data": {"csv": {"path": "iris.csv", "target": "species"}, "split": {"test": 0.2}},
  "network": [
    {"input": 4},
    {"type": "Dense", "units": 16, "activation": "relu"},
    {"dense": {"units": 3, "activation": "softmax"}}
  ],
  "training": {
    "loss": "sparse_categorical_crossentropy",
    "optimizer": {"adam": {"learning_rate": 0.01}},
    "metrics": ["accuracy"],
    "epochs": 10
  }
}
""",
    "python": DATA
    + """\
hidden = 64

network {
  input(4)
  for i in range(2):
    dense(hidden, relu)
  dense(3, softmax)
}

training {
  loss = sparse_categorical_crossentropy
  epochs: 10
}
""",
    "punctuation": DATA
    + """\
network {
  input(4),
  dense(16, 'relu'),
  dense(3, 'softmax');
}

training {
  loss = 'sparse_categorical_crossentropy';
  batch_size: 32
}
""",
    "shapes": """\
data { mnist() }

network {
  conv2d(32, 3, relu)
  max_pooling2d(2)
  dense(10, softmax)
}
"""
    + TRAINING,
    "british and percent": """\
data {
  csv("iris.csv", target="species")
  split(test=20%)
}

network {
  input(4)
  dense(16, relu)
  dense(1, softmax)
}

training {
  loss = cross_entropy
  optimiser = adam
  metric = accuracy
  epoch = 10
}
""",
    "scikit-learn": """\
model my-first net

data {
  csv("iris.csv", target="species")
  normalize()
  train_test_split(test_size=0.2, random_state=42)
}

network {
  input(4)
  dense(16)
  batch_norm
  ReLU
  drop_out(0.2)
  dense(3, softmax)
}

training {
  loss = sparse_categorical_crossentropy
  optimizer = adam
  lr = 0.01
  max_iter = 200
}
""",
    "unquoted": """\
data {
  csv(iris.csv, target=species)
}

network {
  input(4)
  dense(units: 16, activation: relu)
  dense(3, softmax)
}

training {
  loss = sparse_categorical_crossentropy
  optimizer = SGD
  epochs = "10"
}
""",
    "unclosed": DATA
    + """\
network {
  input(4)
  dense(16, relu
  dense(3, softmax)

training {
  loss = sparse_categorical_crossentropy
}
""",
    "callbacks and devices": DATA
    + """\
network {
  input(4)
  dense(3, softmax)
}

training {
  loss = sparse_categorical_crossentropy
  metrics = [accuracy]
  callbacks = [EarlyStopping(monitor="val_acc", patience=3)]
  validation_split = 0.1
  verbose = 1
  lr_scheduler = StepLR(step_size=10)
  device = "cuda"
}
""",
    "a price": """\
data { csv("houses.csv", target="price") }

network {
  input(8)
  dense(32, relu)
  dense(1, relu)
}

training {
  loss = crossentropy
  optimizer = adam(learning_rate="0.001")
  metrics = [accuracy]
}
""",
}


def rounds(text: str) -> list[str]:
    """The spec as it is after each round of corrections, up to one without errors."""
    texts = [text]
    for _ in range(MOST_ROUNDS):
        source = Source("student.nn", texts[-1])
        analysis = check(source)
        errors = [d for d in analysis.diagnostics if d.severity == "error"]
        if not errors:
            return texts
        assert [d.message for d in errors if not d.fix] == []
        texts.append(all_applied(source, errors))
    raise AssertionError(f"not there yet:\n{texts[-1]}")


@pytest.mark.parametrize("name", SPECS)
def test_a_student_arrives_by_the_messages_alone(name: str) -> None:
    arrived = rounds(SPECS[name])[-1]
    nnspec.compile(arrived, "student.nn")


@pytest.mark.parametrize("name", SPECS)
def test_the_same_network_is_meant(name: str) -> None:
    """What arrives is what was written, and no other layer, loss or optimizer."""
    model = check(Source("student.nn", rounds(SPECS[name])[-1])).model
    assert model is not None and model.training is not None
    layers = " ".join(layer.use.entry.name for layer in model.network.calls)
    loss, optimizer = model.training.loss, model.training.optimizer
    assert (layers, loss.entry.name, optimizer.entry.name) == MEANT[name]


CLASSES = "sparse_categorical_crossentropy"
MEANT = {
    "keras layers": ("input dense dense", CLASSES, "adam"),
    "compile and fit": ("input flatten dense dense", CLASSES, "adam"),
    "pytorch modules": ("input flatten dense relu dropout dense", CLASSES, "adam"),
    "pytorch functions": ("input dense relu dense softmax", CLASSES, "adam"),
    "yaml": ("input dense dense", CLASSES, "adam"),
    "json": ("input dense dense", CLASSES, "adam"),
    "python": ("input dense dense dense", CLASSES, "rmsprop"),
    "punctuation": ("input dense dense", CLASSES, "rmsprop"),
    "shapes": (
        "input reshape conv2d max_pooling2d flatten dense",
        CLASSES,
        "adam",
    ),
    "british and percent": ("input dense dense", CLASSES, "adam"),
    "scikit-learn": (
        "input dense batch_normalization relu dropout dense",
        CLASSES,
        "adam",
    ),
    "unquoted": ("input dense dense", CLASSES, "sgd"),
    "unclosed": ("input dense dense", CLASSES, "rmsprop"),
    "callbacks and devices": ("input dense", CLASSES, "rmsprop"),
    "a price": ("input dense dense", "mean_squared_error", "adam"),
}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("british and percent", "softmax-of-one"),
        ("a price", "metric-of-values"),
    ],
)
def test_what_runs_but_does_not_learn_is_told(name: str, told: str) -> None:
    found = check(Source("student.nn", rounds(SPECS[name])[-1])).diagnostics
    assert told in [d.code for d in found]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("KFold(n_splits=5, shuffle=true)", "folds(5)"),
        ("StratifiedKFold(5, random_state=3)", "folds(5, stratify=true, seed=3)"),
        ("cross_val_score(cv=5)", "folds(5)"),
        ("cross_validation(5)", "folds(5)"),
        ("folds(n_splits=5)", "folds(k=5)"),
    ],
)
def test_folds_of_scikit_learn(written: str, meant: str) -> None:
    data = f'data {{\n  csv("iris.csv", target="species")\n  {written}\n}}\n'
    network = "network {\n  input(4)\n  dense(3, softmax)\n}\n"
    first, *_, arrived = rounds(data + network + TRAINING)
    assert written in first
    assert f"\n  {meant}\n" in arrived
