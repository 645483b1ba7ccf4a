"""Digits that float32 loses, though it need not: what float64 does not show."""

from tests.mutants.mutant import (
    Edit,
    Mutant,
    arrays,
    assessment,
    binary,
    classes,
    shares,
    values,
)

LAYERS = "templates/layers"
LOSSES = "templates/losses"
BATCH = f"{LAYERS}/batch_normalization.j2"


def means(test: str) -> tuple[str, ...]:
    """A test of tests/float32/test_means.py."""
    return (f"tests/float32/test_means.py::test_{test}",)


def losses(test: str) -> tuple[str, ...]:
    """A test of tests/float32/test_losses.py."""
    return (f"tests/float32/test_losses.py::test_{test}",)


MUTANTS = (
    Mutant(
        "sparse_rounded_at_the_size_of_logits",
        "the peak is added to the logarithm before the logit is subtracted",
        (
            Edit(
                f"{LOSSES}/sparse_categorical_crossentropy.j2",
                "(np.log({{ l.total }}) + ({{ l.peak }} - picked))  # -log(p[y])",
                "(np.log({{ l.total }}) + {{ l.peak }} - picked)",
            ),
        ),
        classes("dense(4)"),
        losses(
            "what_all_logits_have_in_common_does_not_matter"
            "[sparse_categorical_crossentropy-4.0-100.0]"
        ),
    ),
    Mutant(
        "sparse_of_two_large_means",
        "the mean of all logits of the right class is subtracted from another mean",
        (
            Edit(
                f"{LOSSES}/sparse_categorical_crossentropy.j2",
                "(np.log({{ l.total }}) + ({{ l.peak }} - picked))  # -log(p[y])",
                "(np.log({{ l.total }}) + {{ l.peak }} - np.mean(picked))",
            ),
        ),
        classes("dense(4)"),
        losses(
            "what_all_logits_have_in_common_does_not_matter"
            "[sparse_categorical_crossentropy-10.0-10000.0]"
        ),
    ),
    Mutant(
        "ignoring_rounded_at_the_size_of_logits",
        "so it is only where some labels are ignored",
        (
            Edit(
                f"{LOSSES}/sparse_categorical_crossentropy.j2",
                "kept.reshape(picked.shape) * (np.log({{ l.total }}) + ({{ l.peak }} - picked))",
                "kept.reshape(picked.shape) * (np.log({{ l.total }}) + {{ l.peak }} - picked)",
            ),
        ),
        classes(loss="sparse_categorical_crossentropy(ignore_class=9)"),
        losses(
            "what_all_logits_have_in_common_does_not_matter"
            "[sparse_categorical_crossentropy(ignore_class=-1)-4.0-10000.0]"
        ),
    ),
    Mutant(
        "categorical_rounded_at_the_size_of_logits",
        "the peak is added to the logarithm before the logit is subtracted",
        (
            Edit(
                f"{LOSSES}/categorical_crossentropy.j2",
                "(np.log({{ l.total }}) + ({{ l.peak }} - {{ l.z }}))",
                "(np.log({{ l.total }}) + {{ l.peak }} - {{ l.z }})",
            ),
        ),
        shares("dense(3, softmax)"),
        losses(
            "what_all_logits_have_in_common_does_not_matter"
            "[categorical_crossentropy-4.0-10000.0]"
        ),
    ),
    Mutant(
        "log_cosh_less_log_2",
        "the logarithm of 2 is subtracted, which is large beside small losses",
        (
            Edit(
                f"{LOSSES}/log_cosh.j2",
                "e + np.log1p(0.5 * np.expm1(-2.0 * e))",
                "np.logaddexp(e, -e) - math.log(2.0)",
            ),
        ),
        values("dense(1)", loss="log_cosh"),
        losses("log_cosh_of_small_errors[0.001]"),
    ),
    Mutant(
        "sigmoid_of_a_tanh",
        "probabilities below 3e-8 are 0",
        (
            Edit(
                "templates/activations/sigmoid.j2",
                "np.divide(1.0, {{ y }}, out={{ y }})",
                "np.copyto({{ y }}, 0.5 + 0.5 * np.tanh(-0.5 * np.log({{ y }} - 1.0)))",
            ),
        ),
        binary("dense(1, sigmoid)"),
        losses("small_probabilities_are_all_different"),
    ),
    Mutant(
        "softplus_without_log1p",
        "exponentials are added to 1 before their logarithm, and lost if they are small",
        (
            Edit(
                "templates/activations/softplus.j2",
                "np.log1p(np.exp(-np.abs({{ op.x }})))",
                "np.log(1.0 + np.exp(-np.abs({{ op.x }})))",
            ),
        ),
        classes("dense(4, softplus)"),
        (
            "tests/float32/test_activations.py::test_small_values_keep_their_digits"
            "[softplus]",
        ),
    ),
    Mutant(
        "losses_summed_in_float32",
        "the losses of all batches of a part are added up in float32",
        (Edit("templates/network.j2", "{% endfor %}], float)", "{% endfor %}])"),),
        values("dense(1)"),
        means("losses_of_a_long_part_are_summed_in_float64"),
    ),
    Mutant(
        "batch_norm_of_one_sum",
        "what rounding leaves of a mean stays where it is",
        (
            Edit(
                BATCH,
                "mean += left\n{{ op.x_hat }} -= {{ along(op, left) }}\n",
                "",
            ),
        ),
        classes("dense(4)", "batch_normalization", "relu"),
        means("constant_channels_become_0[batch_normalization -100.1]"),
    ),
    Mutant(
        "sum_of_sites_in_one_go",
        "a sum of float32 is as long as the batch",
        (
            Edit(
                "templates/runtime/sum_sites.py",
                "[len(rows) // 256 * 256]",
                "[0 * len(rows)]",
            ),
            Edit(
                "templates/runtime/sum_sites.py",
                "np.ones(256, x.dtype)",
                "np.ones(max(256, x.size), x.dtype)",
            ),
            Edit(
                "templates/runtime/sum_sites.py",
                "blocks.reshape(-1, 256, x.shape[-1])",
                "blocks.reshape(-1, len(ones), x.shape[-1])",
            ),
        ),
        classes("dense(4)", "batch_normalization", "relu"),
        means("moving_averages_of_long_sums[shape0-60000-10000.0]"),
    ),
    Mutant(
        "normalization_by_a_sum_of_float32",
        "the mean of a group is that of a long sum of float32",
        (
            Edit(
                f"{LAYERS}/layer_normalization.j2",
                "axis={{ op.facts.axis }}, dtype=float, keepdims",
                "axis={{ op.facts.axis }}, keepdims",
            ),
        ),
        classes("dense(4)", "group_normalization(2)", "relu"),
        means("constant_channels_become_0[group_normalization(2)-100.1]"),
    ),
    Mutant(
        "global_mean_by_a_sum_of_float32",
        "the mean of a channel is that of a long sum of float32",
        (
            Edit(
                f"{LAYERS}/global_average_pooling.j2",
                'dtype=float, casting="same_kind", ',
                "",
            ),
        ),
        classes("reshape(2, 1)", "conv1d(3, 1)", "global_average_pooling1d"),
        means("means_of_whole_samples[global_average_pooling1d-shape0-100.1]"),
    ),
    Mutant(
        "centred_variance_below_0",
        "a variance that rounding makes negative has no root",
        (
            Edit(
                "templates/optimizers/rmsprop.j2",
                "np.maximum(s, 0.0, out=s)",
                "np.maximum(s, -np.inf, out=s)",
            ),
        ),
        classes(optimizer="rmsprop(centered=true)"),
        (
            "tests/float32/test_updates.py"
            "::test_the_variance_of_a_constant_gradient_has_a_root"
            "[rmsprop(centered=true)]",
        ),
    ),
    Mutant(
        "batches_of_the_spec_in_validation",
        "--batch-size is not the batch of validation and test",
        (
            Edit(
                "nnspec/targets/numpy/script.py",
                'else "batch_size")',
                'else "BATCH_SIZE")',
            ),
        ),
        values("dense(1)", loss="mse(reduction=sum)"),
        assessment(
            "losses_that_go_by_batches_take_those_of_the_option"
            "[mse(reduction=sum)-dense(1)-5]"
        ),
    ),
    Mutant(
        "scaled_in_float32",
        "a scale makes float32 of large integers before their mean is subtracted",
        (
            Edit(
                "nnspec/targets/numpy/transforms.py",
                'Code("np.result_type(x, DTYPE)")',
                'Code("DTYPE")',
            ),
        ),
        classes(data="spirals(samples=60)\n  scale(2)\n  standardize()"),
        arrays(
            "large_numbers_that_differ_by_little_stay_different"
            "[scale(1/1000)\\nstandardize()-int64]"
        ),
    ),
    Mutant(
        "numbers_as_python_reads_them",
        "12_34 and digits of another width are numbers",
        (
            Edit(
                "templates/runtime/is_number.py",
                'return text.isascii() and "_" not in text',
                "return bool(text)",
            ),
        ),
        classes("input(4)", data='csv("examples/data/iris.csv", target="species")'),
        ("tests/runtime/test_is_number.py::test_texts[12_34]",),
    ),
)
