"""Poolings, and layers that make an image larger or smaller."""

from tests.mutants.mutant import Edit, Mutant, classes

MAX = "templates/layers/max_pooling.j2"
AVERAGE = "templates/layers/average_pooling.j2"
GLOBAL = "templates/layers/global_max_pooling.j2"
PLAN = "nnspec/targets/numpy/steps/pooling.py"
TABLE = "nnspec/table/pooling.py"
WINDOWS = "nnspec/table/windows.py"
ARRAYS = "nnspec/targets/numpy/arrays.py"
NOISE = "nnspec/table/noise.py"


def tests(*names: str) -> tuple[str, ...]:
    """Tests of tests/test_pooling.py."""
    return tuple(f"tests/test_pooling.py::test_{name}" for name in names)


def pooled(*layers: str) -> str:
    """A spec that pools what a product makes of its samples."""
    return classes("dense(12)", "reshape(3, 4, 1)", *layers, "flatten")


MUTANTS = (
    Mutant(
        "padding_within_the_mean",
        "what is around the input counts in the mean",
        (
            Edit(
                "templates/runtime/cells_within.py",
                "np.minimum(first + size, n) - np.maximum(first, 0)",
                "0 * first + size",
            ),
        ),
        pooled("average_pooling2d(2, padding=same)"),
        tests("windows_one_by_one[average-2-same]"),
    ),
    Mutant(
        "padding_is_the_largest",
        "around the input there are zeros, which are more than what is below 0",
        (Edit(PLAN, 'Code("-math.inf" if is_max else "0.0")', 'Code("0.0")'),),
        pooled("max_pooling2d(2, padding=same)"),
        tests("windows_one_by_one[max-2-same]"),
    ),
    Mutant(
        "derivative_to_all_that_are_the_largest",
        "each of several cells that are the largest is given the whole derivative",
        (Edit(MAX, "    {{ op.first }} &= {{ op.left }}\n", ""),),
        pooled("max_pooling2d(2)"),
        tests("of_a_constant_patch_the_first_cell_has_the_derivative"),
    ),
    Mutant(
        "derivative_by_columns",
        "the places of a window are taken column by column",
        (
            Edit(
                "templates/windows.j2",
                "for {{ op.names }} in ",
                "for {% if op.plane %}j, i{% else %}{{ op.names }}{% endif %} in ",
            ),
        ),
        pooled("max_pooling2d(2)"),
        tests("of_two_that_are_as_large_the_one_above_comes_first"),
    ),
    Mutant(
        "windows_that_overlap_replace",
        "the derivative by a cell is that of the last window that it is in",
        (
            Edit(
                MAX,
                "{{ op.d_cells }}{{ op.at }} += {{ op.part }}",
                "{{ op.d_cells }}{{ op.at }} = {{ op.part }}",
            ),
        ),
        pooled("max_pooling2d(2, 1)"),
        tests("windows_one_by_one[max-2-valid]"),
    ),
    Mutant(
        "cells_of_no_window_keep_what_they_had",
        "the derivative by cells that are in no window is not cleared",
        (Edit(PLAN, "any(axis.gaps for axis in axes)", "False"),),
        pooled("max_pooling2d(2)"),
        tests("cells_of_no_window_have_no_derivative"),
    ),
    Mutant(
        "strides_of_one",
        "windows begin at each cell unless strides are given",
        (Edit(TABLE, "size if strides is None else strides", "strides or 1"),),
        pooled("max_pooling2d(2)"),
        ("tests/parity/test_pooling.py::test_poolings[max-2-valid]",),
    ),
    Mutant(
        "odd_cell_at_the_near_end",
        "of an odd number of cells that are added, more come first",
        (
            Edit(
                WINDOWS,
                "return lacking // 2, lacking - lacking // 2",
                "return lacking - lacking // 2, lacking // 2",
            ),
        ),
        pooled("average_pooling2d(2, padding=same)"),
        ("tests/parity/test_pooling.py::test_poolings[average-2-same]",),
    ),
    Mutant(
        "maximum_written_over",
        "an activation writes over the maxima that cells are compared with",
        (Edit(PLAN, "looks=(padded or x, y, *kept)", "looks=(padded or x, *kept)"),),
        pooled("max_pooling2d(2)", "sigmoid"),
        tests("an_activation_leaves_what_a_maximum_is_compared_with"),
    ),
    Mutant(
        "all_the_largest_of_a_channel_have_its_derivative",
        "what several largest values of a channel are given is not shared",
        (
            Edit(
                GLOBAL,
                "{{ op.dy }} /= np.sum({{ op.dx }}, {{ sums(op) }})",
                "{{ op.dy }} /= 1.0",
            ),
        ),
        pooled("global_max_pooling2d"),
        tests("all_that_are_the_largest_of_a_channel_share_its_derivative"),
    ),
    Mutant(
        "windows_that_do_not_meet",
        "of windows whose number is given, each ends where the next one begins",
        (
            Edit(
                "templates/runtime/adaptive_windows.py",
                "-(-(i + 1) * n // m)",
                "(i + 1) * n // m",
            ),
        ),
        pooled("adaptive_average_pooling2d((2, 3))"),
        tests("windows_of_a_given_number_differ_by_a_cell"),
    ),
    Mutant(
        "first_of_the_largest_by_rows",
        "of several that are as large, the one in the first row has the derivative",
        (
            Edit(
                "templates/runtime/adaptive_max_back.py",
                "*range(last - 1, 0, -1)",
                "*range(1, last)",
            ),
        ),
        pooled("adaptive_max_pooling2d(2)"),
        ("tests/parity/test_pooling.py::test_others[(3, 4, 2)]",),
    ),
    Mutant(
        "zeros_written_over",
        "an activation writes over the zeros around the input",
        (Edit(ARRAYS, "value.pinned or value.filled is not None", "value.pinned"),),
        pooled("zero_padding2d", "sigmoid"),
        tests("zeros_around_stay_zeros"),
    ),
    Mutant(
        "bilinear_from_corners",
        "cells are taken to lie at their corners, not in their middle",
        (
            Edit(
                "templates/runtime/bilinear.py",
                "(np.arange(n * factor) + 0.5) / factor - 0.5",
                "np.arange(n * factor) / factor",
            ),
        ),
        pooled("upsampling2d(2, bilinear)"),
        (
            "tests/runtime/test_cells.py::test_weights_are_those_between_centres"
            "[float64]",
        ),
    ),
    Mutant(
        "dropout_of_whole_channels_by_the_value",
        "a spatial dropout draws for each value",
        (Edit(NOISE, "(None, *(1,) * rank, None)", "None"),),
        pooled("spatial_dropout2d(0.4)"),
        (
            "tests/test_noise.py::test_a_spatial_dropout_drops_whole_channels[2-2, 3, 6]",
        ),
    ),
)
