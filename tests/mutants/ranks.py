"""Processes that share a training."""

from tests.mutants.mutant import Edit, Mutant, classes

RANKS = "templates/runtime/ranks.py"
TRAINING = "templates/training.j2"
TRAINS = "ranks_train_as_one_process_does"


def by_ranks(test: str, source: int) -> tuple[str, ...]:
    """A test of tests/reach/test_ranks.py, of one of its specs."""
    return (f"tests/reach/test_ranks.py::test_{test}[source{source}]",)


DENSE, NORMALIZED = 0, 1
DRAWS = ("dropout(0.5)", "dense(4)")

MUTANTS = (
    Mutant(
        "shares_counted_twice",
        "each process takes the first shares, as if it were rank 0",
        (Edit(RANKS, "MINE = slice(RANK, None", "MINE = slice(0, None"),),
        classes(),
        by_ranks(TRAINS, DENSE),
        ranks=2,
    ),
    Mutant(
        "gradients_averaged",
        "gradients are divided by the number of processes, though each has its part",
        (
            Edit(
                RANKS,
                "Allgatherv(in_pairs(part),",
                "Allgatherv(in_pairs(part) / RANKS,",
            ),
        ),
        classes(),
        by_ranks(TRAINS, DENSE),
        ranks=2,
    ),
    Mutant(
        "statistics_of_own_shares",
        "batches are normalized by the means of the shares that a process has",
        (
            Edit(
                "templates/runtime/in_step_of_ranks.py",
                "mean = add_up(np.stack([p * array for p, array in zip(parts, arrays)]))",
                "own = np.stack([p * array for p, array in zip(parts, arrays)])\n"
                "        mean = own.sum(axis=0) / max(sum(parts), 1e-9)",
            ),
        ),
        classes("dense(4)", "batch_normalization"),
        by_ranks(TRAINS, NORMALIZED),
        ranks=2,
    ),
    Mutant(
        "draws_of_other_shares",
        "each process draws for its shares what rank 0 draws for the first ones",
        (
            Edit(
                TRAINING,
                "rng.spawn(SHARES){% if n.ranks %}[MINE]{% endif %}",
                "rng.spawn(SHARES)",
            ),
        ),
        classes(*DRAWS),
        by_ranks(TRAINS, DENSE),
        ranks=2,
    ),
    Mutant(
        "validated_on_own_samples",
        "the loss of a part is that of the samples which a process has",
        (
            Edit(
                TRAINING,
                "sums = add_up(sums[None]).sum(axis=0)",
                "sums = sums.sum(axis=0)",
            ),
        ),
        classes(),
        by_ranks(TRAINS, DENSE),
        ranks=2,
    ),
    Mutant(
        "scores_of_own_predictions",
        "metrics of all predictions are of those that a process has made",
        (Edit(TRAINING, "{% else %}\nadd_up(p[None])\n", "{% else %}\np[None]\n"),),
        classes(more="metrics = [f1_score]"),
        by_ranks(TRAINS, DENSE),
        ranks=2,
    ),
    Mutant(
        "empty_shares_count",
        "a rank without a sample counts the one that it is in step with",
        (
            Edit(
                TRAINING,
                "        parts = np.array([share.size for share in shares]) / rows.size\n"
                "{% if n.joins %}\n",
                "        parts = np.array([max(1, share.size) for share in shares]) / rows.size\n"
                "{% if n.joins %}\n",
            ),
        ),
        classes("dense(4)", "batch_normalization"),
        by_ranks("a_script_for_one_process_learns_the_same", NORMALIZED),
        ranks=2,
    ),
)
