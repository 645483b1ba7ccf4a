"""Spectral normalization beside Keras, layer by layer.

While it trains on JAX, Keras forgets what it has divided as soon as a batch is over; a
layer that is called by itself keeps it, as on its other backends.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.parity.keras_model import keras  # set to float64
from tests.scripts import Run, script, spec

layers = keras.layers
close = np.testing.assert_allclose
STEPS = 4


@pytest.mark.parametrize(
    ("layer", "inner", "shape"),
    [
        ("dense(8)", lambda: layers.Dense(8), (6,)),
        ("dense(3, kernel_initializer=zeros)", lambda: layers.Dense(3), (6,)),
        (
            "conv2d(3, 2, padding=same)",
            lambda: layers.Conv2D(3, 2, padding="same"),
            (4, 4, 2),
        ),
        ("depthwise_conv2d(2)", lambda: layers.DepthwiseConv2D(2), (4, 4, 2)),
        ("embedding(7, 3)", lambda: layers.Embedding(7, 3), (4,)),
    ],
)
@pytest.mark.parametrize("iterations", [1, 3])
def test_batches(
    layer: str, inner: object, shape: tuple[int, ...], iterations: int
) -> None:
    """The kernel, the vector and what comes out, as the kernel changes between."""
    call = f"spectral_normalization({layer}, power_iterations={iterations}) as it"
    s = script(spec([call], shape=", ".join(map(str, shape))))
    run, rng = Run(s), np.random.default_rng(0)
    other = layers.SpectralNormalization(inner(), power_iterations=iterations)
    other.build((None, *shape))
    u = run.w.it_vector_u
    (name,) = (n for n in vars(run.w) if n.endswith(("_kernel", "_embeddings")))
    kernel = getattr(run.w, name)
    other.kernel.assign(kernel.copy())
    other.vector_u.assign(u.copy())
    for _ in range(STEPS):
        x = s.samples(rng, 5)
        s.module.normalize_spectra(run.w)
        # Keras gives vectors the type of their ids, so these are no integers there.
        expected = other(x.astype(float), training=True)
        close(kernel, other.kernel.value, rtol=1e-10, atol=1e-12)
        close(u, other.vector_u.value, rtol=1e-10, atol=1e-12)
        close(s.predict(run.w, x), expected, rtol=1e-10, atol=1e-12)
        step = rng.normal(0, 0.3, kernel.shape)
        kernel += step
        other.kernel.assign_add(step)
        # Neither is divided where nothing is trained.
        kept = other(x.astype(float), training=False)
        close(s.predict(run.w, x), kept, rtol=1e-10, atol=1e-12)
