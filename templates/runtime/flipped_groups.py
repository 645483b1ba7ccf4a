def flipped_groups(kernel, groups):
    """Return the kernel that takes derivatives back, for each group of channels."""
    height, width, c, filters = kernel.shape
    parts = kernel[::-1, ::-1].reshape(height, width, c, groups, filters // groups)
    return parts.transpose(0, 1, 4, 3, 2).reshape(height, width, -1, groups * c)
