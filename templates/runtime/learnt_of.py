def learnt_of(name, learnt):
    """Return what is learnt for one input or output, as if it were the only one."""
    start = f"data/{name}/"
    own = (key for key in learnt if key.startswith(start))
    return {f"data/{key.removeprefix(start)}": learnt[key] for key in own}


def under_name(name, learnt):
    """Return what one input or output has learnt, as files call it."""
    return {key.replace("data/", f"data/{name}/", 1): learnt[key] for key in learnt}
