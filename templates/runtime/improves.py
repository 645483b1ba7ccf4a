def improves(values, initial_value_threshold=None):
    """Whether the last value is smaller than all before it, and than the threshold.

    As in Keras, a first value that is NaN stays the best.
    """
    best, smaller = initial_value_threshold, False
    for value in values:
        smaller = best is None or value < best
        best = value if smaller else best
    return smaller
