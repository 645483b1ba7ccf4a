"""The training loop, its seeds, what it tells and what it goes on from."""

from tests.mutants.mutant import (
    Edit,
    Mutant,
    assessment,
    classes,
    epochs,
    process,
    verifying,
)

COMMANDS = "templates/commands.j2"
TRAINING = "templates/training.j2"
FIT = "templates/fit.j2"
SAVING = "templates/saving.j2"
STATE = "templates/state.j2"
FITTED = ("tests/parity/test_fit.py::test_fit[dense(2)-mse-mae-rmsprop-]",)

MUTANTS = (
    Mutant(
        "last_batch_dropped",
        "samples that do not fill a batch are left out",
        (
            Edit(
                TRAINING,
                "range(0, len(x), options.batch_size)",
                "range(0, len(x) - options.batch_size + 1, options.batch_size)",
            ),
        ),
        classes(),
        epochs("an_epoch_takes_every_sample_once"),
    ),
    Mutant(
        "shuffled_only_once",
        "every epoch has the same order",
        (
            Edit(
                TRAINING,
                "default_rng([{{ p.form.seed }}, epoch])",
                "default_rng([{{ p.form.seed }}])",
            ),
        ),
        classes(),
        epochs("every_epoch_has_another_order"),
    ),
    Mutant(
        "shuffled_whatever_the_seed",
        "the order follows from the number of the epoch alone, as in Keras 3.16",
        (
            Edit(
                TRAINING,
                "default_rng([{{ p.form.seed }}, epoch])",
                "default_rng(epoch)",
            ),
        ),
        classes(),
        epochs("the_order_follows_from_the_seed"),
    ),
    Mutant(
        "drawn_with_repetition",
        "a sample may come twice in an epoch, and another not at all",
        (Edit(TRAINING, ".permutation(len(x))", ".integers(len(x), size=len(x))"),),
        classes(),
        epochs("an_epoch_takes_every_sample_once"),
    ),
    Mutant(
        "never_shuffled",
        "the order is that of the data, though the spec asks for another",
        (
            Edit(
                TRAINING,
                "{% if p.shuffle %}{% if draws or not p.form.bare %}rng",
                "{% if not p.shuffle %}{% if draws or not p.form.bare %}rng",
            ),
        ),
        classes(),
        epochs("every_epoch_has_another_order"),
    ),
    Mutant(
        "labels_of_other_samples",
        "a batch has the labels of the first samples",
        (
            Edit(
                TRAINING,
                "backward(state.w, state.dw{% if n.shares %}[k]{% endif %}, a, da, labels{% if n.class",
                "backward(state.w, state.dw{% if n.shares %}[k]{% endif %}, a, da, y[: len(rows)]{% if n.class",
            ),
        ),
        classes(),
        epochs("an_epoch_takes_every_sample_once"),
    ),
    Mutant(
        "epoch_loss_of_batches_that_count_alike",
        "a small last batch counts as much as a whole one",
        (
            Edit(
                TRAINING,
                "sums += len(rows) *{% endif %} measure",
                "sums += len(x) / math.ceil(len(x) / options.batch_size) *{% endif %} measure",
            ),
        ),
        classes(),
        FITTED,
    ),
    Mutant(
        "assessment_of_batches_that_count_alike",
        "a small last batch counts as much as a whole one",
        (
            Edit(
                TRAINING,
                "sum(len(y[rows]) * measure",
                "sum(len(x) / math.ceil(len(x) / 512) * measure",
            ),
        ),
        classes(data="spirals(samples=60)\n  split(test=0.3)"),
        assessment("means_are_those_over_all_samples"),
    ),
    Mutant(
        "validation_by_the_training_part",
        "val_loss is the loss of what was trained on",
        (
            Edit(
                FIT,
                'evaluate_part(state.w, *parts["validation"], "val_"',
                'evaluate_part(state.w, *parts["train"], "val_"',
            ),
        ),
        classes(data="spirals(samples=60)\n  split(validation=0.3)"),
        FITTED,
    ),
    Mutant(
        "initial_values_whatever_the_seed",
        "all trainings begin with the same weights",
        (
            Edit(
                STATE,
                "initialize(state.w, np.random.default_rng({{ p.form.seed }}))",
                "initialize(state.w, np.random.default_rng(0))",
            ),
        ),
        classes(),
        process("the_seed_settles_the_initial_weights"),
    ),
    Mutant(
        "initial_weights_not_taken",
        "--initial-weights are read, and forgotten",
        (
            Edit(
                STATE,
                "load(options.initial_weights, state.w, SHAPES, {}, way_out)",
                "load(options.initial_weights, views(state.parameters.copy()), SHAPES, {}, way_out)",
            ),
        ),
        classes(),
        process("initial_weights_are_where_a_training_begins"),
    ),
    Mutant(
        "resumed_without_slots",
        "a training that goes on has an optimizer that begins anew",
        (
            Edit(
                SAVING,
                'np.copyto(state.slots, arrays["training/slots"].reshape(',
                'np.copyto(state.slots, 0 * arrays["training/slots"].reshape(',
            ),
        ),
        classes(optimizer="adam"),
        process("a_resumed_training_is_the_same_as_one_without_a_break"),
    ),
    Mutant(
        "resumed_at_the_first_step",
        "a training that goes on corrects adam's rate as at its begin",
        (
            Edit(
                SAVING,
                'int(about["step"])',
                "len(rows)",
            ),
        ),
        classes(optimizer="adam"),
        process("a_resumed_training_is_the_same_as_one_without_a_break"),
    ),
    Mutant(
        "resumed_with_anything",
        "a checkpoint of another optimizer, network or data is taken",
        (
            Edit(
                SAVING,
                "load(path, state.w, SHAPES, state.same, way_out)",
                "load(path, state.w, SHAPES, {}, way_out)",
            ),
        ),
        classes(optimizer="adam"),
        (
            "tests/test_resume.py::test_another_optimizer_is_refused_by_name[adam-adamw]",
        ),
    ),
    Mutant(
        "log_with_epochs_twice",
        "rows of epochs that come again stay in a log",
        (
            Edit(
                "templates/runtime/cut_log.py",
                "if late and str(epochs) not in begins[late[-1] :]:",
                "if late and not epochs:",
            ),
        ),
        classes(more='csv_logger("log.csv", append=true)'),
        ("tests/test_kills.py::test_a_log_has_each_epoch_once",),
    ),
    Mutant(
        "saved_before_an_epoch_is_done",
        "Ctrl-C in the first epoch writes over what was there",
        (
            Edit(
                FIT,
                "        if options.out and state.history:\n",
                "        if options.out:\n",
            ),
        ),
        classes(),
        (
            "tests/test_results.py::test_an_interrupt_in_the_first_epoch_touches_nothing",
        ),
    ),
    Mutant(
        "gradcheck_of_anything",
        "the gradient check passes whatever the error is",
        (
            Edit(
                COMMANDS,
                "right = most < 1e-6",
                "right = most < 1e6",
            ),
        ),
        classes(),
        (
            "tests/test_network_scripts.py::test_the_gradient_check_finds_every_altered_line[plain]",
        ),
    ),
    Mutant(
        "verify_finds_all_alike",
        "an array that is not of the same bits is within a tolerance of 0",
        (
            Edit(
                "templates/runtime/compare_runs.py",
                "if one.tobytes() == other.tobytes():",
                "if np.allclose(one, other):",
            ),
        ),
        classes(),
        verifying("a_difference_is_found_and_named"),
    ),
    Mutant(
        "data_not_compared",
        "a run is verified on other data",
        (
            Edit(
                "templates/runtime/check_origin.py",
                "if data != there:",
                "if len(data) != len(there):",
            ),
        ),
        classes(),
        verifying("what_is_of_something_else_is_refused"),
    ),
    Mutant(
        "until_the_end",
        "an interrupted run is trained again to all its epochs",
        (
            Edit(
                "templates/runtime/read_run.py",
                'None if run["finished"] else int(run["epoch"])',
                'run["options"]["epochs"] if run["finished"] else int(run["epoch"]) + 1',
            ),
        ),
        classes(),
        verifying("an_interrupted_run_is_compared_up_to_its_last_epoch"),
    ),
)
