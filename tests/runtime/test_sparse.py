"""Sparse samples: what is computed with them is what arrays of their values give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from templates.runtime.check_ids import check_ids
from templates.runtime.dense_rows import dense_rows
from templates.runtime.input_error import InputError
from templates.runtime.multi_hot import multi_hot
from templates.runtime.sparse_gradient import sparse_gradient
from templates.runtime.sparse_product import sparse_product
from templates.runtime.sparse_rows import SparseRows, sparse_rows
from templates.runtime.wide_sparse_gradient import wide_sparse_gradient
from templates.runtime.wide_sparse_product import wide_sparse_product

Array = np.ndarray[Any, Any]

#: The number of samples, of columns, and the share of values that are not 0.
SHAPES = [
    (7, 2000, 0.05),
    (7, 600, 0.5),
    (5, 513, 0.3),
    (5, 512, 0.1),
    (4, 3, 0.7),
    (6, 3000, 0.0),
    (3, 3000, 1.0),
    (1, 1000, 0.01),
    (0, 1000, 0.5),
]


def sparse(
    rng: np.random.Generator, n: int, size: int, share: float, binary: bool
) -> SparseRows:
    places = np.nonzero(rng.random((n, size)) < share)
    values = None if binary else rng.normal(size=places[0].size)
    return sparse_rows(*places, (n, size), values)


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_goes_in_comes_out(shape: tuple[int, int, float], binary: bool) -> None:
    n, size, share = shape
    rng = np.random.default_rng(0)
    array = np.where(
        rng.random((n, size)) < share, 1.0 if binary else rng.normal(size=(n, size)), 0
    )
    places = np.nonzero(array)
    x = sparse_rows(*places, array.shape, None if binary else array[places])
    assert len(x) == n
    np.testing.assert_array_equal(dense_rows(x, size, float), array)
    rows = rng.integers(n, size=9) if n else np.zeros(0, int)
    for some in (slice(1, 4), rows):
        np.testing.assert_array_equal(dense_rows(x[some], size, float), array[some])
        np.testing.assert_array_equal(
            dense_rows(x[some][:2], size, float), array[some][:2]
        )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("units", [1, 2, 3, 16])
@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("product", "gradient"),
    [
        (sparse_product, sparse_gradient),
        (wide_sparse_product, wide_sparse_gradient),
    ],
)
def test_products(
    product: Callable[..., None],
    gradient: Callable[..., None],
    shape: tuple[int, int, float],
    binary: bool,
    units: int,
    dtype: type,
) -> None:
    n, size, share = shape
    rng = np.random.default_rng(1)
    x = sparse(rng, n, size, share, binary)
    if not binary:
        x.values, x.common = x.values.astype(dtype), x.common.astype(dtype)
    array = dense_rows(x, size, float).astype(dtype)
    kernel = rng.normal(size=(size, units)).astype(dtype)
    dy = rng.normal(size=(n, units)).astype(dtype)
    y, dkernel = (
        np.full((n, units), np.nan, dtype),
        np.full((size, units), np.nan, dtype),
    )
    product(x, kernel, out=y)
    gradient(x, dy, out=dkernel)
    close = 1e-12 if dtype == np.float64 else 1e-3
    np.testing.assert_allclose(y, array @ kernel, rtol=0, atol=close)
    np.testing.assert_allclose(dkernel, array.T @ dy, rtol=0, atol=close)


def where(row: int) -> str:
    return f"x.npy, row {row}"


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint16])
def test_multi_hot(kind: type) -> None:
    none = -1 if np.issubdtype(kind, np.signedinteger) else 0
    ids = np.array([[3, 0, 3], [4, none, none], [none, none, none]]).astype(kind)
    check_ids(ids, 5, where)
    hot = dense_rows(multi_hot(ids, 5), 5, float)
    expected = np.array([[1, 0, 0, 1, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]])
    expected[1:, 0] = none == 0
    np.testing.assert_array_equal(hot, expected)


def test_multi_hot_of_many() -> None:
    ids = np.random.default_rng(0).integers(-1, 3000, size=(40, 200))
    x = dense_rows(multi_hot(ids, 3000), 3000, float)
    assert [{*np.flatnonzero(row)} for row in x] == [{*row[row >= 0]} for row in ids]


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (np.array([[1, 2], [0, 5]]), "row 1, column 1: 5 is no id from 0 to 4"),
        (np.array([[-1, -1], [3, -2]]), "row 1, column 1: -2 is no id from 0 to 4"),
        (np.array([[0.5]]), r"row 0: an array float64 \(1, 1\) .*; give integers, -1"),
        (np.array([1, 2]), r"row 0: an array int64 \(2,\) holds no rows of ids"),
        (np.zeros((0, 3), int), r"row 0: an array int64 \(0, 3\) holds no rows of ids"),
        (
            np.pad(np.zeros((5000, 2), int), ((0, 1), (0, 1)), constant_values=7),
            "row 0, column 2: 7 is no id from 0 to 4",
        ),
        (
            np.pad(np.zeros((5000, 2), int), ((0, 1), (0, 0)), constant_values=7),
            "row 5000, column 0: 7 is no id from 0 to 4",
        ),
    ],
)
def test_what_is_no_id(ids: Array, message: str) -> None:
    with pytest.raises(InputError, match=f"x.npy, {message}"):
        check_ids(ids, 5, where)
