"""Networks with several inputs and outputs, beside Keras's functional API."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

import nnspec
from nnspec import ir
from tests.parity.conftest import WHY
from tests.scripts import Array, load

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import class_of, given  # noqa: E402
from tests.parity.test_graphs import functional, model_of  # noqa: E402

SAMPLES, BATCH = 22, 5  # the last batch is smaller

#: Of two inputs and outputs, of which one lies on the way to the other.
TWO = """
network {
  input(4) as left
  input(3) as right
  dense(5, tanh) from left as a
  dense(5, tanh) from right as b
  add from a, b as both
  dense(1) as price
  concatenate(both)
  dense(3, softmax) as kind
  output(price, kind)
}
training {
  loss = [price: huber, kind: sparse_categorical_crossentropy]
  loss_weights = [price: 0.3, kind: 2]
  metrics = [price: [mae, rmse], kind: [accuracy]]
  optimizer = adam(learning_rate=0.01)
  batch_size = 5
  shuffle = false
  precision = float64
}
"""

SPECS = {
    "on-the-way": TWO,
    "weights-of-classes": TWO.replace(
        "  optimizer", "  class_weight = [kind: [0: 0.5, 2: 3.0]]\n  optimizer"
    ),
    "sums-and-logits": TWO.replace("huber", "mse(reduction=sum)")
    .replace("3, softmax", "3")
    .replace("crossentropy", "crossentropy(from_logits=true)"),
    "shared": TWO.replace(
        "  dense(5, tanh) from left as a\n  dense(5, tanh) from right as b",
        "  tower from left as a\n  tower from right as b",
    ).replace("\nnetwork", "shared tower { dense(5, tanh) }\nnetwork")
    .replace("input(3)", "input(4)"),
    "two-of-a-kind": TWO.replace("dense(1) as", "dense(3, softmax) as")
    .replace("huber", "sparse_categorical_crossentropy")
    .replace("[mae, rmse]", "accuracy"),
    "sigmoids": TWO.replace("dense(1) as", "dense(1, sigmoid) as")
    .replace("huber", "binary_crossentropy")
    .replace("[mae, rmse]", "[accuracy, auc]"),
}  # fmt: skip


def data(model: ir.Model) -> tuple[dict[str, Array], dict[str, Array]]:
    """Samples and labels at random."""
    rng = np.random.default_rng(1)
    shapes = {call.name: call.output_shape for call in model.network.inputs}
    x = {name: rng.normal(size=(SAMPLES, *shape)) for name, shape in shapes.items()}
    y: dict[str, Array] = {"kind": rng.integers(3, size=SAMPLES)}
    assert model.training is not None
    target = model.training.objectives[0].loss.entry.target  # type: ignore[attr-defined]
    values = {
        "value": rng.normal(size=(SAMPLES, 1)),
        "index": rng.integers(3, size=SAMPLES),
        "indicator": rng.integers(2, size=(SAMPLES, 1)).astype(float),
    }
    return x, y | {"price": values[target]}


def begun(module: ModuleType) -> dict[str, Array]:
    """The initial weights of the script, by their names."""
    w = module.views(np.zeros(module.PARAMETERS))
    module.initialize(w, np.random.default_rng(module.SEED))
    return dict(module.named(w))


def variables(values: dict[str, Any], model: ir.Model) -> dict[str, Any]:
    """Keras's variables under the names of the weights."""
    found = {}
    for call in model.network.calls:
        owner = values[call.name]._keras_history.operation
        for weight, variable in zip(call.weights, owner.variables, strict=True):
            found[weight.name] = variable
    return found


def loss_of(objective: ir.Objective) -> Any:
    found = class_of(keras.losses, objective.loss.entry.name)
    return found(**given(objective.loss))


@pytest.mark.parametrize("name", SPECS)
def test_five_steps(name: str) -> None:
    text = SPECS[name]
    module, model = load(nnspec.compile(text)), model_of(text)
    built, values = functional(model)
    kept = variables(values, model)
    for weight, array in begun(module).items():
        kept[weight].assign(array.copy())
    x, y = data(model)
    trained, (row,) = module.train({"train": (x, y)})

    assert model.training is not None
    objectives = model.training.objectives
    built.compile(
        class_of(keras.optimizers, "adam")(**given(model.training.optimizer)),
        [
            class_of(keras.losses, o.loss.entry.name)(**given(o.loss))
            for o in objectives
        ],
        loss_weights=[o.weight for o in objectives],
    )
    weights = {int(p.key): p.value for p in objectives[1].class_weight or ()}  # type: ignore[union-attr,call-overload]
    factors = np.array([weights.get(label, 1.0) for label in y["kind"]])
    sums = np.zeros(3)
    for first in range(0, SAMPLES, BATCH):
        rows = slice(first, first + BATCH)
        built.reset_metrics()
        size = len(factors[rows])
        measured = built.train_on_batch(
            [array[rows] for array in x.values()],
            [y["price"][rows], y["kind"][rows]],
            sample_weight=[np.ones(size), factors[rows]],
            return_dict=True,
        )
        names = ["loss", *(f"{name}_loss" for name in built.output_names)]
        sums += size * np.array([float(measured[name]) for name in names])
    told = [row[key] for key in ("loss", "price_loss", "kind_loss")]
    np.testing.assert_allclose(told, sums / SAMPLES, rtol=1e-8)
    for weight, array in module.named(trained.w).items():
        expected = np.array(kept[weight].value)
        np.testing.assert_allclose(array, expected, rtol=1e-8, atol=1e-10)

    expected = built.predict([*x.values()], verbose=0)
    p = trained.predict(x)
    for output, of_keras in zip(("price", "kind"), expected, strict=True):
        shown = p[output]
        logits = "from_logits" in text and output == "kind"
        wanted = np.array(keras.ops.softmax(of_keras)) if logits else of_keras
        np.testing.assert_allclose(shown, wanted, rtol=1e-8, atol=1e-10)
