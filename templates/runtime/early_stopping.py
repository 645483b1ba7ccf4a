def early_stopping(
    values, min_delta=0.0, patience=0, baseline=None, start_from_epoch=0
):
    """Return the epoch of the smallest value (0: none yet), and whether to stop.

    Only a value that is also below the baseline starts the patience anew. As in Keras,
    a first value that is NaN stays the best, and training never stops after epoch 1.
    """
    best, waited, stop = 0, 0, False
    for epoch, value in enumerate(values, 1):
        if epoch <= start_from_epoch:
            continue
        waited += 1
        if not best or value + min_delta < values[best - 1]:
            best = epoch
            if baseline is None or value + min_delta < baseline:
                waited = 0
        elif epoch > 1 and waited >= patience:
            stop = True
    return best, stop
