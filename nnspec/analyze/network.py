"""The network section: layers bound to the table, chained, shaped and counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod
from typing import cast

from nnspec import ir, syntax
from nnspec.analyze.axes import verify_axes
from nnspec.analyze.by_facts.request import lacking_file
from nnspec.analyze.by_facts.shapes import in_words
from nnspec.analyze.foreign import unfolded
from nnspec.analyze.weights import verify_constraints, weights_of
from nnspec.bind import Binder
from nnspec.diagnostics import Fix, Note, did_you_mean
from nnspec.source import Span
from nnspec.table.entry import Activation, Layer, Misfit, Shape, Use, activation_of
from nnspec.table.kinds import AlreadyReported, Integer
from nnspec.values import amount

#: What is learnt of the data is kept as `data/...`, beside the weights of the layers.
_TAKEN = ("data",)
#: More layers, or more values in one array, than this are a slip of the pen.
_MOST_LAYERS = 10_000
_MOST_VALUES = 2**33


@dataclass
class _Chain:
    """What has been built so far; `shape` is None after a layer that is at fault."""

    binder: Binder
    layers: list[ir.Call] = field(default_factory=list)
    places: dict[str, Span] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    shape: Shape | None = None
    sound: bool = True

    def name(self, kind: str, label: syntax.Name | None) -> str:
        """The label, or Keras's name: `dense`, `dense_1`, ..."""
        if label is not None:
            return label.text
        stem = "input_layer" if kind == "input" else kind
        number = self.counts.get(stem, 0)
        self.counts[stem] = number + 1
        return f"{stem}_{number}" if number else stem


def analyze_network(
    section: syntax.Network,
    data: ir.Data | None,
    binder: Binder,
    data_unknown: bool = False,
) -> ir.Network | None:
    """The calls in the order of computation, or None where errors were reported.

    `data_unknown` says that the data section is at fault, so that an input shape that
    it might have settled is not asked for.
    """
    chain = _Chain(binder)
    layers = list(_flat(section.body, binder))
    if not layers:
        _report_empty(section, binder)
        return None
    if not _is_input(layers[0], binder):
        _implied_input(chain, section, data, data_unknown)
    for layer in layers:
        if isinstance(layer, syntax.Unread):
            chain.sound, chain.shape = False, None
        else:
            _add(chain, layer)
    if chain.layers and data is not None:
        _compare_input(chain, data)
    if not chain.sound:
        return None
    if len(chain.layers) < 2:
        _report_empty(section, binder)
        return None
    calls = tuple(chain.layers)
    return ir.Network(calls, (calls[-1].name,))


def _is_input(layer: syntax.Layer | syntax.Unread, binder: Binder) -> bool:
    """Whether it is the input, or may be it: nobody knows what could not be read."""
    if isinstance(layer, syntax.Unread):
        return True
    meant = binder.meant("layer", layer.call)
    if meant and not meant.call:
        return True
    return (meant.call if meant and meant.call else layer.call).name.text == "input"


def _report_empty(section: syntax.Network, binder: Binder) -> None:
    binder.diagnostics.error(
        "empty-network",
        "the network has no layers",
        section.keyword.span,
        help="a layer to start with: `dense(10, softmax)`",
    )


def _flat(body: syntax.Body, binder: Binder) -> Iterator[syntax.Layer | syntax.Unread]:
    """The layers with every `repeat` written out."""
    left = _MOST_LAYERS
    for statement in body:
        place = statement.count if isinstance(statement, syntax.Repeat) else statement
        for layer in _written_out((statement,), binder):
            if left == 0:
                binder.diagnostics.error(
                    "too-many-layers",
                    f"the network has more than {_MOST_LAYERS:,} layers",
                    place.span,
                    help="repeat less often",
                )
                return
            left -= 1
            yield layer


def _written_out(
    body: syntax.Body, binder: Binder
) -> Iterator[syntax.Layer | syntax.Unread]:
    for statement in unfolded(body, binder):
        if not isinstance(statement, syntax.Repeat):
            yield statement
            continue
        count = _count(statement, binder)
        body = tuple(filter(_holds_layers, statement.body))
        for _ in range(count if body else 0):
            yield from _written_out(body, binder)


def _holds_layers(statement: syntax.Layer | syntax.Repeat | syntax.Unread) -> bool:
    """Whether there is anything to repeat; else no limit of layers would end it."""
    if not isinstance(statement, syntax.Repeat):
        return True
    return any(map(_holds_layers, statement.body))


def _count(repeat: syntax.Repeat, binder: Binder) -> int:
    value = binder.scope.resolve(repeat.count)
    try:
        kind = Integer(1)
        return cast(int, binder.read(kind, value, "`repeat`")) if value else 1
    except AlreadyReported:
        return 1


def _implied_input(
    chain: _Chain, section: syntax.Network, data: ir.Data | None, data_unknown: bool
) -> None:
    """The input that is not written because the data section settles its shape."""
    if data is not None and data.feature_shape is not None:
        chain.shape = data.feature_shape
        binder = chain.binder
        call = syntax.Call(section.keyword.span, section.keyword, ())
        entry = cast(Layer, binder.find("layer", syntax.Name(call.span, "input")))
        use = Use(entry, {"shape": data.feature_shape}, call.span)
        _append(chain, use, chain.name("input", None), call.span)
        return
    chain.sound = False
    if data_unknown:
        return
    file = lacking_file(data)
    chain.binder.diagnostics.error(
        "missing-input",
        f"{file} is not there to tell the shape of the network's input"
        if file
        else "the network needs the shape of its input",
        section.keyword.span,
        help="put the file there, or begin the network with `input(...)`, such as "
        "`input(7)` for seven columns"
        if file
        else "begin it with the shape of one sample, such as `input(28, 28)`",
        of_data=file is not None,
    )


def _add(chain: _Chain, statement: syntax.Layer) -> None:
    """Bind one layer and add it to the chain."""
    binder = chain.binder
    name = statement.call.name
    use = binder.call("layer", statement.call)
    label = chain.name(name.text, statement.label)
    place = statement.label.span if statement.label else name.span
    unique = _claim(chain, label, place)
    followed = _follows(chain, statement)
    if use is None or not unique or not followed:
        chain.sound, chain.shape = False, None
        return
    if use.entry.name == "input" and chain.layers:
        chain.sound, chain.shape = False, None
        binder.diagnostics.error(
            "not-supported-yet",
            "this version of nnspec compiles networks with one input, at their start",
            name.span,
        )
        return
    if chain.shape is None and use.entry.name == "input":
        chain.shape = ()
    if chain.shape is not None:
        _append(chain, use, label, name.span)


def _append(chain: _Chain, use: Use, name: str, place: Span) -> None:
    entry, shape, at = cast(Layer, use.entry), cast(Shape, chain.shape), use
    try:
        output = entry.shape(shape, use.arguments)
        verify_axes(output)
        if shape and not output and use.entry.name != "input":
            raise Misfit(f"`{entry.name}` leaves no axis", "keep one: `reshape(1)`")
        if use.entry.name != "input":
            _verify_size(entry, shape, output, use)
        if activation := activation_of(use):
            at = activation
            cast(Activation, at.entry).verify(output, at)
    except Misfit as misfit:
        chain.sound, chain.shape = False, None
        span = at.span_of(misfit.argument) if misfit.argument else place
        notes = [_output_note(chain.layers[-1])] if chain.layers else []
        chain.binder.diagnostics.error(
            misfit.code, misfit.message, span, help=misfit.help, notes=notes
        )
        return
    if prod(output) > _MOST_VALUES:
        chain.sound, chain.shape = False, None
        chain.binder.diagnostics.error(
            "too-large",
            f"one sample would have {amount(prod(output))} values here",
            place,
            help=f"up to {_MOST_VALUES:,} can be compiled",
        )
        return
    weights = weights_of(name, use, shape)
    chain.layers.append(
        ir.Call(
            name=name,
            use=use,
            inputs=(chain.layers[-1].name,) if chain.layers else (),
            input_shapes=(shape,) if chain.layers else (),
            output_shape=output,
            weights=weights,
            flops=entry.flops(shape, output, use.arguments),
            span=place,
        )
    )
    _verify_initializers(chain, weights)
    chain.sound &= verify_constraints(weights, chain.binder.diagnostics)
    chain.shape = output


def _verify_size(entry: Layer, shape: Shape, output: Shape, use: Use) -> None:
    count = sum(prod(w.shape) for w in entry.weights(shape, use.arguments))
    if count > _MOST_VALUES:
        raise Misfit(
            f"`{entry.name}` would have {amount(count)} parameters",
            f"up to {_MOST_VALUES:,} can be compiled",
            code="too-large",
            argument=entry.arguments[0].name,
        )


def _verify_initializers(chain: _Chain, weights: tuple[ir.Weight, ...]) -> None:
    for weight in weights:
        rule = weight.initializer.entry.name
        axes = len(weight.shape)
        if (rule == "orthogonal" and axes < 2) or (rule == "identity" and axes != 2):
            chain.sound = False
            chain.binder.diagnostics.error(
                "initializer-shape",
                f"`{rule}` needs a matrix, and `{weight.name}` has the shape "
                f"{weight.shape}",
                weight.initializer.span,
                help="take another initializer here, such as `zeros`",
            )


def _output_note(layer: ir.Call) -> Note:
    return Note(layer.span, f"its output is {layer.output_shape}")


def _claim(chain: _Chain, name: str, place: Span) -> bool:
    """Whether the name is still free; then it is taken."""
    if name in _TAKEN:
        chain.binder.diagnostics.error(
            "name-taken",
            f"no layer is called `{name}`: `weights.npz` keeps what is learnt of the "
            "data under that name",
            place,
            help="give it another name with `as`",
        )
        return False
    if chain.places.get(name) == place:
        chain.binder.diagnostics.error(
            "doubled-name",
            f"repeated, several layers are called `{name}`",
            place,
            help=f"remove `as {name}`: within `repeat` layers are named by themselves",
        )
        return False
    if name in chain.places:
        chain.binder.diagnostics.error(
            "doubled-name",
            f"two layers are called `{name}`",
            place,
            help="give one of them another name with `as`",
            notes=[Note(chain.places[name], "the first one")],
        )
        return False
    chain.places[name] = place
    return True


def _follows(chain: _Chain, statement: syntax.Layer) -> bool:
    """Whether the layer takes the value just before it, which is all that compiles."""
    last = chain.layers[-1].name if chain.layers else None
    for source in statement.inputs:
        if source.text not in chain.places:
            chain.binder.diagnostics.error(
                "unknown-name",
                f"no layer before this one is called `{source.text}`",
                source.span,
                help=did_you_mean(source.text, chain.places)
                or f"name the one that is meant with `as {source.text}`",
            )
            return False
        if source.text != last or len(statement.inputs) > 1:
            if chain.shape is not None:
                chain.binder.diagnostics.error(
                    "not-supported-yet",
                    "this version of nnspec compiles chains: a layer takes the value "
                    "of the layer before it",
                    source.span,
                )
            return False
    return True


def _compare_input(chain: _Chain, data: ir.Data) -> None:
    given, needed = chain.layers[0].output_shape, data.feature_shape
    if needed is None or given == needed:
        return
    chain.sound = False
    call = f"input({', '.join(map(str, needed))})"
    parts = in_words(data)
    chain.binder.diagnostics.error(
        "shape-mismatch",
        f"the network takes {given}, but the data gives {needed}"
        + (f": {parts}" if parts else ""),
        chain.layers[0].span,
        help=Fix(f"write `{call}`, or leave it out", text=call),
        notes=[Note(data.span, f"gives {needed}")],
    )
