def improves(values, initial_value_threshold=None):
    """Yield for each value if it is below all before it, and below the threshold.

    As in Keras, a first value that is NaN stays the best.
    """
    best = initial_value_threshold
    for value in values:
        smaller = best is None or value < best
        best = value if smaller else best
        yield smaller
