from .named import Named
from .prepared_windows import PreparedWindows


class PreparedNamedWindows(PreparedWindows):
    """Windows of the rows of several inputs that stay on disk."""

    def __getitem__(self, some):
        x = self.x[some]
        rows = {name: array.reshape(-1, *array.shape[2:]) for name, array in x.items()}
        made = self.prepare(Named(rows))
        return Named({name: made[name].reshape(x[name].shape) for name in x})
