"""Names, blocks and shared groups: what a layer takes, and which weights it has."""

from tests.mutants.mutant import Edit, Mutant, classes

OPERANDS = "nnspec/analyze/operands.py"
GROUPS = "nnspec/analyze/groups.py"
STATEMENTS = "nnspec/analyze/statements.py"
MERGES = "nnspec/table/merges.py"

TOWER = "shared tower {\n  dense(4, tanh)\n}\n"
RESIDUAL = "block residual(units) {\n  dense(units)\n  tanh\n  add(input)\n}\n"


def tests(name: str) -> tuple[str, ...]:
    """A test of tests/test_graphs.py."""
    return (f"tests/test_graphs.py::test_{name}",)


MUTANTS = (
    Mutant(
        "value_before_comes_last",
        "`subtract(a)` is a minus the value before",
        (Edit(OPERANDS, "[frame.before, *found]", "[*found, frame.before]"),),
        classes("dense(3) as a", "dense(3, tanh)", "subtract(a)"),
        tests("layers_take_what_from_and_brackets_name"),
    ),
    Mutant(
        "brackets_before_from",
        "values in brackets stand before those of `from`",
        (
            Edit(
                OPERANDS,
                "names = (*statement.inputs, *inside)",
                "names = (*inside, *statement.inputs)",
            ),
        ),
        classes("dense(3) as a", "dense(3) as b", "subtract(a) from b"),
        tests("layers_take_what_from_and_brackets_name"),
    ),
    Mutant(
        "shared_weights_of_their_own",
        "each use of a shared group has weights of its own",
        (
            Edit(
                GROUPS,
                'weights = f"{group.name}/" if group.shared else',
                'weights = f"{frame.weights}{name}/" if group.shared else',
            ),
        ),
        TOWER + classes("dense(4)", "tower", "tower"),
        tests("uses_of_a_shared_group_have_the_same_weights"),
    ),
    Mutant(
        "shared_in_a_block_twice",
        "a shared group has other weights in each block that uses it",
        (
            Edit(
                GROUPS,
                'weights = f"{group.name}/" if group.shared else',
                'weights = f"{frame.weights}{group.name}/" if group.shared else',
            ),
        ),
        TOWER + "block b {\n  tower\n}\n" + classes("dense(4)", "tower", "b"),
        tests("a_shared_group_in_a_block_is_one"),
    ),
    Mutant(
        "block_not_frozen",
        "`trainable=false` of a block leaves its layers trainable",
        (Edit(STATEMENTS, "frozen(use, frame), frame.prefix", "use, frame.prefix"),),
        RESIDUAL + classes("dense(4)", "residual(4, trainable=false)"),
        tests("trainable_of_a_use_is_that_of_all_its_weights"),
    ),
    Mutant(
        "default_sees_the_caller",
        "an initializer given to a block has the block's values for its names",
        (
            Edit(
                GROUPS,
                "bound[name] = closed(cast(Resolved, value), outer)",
                "bound[name] = cast(Resolved, value)",
            ),
        ),
        "let size = 2\nblock b(size, init) {\n  dense(size, kernel_initializer=init)\n}\n"
        + classes("b(4, random_normal(stddev=1/size))"),
        tests("blocks_within_blocks_count_anew_and_hand_on_what_they_are_given"),
    ),
    Mutant(
        "joined_along_another_axis",
        "`concatenate` counts its axis without the batch",
        (
            Edit(
                MERGES,
                'return counted_with_batch((axis,), shapes[0], "concatenate")[0] - 1',
                "return axis if axis >= 0 else axis + len(shapes[0])",
            ),
        ),
        classes(
            "dense(4)",
            "reshape(2, 2) as a",
            "tanh",
            "concatenate(a, axis=1)",
            "flatten",
        ),
        tests(
            "merges_have_the_shape_that_keras_gives[concatenate(a, axis=1)-shapes6-"
            "expected6]"
        ),
    ),
)
