import math

import keras
from keras import ops


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Up to the largest rate and down, in half waves of a cosine (Smith, 2018)."""

    def __init__(
        self,
        max_learning_rate,
        total_steps,
        pct_start=0.3,
        div_factor=25.0,
        final_div_factor=1e4,
    ):
        self.high, self.total_steps = max_learning_rate, total_steps
        self.first = max_learning_rate / div_factor
        self.last = self.first / final_div_factor
        self.pct_start = pct_start

    def __call__(self, step):
        step = ops.cast(step, keras.config.floatx())
        peak, end = self.pct_start * self.total_steps - 1, self.total_steps - 1
        rises = step < peak
        low = ops.where(rises, self.first, self.last)
        down = (ops.minimum(step, end) - peak) / (end - peak)
        t = ops.where(rises, 1 - step / (peak or 1), down)
        return low + (self.high - low) * (1 + ops.cos(math.pi * t)) / 2
