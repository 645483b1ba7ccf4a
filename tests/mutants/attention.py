"""Attention: its scores, what is hidden from steps, its dropout."""

from tests.mutants.mutant import Edit, Mutant, classes

PLAN, TABLE = "nnspec/targets/numpy/steps/attention.py", "nnspec/table/heads.py"
HIDING = "nnspec/targets/numpy/steps/hiding.py"
COMMON, TEMPLATE = "templates/attention.j2", "templates/layers/multi_head_attention.j2"
HEADS = ("reshape(2, 1)", "multi_head_attention(2, 3)", "flatten")
MASKED = ("reshape(2, 1)", "dense(2, relu)", "masking", *HEADS[1:])


def attention(test: str) -> tuple[str, ...]:
    """A test of tests/test_attention.py."""
    return (f"tests/test_attention.py::test_{test}",)


MUTANTS = (
    Mutant(
        "scores_without_a_root",
        "queries are divided by their length, not by the root of it",
        (Edit(PLAN, "{sizes.key_dim}**0.5", "{sizes.key_dim}**1.0"),),
        classes(*HEADS),
        attention("each_head_asks_with_a_scaled_product"),
    ),
    Mutant(
        "sees_the_next_step",
        "a causal step sees the one after it, too",
        (
            Edit(
                HIDING,
                'f"np.tri({sizes.steps}, {sizes.others}"',
                'f"np.tri({sizes.steps}, {sizes.others}, 1"',
            ),
        ),
        classes("reshape(2, 1)", "multi_head_attention(2, 3, causal=true)", "flatten"),
        attention("a_causal_step_does_not_see_later_ones"),
    ),
    Mutant(
        "asks_padding",
        "the mask of the values hides nothing",
        (
            Edit(
                HIDING,
                'parts = [f"~{mask.a}[{place}]" for',
                'parts = [f"~{mask.a}[{place}] & False" for',
            ),
        ),
        classes(*MASKED),
        (
            "tests/test_masks.py::test_a_padded_sequence_is_as_good_as_the_shorter_one"
            "[3-multi_head_attention(2, 3)\\nglobal_average_pooling1d]",
        ),
    ),
    Mutant(
        "hidden_rows_pass_gradients_on",
        "scores that masks have replaced have gradients",
        (
            Edit(
                TEMPLATE,
                "np.copyto({{ ds }}, 0.0, where={{ op.hiding.hidden }})",
                "np.copyto({{ ds }}, 0.0, where=False)",
            ),
        ),
        classes(*MASKED),
        attention("a_query_that_is_padding_passes_nothing_back[0.0]"),
    ),
    Mutant(
        "dropout_of_all_heads",
        "all heads of a sample drop the same weights",
        (
            Edit(
                COMMON,
                "    {{ op.dropped }} *= {{ p }}",
                "    {{ op.dropped }}[:] = {{ op.dropped }}[:, :1] * {{ p }}",
            ),
        ),
        classes("reshape(2, 1)", "multi_head_attention(2, 3, dropout=0.4)", "flatten"),
        attention("a_dropout_is_drawn_anew_and_is_of_the_weights"),
    ),
    Mutant(
        "axes_of_a_step_count_the_steps",
        "within time_distributed, axis 1 of an activation is that of the steps",
        (Edit("nnspec/table/entry.py", '"axis": axis + 1', '"axis": axis'),),
        classes(
            "dense(4)",
            "reshape(2, 2, 1)",
            "time_distributed(dense(2, softmax(axis=1)))",
            "flatten",
        ),
        (
            "tests/test_time_distributed.py::test_each_step_is_a_sample"
            "[dense(3, softmax(axis=1))-shape1]",
        ),
    ),
    Mutant(
        "fans_of_a_convolution",
        "the kernels of heads begin as if these were places of an image",
        (Edit(TABLE, "fans = (prod(into), prod(out))", "fans = None"),),
        classes(*HEADS),
        attention("kernels_begin_as_those_of_matrices"),
    ),
)
