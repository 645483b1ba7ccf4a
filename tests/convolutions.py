"""A grid of convolutions: window, stride, padding, dilation, groups, sizes.

Before each there is a PReLU that takes negative values only: the derivative by its
weights is then that by every single value that the convolution takes, times the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

from nnspec import compiler
from nnspec.source import Source
from tests.scripts import spec

#: Strides and dilations, which Keras does not take together.
PACES = ((1, 1), (2, 1), (3, 1), (1, 2))
PAIRS = ((1, 1), (2, 1), ((1, 3), 1), (1, (3, 2)))
IMAGES = ("5, 6, 2", "8, 7, 2")
KERNELS = ((1, 1), (2, 3), (3, 3), (4, 2))
#: Shapes of samples, sizes of windows, strides and dilations, by the rank in a name.
GRIDS = {
    "1d": (("7, 2", "10, 2"), (1, 2, 3, 5), PACES),
    "2d": (IMAGES, KERNELS, PAIRS),
    "3d": (
        ("4, 3, 5, 2",),
        ((1, 1, 1), (2, 1, 3), (3, 2, 2)),
        ((1, 1), (2, 1), ((1, 3, 2), 1), (1, (2, 1, 2))),
    ),
}


def calls(layer: str) -> Iterator[tuple[str, str]]:
    """Layers with all their arguments, and the shapes of what they take."""
    shapes, sizes, paces = next(grids for rank, grids in GRIDS.items() if rank in layer)
    paddings = ("valid", "same", "causal") if layer == "conv1d" else ("valid", "same")
    if "transpose" in layer:
        more = ("", ", output_padding=0", ", output_padding=1")
    elif layer in ("conv1d", "conv2d", "conv3d"):
        more = ("", ", groups=2")
    else:
        more = ("", ", depth_multiplier=3")
    filters = "" if layer.startswith("depthwise") else "4, "
    for shape, size, (stride, dilation), padding, last in product(
        shapes, sizes, paces, paddings, more
    ):
        yield (
            f"{layer}({filters}{size}, {stride}, {padding}, dilation_rate={dilation}"
            f"{last}, bias_initializer=random_normal)",
            shape,
        )


def text(call: str, shape: str) -> str:
    layers = ["prelu(alpha_initializer=random_uniform(0.5, 1.5))", call]
    return spec(layers, shape=shape)


@cache
def grid(layer: str) -> tuple[str, ...]:
    """The specs of the grid, but for those whose windows do not fit into a sample."""
    texts = (text(*case) for case in calls(layer))
    return tuple(t for t in texts if compiler.check(Source("model.nn", t)).model)


LAYERS = (
    "conv1d",
    "conv2d",
    "depthwise_conv1d",
    "depthwise_conv2d",
    "separable_conv1d",
    "separable_conv2d",
    "conv1d_transpose",
    "conv2d_transpose",
    "conv3d",
    "conv3d_transpose",
)
