"""Metrics that count hits and misses of a whole part, and what may be said of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from nnspec.table.entry import Argument, Arguments, Shape, Use
from nnspec.table.fits import (
    fits_classes,
    fits_correlation,
    fits_counts,
    fits_each_output,
    fits_index,
    fits_one_class,
    fits_one_hot,
    fits_targets,
    fits_top_k,
)
from nnspec.table.kinds import AnyOf, Integer, ListOf, Optional, Real, String
from nnspec.table.training_entry import LossEntry, MetricEntry

CLASS_ID = Argument(
    "class_id",
    Optional(AnyOf((Integer(), Real(), String("a label")))),
    None,
    "goes by one class only, by its label, or by its number if labels are texts",
)


def _count(name: str, doc: str) -> MetricEntry:
    """True or false positives or negatives."""
    return MetricEntry(
        name,
        f"{doc}, over all outputs of all samples of a part.",
        (
            Argument(
                "thresholds",
                Optional(Real(0, 1)),
                None,
                "outputs above it count as a yes; `none` is 0.5",
            ),
        ),
        fits=fits_counts,
        whole=True,
        rises=name.startswith("true"),
        cut=lambda a, *_: (
            0.5 if a["thresholds"] is None else cast(float, a["thresholds"])
        ),
    )


def _best(name: str, doc: str, given: str) -> MetricEntry:
    """The best of one rate where another is at least what is given."""
    return MetricEntry(
        name,
        f"{doc}, of all thresholds that there are; 0 where none is. Keras tries 200.",
        (
            Argument(given, Real(0, 1), doc=f"the least {given}", example="0.9"),
            CLASS_ID,
        ),
        fits=fits_one_class,
        whole=True,
        files=lambda *_: (name,),
    )


_TARGETS = Argument(
    "target_class_ids",
    ListOf(Integer(0), or_one=True),
    doc="the classes whose mean is taken, by their numbers",
    example="[0, 2]",
)
_IOU = "TP / (TP + FP + FN) of a class"


def _iou(
    name: str,
    doc: str,
    fits: Callable[[Use, Shape, LossEntry], None],
    *arguments: Argument,
) -> MetricEntry:
    return MetricEntry(
        name,
        doc,
        arguments,
        fits=fits,
        whole=True,
        files=lambda *_: ("top_k", "iou"),
    )


def _all_thresholds(arguments: Arguments, *_: object) -> float:
    return cast(float, arguments["threshold"])


_TOP = Argument("k", Integer(1), 5, "how many of the largest outputs count")


def _fits_sparse_top(use: Use, shape: Shape, loss: LossEntry) -> None:
    fits_index(use, shape, loss)
    fits_top_k(use, shape, loss)


def _fits_one_hot_top(use: Use, shape: Shape, loss: LossEntry) -> None:
    fits_one_hot(use, shape, loss)
    fits_top_k(use, shape, loss)


def _correlation(name: str, doc: str) -> MetricEntry:
    return MetricEntry(
        name,
        doc,
        (
            Argument(
                "axis",
                Integer(-1, 0),
                -1,
                "-1: over the outputs of each sample, then the mean of the samples; 0: "
                "over the samples of a part, then the mean of the outputs",
            ),
        ),
        fits=fits_correlation,
        whole=True,
        classes=False,
        files=lambda *_: (name,),
    )


HITS = (
    _count("true_positives", "How many outputs with a label above 0 count as a yes"),
    _count("true_negatives", "How many outputs with a label of 0 count as a no"),
    _count("false_positives", "How many outputs with a label of 0 count as a yes"),
    _count("false_negatives", "How many outputs with a label above 0 count as a no"),
    _best(
        "precision_at_recall",
        "The best precision where recall is at least `recall`",
        "recall",
    ),
    _best(
        "recall_at_precision",
        "The best recall where precision is at least `precision`",
        "precision",
    ),
    _best(
        "sensitivity_at_specificity",
        "The best sensitivity, TP / (TP + FN), where specificity, TN / (TN + FP), is "
        "at least `specificity`",
        "specificity",
    ),
    _best(
        "specificity_at_sensitivity",
        "The best specificity, TN / (TN + FP), where sensitivity, TP / (TP + FN), is "
        "at least `sensitivity`",
        "sensitivity",
    ),
    _iou(
        "iou",
        f"{_IOU}, the largest output of a sample being its class: the mean of some "
        "classes, without those that neither labels nor outputs have. Labels are "
        "indices.",
        fits_targets,
        _TARGETS,
    ),
    _iou("mean_iou", f"{_IOU}, the mean of all classes, as `iou`.", fits_classes),
    _iou("one_hot_iou", "`iou` of one-hot labels.", fits_targets, _TARGETS),
    _iou("one_hot_mean_iou", "`mean_iou` of one-hot labels.", fits_classes),
    MetricEntry(
        "binary_iou",
        f"{_IOU}, the mean of the classes 0 and 1, or of one of them, of all outputs.",
        (
            Argument(
                "target_class_ids",
                ListOf(Integer(0, 1), or_one=True),
                (0, 1),
                "the classes whose mean is taken",
            ),
            Argument("threshold", Real(), 0.5, "outputs from it on count as 1"),
        ),
        fits=fits_counts,
        whole=True,
        cut=_all_thresholds,
        files=lambda *_: ("binary_iou",),
    ),
    MetricEntry(
        "top_k_categorical_accuracy",
        "`top_k_accuracy` of one-hot labels.",
        (_TOP,),
        fits=_fits_one_hot_top,
        files=lambda *_: ("top_k_accuracy",),
    ),
    MetricEntry(
        "sparse_top_k_categorical_accuracy",
        "`top_k_accuracy` of labels that are indices.",
        (_TOP,),
        fits=_fits_sparse_top,
        files=lambda *_: ("top_k_accuracy",),
    ),
    MetricEntry(
        "cosine_similarity",
        "sum(y p) / (|y| |p|) over the outputs of each sample, then the mean; the "
        "lengths at least 1e-7. It is the loss of that name with the other sign.",
        (Argument("axis", Integer(-1, -1), -1, "the last axis"),),
        fits=fits_each_output,
        classes=False,
        files=lambda *_: ("cosine_similarity",),
    ),
    _correlation(
        "pearson_correlation",
        "cov(y, p) / (std(y) std(p)): how near p is to a line over y (Pearson, 1895). "
        "0 where one of them is constant.",
    ),
    _correlation(
        "concordance_correlation",
        "2 cov(y, p) / (var(y) + var(p) + (mean(y) - mean(p))²): how near p is to y "
        "itself (Lin, 1989); the divisor with 1e-7 more.",
    ),
)
