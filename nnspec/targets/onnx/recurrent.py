"""The rules of recurrent layers: operators of ONNX that go over all steps."""

from __future__ import annotations

from typing import cast

import numpy as np

from nnspec import ir
from nnspec.table.entry import Arguments, Use
from nnspec.targets.onnx.graph import Array, Graph
from nnspec.targets.onnx.steps import by_steps

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
    given = call.use.arguments
    back, every = (bool(given[n]) for n in ("go_backwards", "return_sequences"))
    y = states(g, call, call.use, g.weights(call), x, back)
    return turned(g, y) if back and every else y  # in the order in which they are taken


def turned(g: Graph, x: str) -> str:
    """The steps of a batch from the last to the first."""
    ends = (-1, -(2**31), 1, -1)  # a start, an end beyond the first, the axis, a stride
    return g.op("Slice", x, *(g.integers(n) for n in ends))


def states(
    g: Graph, call: ir.Call, use: Use, weights: dict[str, Array], x: str, back: bool
) -> str:
    """The states (N, steps, units) in the order of the steps, or the last one."""
    mask, every = g.mask(call), bool(use.arguments["return_sequences"])
    if mask is None:
        return _run(g, use, weights, x, call.input_shape[0], back, every)
    if back:
        x, mask = turned(g, x), turned(g, mask)
    y = _masked(g, use, weights, x, mask, call.input_shape[0])
    return turned(g, y) if back and every else y


def _masked(
    g: Graph, use: Use, weights: dict[str, Array], x: str, mask: str, steps: int
) -> str:
    """The states, where a step that is masked leaves the state as it is.

    The steps that count are taken first, in their order: the state after the k-th of
    them is that of all steps up to the next one.
    """
    seen = g.as_numbers(mask, 7)  # INT64
    count = g.op("CumSum", seen, g.array(np.array(1)))
    order = g.op("Mul", seen, g.integers(steps))
    order = g.op("Sub", order, g.integers(*range(steps)))
    _, places = g.ops("TopK", (order, g.integers(steps)), 2, axis=1)
    sequence = _run(g, use, weights, _taken(g, x, places), steps, False, True)
    every = bool(use.arguments["return_sequences"])
    if not every:
        count = g.op("Gather", count, g.integers(steps - 1), axis=1)
    last = g.op("Max", g.op("Sub", count, g.integers(1)), g.integers(0))
    begun = g.as_numbers(g.op("Greater", count, g.integers(0)))
    y = _taken(g, sequence, last)
    y = g.op("Mul", y, g.op("Unsqueeze", begun, g.integers(2)))
    return y if every else g.op("Squeeze", y, g.integers(1))


def _taken(g: Graph, x: str, places: str) -> str:
    """Of each sample, the steps at these places (N, steps)."""
    return g.op("GatherND", x, g.op("Unsqueeze", places, g.integers(2)), batch_dims=1)


def _run(
    g: Graph,
    use: Use,
    weights: dict[str, Array],
    x: str,
    steps: int,
    back: bool,
    every: bool,
) -> str:
    """The states after all steps in the order of the steps, or the last one."""
    given, (kind, order) = use.arguments, _KINDS[use.entry.name]
    more = _activations(given, kind)
    if more is None:
        return by_steps(g, use, weights, x, steps, back=back, every=every)
    gates = len(order)
    kernel, state = (_gates(weights[n], order) for n in ("kernel", "recurrent_kernel"))
    units = state.shape[-1]
    bias = weights.get("bias", np.zeros(gates * units))
    of_state = np.zeros(gates * units)
    if bias.ndim == 2:
        bias, of_state = bias
    biases = [_gates(b[None], order)[:, 0] for b in (bias, of_state)]
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
    if not every:
        return g.op("Squeeze", last, g.integers(0))
    return g.op("Transpose", g.op("Squeeze", sequence, g.integers(1)), perm=[1, 0, 2])


def _gates(kernel: Array, order: tuple[int, ...]) -> Array:
    """A kernel (inputs, gates * units) as ONNX has it: (gates * units, inputs)."""
    parts = np.split(kernel, len(order), axis=-1)
    return np.concatenate([parts[i].T for i in order])


def _activations(given: Arguments, kind: str) -> dict[str, object] | None:
    """The names of the activations of the gates, of the sum, and of an LSTM's state.

    The numbers that some of them take are in two lists, in the order of the names. None
    if ONNX does not know one of them there.
    """
    wanted = [] if kind == "RNN" else ["recurrent_activation"]
    wanted += ["activation", *["activation"] * (kind == "LSTM")]
    found = [_activation(cast("Use | None", given[name])) for name in wanted]
    known = [activation for activation in found if activation]
    if len(known) < len(found):
        return None
    alphas = [alpha for _, alpha, _ in known if alpha is not None]
    betas = [beta for _, _, beta in known if beta is not None]
    more: dict[str, object] = {"activations": [name for name, *_ in known]}
    if alphas:
        more["activation_alpha"] = alphas
    if betas:
        more["activation_beta"] = betas
    return more


def _activation(use: Use | None) -> tuple[str, float | None, float | None] | None:
    """What ONNX calls an activation, and the numbers that it takes; None of others."""
    name = use.entry.name if use and not use.entry.definition else ""
    given = use.arguments if use else {}
    if use is None or name == "linear":
        return "Affine", 1.0, 0.0
    if name == "hard_sigmoid":
        return "HardSigmoid", 1 / 6, 0.5
    if name in ("elu", "leaky_relu"):
        slope = given["alpha" if name == "elu" else "negative_slope"]
        return ("Elu" if name == "elu" else "LeakyRelu"), cast(float, slope), None
    odd = ("max_value", "negative_slope", "threshold")
    if name not in _ACTIVATIONS or (name == "relu" and any(given[n] for n in odd)):
        return None
    return _ACTIVATIONS[name], None, None
