"""Callbacks: when they act, and what they leave behind."""

from tests.mutants.mutant import Edit, Mutant, classes, followed, history

FIT = "templates/fit.j2"
SAVING = "templates/saving.j2"
STOPPING = "templates/runtime/early_stopping.py"
PLATEAU = "templates/runtime/reduce_lr_on_plateau.py"
DATA = "spirals(samples=60)\n  split(validation=0.3, test=0.2)"
RESTORING = "early_stopping(patience=2, restore_best_weights=true)"

MUTANTS = (
    Mutant(
        "stopped_one_epoch_late",
        "patience is at its end one epoch after it is",
        (Edit(STOPPING, "waited >= patience", "waited > patience"),),
        classes(data=DATA, more="early_stopping(patience=2)"),
        history("early_stopping"),
    ),
    Mutant(
        "stopped_at_the_first_epoch",
        "without patience, a first epoch that beats no baseline is the last",
        (
            Edit(
                STOPPING,
                "elif epoch > 1 and waited >= patience:",
                "if waited >= max(patience, 1):",
            ),
        ),
        classes(data=DATA, more="early_stopping(baseline=0.1)"),
        history("patience_begins_anew_only_below_the_baseline"),
    ),
    Mutant(
        "patience_anew_above_the_baseline",
        "any improvement lets patience begin anew",
        (
            Edit(
                STOPPING,
                "if baseline is None or value + min_delta < baseline:",
                "if True:",
            ),
        ),
        classes(data=DATA, more="early_stopping(patience=2, baseline=0.1)"),
        history("patience_begins_anew_only_below_the_baseline"),
    ),
    Mutant(
        "smallest_change_is_an_improvement",
        "min_delta is added to the best value, not taken from it",
        (
            Edit(
                STOPPING,
                "value + min_delta < smallest",
                "value - min_delta < smallest",
            ),
        ),
        classes(data=DATA, more="early_stopping(patience=2, min_delta=0.1)"),
        history("a_change_of_min_delta_is_no_improvement"),
    ),
    Mutant(
        "cooldown_that_counts",
        "epochs after a lower rate count for the next",
        (Edit(PLATEAU, "elif not rest:", "else:"),),
        classes(data=DATA, more="reduce_lr_on_plateau(cooldown=2, patience=1)"),
        history("a_cooldown_is_not_counted"),
    ),
    Mutant(
        "rate_below_the_lowest",
        "min_lr is looked at before the rate is lowered only",
        (Edit(PLATEAU, "max(rate * factor, min_lr)", "rate * factor"),),
        classes(data=DATA, more="reduce_lr_on_plateau(min_lr=0.02, patience=1)"),
        history("the_rate_stays_above_the_lowest"),
    ),
    Mutant(
        "best_weights_not_restored",
        "weights.npz has the weights of the last epoch",
        (
            Edit(
                SAVING,
                "named({{ p.left }})",
                "named(state.w)",
            ),
        ),
        classes(data=DATA, more=RESTORING),
        followed("the_best_weights_are_restored_and_it_is_told"),
    ),
    Mutant(
        "tested_with_the_last_weights",
        "the test is told of weights that are not kept",
        (
            Edit(
                FIT,
                "evaluate_part({{ p.left }}",
                "evaluate_part(state.w",
            ),
        ),
        classes(data=DATA, more=RESTORING),
        followed("the_best_weights_are_restored_and_it_is_told"),
    ),
    Mutant(
        "resumed_without_the_best_weights",
        "a training that goes on forgets the best weights before",
        (
            Edit(
                SAVING,
                'np.copyto(state.best, arrays["training/best"].reshape(PARAMETERS))',
                "state.best[:] = 0.0",
            ),
        ),
        classes(data=DATA, more=RESTORING),
        followed("a_resumed_training_is_the_same_as_one_without_a_break[6]"),
    ),
    Mutant(
        "rate_of_the_next_epoch",
        "the history tells the rate after it was lowered",
        (
            Edit(
                FIT,
                """            report(row, options, head=epoch == first)
{% if k.acts %}
            run_callbacks(state)
""",
                """{% if k.acts %}
            run_callbacks(state)
            row["learning_rate"] = state.rate
            report(row, options, head=epoch == first)
""",
            ),
        ),
        classes(data=DATA, more="reduce_lr_on_plateau(patience=1)"),
        followed("the_history_tells_the_rate_of_each_epoch"),
    ),
    Mutant(
        "more_is_worse",
        "the largest area under the curve counts as the worst",
        (
            Edit(
                "nnspec/targets/numpy/callbacks.py",
                "({'-' * rises}row[{name}] for row in state.history)",
                "(row[{name}] for row in state.history)",
            ),
        ),
        classes(data=DATA, more="metrics = [f1_score]\n  early_stopping(val_f1_score)"),
        followed("the_largest_accuracy_is_the_best"),
    ),
)
