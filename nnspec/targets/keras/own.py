"""Activations, layers and losses of a spec's own: functions and classes of Keras."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from nnspec import ir
from nnspec.formulas.expression import Computed, Expression, ordered, value
from nnspec.formulas.shapes import spread
from nnspec.record import replace
from nnspec.table.entry import ActivationEntry, LayerEntry, Use
from nnspec.table.training_entry import LossEntry
from nnspec.targets.keras import spelling
from nnspec.targets.keras.formulas import OF_TRAINING, function_lines
from nnspec.targets.keras.names import camel
from nnspec.targets.numpy.formulas.told import told
from nnspec.targets.numpy.identity import canonical
from nnspec.targets.quote import Code, literal

#: What layers of Keras have already: a weight of such a name has a `_` more.
_ATTRIBUTES = frozenset(
    """
    activity_regularizer add_loss add_metric add_variable add_weight autocast
    build build_from_config built call call_signature_parameters compute_dtype
    compute_mask compute_output_shape compute_output_spec count_params dtype
    dtype_policy from_config get_build_config get_config get_weights input
    input_dtype input_spec load_own_variables losses metrics metrics_variables
    name non_trainable_variables non_trainable_weights output path
    quantization_mode quantize quantized_build quantized_call
    rematerialized_call save_own_variables seeds set_weights stateless_call
    supports_jit supports_masking symbolic_call trainable trainable_variables
    trainable_weights variable_dtype variables weights
    """.split()
)
#: Names that a parameter cannot have in a function.
_RESERVED = frozenset({"self", "training", "ops", "keras"})


@dataclass
class Own:
    """The definitions that a script needs, each once, and what they are called."""

    definitions: list[tuple[Code, ...]] = field(default_factory=list)
    _names: dict[str, Code] = field(default_factory=dict)

    def activation(self, use: Use) -> Code:
        """The name of the function of an activation."""
        name, new = self._named(use, "activation", f"{use.entry.name}_activation", "_")
        if new:
            entry, x = cast(ActivationEntry, use.entry), value("x", ())
            assert entry.build is not None
            made = entry.build(x, use.arguments)
            lines = function_lines(_whole(made), {x: Code("x")}, made.lines)
            self.definitions.append(
                (Code(f"def {name}(x):"), *_indented(*_told(use, "x"), *lines))
            )
        return name

    def of(self, call: ir.Call, *, within: bool = False) -> spelling.Names:
        """What a layer of the spec's own is called, and what another one is given."""
        use, entry = call.use, cast(LayerEntry, call.use.entry)
        if entry.body is not None:
            return {id(use): self._layer(call, within=within)}
        if entry.definition and entry.activation:
            return {id(use): self.activation(replace(use, entry=entry.activation))}
        found: dict[int, Code] = {}
        for given in use.arguments.values():
            if isinstance(given, Use) and isinstance(given.entry, LayerEntry):
                shape = call.input_shape[1:] if entry.for_each else call.input_shape
                inner = replace(call, use=given, input_shapes=(shape,))
                found |= self.of(inner, within=True)
            elif isinstance(given, Use) and given.entry.definition:
                found[id(given)] = self.activation(given)
        return found

    def _layer(self, call: ir.Call, *, within: bool) -> Code:
        """The name of the class of a layer, as it is for the shapes of a call.

        One within another layer says what shape comes out of it.
        """
        kind = f"{call.input_shapes} layer{' within' * within}"
        stem = f"{camel(call.use.entry.name)}Layer"
        name, new = self._named(call.use, kind, stem, "")
        if new:
            self.definitions.append(tuple(_layer(call, name, within=within)))
        return name

    def loss(self, use: Use, shape: tuple[int, ...]) -> Code:
        """The name of the class of a loss."""
        stem = f"{camel(use.entry.name)}Loss"
        name, new = self._named(use, f"{shape} loss", stem, "")
        if new:
            entry = cast(LossEntry, use.entry)
            y, p = value("y", shape), value("p", shape)
            assert entry.build is not None
            made = entry.build(y, p, use.arguments)
            known = {y: Code("y"), p: Code("p")}
            lines = function_lines(_whole(made), known, made.lines)
            self.definitions.append(
                (
                    Code(f"class {name}(keras.losses.Loss):"),
                    *_indented(
                        Code(f'"""The loss `{use.entry.name}` of the spec."""'),
                        Code(""),
                        Code("def call(self, y, p):"),
                        *_indented(*_told(use, "y, p"), *lines),
                    ),
                )
            )
        return name

    def _named(self, use: Use, kind: str, stem: str, mark: str) -> tuple[Code, bool]:
        """What a use is called; whether it is the first of its kind."""
        key = f"{kind} {canonical(use, 'trainable', 'reduction')}"
        if key in self._names:
            return self._names[key], False
        name, count = stem, 1
        while name in self._names.values():
            count += 1
            name = f"{stem}{mark}{count}"
        self._names[key] = Code(name)
        return self._names[key], True


def _layer(call: ir.Call, name: Code, *, within: bool) -> Iterator[Code]:
    """The lines of a class whose formula is that of a call."""
    entry = cast(LayerEntry, call.use.entry)
    assert entry.body is not None
    made = entry.body(call.input_shapes, call.use.arguments)
    nodes = ordered([made.result])
    given = {node: _parameter(node) for node in made.values}
    weights = {n: _attribute(n) for n in nodes if n.operator == "weight"}
    drawn = dict.fromkeys(made.drawn, Code("mask"))
    yield Code(f"class {name}(keras.layers.Layer):")
    yield from _indented(Code(f'"""The layer `{entry.name}` of the spec."""'), Code(""))
    if made.drawn:
        yield from _indented(
            Code("def __init__(self, **more):"),
            *_indented(
                Code("super().__init__(**more)"),
                Code("self.seeds = keras.random.SeedGenerator()"),
            ),
            Code(""),
        )
    if call.weights:
        yield Code("    def build(self, shape):")
        yield from _indented(*_indented(*map(_add_weight, call.weights)), Code(""))
    if within:
        shape = ", ".join(map(literal, made.result.shape))
        yield Code("    def compute_output_shape(self, shape):")
        yield from _indented(Code(f"    return (shape[0], {shape})"), Code(""))
    one = len(given) == 1
    parameter = next(iter(given.values())) if one else "inputs"
    training = ", training=False" * any(n.operator in OF_TRAINING for n in nodes)
    yield Code(f"    def call(self, {parameter}{training}):")
    if not one:
        yield Code(f"        {', '.join(given.values())} = inputs")
    lines = function_lines(_whole(made), {**given, **weights, **drawn}, made.lines)
    formula = _told(call.use, ", ".join(given.values()))
    yield from _indented(*_indented(*formula, *lines))


def _whole(made: Computed) -> Expression:
    """The result, of the same shape for each sample."""
    return spread(made.result, made.result.shape, batched=True)


def _parameter(node: Expression) -> Code:
    return Code(f"{node.name}{'_' * (node.name in _RESERVED)}")


def _attribute(node: Expression) -> Code:
    return Code(f"self.{_attribute_name(node.name)}")


def _attribute_name(name: str) -> str:
    return f"{name}_" if name in _ATTRIBUTES or name.startswith("_") else name


def _add_weight(weight: ir.Weight) -> Code:
    """The line that makes a weight."""
    name = weight.name.rpartition("/")[2]
    words = [f"shape={literal(weight.shape)}"]
    for part in ("initializer", "regularizer", "constraint"):
        use = getattr(weight, part)
        if use is not None and not (part == "initializer" and _is_usual(use)):
            words.append(f"{part}={spelling.value(part, use)}")
    words += ["trainable=False"] * (not weight.trainable)
    words.append(f"name={literal(name)}")
    return Code(f"self.{_attribute_name(name)} = self.add_weight({', '.join(words)})")


def _is_usual(use: Use) -> bool:
    return use.entry.name == "glorot_uniform" and spelling.plain(use)


def _told(use: Use, parameters: str) -> Iterator[Code]:
    """The formula as the spec has it, in a comment."""
    return (Code(f"# {line}") for line in told(use.entry, parameters))


def _indented(*lines: Code) -> Iterator[Code]:
    for line in lines:
        for part in line.split("\n"):
            yield Code(f"    {part}" if part else "")
