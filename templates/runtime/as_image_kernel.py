def as_image_kernel(kernel):
    """Return a kernel (depth, height, width, in, out) for slices that are channels."""
    _, height, width, _, filters = kernel.shape
    return kernel.transpose(1, 2, 0, 3, 4).reshape(height, width, -1, filters)
