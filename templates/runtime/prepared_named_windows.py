from .named import Named


class PreparedNamedWindows:
    """Windows of the rows of several inputs that stay on disk, read when they are used.

    `x[some]` reads these windows and prepares the rows in them.
    """

    def __init__(self, x, prepare):
        self.x, self.prepare = x, prepare

    def __len__(self):
        return len(self.x)

    def __getitem__(self, some):
        x = self.x[some]
        rows = {name: array.reshape(-1, *array.shape[2:]) for name, array in x.items()}
        made = self.prepare(Named(rows))
        return Named({name: made[name].reshape(x[name].shape) for name in x})
