"""One table: the rule of each layer, by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from nnspec import ir
from nnspec.record import replace
from nnspec.table.entry import Use, activation_of
from nnspec.targets.onnx import (
    attention,
    bidirectional,
    conv_recurrent,
    formulas,
    layers,
    recurrent,
    windows,
)
from nnspec.targets.onnx.activations import activate
from nnspec.targets.onnx.graph import Graph, Inexpressible

Rule = Callable[..., str]


def _activation(g: Graph, call: ir.Call, x: str) -> str:
    return activate(g, x, activation_of(call.use))


def _each(g: Graph, call: ir.Call, x: str) -> str:
    """`time_distributed`: the layer of all steps of all samples at once."""
    (steps, *step), (_, *out) = call.input_shape, call.output_shape
    once = replace(
        call,
        use=cast(Use, call.use.arguments["layer"]),
        inputs=(),
        input_shapes=(tuple(step),),
        output_shape=tuple(out),
    )
    rule = rule_of(once)
    if rule is None:
        raise Inexpressible(f"the layer `{once.use.name}`")
    return g.rows(rule(g, once, g.rows(x, *step)), steps, *out)


def _within(g: Graph, call: ir.Call, x: str) -> str:
    """`spectral_normalization`: the layer within, whose kernel is as it was left."""
    once = replace(call, use=cast(Use, call.use.arguments["layer"]))
    rule = rule_of(once)
    if rule is None:
        raise Inexpressible(f"the layer `{once.use.name}`")
    return rule(g, once, x)


def _ranks(name: str, rule: Any, ranks: str = "123") -> dict[str, Rule]:
    """A rule for sequences, images and volumes."""
    return {name.format(rank): rule for rank in ranks}


RULES: dict[str, Rule] = {
    "dense": layers.dense,
    "activation": _activation,
    "einsum_dense": layers.einsum_dense,
    "embedding": layers.embedding,
    "masking": layers.masking,
    "position_embedding": layers.position_embedding,
    "simple_rnn": recurrent.recurrent,
    "lstm": recurrent.recurrent,
    "gru": recurrent.recurrent,
    "bidirectional": bidirectional.bidirectional,
    "time_distributed": _each,
    "spectral_normalization": _within,
    **_ranks("conv_lstm{}d", conv_recurrent.conv_lstm),
    "attention": attention.plain,
    "additive_attention": attention.plain,
    "multi_head_attention": attention.heads,
    "group_query_attention": attention.heads,
    **_ranks("conv{}d", windows.convolution),
    **_ranks("depthwise_conv{}d", windows.depthwise),
    **_ranks("separable_conv{}d", windows.separable),
    **_ranks("conv{}d_transpose", windows.transposed_convolution),
    **_ranks("max_pooling{}d", windows.pooling),
    **_ranks("average_pooling{}d", windows.pooling),
    **_ranks("global_max_pooling{}d", windows.global_pooling),
    **_ranks("global_average_pooling{}d", windows.global_pooling),
    **_ranks("adaptive_max_pooling{}d", windows.adaptive_pooling),
    **_ranks("adaptive_average_pooling{}d", windows.adaptive_pooling),
    **_ranks("zero_padding{}d", layers.zero_padding),
    **_ranks("cropping{}d", layers.cropping),
    **_ranks("upsampling{}d", layers.upsampling),
    "permute": layers.permute,
    "repeat_vector": layers.repeat_vector,
    "rescaling": layers.rescaling,
    "prelu": layers.prelu,
    "glu": layers.glu,
    "batch_normalization": layers.batch_normalization,
    "layer_normalization": layers.layer_normalization,
    "group_normalization": layers.group_normalization,
    "rms_normalization": layers.rms_normalization,
    "unit_normalization": layers.unit_normalization,
    "add": layers.chained("Add"),
    "subtract": layers.chained("Sub"),
    "multiply": layers.chained("Mul"),
    "maximum": layers.chained("Max"),
    "minimum": layers.chained("Min"),
    "average": layers.average,
    "concatenate": layers.concatenate,
    "dot": layers.dot,
}


def rule_of(call: ir.Call) -> Rule | None:
    """The rule of a call; None where there is none."""
    entry: Any = call.use.entry
    if entry.body is not None:
        return formulas.layer
    if entry.step == "view":
        return layers.view
    if entry.step == "noise":  # only training draws
        return lambda g, call, x: x
    return _activation if entry.activation else RULES.get(entry.name)
