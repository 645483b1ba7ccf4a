from .as_image_kernel import as_image_kernel
from .general_convolve import general_convolve
from .sliced import sliced

NO_ENDS = ((0, 0), (0, 0), (0, 0))


def volume_convolve(
    x,
    kernel,
    out,
    strides=(1, 1, 1),
    pads=NO_ENDS,
    dilation=(1, 1, 1),
    groups=1,
    at_once=8,
):
    """Compute out = conv(x, kernel) for volumes.

    x (B, depth, height, width, in), kernel (depth, height, width, in / groups, out),
    out (B, slices, rows, columns, out). It is a convolution of images, whose channels
    are the slices that a window reaches over.
    """
    matrix, (_, sites, *size) = as_image_kernel(kernel), out.shape
    across = (strides[1:], pads[1:], dilation[1:], groups, at_once)
    for rows, images in sliced(
        x, len(kernel), sites, strides[0], dilation[0], pads[0], groups, at_once
    ):
        general_convolve(images, matrix, out[rows].reshape(-1, *size), *across)
