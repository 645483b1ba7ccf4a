"""Uses of entries as calls of Keras: only arguments that differ from the defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nnspec.record import EMPTY
from nnspec.table.entry import (
    REQUIRED,
    ActivationEntry,
    Argument,
    LayerEntry,
    Use,
)
from nnspec.targets.keras.names import (
    ACTIVATION_LAYERS,
    CLASSES,
    FUNCTIONS,
    OWN,
    WRITTEN,
    class_of,
)
from nnspec.targets.numpy.identity import spelled
from nnspec.targets.quote import Code, literal

#: What Keras takes by its name where all arguments are the defaults.
_BY_NAME = frozenset({"initializer", "regularizer", "constraint"})
#: What the script calls the functions and classes of the spec's own, by their uses.
Names = Mapping[int, Code]
NONE: Names = {}


def call(
    category: str,
    use: Use,
    own: Names = NONE,
    *,
    left_out: tuple[str, ...] = (),
    more: Mapping[str, Code] = EMPTY,
) -> Code:
    """The call of a class: `keras.layers.Dense(512, name="dense")`.

    `more` are keywords that come last, or in place of an argument of that name.
    """
    words = list(_arguments(use, own, left_out, more))
    words += [f"{key}={code}" for key, code in more.items() if key not in use.arguments]
    return Code(f"{class_of(category, use.entry.name)}({', '.join(words)})")


def _arguments(
    use: Use, own: Names, left_out: tuple[str, ...], more: Mapping[str, Code]
) -> Iterator[str]:
    positional = True
    for argument in use.entry.arguments:
        name, given = argument.name, use.arguments[argument.name]
        if name in left_out:
            continue
        if name in more:
            yield f"{name}={more[name]}"
        elif is_default(use, argument):
            positional = False
        elif argument.default is REQUIRED and positional and not argument.named:
            yield value(name, given, own)
        else:
            yield f"{name}={value(name, given, own)}"


def is_default(use: Use, argument: Argument) -> bool:
    """Whether an argument is what Keras takes without it."""
    if argument.default is REQUIRED or argument.name in WRITTEN.get(use.entry.name, ()):
        return False
    return spelled(use.arguments[argument.name]) == spelled(argument.default)


def plain(use: Use) -> bool:
    """Whether a use has no argument to write."""
    return all(is_default(use, argument) for argument in use.entry.arguments)


def value(name: str, given: object, own: Names = NONE) -> Code:
    """The value of an argument."""
    if not isinstance(given, Use):
        return literal(given)
    if isinstance(given.entry, ActivationEntry):
        return activation(given, own)
    category = "schedule" if name == "learning_rate" else name.rpartition("_")[2]
    if category == "layer":
        return layer(given, literal(given.entry.name), own)
    if category in _BY_NAME and plain(given) and given.entry.name not in CLASSES:
        return literal(given.entry.name)
    return call(category, given)


def is_function(use: Use) -> bool:
    """Whether it is a function of Keras's: an activation that it has no layer for."""
    entry = use.entry
    if isinstance(entry, LayerEntry):
        of_activation = entry.activation and entry.name not in ACTIVATION_LAYERS
        return bool(of_activation) or entry.name in FUNCTIONS
    return isinstance(entry, ActivationEntry)


def layer(
    use: Use, name: Code, own: Names = NONE, left_out: tuple[str, ...] = ()
) -> Code:
    """A layer of this name."""
    if is_function(use):
        return Code(f"keras.layers.Activation({activation(use, own)}, name={name})")
    if id(use) in own:
        fixed = ", trainable=False" * (use.arguments["trainable"] is False)
        return Code(f"{own[id(use)]}(name={name}{fixed})")
    return call("layer", use, own, left_out=left_out, more={"name": name})


def activation(use: Use, own: Names = NONE) -> Code:
    """An activation: its name, or a function."""
    if id(use) in own:
        return own[id(use)]
    name = use.entry.name
    if plain(use):
        return Code(OWN[name]) if name in OWN else literal(name)
    given = (
        f"{argument.name}={literal(use.arguments[argument.name])}"
        for argument in use.entry.arguments
        if not is_default(use, argument)
    )
    function = OWN.get(name) or f"keras.activations.{name}"
    return Code(f"partial({function}, {', '.join(given)})")
