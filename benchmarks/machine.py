"""What the figures were measured on."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from benchmarks.child import ChildError, run

PACKAGES = (
    "numpy lark jinja2 torch keras jax jaxlib tensorflow tensorflow-cpu scikit-learn"
).split()
PREFIXES = ("OPENBLAS_", "OMP_", "MKL_", "KMP_")
PROBE = """
import json, numpy, threadpoolctl
print(json.dumps(threadpoolctl.threadpool_info()))
"""


@dataclass(frozen=True)
class Machine:
    """Processor, versions, and what decides which matrix products are used."""

    processor: str
    cores: int
    load: float
    system: str
    versions: dict[str, str]
    environment: dict[str, str]
    openblas_kernels: str

    def __str__(self) -> str:
        versions = ", ".join(f"{name} {value}" for name, value in self.versions.items())
        return (
            f"Processor: {self.processor}, {self.cores} cores, "
            f"load {self.load:.2f} at the start\n"
            f"Versions: {versions}\n"
            f"NumPy's OpenBLAS takes its kernels for {self.openblas_kernels}"
        )


def describe() -> Machine:
    """The machine as it is now."""
    return Machine(
        processor=_processor(),
        cores=_cores(),
        load=os.getloadavg()[0],
        system=platform.platform(),
        versions={"python": platform.python_version(), **_versions()},
        environment={
            name: value
            for name, value in sorted(os.environ.items())
            if name.startswith(PREFIXES)
        },
        openblas_kernels=_kernels(),
    )


def _cores() -> int:
    """The cores that this process may use; not all systems tell."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.exists() else []:
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.processor() or platform.machine()


def _versions() -> dict[str, str]:
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _kernels() -> str:
    try:
        pools = json.loads(run(["-c", PROBE]).stdout)
    except ChildError:
        return "an unknown processor (threadpoolctl is needed to tell)"
    kernels = [pool["architecture"] for pool in pools if "architecture" in pool]
    return ", ".join(kernels) or "nothing: it uses no OpenBLAS"
