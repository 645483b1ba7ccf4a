"""Convolutions: which form of them is the fastest, and how many images at once.

Images are unfolded a few at a time, so that their windows stay in the processor's
cache between the copy and the product. A convolution's derivative by its input is one
itself, with the kernel turned round; where windows lie apart, or that would unfold much
more, each product is added to the window that it came of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from nnspec import ir
from nnspec.record import replace
from nnspec.table.axes import tiles
from nnspec.table.convolved import Windows, transposed_windows_of, windows_of
from nnspec.table.entry import Shape
from nnspec.targets.numpy.layout import Layout, layer_step
from nnspec.targets.numpy.names import batch_shape
from nnspec.targets.numpy.step import Step
from nnspec.targets.numpy.steps.dense import add_product
from nnspec.targets.numpy.values import Back, Operation, Value
from nnspec.targets.quote import Code, literal

#: So many numbers of windows stay in the cache; no more images than this at once.
_CELLS, _IMAGES = 800_000, 32
#: From so many times the cells on, a derivative is added up rather than unfolded.
_MUCH = 8


def add_convolution(layout: Layout, call: ir.Call, x: Value) -> Value:
    """Windows times the kernel, and the bias; of single cells just one product."""
    windows = windows_of(call.input_shape, call.use.arguments)
    if set(windows.sizes + windows.strides) == {1} and windows.groups == 1:
        w, gradients = layout.weights(call), layout.gradients(call)
        at = _only_cell(len(windows.sizes))
        return add_product(layout, call, x, w, gradients, at)
    folds = _adds(windows, x.shape, call.output_shape)
    convolve, fold = functions_of(windows)
    files = [convolve]
    if layout.gradients(call):
        files.append(f"{convolve}_kernel")
    if x.derived and folds:
        files.append(fold)
    elif x.derived:
        files.append("flipped_groups" if windows.groups > 1 else "flipped")
    template = "convolution" if convolve == "convolve" else "general_convolution"
    inner = x.shape[-1] // windows.groups
    facts = _facts(windows, inner, call.output_shape[-1], folds)
    facts |= {"convolve": Code(convolve), "fold": Code(fold)}
    passing = _passing(windows, inner, call.output_shape[-1], x, folds, template)
    return _add(layout, call, x, template, files, facts, passing)


def add_transposed(layout: Layout, call: ir.Call, x: Value) -> Value:
    """What the derivative of a convolution by its input does, with that of its output.

    Its own derivative is such a convolution.
    """
    windows = transposed_windows_of(call.input_shape, call.use.arguments)
    folds = _adds(windows, call.output_shape, x.shape)
    convolve, fold = functions_of(windows, general=True)
    files = [fold] if folds else [convolve, "flipped"]
    if layout.gradients(call):
        files.append(f"{convolve}_kernel")
    if x.derived:
        files.append(convolve)
    facts = _facts(windows, call.output_shape[-1], x.shape[-1], folds)
    facts |= {"convolve": Code(convolve), "fold": Code(fold)}
    cells = _unfolded(windows, call.output_shape[-1])
    passing = images_at_once(cells) * cells, 0
    return _add(layout, call, x, "transposed_convolution", files, facts, passing)


def functions_of(windows: Windows, *, general: bool = False) -> tuple[str, str]:
    """The function that convolves, and the one that adds up its derivative by x.

    The `general` one is for whatever strides, pads and dilations there are.
    """
    if len(windows.sizes) == 3:
        return "volume_convolve", "volume_convolve_input"
    plain = windows.is_plain and not general
    return "convolve" if plain else "general_convolve", "convolve_input"


def add_depthwise(layout: Layout, call: ir.Call, x: Value) -> Value:
    """Windows of each channel times its own kernels, and the bias."""
    y, gradients = layout.output(call, x), layout.gradients(call)
    return _add_depthwise(layout, call, x, y, layout.weights(call), gradients)


def add_separable(layout: Layout, call: ir.Call, x: Value) -> Value:
    """A depthwise convolution, then a product over the channels, and the bias."""
    w, gradients = layout.weights(call), layout.gradients(call)
    sites, channels = call.output_shape[:-1], prod(call.weights[0].shape[-2:])
    y = layout.output(call, x, part="depthwise")
    y.shape = (*sites, channels)
    y = _add_depthwise(
        layout, call, x, y, _part(w, "depthwise"), _part(gradients, "depthwise")
    )
    pointwise = _part(w, "pointwise"), _part(gradients, "pointwise")
    return add_product(layout, call, y, *pointwise, _only_cell(len(sites)))


def _add_depthwise(
    layout: Layout,
    call: ir.Call,
    x: Value,
    y: Value,
    w: Mapping[str, Code],
    gradients: Mapping[str, Code],
) -> Value:
    windows = windows_of(call.input_shape, call.use.arguments)
    files = ["depthwise"]
    files += ["depthwise_kernel"] if gradients else []
    files += ["depthwise_input"] if x.derived else []
    cells = 3 * prod(y.shape)
    at_once = images_at_once(cells)
    facts = {"options": window_options(windows, windows.pads, at_once)}
    passing = at_once * cells, 0
    return layout.add(
        Operation(
            lambda op: _step("depthwise", call, op, w, files, facts, passing),
            (x,),
            (y,),
            y,
            (Back.OWN,),
            looks=(x,) if gradients else (),
            gradients=gradients,
        )
    )


def _add(
    layout: Layout,
    call: ir.Call,
    x: Value,
    template: str,
    files: list[str],
    facts: Mapping[str, Code | bool | None],
    passing: tuple[int, int],
) -> Value:
    y, w, gradients = (
        layout.output(call, x),
        layout.weights(call),
        layout.gradients(call),
    )
    return layout.add(
        Operation(
            lambda op: _step(template, call, op, w, files, facts, passing),
            (x,),
            (y,),
            y,
            (Back.OWN,),
            looks=(x,) if gradients else (),
            gradients=gradients,
        )
    )


def _step(
    template: str,
    call: ir.Call,
    op: Operation,
    w: Mapping[str, Code],
    files: list[str],
    facts: Mapping[str, Code | bool | None],
    passing: tuple[int, int],
) -> Step:
    """What the steps have in common. Sequences are images of one row."""
    x, y, dy = op.x, op.y, op.dy
    dx = op.dx[0] if op.dx else None
    more = ["sum_sites"] if "bias" in op.gradients else []
    rank = len(x.shape) - 1
    row, kernel = ("[:, None]", "[None]") if rank == 1 else ("", "")
    bias = " + bias" * ("bias" in w)
    kernel_shape = call.weights[0].shape
    return layer_step(
        call,
        op,
        template,
        derivative=Code(f"{y.owner} = conv({x.owner}, kernel){bias}"),
        facts={
            "x": Code(x.a + row),
            "y": Code(y.a + row),
            "dx": Code(dx.a + row) if dx else None,
            "dy": Code(dy.a + row) if dy else None,
            "row": Code(kernel),
            "tiles": literal(tiles(y.shape)),
            "product": Code(f"conv of {batch_shape(x.shape, 'B')} and {kernel_shape}"),
            **facts,
        },
        w=w,
        files=(*files, *more),
        passing=passing,
    )


def _facts(
    windows: Windows, inner: int, outer: int, folds: bool
) -> dict[str, Code | bool | None]:
    """What the calls of a convolution are given, and of the one that leads back."""
    at_once = images_at_once(_unfolded(windows, inner * windows.groups))
    at_once_back = images_at_once(_unfolded_back(windows, outer))
    back = replace(windows, strides=(1,) * len(windows.sizes))
    return {
        "options": window_options(windows, windows.pads, at_once),
        "back": window_options(back, _pads_back(windows), at_once_back),
        "pads": _padding(windows.pads),
        "pads_back": None if folds else _padding(_pads_back(windows)),
        "at_once": literal(at_once),
        "at_once_back": literal(at_once_back),
        "folds": folds,
        "groups": literal(windows.groups) if windows.groups > 1 else None,
    }


def _unfolded(windows: Windows, channels: int) -> int:
    """How many numbers the windows of an image have, or of a slice of a volume."""
    return prod(windows.sites[-2:]) * prod(windows.sizes) * channels


def _unfolded_back(windows: Windows, channels: int) -> int:
    """How many those of its derivative have, which lead back to the image."""
    return prod(_inputs(windows)) * prod(windows.sizes) * channels


def _passing(
    windows: Windows, inner: int, outer: int, x: Value, folds: bool, template: str
) -> tuple[int, int]:
    """What a convolution holds for a moment: windows, and images with zeros around."""
    cells = _unfolded(windows, inner * windows.groups)
    framed = _padded(x.shape[:-1], windows.pads) * x.shape[-1]
    # A plain one puts zeros around all images, others around few at a time.
    plain = template == "convolution"
    found = [(cells, 0 if plain else framed)]
    each = [framed] if plain and any(map(any, windows.pads)) else []
    if x.derived and folds:
        found.append((cells, framed))
    elif x.derived:
        framed = _padded(windows.sites, _pads_back(windows)) * outer
        found.append((_unfolded_back(windows, outer), 0 if plain else framed))
        each += [framed] * plain
    fixed = (images_at_once(cells) * (cells + beside) for cells, beside in found)
    return max(fixed), max(each, default=0)


def _padded(sizes: Sequence[int], pads: Sequence[tuple[int, int]]) -> int:
    """How many places there are with those that are added."""
    return prod(n + sum(pair) for n, pair in zip(sizes, pads, strict=True))


def _inputs(windows: Windows) -> tuple[int, ...]:
    """How many cells the windows lie over, along each axis."""
    axes = zip(windows.sites, windows.strides, windows.reaches, strict=True)
    return tuple((sites - 1) * s + reach for sites, s, reach in axes)


def _pads_back(windows: Windows) -> tuple[tuple[int, int], ...]:
    """What is added to the output so that each input has all of its windows."""
    pairs = zip(windows.reaches, windows.pads, strict=True)
    return tuple((r - 1 - before, r - 1 - after) for r, (before, after) in pairs)


def _adds(windows: Windows, wide: Shape, narrow: Shape) -> bool:
    """Whether the way back, to the `wide` side, adds up and unfolds nothing."""
    if len(windows.sizes) == 3:
        return True  # a volume's slices are added up anyway
    if set(windows.strides) != {1} or min(map(min, _pads_back(windows))) < 0:
        return True
    return prod(wide[:-1]) * narrow[-1] > _MUCH * prod(narrow[:-1]) * wide[-1]


def _padding(pads: tuple[tuple[int, int], ...]) -> Code | None:
    """What `np.pad` is given for images, None where nothing is added."""
    if not any(map(any, pads)):
        return None
    rows = ((0, 0),) * (2 - len(pads))
    return literal(((0, 0), *rows, *pads, (0, 0)))


def images_at_once(cells: int) -> int:
    """How many images are unfolded together, if each makes so many numbers."""
    return max(1, min(_IMAGES, _CELLS // cells))


def window_options(
    windows: Windows, pads: tuple[tuple[int, int], ...], at_once: int
) -> Code:
    """What a call is given that differs from its defaults."""
    rank = len(windows.sizes)
    row = rank == 1  # a sequence is an image of one row
    axes = rank + row
    given = {
        "strides": (1,) * row + windows.strides,
        "pads": ((0, 0),) * row + pads,
        "dilation": (1,) * row + windows.dilations,
        "groups": windows.groups,
        "at_once": at_once,
    }
    defaults = {
        "strides": (1,) * axes,
        "pads": ((0, 0),) * axes,
        "dilation": (1,) * axes,
        "groups": 1,
        "at_once": 8,
    }
    return Code("".join(f", {n}={v}" for n, v in given.items() if v != defaults[n]))


def _only_cell(rank: int) -> Mapping[str, str]:
    """Where in a kernel its only cell is, which is a matrix."""
    return {"kernel": f"[{', '.join('0' * rank)}]"}


def _part(w: Mapping[str, Code], name: str) -> dict[str, Code]:
    """The weights of one part of a layer: its kernel, and of the last one the bias."""
    found = {"kernel": w[f"{name}_kernel"]} if w else {}
    if name == "pointwise" and "bias" in w:
        found["bias"] = w["bias"]
    return found
