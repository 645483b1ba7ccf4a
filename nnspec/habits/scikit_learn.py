"""What those write by habit who come from scikit-learn; see `habits/__init__.py`."""

from __future__ import annotations

ORIGIN = "scikit-learn"

_MEASURED = "the script tells it of every part"

NAMES = {
    "activation": {"logistic": "sigmoid", "identity": "linear"},
    "loss": {
        "squared_error": "mean_squared_error",
        "neg_mean_squared_error": "mean_squared_error",
        "absolute_error": "mean_absolute_error",
        "neg_mean_absolute_error": "mean_absolute_error",
    },
    "metric": {
        "accuracy_score": "accuracy",
        "precision_score": "precision",
        "recall_score": "recall",
        "f1": "f1_score",
        "f1_macro": "f1_score",
        "roc_auc": "auc",
        "roc_auc_score": "auc",
        "r2": "r2_score",
        "rmse_score": "rmse",
        "neg_mean_squared_error": "mean_squared_error",
        "neg_mean_absolute_error": "mean_absolute_error",
    },
    "source": {
        "make_moons": "moons",
        "make_circles": "circles",
        "make_blobs": "blobs",
        "make_classification": "blobs",
        "make_regression": "linear",
    },
    "transform": {
        "OneHotEncoder": "one_hot",
        "CountVectorizer": "bag_of_words",
        "TfidfVectorizer": "bag_of_words",
    },
}

CALLS = {
    "transform": {
        "train_test_split(x, y, test_size, random_state, stratify)": (
            "split(test=test_size, seed=random_state)"
        ),
        "KFold(n_splits, shuffle, random_state)": "folds(n_splits, seed=random_state)",
        "StratifiedKFold(n_splits, shuffle, random_state)": (
            "folds(n_splits, stratify=true, seed=random_state)"
        ),
        "cross_val_score(estimator, x, y, scoring, cv)": "folds(cv)",
        "StandardScaler(copy)": "standardize",
        "normalize(x, axis)": "standardize",
        "Normalizer(norm)": "standardize",
        "standard_scaler(x)": "standardize",
        "zscore(x)": "standardize",
        "MinMaxScaler(feature_range)": "minmax",
        "SimpleImputer(missing_values, strategy)": "impute(strategy)",
    },
}

REMOVED = {
    "data": {
        "LabelEncoder": "classes are numbered by themselves",
        "shuffle": "`shuffle` is a setting of the training, and on by itself",
        "fit_transform": "what is learnt is learnt of the training part",
    },
    "training": {
        "n_jobs": "the script has the option `--threads`",
        "hidden_layer_sizes": "each hidden layer is a line of the network, such as "
        "`dense(64, relu)`",
        "activation": "each layer names its own, such as `dense(64, relu)`",
        "score": _MEASURED,
        "classification_report": _MEASURED,
        "tol": "`early_stopping(patience=5)` ends a training",
        "n_iter_no_change": "`early_stopping(patience=5)` ends a training",
        "warm_start": "the script goes on with `--resume`",
        "cross_val_score": _MEASURED,
    },
}

SETTINGS = {
    "random_state": "seed",
    "random_seed": "seed",
    "max_iter": "epochs",
    "n_epochs": "epochs",
    "num_epochs": "epochs",
    "nb_epoch": "epochs",
    "solver": "optimizer",
    "scoring": "metrics",
    "test_size": "split(test)",
    "test_split": "split(test)",
    "validation_fraction": "split(validation)",
    "learning_rate_init": "learning_rate",
}

ARGUMENTS = {
    "transform": {
        "random_state": "seed",
        "test_size": "test",
        "validation_split": "validation",
        "test_split": "test",
        "n_splits": "k",
        "val": "validation",
        "train": "",
        "train_size": "",
        "shuffle": "",
    },
    "source": {
        "n_samples": "samples",
        "random_state": "seed",
        "centers": "classes",
        "label": "target",
        "y": "target",
    },
}
