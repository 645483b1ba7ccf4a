import os

from .in_threads import THREADS, helpers


def meanwhile(function, argument):
    """Have function(argument) begin in a helper; return what waits for its result.

    Whoever waits does it himself where it has not begun, as when no core is free.
    """
    if THREADS == 1:
        result = function(argument)
        return lambda: result
    job = helpers(os.getpid(), THREADS - 1).submit(function, argument)
    return lambda: function(argument) if job.cancel() else job.result()
