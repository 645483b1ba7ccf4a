import numpy as np


def gate_kernel(x, d, masks, out):
    """Set out (D, G U) to the derivative by the kernel of `gate_product`.

    x is (T, n, D), and d (T n, G U) the derivative by what came of it.
    """
    u = out.shape[1] // len(masks)
    for k, mask in enumerate(masks):
        gate = slice(k * u, (k + 1) * u)
        rows = (x * mask).reshape(-1, x.shape[2])
        np.matmul(rows.T, d[:, gate], out=out[:, gate])
