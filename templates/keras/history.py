import json
import time

import keras


class History(keras.callbacks.Callback):
    """The rows of history.csv: what each epoch comes to."""

    def __init__(self, names, prints=False):
        super().__init__()
        self.names, self.prints, self.rows = names, prints, []

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        names = [*self.names, *(f"val_{name}" for name in self.names)]
        row = {"epoch": epoch + 1, **{n: float(logs[n]) for n in names if n in logs}}
        row["learning_rate"] = float(self.model.optimizer.learning_rate)
        row["seconds"] = time.monotonic() - self.began
        self.rows.append(row)
        if self.prints:
            print(json.dumps(row), flush=True)
