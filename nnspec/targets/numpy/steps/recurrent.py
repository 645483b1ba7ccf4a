"""Recurrent layers: one product for all steps of the input, then a loop over time.

Their arrays have the steps first, so that those of one step lie side by side. What the
gates come to is kept for the way back, where it becomes the gradients by their sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, prod
from typing import cast

from nnspec import ir
from nnspec.record import EMPTY
from nnspec.targets.numpy.layout import Layout, layer_step, quoted
from nnspec.targets.numpy.step import Seed, Step
from nnspec.targets.numpy.steps.dense import matmul
from nnspec.targets.numpy.steps.within import inner_files, inner_functions, needs_sums
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, literal


class Recurrent(Step, kw_only=True):
    """A recurrent layer, and the arrays that it has beside its input and output.

    `arrays` are those that the forward pass leaves for the way back, by their parts,
    and `work` those of the way back. `rows` are some of them as matrices, `before` the
    states before each step. `names` are the functions of its activations.
    """

    steps: Code
    arrays: Mapping[str, Code]
    work: Mapping[str, Code]
    rows: Mapping[str, Code]
    names: Mapping[str, Code]
    #: Those of a step that its gates are activations of, as blocks (G, n, U).
    sums: Code
    #: Each gate has a dropout of its own.
    by_gate: bool
    #: Of how many steps another thread sums up what they give the weights, while the
    #: loop goes on.
    apart: Code | None = None
    #: As `rows`, but of these steps.
    some: Mapping[str, Code] = EMPTY
    #: The mask of its steps.
    mask: Code | None
    #: Steps come out in the order of the input, though it goes backwards; ...
    flipped: bool
    #: ... and those that the mask leaves out are 0.
    blank: bool
    #: It begins with the state of the last call, not with 0.
    stepwise: bool


#: What each layer keeps: of (T + more, n, width), how many steps more than the input
#: has, and how many times as wide as its state.
_KEPT: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "simple_rnn": {"gates": (0, 1), "h": (1, 1)},
    "lstm": {"gates": (0, 4), "h": (1, 1), "c": (1, 1), "act": (0, 1)},
    "gru": {"gates": (0, 3), "h": (1, 1)},
    "gru_before": {"gates": (0, 3), "h": (1, 1), "reset": (0, 1)},
}
#: In how many parts of the steps another thread sums up what they give the weights.
_PARTS = 4
_FILES: Mapping[str, tuple[str, str] | tuple[()]] = {
    "simple_rnn": (),
    "lstm": ("lstm_step", "lstm_back"),
    "gru": ("gru_step", "gru_back"),
    "gru_before": ("gru_before_step", "gru_before_back"),
}


def add_recurrent(
    layout: Layout, call: ir.Call, x: Value, *, both: bool = False
) -> Value:
    """A step of the network for the whole loop over time.

    As one of `both` directions, what comes out is in the order of the input, and 0 at
    steps that a mask leaves out.
    """
    arguments = call.use.arguments
    kind = call.use.entry.name
    kind += "_before" * (arguments.get("reset_after") is False)
    times, width = x.shape
    units = cast(int, arguments["units"])
    y, w, gradients = (
        layout.output(call, x),
        layout.weights(call),
        layout.gradients(call),
    )

    def array(part: str, shape: tuple[int, ...], space: str = "a") -> Value:
        whole = Code(f"({', '.join(map(str, (*shape[:-1], 'n', shape[-1])))})")
        return Value(shape, y.name, part, space=space, whole_shape=whole)

    kept = {"steps": array("steps", (times, width))}
    for part, (more, wide) in _KEPT[kind].items():
        kept[part] = array(part, (times + more, wide * units))
    gates = _KEPT[kind]["gates"][1]
    blocks = (gates, units)
    if kind == "gru":
        kept["inner"] = array("inner", (times, *blocks))
    keeps = y.derived and needs_sums(arguments, (units,))
    if gates > 1:
        kept["sums"] = array("sums", (times, *blocks) if keeps else blocks)
    mask = layout.mask(call)
    if mask:
        kept["padded"] = Value(
            (times, 1),
            y.name,
            "padded",
            bools=True,
            whole_shape=Code(f"({times}, n, 1)"),
        )
    by_gate = bool(arguments["recurrent_dropout"])
    each = (gates,) if by_gate else ()
    if arguments["dropout"]:
        kept["mask"] = array("mask", (*each, width))
    if by_gate:
        kept["masks"] = array("masks", (*each, units))
    rng = draws_masks(layout, y.name, arguments)
    work = {"dh": array("dh", (units,), "da")}
    if kind == "lstm":
        work["dc"] = array("dc", (units,), "da")
    if gates > 1:
        work["d"] = array("d", blocks, "da")
    names = inner_functions(layout, arguments, (units,), derived=y.derived)
    derived, wide = y.derived, kept["gates"].shape[-1]

    def build(op: Operation) -> Step:
        base = layer_step(call, op, kind, w=w)
        forward_file, *back_file = _FILES[kind] or ("",)
        files = (forward_file, *(back_file * derived)) if forward_file else ()
        files += ("gate_product",) if by_gate and arguments["dropout"] else ()
        files += ("gate_product_back",) if by_gate and op.dy else ()
        files += ("gate_kernel",) if by_gate and op.dw else ()
        files += inner_files(arguments, (units,))
        product = matmul(layout.batch * times * width * wide)
        of_gates = kept.keys().isdisjoint(("inner", "reset"))
        apart = op.dw and of_gates and not by_gate and product == "product"
        files += ("meanwhile",) if apart else ()
        return Recurrent(
            **{
                **vars(base),
                "arguments": quoted(arguments),
                "files": files,
                "rng": rng,
                "matmul": product,
                "product": Code(f"(B * {times}, {width}) @ ({width}, {wide})"),
                "passing": (_of_moment(width, units, wide) if apart else 0, 0),
            },
            steps=literal(times),
            arrays={part: value.a for part, value in kept.items()},
            work={part: value.a for part, value in work.items()} if op.dy else EMPTY,
            rows=_rows(kept, units),
            names=names,
            sums=Code(kept["sums"].a + "[t]" * keeps) if gates > 1 else Code(""),
            by_gate=by_gate,
            apart=literal(ceil(times / _PARTS)) if apart else None,
            some=_rows(kept, units, "[some]"),
            mask=mask.a if mask else None,
            flipped=both and bool(arguments["go_backwards"]),
            blank=both and mask is not None,
            stepwise=layout.window is not None,
        )

    return layout.add(
        Operation(
            build,
            (x, mask) if mask else (x,),
            (y, *kept.values()),
            y,
            (Back.OWN, Back.OWN) if mask else (Back.OWN,),
            looks=tuple(kept.values()),
            scratch_back=tuple(work.values()),
            gradients=gradients,
        )
    )


def _of_moment(width: int, units: int, wide: int) -> int:
    """How many numbers the way back needs beside its arrays, if parts are apart.

    They are the transposed kernel, the sums of each part, and a copy of the largest of
    them, made to add them up.
    """
    kernel = units * wide
    return kernel + _PARTS * (kernel + (width + 1) * wide) + _PARTS * kernel


def draws_masks(
    layout: Layout, name: Code, arguments: Mapping[str, object]
) -> Code | None:
    """The generator of a layer's dropouts: its own, if it has a seed; if any drop."""
    if not (arguments["dropout"] or arguments["recurrent_dropout"]):
        return None
    layout.draws.add("mask")
    if arguments["seed"] is None:
        return Code("rng")
    layout.seeds.append(Seed(name, literal(arguments["seed"])))
    return Code(f"own.{name}")


def _rows(arrays: Mapping[str, Value], units: int, some: str = "") -> dict[str, Code]:
    """Those with all steps as matrices, or of `some` steps: each sample has rows."""

    def rows(array: Value) -> Code:
        return Code(f"{array.a}{some}.reshape(-1, {prod(array.shape[1:])})")

    parts = ("steps", "gates", "inner", "reset")
    found = {part: rows(arrays[part]) for part in parts if part in arrays}
    before = Code(f"{arrays['h'].a}[:-1]{some}.reshape(-1, {units})")
    return {**found, "before": before}
