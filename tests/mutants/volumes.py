"""Layers over volumes."""

from tests.mutants.mutant import Edit, Mutant, classes

SLICED = "templates/runtime/sliced.py"
INPUT = "templates/runtime/volume_convolve_input.py"


def volumes(*layers: str) -> str:
    """A spec of layers over volumes that a product makes of its samples."""
    return classes("dense(36)", "reshape(3, 3, 2, 2)", *layers, "flatten")


def runtime(test: str, strides: str = "1, 1, 1", groups: int = 1) -> tuple[str, ...]:
    """A point of the grid of tests/runtime/test_volumes.py."""
    steps = f"'strides': ({strides}), 'dilation': (1, 1, 1)"
    pads = "((0, 0), (0, 0), (0, 0))"
    case = f"{{{steps}, 'pads': {pads}, 'groups': {groups}, 'at_once': 2}}"
    return (f"tests/runtime/test_volumes.py::test_{test}[{case}]",)


MUTANTS = (
    Mutant(
        "states_padded_before",
        "of an odd number of cells that are added to a state, more come first",
        (
            Edit(
                "nnspec/targets/numpy/steps/conv_recurrent.py",
                'pads(n, k, padding="same")',
                'pads(n, k, padding="same")[::-1]',
            ),
        ),
        classes(
            "dense(24)",
            "reshape(3, 4, 2)",
            "conv_lstm1d(4, 2, padding=same)",
            "flatten",
        ),
        ("tests/test_conv_lstm.py::test_the_equations[-2]",),
    ),
    Mutant(
        "slices_turned_round",
        "a window of a volume has its last slice first",
        (Edit(SLICED, "images[..., i, :] =", "images[..., depth - 1 - i, :] ="),),
        volumes("conv3d(4, 2)"),
        runtime("the_windows_times_the_kernel"),
    ),
    Mutant(
        "channels_of_groups_before_slices",
        "a group of channels of a volume takes whole slices",
        (
            Edit(
                SLICED,
                "images.reshape(len(volumes) * sites, height, width, -1)",
                "images.swapaxes(4, 5).reshape("
                "len(volumes) * sites, height, width, -1)",
            ),
        ),
        volumes("conv3d(4, 2, groups=2)"),
        runtime("the_windows_times_the_kernel", groups=2),
    ),
    Mutant(
        "slices_of_strides_side_by_side",
        "windows of volumes move on by one slice, whatever their stride",
        (Edit(SLICED, "last + 1 : stride]", "i * step + sites]"),),
        volumes("conv3d(4, 1, 2)"),
        runtime("the_windows_times_the_kernel", strides="2, 1, 3"),
    ),
    Mutant(
        "slices_that_overlap_replace",
        "the derivative by a slice is that of the last window that it is in",
        (Edit(INPUT, "last + 1 : stride] +=", "last + 1 : stride] ="),),
        volumes("conv3d(4, 2)"),
        runtime("the_derivatives_are_adjoint"),
    ),
)
