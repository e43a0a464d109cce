"""An experiment: frozen settings in, arrays out, kept on disk. Introduced in chapter 1.

The cache holds one .npz per experiment, settings and code. A file is written beside its final
name, forced to disk, then renamed; a process killed at any moment leaves no file that could be
mistaken for a result. What cannot be read back completely is computed again, with a warning; what
cannot be kept is returned, with a warning. Results that nobody used for a month are removed.
"""

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from helpers.learning.provenance import PACKAGE, code_hash

RESULT = re.compile(r"\w+-[0-9a-f]{20}\.npz")
"""Names of the files of the cache; nothing else is ever removed from its folder."""

KEPT_DAYS, ABANDONED_DAYS = 30, 1
UNREADABLE = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile)


@dataclass(frozen=True)
class Experiment:
    """Base class: a subclass adds typed fields with defaults and says how to `compute`."""

    def compute(self) -> dict[str, np.ndarray]:
        """Run the experiment for all its seeds and return named arrays."""
        raise NotImplementedError


@dataclass(frozen=True)
class Result:
    """Arrays by name, the seconds their computation took, the settings that gave them."""

    arrays: dict[str, np.ndarray]
    seconds: float
    settings: Experiment
    cached: bool


def progress(steps: Iterable, description: str, total: int | None = None) -> tqdm:
    """Iterate with a bar on standard error after two seconds; none if HELPERS_QUIET is set."""
    quiet = bool(os.environ.get("HELPERS_QUIET"))
    return tqdm(steps, description, total, delay=2, leave=False, file=sys.stderr, disable=quiet)


def cache_folder() -> Path:
    """Return $HELPERS_CACHE, else .cache in the project (or, if installed elsewhere, here)."""
    if folder := os.environ.get("HELPERS_CACHE"):
        return Path(folder)
    project = PACKAGE.parents[1]
    return (project if (project / "pyproject.toml").exists() else Path.cwd()) / ".cache"


def cache_file(settings: Experiment) -> Path:
    """Path under which the result of these settings, by this code, is kept."""
    kind = type(settings)
    parts = [kind.__module__, kind.__name__, asdict(settings), code_hash(kind.__module__)]
    key = hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()
    return cache_folder() / f"{kind.__name__}-{key[:20]}.npz"


def run(settings: Experiment) -> Result:
    """Return the result of `settings`: from the cache if it is there and whole, else computed."""
    path = cache_file(settings)
    if path.exists():
        try:
            result = Result(*load(path), settings, cached=True)
            with suppress(OSError):  # a cache that may only be read
                os.utime(path)  # used today
            return result
        except UNREADABLE as error:
            warnings.warn(f"computing {path.name} again: unreadable ({error})", stacklevel=2)
    start = time.perf_counter()
    arrays = {name: np.asarray(array) for name, array in settings.compute().items()}
    seconds = time.perf_counter() - start
    try:
        save(path, arrays, seconds)
    except (OSError, ValueError) as error:
        warnings.warn(f"{path.name} is not kept: {error}", stacklevel=2)
    return Result(arrays, seconds, settings, cached=False)


def load(path: Path) -> tuple[dict[str, np.ndarray], float]:
    """Read arrays and seconds back; raises one of `UNREADABLE` unless every byte is there."""
    with zipfile.ZipFile(path) as archive:
        if damaged := archive.testzip():
            raise ValueError(f"{damaged} fails its checksum")
    with np.load(path, allow_pickle=False) as stored:
        names = [str(name) for name in stored["names"]]
        return {n: stored[f"array{i}"] for i, n in enumerate(names)}, float(stored["seconds"])


def save(path: Path, arrays: dict[str, np.ndarray], seconds: float) -> None:
    """Write the whole file under another name, force it to disk, then give it its name.

    Any string names an array: in the file they are numbered.

    Raises
    ------
    ValueError
        If a name is not a string, or an array holds Python objects.
    """
    for name, array in arrays.items():
        if not isinstance(name, str) or np.asarray(array).dtype.hasobject:
            raise ValueError(f"array {name!r}: needed are a string and numbers, not Python objects")
    path.parent.mkdir(parents=True, exist_ok=True)
    prune(path.parent.glob("*.tmp"), ABANDONED_DAYS)
    prune((p for p in path.parent.glob("*.npz") if RESULT.fullmatch(p.name)), KEPT_DAYS)
    numbered = {f"array{i}": array for i, array in enumerate(arrays.values())}
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with open(descriptor, "wb") as file:
            np.savez(file, names=np.array(list(arrays), dtype=str), seconds=seconds, **numbered)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        # On Windows, another process may be reading the same result.
        if not (isinstance(error, PermissionError) and path.exists()):
            raise


def prune(paths: Iterable[Path], days: float) -> None:
    """Remove the files and folders that were last written, or marked as used, `days` days ago."""
    for path in list(paths):
        with suppress(OSError):  # gone already, or in use
            if time.time() - path.stat().st_mtime > days * 24 * 3600:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
