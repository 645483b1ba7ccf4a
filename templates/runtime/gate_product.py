import numpy as np


def gate_product(x, kernel, masks, out):
    """Set out (..., G U) to x (..., D) @ kernel (D, G U), with a mask for each gate.

    The masks are (G, n, D); before the product for gate k, x is multiplied by mask k.
    """
    u = kernel.shape[1] // len(masks)
    for k, mask in enumerate(masks):
        gate = slice(k * u, (k + 1) * u)
        np.matmul(x * mask, kernel[:, gate], out=out[..., gate])
