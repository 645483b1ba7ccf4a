def early_stopping(
    values, min_delta=0.0, patience=0, baseline=None, start_from_epoch=0
):
    """Yield for each value the epoch of the smallest (0: none yet), and if to stop.

    Only a value that is also below the baseline starts the patience anew. As in Keras,
    a first value that is NaN stays the best, and training never stops after epoch 1.
    """
    best, smallest, waited, stop = 0, None, 0, False
    for epoch, value in enumerate(values, 1):
        if epoch > start_from_epoch:
            waited += 1
            if not best or value + min_delta < smallest:
                best, smallest = epoch, value
                if baseline is None or value + min_delta < baseline:
                    waited = 0
            elif epoch > 1 and waited >= patience:
                stop = True
        yield best, stop
