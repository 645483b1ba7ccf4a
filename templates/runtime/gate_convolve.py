import numpy as np


def gate_convolve(convolve, x, kernel, masks, out, **options):
    """Set out (B, ..., G F) to conv(x, kernel), with a mask for each gate.

    The masks are (G, n, ...), for x (B, ...) of B / n steps; before the convolution for
    gate k, x is multiplied by mask k.
    """
    f = kernel.shape[-1] // len(masks)
    for k, mask in enumerate(masks):
        gate = slice(k * f, (k + 1) * f)
        left = (x.reshape(-1, *mask.shape) * mask).reshape(x.shape)
        part = np.empty((*out.shape[:-1], f), out.dtype)
        convolve(left, kernel[..., gate], part, **options)
        out[..., gate] = part
