"""Optimizers: what stands within a root, and what a rate is multiplied with."""

from tests.mutants.mutant import (
    Edit,
    Mutant,
    classes,
    details,
    numbers,
    parity,
    updates,
)

TABLE = "nnspec/table/optimizers.py"
TRAINING = "templates/training.j2"
FRAME = "templates/optimizer.j2"
SGD = "templates/optimizers/sgd.j2"
RMSPROP = "templates/optimizers/rmsprop.j2"
ADAM = "templates/optimizers/adam.j2"
ORDER = "arguments_have_their_names_order_and_defaults"

MUTANTS = (
    Mutant(
        "sgd_momentum_with_the_rate_outside",
        "w += rate * velocity: another training, once the rate changes",
        (
            Edit(SGD, "velocity -= g\n", "velocity -= g / learning_rate\n"),
            Edit(SGD, "w += velocity\n", "w += learning_rate * velocity\n"),
        ),
        classes(optimizer="sgd(0.1, momentum=0.9)"),
        parity("sgd(0.1, momentum=0.9)"),
    ),
    Mutant(
        "sgd_momentum_damped",
        "the gradient is multiplied with 1 - momentum, as in a mean",
        (
            Edit(
                SGD,
                "velocity -= g\n",
                "velocity -= (1.0 - {{ o.arguments.momentum }}) * g\n",
            ),
        ),
        classes(optimizer="sgd(0.1, momentum=0.9)"),
        numbers("updates[sgd(0.1, momentum=0.9)]"),
    ),
    Mutant(
        "nesterov_with_the_old_velocity",
        "momentum * old velocity - rate * gradient, which is plain momentum",
        (
            Edit(
                SGD,
                "w -= g\nnp.multiply(velocity, {{ o.arguments.momentum }}, out=g)\nw += g\n",
                "w += velocity\n",
            ),
        ),
        classes(optimizer="sgd(0.1, momentum=0.9, nesterov=true)"),
        numbers("updates[sgd(0.1, momentum=0.9, nesterov=true)]"),
    ),
    Mutant(
        "nesterov_without_the_gradient",
        "a step of momentum * new velocity alone",
        (Edit(SGD, "w -= g\nnp.multiply", "w -= 0.0\nnp.multiply"),),
        classes(optimizer="sgd(0.1, momentum=0.9, nesterov=true)"),
        numbers("updates[sgd(0.1, momentum=0.9, nesterov=true)]"),
    ),
    Mutant(
        "rmsprop_epsilon_outside",
        "epsilon is added to the root, as in PyTorch, not within",
        (
            Edit(
                RMSPROP,
                "np.add(velocity, epsilon, out=s)\n{% endif %}\nnp.sqrt(s, out=s)\n",
                "np.copyto(s, velocity)\n{% endif %}\nnp.sqrt(s, out=s)\ns += epsilon\n",
            ),
        ),
        classes(optimizer="rmsprop(epsilon=0.01)"),
        numbers("updates[rmsprop(learning_rate=0.01, rho=0.8, epsilon=0.01)]"),
    ),
    Mutant(
        "rmsprop_epsilon_without_its_factor",
        "epsilon is added to a mean that is kept without 1 - rho",
        (
            Edit(
                RMSPROP,
                ", {{ o.arguments.epsilon }} / (1 - {{ o.arguments.rho }})",
                ", {{ o.arguments.epsilon }}",
            ),
        ),
        classes(optimizer="rmsprop(epsilon=0.01)"),
        numbers("updates[rmsprop(learning_rate=0.01, rho=0.8, epsilon=0.01)]"),
    ),
    Mutant(
        "rmsprop_centered_without_its_factor",
        "the squared mean of g is kept without 1 - rho, and subtracted so",
        (
            Edit(
                RMSPROP,
                "s *= 1.0 - {{ a.rho }}",
                "s *= 1.0 - {{ a.rho }} * {{ a.rho }}",
            ),
        ),
        classes(optimizer="rmsprop(centered=true)"),
        numbers("updates[rmsprop(centered=true)]"),
    ),
    Mutant(
        "rmsprop_not_centered",
        "the squared mean of g is not subtracted",
        (Edit(RMSPROP, "np.subtract(velocity, s, out=s)", "np.copyto(s, velocity)"),),
        classes(optimizer="rmsprop(centered=true)"),
        numbers("updates[rmsprop(centered=true)]"),
    ),
    Mutant(
        "rmsprop_momentum_with_the_rate_outside",
        "w -= rate * momentum: another training, once the rate changes",
        (
            Edit(
                RMSPROP,
                "s *= rate\n{% if o.has.momentum %}\n",
                "{% if o.has.momentum %}\n",
            ),
            Edit(
                RMSPROP,
                "w -= momentum\n{% else %}\n",
                "w -= rate * momentum\n{% else %}\ns *= rate\n",
            ),
        ),
        classes(optimizer="rmsprop(momentum=0.5)"),
        parity("rmsprop(momentum=0.5)"),
    ),
    Mutant(
        "rmsprop_memory_of_pytorch",
        "rho is 0.99 unless it is given, not 0.9",
        (Edit(TABLE, 'Argument("rho", _SHARE, 0.9,', 'Argument("rho", _SHARE, 0.99,'),),
        classes(optimizer="rmsprop"),
        details(f"{ORDER}[optimizer-rmsprop]"),
    ),
    Mutant(
        "adam_epsilon_inside",
        "epsilon is added within the root",
        (
            Edit(
                ADAM,
                "np.sqrt(v, out=s)\n{% endif %}\ns += epsilon\n",
                "np.add(v, epsilon, out=s)\nnp.sqrt(s, out=s)\n{% endif %}\n",
            ),
        ),
        classes(optimizer="adam(epsilon=0.001)"),
        numbers(
            "updates[adam(learning_rate=0.01, beta_1=0.8, beta_2=0.95, epsilon=0.001)]"
        ),
    ),
    Mutant(
        "adam_epsilon_after_the_correction",
        "epsilon is added to the corrected root, as in PyTorch",
        (
            Edit(
                ADAM,
                "{{ a.epsilon }} / root",
                "{{ a.epsilon }} * math.sqrt(1 - {{ a.beta_2 }}**step) / root",
            ),
        ),
        classes(optimizer="adam(epsilon=0.001)"),
        numbers(
            "updates[adam(learning_rate=0.01, beta_1=0.8, beta_2=0.95, epsilon=0.001)]"
        ),
    ),
    Mutant(
        "adam_epsilon_of_pytorch",
        "epsilon is 1e-8 unless it is given, not 1e-7",
        (
            Edit(
                TABLE, 'Real(minimum=0), 1e-7, "keeps', 'Real(minimum=0), 1e-8, "keeps'
            ),
        ),
        classes(optimizer="adam"),
        details(f"{ORDER}[optimizer-adam]"),
    ),
    Mutant(
        "adam_not_corrected",
        "the rate does not make up for m and v having begun at 0",
        (
            Edit(
                ADAM,
                "rate = learning_rate * math.sqrt(1 - {{ a.beta_2 }}**step) / (1 - {{ a.beta_1 }}**step)",
                "rate = learning_rate",
            ),
        ),
        classes(optimizer="adam"),
        numbers("updates[adam]"),
    ),
    Mutant(
        "adam_one_step_ahead",
        "the first update is corrected as if it were the second",
        (
            Edit(
                ADAM,
                "math.sqrt(1 - {{ a.beta_2 }}**step) / (1 - {{ a.beta_1 }}**step)",
                "math.sqrt(1 - {{ a.beta_2 }} ** (step + 1)) / (1 - {{ a.beta_1 }} ** (step + 1))",
            ),
        ),
        classes(optimizer="adam"),
        numbers("updates[adam]"),
    ),
    Mutant(
        "adam_counts_epochs",
        "the number of the update is that of the epoch",
        (
            Edit(
                TRAINING,
                "{% if o.steps %}, state.step{% endif %})",
                "{% if o.steps %}, epoch{% endif %})",
            ),
        ),
        classes(optimizer="adam"),
        (
            "tests/parity/test_fit.py::test_fit[dense(3, softmax)-sparse_categorical_crossentropy-accuracy-adam(0.01)-]",
        ),
    ),
    Mutant(
        "amsgrad_of_the_last",
        "the root is that of the last v, not of the largest",
        (Edit(ADAM, "np.maximum(v_max, v, out=v_max)", "np.copyto(v_max, v)"),),
        classes(optimizer="adam(amsgrad=true)"),
        numbers("updates[adam(amsgrad=true)]"),
    ),
    Mutant(
        "last_block_left_out",
        "parameters behind the last whole block are not updated",
        (
            Edit(
                FRAME,
                "for i in range(0, {{ n.trained }}, {{ o.block }})]",
                "for i in range(0, max(1, {{ n.trained }} - 65_535), {{ o.block }})]",
            ),
        ),
        classes("dense(4)"),
        numbers("updates[sgd]"),
    ),
    Mutant(
        "schedule_free_mean_of_another_step",
        "the mean takes each point as if it were one more than it is",
        (
            Edit(
                "templates/optimizers/schedule_free_adamw.j2",
                "w *= 1.0 - 1.0 / step",
                "w *= 1.0 - 1.0 / (step + 1)",
            ),
            Edit(
                "templates/optimizers/schedule_free_adamw.j2",
                "({{ a.beta_1 }} / step + (1",
                "({{ a.beta_1 }} / (step + 1) + (1",
            ),
        ),
        classes(optimizer="schedule_free_adamw"),
        updates("schedule_free_adamw"),
    ),
    Mutant(
        "ftrl_of_the_new_sum_alone",
        "the correction is by the whole root of the sum, not by its growth",
        (
            Edit(
                "templates/optimizers/ftrl.j2",
                "linear -= (new - old) / learning_rate * w",
                "linear -= (new - 0.9 * old) / learning_rate * w",
            ),
        ),
        classes(optimizer="ftrl"),
        updates("ftrl"),
    ),
)
