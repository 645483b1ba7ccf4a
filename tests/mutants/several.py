"""Several inputs and outputs: whose labels, whose samples, and what a loss counts."""

from tests.mutants.mutant import Edit, Mutant
from tests.several import HEADS

MEASURE = "templates/named_measure.j2"
SUM = "tests/test_several.py::test_the_loss_is_the_weighted_sum_and_the_penalty"
GRADIENTS = "tests/test_several.py::test_gradients_are_those_of_the_weighted_sum"
PARITY = "tests/parity/test_several.py::test_five_steps"

_BACK = Edit(
    MEASURE,
    "    {{ o.measured.loss.dy }} *= {{ o.measured.weight }}  # what this loss counts\n",
    "",
)

MUTANTS = (
    Mutant(
        "weight_of_a_loss_forgotten_in_its_derivative",
        "what goes back from an output does not go by the weight of its loss",
        (_BACK,),
        HEADS,
        (f"{GRADIENTS}[everything]",),
    ),
    Mutant(
        "weight_of_a_loss_forgotten",
        "the losses are added up as if all counted the same",
        (
            _BACK,
            Edit(
                MEASURE,
                "{% if o.measured.weight %}{{ o.measured.weight }} * {% endif %}loss",
                "loss",
            ),
        ),
        HEADS,
        (SUM, f"{PARITY}[on-the-way]"),
    ),
    Mutant(
        "labels_of_another_output",
        "all losses take the labels of the last output",
        (
            Edit(
                MEASURE,
                "{% endfor %}\ny = labels[{{ o.name }}]\n",
                "{% endfor %}\ny = labels[LABELS[-1]]\n",
            ),
        ),
        HEADS,
        (f"{PARITY}[two-of-a-kind]",),
    ),
    Mutant(
        "samples_of_another_input",
        "in training, all inputs are given the samples of the first",
        (
            Edit(
                "templates/training.j2",
                "np.take(x[{{ i.name }}], rows",
                "np.take(x[{{ n.inputs[0].name }}], rows",
            ),
        ),
        HEADS,
        (f"{PARITY}[shared]",),
    ),
)
