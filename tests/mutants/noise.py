"""Layers that draw while training, beside the dropout."""

from tests.mutants.mutant import Edit, Mutant, classes, details

NOISE = "templates/layers/gaussian_noise.j2"
GAUSSIAN = "templates/layers/gaussian_dropout.j2"
ALPHA = "templates/layers/alpha_dropout.j2"
TABLE = "nnspec/table/noise.py"
PLAN = "nnspec/targets/numpy/steps/noise.py"
NETWORK = "templates/network.j2"


def tests(*names: str) -> tuple[str, ...]:
    """Tests of tests/test_noise.py."""
    return tuple(f"tests/test_noise.py::test_{name}" for name in names)


SEEDS = tests("a_layer_with_a_seed_draws_the_same_whatever_the_training_seed")

MUTANTS = (
    Mutant(
        "gaussian_noise_by_its_variance",
        "the deviation is taken for the variance",
        (
            Edit(
                NOISE,
                "*= {{ op.arguments.stddev }}",
                "*= math.sqrt({{ op.arguments.stddev }})",
            ),
        ),
        classes("gaussian_noise(0.3)"),
        tests("gaussian_noise_is_normal"),
    ),
    Mutant(
        "gaussian_dropout_by_its_rate",
        "the factors have the deviation sqrt(rate)",
        (
            Edit(
                GAUSSIAN,
                "math.sqrt({{ op.arguments.rate }} / (1.0 - {{ op.arguments.rate }}))",
                "math.sqrt({{ op.arguments.rate }})",
            ),
        ),
        classes("gaussian_dropout(0.3)"),
        tests("gaussian_dropout_has_mean_one_and_the_variance_of_a_dropout[0.5]"),
    ),
    Mutant(
        "gaussian_dropout_around_0",
        "the factors have the mean 0",
        (Edit(GAUSSIAN, "{{ op.drawn }} += 1.0", "{{ op.drawn }} += 0.0"),),
        classes("gaussian_dropout(0.3)"),
        tests("gaussian_dropout_has_mean_one_and_the_variance_of_a_dropout[0.5]"),
    ),
    Mutant(
        "alpha_dropout_without_scale",
        "the limit of ELU is taken for that of SELU",
        (Edit(TABLE, "_SELU_LIMIT = 1.0507009873554805 * ", "_SELU_LIMIT = "),),
        classes("alpha_dropout(0.3)"),
        details("alpha_dropout_does_to_values_what_keras_does[0.1]"),
    ),
    Mutant(
        "alpha_dropout_shifts_the_mean",
        "the mean is not brought back",
        (
            Edit(
                ALPHA,
                "{{ op.y }} -= {{ op.facts.rest }}",
                "{{ op.y }} -= {{ op.facts.low }}",
            ),
        ),
        classes("alpha_dropout(0.3)"),
        tests("alpha_dropout_keeps_mean_and_variance[0.3]"),
    ),
    Mutant(
        "alpha_dropout_changes_the_variance",
        "what is kept is not scaled",
        (
            Edit(
                ALPHA, "{{ op.drawn }} *= {{ op.facts.scale }}", "{{ op.drawn }} *= 1.0"
            ),
        ),
        classes("alpha_dropout(0.3)"),
        tests("alpha_dropout_keeps_mean_and_variance[0.3]"),
    ),
    Mutant(
        "noise_of_the_same_epoch",
        "a layer with a seed draws the same in each epoch",
        (
            Edit(
                NETWORK,
                "default_rng([{{ own.seed }}, epoch])",
                "default_rng([{{ own.seed }}, 1])",
            ),
        ),
        classes("gaussian_noise(0.3, seed=2)"),
        SEEDS,
    ),
    Mutant(
        "seed_of_a_layer_ignored",
        "a layer with a seed draws from the training's generator",
        (Edit(PLAN, 'Code("rng" if seed is None else f"own.{name}")', 'Code("rng")'),),
        classes("gaussian_noise(0.3, seed=2)"),
        SEEDS,
    ),
    Mutant(
        "noise_shape_ignored",
        "each value draws for itself, whatever the noise's shape",
        (Edit(PLAN, "if given is None:", "if True:"),),
        classes("reshape(2, 1)", "dropout(0.3, [none, 1, none])", "flatten"),
        tests("values_along_an_axis_share_what_is_drawn[dropout]"),
    ),
)
