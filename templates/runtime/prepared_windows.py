class PreparedWindows:
    """Windows (N, length, ...) of rows that stay on disk, read when they are used.

    `x[some]` reads these windows and prepares the rows in them.
    """

    def __init__(self, x, prepare):
        self.x, self.prepare = x, prepare

    def __len__(self):
        return len(self.x)

    def __getitem__(self, some):
        x = self.x[some]
        return self.prepare(x.reshape(-1, *x.shape[2:])).reshape(x.shape)
