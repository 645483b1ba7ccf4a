"""What a mutant is, and short ways to write one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """Text that takes the place of `old`, which must be in the file exactly once."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutant:
    """A defect: what it is, its edits, a spec that shows it, and who must tell.

    The `spec` is compiled and trained: its script must be another one than without the
    defect, and run to its end; a defect of a command, or of what no table here has, is
    in none: "". `tests` are pytest's names of tests, at least one of which must fail;
    those in tests/parity run where Keras is, those in tests/reach where other libraries
    are. The spec is compiled for as many `ranks` as there are, if any.
    """

    name: str
    defect: str
    edits: tuple[Edit, ...]
    spec: str
    tests: tuple[str, ...]
    ranks: int = 0


def spec(
    *layers: str,
    data: str = "spirals(samples=60)",
    loss: str = "sparse_categorical_crossentropy",
    optimizer: str = "sgd",
    more: str = "",
) -> str:
    """A spec that trains on what it makes up: 3 classes, unless `data` says others."""
    body = "\n".join(f"  {layer}" for layer in layers)
    return (
        f"data {{\n  {data}\n}}\nnetwork {{\n{body}\n}}\n"
        f"training {{\n  loss = {loss}\n  optimizer = {optimizer}\n  {more}\n}}\n"
    )


def classes(*layers: str, **more: str) -> str:
    """A spec of `layers` that ends in a softmax over 3 classes."""
    return spec(*layers, "dense(3, softmax)", **more)


def shares(*layers: str, **more: str) -> str:
    """A spec of `layers`, with one-hot labels of 3 classes."""
    more = {"loss": "categorical_crossentropy"} | more
    return spec(*layers, data="spirals(samples=60)\n  one_hot(target)", **more)


def binary(*layers: str, **more: str) -> str:
    """A spec of `layers`, with labels of 0 and 1."""
    return spec(*layers, **{"data": "xor", "loss": "binary_crossentropy"} | more)


def values(*layers: str, **more: str) -> str:
    """A spec of `layers`, with labels that are numbers."""
    return spec(*layers, **{"data": "linear(samples=60)", "loss": "mse"} | more)


def gradcheck(*cases: str) -> tuple[str, ...]:
    """The gradient check of cases of tests/cases.py."""
    test = "tests/test_network_scripts.py::test_derivatives_and_shapes"
    return tuple(f"{test}[{case}]" for case in cases)


def parity(*cases: str) -> tuple[str, ...]:
    """Five steps of cases of tests/cases.py beside Keras."""
    test = "tests/parity/test_training.py::test_five_steps"
    return tuple(f"{test}[{case}]" for case in cases)


def details(test: str) -> tuple[str, ...]:
    """A test of tests/parity/test_details.py."""
    return (f"tests/parity/test_details.py::test_{test}",)


def numbers(test: str) -> tuple[str, ...]:
    """A test of tests/test_network_values.py."""
    return (f"tests/test_network_values.py::test_{test}",)


def losses(test: str) -> tuple[str, ...]:
    """A test of tests/test_losses.py."""
    return (f"tests/test_losses.py::test_{test}",)


def updates(case: str) -> tuple[str, ...]:
    """The updates of an optimizer of tests/cases.py beside those of Keras."""
    return (f"tests/parity/test_optimizers.py::test_updates[{case}]",)


def optimizers(test: str) -> tuple[str, ...]:
    """A test of tests/test_optimizers.py."""
    return (f"tests/test_optimizers.py::test_{test}",)


def assessment(test: str) -> tuple[str, ...]:
    """A test of tests/test_assessment.py."""
    return (f"tests/test_assessment.py::test_{test}",)


def scores(test: str) -> tuple[str, ...]:
    """A test of tests/runtime/test_scores.py."""
    return (f"tests/runtime/test_scores.py::test_{test}",)


def history(test: str) -> tuple[str, ...]:
    """A test of tests/runtime/test_history.py."""
    return (f"tests/runtime/test_history.py::test_{test}",)


def followed(test: str) -> tuple[str, ...]:
    """A test of tests/test_callbacks.py."""
    return (f"tests/test_callbacks.py::test_{test}",)


def epochs(test: str) -> tuple[str, ...]:
    """A test of tests/test_epochs.py."""
    return (f"tests/test_epochs.py::test_{test}",)


def process(test: str) -> tuple[str, ...]:
    """A test of tests/test_training.py."""
    return (f"tests/test_training.py::test_{test}",)


def verifying(test: str) -> tuple[str, ...]:
    """A test of tests/test_verify.py."""
    return (f"tests/test_verify.py::test_{test}",)


def arrays(test: str) -> tuple[str, ...]:
    """A test of tests/data/test_arrays.py."""
    return (f"tests/data/test_arrays.py::test_{test}",)


def tables(test: str) -> tuple[str, ...]:
    """A test of tests/data/test_tables.py."""
    return (f"tests/data/test_tables.py::test_{test}",)
