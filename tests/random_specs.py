"""Random specs whose scripts are trained: graphs, with losses and optimizers."""

from __future__ import annotations

import random

from nnspec.compiler import check
from nnspec.source import Source
from tests import graphs, smooth_graphs

OPTIMIZERS = (
    "sgd(momentum=0.9, nesterov=true)",
    "rmsprop(momentum=0.3, centered=true)",
    "adam(amsgrad=true, clipnorm=0.5)",
    "adamw(learning_rate=0.01, global_clipnorm=1.0)",
    "nadam",
    "adamax(weight_decay=0.01)",
    "adagrad(clipvalue=0.1)",
    "adadelta",
    "lamb",
    "adam(use_ema=true, ema_momentum=0.9)",
    "sgd(learning_rate=exponential_decay(0.1, 2, 0.5))",
    "sgd(gradient_accumulation_steps=2)",
)
_LOSSES = ("mse", "huber(0.5)", "log_cosh", "mean_absolute_error")


def random_spec(seed: int) -> str:
    """A spec of one of two kinds: a chain of smooth layers, or a graph with shares.

    The latter may have several inputs and outputs, with a loss each.
    """
    if seed % 2:  # of logits: Keras cuts probabilities off at 1e-7
        text = smooth_graphs.random_graph(seed).replace("(3, softmax)", "(3)")
        return text.replace("crossentropy\n", "crossentropy(from_logits=true)\n")
    draw = random.Random(seed)
    loss, optimizer = draw.choice(_LOSSES), draw.choice(OPTIMIZERS)
    text = _graph_with_weights(seed)
    if optimizer == "lamb" and "_normalization" in text:
        # Where a bias is taken away again, its slope is rounding alone, which LAMB
        # makes as long as the bias.
        optimizer = "adam"
    return (
        f"{text}\ntraining {{\n  loss = {loss}\n  optimizer = {optimizer}\n"
        "  metrics = [mse]\n  batch_size = 8\n}\n"
    )


def _graph_with_weights(seed: int) -> str:
    """The first of some random graphs in which there is something to train."""
    for k in range(100):
        text = graphs.random_graph(seed + 10_000 * k)
        model = check(Source("net.nn", f"{text}\ntraining {{ loss = mse }}\n")).model
        if model is not None:
            return text
    raise AssertionError(f"no graph of seed {seed} has weights")
