"""Normalization, and the running means that go with that of a batch."""

from tests.mutants.mutant import Edit, Mutant, classes, gradcheck, parity, process

BATCH = "templates/layers/batch_normalization.j2"
FIXED = "templates/layers/batch_normalization_fixed.j2"
LAYER = "templates/layers/layer_normalization.j2"
GROUP = "templates/layers/group_normalization.j2"
RMS = "templates/layers/rms_normalization.j2"
UNIT = "templates/layers/unit_normalization.j2"
PRELU = "templates/layers/prelu.j2"
TABLE = "nnspec/table/batch_normalization.py"
PLAN = "nnspec/targets/numpy/steps/normalization.py"
SAVING = "templates/saving.j2"


def tests(*names: str) -> tuple[str, ...]:
    """Tests of tests/test_normalization.py."""
    return tuple(f"tests/test_normalization.py::test_{name}" for name in names)


BY_BATCH = classes("dense(4)", "batch_normalization", "relu")

MUTANTS = (
    Mutant(
        "batch_norm_unbiased",
        "the variance is divided by n - 1",
        (
            Edit(
                BATCH,
                "variance = {{ average(op, squares) }}",
                "variance = np.var({{ op.x_hat }}, axis={{ f.sums }}, "
                "ddof=len({{ op.x_hat }}) > 1)",
            ),
        ),
        BY_BATCH,
        tests("a_batch_is_normalized_by_its_own_statistics_while_training"),
    ),
    Mutant(
        "batch_norm_running_variance_unbiased",
        "the running variance is that of n - 1, as elsewhere than in Keras",
        (
            Edit(
                BATCH,
                "{{ w.moving_variance }} += {{ f.rest }} * variance",
                "{{ w.moving_variance }} += {{ f.rest }} * variance * 1.02",
            ),
        ),
        BY_BATCH,
        tests("running_means_go_towards_the_statistics_of_each_batch"),
    ),
    Mutant(
        "batch_norm_epsilon_outside",
        "epsilon is added to the deviation, not to the variance",
        (
            Edit(
                BATCH,
                "np.sqrt(variance + {{ a.epsilon }})",
                "np.sqrt(variance) + {{ a.epsilon }}",
            ),
        ),
        BY_BATCH,
        tests("a_batch_is_normalized_by_its_own_statistics_while_training"),
    ),
    Mutant(
        "batch_norm_momentum_of_the_new",
        "momentum is the weight of the new value, as elsewhere than in Keras",
        (
            Edit(
                BATCH,
                "{{ w.moving_mean }} *= {{ a.momentum }}",
                "{{ w.moving_mean }} *= {{ f.rest }}",
            ),
            Edit(
                BATCH,
                "{{ w.moving_mean }} += {{ f.rest }} * mean",
                "{{ w.moving_mean }} += {{ a.momentum }} * mean",
            ),
        ),
        BY_BATCH,
        tests("running_means_go_towards_the_statistics_of_each_batch"),
    ),
    Mutant(
        "batch_norm_by_the_batch_in_use",
        "predictions go by the statistics of their batch, too",
        (Edit(BATCH, "if rng is not None:", "if rng is not None or len({{ op.x }}):"),),
        BY_BATCH,
        tests("predictions_do_not_depend_on_the_batch"),
    ),
    Mutant(
        "batch_norm_by_running_means_while_training",
        "training goes by the running means, which are kept beside",
        (
            Edit(
                BATCH,
                "{{ op.kept }} = np.sqrt(variance +",
                "variance = {{ w.moving_variance }}\n{{ op.kept }} = np.sqrt(variance +",
            ),
        ),
        BY_BATCH,
        tests("a_batch_is_normalized_by_its_own_statistics_while_training"),
    ),
    Mutant(
        "batch_norm_mean_is_constant",
        "the derivative takes the mean of the batch for a constant",
        (
            Edit(
                BATCH,
                "{{ op.dx }} -= {{ along(op, mean) }}\n",
                "",
            ),
        ),
        classes("dense(4)", "batch_normalization", "elu"),
        gradcheck("dense(4, elu); batch_normalization; dense(2) | 5"),
    ),
    Mutant(
        "batch_norm_variance_is_constant",
        "the derivative takes the variance of the batch for a constant",
        (
            Edit(
                BATCH,
                "np.subtract({{ op.dy }}, {{ op.dx }}, out={{ op.dx }})",
                "np.copyto({{ op.dx }}, {{ op.dy }})",
            ),
        ),
        BY_BATCH,
        gradcheck("dense(4, elu); batch_normalization; dense(2) | 5"),
    ),
    Mutant(
        "batch_norm_not_frozen",
        "with trainable=false, the statistics of the batch are in force nevertheless",
        (Edit(PLAN, 'if entry.by_batch and not arguments["trainable"]:', "if False:"),),
        classes("batch_normalization(trainable=false)"),
        tests("without_training_the_running_means_stay_in_force"),
    ),
    Mutant(
        "running_means_trained",
        "the running means count as weights that have gradients",
        (Edit(TABLE, "trainable=False", "trainable=True"),),
        BY_BATCH,
        ("tests/test_summary.py::test_counts_running_means_as_not_trainable",),
    ),
    Mutant(
        "running_means_not_saved",
        "of the weights, the trainable ones are saved",
        (
            Edit(
                SAVING,
                '    save_arrays(options.out / "weights.npz"',
                "    moving = {k: v * 0 + 1 for k, v in arrays.items() if 'moving' in k}\n"
                "    arrays |= moving\n"
                '    save_arrays(options.out / "weights.npz"',
            ),
        ),
        BY_BATCH,
        process("running_means_and_weights_without_gradients_are_saved"),
    ),
    Mutant(
        "layer_norm_over_the_batch",
        "the mean is that of the batch, not of each sample",
        (
            Edit(
                LAYER,
                "np.mean({{ x }}, axis={{ op.facts.axis }}, dtype",
                "np.mean({{ x }}, axis=0, dtype",
            ),
        ),
        classes("dense(4)", "layer_normalization", "tanh"),
        tests("a_sample_is_normalized_along_the_axes[-1]"),
    ),
    Mutant(
        "layer_norm_mean_is_constant",
        "the derivative takes the mean of a sample for a constant",
        (
            Edit(
                LAYER,
                "{{ dx }} -= {{ dx }}.mean(axis={{ op.facts.axis }}, keepdims=True)\n",
                "",
            ),
        ),
        classes("dense(4)", "layer_normalization", "tanh"),
        gradcheck(
            "layer_normalization; dense(4); layer_normalization; relu; dense(2) | 5"
        ),
    ),
    Mutant(
        "groups_interleaved",
        "a group has every other feature, not neighbouring ones",
        (
            Edit(
                "nnspec/table/normalization.py",
                "groups, shape[axis - 1] // groups, *shape[axis:])",
                "shape[axis - 1] // groups, groups, *shape[axis:])",
            ),
            Edit(
                "nnspec/table/normalization.py",
                "if i != axis)",
                "if i != axis + 1)",
            ),
        ),
        classes("dense(6)", "group_normalization(3)", "tanh"),
        tests("groups_are_neighbouring_features"),
    ),
    Mutant(
        "rms_epsilon_outside",
        "epsilon is added to the root, not within",
        (
            Edit(
                RMS,
                "np.sqrt(mean + {{ op.arguments.epsilon }})",
                "np.sqrt(mean) + {{ op.arguments.epsilon }}",
            ),
        ),
        classes("dense(6)", "rms_normalization(epsilon=0.01)", "tanh"),
        parity(
            "rms_normalization; dense(4); rms_normalization(-1, 0.1); relu; dense(2) | 5"
        ),
    ),
    Mutant(
        "unit_norm_divides_by_zero",
        "a vector of zeros is divided by its length",
        (
            Edit(
                UNIT,
                "np.maximum(np.sqrt(square), 1e-12)",
                "np.sqrt(square)",
            ),
        ),
        classes("dense(6)", "unit_normalization", "tanh"),
        tests("a_vector_of_zeros_stays_one"),
    ),
    Mutant(
        "prelu_slope_on_the_right",
        "alpha multiplies what is positive",
        (
            Edit(PRELU, "where={{ op.x }} > 0.0)", "where={{ op.x }} < 0.0)"),
            Edit(
                PRELU,
                "np.minimum({{ op.x }}, 0.0), axis=0, out=",
                "np.maximum({{ op.x }}, 0.0), axis=0, out=",
            ),
            Edit(
                PRELU,
                "{{ op.x }} < 0.0, out={{ op.dx }})",
                "{{ op.x }} > 0.0, out={{ op.dx }})",
            ),
            Edit(
                PRELU,
                "{{ op.dx }} += {{ op.x }} > 0.0",
                "{{ op.dx }} += {{ op.x }} < 0.0",
            ),
        ),
        classes("dense(6)", "prelu"),
        parity("prelu; dense(4); prelu; dense(2) | 5"),
    ),
)
