"""Graphs: gradients that come on several ways, merges, and what shares memory."""

from tests.mutants.mutant import Edit, Mutant, classes, gradcheck

GRADIENTS = "nnspec/targets/numpy/gradients.py"
NETWORK = "nnspec/targets/numpy/network.py"
MERGES = "nnspec/targets/numpy/steps/merges.py"

TOWERS = (
    "dense(3) as a; dense(3, tanh) as b; dense(3, tanh) as c from a; add(b); dense(2)"
    " | 4"
)
BROADCAST = "dense(3) as a; dense(1, tanh) as b; multiply(a); maximum(b); add(a) | 2, 4"
LINES = ("dense(3) as a", "dense(3, tanh) as b", "dense(3, tanh) as c from a", "add(b)")

MUTANTS = (
    Mutant(
        "contribution_dropped",
        "of the gradients that come back to a value, the first one is taken",
        (
            Edit(
                GRADIENTS,
                "            part = self._sum(target, before, part)\n",
                "            part = before\n",
            ),
        ),
        classes(*LINES),
        gradcheck(TOWERS),
    ),
    Mutant(
        "contribution_set",
        "of the gradients that come back to a value, the last one is taken",
        (
            Edit(
                GRADIENTS,
                "            part = self._sum(target, before, part)\n",
                "            self._sum(target, before, part)\n",
            ),
        ),
        classes(*LINES),
        gradcheck(TOWERS),
    ),
    Mutant(
        "gradient_changed_while_needed",
        "a gradient that two layers are given is changed by the first of them",
        (
            Edit(
                NETWORK,
                "if event in arrays.copies and event.changes:",
                "if event in arrays.copies and event.reads == ():",
            ),
        ),
        classes(*LINES),
        gradcheck(TOWERS),
    ),
    Mutant(
        "broadcast_not_summed",
        "what was repeated along an axis has the gradient of one place",
        (
            Edit(
                "templates/gradients/sum_of_axes.j2",
                "np.sum({{ op.dy }}, axis={{ op.facts.axes }}, keepdims=True,",
                "np.max({{ op.dy }}, axis={{ op.facts.axes }}, keepdims=True,",
            ),
        ),
        classes("dense(3) as a", "dense(1, tanh)", "multiply(a)"),
        gradcheck(BROADCAST),
    ),
    Mutant(
        "sum_over_its_third_operand",
        "a merge of three values writes over one that it has not read yet",
        (Edit(MERGES, "over=xs if len(xs) == 2 else ()", "over=xs"),),
        classes(
            "dense(3) as a",
            "dense(3) as b from a",
            "dense(3) as c from a",
            "add from c, b, c",
        ),
        gradcheck(
            "dense(3) as a; dense(3) as b from a; dense(3) from a as c; "
            "add from c, b, c | 4"
        ),
    ),
)
