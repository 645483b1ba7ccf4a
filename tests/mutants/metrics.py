"""Metrics, of a batch and of a whole part."""

from tests.mutants.mutant import (
    Edit,
    Mutant,
    assessment,
    binary,
    classes,
    details,
    parity,
    shares,
    values,
)

ACCURACY = "templates/metrics/accuracy.j2"
MATRIX = "templates/metrics/confusion_matrix.j2"
PLAN = "nnspec/plan/training.py"
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
                "value = layout.logits if from_logits and layout.logits else layout.value",
                "value = layout.value",
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
                "np.add.at(matrix, (right, taken), 1)",
                "np.add.at(matrix, (taken, right), 1)",
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
)
