"""Losses that are used less often, and what weights of classes do to them all."""

from tests.mutants.mutant import (
    Edit,
    Mutant,
    binary,
    classes,
    details,
    gradcheck,
    losses,
    parity,
    shares,
    values,
)

SHARED = "templates/loss.j2"
WEIGHTS = "templates/class_weights.j2"
TRAINING = "templates/training.j2"
FOCAL = "templates/losses/binary_focal_crossentropy.j2"
CATEGORICAL_FOCAL = "templates/losses/categorical_focal_crossentropy.j2"
SPARSE = "templates/losses/sparse_categorical_crossentropy.j2"
WEIGHTED = "class_weight = [0: 2.0]"


def template(name: str) -> str:
    """The template of a loss."""
    return f"templates/losses/{name}.j2"


MUTANTS = (
    Mutant(
        "huber_without_its_offset",
        "beyond delta the loss is delta |e|, so that it jumps",
        (
            Edit(
                "nnspec/targets/numpy/losses.py",
                "{factor}e - {literal(delta**2 / 2)}",
                "{factor}e",
            ),
        ),
        values("dense(1)", loss="huber(delta=0.1)"),
        parity("huber(delta=0.3) of dense(3, tanh)"),
    ),
    Mutant(
        "percentages_of_the_prediction",
        "the error is a share of the prediction, not of the label",
        (
            Edit(
                template("mean_absolute_percentage_error"),
                "/ np.maximum(np.abs(y), 1e-7){% endcall %}",
                "/ np.maximum(np.abs({{ l.p }}), 1e-7){% endcall %}",
            ),
        ),
        values("dense(1)", loss="mape"),
        gradcheck("mape of dense(3, tanh)"),
    ),
    Mutant(
        "logarithms_through_the_clip",
        "outputs below 0 have a derivative, though they count as 0",
        (
            Edit(
                template("mean_squared_logarithmic_error"),
                "{{ l.dy }} *= p == {{ l.p }}",
                "{{ l.dy }} *= p == p",
            ),
        ),
        values("dense(1)", loss="msle"),
        details("probabilities_that_are_clipped[msle-dense(3)-2.0]"),
    ),
    Mutant(
        "focal_without_its_slope",
        "the derivative takes the factor of a sample for a constant",
        (
            Edit(
                FOCAL,
                "{{ l.dy }} += by_miss * (1.0 - 2.0 * {{ l.y }}) * {{ l.p }} * (1.0 - {{ l.p }})",
                "{{ l.dy }} += 0.0 * by_miss",
            ),
        ),
        binary("dense(1, sigmoid)", loss="binary_focal_crossentropy"),
        gradcheck("binary_focal_crossentropy of dense(1, sigmoid)"),
    ),
    Mutant(
        "focal_of_what_is_right",
        "the samples that are right count most",
        (
            Edit(
                FOCAL,
                "miss = {{ l.y }} * (1.0 - {{ l.p }}) + (1.0 - {{ l.y }}) * {{ l.p }}",
                "miss = {{ l.y }} * {{ l.p }} + (1.0 - {{ l.y }}) * (1.0 - {{ l.p }})",
            ),
            Edit(FOCAL, "by_miss = {", "by_miss = -{"),
        ),
        binary("dense(1, sigmoid)", loss="binary_focal_crossentropy(gamma=3)"),
        parity("binary_focal_crossentropy of dense(1, sigmoid)"),
    ),
    Mutant(
        "focal_classes_the_other_way_round",
        "alpha is the weight of class 0",
        (
            Edit(
                FOCAL,
                "{{ l.y }} * {{ l.arguments.alpha }} + (1.0 - {{ l.y }}) * {{ l.arguments.rest }}",
                "{{ l.y }} * {{ l.arguments.rest }} + (1.0 - {{ l.y }}) * {{ l.arguments.alpha }}",
            ),
        ),
        binary("dense(1, sigmoid)", loss="binary_focal_crossentropy(true)"),
        parity("binary_focal_crossentropy(true, 0.4, 3.0) of dense(4, sigmoid)"),
    ),
    Mutant(
        "focal_from_clipped_probabilities",
        "what is badly wrong has a loss that ends at 16",
        (
            Edit(
                CATEGORICAL_FOCAL,
                "logs = {{ l.z }} - {{ l.peak }} - np.log({{ l.total }})\n{% if a.focus %}\nmiss",
                "logs = np.log(np.clip({{ l.p }}, 1e-7, 1.0))\n{% if a.focus %}\nmiss",
            ),
        ),
        shares("dense(3, softmax)", loss="categorical_focal_crossentropy"),
        losses(
            "focal_losses_of_saturated_outputs"
            "[categorical_focal_crossentropy(gamma={})-dense(2, softmax)-float64-2]"
        ),
    ),
    Mutant(
        "hinge_of_0_and_1",
        "labels of 0 do not become -1",
        (Edit(SHARED, "t = 2.0 * y - 1.0 if", "t = 1.0 * y if"),),
        binary("dense(1)", loss="hinge"),
        losses("labels_of_0_and_1_are_those_of_minus_1_and_1[hinge]"),
    ),
    Mutant(
        "hinge_converts_the_labels_of_metrics",
        "the labels of -1 and 1 are those of the metrics, too",
        (
            Edit(SHARED, "t = 2.0 * y - 1.0 if", "y = 2.0 * y - 1.0 if"),
            Edit(template("hinge"), "np.maximum(1.0 - t", "np.maximum(1.0 - y"),
            Edit(template("hinge"), "(-t, t *", "(-y, y *"),
        ),
        binary("dense(1)", loss="hinge", more="metrics = [mae]"),
        parity("mae, mse, accuracy with hinge of dense(1)"),
    ),
    Mutant(
        "hinge_of_all_wrong_outputs",
        "outputs that are as large as the largest wrong one do not share its slope",
        (
            Edit(
                template("categorical_hinge"),
                "largest.sum(axis=-1, keepdims=True), out",
                "1.0, out",
            ),
        ),
        shares("dense(3)", loss="categorical_hinge"),
        details("equal_outputs_share_a_hinge"),
    ),
    Mutant(
        "divergence_of_labels_that_are_not_clipped",
        "shares of 0 in a label are left out, not taken for 1e-7",
        (
            Edit(
                template("kl_divergence"),
                "np.divide(-np.clip(y, 1e-7, 1.0), p",
                "np.divide(-y, p",
            ),
        ),
        shares("dense(3, softmax)", loss="kl_divergence"),
        details("labels_out_of_the_way[kl_divergence-0.0]"),
    ),
    Mutant(
        "poisson_without_epsilon",
        "the logarithm of an output of 0 is taken as it is",
        (
            Edit(template("poisson"), "np.log({{ l.p }} + 1e-7)", "np.log({{ l.p }})"),
            Edit(template("poisson"), "{{ l.p }} + 1e-7, out", "{{ l.p }}, out"),
        ),
        values("dense(1, sigmoid)", loss="poisson"),
        parity("poisson of dense(1, sigmoid)"),
    ),
    Mutant(
        "cosine_as_it_is",
        "the cosine is made small, so that outputs point away from their labels",
        (
            Edit(
                template("cosine_similarity"),
                "-t * {{ l.p }} / length{",
                "t * {{ l.p }} / length{",
            ),
        ),
        values("dense(1)", loss="cosine_similarity"),
        gradcheck("cosine_similarity of dense(3)"),
    ),
    Mutant(
        "sums_that_are_means",
        "with reduction=sum the derivative is that of the mean",
        (
            Edit(
                SHARED,
                "{% if divisor %}\n{{ l.dy }} /= {{ divisor }}",
                "{% if true %}\n{{ l.dy }} /= y.size",
            ),
        ),
        values("dense(1)", loss="mae(reduction=sum)"),
        gradcheck("mae(reduction=sum) of dense(3)"),
    ),
    Mutant(
        "ignored_labels_are_counted",
        "labels that are ignored have no loss, but the others are divided by all",
        (
            Edit(
                "nnspec/targets/numpy/losses.py",
                "max(np.count_nonzero(kept), 1)",
                "y.size",
            ),
        ),
        classes(loss="sparse_categorical_crossentropy(ignore_class=1)"),
        losses("ignored_labels_change_nothing[dense(3, softmax)]"),
    ),
    Mutant(
        "ignored_labels_have_a_slope",
        "labels that are ignored are learnt as class 0",
        (Edit(SPARSE, "[~kept.reshape(-1)] = 0.0", "[~kept.reshape(-1)] += 0.0"),),
        classes(loss="sparse_categorical_crossentropy(ignore_class=1)"),
        gradcheck(
            "sparse_categorical_crossentropy(ignore_class=-1) of dense(4, sigmoid)"
        ),
    ),
    Mutant(
        "weights_without_a_slope",
        "classes are weighed in the loss that is told, but not in its derivative",
        (Edit(SHARED, "{{ l.dy }} *= weight", "{{ l.dy }} *= 1.0"),),
        classes(more=WEIGHTED),
        gradcheck(
            "sparse_categorical_crossentropy of dense(3, softmax) with weights "
            "[0: 2.0, 2: 0.5]"
        ),
    ),
    Mutant(
        "weights_in_every_mean",
        "the loss is divided by the sum of weights, as PyTorch does it",
        (Edit(WEIGHTS, "{% elif c.of_weights %}", "{% elif true %}"),),
        classes(more=WEIGHTED),
        losses("the_loss_is_divided_by_the_count[categorical_hinge-dense(3)]"),
    ),
    Mutant(
        "weights_of_all_samples",
        "balanced weights are those of all samples, not of the training part",
        (
            Edit(
                WEIGHTS,
                'y = parts["train"][1]',
                "y = np.concatenate([y for _, y in parts.values()])",
            ),
        ),
        classes(
            data="spirals(samples=60)\n  split(validation=0.3)",
            more="class_weight = balanced",
        ),
        losses(
            "balanced_weights_are_those_of_the_training_part"
            "[binary_crossentropy-dense(1, sigmoid)-None]"
        ),
    ),
    Mutant(
        "weights_in_validation",
        "classes are weighed wherever a loss is told",
        (
            Edit(
                TRAINING,
                "sums = sum(len(y[rows]) * measure(a, y[rows]) for",
                "sums = sum(len(y[rows]) * measure(a, y[rows]{% if c %}, weigh(y[rows], {{ c.weights }}){% endif %}) for",
            ),
        ),
        classes(more=WEIGHTED),
        (
            "tests/parity/test_fit.py::test_fit[dense(3, sigmoid)-"
            "sparse_categorical_crossentropy-accuracy-adam(0.01)-[0: 3.5, 2: 0]]",
        ),
    ),
    Mutant(
        "tversky_swaps_its_weights",
        "alpha weighs outputs for labels of 0, beta the labels that are missed",
        (
            Edit(
                "templates/losses/tversky.j2",
                "{{ l.arguments.alpha }} * missed + {{ l.arguments.beta }} * wrong",
                "{{ l.arguments.beta }} * missed + {{ l.arguments.alpha }} * wrong",
            ),
            Edit(
                "templates/losses/tversky.j2",
                "y - {{ l.arguments.alpha }} * y + {{ l.arguments.beta }} * (1.0 - y)",
                "y - {{ l.arguments.beta }} * y + {{ l.arguments.alpha }} * (1.0 - y)",
            ),
        ),
        binary("dense(1, sigmoid)", loss="tversky(0.3, 0.8)"),
        parity("tversky(0.3, beta=0.8, axis=-1) of dense(3, sigmoid)"),
    ),
    Mutant(
        "dice_of_shares_of_a_batch",
        "threads that share a batch have a quotient of sums each",
        (
            Edit(
                "nnspec/analyze/shares.py", "or cast(LossEntry, loss.entry).of_sums", ""
            ),
        ),
        binary(
            "reshape(1, 2)", "conv1d(2, 1)", "flatten", "dense(1, sigmoid)", loss="dice"
        ),
        ("tests/test_losses.py::test_a_batch_of_sums_is_not_shared",),
    ),
)
