class Beside:
    """Rows of numbers, and what there is beside them: texts, their words or ids."""

    def __init__(self, numbers, others):
        self.numbers, self.others = numbers, others

    def __len__(self):
        return len(self.numbers)

    def __getitem__(self, rows):
        return Beside(self.numbers[rows], [other[rows] for other in self.others])
