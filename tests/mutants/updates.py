"""What an update does beside the optimizer's own rule, and optimizers but the first."""

from tests.mutants.mutant import Edit, Mutant, classes, numbers, optimizers, updates

FRAME = "templates/optimizer.j2"
FIT = "templates/fit.j2"
SAVING = "templates/saving.j2"
DECAY = "w *= 1.0 - learning_rate * {{ a.weight_decay }}  # weight decay"
RULE = '{{ macro("optimizers", o.template, "update", o) }}\n'
STEPS = "{{ a.gradient_accumulation_steps }}"


def of(name: str) -> str:
    """The template of an optimizer."""
    return f"templates/optimizers/{name}.j2"


MUTANTS = (
    Mutant(
        "weight_decay_without_the_rate",
        "each step takes the whole share away, whatever the learning rate",
        (Edit(FRAME, DECAY, "w *= 1.0 - {{ a.weight_decay }}"),),
        classes(optimizer="sgd(weight_decay=0.1)"),
        updates("sgd(weight_decay=0.1)"),
    ),
    Mutant(
        "weight_decay_in_the_gradient",
        "the decay goes through the optimizer's rule, as in PyTorch's Adam",
        (Edit(FRAME, DECAY, "g += w * {{ a.weight_decay }}"),),
        classes(optimizer="adam(weight_decay=0.1)"),
        updates("adam(weight_decay=0.1)"),
    ),
    Mutant(
        "weight_decay_after_the_rule",
        "the decay takes its share of what the step has made",
        (
            Edit(FRAME, f"{DECAY}\n{{% endif %}}\n", "{% endif %}\n"),
            Edit(
                FRAME,
                RULE,
                f"{RULE}{{% if o.has.weight_decay %}}\n{DECAY}\n{{% endif %}}\n",
            ),
        ),
        classes(optimizer="sgd(weight_decay=0.1)"),
        updates("sgd(weight_decay=0.1)"),
    ),
    Mutant(
        "norm_of_all_for_each",
        "clipnorm looks at all gradients together, as global_clipnorm does",
        (
            Edit(
                FRAME,
                "norm = float(np.linalg.norm({{ slopes }}[part]))",
                "norm = float(np.linalg.norm({{ slopes }}))",
            ),
        ),
        classes(optimizer="sgd(clipnorm=0.1)"),
        updates("sgd(clipnorm=0.9)"),
    ),
    Mutant(
        "short_gradients_made_longer",
        "every gradient gets the length that it should not exceed",
        (
            Edit(
                FRAME,
                "if not norm <= {{ a.global_clipnorm }}:",
                "if not norm <= 0.0:",
            ),
        ),
        classes(optimizer="sgd(global_clipnorm=100)"),
        updates("sgd(global_clipnorm=1.5)"),
    ),
    Mutant(
        "clipped_on_one_side",
        "derivatives may be as negative as they like",
        (
            Edit(
                FRAME,
                "np.clip(g, -{{ a.clipvalue }}, {{ a.clipvalue }}, out=g)",
                "np.minimum(g, {{ a.clipvalue }}, out=g)",
            ),
        ),
        classes(optimizer="sgd(clipvalue=0.001)"),
        updates("sgd(clipvalue=0.4)"),
    ),
    Mutant(
        "clipped_before_the_mean",
        "the sum of the gradients is clipped, not their mean",
        (
            Edit(
                FRAME,
                f"np.divide(accumulated, {STEPS}, out={{{{ slopes }}}})",
                "{{ slopes }}[:] = accumulated",
            ),
            Edit(
                FRAME,
                "{{ slopes }}[part] *= {{ a.clipnorm }} / norm\n",
                f"{{{{ slopes }}}}[part] *= {{{{ a.clipnorm }}}} / norm\n        {{{{ slopes }}}}[part] /= {STEPS}\n",
            ),
        ),
        classes(optimizer="sgd(clipnorm=0.1, gradient_accumulation_steps=2)"),
        updates("sgd(gradient_accumulation_steps=2, clipnorm=0.9, weight_decay=0.1)"),
    ),
    Mutant(
        "sum_of_gradients",
        "an update goes by the sum of the gradients, not by their mean",
        (
            Edit(
                FRAME,
                f"np.divide(accumulated, {STEPS}, out={{{{ slopes }}}})",
                "{{ slopes }}[:] = accumulated",
            ),
        ),
        classes(optimizer="sgd(gradient_accumulation_steps=2)"),
        optimizers("accumulated_batches_are_one_large_batch"),
    ),
    Mutant(
        "accumulated_for_good",
        "the gradients of an update count in the next one again",
        (Edit(FRAME, "    accumulated.fill(0.0)\n", ""),),
        classes(optimizer="sgd(gradient_accumulation_steps=2)"),
        optimizers("accumulated_batches_are_one_large_batch"),
    ),
    Mutant(
        "bias_correction_counts_batches",
        "the number of the update is that of the batch",
        (Edit(FRAME, f"    step //= {STEPS}  #", "    #"),),
        classes(optimizer="adam(gradient_accumulation_steps=2)"),
        optimizers("accumulated_batches_are_one_large_batch"),
    ),
    Mutant(
        "averages_begin_with_the_first_weights",
        "the first update has a share in the averages like any other",
        (Edit(FRAME, " if step > 1 else 1.0\n", "\n"),),
        classes(optimizer="sgd(use_ema=true)"),
        updates("sgd(use_ema=true)"),
    ),
    Mutant(
        "averages_rest_between_updates",
        "batches that make no update do not count in the averages",
        (
            Edit(
                FRAME,
                "average += ({{ weights }} - average) * share",
                "average += 0.0",
            ),
        ),
        classes(optimizer="sgd(use_ema=true, gradient_accumulation_steps=2)"),
        updates("sgd(gradient_accumulation_steps=3, use_ema=true, ema_momentum=0.8)"),
    ),
    Mutant(
        "averages_taken_over_too_early",
        "the weights become their averages before each n-th update, not after it",
        (
            Edit(
                FRAME,
                "replace = step % {{ a.ema_overwrite_frequency }} == 0",
                "replace = (step + 1) % {{ a.ema_overwrite_frequency }} == 0",
            ),
        ),
        classes(optimizer="sgd(use_ema=true, ema_overwrite_frequency=2)"),
        updates("sgd(use_ema=true, ema_momentum=0.7, ema_overwrite_frequency=3)"),
    ),
    Mutant(
        "weights_saved_in_place_of_averages",
        "weights.npz has the weights, not their averages",
        (
            Edit(
                SAVING,
                "named({{ p.left }})",
                "named(state.w)",
            ),
        ),
        classes(optimizer="sgd(use_ema=true)"),
        optimizers("averages_are_left_behind"),
    ),
    Mutant(
        "averages_in_the_checkpoint",
        "a training that goes on begins with the averages",
        (
            Edit(
                SAVING,
                "    arrays = named(state.w)\n",
                "    arrays = named({{ p.left }})\n",
            ),
        ),
        classes(optimizer="sgd(use_ema=true)"),
        optimizers(
            "a_resumed_training_is_the_same[adam(use_ema=true, ema_momentum=0.9)]"
        ),
    ),
    Mutant(
        "checkpoint_in_the_middle_of_an_epoch",
        "a training that goes on takes batches twice that it had before Ctrl-C",
        (
            Edit(
                SAVING,
                "    if whole:\n",
                "    if True:\n",
            ),
        ),
        classes(optimizer="adam"),
        optimizers("a_resumed_training_is_the_same[adam]"),
    ),
    Mutant(
        "test_part_by_the_weights",
        "the test part is assessed by the weights, not by their averages",
        (
            Edit(
                FIT,
                "evaluate_part({{ p.left }}",
                "evaluate_part(state.w",
            ),
        ),
        classes(
            data="spirals(samples=60)\n  split(test=0.3)",
            optimizer="sgd(use_ema=true)",
        ),
        optimizers("averages_are_left_behind"),
    ),
    Mutant(
        "nadam_of_pytorch",
        "the momentum grows with 0.96**(0.004 * step)",
        (
            Edit(
                of("nadam"), "0.5 * 0.96**t) for t", "0.5 * 0.96 ** (0.004 * t)) for t"
            ),
            Edit(
                "templates/runtime/momentum_product.py",
                "0.96**t for t",
                "0.96 ** (0.004 * t) for t",
            ),
        ),
        classes(optimizer="nadam"),
        numbers("updates[nadam]"),
    ),
    Mutant(
        "nadam_that_does_not_look_ahead",
        "the mean has the momentum of this step, not of the next one",
        (Edit(of("nadam"), "(step, step + 1)", "(step, step)"),),
        classes(optimizer="nadam"),
        numbers("updates[nadam]"),
    ),
    Mutant(
        "adamax_not_corrected",
        "the rate does not make up for m having begun at 0",
        (Edit(of("adamax"), " / (1 - {{ a.beta_1 }}**step)", ""),),
        classes(optimizer="adamax"),
        numbers("updates[adamax]"),
    ),
    Mutant(
        "adagrad_epsilon_outside",
        "epsilon is added to the root, as in PyTorch, not within",
        (
            Edit(
                of("adagrad"),
                " + {{ o.arguments.epsilon }}, out=s)\nnp.sqrt(s, out=s)\n",
                ", out=s)\nnp.sqrt(s, out=s)\ns += {{ o.arguments.epsilon }}\n",
            ),
        ),
        classes(optimizer="adagrad(epsilon=0.01)"),
        numbers(
            "updates[adagrad(learning_rate=0.01, initial_accumulator_value=0.3, epsilon=0.01)]"
        ),
    ),
    Mutant(
        "adadelta_with_the_rate_in_its_memory",
        "the steps that are remembered are those times the rate",
        (
            Edit(
                of("adadelta"),
                "g *= s  # d\n",
                "g *= s\ng *= learning_rate\n",
            ),
            Edit(
                of("adadelta"),
                "accumulated_step += s\ng *= learning_rate\n",
                "accumulated_step += s\n",
            ),
        ),
        classes(optimizer="adadelta"),
        numbers("updates[adadelta(learning_rate=0.5, rho=0.8, epsilon=0.01)]"),
    ),
    Mutant(
        "lion_that_looks_at_the_new_mean",
        "the direction is that of m after this gradient",
        (
            Edit(of("lion"), "m *= {{ o.arguments.beta_2 }}\nm += g\n", ""),
            Edit(
                of("lion"),
                "np.multiply(g, of_g, out=s)\n",
                "m *= {{ o.arguments.beta_2 }}\nm += g\nnp.multiply(g, of_g, out=s)\n",
            ),
        ),
        classes(optimizer="lion"),
        updates("lion(learning_rate=0.01, beta_1=0.5, beta_2=0.8)"),
    ),
    Mutant(
        "lamb_with_the_length_of_all",
        "the step of a weight has the length of all weights",
        (
            Edit(
                of("lamb"),
                "float(np.linalg.norm(w))",
                "float(np.linalg.norm(parameters))",
            ),
        ),
        classes(optimizer="lamb"),
        optimizers("updates_by_weight[shape0-lamb]"),
    ),
    Mutant(
        "muon_by_the_rows",
        "a step of Muon is scaled by the number of rows, not by the longer side",
        (Edit(of("muon"), "math.sqrt(max(shape))", "math.sqrt(shape[0])"),),
        classes("dense(300)", optimizer="muon"),
        optimizers("muon_makes_the_steps_of_matrices_orthogonal[9]"),
    ),
    Mutant(
        "adafactor_by_the_mean_of_columns",
        "r * c is divided by the mean of c: the axes are mixed up",
        (
            Edit(
                of("adafactor"),
                "r / r.mean(axis=-1, keepdims=True)",
                "r / c.mean(axis=-1, keepdims=True) * 1.001",
            ),
        ),
        classes(optimizer="adafactor"),
        optimizers("updates_by_weight[shape0-adafactor]"),
    ),
    Mutant(
        "adafactor_of_large_steps",
        "a step is not made shorter where it is long",
        (Edit(of("adafactor"), " / max(1.0, length)", ""),),
        classes(optimizer="adafactor"),
        optimizers("updates_by_weight[shape0-adafactor]"),
    ),
)
