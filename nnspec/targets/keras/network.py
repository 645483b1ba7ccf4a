"""The network as a function that builds it: a chain, or a graph of calls."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from nnspec import ir
from nnspec.record import Record
from nnspec.table.entry import LayerEntry, Use
from nnspec.targets.keras import spelling
from nnspec.targets.keras.names import ATTENDS, IN_CALL, OWN
from nnspec.targets.keras.own import Own
from nnspec.targets.line_breaks import WIDTH, fit
from nnspec.targets.quote import Code, literal

#: What Keras itself calls the first input.
_KERAS_OWN = "input_layer"
#: Names that no value of the network can have in the function.
_RESERVED = frozenset(
    {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)}
    | {"keras", "np", "ops", "partial", "x", "inputs", "outputs", "NAME"}
    | {*OWN.values()}
)


class NetworkProgram(Record):
    """The lines of the function that builds the network, and plain files they call.

    `cells` says that weights of recurrent layers have a cell in their paths, `blocks`
    that names of layers have points for the `/` that Keras does not take.
    """

    lines: tuple[Code, ...]
    files: tuple[str, ...]
    cells: bool
    blocks: bool
    #: Whether it is a chain: Keras puts the name of such a model before its weights'.
    chain: bool


def plan_network(model: ir.Model, own: Own) -> NetworkProgram:
    """The function that builds a model's network; what it needs is added to `own`."""
    network = model.network
    names = {use.entry.name for c in network.calls for use in uses_within(c.use)}
    make = _sequential if _is_chain(network) else _graph
    lines = tuple(make(network, own))
    return NetworkProgram(
        lines=lines,
        files=tuple(f"keras/{name}" for name in sorted(names & OWN.keys())),
        cells=any(cast(LayerEntry, c.use.entry).recurrent for c in network.calls),
        chain=_is_chain(network),
        blocks=any("/" in call.name for call in network.calls),
    )


def uses_within(use: Use) -> Iterator[Use]:
    """A layer, and what it is given: activations, initializers, other layers."""
    yield use
    for given in use.arguments.values():
        if isinstance(given, Use):
            yield from uses_within(given)


def _is_chain(network: ir.Network) -> bool:
    """Whether each layer takes the value of the one before, and the last is given."""
    before = ("", *(call.name for call in network.calls))
    takes = [call.inputs for call in network.calls]
    follows = takes[1:] == [(name,) for name in before[1:-1]]
    owners = [owner_of(call) for call in network.calls if call.weights]
    ends = network.outputs == (network.calls[-1].name,)
    ends = ends and not any(c.use.entry.name in ATTENDS for c in network.calls)
    return follows and ends and len({*owners}) == len(owners)


def _sequential(network: ir.Network, own: Own) -> Iterator[Code]:
    yield Code("return keras.Sequential(")
    yield Code("    [")
    for one in network.calls:
        made = layer(one, own) if one.inputs else _input(one, network)
        yield Code(f"        {made},")
    yield Code("    ],")
    yield Code("    name=NAME,")
    yield Code(")")


def _input(one: ir.Call, network: ir.Network) -> Code:
    words: list[str] = [literal(one.output_shape)]
    words += ['dtype="int32"'] * (one.name in network.ids)
    words += [f"name={literal(one.name)}"] * (one.name != _KERAS_OWN)
    return Code(f"keras.Input({', '.join(words)})")


@dataclass
class _Variables:
    """The variables that hold the values of a network."""

    network: ir.Network
    of: dict[str, Code] = field(default_factory=dict)
    layers: dict[str, Code] = field(default_factory=dict)

    def name(self, text: str) -> Code:
        """A variable of its own."""
        stem = text.replace("/", "_")
        taken = {*self.of.values(), *self.layers.values()}
        while stem in taken or stem in _RESERVED:
            stem += "_"
        return Code(stem)

    def holds(self, index: int) -> Code:
        """What holds the value of a call: `x`, if only the next call takes it."""
        one = self.network.calls[index]
        after = self.network.calls[index + 1 : index + 2]
        users = self.network.users[one.name]
        is_next = bool(one.inputs and after) and list(users) == list(after)
        passing = is_next and one.name not in self.network.outputs
        found = Code("x") if passing else self.name(one.name)
        self.of[one.name] = found
        return found


def _graph(network: ir.Network, own: Own) -> Iterator[Code]:
    variables, scope = _Variables(network), ""
    shared = _shared(network)
    for index, one in enumerate(network.calls):
        block = one.scope[0] if one.scope else ""
        if block != scope and block:
            yield Code(f"# {block}")
        scope = block
        if not one.inputs:
            yield Code(f"{variables.holds(index)} = {_input(one, network)}")
            continue
        given = [variables.of[name] for name in one.inputs]
        taken = _taken(one, given)
        owner = owner_of(one)
        if owner in variables.layers:
            made = variables.layers[owner]
        elif owner in shared:
            made = variables.name(f"{owner}_layer")
            variables.layers[owner] = made
            yield Code(f"{made} = {layer(one, own)}")
        else:
            made = layer(one, own)
        yield from _applied(variables.holds(index), made, taken)
    ends = {
        name: variables.of[value]
        for name, value in zip(network.output_names, network.outputs, strict=True)
    }
    begins = {one.name: variables.of[one.name] for one in network.inputs}
    model = Code(f"keras.Model({_values(begins)}, {_values(ends)}, name=NAME)")
    frozen = dict.fromkeys(owner_of(one) for one in network.calls if _is_frozen(one))
    if not frozen:
        yield Code(f"return {model}")
        return
    yield Code(f"model = {model}")
    for name in frozen:
        found = f"model.get_layer({_layer_name(name)})"
        yield Code(f"{found}.trainable = False  # and so those within it")
    yield Code("return model")


def _is_frozen(one: ir.Call) -> bool:
    """Whether it has layers within it that Keras freezes no sooner than they are."""
    frozen = one.use.arguments.get("trainable") is False
    return frozen and one.use.entry.name in ATTENDS and bool(one.weights)


def _layer_name(owner: str) -> Code:
    return literal(owner.replace("/", "."))  # Keras takes no `/` in names


def _taken(one: ir.Call, given: list[Code]) -> Code:
    """What a layer is called with."""
    entry, arguments = cast(LayerEntry, one.use.entry), one.use.arguments
    if entry.name in ATTENDS:  # the query asks itself, if there is nothing else
        words = given if len(given) > 1 else given * 2
        more = [
            f"{IN_CALL[n]}=True" for n in arguments if n in IN_CALL and arguments[n]
        ]
        values = [f"[{', '.join(words)}]"] if ATTENDS[entry.name] else words
        return Code(", ".join([*values, *more]))
    return Code(f"[{', '.join(given)}]" if entry.takes[1] > 1 else given[0])


def _applied(variable: Code, made: Code, taken: Code) -> Iterator[Code]:
    """The lines that call a layer; of a long one, its own arguments are broken."""
    indent = "    "
    head = f"{indent}{variable} = {made}"
    if len(f"{head}({taken})") <= WIDTH:
        lines = [f"{head}({taken})"]
    elif len(f"{head}(") <= WIDTH:
        lines = fit(f"{head}({taken})")
    else:
        *before, last = fit(head)
        lines = [*before, f"{last}({taken})"]
    yield from (Code(line.removeprefix(indent)) for line in lines)


def _values(named: Mapping[str, Code]) -> Code:
    """One value, or several by their names."""
    if len(named) == 1:
        return next(iter(named.values()))
    return Code(
        f"{{{', '.join(f'{literal(n)}: {code}' for n, code in named.items())}}}"
    )


def owner_of(one: ir.Call) -> str:
    """The name of a layer, which is that of its weights where it has any."""
    if not one.weights:
        return one.name
    entry = cast(LayerEntry, one.use.entry)
    first = entry.weights(entry.given(one.input_shapes), one.use.arguments)[0].name
    return one.weights[0].name.removesuffix(f"/{first}")


def _shared(network: ir.Network) -> set[str]:
    """The layers that are called more than once."""
    owners = [owner_of(one) for one in network.calls if one.weights]
    return {owner for owner in owners if owners.count(owner) > 1}


def layer(one: ir.Call, own: Own) -> Code:
    """The layer of a call, under the name that its weights have."""
    name = _layer_name(owner_of(one))
    return spelling.layer(one.use, name, own.of(one), ("values", *IN_CALL))
