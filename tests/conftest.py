"""What the tests share: where real data is, and how many threads they take."""

from __future__ import annotations

import compileall
import gc
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Let tests and their scripts find data that lies beside the checkout.

    Each matrix product gets one thread: the tests run in parallel themselves. Where
    PYTHONDONTWRITEBYTECODE is set, each process of nnspec that they start would compile
    its modules anew.
    """
    if not hasattr(config, "workerinput"):
        compileall.compile_dir(ROOT / "nnspec", quiet=2)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with suppress(ImportError):  # the tests beside Keras do without it
        from hypothesis import settings  # noqa: PLC0415

        settings.register_profile("patient", deadline=None)  # machines may be busy
        settings.load_profile("patient")
    heed_signals()
    beside = ROOT.parent / "shared" / "data"
    if beside.is_dir():
        os.environ.setdefault("NNSPEC_DATA", str(beside))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `make test`, `make parity` and `make reach` ask for."""
    told = "of the long suites, run the shares that their marks name"
    parser.addoption("--brief", action="store_true", help=told)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """With `--brief`, leave out what is left to `make thorough`.

    Of a test with the mark `share(n)`, the first of its cases stays, and each n-th
    after it: cases of one kind stand together, so some of each kind stay.
    """
    if not config.getoption("brief"):
        return
    seen: Counter[str] = Counter()
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        test = item.nodeid.partition("[")[0]
        share = item.get_closest_marker("share")
        stays = seen[test] % share.args[0] == 0 if share else True
        stays = stays and item.get_closest_marker("thorough") is None
        (kept if stays else left).append(item)
        seen[test] += 1
    items[:] = kept
    config.hook.pytest_deselected(items=left)


def heed_signals() -> None:
    """A shell that starts tests in the background has them ignore some signals."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    hang_up = getattr(signal, "SIGHUP", signal.SIGTERM)  # Windows has none
    if signal.getsignal(hang_up) == signal.SIG_IGN:
        signal.signal(hang_up, signal.SIG_DFL)


@pytest.fixture
def timed_alone() -> Iterator[None]:
    """The garbage collector passes over what tests before left: it takes its time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def mnist() -> Path:
    """The folder of MNIST's files; tests download nothing, so they may have to skip."""
    folder = Path(os.environ.get("NNSPEC_DATA", ""), "mnist")
    if not (folder / "train-images-idx3-ubyte.gz").is_file():
        pytest.skip("MNIST is not here: set NNSPEC_DATA to a folder that has `mnist/`")
    return folder


@pytest.fixture(scope="session")
def imdb() -> Path:
    """The folder of IMDb's reviews as tables; nothing is downloaded here, either."""
    folder = Path(os.environ.get("NNSPEC_DATA", ""), "imdb")
    if not (folder / "train.csv.gz").is_file():
        pytest.skip("IMDb is not here: set NNSPEC_DATA to a folder that has `imdb/`")
    return folder
