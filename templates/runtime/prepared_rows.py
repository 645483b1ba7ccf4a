class PreparedRows:
    """Samples that stay on disk: `x[rows]` reads these rows and prepares them."""

    def __init__(self, x, prepare):
        self.x, self.prepare = x, prepare

    def __len__(self):
        return len(self.x)

    def __getitem__(self, rows):
        return self.prepare(self.x[rows])
