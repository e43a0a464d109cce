"""A real JupyterLab on this machine, for the live widget."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat

from helpers.book.build import environment

ROOT = Path(__file__).parents[2]
QUIET = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


def notebook(folder: Path, *cells) -> str:
    """Write a notebook of these cells (nbformat.v4); return its name."""
    book = nbformat.v4.new_notebook(cells=list(cells))
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, folder / "demo.ipynb")
    return "demo.ipynb"


@contextmanager
def serve(folder: Path, runtime: Path):
    """Run JupyterLab on the notebooks of `folder`; yield its address.

    Settings and runtime files stay in `runtime`; the tests' modules can be imported.
    """
    address = f"http://127.0.0.1:{_free_port()}"
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser"),
        *("--IdentityProvider.token=", "--ServerApp.ip=127.0.0.1", "--allow-root"),
        *(f"--ServerApp.port={address.rpartition(':')[2]}", "--ServerApp.port_retries=0"),
        *(f"--ServerApp.root_dir={folder}", "--LabApp.extension_manager=readonly"),
    ]
    with (runtime / "log.txt").open("w") as log:
        server = subprocess.Popen(command, env=_environment(runtime), stdout=log, stderr=log)
        try:
            _await(server, address + "/api", runtime / "log.txt")
            yield address
        finally:
            _shut_down(address)
            server.terminate()
            server.wait(30)


def _environment(runtime):
    """Return the variables of a reader's own JupyterLab, with settings of its own."""
    settings = runtime / "config" / "labconfig"
    settings.mkdir(parents=True)
    (settings / "page_config.json").write_text(json.dumps(QUIET))
    sources = os.pathsep.join(str(ROOT / folder) for folder in ("src", "tests"))
    folders = {"CONFIG_DIR": "config", "DATA_DIR": "data", "RUNTIME_DIR": "runtime"}
    ours = environment("text")
    kept = {key: value for key, value in os.environ.items() if key not in ours}
    return (
        kept
        | {f"JUPYTER_{key}": str(runtime / name) for key, name in folders.items()}
        | {"IPYTHONDIR": str(runtime / "ipython"), "PYTHONPATH": sources}
    )


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _await(server, address, log, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def _shut_down(address):
    """End the kernels, which would outlive a terminated server on some systems."""
    try:
        with urllib.request.urlopen(address + "/api/kernels", timeout=5) as answer:
            kernels = json.load(answer)
        for kernel in kernels:
            url = f"{address}/api/kernels/{kernel['id']}"
            urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=10)
    except OSError:
        pass
