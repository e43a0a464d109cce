"""The parts of the site that need no browser: formulas, assets, titles, tables."""

import pytest

from helpers.book.site import frame, mathematics, offline


def test_formulas_become_html_and_mathml():
    inline, display = mathematics.render_formulas([(r"\delta_\ell", False), ("a = b", True)])
    assert "<math " in inline["html"]
    assert "katex-html" in inline["html"]
    assert 'class="katex-display"' in display["html"]


def test_a_wrong_formula_is_reported():
    (result,) = mathematics.render_formulas([(r"\frac{1", False)])
    assert "KaTeX parse error" in result["error"]
    assert "html" not in result


@pytest.mark.parametrize(
    ("name", "replaced"),
    [
        ("https://cdn.example.org/x.js", True),
        ("_static/styles/theme.css?digest=1", True),
        ("_static/vendor/fontawesome/js/all.min.js", True),
        ("_static/togglebutton.js", True),
        ("_static/book.css", False),
        ("_static/explore.js", False),
        ("_static/katex/katex.min.css", False),
    ],
)
def test_the_assets_of_the_theme_are_replaced(name, replaced):
    assert offline.is_replaced(name) is replaced


def test_remote_assets_are_found_and_links_are_not():
    page = (
        '<script async src="https://a.example/x.js"></script><img alt="" src=//b.example/y.png>'
        '<a href="https://c.example">c</a><img alt="" src="../_images/z.png">'
    )
    assert offline.REMOTE.findall(page) == ["https://a.example/x.js", "//b.example/y.png"]


def test_the_number_of_a_chapter_stands_above_its_title():
    body = '<section><h1><span class="section-number">1. </span>Title</h1></section>'
    numbered = frame.number_title("book/01-title", body)
    assert '<p class="chapter-number">Chapter 1</p>\n<h1>Title</h1>' in numbered
    assert frame.number_title("book/glossary", body) == body


def test_every_table_scrolls_once():
    wrapped = '<div class="pst-scrollable-table-container"><table><tr></tr></table></div>'
    assert frame.repair(wrapped) == wrapped
    assert frame.repair("<table><tr></tr></table>") == wrapped
    labelled = '<div aria-label="Scoreboard" class="vg-scroll"><table><tr></tr></table></div>'
    assert frame.repair(labelled) == labelled


def test_a_page_asks_for_the_fonts_of_its_formulas_only():
    assert frame.font_faces("<p>text</p>") == frame.TEXT_FACES
    bold = frame.font_faces('<span class="katex"><span class="mord mathbf">a</span></span>')
    assert bold == [*frame.TEXT_FACES, "1em KaTeX_Main", "bold 1em KaTeX_Main"]
