"""The rules of recurrent layers: operators of ONNX that go over all steps."""

from __future__ import annotations

from typing import cast

import numpy as np

from nnspec import ir
from nnspec.table.entry import Arguments, Use
from nnspec.table.wrappers import MERGED
from nnspec.targets.onnx.graph import Array, Graph, Inexpressible

#: The operator, and where each gate of ONNX stands among those of Keras.
_KINDS = {
    "lstm": ("LSTM", (0, 3, 1, 2)),  # input, output, forget, cell
    "gru": ("GRU", (0, 1, 2)),  # update, reset, hidden
    "simple_rnn": ("RNN", (0,)),
}
_ACTIVATIONS = {
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "relu": "Relu",
    "softsign": "Softsign",
    "softplus": "Softplus",
}


def recurrent(g: Graph, call: ir.Call, x: str) -> str:
    """`simple_rnn`, `lstm` and `gru`."""
    back = bool(call.use.arguments["go_backwards"])
    y = _run(g, call.use, g.weights(call), x, back)
    if not (back and call.use.arguments["return_sequences"]):
        return y
    steps = call.output_shape[0]  # Keras gives the steps as they were taken
    turned = (-1, -steps - 1, 1, -1)
    return g.op("Slice", y, *(g.integers(n) for n in turned))


def bidirectional(g: Graph, call: ir.Call, x: str) -> str:
    """`bidirectional`: both ways, and merged."""
    use = cast(Use, call.use.arguments["layer"])
    both = []
    for way in ("forward", "backward"):
        weights = {
            w.name.rpartition("/")[2]: g.weight(w)
            for w in call.weights
            if w.name.split("/")[-2].startswith(f"{way}_")
        }
        both.append(_run(g, use, weights, x, way == "backward"))
    match MERGED[cast(str, call.use.arguments["merge_mode"])]:
        case "concatenate":
            return g.op("Concat", *both, axis=-1)
        case "multiply":
            return g.op("Mul", *both)
        case "average":
            return g.op("Mul", g.op("Sum", *both), g.number(0.5))
    return g.op("Sum", *both)


def _run(g: Graph, use: Use, weights: dict[str, Array], x: str, back: bool) -> str:
    """The states (N, steps, units) in the order of the steps, or the last one."""
    given, (kind, order) = use.arguments, _KINDS[use.entry.name]
    gates = len(order)
    kernel, state = (_gates(weights[n], order) for n in ("kernel", "recurrent_kernel"))
    units = state.shape[-1]
    bias = weights.get("bias", np.zeros(gates * units))
    of_state = np.zeros(gates * units)
    if bias.ndim == 2:
        bias, of_state = bias
    biases = [_gates(b[None], order)[:, 0] for b in (bias, of_state)]
    more: dict[str, object] = {"activations": _activations(given, kind)}
    if kind == "GRU":
        more["linear_before_reset"] = int(bool(given["reset_after"]))
    sequence, last, *_ = g.ops(
        kind,
        (
            g.op("Transpose", x, perm=[1, 0, 2]),
            g.array(kernel[None]),
            g.array(state[None]),
            g.array(np.concatenate(biases)[None]),
        ),
        3 if kind == "LSTM" else 2,
        hidden_size=units,
        direction="reverse" if back else "forward",
        **more,
    )
    if not given["return_sequences"]:
        return g.op("Squeeze", last, g.integers(0))
    return g.op("Transpose", g.op("Squeeze", sequence, g.integers(1)), perm=[1, 0, 2])


def _gates(kernel: Array, order: tuple[int, ...]) -> Array:
    """A kernel (inputs, gates * units) as ONNX has it: (gates * units, inputs)."""
    parts = np.split(kernel, len(order), axis=-1)
    return np.concatenate([parts[i].T for i in order])


def _activations(given: Arguments, kind: str) -> list[str]:
    """The names of the activations of the gates, of the sum, and of an LSTM's state."""
    wanted = [] if kind == "RNN" else ["recurrent_activation"]
    names = []
    for argument in [*wanted, "activation", *["activation"] * (kind == "LSTM")]:
        use = cast("Use | None", given[argument])
        name = use.entry.name if use and not use.entry.definition else ""
        odd = (
            name == "relu"
            and use
            and any(
                use.arguments[n] for n in ("max_value", "negative_slope", "threshold")
            )
        )
        if name not in _ACTIVATIONS or odd:
            told = use.name if use else "none"
            raise Inexpressible(f"the activation `{told}` within `{kind.lower()}`")
        names.append(_ACTIVATIONS[name])
    return names
