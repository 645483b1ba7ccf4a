import numpy as np


def gate_convolve_kernel(convolve_kernel, x, dy, masks, out, **options):
    """Set out to the derivative by the kernel of `gate_convolve`, from dy."""
    f = out.shape[-1] // len(masks)
    for k, mask in enumerate(masks):
        gate = slice(k * f, (k + 1) * f)
        left = (x.reshape(-1, *mask.shape) * mask).reshape(x.shape)
        part = np.empty((*out.shape[:-1], f), out.dtype)
        convolve_kernel(left, dy[..., gate], part, **options)
        out[..., gate] = part
