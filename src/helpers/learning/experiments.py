"""An experiment: frozen settings in, arrays out, kept on disk. Introduced in chapter 1.

The cache holds one .npz per experiment, settings and code. A file is written beside its final
name, forced to disk, then renamed; a process killed at any moment leaves no file that could be
mistaken for a result. What cannot be read back completely is computed again, with a warning.
"""

import hashlib
import json
import os
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from tqdm import tqdm

PACKAGE = Path(__file__).resolve().parents[1]
FLOORS = ("data", "nets", "learning", "measure")
LIBRARIES = ("numpy", "scikit-learn", "torch")
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
    """Iterate with a bar on standard error that appears after two seconds; none in a build."""
    built = os.environ.get("HELPERS_HOST") in ("site", "text")
    return tqdm(steps, description, total, delay=2, leave=False, file=sys.stderr, disable=built)


@cache
def code_hash() -> str:
    """Hash of the floors that compute results, and of the libraries' versions."""
    digest = hashlib.sha256(" ".join(f"{name}={version(name)}" for name in LIBRARIES).encode())
    for floor in FLOORS:
        for file in sorted((PACKAGE / floor).rglob("*.py")):
            digest.update(file.relative_to(PACKAGE).as_posix().encode())
            digest.update(file.read_text(encoding="utf-8").encode())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Return $HELPERS_CACHE, else .cache in the project (or, if installed elsewhere, here)."""
    if folder := os.environ.get("HELPERS_CACHE"):
        return Path(folder)
    project = PACKAGE.parents[1]
    return (project if (project / "pyproject.toml").exists() else Path.cwd()) / ".cache"


def cache_file(settings: Experiment) -> Path:
    """Path under which the result of these settings, by this code, is kept."""
    kind = type(settings)
    key = json.dumps([kind.__module__, kind.__name__, asdict(settings), code_hash()], default=str)
    return cache_folder() / f"{kind.__name__}-{hashlib.sha256(key.encode()).hexdigest()[:20]}.npz"


def run(settings: Experiment) -> Result:
    """Return the result of `settings`: from the cache if it is there and whole, else computed."""
    path = cache_file(settings)
    if path.exists():
        try:
            return Result(*load(path), settings, cached=True)
        except UNREADABLE as error:
            warnings.warn(f"computing {path.name} again: unreadable ({error})", stacklevel=2)
    start = time.perf_counter()
    arrays = {name: np.asarray(array) for name, array in settings.compute().items()}
    seconds = time.perf_counter() - start
    save(path, arrays, seconds)
    return Result(arrays, seconds, settings, cached=False)


def load(path: Path) -> tuple[dict[str, np.ndarray], float]:
    """Read arrays and seconds back; raises one of `UNREADABLE` unless every byte is there."""
    with zipfile.ZipFile(path) as archive:
        if damaged := archive.testzip():
            raise ValueError(f"{damaged} fails its checksum")
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored["names"]}, float(stored["seconds"])


def save(path: Path, arrays: dict[str, np.ndarray], seconds: float) -> None:
    """Write the whole file under another name, force it to disk, then give it its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left_over in path.parent.glob("*.tmp"):
        if time.time() - left_over.stat().st_mtime > 24 * 3600:  # abandoned
            left_over.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
        np.savez(file, names=list(arrays), seconds=seconds, **arrays)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.replace(file.name, path)
    except PermissionError:  # Windows, while another process reads the same result
        os.unlink(file.name)
        if not path.exists():
            raise
