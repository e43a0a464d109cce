"""The built site and a real browser, once for all its tests."""

import os
from pathlib import Path

import pytest
from browser import ARGUMENTS, MISSING, find_chromium
from playwright.sync_api import sync_playwright

from helpers.book.build import build


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the pages, built from these very sources."""
    return build(Path(__file__).parents[2])


@pytest.fixture(scope="session")
def browser():
    """Return Playwright's Browser, a headless Chromium; without one skip, or fail under CI."""
    executable = find_chromium()
    if executable is None and os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    if executable is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()
