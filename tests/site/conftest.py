"""The built site and a real browser, once for all its tests."""

import os
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import demo_page
import pytest
from browser import ARGUMENTS, MISSING, find_chromium
from playwright.sync_api import sync_playwright
from tabs import Tabs

from helpers.book.build import build


class QuietHandler(SimpleHTTPRequestHandler):
    """A server that does not write down each request."""

    def log_message(self, *_args):
        pass


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the pages, built from these very sources."""
    return build(Path(__file__).parents[2])


@pytest.fixture(scope="session")
def served(site):
    """Return a function from a page's path to its address on a server of this machine."""
    handler = partial(QuietHandler, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        root = f"http://127.0.0.1:{server.server_port}"
        yield lambda path: f"{root}/{path.relative_to(site).as_posix()}"
        server.shutdown()
        thread.join()


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


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory) -> str:
    """Return the address of a page that shows `demo_page.DEMO`, with links that set it."""
    return demo_page.write(tmp_path_factory.mktemp("demo"), demo_page.DEMO)


@pytest.fixture
def tabs(browser):
    """Return Tabs; the test fails if anything went wrong on their pages."""
    opened = Tabs(browser)
    yield opened
    opened.close()
    assert opened.problems == []
