"""LSTMs of convolutions: one convolution for all steps of the input, then a loop.

Each cell of a step is a row of the same LSTM, so that its lines are those of one; only
the products are convolutions, of arrays that are images for them.
"""

from __future__ import annotations

from math import prod
from typing import cast

from nnspec import ir
from nnspec.record import EMPTY, replace
from nnspec.table.convolved import Windows, windows_of
from nnspec.table.entry import Shape
from nnspec.table.windows import pads
from nnspec.targets.numpy.layout import Layout, layer_step, quoted
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.steps.convolution import (
    functions_of,
    images_at_once,
    window_options,
)
from nnspec.targets.numpy.steps.recurrent import Recurrent, draws_masks
from nnspec.targets.numpy.steps.within import inner_files, inner_functions, needs_sums
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, literal

#: What is kept of each step: how many steps more than the input has, how many times as
#: wide as the state. Then what the way back works with.
_KEPT = {"gates": (0, 4), "h": (1, 1), "c": (1, 1), "act": (0, 1)}
_WORK = {"dh": 1, "dc": 1}


def add_conv_lstm(
    layout: Layout, call: ir.Call, x: Value, *, both: bool = False
) -> Value:
    """A step of the network for the whole loop over time.

    As one of `both` directions, what comes out is in the order of the input.
    """
    arguments = call.use.arguments
    windows = windows_of(x.shape[1:], arguments)
    times, filters = x.shape[0], cast(int, arguments["filters"])
    cells = prod(windows.sites)
    y, w, gradients = (
        layout.output(call, x),
        layout.weights(call),
        layout.gradients(call),
    )

    def rows(part: str, wide: int, steps: Shape = (), space: str = "a") -> Value:
        """A row for each cell of each sample; of one step, or of several."""
        shape = (*map(str, steps), f"n * {cells}", str(wide * filters))
        whole = Code(f"({', '.join(shape)})")
        shape_of_one = (*steps, cells, wide * filters)
        return Value(shape_of_one, y.name, part, space=space, whole_shape=whole)

    sizes = ", ".join(map(str, x.shape[1:]))
    whole = Code(f"({times}, n, {sizes})")
    kept = {"steps": Value(x.shape, y.name, "steps", whole_shape=whole)}
    for part, (more, wide) in _KEPT.items():
        kept[part] = rows(part, wide, (times + more,))
    of_one = (*windows.sites, filters)
    keeps = y.derived and needs_sums(arguments, of_one)
    kept["inner"] = rows("inner", 4, (times,) if keeps else ())
    work = {part: rows(part, wide, space="da") for part, wide in _WORK.items()}
    blocks = Code(f"(4, n * {cells}, {filters})")
    work["d"] = Value((4, *of_one), y.name, "d", space="da", whole_shape=blocks)
    masks = {"dropout": ("mask", x.shape[1:]), "recurrent_dropout": ("masks", of_one)}
    for rate, (part, shape) in masks.items():
        if arguments[rate]:
            kept[part] = _of_gates(y.name, part, shape)
    rng = draws_masks(layout, y.name, arguments)
    names = inner_functions(layout, arguments, of_one, derived=y.derived)
    convolve, fold = functions_of(windows, general=True)

    def build(op: Operation) -> Step:
        files = [convolve, "lstm_step"]
        files += ["lstm_back", fold] if op.dy else []
        files += [f"{convolve}_kernel"] if op.dw else []
        files += ["sum_sites"] if "bias" in op.dw else []
        if rng:
            files += ["gate_convolve"]
            back = op.dy and arguments["recurrent_dropout"]
            back = back or (op.dx_code and arguments["dropout"])
            files += ["gate_convolve_input"] if back else []
            files += ["gate_convolve_kernel"] if op.dw else []
        files += inner_files(arguments, of_one)
        base = layer_step(call, op, "conv_lstm", w=w)
        inner = Code(kept["inner"].a + "[t]" * keeps)
        facts = {
            **_images(kept, x.shape, windows, filters),
            "inner": _as_images(inner, windows.sites, 4 * filters),
            **_options(windows, x.shape[-1], filters),
            "convolve": Code(convolve),
            "fold": Code(fold),
        }
        if op.dy:
            facts["dh"] = _as_images(work["dh"].a, windows.sites, filters)
        return Recurrent(
            **{
                **vars(base),
                "arguments": quoted(arguments),
                "files": tuple(files),
                "facts": facts,
                "rng": rng,
            },
            steps=literal(times),
            arrays={part: value.a for part, value in kept.items()},
            work={part: value.a for part, value in work.items()} if op.dy else EMPTY,
            rows=EMPTY,
            names=names,
            sums=Code(f"{inner}.reshape(-1, 4, {filters}).swapaxes(0, 1)"),
            by_gate=False,
            mask=None,
            flipped=both and bool(arguments["go_backwards"]),
            blank=False,
            stepwise=False,
        )

    return layout.add(
        Operation(
            build,
            (x,),
            (y, *kept.values()),
            y,
            (Back.OWN,),
            looks=tuple(kept.values()),
            scratch_back=tuple(work.values()),
            gradients=gradients,
        )
    )


def _of_gates(name: Code, part: str, shape: Shape) -> Value:
    """A mask for each gate, of one step of each sample."""
    sizes = ", ".join(map(str, shape))
    return Value((4, *shape), name, part, whole_shape=Code(f"(4, n, {sizes})"))


def _as_images(array: Code, sizes: Shape, channels: int) -> Code:
    """An array as images, a sequence as one of a single row."""
    row = (1,) * (len(sizes) == 1)
    return Code(f"{array}.reshape{batch_shape((*row, *sizes, channels), '-1')}")


def _images(
    kept: dict[str, Value], shape: Shape, windows: Windows, filters: int
) -> dict[str, Code]:
    """The arrays that are convolved; and the states, sample by sample."""
    times, *sizes, channels = shape
    gates, h, sites = kept["gates"].a, kept["h"].a, windows.sites
    states = ", ".join(map(str, (times + 1, -1, *sites, filters)))
    return {
        "steps": _as_images(kept["steps"].a, tuple(sizes), channels),
        "gates": _as_images(gates, sites, 4 * filters),
        "gates_t": _as_images(Code(f"{gates}[t]"), sites, 4 * filters),
        "h_t": _as_images(Code(f"{h}[t]"), sites, filters),
        "before": _as_images(Code(f"{h}[:-1]"), sites, filters),
        "states": Code(f"{h}.reshape({states})"),
        "row": Code("[None]" if len(sites) == 1 else ""),
        "filters": literal(filters),
    }


def _options(windows: Windows, channels: int, filters: int) -> dict[str, Code]:
    """What convolutions of the input and of the state are given."""
    ones = (1,) * len(windows.sizes)
    axes = zip(windows.sites, windows.sizes, strict=True)
    ends = (pads(n, k, padding="same") for n, k in axes)
    state = replace(windows, strides=ones, dilations=ones, pads=tuple(ends))
    cells = prod(windows.sites[-2:]) * prod(windows.sizes)
    return {
        "options": window_options(
            windows, windows.pads, images_at_once(cells * channels)
        ),
        "same": window_options(state, state.pads, images_at_once(cells * filters)),
    }
