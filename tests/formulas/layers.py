"""Layers written by hand, as specs have them."""

from __future__ import annotations

from tests.scripts import spec

LAYERS = {
    "batch_norm": """\
layer batch_norm(x, momentum=0.99, epsilon=0.001) {
  gamma = weight(size(x), ones)
  beta = weight(size(x), zeros)
  moving_mean = moving(mean(x, axis=AXES), momentum, zeros)
  moving_variance = moving(mean((x - moving_mean)**2, axis=AXES), momentum, ones)
  (x - moving_mean) / sqrt(moving_variance + epsilon) * gamma + beta
}""",
    "layer_norm": """\
layer layer_norm(x, epsilon=0.001) {
  gamma = weight(size(x), ones)
  beta = weight(size(x), zeros)
  centred = x - mean(x, keepdims=true)
  variance = mean(centred**2, keepdims=true)
  centred / sqrt(variance + epsilon) * gamma + beta
}""",
    "fully": """\
layer fully(x, units=4, act=tanh) {
  kernel = weight((size(x), units))
  bias = weight(units, zeros)
  act(x @ kernel + bias)
}""",
    "low_rank": """\
layer low_rank(x, units=4, rank=2, init=he_normal) {
  down = weight((size(x), rank), init, regularizer=l2(0.01))
  up = weight((rank, units), constraint=max_norm(2 * rank))
  dropout(x @ down, 0.2) @ up
}""",
    "squeeze": """\
layer squeeze(x, ratio=2) {
  down = weight((size(x), size(x) // ratio))
  up = weight((size(x) // ratio, size(x)))
  gate = sigmoid(relu(mean(x, axis=[0, 1]) @ down) @ up)
  x * gate
}""",
    "highway": """\
layer highway(x, act=relu) {
  kernel = weight((size(x), size(x)))
  gate_kernel = weight((size(x), size(x)))
  gate_bias = weight(size(x), constant(-1.0))
  gate = sigmoid(x @ gate_kernel + gate_bias)
  gate * act(x @ kernel) + (1 - gate) * x
}""",
    "experts": """\
layer experts(x, units=4) {
  one = weight((size(x), units))
  two = weight((size(x), units))
  gates = weight((size(x), 2))
  shares = softmax(x @ gates)
  slice(shares, 0, 1) * tanh(x @ one) + slice(shares, 1, 2) * relu(x @ two)
}""",
    "self_attention": """\
layer self_attention(x, heads=2, width=3) {
  query = weight((size(x), heads * width))
  key = weight((size(x), heads * width))
  value = weight((size(x), heads * width))
  output = weight((heads * width, size(x)))
  q = transpose(reshape(x @ query, size(x, 0), heads, width), 1, 0, 2)
  k = transpose(reshape(x @ key, size(x, 0), heads, width), 1, 0, 2)
  v = transpose(reshape(x @ value, size(x, 0), heads, width), 1, 0, 2)
  t = range(size(x, 0))
  scores = where(reshape(t, size(x, 0), 1) >= t, q @ transpose(k) / sqrt(width), -1e9)
  reshape(transpose(softmax(scores) @ v, 1, 0, 2), size(x, 0), heads * width) @ output
}""",
    "both_ways": """\
layer both_ways(x) {
  scale = weight((), ones)
  turned = transpose(x)
  scale * concatenate(turned, max(turned, 0.1), axis=0)
}""",
}
#: The shapes that they are for; all others take vectors.
_SHAPES = {
    "squeeze": "3, 2, 4",
    "self_attention": "4, 5",
    "both_ways": "3, 4",
}


def definition(name: str, axes: int = 1) -> str:
    """A definition for samples of so many axes."""
    listed = ["batch", *map(str, range(axes - 1))]
    over = listed[0] if axes == 1 else f"[{', '.join(listed)}]"
    return LAYERS[name].replace("AXES", over)


def of(name: str, use: str = "") -> str:
    """A network with a layer."""
    shape = _SHAPES.get(name, "6")
    axes = shape.count(",") + 1
    layers = ["dense(4, tanh)", use or name, "dense(2)"]
    return f"{definition(name, axes)}\n\n{spec(layers, shape=shape)}"
