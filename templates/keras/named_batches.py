import numpy as np

from .batches import Batches


class NamedBatches(Batches):
    """Batches of several inputs or outputs, whose arrays are in dicts by name."""

    def __getitem__(self, number):
        rows = self.order[number * self.size : (number + 1) * self.size]
        x = copied(self.x[rows])
        rng = np.random.default_rng([self.seed or 0, self.epoch, number])
        for images, change in self.changes(x):
            change(images, rng)
        return x, *self.told(rows)

    def told(self, rows):
        parts = [part for part in (self.y, self.weights) if part is not None]
        return [
            {name: array[rows] for name, array in part.items()}
            if isinstance(part, dict)
            else part[rows]
            for part in parts
        ]

    def changes(self, x):
        """Return arrays of samples, each with the function that changes it."""
        if isinstance(x, dict):
            return [(x[name], change) for name, change in (self.change or {}).items()]
        return [(x, self.change)] if self.change else []


def copied(x):
    """Return a copy of the samples of a batch: an array, or one for each input."""
    if isinstance(x, dict):
        return {name: np.array(array) for name, array in x.items()}
    return np.array(x)
