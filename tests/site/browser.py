"""Find a Chromium for the site's tests or install one: `python tests/site/browser.py`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
"""Keeps a headless Chromium from talking to anyone by itself."""

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    os.path.expandvars(r"%ProgramFiles%\Google\Chrome\Application\chrome.exe"),
    os.path.expandvars(r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe"),
)
MISSING = (
    "NO BROWSER, SO THE SITE IS NOT TESTED: put a Chromium on the PATH, or its path into the "
    "variable CHROMIUM, or run python tests/site/browser.py"
)


def find_chromium() -> Path | None:
    """Return the executable named by CHROMIUM, else one on the PATH, else an installed one."""
    named = os.environ.get("CHROMIUM")
    if named and shutil.which(named) is None:
        raise ValueError(f"CHROMIUM is {named!r}, which is no program")
    for command in (named, *COMMANDS, *APPLICATIONS):
        if command and (found := shutil.which(command)):
            return Path(found)
    with sync_playwright() as playwright:
        bundled = Path(playwright.chromium.executable_path)
    return bundled if bundled.exists() else None


def find_or_install_chromium() -> Path | None:
    """Return the executable of a Chromium, installed if need be; None if none can be had."""
    for attempt in (None, _install_with_apt, _install_with_playwright):
        if attempt:
            attempt()
        if found := find_chromium():
            return found
    return None


def _install_with_apt() -> None:
    """Install Debian's package, where there is one and it can be had without a password."""
    if not shutil.which("apt-get"):
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and not shutil.which("sudo"):
        return
    _run([*sudo, "apt-get", "-q", "update"])
    _run([*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qy", "install", "chromium"])


def _install_with_playwright() -> None:
    _run([sys.executable, "-m", "playwright", "install", "chromium"])


def _run(command: list[str]) -> None:
    print(f"No Chromium yet, trying: {' '.join(command)}", flush=True)
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        print(done.stdout[-500:])


def main() -> int:
    """Say which browser the tests will use; where there is none, fail under CI only."""
    chromium = find_or_install_chromium()
    print(f"Chromium: {chromium}" if chromium else f"\n*** {MISSING} ***\n", flush=True)
    return 1 if chromium is None and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
