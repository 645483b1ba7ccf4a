"""Initial values: which connections divide the variance, and what a cut takes away."""

from tests.mutants.mutant import Edit, Mutant, classes, numbers

TABLE = "nnspec/table/initializers.py"
SCALING = "templates/initializers/variance_scaling.j2"
PLAN = "nnspec/targets/numpy/initializers.py"


def dense(initializer: str) -> str:
    """A spec that draws a kernel."""
    return classes(f"dense(4, kernel_initializer={initializer})")


MUTANTS = (
    Mutant(
        "glorot_by_fan_in_alone",
        "the variance is 1 / fan_in, not 2 / (fan_in + fan_out)",
        (Edit(TABLE, '(1.0, "fan_avg", "uniform")', '(1.0, "fan_in", "uniform")'),),
        dense("glorot_uniform"),
        numbers("variance[glorot_uniform-0.004]"),
    ),
    Mutant(
        "glorot_by_the_sum_of_both",
        "the variance is 1 / (fan_in + fan_out), without the 2",
        (Edit(PLAN, "_number(2 * scale)} / (", "_number(scale)} / ("),),
        dense("glorot_uniform"),
        numbers("variance[glorot_normal-0.004]"),
    ),
    Mutant(
        "fans_exchanged",
        "fan_in is the number of units",
        (
            Edit(
                PLAN,
                "return shape[-2] * field, shape[-1] * field",
                "return shape[-1] * field, shape[-2] * field",
            ),
        ),
        dense("he_normal"),
        numbers("variance[he_uniform-0.006666666666666667]"),
    ),
    Mutant(
        "he_like_lecun",
        "the variance is 1 / fan_in, not 2 / fan_in",
        (
            Edit(
                TABLE,
                '(2.0, "fan_in", "truncated_normal")',
                '(1.0, "fan_in", "truncated_normal")',
            ),
        ),
        dense("he_normal"),
        numbers("variance[he_normal-0.006666666666666667]"),
    ),
    Mutant(
        "uniform_within_one_deviation",
        "the bounds are the deviation, without the root of 3",
        (
            Edit(
                SCALING, "math.sqrt({{ i.variance_3 }})", "math.sqrt({{ i.variance }})"
            ),
        ),
        dense("glorot_uniform"),
        numbers("variance[glorot_uniform-0.004]"),
    ),
    Mutant(
        "scaling_narrowed_by_its_cut",
        "a scaling is not widened by what the cut takes away",
        (
            Edit(
                SCALING,
                "math.sqrt({{ i.variance }}) / 0.8796256610342398",
                "math.sqrt({{ i.variance }})",
            ),
        ),
        dense("he_normal"),
        numbers("variance[he_normal-0.006666666666666667]"),
    ),
    Mutant(
        "truncated_normal_widened",
        "a deviation that is given is widened, as if it were a scaling's",
        (
            Edit(
                "templates/initializers/truncated_normal.j2",
                "{{ i.arguments.stddev }}",
                "{{ i.arguments.stddev }} / 0.8796256610342398",
            ),
        ),
        dense("truncated_normal"),
        numbers("bounds"),
    ),
    Mutant(
        "truncated_normal_clipped",
        "what lies beyond two deviations is set there, not drawn again",
        (
            Edit(
                "templates/runtime/truncated_normal.py",
                "values[outside] = rng.standard_normal(np.count_nonzero(outside))",
                "values[outside] = np.sign(values[outside]) * 2.0",
            ),
        ),
        dense("truncated_normal"),
        numbers("bounds"),
    ),
    Mutant(
        "untruncated_normal_cut",
        "an untruncated normal is one within two deviations",
        (
            Edit(
                SCALING,
                ".normal(0.0, deviation, {{ i.shape }})",
                ".normal(0.0, deviation, {{ i.shape }}).clip(-2 * deviation, 2 * deviation)",
            ),
        ),
        dense("variance_scaling(distribution=untruncated_normal)"),
        numbers("variance[variance_scaling(3.0, fan_avg, untruncated_normal)-0.012]"),
    ),
    Mutant(
        "orthogonal_without_signs",
        "some orthogonal matrices are likelier than others",
        (
            Edit(
                "templates/runtime/orthogonal.py",
                "q *= np.sign(np.diag(r))",
                "q *= 1.0",
            ),
        ),
        dense("orthogonal"),
        numbers("orthogonal_matrices_are_equally_likely"),
    ),
    Mutant(
        "orthogonal_gain_in_the_variance",
        "rows have the length sqrt(gain), not gain",
        (
            Edit(
                "templates/runtime/orthogonal.py",
                "return gain * (",
                "return np.sqrt(gain) * (",
            ),
        ),
        dense("orthogonal(gain=0.5)"),
        numbers("orthogonal[sizes0]"),
    ),
    Mutant(
        "random_uniform_from_zero",
        "the lower bound is 0 unless it is given",
        (
            Edit(
                TABLE,
                'Argument("minval", Real(), -0.05, "lower bound")',
                'Argument("minval", Real(), 0.0, "lower bound")',
            ),
        ),
        dense("random_uniform"),
        numbers("variance[random_uniform-0.0008333333333333335]"),
    ),
    Mutant(
        "seed_of_its_own_ignored",
        "an initializer's own seed is not used",
        (
            Edit(
                PLAN,
                'rng=Code("rng" if seed is None else',
                'rng=Code("rng" if seed else',
            ),
        ),
        dense("he_normal(seed=3)"),
        numbers("seeds"),
    ),
)
