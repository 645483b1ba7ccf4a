"""Specs that were changed at random: no exception, no finding out of place, no hang.

`make fuzz` runs it for longer, from another seed each time.
"""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from nnspec import compiler
from nnspec.source import Source
from nnspec.table import TABLE
from tests import snapshots
from tests.conftest import ROOT

SECONDS = float(os.environ.get("NNSPEC_FUZZ", "2"))
SEED = int(os.environ.get("NNSPEC_FUZZ_SEED", "0"))
#: Seconds of the processor that one small spec may take.
LONGEST = 10
#: Every so many specs that compile, a script is made and read by Python.
SCRIPTS = 10

TOKEN = re.compile(r'"[^"\n]*"|\w+|\s+|\*\*|//|.', re.DOTALL)
ODD = """
0 1 -1 -2 0.0 1e308 1e-320 1e999 999999999999999999999 10**300 2**1000 0.1 1_0 007 . ..
none true false True None [] () [[]] (1,) [1:2] "" "a" "\\n" "\\" ' @ ? { } ( ) [ ] , :
= == + - ** // % / # ; \t \r \0 é \u202e \ufeff let model block shared activation loss
data network training repeat as from input output self target auto a a=1 a() NaN inf
""".split(" ")


def specs() -> list[str]:
    """The examples, and the specs of all diagnostics."""
    texts = [path.read_text("utf-8") for path in sorted(ROOT.glob("examples/*.nn"))]
    for path in snapshots.DIAGNOSTICS:
        spec = path.read_bytes().partition(b"$ nnspec ")[0]
        texts.append(spec.decode(errors="replace"))
    return [text for text in texts if len(text) < 5_000]


def mutated(tokens: list[str], others: list[str], rng: random.Random) -> list[str]:
    """The tokens of a spec, with one change."""
    place, end = sorted(rng.choices(range(len(tokens) + 1), k=2))
    end = min(end, place + rng.choice((1, 1, 1, 2, 5, 50)))
    part = tokens[place:end]
    names = [name for entries in TABLE.values() for name in entries]
    new = {
        "remove": list[str](),
        "double": part * 2,
        "many": part * rng.choice((3, 30, 300)) if len(part) < 10 else part,
        "odd": [rng.choice(ODD)],
        "name": [rng.choice(names)],
        "other": rng.choices(others, k=1),
        "turned": part[::-1],
        "cut": part[:1],
    }
    change = rng.choice(list(new))
    return [*tokens[:place], *new[change], *tokens[end:]]


@contextmanager
def watched(text: str) -> Iterator[None]:
    """Fail, with the spec, if what is done takes too long or raises."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"more than {LONGEST} s")

    has_timer = hasattr(signal, "setitimer")  # not on Windows
    if has_timer:
        before = signal.signal(signal.SIGVTALRM, stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    except Exception as error:
        raise AssertionError(f"{error!r} for this spec:\n{text}") from error
    finally:
        if has_timer:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)


def verify(text: str, with_script: bool) -> bool:
    """Check a spec, and compile it if it can be; whether it could be."""
    analysis = compiler.check(Source("spec.nn", text))
    errors = [d for d in analysis.diagnostics if d.severity == "error"]
    assert (analysis.model is None) == bool(errors)
    for finding in analysis.diagnostics:
        for span in (finding.span, *(note.span for note in finding.notes)):
            assert 0 <= span.start <= span.end <= len(text)
        assert finding.message.isprintable()
        assert (finding.help or "").replace("\n", "").isprintable()
    model = analysis.model
    if model is None or model.training is None or not with_script:
        return model is not None
    compile(compiler.script(analysis), "spec.py", "exec")
    return True


@pytest.mark.parametrize("share", [0, 1])
def test_specs_that_were_changed_at_random(share: int) -> None:
    rng = random.Random(f"{SEED} {share}")
    originals = [TOKEN.findall(text) for text in specs()]
    others = sorted({token for tokens in originals for token in tokens})
    end, tried, sound = time.monotonic() + SECONDS, 0, 0
    while time.monotonic() < end or tried < 50:
        tokens = rng.choice(originals)
        for _ in range(rng.choice((1, 1, 2, 4))):
            tokens = mutated(tokens, others, rng)
        text = "".join(tokens)
        with watched(text):
            sound += verify(text, with_script=sound % SCRIPTS == 0)
        tried += 1
    print(f"{tried} specs from seed {SEED}, of which {sound} are sound")
    assert sound
