def reduce_lr_on_plateau(
    values, rate, factor=0.1, patience=10, min_delta=1e-4, cooldown=0, min_lr=0.0
):
    """Yield the learning rate after each epoch; it begins with `rate`.

    It falls when no value was the smallest for a while; then it waits. As in Keras, a
    first value that is NaN stays the best.
    """
    best, waited, rest = None, 0, 0
    for value in values:
        rest = max(rest - 1, 0)
        if best is None or value + min_delta < best:
            best, waited = value, 0
        elif not rest:
            waited += 1
            if waited >= patience and rate > min_lr:
                rate, rest, waited = max(rate * factor, min_lr), cooldown, 0
        yield rate
