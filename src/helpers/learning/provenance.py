"""Which code made a result: the module of an experiment and all that it imports from the package.

Found in the syntax tree, so that nothing is run; a module imported by a computed name, or a data
file that a module reads, is not found.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import accumulate
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
FLOORS = ("data", "nets", "learning", "measure")
"""The floors that compute results."""

LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "numba")


@cache
def code_hash(module: str, package: Path = PACKAGE) -> str:
    """Hash of what a module computes with: its `closure` and the versions of the libraries.

    A module from elsewhere (a notebook, a test) may use anything: for it, all floors that
    compute count.
    """
    used = closure(module, package)
    if not used:
        files = [file for floor in FLOORS for file in (package / floor).rglob("*.py")]
        used = {file.relative_to(package).as_posix(): file for file in files}
    digest = hashlib.sha256(repr([(name, _version(name)) for name in LIBRARIES]).encode())
    for name, file in sorted(used.items()):
        digest.update(repr((name, file.read_text(encoding="utf-8"))).encode())
    return digest.hexdigest()


def closure(module: str, package: Path = PACKAGE) -> dict[str, Path]:
    """Files of a module and of everything that it imports from the package, by dotted name."""
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        for name in accumulate(waiting.pop().split("."), "{}.{}".format):  # its packages run too
            file = _file(name, package)
            if file and name not in found:
                found[name] = file
                waiting += imported(name, file)
    return found


def imported(module: str, file: Path) -> Iterator[str]:
    """Dotted names that a file imports; of `from a import b`, both `a` and `a.b`."""
    around = module.split(".") if file.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = around[: len(around) + 1 - node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _file(module: str, package: Path) -> Path | None:
    """Return the file of a module of the package, None if there is none."""
    top, *rest = module.split(".")
    place = package.joinpath(*rest)
    files = (place / "__init__.py", place.with_name(place.name + ".py"))
    return next((f for f in files if top == package.name and f.is_file()), None)


def _version(library: str) -> str:
    """Return the version of an installed library, nothing if it is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
