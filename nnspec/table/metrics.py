"""Metrics: what is printed beside the loss."""

from __future__ import annotations

from typing import cast

from nnspec.table.entry import Argument, Arguments, Shape
from nnspec.table.fits import (
    fits_class,
    fits_columns,
    fits_each_output,
    fits_index,
    fits_one_hot,
    fits_ranks,
    fits_rate,
    fits_top_k,
    fits_values,
)
from nnspec.table.hits import CLASS_ID, HITS
from nnspec.table.kinds import Choice, Flag, Integer, Optional, Real
from nnspec.table.loss_metrics import LOSS_METRICS
from nnspec.table.training_entry import LossEntry, MetricEntry


def _cut_of_rate(arguments: Arguments, *_: object) -> float | None:
    given = cast("float | None", arguments["thresholds"])
    return 0.5 if given is None and arguments["top_k"] is None else given


def _cut_of_f1_score(arguments: Arguments, shape: Shape, *_: object) -> float | None:
    given = cast("float | None", arguments["threshold"])
    return 0.5 if given is None and shape[-1] == 1 else given


def _cut_of_two(_: Arguments, shape: Shape, loss: LossEntry) -> float | None:
    if shape[-1] > 1:
        return None
    return 0.0 if loss.target == "sign" else 0.5


def _files_of_f_score(name: str, arguments: Arguments, shape: Shape) -> tuple[str, ...]:
    by_largest = _cut_of_f1_score(arguments, shape) is None
    by_support = arguments["average"] == "weighted"
    return (name, *by_largest * ("largest",), *by_support * ("by_support",))


def _files_of_r2_score(arguments: Arguments, _: Shape) -> tuple[str, ...]:
    weighted = arguments["class_aggregation"] == "variance_weighted_average"
    adjusted = ("adjusted",) if arguments["num_regressors"] else ()
    return ("r2_by_variance" if weighted else "r2_score", *adjusted)


def _rate(name: str, doc: str) -> MetricEntry:
    """Precision or recall."""
    return MetricEntry(
        name,
        doc,
        (
            Argument(
                "thresholds",
                Optional(Real(0, 1)),
                None,
                "outputs above it count as a yes; `none` is 0.5, or no threshold "
                "beside `top_k`",
            ),
            Argument(
                "top_k",
                Optional(Integer(1)),
                None,
                "only so many of the largest outputs of a sample count as a yes",
            ),
            CLASS_ID,
        ),
        fits=fits_rate,
        whole=True,
        cut=_cut_of_rate,
        files=lambda a, _: (name,) if a["top_k"] is None else (name, "top_k"),
    )


_AVERAGE = Argument(
    "average",
    Choice(("micro", "macro", "weighted")),
    "macro",
    "the mean over the outputs; `weighted` by how often each is right; "
    "`micro` counts them all as one",
)
_LEAST = Argument(
    "threshold",
    Optional(Real(above=0, maximum=1)),
    None,
    "outputs above it count as a yes; `none` takes the largest of a "
    "sample, or 0.5 where there is one output only",
)


def _f_score(name: str, doc: str, *arguments: Argument) -> MetricEntry:
    return MetricEntry(
        name,
        f"{doc}, of each output; 0 where all are 0. A history holds numbers: so the "
        "outputs' scores are averaged, which Keras does not do unless told to. Labels "
        "are one-hot, or indices of classes.",
        arguments,
        fits=fits_columns,
        whole=True,
        cut=_cut_of_f1_score,
        files=lambda arguments, shape: _files_of_f_score(name, arguments, shape),
    )


METRICS = (
    MetricEntry(
        "accuracy",
        "Share of right answers: p > 0.5 for one output, else the largest output, "
        "against labels that are indices or one-hot, as their shape says.",
        aliases=("acc",),
        cut=lambda _, shape, __: 0.5 if shape[-1] == 1 else None,
    ),
    MetricEntry(
        "binary_accuracy",
        "Share of outputs that are on the side of the threshold where their label is.",
        (Argument("threshold", Real(), 0.5, "outputs above it count as 1"),),
        fits=fits_each_output,
        cut=lambda arguments, *_: cast(float, arguments["threshold"]),
    ),
    MetricEntry(
        "categorical_accuracy",
        "Share of samples whose largest output is that of their one-hot label.",
        fits=fits_one_hot,
    ),
    MetricEntry(
        "sparse_categorical_accuracy",
        "Share of samples whose largest output is that of the class.",
        fits=fits_index,
    ),
    MetricEntry(
        "top_k_accuracy",
        "Share of samples whose class is among the k largest outputs; one that ties "
        "with the last of them is. Labels are indices or one-hot.",
        (Argument("k", Integer(1), 5, "how many of the largest outputs count"),),
        fits=fits_top_k,
        files=lambda *_: ("top_k_accuracy",),
    ),
    _rate(
        "precision",
        "TP / (TP + FP), over all outputs of all samples of a part: how much of what "
        "counts as a yes has a label above 0. 0 where nothing does.",
    ),
    _rate(
        "recall",
        "TP / (TP + FN), over all outputs of all samples of a part: how much of what "
        "has a label above 0 counts as a yes. 0 where nothing does.",
    ),
    _f_score(
        "f1_score",
        "2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall",
        _AVERAGE,
        _LEAST,
    ),
    _f_score(
        "fbeta_score",
        "(1 + beta²) TP / ((1 + beta²) TP + beta² FN + FP), in which recall counts "
        "beta times as much as precision",
        _AVERAGE,
        Argument("beta", Real(above=0), 1.0, "how much recall counts"),
        _LEAST,
    ),
    MetricEntry(
        "auc",
        "The area under a curve, over all outputs of all samples of a part, which have "
        "a label above 0 or not: exact, by ranks, where Keras approximates it with 200 "
        "thresholds. So logits do as well as probabilities.",
        (
            Argument(
                "curve",
                Choice(("ROC", "PR")),
                "ROC",
                "`ROC`: how often one with a label above 0 is ranked before one "
                "without, a tie counting half; `PR`: precision over recall",
            ),
            Argument(
                "multi_label",
                Flag(),
                False,
                "the mean of the areas of each output, rather than that of all",
            ),
        ),
        fits=fits_ranks,
        whole=True,
        files=lambda a, _: ("auc" if a["curve"] == "ROC" else "pr_auc",),
    ),
    MetricEntry(
        "mean_absolute_error",
        "mean(|y - p|)",
        aliases=("mae",),
        fits=fits_each_output,
        rises=False,
        classes=False,
    ),
    MetricEntry(
        "mean_squared_error",
        "mean((y - p)²)",
        aliases=("mse",),
        fits=fits_each_output,
        rises=False,
        classes=False,
    ),
    MetricEntry(
        "root_mean_squared_error",
        "sqrt(mean((y - p)²)), the mean being that of the whole part",
        aliases=("rmse",),
        fits=fits_each_output,
        whole=True,
        rises=False,
        classes=False,
    ),
    MetricEntry(
        "r2_score",
        "1 - sum((y - p)²) / sum((y - mean(y))²) of each output: the share of the "
        "labels' variance that it explains; 0 where there is none.",
        (
            Argument(
                "class_aggregation",
                Choice(("uniform_average", "variance_weighted_average")),
                "uniform_average",
                "how the scores of several outputs are averaged",
            ),
            Argument(
                "num_regressors",
                Integer(0),
                0,
                "from 1 on, the adjusted R² of so many independent features",
            ),
        ),
        fits=fits_values,
        whole=True,
        classes=False,
        files=_files_of_r2_score,
    ),
    MetricEntry(
        "confusion_matrix",
        "How often each class (row) was taken for each class (column); printed for the "
        "test part.",
        fits=fits_class,
        whole=True,
        matrix=True,
        cut=_cut_of_two,
        files=lambda *_: ("confusion_matrix",),
    ),
    MetricEntry(
        "class_report",
        "Precision, recall, f1 and support (how many samples there are) of each class, "
        "and their means, plain and weighted by support, as scikit-learn's "
        "classification_report has them; printed for the test part.",
        fits=fits_class,
        whole=True,
        matrix=True,
        cut=_cut_of_two,
        files=lambda *_: ("confusion_matrix", "class_report", "report_table"),
    ),
    *HITS,
    *LOSS_METRICS,
)
