import signal


def interrupt(number, _):
    """End as Ctrl-C does; the same signal cannot break off what is saved then."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt(number)
