class Named(dict):
    """Arrays by name, of as many rows each: `x["left"]` is one, `x[rows]` some rows."""

    def __len__(self):
        return len(next(iter(self.values())))

    def __getitem__(self, key):
        if isinstance(key, str):
            return super().__getitem__(key)
        return Named({name: array[key] for name, array in self.items()})
