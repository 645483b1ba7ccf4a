def finish(steps):
    """Take all steps of a pass that is alone: the means that it yields are right."""
    for _ in steps:
        pass
