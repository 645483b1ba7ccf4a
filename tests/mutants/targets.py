"""Targets: in which order they are undone, and what is learnt of which rows; folds."""

from tests.mutants.mutant import Edit, Mutant

DIABETES = 'csv("examples/data/diabetes.csv", target="progression")'
IRIS = 'csv("examples/data/iris.csv", target="species")'
TARGETS = "tests/test_targets.py::test_"
FOLDS = "tests/test_folds.py::test_"
OWN = "tests/test_reconstruct.py::test_"


def values(*transforms: str) -> str:
    """A spec of a target of values that these transforms change."""
    lines = "\n  ".join([DIABETES, "standardize()", *transforms])
    return (
        f"data {{\n  {lines}\n}}\nnetwork {{\n  input(10)\n  dense(4, relu)\n  dense(1)\n}}\n"
        "training {\n  loss = mse\n  optimizer = adam\n  metrics = [mae]\n}\n"
    )


def folded(folds: str) -> str:
    """A spec with folds, of three classes."""
    lines = "\n  ".join([IRIS, "standardize()", folds])
    return (
        f"data {{\n  {lines}\n}}\nnetwork {{\n  input(4)\n  dense(3, softmax)\n}}\n"
        "training {\n  loss = sparse_categorical_crossentropy\n  optimizer = adam\n}\n"
    )


MUTANTS = (
    Mutant(
        "target_undone_in_its_order",
        "the first transform of the target is undone first, not last",
        (
            Edit(
                "templates/targets.j2",
                "{% for step in labels.steps | reverse %}",
                "{% for step in labels.steps %}",
            ),
        ),
        values("scale(2, of=target)", "log(target, 1000)", "standardize(target)"),
        (f"{TARGETS}metrics_and_predictions_are_in_units_of_the_table[all]",),
    ),
    Mutant(
        "target_learnt_from_all_rows",
        "mean and deviation of the target are those of all parts",
        (
            Edit(
                "templates/data.j2",
                'learn_target(parts["train"][1], learnt)',
                "learn_target(np.concatenate([y for _, y in parts.values()]), learnt)",
            ),
        ),
        values("standardize(target)", "split(test=0.3)"),
        (f"{TARGETS}targets_are_those_of_scikit_learn[standardize]",),
    ),
    Mutant(
        "metrics_in_units_of_the_loss",
        "metrics are of the targets as the loss takes them",
        (
            Edit(
                "templates/network.j2",
                "    y, p = restore_target(y, learnt), restore_target(p, learnt)\n",
                "    restore_target(y, learnt)\n",
            ),
        ),
        values("standardize(target)", "split(test=0.3)"),
        (f"{TARGETS}metrics_and_predictions_are_in_units_of_the_table[standardize]",),
    ),
    Mutant(
        "fold_in_the_training_part",
        "a fold is trained on, too",
        (
            Edit(
                "templates/runtime/cut_fold.py",
                "rows = np.sort(folds.pop(fold - 1))",
                "rows = np.sort(folds[fold - 1])",
            ),
        ),
        folded("folds(5)"),
        (f"{FOLDS}folds_are_as_large_as_those_of_scikit_learn[-npz]",),
    ),
    Mutant(
        "means_of_all_folds",
        "what is learnt is that of all folds",
        (
            Edit(
                "templates/data.j2",
                '        learn(parts["train"][0], learnt)\n',
                "        learn(np.concatenate([x for x, *_ in parts.values()]), learnt)\n",
            ),
        ),
        folded("folds(5)"),
        (f"{FOLDS}means_are_those_of_the_other_folds_and_categories_of_all",),
    ),
    Mutant(
        "validation_left_out_of_folds",
        "the validation part of a split is in no fold",
        (
            Edit(
                "nnspec/targets/numpy/transforms.py",
                '"0 if fold else " * folds',
                '""',
            ),
            Edit(
                "templates/runtime/cut_fold.py",
                'if "validation" in parts:',
                'if "validation" in parts and not parts:',
            ),
        ),
        folded("folds(5)\n  split(validation=0.2)"),
        (f"{FOLDS}the_test_part_stays_out_and_validation_goes_back[csv]",),
    ),
    Mutant(
        "classes_cut_in_a_row",
        "the rows of a class are not dealt out: a fold has those of one class",
        (
            Edit(
                "templates/runtime/dealt.py",
                "np.concatenate([by_label[start::count] for start in range(count)])",
                "by_label",
            ),
        ),
        folded("folds(5, stratify=true)"),
        (f"{FOLDS}folds_are_as_large_as_those_of_scikit_learn[true-npz]",),
    ),
    Mutant(
        "vocabulary_of_a_fold",
        "each fold learns a vocabulary of its own",
        (
            Edit(
                "templates/data.j2",
                'learn(parts["train"][0], learnt)  # the vocabulary is that of all folds',
                "pass",
            ),
        ),
        "data {\n"
        '  csv("examples/data/iris.csv", target="petal_width", features=["species"])\n'
        "  bag_of_words(9)\n  folds(3)\n}\nnetwork {\n  dense(1)\n}\n"
        "training {\n  loss = mse\n}\n",
        (f"{FOLDS}a_vocabulary_is_that_of_all_folds_and_weights_are_not",),
    ),
    Mutant(
        "labels_as_the_network_takes_them",
        "labels of `reconstruct` are changed by what stands after it, too",
        (
            Edit(
                "nnspec/targets/numpy/data.py",
                "prepared = before == len(kept) and not lazy",
                "prepared = not lazy",
            ),
        ),
        'data {\n  csv("examples/data/diabetes.csv")\n  reconstruct\n  standardize()\n}\n'
        "network {\n  input(11)\n  dense(11)\n}\ntraining {\n  loss = mse\n  optimizer = adam\n}\n",
        (f"{OWN}labels_are_samples_as_they_are_at_this_place[in_archive]",),
    ),
)
