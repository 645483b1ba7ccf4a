"""Threads of ours: how many, what they share, and that BLAS has one meanwhile."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from nnspec.targets.numpy.steps.dense import _LARGE
from templates.runtime import in_threads as threads
from templates.runtime import one_blas_thread as limit
from templates.runtime.in_threads import in_threads
from templates.runtime.one_blas_thread import (
    blas_library,
    blas_threads,
    one_blas_thread,
)
from templates.runtime.product import product
from templates.runtime.usable_cores import usable_cores

Array = np.ndarray[Any, Any]
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


@pytest.fixture(params=[1, 2, 3, 4])
def count(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many threads there are."""
    monkeypatch.setattr(threads, "THREADS", request.param)
    return int(request.param)


# -- Parts of a job --------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [0, 1, 2, 5, 40])
def test_it_is_a_map_that_takes_each_job_once(count: int, jobs: int) -> None:
    taken = list[int]()

    def double(i: int, other: int) -> int:
        taken.append(i)
        time.sleep(0.001)  # so that the others begin
        return i + other

    assert in_threads(double, range(jobs), range(jobs)) == [2 * i for i in range(jobs)]
    assert sorted(taken) == [*range(jobs)]


def test_several_threads_take_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "THREADS", 3)
    together = threading.Barrier(3, timeout=30)  # nobody goes on before all are there
    assert in_threads(lambda _: together.wait() >= 0, range(3)) == [True] * 3


def test_nobody_waits_for_a_thread_that_has_not_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "THREADS", 2)
    busy, over = threading.Event(), threading.Event()

    def block() -> None:
        busy.set()
        over.wait(30)

    threads.helpers(os.getpid(), 1).submit(block)
    assert busy.wait(30)
    main = threading.get_ident()
    took = in_threads(lambda _: threading.get_ident(), range(5))
    assert took == [main] * 5
    over.set()


def test_the_caller_waits_for_who_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "THREADS", 3)
    together, over = threading.Barrier(3, timeout=30), list[int]()

    def job(i: int) -> None:
        together.wait()
        if threading.current_thread() is not threading.main_thread():
            time.sleep(0.05)
        over.append(i)

    in_threads(job, range(3))
    assert sorted(over) == [0, 1, 2]


def test_what_goes_wrong_in_a_job_is_raised_when_all_are_over(count: int) -> None:
    over = list[int]()

    def job(i: int) -> None:
        if i == 1:
            raise MemoryError
        time.sleep(0.01)
        over.append(i)

    for _ in range(3):  # the threads go on
        over.clear()
        with pytest.raises(MemoryError):
            in_threads(job, range(6))
        before = len(over)
        time.sleep(0.03)
        assert len(over) == before


@pytest.mark.skipif(os.name == "nt", reason="its signals are others")
def test_an_interrupt_is_raised_when_no_thread_works_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "THREADS", 3)
    over = list[int]()

    def job(i: int) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.raise_signal(signal.SIGINT)
        time.sleep(0.01)
        over.append(i)

    with pytest.raises(KeyboardInterrupt):
        in_threads(job, range(6))
    before = len(over)
    time.sleep(0.03)
    assert len(over) == before
    assert in_threads(abs, range(6)) == [*range(6)]


def test_callers_at_once_do_not_mix_their_jobs(count: int) -> None:
    def call(number: int) -> bool:
        for _ in range(50):
            if in_threads(lambda i: number + i, range(4)) != [
                *range(number, number + 4)
            ]:
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(call, range(0, 800, 100)))


def in_a_child(check: Callable[[], bool]) -> None:
    """The check holds in a process that is forked now; it may take 20 s."""
    if not (child := os.fork()):
        signal.alarm(20)
        os._exit(0 if check() else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_is_forked_has_threads_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "THREADS", 3)

    def check() -> bool:
        together = threading.Barrier(3, timeout=10)
        return in_threads(lambda _: together.wait() >= 0, range(3)) == [True] * 3

    assert check()
    in_a_child(check)
    assert check()


@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_in_the_midst_of_calls_does_no_harm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "THREADS", 2)
    over = threading.Event()

    def check() -> bool:
        with one_blas_thread():
            return in_threads(abs, range(6)) == [*range(6)]

    def call() -> None:
        while not over.is_set():
            check()

    callers = [threading.Thread(target=call) for _ in range(3)]
    for caller in callers:
        caller.start()
    try:
        for _ in range(30):
            in_a_child(check)
    finally:
        over.set()
        for caller in callers:
            caller.join()


# -- Products --------------------------------------------------------------------------


def shape_of(a: Array, b: Array, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The shapes of the parts of a product."""
    shapes = list[Any]()

    def noted(function: Any, a: Any, b: Any, out: Any) -> None:
        for x, y, z in zip(a, b, out, strict=False):
            function(x, y, z)
            shapes.append(z.shape)

    with monkeypatch.context() as patch:
        patch.setattr("templates.runtime.product.in_threads", noted)
        product(a, b, np.empty((len(a), b.shape[1]), a.dtype))
    return shapes


SHAPES = [(1, 1, 1), (128, 784, 512), (784, 128, 512), (4100, 512, 16), (3, 2100, 1999)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("turned", [False, True])
def test_a_product_is_that_of_numpy(
    shape: tuple[int, int, int], turned: bool, count: int
) -> None:
    rows, inner, columns = shape
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(rows, inner)), rng.normal(size=(inner, columns))
    if turned:  # as derivatives take them
        a, b = np.ascontiguousarray(a.T).T, np.ascontiguousarray(b.T).T
    out = np.full((rows, columns), np.nan)
    product(a, b, out=out)
    np.testing.assert_allclose(out, a @ b, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
def test_threads_change_no_digit(
    shape: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, inner, columns = shape
    rng = np.random.default_rng(0)
    a = rng.normal(size=(rows, inner)).astype(np.float32)
    b = rng.normal(size=(inner, columns)).astype(np.float32)
    found = set[bytes]()
    for number in (1, 2, 3, 4, 4):
        monkeypatch.setattr(threads, "THREADS", number)
        out = np.empty((rows, columns), np.float32)
        product(a, b, out=out)
        found.add(out.tobytes())
    assert len(found) == 1


def test_larger_products_have_more_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = dict[int, int]()
    for columns in (1024, 2048, 4096, 8192, 32768, 131072):
        a, b = np.ones((64, 64), np.float32), np.ones((64, columns), np.float32)
        shapes = shape_of(a, b, monkeypatch)
        assert sum(width for _, width in shapes) == columns * (len(shapes) > 0)
        parts[a.shape[0] * 64 * columns] = len(shapes)
    assert parts == {
        1 << 22: 0,
        _LARGE: 2,
        1 << 24: 2,
        1 << 25: 4,
        1 << 27: 8,
        1 << 29: 16,
    }


def test_a_long_result_is_cut_by_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = shape_of(np.ones((4100, 512)), np.ones((512, 16)), monkeypatch)
    assert shapes == [(16, 1025)] * 4  # of its transpose


# -- BLAS ------------------------------------------------------------------------------


@pytest.fixture
def blas(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A BLAS that the host of a script has given 7 threads."""
    found = SimpleNamespace(threads=7, set=list[int]())

    def set_threads(number: int) -> None:
        found.threads = number
        found.set.append(number)

    functions = (lambda: found.threads), set_threads
    monkeypatch.setattr(limit, "blas_threads", lambda: functions)
    monkeypatch.setattr(limit, "BEFORE", [])
    return found


def test_blas_has_one_thread_within_and_as_before_after(blas: SimpleNamespace) -> None:
    with one_blas_thread():
        assert blas.threads == 1
        with one_blas_thread():
            assert blas.threads == 1
        assert blas.threads == 1
    assert blas.threads == 7
    with pytest.raises(MemoryError), one_blas_thread():
        raise MemoryError
    assert blas.threads == 7


def test_who_leaves_first_leaves_blas_to_the_others(blas: SimpleNamespace) -> None:
    first, second = one_blas_thread(), one_blas_thread()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert blas.threads == 1
    second.__exit__(None, None, None)
    assert blas.threads == 7


def test_calls_at_once_are_counted(blas: SimpleNamespace) -> None:
    def call(_: int) -> bool:
        with one_blas_thread():
            time.sleep(0.001)
            return bool(blas.threads == 1)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(call, range(200)))
    assert blas.threads == 7


def test_the_blas_of_this_numpy_is_found() -> None:
    get_threads, set_threads = blas_threads()
    before = get_threads()
    try:
        set_threads(2)
        assert get_threads() == 2
        with one_blas_thread():
            assert get_threads() == 1
        assert get_threads() == 2
    finally:
        set_threads(before)


@pytest.mark.parametrize(
    "names",
    [
        ("scipy_openblas_get_num_threads64_", "scipy_openblas_set_num_threads64_"),
        ("scipy_openblas_get_num_threads", "scipy_openblas_set_num_threads"),
        ("openblas_get_num_threads64_", "openblas_set_num_threads64_"),
        ("openblas_get_num_threads", "openblas_set_num_threads"),
        ("MKL_Get_Max_Threads", "MKL_Set_Num_Threads"),
        ("bli_thread_get_num_threads", "bli_thread_set_num_threads"),
        ("BLASGetThreading", "BLASSetThreading"),
        (),
    ],
)
def test_every_blas_has_names_of_its_own(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Library(dict[str, Any]):
        def __getattr__(self, name: str) -> Any:
            if name not in self:
                raise AttributeError(name)
            return self[name]

    library = Library({name: name.encode for name in names})
    monkeypatch.setattr(ctypes, "CDLL", lambda path: library)
    for known in (blas_library, blas_threads):
        known.cache_clear()
    try:
        get_threads, set_threads = blas_threads()
    finally:
        for known in (blas_library, blas_threads):
            known.cache_clear()
    if names:
        assert (get_threads, set_threads) == tuple(library.values())
    else:  # it has no threads, or none that we know of
        assert get_threads() == 1
        set_threads(1)


# -- Cores -----------------------------------------------------------------------------


@pytest.fixture
def eight(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that lets this process have eight cores."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {*range(8)}, raising=False)


def groups(root: Path, lines: str, files: dict[str, str]) -> Path:
    """What Linux tells of the groups of a process."""
    for name, text in {"proc/self/cgroup": lines, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.usefixtures("eight")
@pytest.mark.parametrize(
    ("quota", "cores"),
    [
        ("max 100000", 8),
        ("100000 100000", 1),
        ("200000 100000", 2),
        ("150000 100000", 2),
        ("140000 100000", 1),
        ("5000 100000", 1),
        ("1600000 100000", 8),
        ("strange", 8),
    ],
)
def test_a_quota_of_cgroup_2(quota: str, cores: int, tmp_path: Path) -> None:
    at = "sys/fs/cgroup/a/b/cpu.max"
    assert usable_cores(groups(tmp_path, "0::/a/b\n", {at: f"{quota}\n"})) == cores
    above = groups(
        tmp_path / "above", "0::/a/b\n", {at.replace("b/", ""): f"{quota}\n"}
    )
    assert usable_cores(above) == cores
    root = groups(tmp_path / "root", "0::/\n", {"sys/fs/cgroup/cpu.max": f"{quota}\n"})
    assert usable_cores(root) == cores


@pytest.mark.usefixtures("eight")
@pytest.mark.parametrize(("quota", "cores"), [("-1", 8), ("300000", 3), ("50000", 1)])
@pytest.mark.parametrize("folder", ["cpu", "cpu,cpuacct"])
@pytest.mark.parametrize("group", ["", "docker/9af1"])
def test_a_quota_of_cgroup_1(
    quota: str, cores: int, folder: str, group: str, tmp_path: Path
) -> None:
    at = f"sys/fs/cgroup/{folder}/{group}".rstrip("/")
    files = {f"{at}/cpu.cfs_quota_us": f"{quota}\n"}
    files |= {f"{at}/cpu.cfs_period_us": "100000\n"}
    lines = f"9:memory:/x\n2:{folder}:/{group}\n0::/\n"
    assert usable_cores(groups(tmp_path, lines, files)) == cores


@pytest.mark.usefixtures("eight")
def test_without_groups_all_cores_are_there(tmp_path: Path) -> None:
    assert usable_cores(tmp_path) == 8


def test_not_every_system_tells_the_cores_of_a_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert usable_cores(tmp_path) == 6
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_cores(tmp_path) == 1


def test_helpers_do_not_warn_of_what_overflows() -> None:
    """Who calls sees it in the results, and says it once."""
    big = np.full((2, 2), 1e30, np.float32)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")
        found = in_threads(np.square, [big] * 16)
    assert all(np.isinf(array).all() for array in found)
