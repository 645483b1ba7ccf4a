"""What `einsum_dense` takes, beside `np.einsum`; and what it cannot take."""

from __future__ import annotations

import numpy as np
import pytest

from nnspec import compiler
from nnspec.source import Source
from nnspec.targets.numpy.blocks.loops import Speller
from nnspec.targets.numpy.initializers import plan_draws
from nnspec.targets.quote import Code
from tests.scripts import script, spec


def checked(call: str, shape: str) -> compiler.Analysis:
    return compiler.check(Source("model.nn", spec([call], shape=shape)))


@pytest.mark.parametrize(
    ("equation", "output", "bias", "shape", "kernel"),
    [
        ("ab,bc->ac", "4", "c", (3,), (3, 4)),
        ("abc,cd->abd", "(none, 4)", "d", (2, 3), (3, 4)),
        ("abc,cde->abde", "(none, 4, 2)", "e", (2, 3), (3, 4, 2)),
        ("...x,xy->...y", "4", "y", (2, 5, 3), (3, 4)),
        ("...yx,xz->...zy", "(4, none)", "z", (2, 5, 3), (3, 4)),
        ("ab...,bc->ac...", "4", "c", (2, 3, 5), (2, 4)),
        ("abc,cd->ad", "4", "d", (2, 3), (3, 4)),
        ("abc,bcd->abd", "(none, 4)", "bd", (2, 3), (2, 3, 4)),
    ],
)
def test_values_are_those_of_einsum(
    equation: str, output: str, bias: str, shape: tuple[int, ...], kernel: tuple[int]
) -> None:
    call = f'einsum_dense("{equation}", {output}, bias_axes="{bias}")'
    s = script(spec([call], shape=", ".join(map(str, shape))))
    rng = np.random.default_rng(0)
    w = s.module.views(rng.normal(size=s.module.PARAMETERS))
    assert w.einsum_dense_kernel.shape == kernel
    x = rng.normal(size=(2, *shape))
    expected = np.einsum(equation, x, w.einsum_dense_kernel) + w.einsum_dense_bias
    found = s.predict(w, x)
    assert found.shape[1:] == s.model.output_shape
    np.testing.assert_allclose(found, expected, atol=1e-13)


def test_scaled_initial_values_go_by_what_is_summed_over() -> None:
    text = 'einsum_dense("abc,dce->abde", (none, 5, 7))'
    model = checked(text, "2, 3").model
    assert model is not None
    (lines,) = plan_draws(model, Speller({"einsum_dense/kernel": Code("kernel")}))
    (draw,) = lines.operands
    assert str(draw.variance_3) == "6 / (3 + 35)"


@pytest.mark.parametrize(
    ("call", "shape", "message", "help"),
    [
        (
            'einsum_dense("ab,bc", 4)',
            "3",
            "`einsum_dense` cannot read the equation",
            'write the axes of input, kernel and output as letters: `"abc,cd->abd"`',
        ),
        (
            'einsum_dense("...b,bc->c...", 4)',
            "3",
            "`...` stands at one end in the equation of `einsum_dense`, the same for "
            "input and output",
            'write `"...x,xy->...y"`, for example',
        ),
        (
            'einsum_dense("ab,bc->ac", 4)',
            "2, 3",
            "the equation of `einsum_dense` has 2 axes for the input, and a batch of "
            "(2, 3) has 3",
            "the batch axis counts as the first; `...` stands for any number of axes",
        ),
        (
            'einsum_dense("abb,bc->ac", 4)',
            "3, 3",
            "the equation of `einsum_dense` has axis `b` twice in `abb`",
            "each axis needs a letter of its own",
        ),
        (
            'einsum_dense("ab,bc->ca", 4)',
            "3",
            "the first axis of the input of `einsum_dense` is the batch axis",
            "it is the first one of the output, too, and none of the kernel",
        ),
        (
            'einsum_dense("ab,bc->acd", (4, 2))',
            "3",
            "axis `d` of the output of `einsum_dense` is neither in the input nor in "
            "the kernel",
            "the axes of the kernel are in the input or in the output, and those of "
            "the output in the input or in the kernel",
        ),
        (
            'einsum_dense("ab,bcd->ac", 4)',
            "3",
            "axis `d` of the kernel of `einsum_dense` is neither in the input nor in "
            "the output",
            "the axes of the kernel are in the input or in the output, and those of "
            "the output in the input or in the kernel",
        ),
        (
            'einsum_dense("abc,cd->abd", 4)',
            "2, 3",
            "`output_shape` of `einsum_dense` gives 1 of the 2 sizes, those of the "
            "axes `bd`",
            "write `none` for a size that the input gives",
        ),
        (
            'einsum_dense("abc,cd->abd", (5, 4))',
            "2, 3",
            "axis `b` of `einsum_dense` has 2 cells in the input, and 5 in "
            "`output_shape`",
            "write 2, or `none`, which takes it from the input",
        ),
        (
            'einsum_dense("abc,cd->abd", (none, none))',
            "2, 3",
            "the input of `einsum_dense` has no axis `d`, so that its size is unknown",
            "give it in `output_shape`",
        ),
        (
            'einsum_dense("abc,cd->abd", (none, 4), bias_axes="c")',
            "2, 3",
            "`bias_axes` of `einsum_dense` has `c`, and the output has the axes `bd` "
            "beside the batch's",
            "name some of these",
        ),
        (
            "einsum_dense(3, 4)",
            "3",
            "`equation` of `einsum_dense` needs an equation in quotes, such as "
            '"abc,cd->abd", got `3`',
            None,
        ),
    ],
)
def test_what_cannot_be(call: str, shape: str, message: str, help: str | None) -> None:
    (found,) = (d for d in checked(call, shape).diagnostics if d.severity == "error")
    assert found.message == message
    assert help is None or found.help == help
