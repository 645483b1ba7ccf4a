"""Labels that no output stands for: the classes of `circle`."""

from tests.mutants.mutant import Edit, Mutant, spec

CIRCLE = "templates/runtime/circle.py"


def embedded() -> str:
    """A spec of embeddings of the classes of spirals."""
    return spec("dense(4, tanh)", "unit_normalization", loss="circle(gamma=4)")


def kinds(test: str) -> tuple[str, ...]:
    """A test of tests/test_label_kinds.py."""
    return (f"tests/test_label_kinds.py::test_{test}",)


MUTANTS = (
    Mutant(
        "circle_with_itself",
        "each sample is drawn to itself as well",
        (Edit(CIRCLE, "np.fill_diagonal(alike, False)", "alike = alike"),),
        embedded(),
        kinds("circle_pulls_a_class_together_and_others_apart"),
    ),
    Mutant(
        "circle_of_large_distances",
        "what is far enough still counts with a weight below 0",
        (
            Edit(
                CIRCLE,
                "weight = np.maximum(1.0 + margin - d, 0.0)",
                "weight = 1.0 + margin - d",
            ),
        ),
        embedded(),
        kinds("circle_pulls_a_class_together_and_others_apart"),
    ),
)
