"""The recipes of CONTRIBUTING.md work as they are written."""

import re
from pathlib import Path

import pytest

from helpers.book import records

TEXT = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXPLORABLE, CLAIM, CHAPTER = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def test_the_explorable_has_a_table_of_all_its_states():
    names = {}
    exec(EXPLORABLE, names)
    html = names["slope"].html()
    assert records.from_html(html, "table")["slope"]["states"] == 8
    assert "multiplies an error by 0.25 at most" in html


def test_the_claim_is_announced_and_judged(monkeypatch):
    names, shown = {"values": [0.5] * 5}, []
    exec(CLAIM, names)
    monkeypatch.setenv("HELPERS_HOST", "text")
    monkeypatch.setattr("helpers.book.claims.display", lambda bundle, raw: shown.append(bundle))
    exec(CHAPTER, names)
    announced, judged = (bundle["text/plain"] for bundle in shown)
    assert "glorot-standard: 0.4 to 0.6" in announced
    assert judged == "glorot-standard: reproduced"


@pytest.mark.parametrize("path", re.findall(r"`(src/helpers/[\w/.]+|book/[\w/.]+)`", TEXT))
def test_files_that_are_named_are_there(path):
    assert (Path(__file__).parents[2] / path).exists()
