import numpy as np


def gate_product_back(d, kernel, masks, out):
    """Add to out (..., D) the derivative by x of `gate_product`, from d (..., G U)."""
    u = kernel.shape[1] // len(masks)
    for k, mask in enumerate(masks):
        gate = slice(k * u, (k + 1) * u)
        out += np.matmul(d[..., gate], kernel[:, gate].T) * mask
