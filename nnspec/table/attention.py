"""Layers whose steps attend to the steps of a sequence, as in Keras 3.

They take a query, a value and a key; without a key the values are the keys, and a
single sequence attends to itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from nnspec.record import Record
from nnspec.table.common import TRAINABLE
from nnspec.table.entry import (
    Argument,
    Arguments,
    DefaultUse,
    LayerEntry,
    Misfit,
    Shape,
    Shapes,
    Weight,
)
from nnspec.table.kinds import Choice, Flag, Real

_T = TypeVar("_T")

#: What is computed of a score: its softmax, and the derivative of that.
_SOFTMAX, _SOFTMAX_BACK = 5, 3
#: What a number of a query and one of a key come to: a sum, its tanh, a sum of these;
#: and the same back.
_ADDED, _ADDED_BACK = 3, 4


def attended(given: Sequence[_T]) -> tuple[_T, _T, _T]:
    """The query, the value and the key, of one, two or three that are given."""
    value = given[min(1, len(given) - 1)]
    return given[0], value, given[2] if len(given) > 2 else value


class Sizes(Record):
    """The sizes of an attention.

    Each of the `heads` has a query of its own, and `sharing` of them a key and a value.
    """

    #: How many steps ask, and how many are asked.
    steps: int
    others: int
    key_dim: int
    value_dim: int
    heads: int = 1
    sharing: int = 1
    #: The axes of heads that stand before those of the steps.
    axes: Shape = ()

    @property
    def groups(self) -> int:
        """How many keys and values there are at each step."""
        return self.heads // self.sharing

    @property
    def asked_axes(self) -> Shape:
        """Those of keys and values: as often as heads do not share them."""
        return (self.groups, 1)[: len(self.axes)]


def sizes_of(shapes: Shapes) -> Sizes:
    """The sizes of an attention without heads."""
    query, value, _ = attended(shapes)
    return Sizes(query[0], value[0], query[-1], value[-1])


def verify_sequences(name: str, shapes: Shapes, arguments: Arguments) -> None:
    """Raise `Misfit` unless these can be a query, a value and a key."""
    query, value, key = attended(shapes)
    for shape in shapes:
        if len(shape) < 2:
            raise Misfit(
                f"`{name}` needs sequences of shape (steps, features), got {shape}",
                "give it one without `flatten` before it"
                if shape
                else "put `reshape(1, 1)` before it",
            )
    if len(query) != len(value):
        raise Misfit(
            f"`{name}` takes a query and values with as many axes, got {query} and "
            f"{value}",
            "put `reshape` before one of them",
        )
    if value[:-1] != key[:-1]:
        raise Misfit(
            f"`{name}` needs a key for each value, and there are keys of shape {key} "
            f"for values of shape {value}",
            "both are to have as many steps: `from query, value, key`",
        )
    if arguments["causal"] and len(query) > 2:
        raise Misfit(
            f"`causal` is for sequences of shape (steps, features), got {query}",
            "leave it out, or put `reshape` before the layer",
            argument="causal",
        )


def verify_one_axis(name: str, query: Shape) -> None:
    """Raise `Misfit` where steps have several axes."""
    if len(query) > 2:
        raise Misfit(
            f"`{name}` needs sequences of shape (steps, features), got {query}",
            "put `reshape` before the layer",
        )


def flops_of_scores(sizes: Sizes, arguments: Arguments) -> tuple[int, int]:
    """What is done to each score but for its product, and on the way back."""
    cells = sizes.heads * sizes.steps * sizes.others
    more = bool(arguments["causal"]) + bool(arguments["dropout"])
    back = _SOFTMAX_BACK + bool(arguments["dropout"])
    return (_SOFTMAX + more) * cells, back * cells


def flops_of_products(sizes: Sizes) -> tuple[int, int]:
    """Those of q @ k.T, and of p @ v."""
    cells = sizes.heads * sizes.steps * sizes.others
    return 2 * cells * sizes.key_dim, 2 * cells * sizes.value_dim


# -- Without heads ---------------------------------------------------------------------


def is_additive(arguments: Arguments) -> bool:
    """Whether a score is a sum over tanh(q + k), not the product q @ k."""
    return arguments.get("score_mode", "concat") == "concat"


def _shape(name: str, shapes: Shapes, arguments: Arguments) -> Shape:
    verify_sequences(name, shapes, arguments)
    query, value, key = attended(shapes)
    verify_one_axis(name, query)
    if query[-1] != key[-1]:
        raise Misfit(
            f"`{name}` compares queries with keys, and those have {query[-1]} "
            f"features, these {key[-1]}",
            f"make them alike first, as with `dense({key[-1]})` for the query",
        )
    return (query[0], value[-1])


def _weights(shapes: Shapes, arguments: Arguments) -> tuple[Weight, ...]:
    """Factors: of the products or of the sums, and of all sums together."""
    found = []
    ones = DefaultUse("initializer", "ones")
    if "score_mode" not in arguments and arguments["use_scale"]:
        drawn = DefaultUse("initializer", "glorot_uniform")
        found.append(Weight("scale", shapes[0][-1:], drawn))
    elif arguments["use_scale"]:
        found.append(Weight("scale", (), ones))
    if arguments.get("score_mode") == "concat":
        found.append(Weight("concat_score_weight", (), ones))
    return tuple(found)


def _flops(shapes: Shapes, _: Shape, arguments: Arguments) -> int:
    sizes = sizes_of(shapes)
    asked, mixed = flops_of_products(sizes)
    scaled = bool(arguments["use_scale"])
    if is_additive(arguments):
        asked = (_ADDED + scaled) * (asked // 2)
    else:
        asked += scaled * sizes.steps * sizes.key_dim
    return asked + mixed + flops_of_scores(sizes, arguments)[0]


def _derivative(
    shapes: Shapes, _: Shape, arguments: Arguments
) -> tuple[int, tuple[int, ...]]:
    """By the weights with the way to the scores; and by query, value and key."""
    sizes = sizes_of(shapes)
    asked, mixed = flops_of_products(sizes)
    back = mixed + flops_of_scores(sizes, arguments)[1]
    if is_additive(arguments):
        asked = _ADDED_BACK * (asked // 2)
    by_each = (asked, mixed, asked)
    if len(shapes) < 3:
        by_each = (asked, mixed + asked, 0)
    if len(shapes) < 2:
        by_each = (2 * asked + mixed, 0, 0)
    first, *others = by_each[: len(shapes)]
    return asked * bool(arguments["use_scale"]), (first + back, *others)


DROPOUT = Argument(
    "dropout",
    Real(minimum=0, below=1),
    0.0,
    "rate of a dropout of the weights that steps have for each other",
)
CAUSAL = Argument(
    "causal",
    Flag(),
    False,
    "whether a step sees itself and those before it alone",
    named=True,
    aliases=("use_causal_mask",),
)


def attention(
    name: str, doc: str, arguments: tuple[Argument, ...], **more: object
) -> LayerEntry:
    """The entry of a layer that takes a query, a value and a key."""
    return LayerEntry(
        name,
        doc,
        (*arguments, CAUSAL, TRAINABLE),
        takes=(1, 3),
        sees=lambda *_: None,
        shares=True,
        mask=lambda _: "attends",
        **more,  # type: ignore[arg-type]
    )


def _plain(name: str, doc: str, *arguments: Argument) -> LayerEntry:
    return attention(
        name,
        doc,
        arguments,
        shape=lambda shapes, given: _shape(name, shapes, given),
        weights=_weights,
        flops=_flops,
        derivative_flops=_derivative,
        step="attention",
    )


ATTENTION = (
    _plain(
        "attention",
        "Each step is the mean of all values, weighed by how much its query is like "
        "their keys: softmax(q @ k.T) @ v (Luong et al., 2015).",
        Argument(
            "use_scale", Flag(), False, "whether scores have a factor that is learnt"
        ),
        Argument(
            "score_mode",
            Choice(("dot", "concat")),
            "dot",
            "what is the score of a query and a key: their product, or the sum of "
            "tanh(q + k) by a factor that is learnt",
        ),
        DROPOUT,
    ),
    _plain(
        "additive_attention",
        "As `attention`, but the score of a query and a key is the sum of "
        "scale * tanh(q + k) (Bahdanau et al., 2015).",
        Argument(
            "use_scale",
            Flag(),
            True,
            "whether each feature has a factor that is learnt; else all count alike",
        ),
        DROPOUT,
    ),
)
