import pytest

from helpers.book import paper_table
from helpers.learning import paper


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setenv("HELPERS_HOST", "site")
    monkeypatch.setattr(paper_table, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_every_result_stands_with_what_was_found_and_where(shown):
    paper_table.show_paper_results("02")
    text, html = shown[0]["text/plain"], shown[0]["text/html"]
    assert "latch-1-guessing: 1000 seeds" in text
    assert "trials on average" in html
    assert "historical: " in html
    assert "NumPy" in html
    assert "Stale" not in html


def test_results_of_other_code_are_marked_and_missing_ones_named(shown, monkeypatch):
    monkeypatch.setattr(paper_table, "stale", lambda id: True)
    paper_table.show_paper_results("02")
    assert shown[0]["text/html"].count("Stale") == len(paper.ENTRIES)
    monkeypatch.setattr(paper_table, "load", lambda id: paper.load(id, paper.Path("nowhere")))
    paper_table.show_paper_results("02")
    assert "not run yet" in shown[1]["text/plain"]
    assert "make paper" in shown[1]["text/html"]


def test_a_chapter_without_results_is_refused():
    with pytest.raises(ValueError, match="there are: 02"):
        paper_table.show_paper_results("01")
