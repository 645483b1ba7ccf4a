"""Words of textbooks and of mathematics; see `nnspec/habits/__init__.py`."""

from __future__ import annotations

ORIGIN = ""

#: The likeliest first; what the network ends in may tell better.
CROSS_ENTROPIES = (
    "sparse_categorical_crossentropy",
    "binary_crossentropy",
    "categorical_crossentropy",
)

NAMES = {
    "layer": {
        "fully_connected": "dense",
        "fc": "dense",
        "affine": "dense",
        "hidden": "dense",
        "convolution": ("conv2d", "conv1d"),
        "conv": ("conv2d", "conv1d"),
        "maxpool": ("max_pooling2d", "max_pooling1d"),
        "avgpool": ("average_pooling2d", "average_pooling1d"),
        "pooling": ("max_pooling2d", "average_pooling2d"),
    },
    "activation": {"rectifier": "relu", "hyperbolic_tangent": "tanh"},
    "loss": {
        **dict.fromkeys(
            ("cross_entropy", "crossentropy", "log_loss", "negative_log_likelihood"),
            CROSS_ENTROPIES,
        ),
        "softmax_cross_entropy": "sparse_categorical_crossentropy",
        "sigmoid_cross_entropy": "binary_crossentropy",
        "least_squares": "mean_squared_error",
        "rmse": "mean_squared_error",
        "root_mean_squared_error": "mean_squared_error",
    },
    "optimizer": {
        "gradient_descent": "sgd",
        "stochastic_gradient_descent": "sgd",
        "momentum": "sgd",
    },
    "initializer": {
        "xavier": ("glorot_uniform", "glorot_normal"),
        "he": ("he_normal", "he_uniform"),
        "normal": "random_normal",
        "gaussian": "random_normal",
        "uniform": "random_uniform",
    },
    "regularizer": {"lasso": "l1", "ridge": "l2", "elastic_net": "l1_l2"},
    "metric": {
        "sensitivity": "recall",
        "r_squared": "r2_score",
        "error_rate": "accuracy",
    },
    "transform": {
        "normalise": "standardize",
        "standardise": "standardize",
        "cross_validation": "folds",
    },
}

SETTINGS = {
    "iterations": "epochs",
    "batch": "batch_size",
    "minibatch_size": "batch_size",
    "metric": "metrics",
    "optimiser": "optimizer",
    "cost": "loss",
    "objective": "loss",
    "lr": "learning_rate",
    "step_size": "learning_rate",
    "alpha": "learning_rate",
    "eta": "learning_rate",
}

REMOVED = {
    "training": {
        "train_size": "what `split` sets apart is not trained with",
        "backpropagation": "the script does it",
    },
}

#: What a number stands for by itself, by category.
NUMBERS = {
    "constraint": "max_norm(VALUE)",
    "initializer": "constant(VALUE)",
    "optimizer": "rmsprop(learning_rate=VALUE)",
    "regularizer": "l2(VALUE)",
}
