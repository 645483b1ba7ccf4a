import importlib
import io
import itertools
import os
import signal
import sys
import time

import numpy as np

from .input_error import InputError

MPI = None  # of mpi4py, where several processes, the ranks, train together
RANK, RANKS = 0, 1  # the number of this one, and how many there are
MINE = slice(None)  # which of the shares of a batch are this one's

# How a process that mpirun or srun started hears how many there are, and which it is.
# (SLURM_NTASKS is no sign of it: sbatch sets that for its script, one process.)
STARTED = """OMPI_COMM_WORLD_SIZE OMPI_COMM_WORLD_RANK
PMI_SIZE PMI_RANK
SLURM_STEP_NUM_TASKS SLURM_PROCID"""


def join_ranks(shares):
    """Join the others, if several were started; a batch has so many shares for them.

    Only rank 0 prints, writes and hears of signals: the others go on until it ends.
    """
    global MPI, RANK, RANKS, MINE
    told = [[*map(os.environ.get, line.split())] for line in STARTED.splitlines()]
    count, RANK = next((map(int, words) for words in told if all(words)), (1, 0))
    if count == 1:
        return
    if RANK:
        sys.stdout = sys.stderr = io.StringIO()
        for name in {"SIGINT", "SIGTERM", "SIGHUP"} & {*dir(signal)}:
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if count > shares:
        way_out = f"start at most {shares}, or compile it with `--mpi {count}`"
        raise InputError(f"{count} processes, {shares} shares of a batch; {way_out}")
    try:
        MPI = importlib.import_module("mpi4py.MPI")
    except (ImportError, RuntimeError) as error:  # no library of MPI is the second
        way_out = "`pip install mpi4py`, or start it without mpirun"
        raise InputError(f"MPI started {count} processes: {error}; {way_out}") from None
    RANK, RANKS = MPI.COMM_WORLD.rank, MPI.COMM_WORLD.size
    MINE = slice(RANK, None, RANKS)
    if count != RANKS:
        found = f"of {count} processes, mpi4py finds {RANKS}: it is of another MPI"
        way_out = "`python -m mpi4py --mpi-library` tells which"
        if "SLURM_PROCID" in os.environ:
            way_out += ", `srun --mpi=list` what srun can start it with"
        raise InputError(f"{found}; {way_out}")


def leave_ranks():
    """Let rank 0 go on alone; return whether this is another one, which has to end."""
    global MPI, RANKS, MINE
    MPI, RANKS, MINE = None, 1, slice(None)
    return RANK > 0


def end_ranks(code):
    """End all ranks with this exit code, unless it is 0; return it."""
    if MPI and code:
        if RANK:
            time.sleep(2)  # what is wrong with all of them, rank 0 tells
            told = sys.stderr.getvalue().splitlines() or [f"exit code {code}"]
            print(f"rank {RANK}: {told[-1]}", file=sys.__stderr__, flush=True)
        time.sleep(0.5)  # until mpirun has passed on what was printed
        MPI.COMM_WORLD.Abort(code)
    return code


def in_pairs(rows):
    """Add rows up in place, those of the second half to the first, till one is left."""
    while len(rows) > 1:
        half = (len(rows) + 1) // 2
        rows[: len(rows) - half] += rows[half:]
        rows = rows[:half]
    return rows[0]


def add_up(rows):
    """Add rows up, in place, and what comes of them on all ranks.

    It is an all-reduce in its two halves: each rank adds up a part of the array for
    all, and hands it out. Two, four, ... ranks add in the same pairs as one does, so
    that their number changes no digit.
    """
    total = in_pairs(rows)
    if MPI:
        flat = total.reshape(-1)
        ends = [flat.size * i // RANKS for i in range(RANKS + 1)]
        counts = [end - start for start, end in itertools.pairwise(ends)]
        part = np.empty((RANKS, counts[RANK]), flat.dtype)
        MPI.COMM_WORLD.Alltoallv([flat, counts], [part, [counts[RANK]] * RANKS])
        MPI.COMM_WORLD.Allgatherv(in_pairs(part), [flat, counts])
    return total


def agree(state, *arrays):
    """Let all ranks go on with the history and the arrays of rank 0.

    Their options and the sizes of their data must be the same.
    """
    if MPI:
        about = {k: v for k, v in state.about.items() if k != "resumed"}
        told = MPI.COMM_WORLD.bcast((about, state.step, state.history))
        about, state.step, history = told
        for key, value in about.items():
            if (own := state.about[key]) != value:
                what = f"{key} is {own} here, {value} for rank 0"
                raise InputError(f"{what}; give each process the same")
        state.history[:] = history  # callbacks go through it
        for array in arrays:
            MPI.COMM_WORLD.Bcast(array)
