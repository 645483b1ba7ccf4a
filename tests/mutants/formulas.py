"""Formulas of one's own: rules of derivatives, stable forms, lines of NumPy."""

from tests.formulas.layers import definition
from tests.mutants.mutant import Edit, Mutant, classes, values

DERIVATIVE = "nnspec/formulas/derivative.py"
LINES = "nnspec/targets/numpy/formulas/lines.py"
LAYERS = "tests/formulas/test_layers.py"
_CENTRAL = "test_derivatives_are_those_of_central_differences"


def _layer(name: str) -> str:
    """A spec with a layer of tests/formulas/layers.py."""
    return f"{definition(name)}\n{classes('dense(6)', name)}"


def _gradcheck(name: str) -> tuple[str, ...]:
    return (f"{LAYERS}::{_CENTRAL}[{name}]",)


def _activation(formula: str) -> str:
    return f"activation own(x) = {formula}\n{classes('dense(6, own)')}"


def _formula(name: str) -> tuple[str, ...]:
    """The gradient check of a formula of tests/cases.py."""
    return (f"tests/formulas/test_activations.py::{_CENTRAL}[{name}]",)


MUTANTS = (
    Mutant(
        "product_by_its_first_factor",
        "the derivative by the second factor is that by the first",
        (
            Edit(
                DERIVATIVE,
                "return multiply(dy, b), multiply(dy, a)",
                "return multiply(dy, b), multiply(dy, b)",
            ),
        ),
        _layer("highway"),
        _gradcheck("highway"),
    ),
    Mutant(
        "quotient_by_its_divisor_rises",
        "the derivative by the divisor has no minus",
        (
            Edit(
                DERIVATIVE,
                "return by_a, negative(multiply(by_a, node))",
                "return by_a, multiply(by_a, node)",
            ),
        ),
        _layer("batch_norm"),
        _gradcheck("batch_norm"),
    ),
    Mutant(
        "spread_weights_have_the_mean",
        "the gradient by a weight is the mean over what it went to, not the sum",
        (
            Edit(
                DERIVATIVE,
                'part = reduced("sum", part, axes, over_batch)',
                'part = reduced("mean", part, axes, over_batch)',
            ),
        ),
        _layer("fully"),
        _gradcheck("fully"),
    ),
    Mutant(
        "maximum_goes_to_the_smaller",
        "the gradient by a maximum goes to what is not the maximum",
        (
            Edit(
                DERIVATIVE,
                '"maximum": _choose("greater")',
                '"maximum": _choose("less")',
            ),
        ),
        _activation("max(x, 0.5 * x - 0.1)"),
        _formula("activation both"),
    ),
    Mutant(
        "mean_over_the_batch_is_a_sum",
        "the gradient by a mean over the samples is not divided by their number",
        (
            Edit(
                DERIVATIVE,
                "count = multiply(count, BATCH)",
                "count = multiply(count, ONE)",
            ),
        ),
        _layer("batch_norm"),
        _gradcheck("batch_norm"),
    ),
    Mutant(
        "running_mean_of_the_rest",
        "the running mean takes the share of what was",
        (
            Edit(
                LINES,
                'f"    {kept} += (1.0 - {literal(momentum)}) * {target}"',
                'f"    {kept} += {literal(momentum)} * {target}"',
            ),
        ),
        _layer("batch_norm"),
        (
            f"{LAYERS}::test_own_layer_is_that_of_the_language"
            "[True-5-batch_norm-batch_normalization]",
        ),
    ),
    Mutant(
        "dropout_in_a_layer_is_not_scaled",
        "what a dropout of a formula keeps is not made larger",
        (
            Edit(
                LINES,
                'f"    {mask} /= 1.0 - {literal(rate)}"',
                'f"    {mask} /= 1.0"',
            ),
        ),
        _layer("low_rank"),
        (f"{LAYERS}::test_dropouts_draw_in_training_alone",),
    ),
    Mutant(
        "softplus_that_overflows",
        "log(1 + exp(x)) is computed as it is written",
        (
            Edit(
                "nnspec/targets/numpy/formulas/spelling.py",
                'f"np.logaddexp(0.0, {listed(texts)})"',
                'f"np.log(1.0 + np.exp({listed(texts)}))"',
            ),
        ),
        _activation("log(1 + exp(x))"),
        (
            "tests/formulas/test_simplify.py"
            "::test_float32_is_near_float64_also_for_hostile_values[log(1 + exp(x))]",
        ),
    ),
    Mutant(
        "own_loss_of_sums_over_all_outputs",
        "a loss that is summed over the outputs is divided by their number going back",
        (
            Edit(
                "nnspec/targets/numpy/formulas/loss.py",
                "if result.shape == shape:",
                "if loss.averaged:",
            ),
        ),
        "loss own(y, p) = sum((y - p) ** 2) + sum(abs(p))\n"
        + values("dense(4, tanh)", "dense(1)", loss="own"),
        _formula("loss of_logits"),
    ),
)
