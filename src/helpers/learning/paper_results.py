"""Results at the papers' own scale, kept in the book's repository. Introduced in chapter 2.

One JSON file for each: values per seed, settings, seconds, machine, package versions, a hash of
the code that made them, a date, and a checksum over all of it, so that a file that was cut off or
edited by hand is refused.
"""

import hashlib
import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from helpers.learning.experiments import Experiment
from helpers.learning.provenance import LIBRARIES, PACKAGE, closure

FOLDER = PACKAGE.parents[1] / "book" / "data" / "paper"
PLUMBING = {f"helpers.learning.{name}" for name in ("experiments", "provenance")}
"""Modules that keep results and compute none."""

FIELDS: dict[str, type | tuple[type, ...]] = {
    "id": str, "chapter": str, "claim": str, "experiment": str, "settings": dict, "seeds": list,
    "values": dict, "seconds": (int, float), "machine": dict, "packages": dict, "code": str,
    "date": str, "checksum": str,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class PaperResult:
    """A result as it was read back; each array of `values` has the seeds as first dimension.

    `machine` names CPU, cores and operating system; `code` is a hash, `date` the day in UTC.
    """

    id: str
    chapter: str
    claim: str
    experiment: str
    settings: dict
    seeds: list[int]
    values: dict[str, NDArray]
    seconds: float
    machine: dict[str, str | int]
    packages: dict[str, str]
    code: str
    date: str


@cache
def source_hash(module: str) -> str:
    """Hash of the sources that a module computes with, the same on every machine.

    Unlike `helpers.learning.provenance.code_hash`, it counts neither `PLUMBING` nor the versions
    of libraries, which stand in the result by themselves.
    """
    used = {name: file for name, file in closure(module).items() if name not in PLUMBING}
    digest = hashlib.sha256()
    for name, file in sorted(used.items()):
        digest.update(repr((name, file.read_text(encoding="utf-8"))).encode())
    return digest.hexdigest()


def plain_settings(settings: Experiment) -> dict:
    """Return the settings as JSON gives them back: lists for tuples."""
    return json.loads(json.dumps(asdict(settings)))


def machine() -> dict[str, str | int]:
    """CPU, its cores and the operating system; no name of the machine."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    cpu = next(iter(names), platform.processor() or platform.machine())
    return {"cpu": cpu, "cores": os.cpu_count() or 1, "os": platform.system()}


def packages() -> dict[str, str]:
    """Versions of Python and of the installed libraries that compute."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    return found


def write(
    path: Path, about: dict, settings: Experiment, values: dict[str, NDArray], seconds: float
) -> None:
    """Write a result whole or not at all; `about` gives id, chapter and claim.

    Raises
    ------
    ValueError
        If an array does not have the seeds as its first dimension.
    """
    seeds = list(range(settings.first, settings.first + settings.seeds))
    for name, array in values.items():
        if len(array) != len(seeds):
            raise ValueError(f"{name}: {len(seeds)} seeds are needed first, got {array.shape}")
    kind = type(settings)
    content = about | {
        "experiment": f"{kind.__module__}.{kind.__name__}",
        "settings": plain_settings(settings),
        "seeds": seeds,
        "values": {name: _listed(array) for name, array in values.items()},
        "seconds": round(seconds, 1),
        "machine": machine(),
        "packages": packages(),
        "code": source_hash(kind.__module__),
        "date": datetime.now(UTC).date().isoformat(),
    }
    content["checksum"] = checksum(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".tmp")
    with open(beside, "w", encoding="utf-8", newline="\n") as file:
        file.write(_dumps(content) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def read(path: Path) -> PaperResult:
    """Read a result back.

    Raises
    ------
    FileNotFoundError
        If it was never computed.
    ValueError
        If the file is not a whole result with the checksum of its content.
    """
    remedy = "was cut off or edited by hand; restore it, or delete it and run `make paper`"
    if not path.exists():
        raise FileNotFoundError(f"{path.name} has not been computed; run `make paper`")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} {remedy} ({error})") from error
    kinds = isinstance(content, dict) and content.keys() == FIELDS.keys()
    if not kinds or not all(isinstance(content[f], kind) for f, kind in FIELDS.items()):
        raise ValueError(f"{path.name} {remedy} (it must hold {', '.join(FIELDS)})")
    if content.pop("checksum") != checksum(content):
        raise ValueError(f"{path.name} {remedy} (its checksum is another one)")
    content["values"] = {name: _array(listed) for name, listed in content["values"].items()}
    return PaperResult(**content)


def checksum(content: dict) -> str:
    """SHA-256 of the content, without the checksum, in one fixed notation."""
    rest = {name: value for name, value in content.items() if name != "checksum"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _dumps(content: dict) -> str:
    """JSON with one line for each field and each array, so that differences can be read."""
    lines = [f'"{name}": {json.dumps(value)}' for name, value in content["values"].items()]
    shown = {name: json.dumps(value) for name, value in content.items()}
    shown["values"] = "{\n  " + ",\n  ".join(lines) + "\n }"
    return "{\n " + ",\n ".join(f'"{name}": {text}' for name, text in shown.items()) + "\n}"


def _listed(array: NDArray) -> list:
    """Nested lists; numbers that are not finite become null."""
    array = np.asarray(array)
    whole = array.dtype.kind in "iub"
    return (array if whole else np.where(np.isfinite(array), array, None)).tolist()


def _array(listed: list) -> NDArray:
    """Undo `_listed`; null becomes NaN."""
    array = np.array(listed)
    return array.astype(float) if array.dtype == object else array
