"""What those write by habit who come from Keras; see `nnspec/habits/__init__.py`."""

from __future__ import annotations

ORIGIN = "Keras"

NAMES = {
    "layer": {
        **{
            f"{over}{short}Pool{rank}D": f"{ours}{kind}_pooling{rank}d"
            for over, ours in (("", ""), ("Global", "global_"))
            for short, kind in (("Max", "max"), ("Avg", "average"))
            for rank in (1, 2, 3)
        },
        "Convolution1D": "conv1d",
        "Convolution2D": "conv2d",
        "Convolution3D": "conv3d",
        "BatchNorm": "batch_normalization",
        "LayerNorm": "layer_normalization",
        "GroupNorm": "group_normalization",
        "InputLayer": "input",
    },
    "loss": {
        "bce": "binary_crossentropy",
        "cce": "categorical_crossentropy",
        "scce": "sparse_categorical_crossentropy",
        "kld": "kl_divergence",
    },
    "callback": {"ModelCheckpoint": "checkpoint"},
    "source": {"image_dataset_from_directory": "images"},
}

CALLS = {
    "transform": {
        "Rescaling(factor, offset)": "scale(factor, offset)",
        "Normalization(axis, mean, variance)": "standardize",
        "to_categorical(x, num_classes)": "one_hot(target, classes=num_classes)",
        "RandomFlip(mode)": "augment(flip=mode)",
    },
}

REMOVED = {
    "training": {
        "verbose": "the script has the option `--quiet`",
        "validation_data": "`split(validation=0.1)` in the data section sets samples "
        "apart",
        "steps_per_epoch": "an epoch is all samples once",
        "initial_epoch": "the script goes on with `--resume`",
        "TensorBoard": "the script draws `curves.svg`",
        "History": "the script writes `history.csv`",
        "summary": "`nnspec summary` tells the layers",
        "evaluate": "the script evaluates the test part at the end",
        "predict": "the script has the command `predict`",
        "save": "the script saves its weights",
    },
}

SETTINGS = {"validation_split": "split(validation)"}

ARGUMENTS = {
    "layer": {
        "input_shape": "input(VALUE)",
        "input_dim": "input(VALUE)",
        "batch_input_shape": "",
        "name": "as VALUE",
    },
}

#: Calls whose arguments are settings of the training.
SETTINGS_OF = ("compile", "fit", "train")
#: Calls whose arguments are layers of the network.
LAYERS_OF = ("Sequential", "add", "Model")
