import math

import keras
import numpy as np


class Batches(keras.utils.PyDataset):
    """Batches of samples x, of their labels y and the weights of these.

    They are made when they are needed. With a seed, each epoch has an order of its own;
    `change` changes the samples of a batch, in place, by a generator of random numbers.
    """

    def __init__(self, x, y=None, size=512, seed=None, change=None, weights=None):
        super().__init__()
        self.x, self.y, self.size = x, y, size
        self.weights = weights
        self.seed, self.change, self.epoch = seed, change, 0
        self.on_epoch_begin()

    def __len__(self):
        return math.ceil(len(self.x) / self.size)

    def on_epoch_begin(self):
        self.epoch += 1
        self.order = np.arange(len(self.x))
        if self.seed is not None:
            rng = np.random.default_rng([self.seed, self.epoch])
            self.order = rng.permutation(len(self.x))

    def __getitem__(self, number):
        rows = self.order[number * self.size : (number + 1) * self.size]
        x = np.array(self.x[rows])
        if self.change is not None:
            self.change(x, np.random.default_rng([self.seed or 0, self.epoch, number]))
        return x, *self.told(rows)

    def told(self, rows):
        """Return the labels of a batch and their weights, as far as there are any."""
        return [part[rows] for part in (self.y, self.weights) if part is not None]
