"""Blocks that are functions: whose weights, arrays and gradients a use has."""

from tests.mutants.mutant import Edit, Mutant, classes

WAYS = "nnspec/targets/numpy/blocks/ways.py"
ARRANGED = "nnspec/targets/numpy/blocks/arranged.py"
BLOCK = "block half {\n  dense(4, tanh)\n  layer_normalization\n}\n"
#: Tests that compare functions with straight lines.
BITS = tuple(
    f"tests/test_blocks.py::test_functions_compute_the_same_bits[{seed}]"
    for seed in range(0, 40, 10)
)

MUTANTS = (
    Mutant(
        "use_with_the_first_weights",
        "all uses of a block have the weights of the first one",
        (
            Edit(
                WAYS,
                '            name = Code("use") if way.loops else literal(use.path)\n',
                "            name = literal(self.paths[0])\n",
            ),
        ),
        BLOCK + classes("dense(4)", "repeat 5 {", "half", "}", "dense(2)"),
        BITS,
    ),
    Mutant(
        "gradient_of_a_use_dropped",
        "the gradient that a use is given is not that by the use after it",
        (
            Edit(
                WAYS,
                "            self._names[flow[1]] if flow else None,\n",
                "            self._names[flow[0]] if flow else None,\n",
            ),
        ),
        BLOCK + classes("dense(4)", "repeat 5 {", "half", "}", "dense(2)"),
        BITS,
    ),
    Mutant(
        "initial_values_of_the_first_uses",
        "uses have the initial values of the first of them, whatever their own are",
        (
            Edit(
                "nnspec/targets/numpy/blocks/loops.py",
                " and last.operands == alike:\n",
                " and last.operands:\n",
            ),
        ),
        BLOCK.replace("half", "half(rule)").replace("tanh", "kernel_initializer=rule")
        + classes("dense(4)", *["half(zeros)", "half(ones)"] * 3, "dense(2)"),
        ("tests/test_blocks.py::test_weights_of_uses_are_in_loops",),
    ),
    Mutant(
        "spare_that_is_needed",
        "what a use needs on its way back lies where the next use writes",
        (
            Edit(
                "nnspec/targets/numpy/sharing.py",
                "    if spare and not array.fixed and _last(array) < end:\n",
                "    if spare and not array.fixed:\n",
            ),
        ),
        BLOCK + classes("dense(4)", "repeat 5 {", "half", "}", "dense(2)"),
        BITS,
    ),
)
