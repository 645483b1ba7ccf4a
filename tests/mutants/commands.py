"""Commands: which trials a sweep gives up, weights in other files, scripts of Keras."""

from tests.mutants.mutant import Edit, Mutant

STUDY, TRIES = "nnspec/sweep/study.py", "nnspec/sweep/tries.py"
SLOTS, NETWORK = "nnspec/weights/slots.py", "nnspec/targets/keras/network.py"
SPELLING = "nnspec/targets/keras/spelling.py"


def sweeps(test: str) -> tuple[str, ...]:
    """A test of tests/test_sweep.py."""
    return (f"tests/test_sweep.py::test_{test}",)


def keras(test: str) -> tuple[str, ...]:
    """A test of tests/test_keras_scripts.py."""
    return (f"tests/test_keras_scripts.py::test_{test}",)


EXCHANGE = ("tests/parity/test_exchange.py::test_weights_go_to_keras_and_back",)

MUTANTS = (
    Mutant(
        "gives_up_the_better_half",
        "trials that are better than half of the others are given up",
        (
            Edit(
                STUDY,
                "best < median(known) if self.rises",
                "best > median(known) if self.rises",
            ),
        ),
        "",
        sweeps("the_worse_half_is_given_up[True]"),
    ),
    Mutant(
        "gives_up_by_few",
        "two others are enough to give a trial up",
        (Edit(STUDY, "_EPOCHS, _OTHERS = 3, 4", "_EPOCHS, _OTHERS = 3, 2"),),
        "",
        sweeps("the_worse_half_is_given_up[False]"),
    ),
    Mutant(
        "log_is_uniform",
        "a range of exponents is drawn from as if it was one of numbers",
        (
            Edit(
                TRIES,
                "rng.uniform(math.log(self.low), math.log(self.high))",
                "math.log(rng.uniform(self.low, self.high))",
            ),
        ),
        "",
        sweeps("a_grid_has_all_and_ranges_are_drawn_within"),
    ),
    Mutant(
        "the_worst_is_told",
        "the trials are told from the worst to the best",
        (
            Edit(
                STUDY,
                "key=lambda t: t.best(rises=self.rises), reverse=self.rises",
                "key=lambda t: t.best(rises=self.rises), reverse=not self.rises",
            ),
        ),
        "",
        sweeps("the_worse_half_is_given_up[True]"),
    ),
    Mutant(
        "layers_in_another_order",
        "layers that are as far from the end stand the other way round in a file",
        (
            Edit(
                SLOTS,
                "(-depths[c.name], seen[c.name])",
                "(-depths[c.name], -seen[c.name])",
            ),
        ),
        "",
        EXCHANGE,
    ),
    Mutant(
        "shared_layers_of_their_own",
        "in Keras, a layer that is called twice is made twice",
        (Edit(NETWORK, "elif owner in shared:", 'elif owner == "":'),),
        "",
        keras("a_graph_is_functional_and_a_shared_layer_is_one"),
    ),
)
