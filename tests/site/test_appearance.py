"""Figures without scripts, on paper, on a phone, in the dark; on the demo and on every page."""

import pytest
from demo_page import DEMO
from shipped import by_page

WIDTHS = {1280: "wide", 360: "narrow"}
CONTROLS = ("input", "select", "button", "a.vg-link", "label", "output")

COLORS = """id => {
  const svg = document.querySelector(`#${id} svg`);
  const strokes = [...svg.querySelectorAll("path")].map((path) => getComputedStyle(path).stroke);
  const ink = getComputedStyle(svg.querySelector("text")).fill;
  return [ink, getComputedStyle(document.getElementById(id)).backgroundColor, strokes];
}"""

CUT_OFF = """id => {
  const figure = document.getElementById(id);
  const svg = [...figure.querySelectorAll("svg")].find((svg) => svg.clientWidth);
  const box = figure.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter((text) => {
    const { left, right } = text.getBoundingClientRect();
    return left < box.left || right > box.right;
  }).map((text) => text.textContent);
}"""


@pytest.fixture
def figures(tabs, site, demo_url):
    """Return a function that opens all pages and yields each figure with its page."""

    def opened(**options):
        for url, explorables in ({demo_url: [DEMO]} | by_page(site)).items():
            page = tabs.open(url, **options)
            for explorable in explorables:
                yield page, explorable
            page.close()

    return opened


def visible(page, explorable, selector):
    return page.locator(f"#{explorable.id} :is({selector})").locator("visible=true")


def test_without_scripts_the_start_state_shows_and_no_dead_control(figures):
    for page, explorable in figures(java_script_enabled=False):
        assert visible(page, explorable, "svg").count() == 1, explorable.id
        start = explorable.describe(explorable.compute(**explorable.start), **explorable.start)
        assert visible(page, explorable, ".vg-description").inner_text() == start
        for control in CONTROLS:
            assert visible(page, explorable, control).count() == 0, (explorable.id, control)


def test_print_shows_the_figure_without_controls(figures):
    for page, explorable in figures(color_scheme="dark"):
        page.emulate_media(media="print")
        for part in ("svg", ".vg-description", "figcaption"):
            assert visible(page, explorable, part).count() == 1, (explorable.id, part)
        for control in CONTROLS:
            assert visible(page, explorable, control).count() == 0, (explorable.id, control)
        ink, *_ = page.evaluate(COLORS, explorable.id)
        assert lightness(ink) < 128, f"{explorable.id}: light ink on white paper"


@pytest.mark.parametrize("width", WIDTHS)
def test_each_width_has_one_layout_that_fits(figures, width):
    for page, explorable in figures(viewport={"width": width, "height": 800}):
        svg = visible(page, explorable, "svg")
        assert svg.count() == 1, explorable.id
        assert svg.get_attribute("class") == f"vg-{WIDTHS[width]}"
        box = svg.bounding_box()
        assert 0 <= box["x"] < box["x"] + box["width"] <= width, explorable.id
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        assert page.evaluate(CUT_OFF, explorable.id) == [], explorable.id


def test_ink_follows_the_page_into_the_dark(figures):
    pairs = zip(figures(color_scheme="light"), figures(color_scheme="dark"), strict=True)
    for (light_page, explorable), (dark_page, _) in pairs:
        light = light_page.evaluate(COLORS, explorable.id)
        dark = dark_page.evaluate(COLORS, explorable.id)
        assert lightness(light[0]) < 128 < lightness(dark[0]), f"{explorable.id}: text"
        assert lightness(dark[1]) < 128 < lightness(light[1]), f"{explorable.id}: background"
        same = {"none"} | ({"rgb(31, 119, 180)"} if explorable is DEMO else set())
        assert set(light[2]) & set(dark[2]) <= same, f"{explorable.id}: a stroke without a role"


def lightness(color: str) -> float:
    """Return the mean of red, green and blue of a computed color, from 0 to 255."""
    channels = color[color.index("(") + 1 : -1].replace(",", " ").split()[:3]
    return sum(map(float, channels)) / 3
