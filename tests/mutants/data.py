"""Data: which samples are set apart, what is learnt from which, and in which order."""

from tests.mutants.mutant import Edit, Mutant, arrays, classes, tables

DATA = "templates/data.j2"
SPLIT = "templates/runtime/split_off.py"
DEVIATION = "templates/runtime/mean_and_deviation.py"
PLAN = "nnspec/targets/numpy/transforms.py"
LEARNING = "tests/runtime/test_learning.py::test_"
IRIS = 'csv("examples/data/iris.csv", target="species")'


def made_up(*transforms: str) -> str:
    """A spec with these transforms of samples that are made up."""
    return classes(data="\n  ".join(["spirals(samples=60)", *transforms]))


MUTANTS = (
    Mutant(
        "validation_from_the_front",
        "the first samples are for validation, not the last",
        (
            Edit(
                SPLIT,
                "parts[part] = tuple(array[start:stop]",
                "parts[part] = tuple(array[: stop - start]",
            ),
        ),
        made_up("split(validation=0.2)"),
        arrays("the_last_samples_are_split_off[split(0.2)]"),
    ),
    Mutant(
        "split_rounded_down",
        "a share that is no whole number of samples is rounded down, not up",
        (
            Edit(
                SPLIT, "math.floor(count * (1 - size))", "math.ceil(count * (1 - size))"
            ),
        ),
        made_up("split(validation=0.31)"),
        arrays("the_last_samples_are_split_off[split(0.25)]"),
    ),
    Mutant(
        "validation_behind_the_test",
        "the last samples are for validation, and those before for the test",
        (
            Edit(
                SPLIT,
                '{"test": test, "validation": validation}',
                '{"validation": validation, "test": test}',
            ),
        ),
        made_up("split(validation=0.2, test=0.2)"),
        arrays("the_last_samples_are_split_off[split(validation=2, test=0.3)]"),
    ),
    Mutant(
        "trained_on_what_is_set_apart",
        "the samples that are set apart stay in the training part, too",
        (
            Edit(
                SPLIT,
                'parts["train"] = tuple(array[:stop]',
                'parts["train"] = tuple(array[:count]',
            ),
        ),
        made_up("split(validation=0.2)"),
        arrays("the_last_samples_are_split_off[split(0.2)]"),
    ),
    Mutant(
        "share_of_what_is_left",
        "the share for validation is one of what the test part leaves",
        (
            Edit(
                SPLIT,
                "start = stop - (count - cut)",
                "start = stop - (count - cut) * stop // count",
            ),
        ),
        made_up("split(validation=0.2, test=0.2)"),
        arrays("the_last_samples_are_split_off[split(validation=2, test=0.3)]"),
    ),
    Mutant(
        "samples_drawn_without_their_labels",
        "a split with a seed mixes the samples, and leaves the labels as they are",
        (
            Edit(
                "templates/transforms/split.j2",
                'tuple(array[order] for array in parts["train"])',
                'parts["train"][0][order], parts["train"][1]',
            ),
        ),
        made_up("split(validation=0.2, seed=3)"),
        arrays("drawn_samples_keep_their_labels"),
    ),
    Mutant(
        "split_drawn_with_another_seed",
        "the samples that are drawn are not those of the seed",
        (
            Edit(
                "templates/transforms/split.j2",
                "order = np.random.default_rng({{ s.seed }})",
                "order = np.random.default_rng({{ s.seed }} * 0)",
            ),
        ),
        made_up("split(validation=0.2, seed=3)"),
        arrays("a_seed_draws_the_samples"),
    ),
    Mutant(
        "stratified_by_blocks",
        "the samples of a class stay together, and the last classes are set apart",
        (
            Edit(
                "templates/runtime/stratified_order.py",
                "np.argsort((rank + 0.5) / counts[labels], kind=",
                "np.argsort(labels + rank / len(y), kind=",
            ),
        ),
        made_up("split(validation=0.2, stratify=true)"),
        arrays("made_up_classes[moons(samples=90)]"),
    ),
    Mutant(
        "learnt_from_all_parts",
        "means and deviations are those of all parts, not of the training part",
        (
            Edit(
                DATA,
                'learn(parts["train"][0], learnt)\n',
                "learn(np.concatenate([x for x, _ in parts.values()]), learnt)\n",
            ),
        ),
        made_up("split(test=0.2)", "standardize()"),
        tables("all_is_learnt_from_the_training_part_alone"),
    ),
    Mutant(
        "learnt_anew_in_evaluation",
        "what the training has learnt is not used for what comes later",
        (Edit(DATA, "    if fresh:\n", "    if True:\n"),),
        made_up("minmax()"),
        tables("what_was_learnt_is_used_for_evaluation"),
    ),
    Mutant(
        "learnt_before_the_transforms",
        "a transform learns from samples as they are in the file",
        (
            Edit(
                DATA,
                "so_far = partial("
                "prepare{% if suffix %}{{ suffix }}{% endif %}, learnt=learnt)",
                "so_far = np.asarray",
            ),
        ),
        made_up("scale(2)", "standardize()"),
        arrays("transforms_go_in_their_order"),
    ),
    Mutant(
        "deviation_without_bias",
        "squares are divided by n - 1, not by n",
        (
            Edit(
                DEVIATION,
                "np.sqrt(squares / np.maximum(count, 1))",
                "np.sqrt(squares / np.maximum(count - 1, 1))",
            ),
        ),
        made_up("standardize()"),
        (f"{LEARNING}many_blocks_and_the_transforms_so_far",),
    ),
    Mutant(
        "divided_by_the_variance",
        "samples are divided by the variance, not by the deviation",
        (
            Edit(
                DEVIATION,
                "np.sqrt(squares / np.maximum(count, 1))",
                "squares / np.maximum(count, 1)",
            ),
        ),
        made_up("standardize()"),
        (f"{LEARNING}many_blocks_and_the_transforms_so_far",),
    ),
    Mutant(
        "constants_divided_by_nothing",
        "a feature that is always the same is divided by what rounding leaves",
        (Edit(DEVIATION, "deviation[constant] = 1.0", "deviation[constant] *= 1.0"),),
        made_up("standardize()"),
        (f"{LEARNING}constants_are_found_in_spite_of_rounding",),
    ),
    Mutant(
        "missing_values_counted",
        "the mean is the sum of the known values by the number of all",
        (
            Edit(
                "templates/runtime/fill_mean.py",
                "count = count + np.sum(~np.isnan(block), axis=0)",
                "count = count + np.full(block.shape[1:], len(block))",
            ),
        ),
        made_up("impute(mean)"),
        arrays("impute[mean]"),
    ),
    Mutant(
        "median_is_the_mean",
        "impute(median) fills in the mean",
        (Edit(PLAN, '"median": Code("np.median")', '"median": Code("np.mean")'),),
        made_up("impute(median)"),
        arrays("impute[median]"),
    ),
    Mutant(
        "minmax_by_the_largest",
        "samples are divided by the largest value, not by the range",
        (
            Edit(
                "templates/runtime/low_and_range.py",
                "width = np.asarray(high - low)",
                "width = np.asarray(high + 0.0)",
            ),
        ),
        made_up("minmax()"),
        arrays("transforms_go_in_their_order"),
    ),
    Mutant(
        "offset_before_the_factor",
        "(x + offset) * factor, not x * factor + offset",
        (
            Edit(
                "templates/transforms/scale.j2",
                "x = np.multiply(x, {{ t.factor }}, dtype={{ t.floats }}){{ t.offset }}",
                "x = np.multiply(x{{ t.offset }}, {{ t.factor }}, dtype={{ t.floats }})",
            ),
        ),
        made_up("scale(2, -1)"),
        arrays("scale_makes_floats_of_bytes"),
    ),
    Mutant(
        "classes_by_appearance",
        "classes are numbered as they come in the file, not in sorted order",
        (
            Edit(
                "templates/runtime/learn_categories.py",
                "known.sort(key=texts.__getitem__)",
                "known.reverse()",
            ),
        ),
        classes("input(4)", data=IRIS),
        tables("texts_of_the_target_are_classes_in_sorted_order"),
    ),
    Mutant(
        "one_hot_of_the_class_before",
        "the label of a class is 1 at the class before it",
        (
            Edit(
                "templates/runtime/one_hot_labels.py",
                "np.eye(shape[-1])",
                "np.eye(shape[-1], k=-1)",
            ),
        ),
        classes(
            data="spirals(samples=60)\n  one_hot(target)",
            loss="categorical_crossentropy",
        ),
        arrays("one_hot_labels"),
    ),
    Mutant(
        "transforms_in_another_order",
        "the last transform comes first",
        (
            Edit(
                PLAN,
                "return (*steps, *shaping) if table else (*shaping, *steps)",
                "return (*steps[::-1], *shaping) if table else (*shaping, *steps[::-1])",
            ),
        ),
        made_up("minmax()", "scale(2, 1)"),
        arrays("transforms_go_in_their_order"),
    ),
)
