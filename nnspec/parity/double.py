"""Keras in double precision throughout: only a mistake makes a difference then."""

from __future__ import annotations

import sys
from typing import Any


def compute_in_double(keras: Any) -> None:
    """Have Keras compute doubles in double precision, for the rest of the process.

    It takes means and roots of doubles in single precision. Its backends do so, too:
    JAX the softmax of an attention, and TensorFlow the floats of Python, such as the
    rates of Adam and of schedules. That is off by 1e-8.
    """
    try:
        backend = keras.src.backend
        backend.common.dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
        if keras.backend.backend() == "jax":
            backend.nn.dot_product_attention = _attention_of(keras)
        if keras.backend.backend() == "tensorflow":
            _take_floats_as_double(sys.modules["tensorflow"])
    except AttributeError:  # another version of Keras may not need it
        return


def _attention_of(keras: Any) -> Any:
    def attention(query: Any, key: Any, value: Any, **more: Any) -> Any:
        ops, mask = keras.ops, more.get("mask")
        scores = ops.einsum("btnh,bsnh->bnts", query, key) * more["scale"]
        if more.get("is_causal"):
            mask = ops.tril(ops.ones(scores.shape[-2:], "bool"))
        if mask is not None:
            scores = ops.where(mask, scores, -1e300)
        return ops.einsum("bnts,bsnh->btnh", ops.softmax(scores), value)

    return attention


def _take_floats_as_double(tf: Any) -> None:
    """A float of Python becomes a double of TensorFlow, where no type is asked for."""
    if hasattr(tf.cast, "of_nnspec"):
        return
    convert, cast = tf.convert_to_tensor, tf.cast

    def converted(value: Any, dtype: Any = None, **more: Any) -> Any:
        if isinstance(value, float) and dtype is None:
            dtype = tf.float64
        return convert(value, dtype=dtype, **more)

    def casted(x: Any, dtype: Any, **more: Any) -> Any:
        return cast(converted(x) if isinstance(x, float) else x, dtype, **more)

    casted.of_nnspec = True  # type: ignore[attr-defined]
    tf.convert_to_tensor, tf.cast = converted, casted
