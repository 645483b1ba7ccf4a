"""How layers become steps: a module for each kind of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nnspec.targets.numpy.steps.attention import add_attention
from nnspec.targets.numpy.steps.conv_recurrent import add_conv_lstm
from nnspec.targets.numpy.steps.convolution import (
    add_convolution,
    add_depthwise,
    add_separable,
    add_transposed,
)
from nnspec.targets.numpy.steps.dense import add_dense
from nnspec.targets.numpy.steps.einsum import add_einsum
from nnspec.targets.numpy.steps.formulas import add_own_layer
from nnspec.targets.numpy.steps.heads import add_multi_head_attention
from nnspec.targets.numpy.steps.merges import add_concatenation, add_dot, elementwise
from nnspec.targets.numpy.steps.noise import add_noise
from nnspec.targets.numpy.steps.normalization import add_normalization
from nnspec.targets.numpy.steps.own import add_own
from nnspec.targets.numpy.steps.pooling import (
    add_adaptive_pooling,
    add_global_pooling,
    add_pooling,
)
from nnspec.targets.numpy.steps.recurrent import add_recurrent
from nnspec.targets.numpy.steps.resizing import (
    add_cropping,
    add_upsampling,
    add_zero_padding,
)
from nnspec.targets.numpy.steps.sequences import (
    add_embedding,
    add_masking,
    add_positions,
)
from nnspec.targets.numpy.steps.views import add_view
from nnspec.targets.numpy.steps.wrappers import (
    add_bidirectional,
    add_time_distributed,
    add_within,
)
from nnspec.targets.numpy.values import Back, Value

#: By the `step` of a layer's entry; an activation is added by itself.
STEPS: dict[str, Callable[..., Value]] = {
    "adaptive_pooling": add_adaptive_pooling,
    "attention": add_attention,
    "choice": elementwise(Back.WHOLE, Back.WHOLE, True, True),
    "concatenation": add_concatenation,
    "conv_lstm": add_conv_lstm,
    "convolution": add_convolution,
    "cropping": add_cropping,
    "dense": add_dense,
    "depthwise": add_depthwise,
    "difference": elementwise(Back.SAME, Back.WHOLE),
    "dot": add_dot,
    "einsum": add_einsum,
    "embedding": add_embedding,
    "formula": add_own_layer,
    "global_pooling": add_global_pooling,
    "gru": add_recurrent,
    "lstm": add_recurrent,
    "masking": add_masking,
    "multi_head_attention": add_multi_head_attention,
    "mean": elementwise(Back.OVER, Back.OVER),
    "noise": add_noise,
    "normalization": add_normalization,
    "own": add_own,
    "pooling": add_pooling,
    "position_embedding": add_positions,
    "product": elementwise(Back.WHOLE, Back.WHOLE, True),
    "separable": add_separable,
    "simple_rnn": add_recurrent,
    "sum": elementwise(Back.SAME, Back.SAME),
    "transposed_convolution": add_transposed,
    "upsampling": add_upsampling,
    "view": add_view,
    "zero_padding": add_zero_padding,
    "activation": lambda _, __, x: x,
}
STEPS["bidirectional"] = partial(add_bidirectional, STEPS)
STEPS["time_distributed"] = partial(add_time_distributed, STEPS)
STEPS["within"] = partial(add_within, STEPS)
