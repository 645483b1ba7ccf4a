"""How layers become steps: a module for each kind of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nnspec import ir
from nnspec.plan.layout import Layout
from nnspec.plan.steps.convolution import (
    add_convolution,
    add_depthwise,
    add_separable,
    add_transposed,
)
from nnspec.plan.steps.dense import add_dense
from nnspec.plan.steps.noise import add_noise
from nnspec.plan.steps.normalization import add_normalization
from nnspec.plan.steps.own import add_own
from nnspec.plan.steps.views import add_view

#: By the `step` of a layer's entry; an activation is added by itself.
STEPS: Mapping[str, Callable[[Layout, ir.Layer], None]] = {
    "convolution": add_convolution,
    "dense": add_dense,
    "depthwise": add_depthwise,
    "noise": add_noise,
    "normalization": add_normalization,
    "own": add_own,
    "separable": add_separable,
    "transposed_convolution": add_transposed,
    "view": add_view,
    "activation": lambda *_: None,
}
