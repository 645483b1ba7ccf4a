def improves(values, initial_value_threshold=None):
    """Return whether the last value is below all before it, and below the threshold.

    As in Keras, a first value that is NaN stays the best.
    """
    best, smaller = initial_value_threshold, False
    for value in values:
        smaller = best is None or value < best
        best = value if smaller else best
    return smaller
