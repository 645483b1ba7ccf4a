"""From a model and its weights to the bytes of an ONNX file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from nnspec import __version__, ir
from nnspec.diagnostics import Diagnostic, SpecError
from nnspec.record import Record
from nnspec.source import Source, Span
from nnspec.table.data_entry import TransformEntry
from nnspec.table.entry import Use
from nnspec.targets.numpy.labels import learnt_prefix
from nnspec.targets.numpy.targets import plan_target, target_transforms
from nnspec.targets.numpy.transforms import plan_learnt, takes_some
from nnspec.targets.onnx.graph import Array, Graph, Inexpressible
from nnspec.targets.onnx.rules import rule_of
from nnspec.weights.npz import Trained

#: The first version of the operators that has all of them as they are used.
_OPSET, _IR_VERSION = 18, 9
_FLOAT, _INT64 = 1, 7


class Exported(Record):
    """The bytes of a file, and the transforms that are not in it.

    Those of samples are to be done `before`, those of targets undone `after` it.
    """

    data: bytes
    before: tuple[str, ...]
    after: tuple[str, ...]


def export(library: Any, model: ir.Model, trained: Trained) -> Exported:
    """Build and check the graph. Raises `SpecError` for what ONNX cannot express."""
    faults = [*_faults(model.network)]
    network, helper = model.network, library.helper
    g = Graph(helper, library.numpy_helper, trained.weights, network.masks)
    values = {call.name: call.name for call in network.inputs}
    before = _prepare(g, model, trained, values)
    for call in network.calls:
        if not call.inputs:
            continue
        g.scope, rule = call.name, rule_of(call)
        values[call.name] = call.name  # so that all faults are found
        try:
            if rule:
                taken = (values[name] for name in call.inputs)
                values[call.name] = rule(g, call, *taken)
        except Inexpressible as fault:
            faults.append(_fault(str(fault), call.span))
    if faults:
        raise SpecError(Source(model.name, ""), tuple(faults))
    outputs, after = [], list[str]()
    for one in model.by_output():
        (name,), (last,) = one.network.output_names, one.network.last
        label = f"{name}/output" if name in values else name
        restored = _restored(g, one, trained, values[last.name])
        if restored is None:
            after += (use.name for use in target_transforms(one.data))
        node = helper.make_node("Identity", [restored or values[last.name]], [label])
        g.nodes.append(node)
        shape = ["N", *last.output_shape]
        outputs.append(helper.make_tensor_value_info(label, _FLOAT, shape))
    inputs = [
        helper.make_tensor_value_info(
            call.name,
            _INT64 if call.name in network.ids else _FLOAT,
            ["N", *call.output_shape],
        )
        for call in network.inputs
    ]
    graph = helper.make_graph(
        g.nodes, model.name, inputs, outputs, [*g.constants.values()]
    )
    opset = helper.make_opsetid("", _OPSET)
    whole = helper.make_model(
        graph,
        opset_imports=[opset],
        ir_version=_IR_VERSION,
        producer_name="nnspec",
        producer_version=__version__,
    )
    if (classes := trained.learnt.get("data/classes")) is not None:
        helper.set_model_props(
            whole, {"classes": "\n".join(map(str, classes.tolist()))}
        )
    library.checker.check_model(whole, full_check=True)
    return Exported(whole.SerializeToString(), before, tuple(after))


def _fault(what: str, span: Span) -> Diagnostic:
    message = f"this version of nnspec cannot express {what} in ONNX"
    return Diagnostic("not-supported-yet", "error", message, span)


def _faults(network: ir.Network) -> Iterator[Diagnostic]:
    """The layers without a rule."""
    for call in network.calls:
        if call.inputs and rule_of(call) is None:
            yield _fault(f"the layer `{call.use.name}`", call.span)


# -- Transforms ------------------------------------------------------------------------


def _prepare(
    g: Graph, model: ir.Model, trained: Trained, values: dict[str, str]
) -> tuple[str, ...]:
    """Add the last transforms of numbers; the names of those that come before them."""
    if model.data is None:
        return ()
    uses = model.data.transforms
    pairs = [*zip(uses, plan_learnt(uses), strict=True)]
    pairs = [p for p in pairs if not cast(TransformEntry, p[0].entry).by_batch]
    several = len(model.network.inputs) > 1
    steps: list[tuple[Array, Array]] = []
    while pairs and not (several or model.data.words):
        use, keys = pairs[-1]
        learnt = [trained.learnt.get(key) for key in keys.keys]
        found = (
            None
            if takes_some(use) and use.entry.name == "scale"
            else _affine(use.entry.name, use.arguments, learnt)
        )
        if found is None:
            break
        steps.append(found)
        pairs.pop()
    (first, *_), g.scope = model.network.inputs, "prepare"
    for offset, factor in reversed(steps):
        moved = g.affine(values[first.name], None, offset)
        values[first.name] = g.affine(moved, factor, None)
    others = (words.use.name for words in model.data.words)
    return (*(use.name for use, _ in pairs), *others)


def _restored(g: Graph, model: ir.Model, trained: Trained, value: str) -> str | None:
    """An output in the units of the data; None where these have not been learnt."""
    uses = target_transforms(model.data)
    g.scope = f"restore {model.network.output_names[0]}"
    for use, step in reversed([*zip(uses, plan_target(model.data), strict=True)]):
        if step.log:
            value = g.op("Exp", value)
            value = g.affine(value, None, np.array(-_number(use, "offset")))
            continue
        start = f"data/{learnt_prefix(model)}"
        learnt = [trained.learnt.get(key.replace("data/", start)) for key in step.keys]
        found = _affine(use.entry.name, use.arguments, learnt)
        if found is None:
            return None
        offset, factor = (_repeated(array, model.output_shape[-1]) for array in found)
        value = g.affine(value, 1.0 / factor, -offset)
    return value


def _number(use: Use, argument: str) -> float:
    return float(cast(float, use.arguments[argument]))


def _repeated(array: Array, size: int) -> Array:
    """What is of each target, for those of several horizons side by side."""
    return np.tile(array, size // array.size) if array.size > 1 else array


def _affine(
    name: str, arguments: Any, learnt: list[Array | None]
) -> tuple[Array, Array] | None:
    """What a transform adds, and what it multiplies by then; None of another one."""
    if name == "scale":
        factor, offset = (float(arguments[n]) for n in ("factor", "offset"))
        return np.array(offset / factor if factor else 0.0), np.array(factor)
    if name in ("standardize", "minmax") and all(a is not None for a in learnt):
        low, width = (cast(Array, array).astype(float) for array in learnt)
        return -low, 1.0 / width
    return None
