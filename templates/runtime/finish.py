def finish(steps):
    """Run a pass that is not shared to its end: the means that it yields are right."""
    for _ in steps:
        pass
