"""Penalties of weights and outputs, and constraints."""

from tests.mutants.mutant import Edit, Mutant, classes, gradcheck, parity, spec

L1, L2 = "templates/regularizers/l1.j2", "templates/regularizers/l2.j2"
MAX = "templates/constraints/max_norm.j2"
PLAN = "nnspec/targets/numpy/penalties.py"
GRADIENTS = "nnspec/targets/numpy/gradients.py"
NETWORK = "templates/network.j2"
TRAINING = "templates/training.j2"
STATE = "templates/state.j2"


def tests(*names: str) -> tuple[str, ...]:
    """Tests of tests/test_regularizers.py."""
    return tuple(f"tests/test_regularizers.py::test_{name}" for name in names)


WEIGHTS = classes("dense(4, kernel_regularizer=l1_l2(0.1, 0.2))")
OUTPUTS = classes("dense(4, relu, activity_regularizer=l2(0.2))", "dropout(0.2)")

MUTANTS = (
    Mutant(
        "l2_halved",
        "the penalty has a half, so that its derivative has no 2",
        (
            Edit(L2, "{{ op.onto }} ", "{{ op.onto }} 0.5 * "),
            Edit(PLAN, '"l2": 2.0', '"l2": 1.0'),
        ),
        WEIGHTS,
        tests("a_penalty_of_weights_is_no_mean_and_no_half"),
    ),
    Mutant(
        "l2_derivative_without_2",
        "the derivative of x² is taken for x",
        (Edit(PLAN, '"l2": 2.0', '"l2": 1.0'),),
        WEIGHTS,
        gradcheck("dense(3, kernel_regularizer=l2) with mae"),
    ),
    Mutant(
        "penalty_of_weights_averaged",
        "the penalty of a weight is divided by the batch size, as that of an output is",
        (
            Edit(
                PLAN,
                "replace(step, x=w,",
                'replace(step, scale=Code(f"{step.scale} / len(a.x)"), x=w,',
            ),
        ),
        WEIGHTS,
        tests("a_penalty_of_weights_is_no_mean_and_no_half"),
    ),
    Mutant(
        "penalty_of_outputs_summed",
        "the penalty of an output is not divided by the batch size",
        (Edit(PLAN, 'share = f" / len({layout.input.a})"', 'share = ""'),),
        OUTPUTS,
        tests("a_penalty_of_outputs_is_a_mean_over_the_batch[7]"),
    ),
    Mutant(
        "l1_slope_at_0",
        "where a weight is 0, l1 has the slope 1",
        (Edit(L1, "np.sign({{ op.x }})", "np.where({{ op.x }} < 0.0, -1.0, 1.0)"),),
        WEIGHTS,
        tests("where_a_weight_is_0_l1_has_no_derivative"),
    ),
    Mutant(
        "penalty_not_in_the_loss",
        "what is told as the loss is without the penalties",
        (Edit(NETWORK, "loss += a.penalty", "loss += 0.0"),),
        WEIGHTS,
        tests("the_loss_of_a_batch_is_with_the_penalty"),
    ),
    Mutant(
        "dropout_over_a_penalized_output",
        "a dropout writes over an output that its penalty's derivative needs",
        (Edit(PLAN, ", looks=(x,)))", "))"),),
        OUTPUTS,
        gradcheck(
            "dense(4, relu, activity_regularizer=l2(0.2)); dropout(0.3); dense(3)"
            " with mse"
        ),
    ),
    Mutant(
        "activation_over_a_penalized_output",
        "an activation writes over the sum that is penalized before it",
        (Edit(PLAN, ", looks=(x,)))", "))"),),
        classes("dense(4, activity_regularizer=l2(0.2))", "relu"),
        gradcheck(
            "dense(4, activity_regularizer=l1_l2(0.1, 0.2)); relu; dense(3) with mse"
        ),
    ),
    Mutant(
        "penalty_of_probabilities_taken_for_that_of_logits",
        "the derivative by a fused output does not go back through its activation",
        (Edit(GRADIENTS, "        self.sums[x] = total\n", ""),),
        spec("dense(3, softmax)", "activity_regularization(l2=0.3)"),
        gradcheck(
            "dense(1, sigmoid); activity_regularization(l2=0.2) with binary_crossentropy"
        ),
    ),
    Mutant(
        "constraints_forgotten",
        "weights are never brought back",
        (Edit(TRAINING, "        constrain(state.w)\n", "        0\n"),),
        classes("dense(4, kernel_constraint=max_norm(0.1))"),
        tests("saved_weights_are_constrained"),
    ),
    Mutant(
        "initial_weights_constrained",
        "constraints are met before the first update",
        (
            Edit(
                STATE,
                "initialize(state.w, np.random.default_rng({{ p.form.seed }}))\n",
                "initialize(state.w, np.random.default_rng({{ p.form.seed }}))\n"
                "{% if n.bounds %}\n    constrain(state.w)\n{% endif %}\n",
            ),
        ),
        classes("dense(4, kernel_constraint=max_norm(0.1))"),
        tests("constraints_begin_with_the_first_update"),
    ),
    Mutant(
        "max_norm_of_the_whole_kernel",
        "the norm is that of all units together",
        (Edit(MAX, "axis={{ c.arguments.axis }}", "axis=None"),),
        classes("dense(4, kernel_constraint=max_norm(0.1))"),
        tests("constraints_of_norms[max_norm-factors0]"),
    ),
    Mutant(
        "unit_norm_without_epsilon",
        "the norm is divided by as it is",
        (Edit("templates/constraints/unit_norm.j2", " + 1e-7", ""),),
        classes("dense(4, kernel_constraint=unit_norm)"),
        parity("unit_norm"),
    ),
    Mutant(
        "rate_of_min_max_norm_turned_round",
        "the rate is the share of the way that is left",
        (
            Edit(
                "templates/constraints/min_max_norm.j2",
                "{{ a.rate }} * wanted + (1.0 - {{ a.rate }}) * norm",
                "(1.0 - {{ a.rate }}) * wanted + {{ a.rate }} * norm",
            ),
        ),
        classes("dense(4, kernel_constraint=min_max_norm(1.0, 2.0, 0.7))"),
        parity("min_max_norm(min_value=0.9, max_value=1.1, rate=0.7, axis=0)"),
    ),
)
