def flipped(kernel, groups=1):
    """Return the kernel turned round, which takes derivatives back: (..., out, in)."""
    height, width, c, filters = kernel.shape
    parts = kernel[::-1, ::-1].reshape(height, width, c, groups, filters // groups)
    return parts.transpose(0, 1, 4, 3, 2).reshape(height, width, -1, groups * c)
