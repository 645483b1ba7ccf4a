"""Losses and probabilities keep their digits where logits are large."""

from __future__ import annotations

import numpy as np
import pytest

from tests.float32.passes import EPS, Given, both, run
from tests.scripts import spec

#: How the crossentropy of logits is spelled, and the labels of class 0.
CROSSENTROPIES = {
    "sparse_categorical_crossentropy": "",
    "sparse_categorical_crossentropy(ignore_class=-1)": "",
    "sparse_categorical_crossentropy(reduction=sum)": "",
    "sparse_categorical_crossentropy(from_logits=true)": "",
    "sparse_categorical_crossentropy ": "class_weight = [0: 2.0]",
    "categorical_crossentropy": "",
    "categorical_crossentropy(from_logits=true)": "",
    "categorical_crossentropy(reduction=sum)": "",
    "categorical_crossentropy ": "class_weight = [0: 2.0]",
    "categorical_focal_crossentropy(alpha=1, gamma=0)": "",
}


@pytest.mark.parametrize("common", [0.0, 1e2, 1e4, 1e6])
@pytest.mark.parametrize("lead", [0.5, 4.0, 10.0])
@pytest.mark.parametrize("loss", CROSSENTROPIES)
def test_what_all_logits_have_in_common_does_not_matter(
    loss: str, lead: float, common: float
) -> None:
    """The losses of logits (c + lead, c) are log(1 + exp(-lead)), whatever c is.

    Half a unit in the last place of the sum, which is about 1, is all that may be lost.
    """
    end = "dense(2)" if "from_logits" in loss else "dense(2, softmax)"
    more = f"precision = float64\n  {CROSSENTROPIES[loss]}"
    low, _ = both(spec([end], shape="2", loss=loss.strip(), more=more))
    x = np.array([[common + lead, common]] * 4)
    y = np.zeros(4, int) if loss.startswith("sparse") else np.eye(2)[[0] * 4]
    parameters = np.array([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])  # the identity
    found = run(low, Given(parameters, x, y))["loss"]
    times = 4 if "sum" in loss else 2 if CROSSENTROPIES[loss] else 1
    exact = times * np.log1p(np.exp(-lead))
    np.testing.assert_allclose(found, exact, rtol=4 * EPS, atol=times * EPS)


@pytest.mark.parametrize("error", [1.0, 1e-2, 1e-3, 1e-4])
def test_log_cosh_of_small_errors(error: float) -> None:
    """It is e² / 2 - e⁴ / 12 + ...; a term of e in it is rounded, not one of log(2)."""
    low, _ = both(spec(["dense(1, use_bias=false)"], shape="1", loss="log_cosh"))
    given = Given(np.ones(1), np.full((4, 1), error), np.zeros((4, 1)))
    exact = np.log(np.cosh(np.float64(np.float32(error))))
    assert abs(run(low, given)["loss"] - exact) <= 2 * EPS * error


def test_small_probabilities_are_all_different() -> None:
    """Else the ranks of rare events would be lost, and with them the area under ROC."""
    network = ["dense(1, sigmoid, use_bias=false)"]
    low, _ = both(spec(network, shape="1", loss="binary_crossentropy", metrics="auc"))
    logits = np.linspace(-60.0, -10.0, 200)[:, None]
    labels = (np.arange(200) >= 100)[:, None] * 1.0
    p = run(low, Given(np.ones(1), logits, labels))["output"]
    assert len(np.unique(p)) == 200
    np.testing.assert_allclose(p, 1 / (1 + np.exp(-logits)), rtol=64 * EPS)
    assert low.module.scores(labels, p) == {"auc": 1.0}
