def in_units(metric, restored, *learnt):
    """Have a metric take targets and outputs in the units of the data."""
    update = metric.update_state

    def update_state(y, p, sample_weight=None):
        return update(restored(y, *learnt), restored(p, *learnt), sample_weight)

    metric.update_state = update_state
    return metric
