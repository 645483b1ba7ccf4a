def character_names(learnt, outputs):
    """Return what the outputs stand for: the characters, and numbers of those left."""
    found = learnt["data/vocabulary"].tolist()
    return [*found, *map(str, range(len(found), outputs))]
