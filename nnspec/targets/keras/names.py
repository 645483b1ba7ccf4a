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
    "l1_l2": "L1L2",
    "kl_divergence": "KLDivergence",
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
    "simple_rnn": "SimpleRNN",
    "lstm": "LSTM",
    "conv_lstm1d": "ConvLSTM1D",
    "conv_lstm2d": "ConvLSTM2D",
    "conv_lstm3d": "ConvLSTM3D",
    "gru": "GRU",
}

#: What Keras has no class for: a plain file of templates/keras has one of this name.
OWN: Mapping[str, str] = {
    "position_embedding": "PositionEmbedding",
    "one_cycle": "OneCycle",
    "checkpoint": "Checkpoint",
}

#: The activations that Keras has layers for, which take other arguments there.
ACTIVATION_LAYERS = frozenset({"relu", "leaky_relu", "elu", "softmax"})

#: Layers that are called with a query and what it asks, not with a list of values.
ATTENDS = frozenset({"multi_head_attention"})
#: Arguments of layers that their calls have in Keras, and what they are called there.
IN_CALL: Mapping[str, str] = {"causal": "use_causal_mask"}

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
WRITTEN: Mapping[str, frozenset[str]] = {"f1_score": frozenset({"average"})}


def camel(name: str) -> str:
    """A name in capitals: `max_pooling2d` is `MaxPooling2D`."""
    words = "".join(word[:1].upper() + word[1:] for word in name.split("_"))
    return re.sub(r"(?<=\d)d", "D", words)


def class_of(category: str, name: str) -> Code:
    """The class of Keras, or of the script, that an entry is."""
    if own := OWN.get(name):
        return Code(own)
    return Code(f"keras.{MODULES[category]}.{CLASSES.get(name) or camel(name)}")
