"""Losses: what is summed, what is averaged, and what is clipped."""

from tests.mutants.mutant import (
    Edit,
    Mutant,
    binary,
    classes,
    details,
    gradcheck,
    numbers,
    parity,
    shares,
    spec,
    values,
)

MSE = "templates/losses/mean_squared_error.j2"
MAE = "templates/losses/mean_absolute_error.j2"
BINARY = "templates/losses/binary_crossentropy.j2"
CATEGORICAL = "templates/losses/categorical_crossentropy.j2"
SPARSE = "templates/losses/sparse_categorical_crossentropy.j2"
PLAN = "nnspec/targets/numpy/losses.py"

MUTANTS = (
    Mutant(
        "mse_halved",
        "half the squared error, as in textbooks",
        (
            Edit(MSE, "np.square(y", "0.5 * np.square(y"),
            Edit(MSE, "*= 2.0{{", "*= 1.0{{"),
        ),
        values("dense(1)"),
        parity("mse of dense(3)"),
    ),
    Mutant(
        "mse_summed_over_outputs",
        "squared errors are summed over the outputs of a sample",
        (
            Edit(MSE, "loss.mean(l)", "loss.total(l)"),
            Edit(MSE, "2.0{{ l.per_value }}", "2.0{{ l.per_sample }}"),
        ),
        values("dense(1)"),
        parity("mse of dense(3)"),
    ),
    Mutant(
        "mse_slope_by_samples",
        "the derivative is divided by the samples, not by all values",
        (Edit(MSE, "2.0{{ l.per_value }}", "2.0{{ l.per_sample }}"),),
        values("dense(1)"),
        gradcheck("mse of dense(3)"),
    ),
    Mutant(
        "mae_slope_where_it_is_right",
        "the derivative is 1 where prediction and label are the same, not 0",
        (
            Edit(
                MAE,
                "np.sign({{ l.p }} - y, out={{ l.dy }})",
                "np.copyto({{ l.dy }}, np.where({{ l.p }} < y, -1.0, 1.0))",
            ),
        ),
        values("dense(1)", loss="mae"),
        numbers("no_error_has_no_slope[mae]"),
    ),
    Mutant(
        "binary_smoothing_not_halved",
        "label smoothing adds s, not s / 2",
        (
            Edit(
                PLAN,
                'entry.target == "distribution" else 2',
                'entry.target == "distribution" else 1',
            ),
        ),
        binary("dense(1, sigmoid)", loss="binary_crossentropy(label_smoothing=0.1)"),
        parity("binary_crossentropy(label_smoothing=0.1) of dense(1, sigmoid)"),
    ),
    Mutant(
        "smoothing_not_divided_by_classes",
        "label smoothing adds s to each class, not s / C",
        (
            Edit(
                PLAN, 'Code(f"{literal(smoothing)} / {classes}")', "literal(smoothing)"
            ),
        ),
        shares(
            "dense(3, softmax)", loss="categorical_crossentropy(label_smoothing=0.2)"
        ),
        parity("categorical_crossentropy(label_smoothing=0.2) of dense(4, softmax)"),
    ),
    Mutant(
        "smoothing_added_to_whole_labels",
        "labels keep their share of 1, not of 1 - s",
        (Edit(PLAN, '"keep": literal(1 - smoothing)', '"keep": literal(1.0)'),),
        shares(
            "dense(3, softmax)", loss="categorical_crossentropy(label_smoothing=0.2)"
        ),
        parity("categorical_crossentropy(label_smoothing=0.2) of dense(4, softmax)"),
    ),
    Mutant(
        "smoothing_in_the_value_alone",
        "the derivative is that by labels without smoothing",
        (Edit(CATEGORICAL, "{{ l.dy }} -= {{ l.y }}", "{{ l.dy }} -= y"),),
        shares(
            "dense(3, softmax)", loss="categorical_crossentropy(label_smoothing=0.2)"
        ),
        gradcheck("categorical_crossentropy(label_smoothing=0.2) of dense(4, softmax)"),
    ),
    Mutant(
        "binary_summed_over_outputs",
        "the crossentropies of a sample's outputs are summed, not averaged",
        (
            Edit(BINARY, "mean(l) %}np.maximum", "total(l) %}np.maximum"),
            Edit(BINARY, "loss.mean_slope(l)", "loss.total_slope(l)"),
        ),
        binary("dense(1, sigmoid)"),
        parity("binary_crossentropy of dense(4, sigmoid)"),
    ),
    Mutant(
        "binary_from_clipped_probabilities",
        "the loss is computed from probabilities, and ends at 16",
        (
            Edit(
                BINARY,
                "z = {{ l.z }}\n{% call loss.mean(l) %}np.maximum(z, 0.0) - z * {{ l.y }} + np.log1p(np.exp(-np.abs(z)))",
                "p = np.clip({{ l.p }}, 1e-7, 1.0 - 1e-7)\n{% call loss.mean(l) %}-y * np.log(p) - (1.0 - y) * np.log(1.0 - p)",
            ),
        ),
        binary("dense(1, sigmoid)"),
        details(
            "saturated_outputs_are_not_clipped_where_logits_are_used[binary_crossentropy-dense(1, sigmoid)]"
        ),
    ),
    Mutant(
        "binary_slope_through_the_clip",
        "the derivative by a clipped probability is not 0",
        (Edit(BINARY, "{{ l.dy }} *= p == {{ l.p }}", "{{ l.dy }} *= p == p"),),
        shares("dense(3, softmax)", loss="binary_crossentropy"),
        details(
            "probabilities_that_are_clipped[binary_crossentropy(label_smoothing=0.1)-dense(3, softmax)-30.0]"
        ),
    ),
    Mutant(
        "categorical_averaged_over_classes",
        "the crossentropy is averaged over the classes, not summed",
        (
            Edit(
                PLAN,
                'Code("len(y)" if len(shape) == 1 else "y[..., 0].size")',
                'Code("y.size")',
            ),
        ),
        shares("dense(3, softmax)"),
        parity("categorical_crossentropy of dense(4, softmax)"),
    ),
    Mutant(
        "categorical_of_shares_that_do_not_sum_to_one",
        "outputs are taken as they are, not divided by their sum",
        (
            Edit(
                CATEGORICAL,
                "p = {{ l.p }} / {{ l.p }}.sum(axis=-1, keepdims=True)",
                "p = {{ l.p }}",
            ),
            Edit(
                CATEGORICAL,
                "total = {{ l.p }}.sum(axis=-1, keepdims=True)",
                "total = 1.0",
            ),
            Edit(
                CATEGORICAL, "slope -= np.sum(slope * p, axis=-1, keepdims=True)\n", ""
            ),
        ),
        shares("dense(3, sigmoid)"),
        parity("categorical_crossentropy of dense(4, sigmoid)"),
    ),
    Mutant(
        "categorical_slope_of_each_alone",
        "the derivative leaves out that outputs are divided by their sum",
        (
            Edit(
                CATEGORICAL, "slope -= np.sum(slope * p, axis=-1, keepdims=True)\n", ""
            ),
        ),
        shares("dense(3, sigmoid)"),
        gradcheck("categorical_crossentropy of dense(4, sigmoid)"),
    ),
    Mutant(
        "categorical_takes_labels_to_sum_to_one",
        "the derivative is p - y even where the labels of a sample sum to 2",
        (
            Edit(
                CATEGORICAL,
                "np.multiply({{ l.p }}, {{ l.y }}.sum(axis=-1, keepdims=True), out={{ l.dy }})",
                "np.copyto({{ l.dy }}, {{ l.p }})",
            ),
        ),
        shares("dense(3, softmax)"),
        details("labels_need_not_sum_to_one"),
    ),
    Mutant(
        "sparse_averaged_over_samples_alone",
        "the losses of a sample's steps are summed, not averaged",
        (
            Edit(
                SPARSE,
                "(np.log({{ l.total }}) + ({{ l.peak }} - picked))  # -log(p[y])",
                "((np.log({{ l.total }}) + ({{ l.peak }} - picked)) * (y.size / len(y)))",
            ),
            Edit(SPARSE, "{{ loss.total_slope(l) }}", "{{ l.dy }} /= len(y)"),
        ),
        classes(),
        parity("sparse_categorical_crossentropy of dense(4, softmax), rank 3"),
    ),
    Mutant(
        "sparse_without_the_right_class",
        "the derivative is the probabilities, without 1 less at the right class",
        (Edit(SPARSE, "{{ places(l) }}] -= 1.0", "{{ places(l) }}] -= 0.0"),),
        classes(),
        gradcheck("sparse_categorical_crossentropy of dense(4, softmax)"),
    ),
    Mutant(
        "sparse_clipped_elsewhere",
        "probabilities are clipped at 1e-6, not at 1e-7",
        (
            Edit(
                SPARSE,
                "np.log(np.clip(picked, 1e-7, 1.0 - 1e-7)){% endcall %}",
                "np.log(np.clip(picked, 1e-6, 1.0 - 1e-6)){% endcall %}",
            ),
        ),
        spec("dense(3, sigmoid)"),
        details(
            "probabilities_that_are_clipped[sparse_categorical_crossentropy-dense(3, sigmoid)-60.0]"
        ),
    ),
)
