"""Metrics, over all samples of a part of the data."""

from __future__ import annotations

from nnspec.table.entry import Metric

METRICS = (
    Metric(
        "accuracy",
        "Share of right answers: p > 0.5 for one output, else the largest output, "
        "against labels that are indices or one-hot, as their shape tells.",
        aliases=("acc",),
    ),
    Metric("mean_absolute_error", "mean(|y - p|)", aliases=("mae",)),
    Metric("mean_squared_error", "mean((y - p)²)", aliases=("mse",)),
    Metric(
        "confusion_matrix",
        "How often each class (row) was taken for each class (column); told of the "
        "test part.",
        matrix=True,
    ),
)
