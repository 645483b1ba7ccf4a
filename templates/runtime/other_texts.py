def other_texts(learnt, features, named=()):
    """Return the columns of categories but for those that transforms name."""
    return [
        name
        for column, name in enumerate(features)
        if f"data/categories/{column}" in learnt and name not in named
    ]
