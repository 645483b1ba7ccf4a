def flipped(kernel):
    """Return the kernel that takes derivatives back: turned round, (..., out, in)."""
    return kernel[::-1, ::-1].swapaxes(2, 3)
