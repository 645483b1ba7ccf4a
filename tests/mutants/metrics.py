"""Metrics, of a batch and of a whole part."""

from tests.mutants.mutant import (
    Edit,
    Mutant,
    assessment,
    binary,
    classes,
    details,
    parity,
    scores,
    shares,
    values,
)

ACCURACY = "templates/metrics/accuracy.j2"
MATRIX = "templates/runtime/confusion_matrix.py"
PLAN = "nnspec/targets/numpy/metrics.py"
TELLING = "metrics = [accuracy]"

MUTANTS = (
    Mutant(
        "accuracy_of_a_half",
        "an output of 0.5 is class 1",
        (Edit(ACCURACY, "> 0.5", ">= 0.5"),),
        binary("dense(1, sigmoid)", more=TELLING),
        details("accuracy_of_halves_is_not_that_of_ones"),
    ),
    Mutant(
        "accuracy_of_logits_by_their_sign",
        "logits are compared with 0, where Keras takes 0.5 for them, too",
        (
            Edit(
                PLAN,
                "value = output.z if from_logits else output.p",
                "value = output.p",
            ),
        ),
        binary("dense(1)", loss="binary_crossentropy(from_logits=true)", more=TELLING),
        parity("accuracy with binary_crossentropy(from_logits=true) of dense(1)"),
    ),
    Mutant(
        "accuracy_of_the_last_of_equals",
        "of outputs that are the same, the last is taken",
        (
            Edit(
                ACCURACY,
                "np.mean({{ m.p }}.argmax(axis=-1) == y)",
                "np.mean({{ m.p }}.shape[-1] - 1 - {{ m.p }}[..., ::-1].argmax(axis=-1) == y)",
            ),
        ),
        classes(more=TELLING),
        details(
            "ties_and_halves_in_accuracy[sparse_categorical_crossentropy-dense(4, softmax)]"
        ),
    ),
    Mutant(
        "accuracy_against_the_smallest",
        "the class of a one-hot label is its smallest value",
        (Edit(ACCURACY, "y.argmax(axis=-1))", "y.argmin(axis=-1))"),),
        shares("dense(3, softmax)", more=TELLING),
        parity("accuracy, mse with categorical_crossentropy of dense(4, softmax)"),
    ),
    Mutant(
        "confusion_transposed",
        "rows are what was predicted, and columns what is right",
        (
            Edit(
                MATRIX,
                "right.astype(int) * classes + taken",
                "taken.astype(int) * classes + right",
            ),
        ),
        classes(more="metrics = [confusion_matrix]"),
        assessment(
            "confusion_matrix[sparse_categorical_crossentropy-dense(3, softmax)]"
        ),
    ),
    Mutant(
        "mae_metric_of_squares",
        "the absolute error is the squared one",
        (
            Edit(
                "templates/metrics/mean_absolute_error.j2",
                "np.abs(y - {{ m.p }})",
                "np.square(y - {{ m.p }})",
            ),
        ),
        values("dense(1)", more="metrics = [mae]"),
        parity("mean_absolute_error, mean_squared_error with mse of dense(3)"),
    ),
    Mutant(
        "auc_of_ties_that_win",
        "equal outputs count as ranked in the right order",
        (
            Edit(
                "templates/runtime/auc.py",
                "np.cumsum(count) - (count - 1) / 2",
                "np.cumsum(count)",
            ),
        ),
        binary("dense(1, sigmoid)", more="metrics = [auc]"),
        scores("auc_by_hand"),
    ),
    Mutant(
        "pr_auc_by_straight_lines",
        "precision goes straight from point to point",
        (
            Edit(
                "templates/runtime/pr_auc.py",
                "found + (right - rate * taken) * growth",
                "found * (right / taken)",
            ),
        ),
        binary("dense(1, sigmoid)", more="metrics = [auc(PR)]"),
        scores("pr_auc_by_hand"),
    ),
    Mutant(
        "precision_of_all_positives",
        "precision divides by what is right, as recall does",
        (
            Edit(
                "templates/runtime/precision.py",
                "np.count_nonzero(taken), 1",
                "np.count_nonzero(y), 1",
            ),
        ),
        binary("dense(1, sigmoid)", more="metrics = [precision]"),
        scores("precision_and_recall_by_hand"),
    ),
    Mutant(
        "yes_from_the_threshold_on",
        "an output at the threshold counts as a yes",
        (
            Edit(
                "templates/rate.j2",
                "{%- else %}\n{{ m.p }} > {{ m.cut }}",
                "{%- else %}\n{{ m.p }} >= {{ m.cut }}",
            ),
        ),
        binary("dense(1, sigmoid)", more="metrics = [recall]"),
        (
            "tests/parity/test_metrics.py::test_scores[binary_accuracy-of all classes-halves]",
        ),
    ),
    Mutant(
        "top_k_without_ties",
        "a label that ties with the last of the k largest outputs is not among them",
        (
            Edit(
                "templates/runtime/top_k_accuracy.py",
                "np.sum(~(p <= own), axis=-1) < k",
                "np.sum(~(p < own), axis=-1) <= k",
            ),
        ),
        classes(more="metrics = [top_k_accuracy(2)]"),
        scores("top_k_accuracy_counts_a_tie_with_the_last"),
    ),
    Mutant(
        "r2_without_the_mean",
        "the labels' variance is that around 0",
        (
            Edit(
                "templates/runtime/r2_score.py",
                "np.square(y - y.mean(axis=0, dtype=float))",
                "np.square(y)",
            ),
        ),
        values("dense(1)", more="metrics = [r2_score]"),
        scores("r2_score_by_hand"),
    ),
    Mutant(
        "f1_of_outputs_together",
        "the mean over the classes counts all outputs as one",
        (
            Edit(
                "templates/f_score.j2",
                "float(np.mean({{ m.template }}({{ y }}, {{ yes }}{{ more }})))",
                "float({{ m.template }}(np.ravel({{ y }}), np.ravel({{ yes }}){{ more }}))",
            ),
        ),
        classes(more="metrics = [f1_score]"),
        (
            "tests/parity/test_metrics.py::test_scores[sparse_categorical_accuracy-of all classes-apart]",
        ),
    ),
    Mutant(
        "best_rate_beyond_the_condition",
        "the rate that is given must be exceeded, not only reached",
        (
            Edit(
                "templates/runtime/specificity_at_sensitivity.py",
                "sensitivity >= least",
                "sensitivity > least",
            ),
        ),
        binary(
            "dense(1, sigmoid)",
            more="metrics = [specificity_at_sensitivity(sensitivity=1.0)]",
        ),
        (
            "tests/test_hits.py::test_the_best_of_all_thresholds[1.0-specificity_at_sensitivity]",
        ),
    ),
    Mutant(
        "iou_of_absent_classes",
        "a class that is nowhere counts as one that is never found",
        (
            Edit(
                "templates/runtime/iou.py",
                "max(np.count_nonzero(either), 1)",
                "max(np.size(either), 1)",
            ),
        ),
        classes(more="metrics = [mean_iou]"),
        ("tests/test_hits.py::test_iou_of_classes_by_hand",),
    ),
    Mutant(
        "best_rates_split_ties",
        "outputs that are equal are taken one after the other",
        (
            Edit(
                "templates/runtime/hits_by_threshold.py",
                "np.append(p[1:] != p[:-1], True)",
                "np.append(p[1:] == p[1:], True)",
            ),
        ),
        binary("dense(1, sigmoid)", more="metrics = [recall_at_precision(0.8)]"),
        (
            "tests/test_hits.py::test_the_best_of_all_thresholds[0.5-recall_at_precision]",
        ),
    ),
)
