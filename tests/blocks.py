"""Random networks of blocks that are used several times."""

from __future__ import annotations

import random

#: Layers that keep the shape of what they take: vectors, steps, images.
_LAYERS = {
    "6": (
        "dense(6, tanh)",
        "dense(6, kernel_initializer=he_normal, kernel_constraint=max_norm(0.5))",
        "spectral_normalization(dense(6))",
        "dense(6, gelu, kernel_regularizer=l2(0.01))",
        "dense(12, elu) as wide; dense(6) from wide",
        "layer_normalization",
        "batch_normalization(momentum=0.8)",
        "dropout(0.3)",
        "gaussian_noise(0.1)",
        "relu",
        "prelu",
        "softmax",
        "dense(6, activity_regularizer=l1(0.01))",
        "dense(6, trainable=false)",
    ),
    "4, 6": (
        "multi_head_attention(2, 3, causal=true)",
        "multi_head_attention(3, 2, dropout=0.2)",
        "gru(6, return_sequences=true)",
        "conv1d(6, 3, 1, same, relu)",
        "dense(6, tanh)",
        "layer_normalization",
        "spatial_dropout1d(0.3)",
        "time_distributed(dense(6))",
    ),
    "4, 4, 3": (
        "conv2d(3, 3, 1, same, kernel_regularizer=l2(0.01))",
        "depthwise_conv2d(3, padding=same, use_bias=false)",
        "batch_normalization",
        "relu6",
        "max_pooling2d(3, 1, same)",
        "separable_conv2d(3, 2, padding=same)",
        "reshape(4, 4, 3)",
        "group_normalization(3)",
    ),
}
_MERGES = ("add(input)", "multiply(input)", "average(input)", "")


def random_blocks(seed: int) -> str:
    """The spec of a network with blocks, some within others, used again and again."""
    r = random.Random(seed)
    shape = r.choice([*_LAYERS])
    layers = _LAYERS[shape]
    inner = [*r.choices(layers, k=r.randint(2, 3)), r.choice(_MERGES)]
    outer = [*r.choices(layers, k=r.randint(1, 3)), r.choice(_MERGES)]
    outer.insert(r.randint(0, 1), r.choice(("inner", "inner; inner", layers[0])))
    uses = [
        r.choice((layers[0], f"dropout(0.1)\ndense({shape[-1]})")),
        f"repeat {r.randint(3, 5)} {{\nouter\n}}",
        r.choice(("", "inner", "relu", "outer(trainable=false)")),
        r.choice(("", "outer; outer", f"repeat {r.randint(3, 5)} {{\ninner\n}}")),
    ]
    if r.random() < 0.5:
        uses += ["flatten", "dense(3, softmax)"]
    body = "; ".join(filter(None, uses)).replace("; ", "\n")
    blocks = "".join(
        f"block {name} {{\n"
        + "\n".join(filter(None, lines)).replace("; ", "\n")
        + "\n}\n"
        for name, lines in (("inner", inner), ("outer", outer))
    )
    return f"""{blocks}network {{
input({shape})
{body}
}}
training {{
loss = mse
optimizer = adam(0.01)
precision = float64
}}
"""
