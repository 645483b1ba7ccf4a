"""Many trainings of a spec with other values of its `let`s."""
