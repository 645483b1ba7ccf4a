"""Recurrent layers, and masks of their steps."""

from tests.mutants.mutant import Edit, Mutant, classes

STEP, BACK = "templates/runtime/lstm_step.py", "templates/runtime/lstm_back.py"
COMMON = "templates/recurrent.j2"
MEAN = "templates/layers/masked_average_pooling.j2"
PLAN, TABLE = "nnspec/targets/numpy/steps/recurrent.py", "nnspec/table/recurrent.py"
MASKED = ("reshape(2, 1)", "dense(2, relu)", "masking")


def recurrent(test: str) -> tuple[str, ...]:
    """A test of tests/test_recurrent.py."""
    return (f"tests/test_recurrent.py::test_{test}",)


def masks(test: str) -> tuple[str, ...]:
    """A test of tests/test_masks.py."""
    return (f"tests/test_masks.py::test_{test}",)


MUTANTS = (
    Mutant(
        "lstm_with_other_gates_first",
        "the gates are f, i, g, o, on the way back as well",
        tuple(Edit(file, "i, f, g, o = y", "f, i, g, o = y") for file in (STEP, BACK)),
        classes("reshape(2, 1)", "lstm(4)"),
        recurrent("an_lstm_has_its_gates_in_the_order_i_f_g_o"),
    ),
    Mutant(
        "gru_resets_after_the_product_only",
        "reset_after=false changes nothing",
        (Edit(PLAN, 'arguments.get("reset_after") is False', "False"),),
        classes("reshape(2, 1)", "gru(4, reset_after=false, use_bias=false)"),
        recurrent("a_gru_resets_after_or_before_the_product[False]"),
    ),
    Mutant(
        "mask_of_the_step_before",
        "a step carries the state over where the one before it is padding",
        (
            Edit(
                COMMON,
                "where={{ op.arrays.padded }}[t])",
                "where={{ op.arrays.padded }}[t - 1])",
            ),
        ),
        classes(*MASKED, "lstm(4)"),
        masks("a_padded_sequence_is_as_good_as_the_shorter_one[3-lstm(3)]"),
    ),
    Mutant(
        "gradients_end_at_padding",
        "what comes to a padded step does not pass by",
        (Edit(COMMON, "{{ op.work.dh }} += held", "{{ op.work.dh }} += 0.0"),),
        classes(*MASKED, "gru(4)"),
        masks("a_padded_sequence_is_as_good_as_the_shorter_one[3-gru(3)]"),
    ),
    Mutant(
        "mean_of_padded_steps_too",
        "the mean is over the number of all steps",
        (
            Edit(
                MEAN,
                "np.sum({{ op.facts.mask }}, axis=1)",
                "np.sum({{ op.facts.mask }} | True, axis=1)",
            ),
        ),
        classes(*MASKED, "global_average_pooling1d"),
        masks(
            "a_padded_sequence_is_as_good_as_the_shorter_one[3-global_average_pooling1d]"
        ),
    ),
    Mutant(
        "dropout_drawn_at_each_step",
        "a recurrent layer draws a mask for each step",
        (Edit(PLAN, 'array("mask", (*each, width))', 'array("mask", (times, width))'),),
        classes("reshape(2, 1)", "lstm(4, dropout=0.3)"),
        recurrent("a_dropout_is_the_same_at_all_steps[lstm]"),
    ),
    Mutant(
        "all_gates_share_a_dropout",
        "recurrent_dropout has the first mask for all gates",
        (
            Edit(
                COMMON,
                "* {{ op.arrays.masks }}{{ part }}",
                "* {{ op.arrays.masks }}[0]",
            ),
        ),
        classes("reshape(2, 1)", "lstm(4, recurrent_dropout=0.3)"),
        recurrent("a_recurrent_dropout_has_a_mask_for_each_gate[lstm-0.0]"),
    ),
    Mutant(
        "steps_in_parts_without_the_first",
        "the gradients by the weights leave out the first step of a large batch",
        (Edit(COMMON, "if t % {{ op.apart }} == 0:", "if t % {{ op.apart }} == 1:"),),
        classes("dense(600)", "reshape(30, 20)", "lstm(128)"),
        recurrent("steps_in_parts_give_what_they_give_at_once[lstm(2)-1]"),
    ),
    Mutant(
        "ones_for_the_wrong_gate",
        "the bias of the input gate begins at 1, not that of the one that forgets",
        (Edit(TABLE, "ones = (units, 2 * units)", "ones = (0, units)"),),
        classes("reshape(2, 1)", "lstm(4)"),
        recurrent("the_gate_that_forgets_is_open_at_first"),
    ),
    Mutant(
        "backward_steps_as_they_come",
        "the steps of the second direction are merged in the order of its own",
        (Edit(PLAN, "flipped=both and", "flipped=False and"),),
        classes(
            "reshape(2, 1)",
            "bidirectional(lstm(4, return_sequences=true))",
            "flatten",
        ),
        recurrent("both_directions_are_two_layers_and_their_merge[lstm-concat]"),
    ),
)
