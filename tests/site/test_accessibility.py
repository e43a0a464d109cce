"""axe-core finds nothing serious on any page, light and wide or dark and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from shipped import pages

SETTLED = """() => document.fonts.ready.then(() => new Promise((done) => {
  requestIdleCallback(() => done());
}))"""
"""The page's script marks what scrolls when it has nothing else to do."""

GRAVE = ("serious", "critical")
VISITS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 360, "height": 800}},
}


def findings(page) -> list[tuple[str, str]]:
    """Return each violation of a page: its impact, and a line for a person to read."""
    page.evaluate(SETTLED)
    report = Axe().run(page, options={"preload": False}).response["violations"]
    return [(found["impact"], _line(page, found)) for found in report]


def _line(page, found):
    places = "; ".join(" ".join(map(str, node["target"])) for node in found["nodes"][:5])
    name = page.url.rpartition("/")[2]
    return f"{name}: {found['impact']}: {found['id']} ({found['help']}) at {places}"


def test_a_control_without_a_name_is_found(tabs, tmp_path):
    path = tmp_path / "bad.html"
    path.write_text("<!DOCTYPE html><html lang=en><title>Bad</title><main><input></main></html>")
    assert "critical" in [impact for impact, _ in findings(tabs.open(path.as_uri()))]


@pytest.mark.parametrize("visit", VISITS)
def test_nothing_serious_on_any_page(tabs, site, visit):
    found = []
    for path in pages(site):
        page = tabs.open(path.as_uri(), **VISITS[visit])
        found += findings(page)
        page.close()
    print("\n".join(line for _, line in found))
    assert "\n".join(line for impact, line in found if impact in GRAVE) == ""
