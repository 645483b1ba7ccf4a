"""The windows of convolutions, and the shapes that come of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from nnspec.record import Record, replace
from nnspec.table.entry import Arguments, Misfit, Shape
from nnspec.table.receptive_field import Sight, over_windows, under_windows
from nnspec.table.windows import pads, reach, transposed, verify_axes, windowed

Pads = tuple[tuple[int, int], ...]
DILATION = "dilation_rate"


class Windows(Record):
    """The windows of a convolution on a sample, a number for each axis they move over.

    `sizes` are those of the kernel, `sites` how many windows there are, and `pads` how
    many cells are added before and after those of the sample.
    """

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    sites: tuple[int, ...]
    pads: Pads
    groups: int = 1

    @property
    def reaches(self) -> tuple[int, ...]:
        """How many cells there are from the first to the last one of a window."""
        return tuple(map(reach, self.sizes, self.dilations))

    @property
    def is_plain(self) -> bool:
        """Whether they lie side by side, without gaps, over all channels at once."""
        return {*self.strides, *self.dilations, self.groups} == {1}


def numbers(arguments: Arguments, name: str) -> tuple[int, ...]:
    """What an argument gives for each axis; of a sequence it may be a single number."""
    given = cast("int | tuple[int, ...]", arguments[name])
    return (given,) if isinstance(given, int) else given


def _geometry_of(
    arguments: Arguments,
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The sizes, the strides and the dilations of windows."""
    return (
        numbers(arguments, "kernel_size"),
        numbers(arguments, "strides"),
        numbers(arguments, DILATION),
    )


def windows_of(shape: Shape, arguments: Arguments) -> Windows:
    """The windows of a convolution on samples of this shape."""
    sizes, strides, dilations = _geometry_of(arguments)
    padding = cast(str, arguments["padding"])
    axes = [*zip(shape[:-1], sizes, strides, dilations, strict=True)]
    found = Windows(
        sizes,
        strides,
        dilations,
        _sites("", len(sizes), shape, arguments),
        tuple(pads(n, k, s, d, padding) for n, k, s, d in axes),
    )
    return replace(found, groups=cast(int, arguments.get("groups", 1)))


def transposed_windows_of(shape: Shape, arguments: Arguments) -> Windows:
    """The windows of the convolution whose transpose takes samples of this shape."""
    sizes, strides, dilations = _geometry_of(arguments)
    cut = tuple(before for _, before in _outputs(shape, arguments))
    axes = zip(shape[:-1], sizes, strides, dilations, strict=True)
    whole = ((n - 1) * s + reach(k, d) for n, k, s, d in axes)
    outputs = (size for size, _ in _outputs(shape, arguments))
    after = (max(n - c - m, 0) for n, c, m in zip(whole, cut, outputs, strict=True))
    return Windows(
        sizes, strides, dilations, shape[:-1], tuple(zip(cut, after, strict=True))
    )


def sees(shape: Shape, arguments: Arguments) -> tuple[Sight, ...]:
    """Which cells of its input a value comes of, along each axis."""
    windows = windows_of(shape, arguments)
    before = (first for first, _ in windows.pads)
    return tuple(map(over_windows, windows.strides, windows.reaches, before))


def transposed_sees(shape: Shape, arguments: Arguments) -> tuple[Sight, ...]:
    """Those that a value of a transposed convolution comes of."""
    windows = transposed_windows_of(shape, arguments)
    cut = (first for first, _ in windows.pads)
    return tuple(map(under_windows, windows.strides, windows.reaches, cut))


def _output_padding(arguments: Arguments) -> tuple[int, ...] | None:
    """That of a transposed convolution, if it is given."""
    given = arguments.get("output_padding")
    return None if given is None else numbers(arguments, "output_padding")


def _outputs(shape: Shape, arguments: Arguments) -> list[tuple[int, int]]:
    """The size of each axis of a transpose's output, and what is cut off before it."""
    more = _output_padding(arguments)
    sizes, strides, dilations = _geometry_of(arguments)
    padding = cast(str, arguments["padding"])
    return [
        transposed(n, k, s, d, padding, extra)
        for n, k, s, d, extra in zip(
            shape[:-1],
            sizes,
            strides,
            dilations,
            more or (None,) * len(sizes),
            strict=True,
        )
    ]


# -- Shapes ----------------------------------------------------------------------------


def convolved(name: str, rank: int) -> Callable[[Shape, Arguments], Shape]:
    """The output shape of a convolution over `rank` axes."""

    def shape_of(shape: Shape, arguments: Arguments) -> Shape:
        sites = _sites(name, rank, shape, arguments)
        _verify_groups(name, shape, arguments)
        return (*sites, cast(int, arguments["filters"]))

    return shape_of


def _sites(name: str, rank: int, shape: Shape, arguments: Arguments) -> Shape:
    verify_axes(name, shape, rank)
    return windowed(
        name,
        shape,
        *_geometry_of(arguments),
        padding=cast(str, arguments["padding"]),
        argument="kernel_size",
    )


def _verify_groups(name: str, shape: Shape, arguments: Arguments) -> None:
    groups = cast(int, arguments.get("groups", 1))
    for number, what in ((shape[-1], "channels"), (arguments["filters"], "filters")):
        if cast(int, number) % groups:
            raise Misfit(
                f"`{name}` cannot make {groups} groups of {number} {what}",
                f"{number} must be a multiple of `groups`",
                argument="groups",
            )


def depthwise_shape(name: str, rank: int) -> Callable[[Shape, Arguments], Shape]:
    """The output shape of a depthwise convolution over `rank` axes."""

    def shape_of(shape: Shape, arguments: Arguments) -> Shape:
        sites = _sites(name, rank, shape, arguments)
        return (*sites, shape[-1] * cast(int, arguments["depth_multiplier"]))

    return shape_of


def transposed_shape(name: str, rank: int) -> Callable[[Shape, Arguments], Shape]:
    """The output shape of a transposed convolution over `rank` axes."""

    def shape_of(shape: Shape, arguments: Arguments) -> Shape:
        verify_axes(name, shape, rank)
        sizes = tuple(size for size, _ in _outputs(shape, arguments))
        if min(sizes) < 1:
            raise Misfit(
                f"`{name}` leaves nothing of {shape}",
                "take a larger `output_padding`, or leave it out",
                argument="output_padding",
            )
        return (*sizes, cast(int, arguments["filters"]))

    return shape_of


def agree(name: str) -> Callable[[Arguments], None]:
    """Strides and dilations do not go together, as in Keras."""

    def verify(arguments: Arguments) -> None:
        if max(numbers(arguments, "strides")) > 1 < max(numbers(arguments, DILATION)):
            raise Misfit(
                f"`{name}` takes strides above 1 or a dilation above 1, not both",
                "leave one of them at 1",
                code="argument-type",
                argument=DILATION,
                other="strides",
            )
        more = _output_padding(arguments)
        strides = numbers(arguments, "strides")
        if more and any(a >= s for a, s in zip(more, strides, strict=True)):
            raise Misfit(
                f"`output_padding` of `{name}` must be less than its strides",
                "larger outputs come of larger `strides`",
                code="argument-type",
                argument="output_padding",
                other="strides",
            )

    return verify
