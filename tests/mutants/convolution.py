"""Convolutions, and the shares of a batch that threads take."""

from tests.mutants.mutant import Edit, Mutant, classes, gradcheck

CONVOLVE = "templates/runtime/general_convolve.py"
PLAIN = "templates/runtime/convolve.py"
WINDOW_ROWS = "templates/runtime/windows.py"
UNFOLDED = "templates/runtime/unfolded.py"
UNFRAMED = "templates/runtime/unframed.py"
TRAINING = "templates/training.j2"
BATCH = "templates/layers/batch_normalization.j2"
WINDOWS = "nnspec/table/windows.py"


def times(strides: str = "1, 1", dilation: str = "1, 1", groups: int = 1) -> str:
    """A case of tests/runtime/test_convolve.py: sums beside those written out."""
    return f"the_windows_times_the_kernel[{case(strides, dilation, groups)}]"


def case(strides: str = "1, 1", dilation: str = "1, 1", groups: int = 1) -> str:
    """A point of the grid of that file, two images at once."""
    steps = f"'strides': ({strides}), 'dilation': ({dilation})"
    pads = "((0, 0), (0, 0))"
    return f"{{{steps}, 'pads': {pads}, 'groups': {groups}, 'at_once': 2}}"


def plain(channels: int) -> str:
    """A case of the same file: a plain convolution beside one of the general kind."""
    return f"a_plain_convolution_is_one_of_the_general_kind[{case()}-{channels}]"


def runtime(test: str) -> tuple[str, ...]:
    """A test of tests/runtime/test_convolve.py."""
    return (f"tests/runtime/test_convolve.py::test_{test}",)


def shared(test: str) -> tuple[str, ...]:
    """A test of tests/test_shares.py."""
    return (f"tests/test_shares.py::test_{test}",)


def grid(layer: str) -> tuple[str, ...]:
    """A part of the grid of a layer beside Keras."""
    test = "tests/parity/test_convolutions.py::test_values_and_derivatives"
    return (f"{test}[{layer}-0]",)


def convolved(*layers: str) -> str:
    """A spec of convolutions over what a product makes of its samples."""
    return classes("dense(48)", "reshape(8, 3, 2)", *layers, "flatten")


NORMALIZED = convolved("conv2d(4, 2)", "batch_normalization", "relu")


def by_filters(file: str, old: str) -> Edit:
    """An edit that takes a depthwise convolution's channels filter by filter."""
    new = old.replace("c, m)", "m, c).swapaxes(-1, -2)")
    return Edit(f"templates/runtime/{file}.py", old, new)


MUTANTS = (
    Mutant(
        "kernel_turned_round",
        "the kernel is turned round, as in the mathematicians' convolution",
        (Edit(CONVOLVE, "kernel.reshape(-1", "kernel[::-1, ::-1].reshape(-1"),),
        convolved("conv2d(4, 2, 2)"),
        runtime(times()),
    ),
    Mutant(
        "plain_kernel_turned_round",
        "the kernel is turned round where windows lie side by side",
        (Edit(PLAIN, "kernel.reshape(-1", "kernel[::-1, ::-1].reshape(-1"),),
        convolved("conv2d(4, 2)"),
        runtime(plain(4)),
    ),
    Mutant(
        "windows_from_below",
        "the windows of few channels have their last row first",
        (Edit(WINDOW_ROWS, "cells[i, j] =", "cells[height - 1 - i, j] ="),),
        classes("dense(48)", "reshape(8, 6, 1)", "conv2d(4, 2)", "flatten"),
        runtime(plain(1)),
    ),
    Mutant(
        "channels_before_cells",
        "the windows have the cells of the first channel first, then the second's",
        (
            Edit(
                WINDOW_ROWS,
                "view.transpose(0, 1, 2, 4, 5, 3)",
                "view.transpose(0, 1, 2, 3, 4, 5)",
            ),
        ),
        classes("dense(48)", "reshape(4, 3, 4)", "conv2d(4, 2)", "flatten"),
        runtime(plain(4)),
    ),
    Mutant(
        "kernel_not_turned_on_the_way_back",
        "the derivative by the input is taken with the kernel as it is",
        (
            Edit(
                "templates/runtime/flipped.py",
                "kernel[::-1, ::-1]",
                "kernel",
            ),
        ),
        convolved("conv2d(4, 2)"),
        runtime(plain(4)),
    ),
    Mutant(
        "filters_dealt_to_groups_in_turn",
        "the first filter is the first group's, the second one the second group's",
        (
            Edit(
                CONVOLVE,
                "kernel.reshape(-1, groups, each).swapaxes(0, 1)",
                "kernel.reshape(-1, each, groups).transpose(2, 0, 1)",
            ),
        ),
        convolved("conv2d(4, 2, groups=2)"),
        runtime(times(groups=2)),
    ),
    Mutant(
        "same_padding_before",
        "of an odd number of cells that are added, more come first",
        (
            Edit(
                WINDOWS,
                "return lacking // 2, lacking - lacking // 2",
                "return lacking - lacking // 2, lacking // 2",
            ),
        ),
        convolved("conv2d(4, 2, padding=same)"),
        ("tests/test_windows.py::test_padding_adds_just_what_windows_lack[same]",),
    ),
    Mutant(
        "causal_padding_after",
        "a causal convolution sees what comes, and not what was",
        (Edit(WINDOWS, "return reach(k, d) - 1, 0", "return 0, reach(k, d) - 1"),),
        classes(
            "dense(12)", "reshape(6, 2)", "conv1d(4, 3, padding=causal)", "flatten"
        ),
        ("tests/test_windows.py::test_padding_adds_just_what_windows_lack[causal]",),
    ),
    Mutant(
        "dilation_ignored",
        "the cells of a window are next to each other",
        (Edit(UNFOLDED, "dh * row, dw * column", "row, column"),),
        convolved("conv2d(4, 2, dilation_rate=(2, 1))"),
        runtime(times(dilation="2, 1")),
    ),
    Mutant(
        "strides_swapped",
        "windows move down by the stride across, and across by the one down",
        (Edit(UNFOLDED, "sh * row, sw * column", "sw * row, sh * column"),),
        convolved("conv2d(4, 2, (2, 1))"),
        runtime(times("3, 2")),
    ),
    Mutant(
        "channels_of_filters",
        "the output has filter m of channel c at m * channels + c, as in all three",
        (
            by_filters("depthwise", "(len(images), *sites, c, m)"),
            by_filters("depthwise_input", "(-1, *sites, c, m)"),
            by_filters("depthwise_kernel", "(len(images), *sites, c, m)"),
        ),
        convolved("depthwise_conv2d(2, depth_multiplier=3)"),
        runtime(f"depthwise[{case()}-3]"),
    ),
    Mutant(
        "frame_of_the_images_before",
        "derivatives are added to those of the images before",
        (
            Edit(
                UNFRAMED,
                "        part[...] = 0.0\n",
                "        part[...] *= first != 0\n",
            ),
        ),
        convolved("conv2d(4, 2, 2)"),
        runtime(f"the_derivatives_are_adjoint[{case()}-4]"),
    ),
    Mutant(
        "bias_of_the_first_row",
        "the bias has the derivative of the first step or row, not the sum",
        (
            Edit(
                "templates/layers/convolution.j2",
                "sum_sites({{ op.dy }}, ",
                "sum_sites({{ op.dy }}[:, :1], ",
            ),
        ),
        convolved("conv2d(4, 2)"),
        gradcheck(
            "conv1d(4, 3, activation=tanh); conv1d(3, 2, 2, same, 1, 1, elu, false); "
            "flatten; dense(2) | 9, 2"
        ),
    ),
    Mutant(
        "transpose_cropped_at_the_far_end",
        "of an odd number of cells of a transpose, more are cut off at its end",
        (
            Edit(
                WINDOWS,
                "min(added - added // 2, span - 1)",
                "min(added // 2, span - 1)",
            ),
        ),
        convolved("conv2d_transpose(4, 3, 2, same)"),
        grid("conv2d_transpose"),
    ),
    Mutant(
        "shares_of_one_weight",
        "the gradients of shares count alike, however many samples these have",
        (
            Edit(
                TRAINING,
                "np.dot(parts.astype(DTYPE), state.shares",
                "np.dot(np.full_like(parts, 1 / parts.size, DTYPE), state.shares",
            ),
        ),
        convolved("conv2d(4, 2)"),
        shared("shared_batches_are_whole_ones"),
    ),
    Mutant(
        "shares_draw_alike",
        "the samples of all shares lose the same values",
        (
            Edit(
                TRAINING,
                "rngs = rng.spawn(SHARES)",
                "rngs = [np.random.default_rng([{{ p.form.seed }}, epoch]) for _ in state.dw]",
            ),
        ),
        convolved("conv2d(4, 2)", "dropout(0.5)"),
        shared("each_share_draws_for_itself"),
    ),
    Mutant(
        "shares_centred_alone",
        "each share is normalized by its own mean",
        (
            Edit(
                BATCH, "yield mean  # `in_step` makes it that of the whole batch\n", ""
            ),
        ),
        NORMALIZED,
        shared("shared_batches_are_whole_ones"),
    ),
    Mutant(
        "every_share_moves_the_means",
        "the running means move once for each share",
        (Edit(BATCH, "if a.share == 0:", "if a.share >= 0:"),),
        NORMALIZED,
        shared("shared_batches_are_whole_ones"),
    ),
    Mutant(
        "means_of_shares_of_one_weight",
        "the means of shares count alike, however many samples these have",
        (
            Edit(
                "templates/runtime/in_step.py",
                "sum(map(operator.mul, parts, arrays))",
                "sum(arrays) / len(arrays)",
            ),
        ),
        NORMALIZED,
        shared("shared_batches_are_whole_ones"),
    ),
    Mutant(
        "derivatives_of_shares_of_one_scale",
        "derivatives of a share's loss are averaged as if they were of the batch's",
        (Edit(BATCH, ") * a.part", ")"), Edit(BATCH, "means / a.part", "means")),
        NORMALIZED,
        shared("shared_batches_are_whole_ones"),
    ),
)
