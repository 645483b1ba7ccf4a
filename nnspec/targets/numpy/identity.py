"""What a script's weights and trainings are of, in texts that are compared.

The texts do not depend on how a spec is written: arguments that are as they are by
default are left out. A long one ends in a digest.
"""

from __future__ import annotations

from hashlib import sha256
from typing import cast

from nnspec import ir
from nnspec.table.data_entry import TransformEntry
from nnspec.table.entry import REQUIRED, DefaultUse, LayerEntry, Use
from nnspec.table.pairs import ForOutputs, Pair
from nnspec.table.spelling import spell
from nnspec.table.training_entry import CallbackEntry
from nnspec.targets.quote import Code, literal

#: Texts up to here are told whole.
_LONGEST = 64
#: Arguments of layers that matter in training only.
OF_TRAINING = ("_initializer", "_regularizer", "_constraint", "momentum", "trainable")


def of_weights(model: ir.Model) -> dict[Code, Code]:
    """What predictions depend on beside the weights."""
    transforms = model.data.all_transforms + model.data.labels if model.data else ()
    kept = (u for u in transforms if not cast(TransformEntry, u.entry).by_batch)
    return _told(
        network=_network(model),
        transforms=", ".join(map(canonical, kept)) or "none",
    )


def of_training(model: ir.Model, training: ir.Training) -> dict[Code, Code]:
    """What a training goes on with from its beginning to its end."""
    best = [
        canonical(use, "patience")
        for use in training.callbacks
        if cast(CallbackEntry, use.entry).restores(use.arguments)
    ]
    words = [word for o in training.objectives for word in _objective(o)]
    words.append(training.precision)
    for objective in training.objectives:
        if weights := objective.class_weight:
            words.append(f"{objective.prefix}class_weight={spelled(weights)}")
    return _told(
        layers=", ".join(_word(layer, "_initializer") for layer in model.network.calls),
        data=_data(model, training),
        loss=", ".join(words),
        optimizer=canonical(training.optimizer, "learning_rate"),
        **({"best weights": best[0]} if best else {}),
    )


def _objective(objective: ir.Objective) -> list[str]:
    """A loss and metrics; of several outputs, with which one it is of."""
    words = [*map(canonical, (objective.loss, *objective.metrics))]
    if objective.prefix:
        words[0] = f"{objective.name}: {objective.weight:g} {words[0]}"
    return words


def digest(text: str) -> str:
    """A short digest, to tell texts apart."""
    return sha256(text.encode()).hexdigest()[:12]


def canonical(use: Use, *left_out: str) -> str:
    """A use as a spec could write it, without what is so by default, or left out."""
    words: list[str] = []
    positional = True
    for argument in use.entry.arguments:
        value = use.arguments[argument.name]
        default = argument.default is not REQUIRED and spelled(argument.default)
        if argument.name in left_out or spelled(value) == default:
            positional = False
        elif argument.variadic and isinstance(value, tuple):
            words += map(spelled, value)
        else:
            name = "" if positional else f"{argument.name}="
            words.append(name + spelled(value))
    name = use.entry.name
    if definition := use.entry.definition:
        name += f" {digest(definition.meaning)}"
    return f"{name}({', '.join(words)})" if words else name


def spelled(value: object) -> str:
    """A value as a spec could write it."""
    match value:
        case Use():
            return canonical(value)
        case DefaultUse() if value.arguments:
            given = (f"{k}={spelled(v)}" for k, v in value.arguments.items())
            return f"{value.name}({', '.join(given)})"
        case ForOutputs():
            return spelled(value.pairs)
        case Pair():
            return f"{spelled(value.key)}: {spelled(value.value)}"
        case tuple():
            return f"[{', '.join(map(spelled, value))}]"
        case str() if value.isidentifier():
            return value
    return spell(value)


def _network(model: ir.Model) -> str:
    """The layers that predictions go through, each with its inputs if not the last."""
    words: list[str] = []
    place: dict[str, int] = {}
    owner: dict[str, int] = {}  # of each weight, the first layer that has it
    for layer in model.network.calls:
        if cast(LayerEntry, layer.use.entry).draws:  # a dropout, or noise
            place[layer.name] = place[layer.inputs[0]]
            continue
        word = _word(layer, *OF_TRAINING)
        inputs = [place[name] for name in layer.inputs]
        if words and inputs != [len(words) - 1]:
            word += f" of {inputs}"
        first = {owner.setdefault(w.name, len(words)) for w in layer.weights}
        if first - {len(words)}:
            word += f" with the weights of {min(first)}"
        place[layer.name] = len(words)
        words.append(word)
    outputs = [place[name] for name in model.network.outputs]
    ends = outputs == [len(words) - 1]
    return ", ".join(words) + (f" gives {outputs}" if not ends else "")


def _word(layer: ir.Call, *left_out: str) -> str:
    """A layer without arguments that end so."""
    names = [argument.name for argument in layer.use.entry.arguments]
    return canonical(layer.use, *(name for name in names if name.endswith(left_out)))


def _data(model: ir.Model, training: ir.Training) -> str:
    """The data section, and the order in which a training takes its samples."""
    words = [] if training.shuffle else ["shuffle=false"]
    if data := model.data:
        uses = (data.source, *data.all_transforms, *data.labels)
        words = [*map(canonical, uses), *words]
        words += [f"{name} {spelled(value)}" for name, value in data.by_name.items()]
        if data.reconstruct:
            words.append(f"reconstruct after {len(data.reconstruct.before)}")
        if split := data.split:
            seed = "" if split.seed is None else f", seed={split.seed}"
            stratify = ", stratify=true" * split.stratify
            words.append(f"split({split.validation}, {split.test}{seed}{stratify})")
    return ", ".join(words) or "none"


def _told(**texts: str) -> dict[Code, Code]:
    """Each text as code, and shortened if it is long."""
    return {
        literal(key): literal(text if len(text) <= _LONGEST else _shortened(text))
        for key, text in texts.items()
    }


def _shortened(text: str) -> str:
    return f"{text[: _LONGEST - 16]}... {digest(text)}"
