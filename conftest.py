"""One run of pytest over the units, the notebooks and the site, in that order."""

import os

import pytest
from nbval.plugin import IPyNbCell

from helpers.book.build import environment

NOT_COMPARED = ("stderr", "text/html", "text/latex", "text/markdown", "image/svg+xml")
"""What a cell may show beside its text; committed notebooks do not store it."""


def pytest_configure():
    """Let displays emit plain text, in the kernels of the notebooks too."""
    os.environ.update(environment("text"))


def pytest_itemcollected(item):
    """Compare what a cell prints on stdout and its text/plain, all of it."""
    if isinstance(item, IPyNbCell) and NOT_COMPARED[0] not in item.parent.skip_compare:
        item.parent.skip_compare += NOT_COMPARED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    """Stop where a stage (an entry of `testpaths`) has failed: the later ones cost more."""
    result = yield
    stage = _stage(item)
    if nextitem is not None and item.session.testsfailed and _stage(nextitem) != stage:
        item.session.shouldfail = f"{stage} failed; what follows it was not run"
    return result


def _stage(item):
    stages = item.config.getini("testpaths")
    return next((path for path in stages if item.nodeid.startswith(path + "/")), item.nodeid)
