"""A spec's model, built again in Keras.

Only what the spec itself writes is handed to Keras, under the same names: so Keras's
own names for layers and its own defaults are compared too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import keras
import numpy as np
from keras.src.backend.common import dtypes

from nnspec import ir
from nnspec.table import TABLE
from nnspec.table.activations import sums_last
from nnspec.table.entry import LayerEntry, Use
from nnspec.table.training_entry import LossEntry, MetricEntry
from tests.scripts import Array

keras.config.set_floatx("float64")
# On JAX, Keras takes means and roots of doubles in single precision: it is told not to.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"


def attention(
    query: Any, key: Any, value: Any, mask: Any = None, scale: Any = None, **more: Any
) -> Any:
    """Keras's formula: JAX takes the softmax of doubles in single precision."""
    ops = keras.ops
    scores = ops.einsum("btnh,bsnh->bnts", query, key) * scale
    if more["is_causal"]:
        mask = ops.tril(ops.ones(scores.shape[-2:], "bool"))
    if mask is not None:
        scores = ops.where(mask, scores, -1e300)
    return ops.einsum("bnts,bsnh->btnh", ops.softmax(scores), value)


keras.src.backend.nn.dot_product_attention = attention

#: Keras's names that are not the language's in capitals.
CLASSES = {
    "ctc": "CTC",
    "relu": "ReLU",
    "elu": "ELU",
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "adamw": "AdamW",
    "schedule_free_adamw": "ScheduleFreeAdamW",
    "leaky_relu": "LeakyReLU",
    "l1_l2": "L1L2",
    "prelu": "PReLU",
    "kl_divergence": "KLDivergence",
    "auc": "AUC",
    "f1_score": "F1Score",
    "fbeta_score": "FBetaScore",
    "iou": "IoU",
    "binary_iou": "BinaryIoU",
    "mean_iou": "MeanIoU",
    "one_hot_iou": "OneHotIoU",
    "one_hot_mean_iou": "OneHotMeanIoU",
    "r2_score": "R2Score",
    "top_k_accuracy": "TopKCategoricalAccuracy",
    "reduce_lr_on_plateau": "ReduceLROnPlateau",
    "checkpoint": "ModelCheckpoint",
    "terminate_on_nan": "TerminateOnNaN",
    "csv_logger": "CSVLogger",
    "rms_normalization": "RMSNormalization",
    "upsampling1d": "UpSampling1D",
    "simple_rnn": "SimpleRNN",
    "lstm": "LSTM",
    "conv_lstm1d": "ConvLSTM1D",
    "conv_lstm2d": "ConvLSTM2D",
    "conv_lstm3d": "ConvLSTM3D",
    "gru": "GRU",
    "upsampling2d": "UpSampling2D",
    "upsampling3d": "UpSampling3D",
}
_MEANS = {"m": ("_momentums", "beta_1"), "v": ("_velocities", "beta_2")}
#: Optimizers' slots: the attributes of Keras's optimizers that hold them, and where the
#: scripts keep them without a factor, the argument that the factor is one minus of.
SLOTS: dict[str, dict[str, tuple[str, str]]] = {
    "sgd": {"velocity": ("momentums", "")},
    "rmsprop": {
        "velocity": ("_velocities", "rho"),
        "momentum": ("_momentums", ""),
        "average_gradient": ("_average_gradients", "rho"),
    },
    "adam": _MEANS | {"v_max": ("_velocity_hats", "beta_2")},
    "adamw": _MEANS | {"v_max": ("_velocity_hats", "beta_2")},
    "nadam": _MEANS,
    "adamax": {"m": ("_m", "beta_1"), "u": ("_u", "")},
    "adagrad": {"accumulator": ("_accumulators", "")},
    "adadelta": {
        "accumulated_grad": ("_accumulated_grads", "rho"),
        "accumulated_step": ("_accumulated_delta_vars", "rho"),
    },
    "lion": {"m": ("_momentums", "beta_2")},
    "lamb": _MEANS,
    "muon": {"m": ("momentums", ""), "v": ("adam_velocities", "")},
    "ftrl": {"accumulator": ("_accumulators", ""), "linear": ("_linears", "")},
    "schedule_free_adamw": {
        "z": ("_momentums", ""),
        "v": ("_velocities", "beta_2"),
    },
}
#: Those of all optimizers.
COMMON_SLOTS = {
    "average": "_model_variables_moving_average",
    "accumulated": "_accumulated_gradients",
}


def slots_of(optimizer: Any, name: str, entry: str) -> list[Array]:
    """The arrays that a script keeps under a name, in the order of the weights."""
    if name in COMMON_SLOTS:
        return [np.array(v.value) for v in getattr(optimizer, COMMON_SLOTS[name])]
    attribute, memory = SLOTS[entry][name]
    factor = 1 - getattr(optimizer, memory) if memory else 1
    summed = attribute == "_accumulators"
    start = getattr(optimizer, "initial_accumulator_value", 0.0) if summed else 0.0
    kept = getattr(optimizer, attribute)  # Muon keeps no velocities of matrices
    return [0.0 if v is None else (v.value - start) / factor for v in kept]


def class_of(module: Any, name: str) -> Any:
    """The class of Keras for a name of the language."""
    camel = "".join(word.capitalize() for word in name.split("_"))
    camel = re.sub(r"(?<=\d)d", "D", camel)  # as in Conv2D
    return getattr(module, CLASSES.get(name, camel))


def given(use: Use) -> dict[str, Any]:
    """The arguments that the spec writes, as Keras takes them."""
    return {name: value(name, use.arguments[name]) for name in use.spans}


def value(name: str, argument: object) -> Any:
    """An argument; a use of another entry becomes an object of Keras."""
    if not isinstance(argument, Use):
        return argument
    if name == "layer":
        return _within(argument)
    if name.endswith("activation"):
        return activation(argument)
    if name == "learning_rate":
        module = keras.optimizers.schedules
    else:  # such as kernel_initializer
        module = getattr(keras, f"{name.rpartition('_')[2]}s")
    return class_of(module, argument.entry.name)(**given(argument))


def sparsemax(x: Any, axis: int = -1) -> Any:
    """Keras 3.15 subtracts too little: the sums of the k largest are summed again."""
    x = keras.ops.moveaxis(x, axis, -1)
    largest = keras.ops.flip(keras.ops.sort(x, axis=-1), -1)
    excess = keras.ops.cumsum(largest, axis=-1) - 1.0
    count = keras.ops.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    t = keras.ops.max(excess / count, axis=-1, keepdims=True)  # it is the largest one
    return keras.ops.moveaxis(keras.ops.maximum(x - t, 0.0), -1, axis)


#: Activations that Keras lacks, or that are not there what their papers say.
FUNCTIONS: tuple[tuple[str, Any], ...] = (
    ("sparsemax", sparsemax),
)  # fmt: skip


def _within(use: Use) -> Any:
    """A layer within a wrapper, which takes no number from those outside."""
    name = use.entry.name
    if name in TABLE["activation"] and name not in LAYERS:
        return keras.layers.Activation(activation(use), name=name)
    return class_of(keras.layers, name)(name=name, **given(use))


def activation(use: Use) -> Any:
    """An activation as a function."""
    own = dict(FUNCTIONS).get(use.entry.name)
    function = own or getattr(keras.activations, use.entry.name)
    return lambda x: function(x, **given(use))


def last_layer(model: ir.Model) -> ir.Call:
    """The last layer whose output is not just its input."""
    return [layer for layer in model.network.calls if not layer.is_identity][-1]


def last_activation(model: ir.Model) -> Use | None:
    """The activation that the last layer that does anything ends in."""
    use = last_layer(model).use
    inner = use.arguments.get("activation")
    if isinstance(inner, Use):
        return inner
    return use if use.entry.name in TABLE["activation"] else None


def is_fused(model: ir.Model) -> bool:
    """Whether the loss is computed from what the last activation is given."""
    assert model.training is not None
    loss, last = model.training.loss, last_activation(model)
    assert isinstance(loss.entry, LossEntry)
    if loss.entry.fused is None or loss.arguments["from_logits"]:
        return False
    if last is None or last.entry.name != loss.entry.fused:
        return False
    return sums_last(model.output_shape, last)


@dataclass
class Built:
    """Three models with the same layers: they are trained, evaluated and used.

    Beside the samples they take a factor and a shift for each layer that draws numbers.
    `trained` ends in logits where the script fuses the loss with the last activation,
    as backends of Keras would clip probabilities otherwise; `used` ends in what the
    script predicts.
    """

    trained: Any
    evaluated: Any
    used: Any
    drawing: tuple[ir.Call, ...]

    def inputs(self, x: Array, a: SimpleNamespace | None = None) -> list[Array]:
        """A batch as the models take it, with what the script has drawn for it."""
        inputs = [x]
        for layer in self.drawing:
            attribute = f"{layer.name}_{drawn_by(layer)}".replace("/", "_")
            drawn = getattr(a, attribute, None)
            shape = (len(x), *layer.output_shape)
            inputs += (np.broadcast_to(n, shape) for n in affine(layer, drawn))
        return inputs

    def weights(self) -> dict[str, Array]:
        """The weights by Keras's names, the trainable ones first."""
        model = self.trained
        variables = (*model.trainable_variables, *model.non_trainable_variables)
        return {path_of(v): np.array(v.value) for v in variables if not is_seed(v)}

    def set_weights(self, weights: Mapping[str, Array]) -> None:
        """Take over weights, each under its name."""
        for variable in filter(lambda v: not is_seed(v), self.trained.variables):
            variable.assign(weights[path_of(variable)].copy())  # JAX may share memory

    def slots(self, name: str, optimizer: str) -> dict[str, Array]:
        """The arrays that the script keeps under a name, by the weights' names."""
        kept = slots_of(self.trained.optimizer, name, optimizer)
        paths = [path_of(v) for v in self.trained.trainable_variables]
        return dict(zip(paths, kept, strict=True))


def path_of(variable: Any) -> str:
    """The name of a weight in a script: Keras has a cell in a recurrent layer, too."""
    path = str(variable.path).replace(".", "/")
    return re.sub(r"(?<=/)(simple_rnn|conv_lstm|lstm|gru)_cell(_\d+)?/", "", path)


def is_seed(variable: Any) -> bool:
    """Whether a variable is one that Keras draws by, and no weight."""
    return "seed_generator" in variable.path


def build(model: ir.Model) -> Built:
    """The models, compiled: the same layers, weights still of their own."""
    assert model.training is not None
    keras.backend.clear_session()
    x = keras.Input(model.input_shape, dtype="int32" if model.ids else None)
    drawn: list[Any] = []
    fused, logits = is_fused(model), False
    values, known = {model.network.calls[0].name: x}, dict[tuple[str, ...], Any]()
    for call in model.network.calls[1:]:
        logits |= fused and call is last_layer(model)
        activated = last_activation(model) if logits else None
        given_values = [values[name] for name in call.inputs]
        values[call.name] = _apply(call, given_values, drawn, activated, known)
    (end,) = (values[name] for name in model.network.outputs)
    loss = model.training.loss
    from_logits = bool(loss.arguments.get("from_logits"))
    assert isinstance(loss.entry, LossEntry)
    name = loss.entry.fused if fused or from_logits else None
    p = keras.layers.Activation(name)(end) if name else end

    inputs = [x, *drawn]
    trained = keras.Model(inputs, end)
    used = keras.Model(inputs, p)
    evaluated = used if fused else trained
    # Of logits there is no metric, unless the spec itself ends in them.
    logits = from_logits and not fused
    metrics = [metric for _, metric in keras_metrics(model, logits=logits)]
    keras_loss = class_of(keras.losses, loss.entry.name)
    optimizer = class_of(keras.optimizers, model.training.optimizer.entry.name)
    trained.compile(
        optimizer(**given(model.training.optimizer)),
        keras_loss(**given(loss) | ({"from_logits": True} if fused else {})),
        metrics=[] if fused else metrics,
    )
    if fused:
        evaluated.compile(loss=keras_loss(**given(loss)), metrics=metrics)
    return Built(trained, evaluated, used, tuple(filter(drawn_by, model.network.calls)))


def drawn_by(layer: ir.Call) -> str | None:
    """What a layer draws while training, None for one that draws nothing."""
    assert isinstance(layer.use.entry, LayerEntry)
    return layer.use.entry.draws


def affine(layer: ir.Call, drawn: Array | None) -> tuple[Array | float, Array | float]:
    """A factor and a shift: what a layer does to its input with what it has drawn."""
    if drawn is None:
        return 1.0, 0.0
    match layer.use.entry.name:
        case "gaussian_noise":
            return 1.0, drawn
        case "alpha_dropout":
            rate, low = layer.use.arguments["rate"], -1.7580993408473766
            assert isinstance(rate, float)
            scale = ((1 - rate) * (1 + rate * low**2)) ** -0.5
            kept = drawn != 0
            return scale * kept, scale * low * ~kept - scale * low * rate
    return drawn, 0.0


def keras_metrics(model: ir.Model, *, logits: bool) -> Iterator[tuple[str, Any]]:
    """The metrics that are numbers, and their names in the history."""
    training = model.training
    assert training is not None
    sparse = cast(LossEntry, training.loss.entry).target == "index"
    for label, use in zip(training.only.labels, training.metrics, strict=True):
        if not comparable(use):
            continue
        match use.entry.name:
            case "accuracy":  # of which kind, Keras finds out by itself
                yield label, label
                continue
            case "top_k_accuracy":
                kind = "sparse_top_k" if sparse else "top_k"
                found = class_of(keras.metrics, f"{kind}_categorical_accuracy")
            case name:
                found = metric_class(name)
        metric = found(name=label, **_metric_arguments(use, model, logits=logits))
        if sparse and cast(MetricEntry, use.entry).whole:
            take_indices(metric, model.output_shape[-1])
        yield label, metric


def metric_class(name: str) -> Any:
    """The class of a metric; of a loss that has none there, that of its function."""
    if name == "log_cosh":
        return keras.metrics.LogCoshError
    try:
        return class_of(keras.metrics, name)
    except AttributeError:
        function = getattr(keras.losses, name)
        return partial(keras.metrics.MeanMetricWrapper, function)


def take_indices(metric: Any, classes: int) -> None:
    """Have a metric that Keras computes of one-hot labels alone take indices."""
    update = metric.update_state

    def update_state(y: Any, p: Any, sample_weight: Any = None) -> Any:
        one_hot = keras.ops.one_hot(keras.ops.reshape(y, (-1,)), classes)
        return update(one_hot, p, sample_weight=sample_weight)

    metric.update_state = update_state


def comparable(metric: Use) -> bool:
    """Whether Keras's `fit` has it: no matrix, and on JAX no adjusted R²."""
    matrix = cast(MetricEntry, metric.entry).matrix
    return not matrix and not metric.arguments.get("num_regressors")


def _metric_arguments(use: Use, model: ir.Model, *, logits: bool) -> dict[str, Any]:
    """What is given; and what makes Keras's metric as exact as the script's."""
    arguments = given(use)
    match use.entry.name:
        case "auc":
            arguments |= {"num_thresholds": 100_001, "from_logits": logits}
        case name if "_at_" in name:
            arguments["num_thresholds"] = 100_001
        case "iou" | "one_hot_iou" | "mean_iou" | "one_hot_mean_iou":
            arguments["num_classes"] = model.output_shape[-1]
            if not use.entry.name.startswith("one_hot"):
                arguments |= {"sparse_y_true": False, "sparse_y_pred": False}
        case "f1_score" | "fbeta_score":
            arguments["average"] = use.arguments["average"]
            if model.output_shape == (1,):
                arguments.setdefault("threshold", 0.5)
    return arguments


#: How close metrics are that Keras makes smaller by 1e-7 in a divisor.
INEXACT = dict.fromkeys(
    (
        "f1_score",
        "fbeta_score",
        "iou",
        "binary_iou",
        "mean_iou",
        "one_hot_iou",
        "one_hot_mean_iou",
    ),
    1e-6,
)


def _apply(
    layer: ir.Call,
    values: list[Any],
    drawn: list[Any],
    activated: Use | None,
    known: dict[tuple[str, ...], Any],
) -> Any:
    """A layer's output in Keras, or what becomes of that when it is `activated`.

    Those with the same weights are one layer there, `known` from its first use on.
    """
    use, weights = layer.use, tuple(weight.name for weight in layer.weights)
    x = values[0] if len(values) == 1 else values
    if weights in known:
        return known[weights](x)
    arguments = given(use)
    arguments.pop("values", None)  # of a merge: it is called with them
    if not re.fullmatch(rf"{use.entry.name}(_\d+)?", layer.name):
        name = _owner(layer) if weights else layer.name
        arguments["name"] = name.replace("/", ".")  # Keras takes no `/` in names
    if drawn_by(layer):
        factor, shift = (keras.Input(layer.output_shape) for _ in range(2))
        drawn += (factor, shift)
        return keras.layers.Add()([keras.layers.Multiply()([x, factor]), shift])
    match use.entry.name:
        case name if activated and "bias_initializer" in use.arguments:
            del arguments["activation"]
            penalty = arguments.pop("activity_regularizer", None)
            x = class_of(keras.layers, name)(**arguments)(x)
            return Penalty(penalty, activated)(x) if penalty else x
        case "activity_regularization" if activated:
            return Penalty(keras.regularizers.L1L2(**arguments), activated)(x)
        case _ if activated:
            return x
        case name if name in TABLE["activation"] and name not in LAYERS:
            return keras.layers.Activation(activation(use))(x)
    if cast(LayerEntry, use.entry).mask(use.arguments) == "attends":
        return _attend(layer, values, arguments)
    if use.entry.name == "prelu":  # Keras would call it p_re_lu
        arguments["name"] = layer.name
    if own := OWN_LAYERS.get(use.entry.name):
        return own(**arguments)(x)
    made = class_of(keras.layers, use.entry.name)(**arguments)
    if use.entry.name == "simple_rnn":  # it takes this and forgets it
        made.activity_regularizer = arguments.get("activity_regularizer")
    return made(x)


def _owner(layer: ir.Call) -> str:
    """The name that its weights bear, which is that of a shared group, if any."""
    entry = cast(LayerEntry, layer.use.entry)
    first, *_ = entry.weights(entry.given(layer.input_shapes), layer.use.arguments)
    return layer.weights[0].name.removesuffix(f"/{first.name}")


def _attend(layer: ir.Call, values: list[Any], arguments: dict[str, Any]) -> Any:
    """Attention in Keras: it is told of `causal` when it is called.

    It forgets `trainable=False` when it makes its weights, so it is told afterwards.
    """
    causal = arguments.pop("causal", False)
    trainable = arguments.pop("trainable", True)
    made = class_of(keras.layers, layer.use.entry.name)(
        **{"name": layer.name, **arguments}
    )
    given_values = [values[0], values[min(1, len(values) - 1)], *values[2:]]
    by_heads = "kernel_initializer" in layer.use.arguments
    given_values = given_values if by_heads else [given_values]
    y = made(*given_values, use_causal_mask=causal)
    made.trainable = trainable
    return y


class PositionEmbedding(keras.layers.Layer):  # type: ignore[misc]
    """Adds a vector to each step, which Keras itself has no layer for."""

    def __init__(
        self, length: int, embeddings_initializer: Any = "uniform", **more: Any
    ) -> None:
        super().__init__(**more)
        self.length, self.initializer = length, embeddings_initializer

    def build(self, shape: tuple[int, ...]) -> None:
        self.embeddings = self.add_weight(
            shape=(self.length, shape[-1]),
            initializer=self.initializer,
            name="embeddings",
        )

    def call(self, x: Any) -> Any:
        return x + self.embeddings[: x.shape[1]]


class GLU(keras.layers.Layer):  # type: ignore[misc]
    """The activation of Keras, whose shape none of its own layers gets right."""

    def __init__(self, axis: int = -1, **more: Any) -> None:
        super().__init__(**more)
        self.axis = axis

    def call(self, x: Any) -> Any:
        return keras.activations.glu(x, axis=self.axis)


#: Layers of the language that Keras has none for.
OWN_LAYERS = {"position_embedding": PositionEmbedding, "glu": GLU}


class Penalty(keras.layers.Layer):  # type: ignore[misc]
    """Leaves its input as it is, and penalizes what an activation makes of it."""

    def __init__(self, regularizer: Any, use: Use) -> None:
        super().__init__()
        self.regularizer, self.function = regularizer, activation(use)

    def call(self, x: Any) -> Any:
        y = self.function(x)
        size = keras.ops.cast(keras.ops.shape(y)[0], y.dtype)
        self.add_loss(self.regularizer(y) / size)
        return x


#: The activations that are layers of their own in Keras.
LAYERS = ("relu", "leaky_relu", "elu", "softmax")
