"""Build the site from the notebooks: `python -m helpers.book.build`, which `make book` runs.

The checks (budgets, verdicts, remote addresses) live in the Sphinx extensions of helpers.book.site,
so that a plain `jupyter-book build . -W -n` makes them too.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from helpers.book.host import HOSTS


class BuildError(RuntimeError):
    """The site could not be built; the reasons stand in the build's own output."""


def environment(host: str) -> dict[str, str]:
    """Return the variables of a process that runs notebooks for `host` on this very interpreter.

    Parameters
    ----------
    host : str
        One of `helpers.book.host.HOSTS`.

    Raises
    ------
    ValueError
        If `host` is no such name.
    """
    if host not in HOSTS:
        raise ValueError(f"unknown host {host!r}; allowed: {', '.join(HOSTS)}")
    return {
        "HELPERS_HOST": host,
        "HELPERS_QUIET": "" if host == "live" else "1",  # no progress bars
        "JUPYTER_PATH": str(Path(__file__).parent),  # kernels/python3: this interpreter, quiet
        "JUPYTER_PLATFORM_DIRS": "1",  # else jupyter_core warns in every kernel
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # so does the debugger
        "PYTHONUTF8": "1",  # on Windows too
    }


def build(root: Path) -> Path:
    """Build the book whose `_config.yml` lies in `root`; return the folder of its pages.

    Raises
    ------
    ValueError
        If `root` holds no book.
    BuildError
        If Jupyter Book found an error or a warning.
    """
    root = root.resolve()
    if not (root / "_config.yml").is_file():
        raise ValueError(f"no _config.yml in {root}; run this in the folder of the repository")
    tool = Path(sysconfig.get_path("scripts"), "jupyter-book")
    command = [tool, "build", root, "-W", "-n", "--keep-going"]
    done = subprocess.run(command, cwd=root, env=os.environ | environment("site"), check=False)
    if done.returncode:
        # Sphinx warns only about pages it reads anew: without this the next build would pass.
        shutil.rmtree(root / "_build" / ".doctrees", ignore_errors=True)
        raise BuildError("the site was not built; see the errors and warnings above")
    return root / "_build" / "html"


def main() -> int:
    """Build the book of the working directory and say where it is."""
    start = time.perf_counter()
    try:
        site = build(Path.cwd())
    except (BuildError, ValueError) as error:
        print(f"\nmake book: {error}", file=sys.stderr)
        return 1
    print(f"\nThe book is built ({time.perf_counter() - start:.0f} s). Open it in a browser:")
    print(f"  {(site / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
