from keras import ops


def adjusted(metric, regressors):
    """Have an R² score count what it is told by; Keras's own cannot within JAX."""
    score = metric.result

    def result():
        r2, n = score(), ops.cast(metric.num_samples, metric.dtype)
        rest = n - regressors - 1
        lower = 1 - (1 - r2) * (n - 1) / ops.maximum(rest, 1)
        return ops.where(rest > 0, lower, r2)

    metric.result = result
    return metric
