"""Spectral normalization: kernels of a training, and layers that have none."""

from __future__ import annotations

import numpy as np
import pytest

import nnspec
from nnspec.compiler import check
from nnspec.diagnostics import SpecError
from nnspec.source import Source
from templates.runtime.divide_spectrum import divide_spectrum
from tests.scripts import Run, script, spec


def test_the_largest_singular_value_becomes_1() -> None:
    rng = np.random.default_rng(0)
    kernel, u = rng.normal(size=(3, 2, 5)), rng.normal(size=(1, 5))
    start = kernel.copy()
    for _ in range(200):
        divide_spectrum(kernel, u, 1)
    values = np.linalg.svd(kernel.reshape(6, 5), compute_uv=False)
    np.testing.assert_allclose(values[0], 1, rtol=1e-9)
    np.testing.assert_allclose(kernel / start, (kernel / start)[0, 0, 0])


def test_zeros_stay_zeros() -> None:
    kernel, u = np.zeros((3, 2)), np.ones((1, 2))
    divide_spectrum(kernel, u, 3)
    assert not kernel.any() and (u == 1).all()


def test_kernels_are_divided_in_training_alone() -> None:
    s = script(spec(["spectral_normalization(dense(4)) as it", "dense(1)"]))
    run, rng = Run(s), np.random.default_rng(1)
    run.w.it_dense_kernel[...] = rng.normal(size=(6, 4))
    kernel, u = run.w.it_dense_kernel.copy(), run.w.it_vector_u.copy()
    x, y = rng.normal(size=(8, 6)), rng.normal(size=(8, 1))
    s.predict(run.w, x)
    s.module.evaluate_part(run.w, s.held(x), y, "")
    np.testing.assert_array_equal(run.w.it_dense_kernel, kernel)
    np.testing.assert_array_equal(run.w.it_vector_u, u)
    model, _ = s.module.train({"train": (x, y)}, epochs=1)
    assert (model.w.it_vector_u != u).any()
    assert s.gradcheck() == 0


def test_embeddings_are_divided_and_ids_stay_ids() -> None:
    """A vector may be masked there, and its gradient is of the rows of a batch."""
    embedding = "spectral_normalization(embedding(5, 3, mask_zero=true)) as it"
    s = script(spec([embedding, "lstm(4)", "dense(1)"], shape="6"))
    run, rng = Run(s), np.random.default_rng(1)
    run.w.it_embedding_embeddings[...] = 3 * rng.normal(size=(5, 3))
    for _ in range(50):
        s.module.normalize_spectra(run.w)
    values = np.linalg.svd(run.w.it_embedding_embeddings, compute_uv=False)
    np.testing.assert_allclose(values[0], 1, rtol=1e-6)
    x = rng.integers(1, 5, size=(8, 6))
    x[:, 3:] = 0
    predicted = s.predict(run.w, x)
    run.w.it_embedding_embeddings[0] = 9  # nothing looks at it
    np.testing.assert_array_equal(s.predict(run.w, x), predicted)
    assert s.gradcheck() == 0


def test_the_script_of_the_layer_alone_has_nothing_of_it() -> None:
    text = nnspec.compile(spec(["dense(4)"]))
    assert "spectr" not in text


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        ("spectral_normalization(lstm(3))", "shape-mismatch"),
        ("spectral_normalization(flatten)", "shape-mismatch"),
        ("spectral_normalization(add)", "shape-mismatch"),
        ("spectral_normalization(conv2d(3, 2))", "shape-mismatch"),
        ("dense(3)\n  spectral_normalization(embedding(4, 2))", "ids-expected"),
        ("spectral_normalization(dense(3), power_iterations=0)", "argument-type"),
        ("spectral_normalization", "missing-argument"),
    ],
)
def test_what_it_is_not_around(layer: str, code: str) -> None:
    text = spec([layer, "dense(1)"], shape="4, 3")
    found = check(Source("a.nn", text)).diagnostics
    assert next(d for d in found if d.severity == "error").code == code


def test_keras_forgets_it_on_jax() -> None:
    text = spec(["spectral_normalization(dense(3))"])
    with pytest.raises(SpecError, match="forgets on JAX"):
        nnspec.compile(text, target="keras")
