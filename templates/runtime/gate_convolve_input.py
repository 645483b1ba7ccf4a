import numpy as np


def gate_convolve_input(convolve_input, dy, kernel, masks, out, **options):
    """Set out to the derivative by x of `gate_convolve`, from dy (B, ..., G F)."""
    f = kernel.shape[-1] // len(masks)
    part = np.empty_like(out)
    out[...] = 0.0
    for k, mask in enumerate(masks):
        gate = slice(k * f, (k + 1) * f)
        convolve_input(dy[..., gate], kernel[..., gate], part, **options)
        out += (part.reshape(-1, *mask.shape) * mask).reshape(out.shape)
