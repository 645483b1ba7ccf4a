"""What Keras calls the entries of the table.

Its classes are called as ours in capitals, `max_pooling2d` there is `MaxPooling2D`;
whatever is called otherwise stands in `CLASSES`: the one place to name a new entry in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from nnspec.targets.quote import Code

#: Names that no rule gives, by the name of the entry.
CLASSES: Mapping[str, str] = {
    "relu": "ReLU",
    "elu": "ELU",
    "leaky_relu": "LeakyReLU",
    "prelu": "PReLU",
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "adamw": "AdamW",
    "schedule_free_adamw": "ScheduleFreeAdamW",
    "l1_l2": "L1L2",
    "kl_divergence": "KLDivergence",
    "ctc": "CTC",
    "auc": "AUC",
    "f1_score": "F1Score",
    "r2_score": "R2Score",
    "top_k_accuracy": "TopKCategoricalAccuracy",
    "reduce_lr_on_plateau": "ReduceLROnPlateau",
    "terminate_on_nan": "TerminateOnNaN",
    "csv_logger": "CSVLogger",
    "rms_normalization": "RMSNormalization",
    "upsampling1d": "UpSampling1D",
    "upsampling2d": "UpSampling2D",
    "upsampling3d": "UpSampling3D",
    "fbeta_score": "FBetaScore",
    "iou": "IoU",
    "mean_iou": "MeanIoU",
    "one_hot_iou": "OneHotIoU",
    "one_hot_mean_iou": "OneHotMeanIoU",
    "binary_iou": "BinaryIoU",
    "simple_rnn": "SimpleRNN",
    "lstm": "LSTM",
    "conv_lstm1d": "ConvLSTM1D",
    "conv_lstm2d": "ConvLSTM2D",
    "conv_lstm3d": "ConvLSTM3D",
    "gru": "GRU",
}

#: What Keras lacks, or computes otherwise: a plain file of templates/keras has it.
OWN: Mapping[str, str] = {
    "position_embedding": "PositionEmbedding",
    "one_cycle": "OneCycle",
    "checkpoint": "Checkpoint",
    "sparsemax": "sparsemax",
}

#: The activations that Keras has layers for, which take other arguments there.
ACTIVATION_LAYERS = frozenset({"relu", "leaky_relu", "elu", "softmax"})

#: Layers of a query and what it asks; whether they are called with a list of these.
ATTENDS: Mapping[str, bool] = {
    "attention": True,
    "additive_attention": True,
    "multi_head_attention": False,
    "group_query_attention": False,
}
#: Layers whose weights Keras changes while training, but forgets on JAX.
FORGOTTEN = frozenset({"spectral_normalization"})
#: Layers that are but a function among Keras's activations.
FUNCTIONS = frozenset({"glu"})
#: Metrics that are but a function among Keras's losses.
LOSSES = frozenset(
    {"huber", "log_cosh", "binary_focal_crossentropy", "categorical_focal_crossentropy"}
    | {"dice", "tversky", "categorical_generalized_cross_entropy"}
)
#: Arguments of layers that their calls have in Keras, and what they are called there.
IN_CALL: Mapping[str, str] = {"causal": "use_causal_mask"}

#: What Keras does not find by its name, but by its class alone.
CLASS_ALONE = frozenset({"lamb", "categorical_generalized_cross_entropy"})

#: The module of each category of the table.
MODULES: Mapping[str, str] = {
    "layer": "layers",
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
    "loss": "losses",
    "metric": "metrics",
    "optimizer": "optimizers",
    "schedule": "optimizers.schedules",
    "callback": "callbacks",
}

#: Arguments whose defaults Keras has otherwise: they are always written.
WRITTEN: Mapping[str, frozenset[str]] = {
    "f1_score": frozenset({"average"}),
    "fbeta_score": frozenset({"average"}),
}


def camel(name: str) -> str:
    """A name in capitals: `max_pooling2d` is `MaxPooling2D`."""
    words = "".join(word[:1].upper() + word[1:] for word in name.split("_"))
    return re.sub(r"(?<=\d)d", "D", words)


def class_of(category: str, name: str) -> Code:
    """The class of Keras, or of the script, that an entry is."""
    if own := OWN.get(name):
        return Code(own)
    return Code(f"keras.{MODULES[category]}.{CLASSES.get(name) or camel(name)}")
