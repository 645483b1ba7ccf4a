import keras


class Checkpoint(keras.callbacks.Callback):
    """Writes the weights to a file after an epoch: after each, or each that is best."""

    def __init__(
        self,
        save,
        filepath,
        monitor="val_loss",
        save_best_only=False,
        mode="min",
        initial_value_threshold=None,
    ):
        super().__init__()
        self.save, self.filepath, self.monitor = save, filepath, monitor
        self.best_only, self.sign = save_best_only, -1 if mode == "max" else 1
        self.best = initial_value_threshold

    def on_epoch_end(self, epoch, logs=None):
        if self.best_only:
            value = logs[self.monitor]
            if self.best is not None and not self.sign * (value - self.best) < 0:
                return
            self.best = value
        path = str(self.filepath).format(**{**logs, "epoch": epoch + 1})
        self.save(self.model, path)
